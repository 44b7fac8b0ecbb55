/* The decision record: read from the store, shown by a template. */
#include "handlers/record.h"

#include "base/calendar.h"
#include "base/text.h"
#include "base/value.h"
#include "db/approvals.h"
#include "db/audit.h"
#include "db/messages.h"
#include "db/people.h"
#include "db/runs.h"
#include "handlers/item.h"
#include "handlers/journey.h"

#include <stdio.h>
#include <string.h>

enum { ITEMS_MAX = 100, RUNS_MAX = 200, ROWS_MAX = 5000, TEXT_MAX = 2000 };

/* ---- small pieces ---- */

/* "Mon 20 Apr 2026 10:02": the zone stands once on the page. */
static const char *time_words(struct turn *turn, struct wall at)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    char date[CIVIL_TEXT_SIZE];
    if (at.ms == 0)
        return NULL;
    struct local local = calendar_local(turn->config->calendar.zone, at);
    /* a day of year 0 differs from every year, so that the year is always told */
    civil_words(local.date, civil_of(1, 1, 1), date);
    return arena_fmt(turn->arena, "%s %s %02d:%02d", days[civil_weekday(local.date)], date,
                     local.minute / 60, local.minute % 60);
}

static const char *line(struct turn *turn, const char *text)
{
    return text ? text_line(turn->arena, text, TEXT_MAX) : NULL;
}

/* "Maya Chen (U0MAYA)"; the id alone of someone whom the store does not know. */
static const char *person_words(struct turn *turn, const char *tenant, const char *user_id)
{
    struct person person;
    if (!user_id || !people_get(turn->db, turn->arena, tenant, user_id, &person) || !person.name)
        return user_id;
    return arena_fmt(turn->arena, "%s (%s)", line(turn, person.name), user_id);
}

static void put_person(struct turn *turn, struct value *row, const char *key, const char *tenant,
                       const char *user_id)
{
    value_str(row, key, person_words(turn, tenant, user_id));
}

/* ---- what was known ---- */

static void put_sources(struct turn *turn, const struct run *run, struct value *row)
{
    struct facts facts = {0};
    struct err unread;
    struct value *list = value_list(row, "sources");
    if (!run->sources || !sources_read(run->sources, &facts, &unread))
        return;
    for (enum source source = 0; source < SOURCE_COUNT; source++) {
        const struct source_state *read = &facts.sources[source];
        if (read->absent)
            continue;
        struct value *one = value_row(list);
        value_str(one, "source", source_title(source));
        value_str(one, "read_at", time_words(turn, read->fetched_at));
        if (!read->ok)
            value_str(one, "failed", line(turn, read->failure.message));
    }
}

static void put_findings(struct turn *turn, const struct decision *decision, struct value *row)
{
    struct value *list = value_list(row, "findings");
    for (size_t i = 0; i < decision->findings.count; i++) {
        const struct finding *finding = &decision->findings.items[i];
        struct value *one = value_row(list);
        value_str(one, "level", level_name(finding->level));
        value_str(one, "code", finding->code);
        value_str(one, "subject", line(turn, finding->subject));
        value_str(one, "text", line(turn, finding->text));
        value_str(one, "fix", line(turn, finding->fix));
    }
    value_flag(row, "nothing_found", decision->findings.count == 0);
    list = value_list(row, "skipped");
    for (size_t i = 0; i < decision->findings.skipped_count; i++) {
        struct value *one = value_row(list);
        value_str(one, "code", decision->findings.skipped[i].code);
        value_str(one, "needs", line(turn, decision->findings.skipped[i].needs));
    }
}

static bool put_run(struct turn *turn, const struct run *run, struct value *list, struct err *err)
{
    struct decision decision;
    if (!decision_read(run->findings, turn->arena, &decision, err))
        return err_prefix(err, "revision %lld", (long long)run->revision);
    struct value *row = value_row(list);
    value_int(row, "revision", run->revision);
    value_str(row, "verdict", level_verdict((enum level)run->level));
    value_str(row, "verdict_level", level_name((enum level)run->level));
    value_str(row, "today", run->today);
    value_str(row, "rules", run->rules_version);
    value_str(row, "digest", run->facts_digest);
    value_str(row, "decided_at", time_words(turn, run->created_at));
    if (run->checked_at.ms > run->created_at.ms)
        value_str(row, "found_again_at", time_words(turn, run->checked_at));
    put_sources(turn, run, row);
    put_findings(turn, &decision, row);
    return true;
}

static bool put_runs(struct turn *turn, const struct onboarding *onboarding, struct value *context,
                     struct err *err)
{
    struct run run;
    struct value *list = value_list(context, "runs");
    if (!runs_latest_brief(turn->db, turn->arena, onboarding->tenant, onboarding->number, &run)) {
        value_flag(context, "never_decided", true);
        return db_ok(turn->db, err);
    }
    int64_t last = run.revision, first = last > RUNS_MAX ? last - RUNS_MAX + 1 : 1;
    if (first > 1)
        value_int(context, "runs_left_out", first - 1);
    for (int64_t revision = first; revision <= last; revision++)
        if (runs_get(turn->db, turn->arena, onboarding->tenant, onboarding->number, revision,
                     &run) &&
            !put_run(turn, &run, list, err))
            return false;
    return db_ok(turn->db, err);
}

/* ---- the questions and their clock ---- */

static void put_approvals(struct turn *turn, const struct item *item, struct value *row)
{
    struct approval *approvals;
    size_t count = approvals_list(turn->db, turn->arena, item->tenant, item->id, &approvals);
    struct value *list = value_list(row, "approvals");
    for (size_t i = 0; i < count; i++) {
        struct value *one = value_row(list);
        value_str(one, "action", approvals[i].action);
        value_str(one, "key", approvals[i].key);
        value_int(one, "revision", approvals[i].revision);
        put_person(turn, one, "who", item->tenant, approvals[i].user_id);
        value_str(one, "at", time_words(turn, approvals[i].at));
        value_str(one, "via", approvals[i].via);
        value_str(one, "reason", line(turn, approvals[i].reason));
    }
}

static void put_told(struct turn *turn, const struct item *item, struct value *row)
{
    struct message *messages;
    size_t count = messages_of_item(turn->db, turn->arena, item->tenant, item->id, &messages);
    struct value *list = value_list(row, "told");
    for (size_t i = 0; i < count; i++) {
        if (strcmp(messages[i].purpose, "note") == 0)
            continue;
        struct value *one = value_row(list);
        value_str(one, "purpose", messages[i].purpose);
        value_str(one, "at", time_words(turn, messages[i].posted_at));
        put_person(turn, one, "to", item->tenant,
                   messages[i].user_id ? messages[i].user_id : messages[i].channel);
    }
}

static void put_item(struct turn *turn, const struct item *item, struct value *list)
{
    struct value *row = value_row(list);
    value_str(row, "id", item->id);
    value_str(row, "state", item_state_name((enum item_state)item->state));
    value_str(row, "headline", level_name((enum level)item->level));
    value_int(row, "revision", item->revision);
    value_str(row, "opened_at", time_words(turn, item->opened_at));
    value_str(row, "manager_at", time_words(turn, item->t1_at));
    value_str(row, "director_at", time_words(turn, item->t2_at));
    put_person(turn, row, "claimed_by", item->tenant, item->claimed_by);
    value_str(row, "claimed_at", time_words(turn, item->claimed_at));
    value_str(row, "decision", item->decision);
    put_person(turn, row, "decided_by", item->tenant, item->decided_by);
    value_str(row, "decided_at", time_words(turn, item->decided_at));
    value_str(row, "reason", line(turn, item->reason));
    put_approvals(turn, item, row);
    put_told(turn, item, row);
}

/* From the first to the newest: each names the one before it. */
static bool put_items(struct turn *turn, const struct onboarding *onboarding, struct value *context,
                      struct err *err)
{
    struct item items[ITEMS_MAX];
    size_t count = 0;
    struct value *list = value_list(context, "items");
    bool found =
        items_latest(turn->db, turn->arena, onboarding->tenant, onboarding->number, &items[0]);
    while (found && ++count < ITEMS_MAX && items[count - 1].previous_id)
        found = items_get(turn->db, turn->arena, onboarding->tenant, items[count - 1].previous_id,
                          &items[count]);
    value_flag(context, "never_asked", count == 0);
    while (count > 0)
        put_item(turn, &items[--count], list);
    return db_ok(turn->db, err);
}

/* ---- the playbook ---- */

static bool put_playbook(struct turn *turn, const struct onboarding *onboarding,
                         struct value *context, struct err *err)
{
    struct journey_view view;
    if (!journey_read(turn, onboarding->tenant, onboarding->number, &view))
        return db_ok(turn->db, err);
    struct value *put = value_object(context, "playbook");
    value_str(put, "title", line(turn, view.journey.title));
    value_str(put, "begun_at", time_words(turn, view.journey.started_at));
    value_str(put, "paused_at", time_words(turn, view.journey.paused_at));
    value_str(put, "completed_at", time_words(turn, view.journey.completed_at));
    struct value *list = value_list(put, "tasks");
    for (size_t i = 0; i < view.count; i++) {
        const struct task *task = &view.tasks[i];
        struct value *row = value_row(list);
        value_int(row, "task", task->number);
        value_str(row, "stage", line(turn, task->stage_name));
        value_str(row, "name", line(turn, task->name));
        value_str(row, "whose", task->owner);
        value_str(row, "due_at", time_words(turn, task->due_at));
        value_str(row, "state", task_state_name(task->state));
        put_person(turn, row, "changed_by", onboarding->tenant, task->changed_by);
        value_str(row, "changed_at", time_words(turn, task->changed_at));
        value_str(row, "reason", line(turn, task->reason));
    }
    return db_ok(turn->db, err);
}

/* ---- the log ---- */

static bool put_rows(struct turn *turn, const struct onboarding *onboarding, struct value *context,
                     struct err *err)
{
    char number[ONB_TEXT_SIZE];
    struct audit_entry *rows;
    size_t count = audit_list(turn->db, turn->arena, onboarding->tenant,
                              onb_format(onboarding->number, number), ROWS_MAX, &rows);
    struct value *list = value_list(context, "rows");
    for (size_t i = 0; i < count; i++) {
        struct value *row = value_row(list);
        value_int(row, "seq", rows[i].seq);
        value_str(row, "at", time_words(turn, rows[i].at));
        put_person(turn, row, "actor", onboarding->tenant, rows[i].actor);
        put_person(turn, row, "behalf_of", onboarding->tenant, rows[i].behalf_of);
        value_str(row, "role", rows[i].role);
        value_str(row, "via", rows[i].via);
        value_str(row, "action", rows[i].action);
        value_str(row, "from", rows[i].from);
        value_str(row, "to", rows[i].to);
        value_int(row, "revision", rows[i].revision);
        value_str(row, "reason", line(turn, rows[i].reason));
        value_str(row, "hash", rows[i].hash);
    }
    value_flag(context, "rows_cut", count == ROWS_MAX);
    return db_ok(turn->db, err);
}

static void put_chain(const struct record_chain *chain, struct value *context)
{
    struct value *put = value_object(context, "chain");
    value_flag(put, "whole", chain->whole);
    value_str(put, "broken", chain->broken);
    value_int(put, "chain_rows", chain->rows);
    value_str(put, "chain_hash", chain->hash);
}

bool record_render(struct turn *turn, const struct onboarding *onboarding,
                   const struct record_chain *chain, struct buf *out, struct err *err)
{
    char number[ONB_TEXT_SIZE];
    struct value *context = value_new(turn->arena);
    value_str(context, "number", onb_format(onboarding->number, number));
    value_str(context, "account", line(turn, onboarding->account_name));
    value_str(context, "account_id", onboarding->account_id);
    value_str(context, "opportunity_id", onboarding->opportunity_id);
    value_str(context, "workspace", onboarding->tenant);
    value_str(context, "onboarding_state", onboarding_state_name(onboarding->state));
    value_str(context, "organization", line(turn, onboarding->organization_id));
    put_person(turn, context, "owner", onboarding->tenant, onboarding->owner_user_id);
    put_person(turn, context, "started_by", onboarding->tenant, onboarding->started_by);
    value_str(context, "started_at", time_words(turn, onboarding->created_at));
    value_str(context, "made_at", time_words(turn, turn->world->now));
    value_str(context, "zone", turn->config->calendar.zone);
    value_str(context, "version", USHER_VERSION);
    put_chain(chain, context);
    return put_runs(turn, onboarding, context, err) && put_items(turn, onboarding, context, err) &&
           put_playbook(turn, onboarding, context, err) &&
           put_rows(turn, onboarding, context, err) &&
           template_render(turn->templates, "record.html", context, out, err);
}
