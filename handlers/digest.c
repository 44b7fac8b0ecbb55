/* What stands in a digest: each section is a row of a table, each item stands in the first section
 * that it belongs to. */
#include "handlers/digest.h"

#include "base/broken.h"
#include "base/calendar.h"
#include "base/text.h"
#include "db/audit.h"
#include "db/messages.h"
#include "db/notices.h"
#include "handlers/card_link.h"
#include "handlers/card_subject.h"
#include "handlers/needs.h"
#include "handlers/progress.h"
#include "handlers/roles.h"

#include <string.h>

enum {
    ITEMS_READ = 500,
    ENDED_READ = 200,
    NOTICES_READ = 200,
    AUDIT_READ = 1000,
    ROWS_SHOWN = 6,
    STUCK_DAYS = 7,
    JOURNEYS_READ = 200,
    TASKS_NAMED = 3,
    MINUTE_MS = 60 * 1000,
    DAY_MS = 24 * 60 * MINUTE_MS
};

enum section {
    SECTION_OVERDUE,
    SECTION_DUE,
    SECTION_WAITING,
    SECTION_DECIDED,
    SECTION_RISK,
    SECTION_MISSED,
    SECTION_OVERRIDES,
    SECTION_FOLDED,
    SECTION_COUNT
};

/* Title, and how the line that notifications show counts it. */
static const struct {
    const char *title, *counted;
} sections[SECTION_COUNT] = {
    [SECTION_OVERDUE] = {"🔴 Overdue", "overdue"},
    [SECTION_DUE] = {"🟠 Due today", "due today"},
    [SECTION_WAITING] = {"🙋 Waiting on you", "waiting on you"},
    [SECTION_DECIDED] = {"✅ Decided", "decided"},
    [SECTION_RISK] = {"⚠️ At risk", "at risk"},
    [SECTION_MISSED] = {"⏰ Missed deadlines", "missed"},
    [SECTION_OVERRIDES] = {"⚖️ Overrides", "overrides"},
    [SECTION_FOLDED] = {"🔕 Kept for this digest", "kept for this digest"},
};

struct reader {
    struct turn *turn;
    struct actor actor;
    const char *zone;
    struct civil today;
    struct wall from, to; /* "yesterday": from the last working day's midnight to today's */
    bool manager;
    enum link_reader link;
    struct value *rows[SECTION_COUNT];
    size_t counts[SECTION_COUNT];
};

static struct wall midnight(const struct reader *reader, struct civil day)
{
    return calendar_instant(reader->zone, (struct local){.date = day});
}

static void reader_init(struct reader *reader, struct turn *turn, const char *tenant,
                        const char *user_id)
{
    const char *zone = digest_zone(turn, tenant, user_id);
    *reader = (struct reader){
        .turn = turn,
        .actor = {.tenant = tenant, .user_id = user_id, .via = "job"},
        .zone = zone,
        .today = calendar_today(zone, turn->world->now),
        .manager = roles_has(turn, tenant, user_id, ROLE_MANAGER) ||
                   roles_has(turn, tenant, user_id, ROLE_DIRECTOR),
        .link = card_link_reader(turn, tenant, user_id),
    };
    struct civil last = civil_add_days(reader->today, -1);
    for (int i = 0; i < STUCK_DAYS && !calendar_is_working_day(&turn->config->calendar, last); i++)
        last = civil_add_days(last, -1);
    reader->from = midnight(reader, last);
    reader->to = midnight(reader, reader->today);
    for (size_t i = 0; i < SECTION_COUNT; i++)
        reader->rows[i] = value_list(value_new(turn->arena), "rows");
}

static void add_row(struct reader *reader, enum section section, const char *text)
{
    if (reader->counts[section]++ < ROWS_SHOWN)
        value_str(value_row(reader->rows[section]), "row_text", text);
}

/* ---- rows ---- */

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

/* "*ACME Corp* · ONB-1001", and the number opens the card. item NULL: there is none. */
static const char *subject_of(const struct reader *reader, const struct onboarding *onboarding,
                              const struct item *item)
{
    char onb[ONB_TEXT_SIZE];
    struct arena *arena = reader->turn->arena;
    const char *name = text_slack_escape(arena, card_account(arena, onboarding));
    const char *url = item ? card_link_of(reader->turn, item, reader->link) : NULL;
    onb_format(onboarding->number, onb);
    return url ? arena_fmt(arena, "*%s* · <%s|%s>", name, url, onb)
               : arena_fmt(arena, "*%s* · %s", name, onb);
}

static const char *waits(const struct reader *reader, const struct item *item)
{
    int64_t days = (reader->turn->world->now.ms - item->opened_at.ms) / DAY_MS;
    if (days < 1)
        return "since today";
    return arena_fmt(reader->turn->arena, "for %lld day%s", (long long)days, days == 1 ? "" : "s");
}

static const char *row_of(const struct reader *reader, const struct onboarding *onboarding,
                          const struct item *item)
{
    struct arena *arena = reader->turn->arena;
    struct wall next = card_deadline(item);
    const char *claim = item->claimed_by ? arena_fmt(arena, " · claimed by %s",
                                                     card_person(reader->turn, item->claimed_by))
                                         : "";
    const char *deadline = next.ms == INT64_MAX ? ""
                                                : arena_fmt(arena, " · next escalation %s",
                                                            card_date(reader->turn, next));
    return arena_fmt(arena, "%s · %s %s · waits %s%s%s", subject_of(reader, onboarding, item),
                     card_level_icon((enum level)item->level),
                     card_level_word((enum level)item->level), waits(reader, item), claim,
                     deadline);
}

/* ---- open items ---- */

static bool is_mine(const struct reader *reader, const struct onboarding *onboarding,
                    const struct item *item)
{
    const char *me = reader->actor.user_id;
    return same(onboarding->owner_user_id, me) || same(onboarding->started_by, me) ||
           same(item->claimed_by, me) || same(item->decided_by, me);
}

static bool is_stuck(const struct reader *reader, const struct item *item)
{
    return item->level >= LEVEL_BLOCK_FINANCE &&
           reader->turn->world->now.ms - item->opened_at.ms > (int64_t)STUCK_DAYS * DAY_MS;
}

static bool is_due_today(const struct reader *reader, const struct item *item)
{
    struct wall next = card_deadline(item);
    return next.ms != INT64_MAX &&
           civil_days_between(reader->today, calendar_today(reader->zone, next)) <= 0;
}

static bool put_open(struct reader *reader, const struct onboarding *onboarding,
                     const struct item *item, struct err *err)
{
    struct card_subject subject;
    if (!card_subject_read_item_brief(reader->turn, onboarding, item, &subject, err))
        return false;
    bool needs = needs_person(reader->turn, &reader->actor, &subject);
    bool told = needs_escalated_to(reader->turn, &reader->actor, item);
    if (!needs && !told && !reader->manager && !is_mine(reader, onboarding, item))
        return true;
    const char *row = row_of(reader, onboarding, item);
    if (item->state == ITEM_ESCALATED_1 || item->state == ITEM_ESCALATED_2)
        add_row(reader, SECTION_OVERDUE, row);
    else if (is_due_today(reader, item))
        add_row(reader, SECTION_DUE, row);
    else if (needs)
        add_row(reader, SECTION_WAITING, row);
    else if (is_stuck(reader, item))
        add_row(
            reader, SECTION_RISK,
            arena_fmt(reader->turn->arena, "%s · blocked for more than %d days", row, STUCK_DAYS));
    return true;
}

static bool put_all_open(struct reader *reader, struct err *err)
{
    struct turn *turn = reader->turn;
    struct item *items;
    size_t count = items_list(turn->db, turn->arena, reader->actor.tenant, ITEM_OPEN_STATES,
                              ITEMS_READ, &items);
    for (size_t i = 0; i < count; i++) {
        struct onboarding onboarding;
        if (onboardings_get(turn->db, turn->arena, reader->actor.tenant, items[i].onboarding,
                            &onboarding) &&
            !put_open(reader, &onboarding, &items[i], err))
            return false;
    }
    return db_ok(turn->db, err);
}

/* ---- playbooks ---- */

typedef bool task_test(const struct reader *reader, const struct journey_view *view,
                       const struct task *task);

static bool is_task_overdue(const struct reader *reader, const struct journey_view *view,
                            const struct task *task)
{
    return journey_is_overdue(view, task, reader->turn->world->now);
}

static bool is_task_due_today(const struct reader *reader, const struct journey_view *view,
                              const struct task *task)
{
    return task->state == TASK_OPEN && !is_task_overdue(reader, view, task) &&
           civil_days_between(reader->today, journey_due_day(reader->zone, task)) == 0;
}

/* One row for all tasks of a playbook that pass; nothing where none does. */
static void add_tasks(struct reader *reader, enum section section, const char *subject,
                      const struct journey_view *view, task_test *passes)
{
    struct arena *arena = reader->turn->arena;
    const char *names = "";
    size_t count = 0;
    for (size_t i = 0; i < view->count; i++) {
        const struct task *task = &view->tasks[i];
        if (passes(reader, view, task) && count++ < TASKS_NAMED)
            names = arena_fmt(arena, "%s%s T-%lld %s (%s)", names, names[0] ? "," : "",
                              (long long)task->number,
                              card_outside(arena, task->name, CARD_NAME_MAX), task->owner);
    }
    if (count == 0)
        return;
    const char *more =
        count > TASKS_NAMED ? arena_fmt(arena, " and %zu more", count - TASKS_NAMED) : "";
    add_row(reader, section,
            arena_fmt(arena, "%s · %zu task%s:%s%s", subject, count, count == 1 ? "" : "s", names,
                      more));
}

static void add_journey(struct reader *reader, const struct onboarding *onboarding,
                        const struct journey_view *view)
{
    struct progress progress = progress_of(view, reader->turn->world->now);
    struct item item;
    bool has = items_latest(reader->turn->db, reader->turn->arena, onboarding->tenant,
                            onboarding->number, &item);
    const char *subject = subject_of(reader, onboarding, has ? &item : NULL);
    add_tasks(reader, SECTION_OVERDUE, subject, view, is_task_overdue);
    add_tasks(reader, SECTION_DUE, subject, view, is_task_due_today);
    if (progress.at_risk)
        add_row(reader, SECTION_RISK,
                arena_fmt(reader->turn->arena,
                          "%s · health %d · day %lld of %lld · %zu/%zu tasks · %lld blocked",
                          subject, progress.health, (long long)progress.day,
                          (long long)progress.goal_days, progress.finished, progress.total,
                          (long long)progress.facts.blocked));
}

/* A manager's digest has everyone's. */
static bool put_journeys(struct reader *reader, struct err *err)
{
    struct turn *turn = reader->turn;
    const char *tenant = reader->actor.tenant;
    struct journey *journeys;
    size_t count = journeys_running(turn->db, turn->arena, tenant,
                                    reader->manager ? NULL : reader->actor.user_id, 0,
                                    JOURNEYS_READ, &journeys);
    for (size_t i = 0; i < count; i++) {
        struct journey_view view;
        struct onboarding onboarding;
        if (!journey_is_paused(&journeys[i]) &&
            journey_read(turn, tenant, journeys[i].onboarding, &view) &&
            onboardings_get(turn->db, turn->arena, tenant, journeys[i].onboarding, &onboarding))
            add_journey(reader, &onboarding, &view);
    }
    return db_ok(turn->db, err);
}

/* ---- what did not reach its reader ---- */

static void put_undelivered(struct reader *reader)
{
    struct turn *turn = reader->turn;
    struct message *messages;
    bool all =
        reader->manager || roles_has(turn, reader->actor.tenant, reader->actor.user_id, ROLE_ADMIN);
    size_t count = messages_undelivered(turn->db, turn->arena, reader->actor.tenant,
                                        all ? NULL : reader->actor.user_id, ITEMS_READ, &messages);
    for (size_t i = 0; i < count; i++) {
        struct item item;
        struct onboarding onboarding;
        if (!items_get(turn->db, turn->arena, messages[i].tenant, messages[i].item, &item) ||
            !item_is_open((enum item_state)item.state) ||
            !onboardings_get(turn->db, turn->arena, item.tenant, item.onboarding, &onboarding))
            continue;
        add_row(reader, SECTION_RISK,
                arena_fmt(turn->arena, "%s · our message to %s was not delivered %s",
                          subject_of(reader, &onboarding, &item),
                          card_person(turn, messages[i].user_id),
                          card_date(turn, messages[i].failed_at)));
    }
}

/* ---- since the last working day ---- */

static const char *outcome_of(const struct reader *reader, const struct item *item)
{
    struct turn *turn = reader->turn;
    if (item->state == ITEM_AUTO_CLEARED)
        return "🟢 cleared by itself";
    if (item->state == ITEM_CANCELLED)
        return "▫️ cancelled";
    return arena_fmt(turn->arena, "%s by %s",
                     same(item->decision, "reject") ? "⛔ rejected" : "✅ approved",
                     card_person(turn, item->decided_by));
}

/* Approved although more than a warning stood against it. */
static bool is_override(const struct item *item)
{
    return item->state == ITEM_DECIDED && same(item->decision, "approve") &&
           item->level >= LEVEL_ESCALATE_URGENT;
}

static bool put_ended(struct reader *reader, struct err *err)
{
    struct turn *turn = reader->turn;
    struct item *items;
    size_t count = items_ended_between(turn->db, turn->arena, reader->actor.tenant, reader->from,
                                       reader->to, ENDED_READ, &items);
    for (size_t i = 0; i < count; i++) {
        struct onboarding onboarding;
        if (item_is_open((enum item_state)items[i].state) ||
            !onboardings_get(turn->db, turn->arena, reader->actor.tenant, items[i].onboarding,
                             &onboarding) ||
            (!reader->manager && !is_mine(reader, &onboarding, &items[i])))
            continue;
        const char *row =
            arena_fmt(turn->arena, "%s · %s %s", subject_of(reader, &onboarding, &items[i]),
                      outcome_of(reader, &items[i]), card_date(turn, items[i].decided_at));
        add_row(reader, SECTION_DECIDED, row);
        if (reader->manager && is_override(&items[i]))
            add_row(reader, SECTION_OVERRIDES,
                    arena_fmt(turn->arena, "%s though it was %s", row,
                              card_level_word((enum level)items[i].level)));
    }
    return db_ok(turn->db, err);
}

/* Each escalation of those days, by the audit log: a deadline that nobody decided before. */
static void put_missed_of(struct reader *reader, const struct item *item)
{
    struct turn *turn = reader->turn;
    struct audit_entry *entries;
    struct onboarding onboarding;
    char onb[ONB_TEXT_SIZE];
    if (!onboardings_get(turn->db, turn->arena, item->tenant, item->onboarding, &onboarding))
        return;
    size_t count = audit_list(turn->db, turn->arena, item->tenant,
                              onb_format(item->onboarding, onb), AUDIT_READ, &entries);
    for (size_t i = 0; i < count; i++) {
        bool manager = same(entries[i].action, "escalate.manager");
        if ((!manager && !same(entries[i].action, "escalate.director")) ||
            !same(entries[i].item, item->id) || entries[i].at.ms < reader->from.ms ||
            entries[i].at.ms >= reader->to.ms)
            continue;
        add_row(reader, SECTION_MISSED,
                arena_fmt(turn->arena, "%s · the %s was told %s",
                          subject_of(reader, &onboarding, item), manager ? "manager" : "director",
                          card_date(turn, entries[i].at)));
    }
}

static bool put_missed(struct reader *reader, struct err *err)
{
    struct turn *turn = reader->turn;
    struct item *items;
    size_t count = items_timed_between(turn->db, turn->arena, reader->actor.tenant, reader->from,
                                       reader->to, ENDED_READ, &items);
    for (size_t i = 0; i < count; i++)
        put_missed_of(reader, &items[i]);
    return db_ok(turn->db, err);
}

static bool put_folded(struct reader *reader, struct err *err)
{
    struct turn *turn = reader->turn;
    struct notice *notices;
    size_t count = notices_untold(turn->db, turn->arena, reader->actor.tenant,
                                  reader->actor.user_id, NOTICES_READ, &notices);
    for (size_t i = 0; i < count && !BROKEN(folded_forgotten); i++)
        add_row(
            reader, SECTION_FOLDED,
            arena_fmt(turn->arena, "%s %s", card_date(turn, notices[i].at), notices[i].summary));
    return db_ok(turn->db, err);
}

/* ---- drawing ---- */

static void put_sections(const struct reader *reader, struct value *context)
{
    struct turn *turn = reader->turn;
    struct value *list = value_list(context, "sections");
    const char *summary = "";
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        if (!reader->counts[i])
            continue;
        struct value *row = value_row(list);
        value_str(row, "section_title", sections[i].title);
        value_int(row, "section_count", (int64_t)reader->counts[i]);
        value_put(row, "rows", reader->rows[i]);
        if (reader->counts[i] > ROWS_SHOWN)
            value_int(row, "section_more", (int64_t)(reader->counts[i] - ROWS_SHOWN));
        summary = arena_fmt(turn->arena, "%s%s%zu %s", summary, summary[0] ? ", " : "",
                            reader->counts[i], sections[i].counted);
    }
    value_str(context, "summary", summary);
}

bool digest_render(struct turn *turn, const char *tenant, const char *user_id, struct card *out,
                   bool *empty, struct err *err)
{
    struct reader reader;
    char day[CIVIL_TEXT_SIZE];
    reader_init(&reader, turn, tenant, user_id);
    if (!put_all_open(&reader, err) || !put_journeys(&reader, err) || !put_ended(&reader, err) ||
        (reader.manager && !put_missed(&reader, err)) || !put_folded(&reader, err))
        return false;
    put_undelivered(&reader);
    size_t all = 0;
    for (size_t i = 0; i < SECTION_COUNT; i++)
        all += reader.counts[i];
    *empty = all == 0;
    if (*empty)
        return db_ok(turn->db, err);
    struct value *context = value_new(turn->arena);
    int minute = digest_minute(turn, tenant, user_id);
    value_str(context, "day", civil_words(reader.today, reader.today, day));
    value_str(context, "command", turn->config->slack.command);
    value_str(context, "time", arena_fmt(turn->arena, "%02d:%02d", minute / 60, minute % 60));
    put_sections(&reader, context);
    return card_message(turn, "digest.json", context, out, err);
}
