/* The escalation item's states, and the moves that no person makes: opening, new facts, the end
 * without people. Timers are in item_timer.c, what people do is in item_approve.c, item_people.c
 * and item_snooze.c, how a change is written in item_change.c. */
#include "handlers/item.h"

#include "base/broken.h"
#include "base/calendar.h"
#include "handlers/card_values.h"
#include "handlers/deadline.h"
#include "handlers/desk_tell.h"
#include "handlers/item_change.h"
#include "handlers/jobs/later.h"
#include "handlers/recipient.h"
#include "handlers/sentence.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *name;
    bool open, t1, t2; /* undecided; which timers are armed in it */
} states[ITEM_STATE_COUNT] = {
    [ITEM_OPEN] = {"open", true, true, true},
    [ITEM_CLAIMED] = {"claimed", true, false, true},
    [ITEM_ESCALATED_1] = {"escalated_1", true, false, true},
    [ITEM_ESCALATED_2] = {"escalated_2", true, false, false},
    [ITEM_DECIDED] = {"decided", false, false, false},
    [ITEM_AUTO_CLEARED] = {"auto_cleared", false, false, false},
    [ITEM_CANCELLED] = {"cancelled", false, false, false},
    [ITEM_SNOOZED] = {"snoozed", true, false, false}, /* as the state to which it wakes */
};

const char *item_state_name(enum item_state state)
{
    assert((size_t)state < ITEM_STATE_COUNT);
    return states[state].name;
}

bool item_is_open(enum item_state state)
{
    assert((size_t)state < ITEM_STATE_COUNT);
    return states[state].open;
}

enum item_state item_standing(const struct item *item)
{
    return (enum item_state)(item->state == ITEM_SNOOZED ? item->snoozed_from : item->state);
}

bool item_t1_runs(const struct item *item)
{
    enum item_state standing = item_standing(item);
    bool armed = states[standing].t1 || (standing == ITEM_CLAIMED && BROKEN(claim_ignored));
    return armed && item->t1_at.ms > 0;
}

bool item_t2_runs(const struct item *item)
{
    return states[item_standing(item)].t2 && item->t2_at.ms > 0;
}

bool item_again_runs(const struct item *item)
{
    bool told = item->state == ITEM_ESCALATED_1 || item->state == ITEM_ESCALATED_2;
    return told && item->claimed_by == NULL && item->again_at.ms > 0;
}

struct wall item_timer_at(const struct item *item, enum item_timer timer)
{
    static const struct wall off = {0};
    switch (timer) {
    case TIMER_MANAGER:
        return item_t1_runs(item) ? item->t1_at : item_again_runs(item) ? item->again_at : off;
    case TIMER_DIRECTOR:
        return item_t2_runs(item) ? item->t2_at : off;
    case TIMER_WAKE:
        return item->state == ITEM_SNOOZED ? item->snoozed_until : off;
    }
    return off;
}

/* ---- shared ---- */

static const char *state_of(const struct item *item)
{
    return item_state_name((enum item_state)item->state);
}

/* The store's failure, or "lost": a machine's move that lost a race is void, and no error. */
static bool wrote(enum item_written written)
{
    return written != ITEM_FAILED;
}

static bool all_written(struct turn *turn, bool ok, const struct item *item, struct err *err)
{
    if (ok)
        return true;
    if (db_ok(turn->db, err))
        err_set(err, ERR_INTERNAL, "item %s: what follows the change was not written", item->id);
    return false;
}

static const char *note_key(struct turn *turn, const char *what, const struct item *item)
{
    return arena_fmt(turn->arena, "%s:%lld", what, (long long)item->generation);
}

/* ---- opening ---- */

static bool open_about(struct turn *turn, const struct onboarding *onboarding,
                       const struct run *run, const struct item *previous, enum item_cause cause,
                       struct item *out, struct err *err)
{
    const struct actor usher = {.tenant = onboarding->tenant, .user_id = "usher", .via = "job"};
    *out = (struct item){
        .tenant = onboarding->tenant,
        .onboarding = onboarding->number,
        .revision = run->revision,
        .state = ITEM_OPEN,
        .generation = 1,
        .level = run->level,
        .opened_at = turn->world->now,
        .previous_id = previous ? previous->id : NULL,
        .cause = cause,
    };
    const struct readers readers = {recipient_hours(turn, out, TIMER_MANAGER),
                                    recipient_hours(turn, out, TIMER_DIRECTOR)};
    deadline_set(turn->config, &readers, out);
    if (cause == ITEM_ABOUT_CONDITION)
        out->t1_at = calendar_next_working(&turn->config->calendar, turn->world->now);
    const struct item_act act = {
        .actor = &usher,
        .action = "item.opened",
        .reason = level_name((enum level)run->level),
        .run = run,
    };
    bool ok = items_add(turn->db, turn->arena, turn->world, out) &&
              item_audit(turn, out->onboarding, out, &act) &&
              (cause == ITEM_ABOUT_CONDITION ||
               onboardings_set_state(turn->db, onboarding->tenant, onboarding->number,
                                     ONBOARDING_WAITING, turn->world->now)) &&
              later_post_card(turn, out) && later_escalate(turn, out) &&
              later_publish_home(turn, out->tenant, NULL);
    return all_written(turn, ok, out, err) && desk_tell(turn, out, err);
}

bool item_open(struct turn *turn, const struct onboarding *onboarding, const struct run *run,
               const struct item *previous, struct item *out, struct err *err)
{
    return open_about(turn, onboarding, run, previous, ITEM_ABOUT_ONBOARDING, out, err);
}

bool item_open_condition(struct turn *turn, const struct onboarding *onboarding,
                         const struct run *run, const struct item *previous, struct item *out,
                         struct err *err)
{
    return open_about(turn, onboarding, run, previous, ITEM_ABOUT_CONDITION, out, err);
}

/* ---- new facts ---- */

/* What changed, for the thread; NULL when only ages moved. */
static const char *revision_note(struct turn *turn, const struct item *item,
                                 const struct decision *before, const struct decision *after,
                                 unsigned turned)
{
    const char *change = sentence_change(turn, before, after);
    if (!change && !turned)
        return NULL;
    return arena_fmt(turn->arena, "The facts changed, this is r%lld now%s%s.%s",
                     (long long)item->revision, change ? ": " : "", change ? change : "",
                     turned ? " The key that was turned before no longer counts." : "");
}

bool item_new_revision(struct turn *turn, struct item *item, const struct onboarding *onboarding,
                       const struct run *run, struct err *err)
{
    struct run old_run;
    struct decision before, after;
    if (!item_decision(turn, item, &old_run, &before, err))
        return false;
    const struct actor usher = {.tenant = onboarding->tenant, .user_id = "usher", .via = "job"};
    const struct item_act act = {
        .actor = &usher,
        .action = "item.revised",
        .from = state_of(item),
        .reason =
            arena_fmt(turn->arena, "r%lld %s -> %s", (long long)item->revision,
                      level_name((enum level)item->level), level_name((enum level)run->level)),
        .run = run,
    };
    unsigned turned = item_keys_turned(turn, item);
    item->revision = run->revision;
    item->level = run->level;
    enum item_written written = item_write(turn, item, &act, err);
    if (written != ITEM_WRITTEN)
        return wrote(written);
    if (!item_decision(turn, item, &old_run, &after, err))
        return false;
    const char *note = revision_note(turn, item, &before, &after, turned);
    bool ok = !note || later_post_note(turn, item, note_key(turn, "revised", item), note);
    return all_written(turn, ok, item, err) && desk_tell_news(turn, item, err) &&
           desk_tell(turn, item, err);
}

/* ---- the end without people ---- */

bool item_clear(struct turn *turn, struct item *item, const struct onboarding *onboarding,
                const struct run *run, struct err *err)
{
    const struct actor usher = {.tenant = onboarding->tenant, .user_id = "usher", .via = "job"};
    const struct item_act act = {
        .actor = &usher,
        .action = "item.cleared",
        .from = state_of(item),
        .reason = "the facts are clean",
        .run = run,
    };
    item->state = ITEM_AUTO_CLEARED;
    item->revision = run->revision;
    item->level = run->level;
    item->decided_at = turn->world->now;
    enum item_written written = item_write(turn, item, &act, err);
    if (written != ITEM_WRITTEN)
        return wrote(written);
    bool proceeds = item->cause == ITEM_ABOUT_ONBOARDING;
    const char *note = arena_fmt(
        turn->arena, "✅ The facts are clean now (r%lld): %s, nobody needs to decide.",
        (long long)item->revision, proceeds ? "it proceeds" : "what it waited for is paid");
    bool ok = later_post_note(turn, item, "cleared", note) &&
              (!proceeds || (onboardings_set_state(turn->db, onboarding->tenant, onboarding->number,
                                                   ONBOARDING_PROVISIONING, turn->world->now) &&
                             later_provision(turn, onboarding)));
    return all_written(turn, ok, item, err) && desk_tell_news(turn, item, err) &&
           desk_tell(turn, item, err);
}

bool item_cancel(struct turn *turn, struct item *item, const char *reason, struct err *err)
{
    const struct actor usher = {.tenant = item->tenant, .user_id = "usher", .via = "job"};
    const struct item_act act = {
        .actor = &usher, .action = "item.cancelled", .from = state_of(item), .reason = reason};
    item->state = ITEM_CANCELLED;
    item->reason = reason;
    item->decided_at = turn->world->now;
    enum item_written written = item_write(turn, item, &act, err);
    if (written != ITEM_WRITTEN)
        return wrote(written);
    const char *note =
        arena_fmt(turn->arena, "Cancelled: %s.", card_outside(turn->arena, reason, CARD_LINE_MAX));
    bool ok = (item->cause == ITEM_ABOUT_CONDITION ||
               onboardings_set_state(turn->db, item->tenant, item->onboarding, ONBOARDING_CANCELLED,
                                     turn->world->now)) &&
              later_post_note(turn, item, "cancelled", note);
    return all_written(turn, ok, item, err);
}
