/* Conditions of approvals: made, checked and ended. */
#include "handlers/condition.h"

#include "base/broken.h"
#include "base/calendar.h"
#include "db/approvals.h"
#include "handlers/acknowledge.h"
#include "handlers/card_values.h"
#include "handlers/item_change.h"
#include "handlers/jobs/later.h"

#include <string.h>

enum { SUBJECT_MAX = 4000 }; /* some hundred invoices */

/* ---- made ---- */

/* When the day is over, in working time. */
static struct wall check_at(const struct turn *turn, const char *pay_by)
{
    struct civil day;
    struct err err;
    const struct calendar *calendar = &turn->config->calendar;
    if (!civil_parse(pay_by, &day, &err) || !civil_is_known(day))
        return turn->world->now;
    struct wall over = calendar_instant(calendar->zone, (struct local){civil_add_days(day, 1), 0});
    return calendar_next_working(calendar, over);
}

/* The earliest day of the approvals that stand; NULL: none has one. */
static const char *earliest(struct turn *turn, const struct item *item)
{
    struct approval *list;
    size_t count = approvals_list(turn->db, turn->arena, item->tenant, item->id, &list);
    const char *day = NULL;
    for (size_t i = 0; i < count; i++)
        if (list[i].revision == item->revision && list[i].pay_by &&
            (!day || strcmp(list[i].pay_by, day) < 0))
            day = list[i].pay_by;
    return day;
}

static const char *subjects_of(struct turn *turn, const struct decision *decision)
{
    const char *subjects = "";
    for (size_t i = 0; i < decision->findings.count; i++)
        if (acknowledge_owes(&decision->findings.items[i]))
            subjects =
                arena_fmt(turn->arena, "%s%s%s", subjects, subjects[0] ? "; " : "",
                          card_line(turn->arena, decision->findings.items[i].subject, SUBJECT_MAX));
    return subjects;
}

bool condition_begin(struct turn *turn, const struct item *item, const char *user_id,
                     const struct decision *decision)
{
    const char *day = earliest(turn, item);
    if (!day)
        return true;
    const struct condition condition = {
        .tenant = item->tenant,
        .item = item->id,
        .onboarding = item->onboarding,
        .pay_by = day,
        .subjects = subjects_of(turn, decision),
        .given_by = user_id,
        .given_at = turn->world->now,
        .check_at = check_at(turn, day),
    };
    return conditions_put(turn->db, &condition) &&
           later_condition(turn, &condition, condition.check_at);
}

bool condition_drop(struct turn *turn, const struct item *item)
{
    struct condition condition;
    struct err err;
    if (!conditions_get(turn->db, turn->arena, item->tenant, item->id, &condition))
        return db_ok(turn->db, &err);
    return conditions_close(turn->db, &condition, CONDITION_VOID, turn->world->now) ||
           db_ok(turn->db, &err);
}

/* ---- checked ---- */

bool condition_is_void(struct turn *turn, const char *tenant, const char *item_id,
                       int64_t generation)
{
    struct condition condition;
    return !item_id || !conditions_get(turn->db, turn->arena, tenant, item_id, &condition) ||
           condition.state != CONDITION_WAITS || condition.given_at.ms != generation;
}

/* True when one of the finding's records ("INV-102, INV-103") is among the condition's. */
static bool is_about(const char *subjects, const char *subject)
{
    for (const char *at = subject; *at; at += strspn(at, ", ;")) {
        size_t len = strcspn(at, ",;");
        for (const char *in = subjects; len && *in; in += strspn(in, ", ;")) {
            size_t in_len = strcspn(in, ",;");
            if (len == in_len && strncmp(at, in, len) == 0)
                return true;
            in += in_len;
        }
        at += len;
    }
    return false;
}

static const struct finding *still_owes(struct turn *turn, const struct condition *condition,
                                        const struct decision *decision)
{
    for (size_t i = 0; i < decision->findings.count; i++) {
        const struct finding *finding = &decision->findings.items[i];
        if (acknowledge_owes(finding) &&
            is_about(condition->subjects, card_line(turn->arena, finding->subject, SUBJECT_MAX)))
            return finding;
    }
    return NULL;
}

/* Invoices that cannot be looked at any more are not paid for that. */
static const struct finding *cannot_be_seen(const struct decision *decision)
{
    for (size_t i = 0; i < decision->findings.count; i++) {
        const struct finding *finding = &decision->findings.items[i];
        if (strcmp(finding->code, "NO_INVOICE") == 0 ||
            (strcmp(finding->code, "SOURCE_NOT_CONFIGURED") == 0 &&
             strcmp(finding->subject, source_title(SOURCE_NETSUITE)) == 0))
            return finding;
    }
    return NULL;
}

static bool record(struct turn *turn, const struct item *item, const char *action,
                   const char *reason, const struct run *run)
{
    const struct actor usher = {.tenant = item->tenant, .user_id = "usher", .via = "timer"};
    const struct item_act act = {.actor = &usher,
                                 .action = action,
                                 .from = item_state_name((enum item_state)item->state),
                                 .reason = reason,
                                 .run = run};
    return item_audit(turn, item->onboarding, item, &act);
}

static bool met(struct turn *turn, const struct item *item, const struct condition *condition)
{
    const char *what = card_outside(turn->arena, condition->subjects, CARD_LINE_MAX);
    const char *note =
        arena_fmt(turn->arena, "💳 Paid: %s. The condition of the approval (paid by %s) is met.",
                  what, condition->pay_by);
    return record(turn, item, "condition.met", condition->subjects, NULL) &&
           later_post_note(turn, item, "condition", note) &&
           later_edit_messages(turn, item->tenant, item->id) &&
           later_publish_home(turn, item->tenant, NULL);
}

static bool broken(struct turn *turn, const struct onboarding *onboarding, struct item *item,
                   const struct condition *condition, struct verdict *verdict,
                   const struct finding *owed, struct err *err)
{
    struct item next;
    const char *note = arena_fmt(
        turn->arena,
        "💳 %s by %s: %s. What is provisioned stands; Finance and the manager are asked what "
        "now, in a card of its own.",
        acknowledge_owes(owed) ? "Not paid" : "Not seen to be paid", condition->pay_by,
        card_outside(turn->arena, owed->text, CARD_LINE_MAX));
    return verdict_store(turn, onboarding, verdict, err) &&
           record(turn, item, "condition.broken", owed->text, &verdict->run) &&
           later_post_note(turn, item, "condition", note) &&
           later_edit_messages(turn, item->tenant, item->id) &&
           item_open_condition(turn, onboarding, &verdict->run, item, &next, err);
}

bool condition_settle(struct turn *turn, const struct onboarding *onboarding, const char *item_id,
                      struct verdict *verdict, struct wall again, struct err *err)
{
    struct condition condition;
    struct item item;
    if (!conditions_get(turn->db, turn->arena, onboarding->tenant, item_id, &condition) ||
        !items_get(turn->db, turn->arena, onboarding->tenant, item_id, &item))
        return db_ok(turn->db, err);
    if (verdict_lacks_data(verdict->decision))
        return later_condition(turn, &condition, again);
    const struct finding *owed =
        BROKEN(condition_unchecked) ? NULL : still_owes(turn, &condition, verdict->decision);
    if (!owed)
        owed = cannot_be_seen(verdict->decision);
    if (!conditions_close(turn->db, &condition, owed ? CONDITION_BROKEN : CONDITION_MET,
                          turn->world->now))
        return db_ok(turn->db, err);
    return owed ? broken(turn, onboarding, &item, &condition, verdict, owed, err)
                : met(turn, &item, &condition);
}
