/* The escalation item's states, and the moves that no person makes: opening, timers, new facts, the
 * end without people. What people do is in item_approve.c and item_people.c, how a change is
 * written in item_change.c.
 */
#include "handlers/item.h"

#include "base/broken.h"
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

bool item_t1_runs(const struct item *item)
{
    bool armed = states[item->state].t1 || (item->state == ITEM_CLAIMED && BROKEN(claim_ignored));
    return armed && item->t1_at.ms > 0;
}

bool item_t2_runs(const struct item *item)
{
    return states[item->state].t2 && item->t2_at.ms > 0;
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

bool item_open(struct turn *turn, const struct onboarding *onboarding, const struct run *run,
               const struct item *previous, struct item *out, struct err *err)
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
    };
    deadline_set(turn->config, out);
    const struct item_act act = {
        .actor = &usher,
        .action = "item.opened",
        .reason = level_name((enum level)run->level),
        .run = run,
    };
    bool ok = items_add(turn->db, turn->arena, turn->world, out) &&
              item_audit(turn, out->onboarding, out, &act) &&
              onboardings_set_state(turn->db, onboarding->tenant, onboarding->number,
                                    ONBOARDING_WAITING, turn->world->now) &&
              later_post_card(turn, out) && later_escalate(turn, out) &&
              later_publish_home(turn, out->tenant, NULL);
    return all_written(turn, ok, out, err) && desk_tell(turn, out, err);
}

/* ---- timers ---- */

static const struct {
    const char *action; /* in the audit log */
    enum item_state to;
} levels[] = {
    [1] = {"escalate.manager", ITEM_ESCALATED_1},
    [2] = {"escalate.director", ITEM_ESCALATED_2},
};

/* "<@U0KIM>", with " (standing in for <@U0LEE>)" where they do. */
static const char *recipient_words(struct turn *turn, const struct recipient *to)
{
    return to->away ? arena_fmt(turn->arena, "<@%s> (standing in for <@%s>)", to->user_id, to->away)
                    : arena_fmt(turn->arena, "<@%s>", to->user_id);
}

static const char *next_words(struct turn *turn, const struct item *item)
{
    if (!item_t2_runs(item))
        return "";
    struct recipient director = recipient_first(turn, item->tenant, item->onboarding, 2);
    return arena_fmt(turn->arena, " Next: %s, %s.",
                     director.user_id ? recipient_words(turn, &director)
                                      : recipient_admins(turn, item->tenant),
                     card_date(turn, item->t2_at));
}

/* The line in the thread: who is told, and who is next. */
static const char *escalation_note(struct turn *turn, const struct item *item,
                                   const struct recipient *to)
{
    const char *claim =
        item->claimed_by ? arena_fmt(turn->arena, " (<@%s> claimed it)", item->claimed_by) : "";
    const char *told = to->user_id
                           ? arena_fmt(turn->arena, "%s is told now", recipient_words(turn, to))
                           : arena_fmt(turn->arena,
                                       "there is no manager or director to tell, so %s: please see "
                                       "that it is decided",
                                       recipient_admins(turn, item->tenant));
    return arena_fmt(turn->arena, "⏰ No decision since %s%s; %s.%s",
                     card_date(turn, item->opened_at), claim, told, next_words(turn, item));
}

bool item_escalate(struct turn *turn, const char *tenant, const char *item_id, int level,
                   int64_t generation, struct err *err)
{
    assert(level == 1 || level == 2);
    struct item item;
    if (!items_get(turn->db, turn->arena, tenant, item_id, &item))
        return db_ok(turn->db, err);
    bool armed = level == 1 ? item_t1_runs(&item) : item_t2_runs(&item);
    if ((item.generation != generation && !BROKEN(generation_ignored)) || !armed)
        return true;
    const struct actor usher = {.tenant = tenant, .user_id = "usher", .via = "timer"};
    struct recipient to = recipient_first(turn, tenant, item.onboarding, level);
    const char *who = to.user_id, *away = to.away;
    const struct item_act act = {
        .actor = &usher,
        .action = levels[level].action,
        .from = state_of(&item),
        .reason =
            who ? arena_fmt(turn->arena, "to %s%s%s", who, away ? " for " : "", away ? away : "")
                : "nobody there: said in the channel, to the admins",
    };
    if (!BROKEN(escalated_twice))
        item.state = levels[level].to;
    enum item_written written = item_write(turn, &item, &act, err);
    if (written != ITEM_WRITTEN)
        return wrote(written);
    bool ok = (!who || later_post_dm(turn, &item, level, who)) &&
              later_post_note(turn, &item, note_key(turn, "escalated", &item),
                              escalation_note(turn, &item, &to));
    return all_written(turn, ok, &item, err);
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
    const char *note = arena_fmt(
        turn->arena, "✅ The facts are clean now (r%lld): it proceeds, nobody needs to decide.",
        (long long)item->revision);
    bool ok = onboardings_set_state(turn->db, onboarding->tenant, onboarding->number,
                                    ONBOARDING_PROVISIONING, turn->world->now) &&
              later_post_note(turn, item, "cleared", note) && later_provision(turn, onboarding);
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
    bool ok = onboardings_set_state(turn->db, item->tenant, item->onboarding, ONBOARDING_CANCELLED,
                                    turn->world->now) &&
              later_post_note(turn, item, "cancelled", note);
    return all_written(turn, ok, item, err);
}
