/* Writes the ledger of an item's clock. */
#include "handlers/ledger.h"

#include "base/text.h"
#include "db/audit.h"
#include "db/onboardings.h"
#include "handlers/card_values.h"
#include "handlers/item.h"
#include "handlers/recipient.h"

#include <string.h>

enum {
    ROWS_READ = 1000,
    STRETCHES_SHOWN = 14,
    DAYS_WALKED = 400,
    MINUTE_MS = 60 * 1000,
    HOUR_MS = 60 * MINUTE_MS,
    TEXT_MAX = 2900
};

/* What ends one stretch and begins the next, and how the next one counts. */
static const struct boundary {
    const char *action; /* in the audit log */
    const char *words;
} boundaries[] = {
    {"item.opened", "open"},
    {"claim", "claimed: the manager's timer is off, the director's counts on"},
    {"assign", "claimed (given): the manager's timer is off, the director's counts on"},
    {"release", "open again"},
    {"snooze", "asleep: the manager's timer moves, the director's counts on"},
    {"woke", "awake again"},
    {"held.manager", "held for the working time of whoever is told"},
    {"held.director", "held for the working time of whoever is told"},
    {"escalate.manager", "the manager was told"},
    {"remind.manager", "the manager was told again"},
    {"escalate.director", "the director was told"},
};

static const struct boundary *boundary_of(const char *action)
{
    for (size_t i = 0; i < sizeof boundaries / sizeof *boundaries; i++)
        if (action && strcmp(boundaries[i].action, action) == 0)
            return &boundaries[i];
    return NULL;
}

/* ---- one stretch ---- */

/* Its time by the team's calendar. */
struct parts {
    int64_t working, night, weekend, holiday;
};

static int64_t shared(int64_t from, int64_t to, int64_t start, int64_t end)
{
    int64_t first = from > start ? from : start, last = to < end ? to : end;
    return last > first ? last - first : 0;
}

static struct parts parts_of(const struct calendar *calendar, struct wall from, struct wall to)
{
    struct parts parts = {0};
    struct civil date = calendar_today(calendar->zone, from);
    for (int i = 0; i < DAYS_WALKED; i++, date = civil_add_days(date, 1)) {
        struct wall start = calendar_instant(calendar->zone, (struct local){date, 0});
        struct wall end =
            calendar_instant(calendar->zone, (struct local){civil_add_days(date, 1), 0});
        int64_t all = shared(from.ms, to.ms, start.ms, end.ms);
        if (start.ms >= to.ms)
            break;
        if (!(calendar->days >> civil_weekday(date) & 1)) {
            parts.weekend += all;
        } else if (!calendar_is_working_day(calendar, date)) {
            parts.holiday += all;
        } else {
            struct wall first = {start.ms > from.ms ? start.ms : from.ms};
            struct wall last = {end.ms < to.ms ? end.ms : to.ms};
            int64_t working = calendar_working_between(calendar, first, last);
            parts.working += working;
            parts.night += all - working;
        }
    }
    return parts;
}

static const char *span(struct turn *turn, int64_t ms)
{
    int64_t minutes = (ms + MINUTE_MS / 2) / MINUTE_MS;
    return arena_fmt(turn->arena, "%lld h %02lld min", (long long)(minutes / 60),
                     (long long)(minutes % 60));
}

static const char *part(struct turn *turn, const char *words, int64_t ms)
{
    return ms < MINUTE_MS ? "" : arena_fmt(turn->arena, ", %s %s", words, span(turn, ms));
}

/* What of it counted: by the business clock working time alone. */
static const char *counted(struct turn *turn, struct wall from, struct wall to)
{
    const struct parts parts = parts_of(&turn->config->calendar, from, to);
    bool business = turn->config->escalation.clock == CLOCK_BUSINESS;
    const char *others =
        arena_fmt(turn->arena, "%s%s%s", part(turn, "night", parts.night),
                  part(turn, "weekend", parts.weekend), part(turn, "holiday", parts.holiday));
    if (!business)
        return arena_fmt(turn->arena, "counted %s%s", span(turn, to.ms - from.ms),
                         others[0] ? arena_fmt(turn->arena, " (of it%s)", others + 1) : "");
    return arena_fmt(turn->arena, "counted %s%s%s", span(turn, parts.working),
                     others[0] ? "; not counted:" : "", others[0] ? others + 1 : "");
}

/* ---- the whole ---- */

static const char *clock_words(struct turn *turn)
{
    const struct calendar *calendar = &turn->config->calendar;
    bool business = turn->config->escalation.clock == CLOCK_BUSINESS;
    return arena_fmt(turn->arena, "Clock: %s. Calendar: %s, %02d:%02d–%02d:%02d, %zu holiday%s.",
                     business ? "business (working time of the calendar alone counts)"
                              : "calendar (hours that pass count)",
                     calendar->zone, calendar->start_minute / 60, calendar->start_minute % 60,
                     calendar->end_minute / 60, calendar->end_minute % 60, calendar->holiday_count,
                     calendar->holiday_count == 1 ? "" : "s");
}

static const char *deadline(struct turn *turn, const struct item *item, enum item_timer timer,
                            const char *whom)
{
    struct wall at = item_timer_at(item, timer);
    if (at.ms == 0)
        return arena_fmt(turn->arena, "%s: %s", whom,
                         item->claimed_by && timer == TIMER_MANAGER ? "off while it is claimed"
                                                                    : "nothing more is due");
    struct recipient to = recipient_first(turn, item->tenant, item->onboarding, (int)timer);
    struct calendar hours = recipient_hours(turn, item, (int)timer);
    return arena_fmt(
        turn->arena, "%s: %s to %s, held to the working time in %s", whom, card_date(turn, at),
        to.user_id ? card_person(turn, to.user_id) : recipient_admins(turn, item->tenant),
        hours.zone);
}

/* The lines of the stretches; the oldest are left out first. */
static const char *stretches(struct turn *turn, const struct item *item,
                             const struct audit_entry *rows, size_t count)
{
    struct audit_entry *marks = arena_array(turn->arena, count + 1, sizeof *marks);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (rows[i].item && strcmp(rows[i].item, item->id) == 0 && boundary_of(rows[i].action))
            marks[kept++] = rows[i];
    struct wall end = item->decided_at.ms ? item->decided_at : turn->world->now;
    size_t first = kept > STRETCHES_SHOWN ? kept - STRETCHES_SHOWN : 0;
    const char *text = first ? arena_fmt(turn->arena, "\n• %zu earlier", first) : "";
    for (size_t i = first; i < kept; i++) {
        struct wall to = i + 1 < kept ? marks[i + 1].at : end;
        text = arena_fmt(turn->arena, "%s\n• %s – %s · %s · %s", text, card_date(turn, marks[i].at),
                         card_date(turn, to), boundary_of(marks[i].action)->words,
                         counted(turn, marks[i].at, to));
    }
    return text;
}

const char *ledger_text(struct turn *turn, const struct item *item, struct err *err)
{
    struct audit_entry *rows;
    char onb[ONB_TEXT_SIZE];
    size_t count = audit_list(turn->db, turn->arena, item->tenant,
                              onb_format(item->onboarding, onb), ROWS_READ, &rows);
    if (!db_ok(turn->db, err))
        return NULL;
    const char *ends =
        item_is_open((enum item_state)item->state)
            ? arena_fmt(turn->arena, "%s\n%s", deadline(turn, item, TIMER_MANAGER, "Manager"),
                        deadline(turn, item, TIMER_DIRECTOR, "Director"))
            : arena_fmt(turn->arena, "It is %s: the clock has stopped.",
                        item_state_name((enum item_state)item->state));
    const char *text = arena_fmt(turn->arena, "*The clock of %s* · day 0 %s\n%s%s\n%s", onb,
                                 card_date(turn, item->opened_at), clock_words(turn),
                                 stretches(turn, item, rows, count), ends);
    return text_cut(turn->arena, text, TEXT_MAX);
}

bool view_timer(struct turn *turn, const struct item *item, const char **out, struct err *err)
{
    char onb[ONB_TEXT_SIZE];
    const char *text = ledger_text(turn, item, err);
    if (text == NULL)
        return false;
    struct value *context = value_new(turn->arena);
    value_str(context, "number", onb_format(item->onboarding, onb));
    value_str(context, "ledger", text);
    return card_view(turn, "timer.json", context, out, err);
}
