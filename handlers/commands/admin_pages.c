/* Rules, calendar, health and dead letters as administrators read them. */
#include "handlers/commands/admin_pages.h"

#include "base/config_table.h"
#include "connectors/facts.h"
#include "db/jobs.h"
#include "db/tenants.h"
#include "handlers/card_values.h"
#include "handlers/sentence.h"

#include <stdlib.h>
#include <string.h>

enum { HOLIDAYS_SHOWN = 5, DEAD_SHOWN = 8, ERROR_MAX = 120, LATE_MS = 60 * 1000 };

/* ---- rules ---- */

static bool is_rule(const char *path)
{
    return strncmp(path, "rules.", 6) == 0 || strncmp(path, "escalation.", 11) == 0;
}

void admin_rules(struct turn *turn, const char *tenant, struct buf *out)
{
    (void)tenant;
    buf_fmt(out, "*Rules* %s, as they are in force (● is not the default)\n",
            card_outside(turn->arena, turn->config->rules.rules_version, CARD_NAME_MAX));
    for (size_t i = 0; i < config_key_count; i++) {
        const struct config_key *key = &config_keys[i];
        if (!is_rule(key->path))
            continue;
        const char *words = config_key_words(turn->arena, turn->config, key);
        bool own = key->fallback && strcmp(words, key->fallback) != 0;
        buf_fmt(out, "%s `%s` %s%s%s\n", own ? "●" : "·", key->path,
                card_outside(turn->arena, words, CARD_NAME_MAX), own ? ", default " : "",
                own ? key->fallback : "");
    }
}

/* ---- calendar ---- */

static const char *day_names(struct arena *arena, uint8_t days)
{
    static const char *const names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    const char *text = "";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (days & (1u << i))
            text = arena_fmt(arena, "%s%s%s", text, text[0] ? " " : "", names[i]);
    return text;
}

void admin_calendar(struct turn *turn, const char *tenant, struct buf *out)
{
    (void)tenant;
    const struct calendar *calendar = &turn->config->calendar;
    struct civil today = calendar_today(calendar->zone, turn->world->now);
    struct wall next = calendar_next_working(calendar, turn->world->now);
    size_t shown = 0;
    buf_fmt(out, "*Calendar* %s: %s, %02d:%02d to %02d:%02d\n", calendar->zone,
            day_names(turn->arena, calendar->days), calendar->start_minute / 60,
            calendar->start_minute % 60, calendar->end_minute / 60, calendar->end_minute % 60);
    if (next.ms == turn->world->now.ms)
        buf_str(out, "It is working time now.\n");
    else
        buf_fmt(out, "It is not working time now; the next begins %s.\n", card_date(turn, next));
    buf_fmt(out, "The clock of escalations counts %s.\n",
            turn->config->escalation.clock == CLOCK_BUSINESS ? "working hours" : "every hour");
    for (size_t i = 0; i < calendar->holiday_count && shown < HOLIDAYS_SHOWN; i++) {
        char day[CIVIL_TEXT_SIZE];
        if (civil_days_between(today, calendar->holidays[i]) < 0)
            continue;
        buf_fmt(out, "%s%s",
                shown++ ? ", " : "Next holidays: ", civil_format(calendar->holidays[i], day));
    }
    buf_str(out, shown ? "\n" : "No holidays ahead are configured.\n");
}

/* ---- health ---- */

static void write_slack(struct turn *turn, struct buf *out)
{
    const struct vitals *vitals = turn->vitals;
    if (!vitals)
        return;
    bool good = vitals->identified && (vitals->http || vitals->connections > 0);
    buf_fmt(out, "%s Slack: ", good ? "✅ ok" : "❌ not ok");
    if (vitals->http)
        buf_str(out, "over HTTP");
    else
        buf_fmt(out, "%u of %lld connections up", vitals->connections,
                (long long)turn->config->slack.connections);
    buf_str(out, vitals->identified ? "\n" : ", and the bot token is not recognised yet\n");
}

static void write_source(struct turn *turn, const char *tenant, const char *words,
                         enum source source, bool enabled, struct buf *out)
{
    if (!enabled)
        return;
    const char *key = arena_fmt(turn->arena, "outage:%s", source_name(source));
    bool out_of_reach = jobs_waits(turn->db, tenant, key);
    buf_fmt(out, "%s %s%s\n", out_of_reach ? "❌ not ok" : "✅ ok", words,
            out_of_reach ? ": it did not answer the last time; it is asked again by itself" : "");
}

void admin_health(struct turn *turn, const char *tenant, struct buf *out)
{
    const struct config *config = turn->config;
    int64_t late_ms = turn->world->now.ms - jobs_next_of(turn->db, tenant).ms;
    int64_t dead = jobs_dead_of(turn->db, tenant);
    const char *read = cursors_get(turn->db, turn->arena, tenant, "people_read");
    buf_fmt(out, "*Health*\n");
    write_slack(turn, out);
    write_source(turn, tenant, "Salesforce", SOURCE_SALESFORCE, config->salesforce.enabled, out);
    write_source(turn, tenant, "NetSuite", SOURCE_NETSUITE, config->netsuite.enabled, out);
    write_source(turn, tenant, "Contracts", SOURCE_CLM, config->clm.enabled, out);
    buf_fmt(out, "%s Jobs: %s%s, %lld dead letter%s%s\n", late_ms > LATE_MS ? "❌ late" : "✅ ok",
            late_ms > LATE_MS ? "the oldest has waited " : "none is late",
            late_ms > LATE_MS ? sentence_span(turn, late_ms) : "", (long long)dead,
            dead == 1 ? "" : "s", dead ? " (`admin deadletters`)" : "");
    if (read)
        buf_fmt(out, "✅ ok Directory: read %s\n",
                card_date(turn, (struct wall){strtoll(read, NULL, 10)}));
    else
        buf_str(out, "⏳ Directory: not read to its end yet\n");
    buf_str(out, "`/metrics` and `usher health` on the server tell the rest.\n");
}

/* ---- dead letters ---- */

void admin_deadletters(struct turn *turn, const char *tenant, struct buf *out)
{
    struct job *jobs;
    int64_t all = jobs_dead_of(turn->db, tenant);
    size_t count = jobs_dead_list(turn->db, turn->arena, tenant, DEAD_SHOWN, &jobs);
    if (count == 0) {
        buf_str(out, "*Dead letters*: none. Everything that was asked for was done.\n");
        return;
    }
    buf_fmt(out, "*Dead letters*: %lld, the newest first\n", (long long)all);
    for (size_t i = 0; i < count; i++)
        buf_fmt(out, "• `%s` %s: %s\n   `usher jobs retry %s`\n",
                card_outside(turn->arena, jobs[i].kind, CARD_NAME_MAX),
                card_date(turn, jobs[i].run_at),
                card_outside(turn->arena, jobs[i].last_error, ERROR_MAX), jobs[i].id);
    buf_str(out, "A retry tries again at once, with all attempts anew; mend the cause first.\n");
}
