/* The item's timers: manager and director hear of what nobody has decided, the manager again on
 * later working days, and what slept is asked again. */
#include "base/broken.h"
#include "handlers/card.h"
#include "handlers/deadline.h"
#include "handlers/item_change.h"
#include "handlers/jobs/later.h"
#include "handlers/recipient.h"

#include <assert.h>

/* ---- shared ---- */

static const struct actor *usher_of(struct turn *turn, const struct item *item)
{
    const struct actor actor = {.tenant = item->tenant, .user_id = "usher", .via = "timer"};
    struct actor *out = arena_alloc(turn->arena, sizeof *out);
    *out = actor;
    return out;
}

static bool all_written(struct turn *turn, bool ok, const struct item *item, struct err *err)
{
    if (ok)
        return true;
    if (db_ok(turn->db, err))
        err_set(err, ERR_INTERNAL, "item %s: what follows its timer was not written", item->id);
    return false;
}

static const char *note_key(struct turn *turn, const char *what, const struct item *item)
{
    return arena_fmt(turn->arena, "%s:%lld", what, (long long)item->generation);
}

/* ---- escalation ---- */

static const struct {
    const char *action; /* in the audit log */
    enum item_state to;
} levels[] = {
    [TIMER_MANAGER] = {"escalate.manager", ITEM_ESCALATED_1},
    [TIMER_DIRECTOR] = {"escalate.director", ITEM_ESCALATED_2},
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
    struct recipient director =
        recipient_first(turn, item->tenant, item->onboarding, TIMER_DIRECTOR);
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

/* Nobody hears twice of the same level on one working day: what is told again is told on a later
 * one. */
static void mark_told(struct turn *turn, struct item *item, enum item_timer level)
{
    struct wall now = turn->world->now;
    if (!BROKEN(escalated_twice))
        item->state = levels[level].to;
    item->snoozed_until = (struct wall){0};
    if (level == TIMER_DIRECTOR)
        item->told2_at = now;
    else
        item->told1_at = now;
    /* The director's may overtake the manager's: what nobody claims is told to them all the same.
     */
    if (level == TIMER_MANAGER || item->again_at.ms == 0)
        item->again_at = deadline_again(turn->config, now);
}

static const char *told_reason(struct turn *turn, const struct recipient *to)
{
    if (!to->user_id)
        return "nobody there: said in the channel, to the admins";
    return arena_fmt(turn->arena, "to %s%s%s", to->user_id, to->away ? " for " : "",
                     to->away ? to->away : "");
}

/* Whoever is told now does not work at this hour: another than when the time was promised. */
static bool hold(struct turn *turn, struct item *item, enum item_timer level, struct wall until,
                 struct err *err)
{
    const struct item_act act = {
        .actor = usher_of(turn, item),
        .action = level == TIMER_MANAGER ? "held.manager" : "held.director",
        .from = item_state_name((enum item_state)item->state),
        .reason = "outside the working time of whoever is told",
    };
    if (level == TIMER_DIRECTOR)
        item->t2_at = until;
    else if (item_t1_runs(item))
        item->t1_at = until;
    else
        item->again_at = until;
    return item_write(turn, item, &act, err) != ITEM_FAILED;
}

static bool tell(struct turn *turn, struct item *item, enum item_timer level, struct err *err)
{
    struct recipient to = recipient_first(turn, item->tenant, item->onboarding, (int)level);
    const struct item_act act = {
        .actor = usher_of(turn, item),
        .action = levels[level].action,
        .from = item_state_name((enum item_state)item->state),
        .reason = told_reason(turn, &to),
    };
    mark_told(turn, item, level);
    enum item_written written = item_write(turn, item, &act, err);
    if (written != ITEM_WRITTEN)
        return written == ITEM_LOST;
    bool ok = (!to.user_id || later_post_dm(turn, item, (int)level, to.user_id)) &&
              later_post_note(turn, item, note_key(turn, "escalated", item),
                              escalation_note(turn, item, &to));
    return all_written(turn, ok, item, err);
}

/* The manager once more: by DM alone; where nobody is there, the thread was told the first time. */
static bool tell_again(struct turn *turn, struct item *item, struct err *err)
{
    struct recipient to = recipient_first(turn, item->tenant, item->onboarding, TIMER_MANAGER);
    const struct item_act act = {
        .actor = usher_of(turn, item),
        .action = "remind.manager",
        .from = item_state_name((enum item_state)item->state),
        .reason = told_reason(turn, &to),
    };
    item->told1_at = turn->world->now;
    item->again_at = deadline_again(turn->config, turn->world->now);
    enum item_written written = item_write(turn, item, &act, err);
    if (written != ITEM_WRITTEN)
        return written == ITEM_LOST;
    return all_written(turn, !to.user_id || later_post_dm(turn, item, TIMER_MANAGER, to.user_id),
                       item, err);
}

/* ---- waking ---- */

static bool wake(struct turn *turn, struct item *item, struct err *err)
{
    const struct item_act act = {
        .actor = usher_of(turn, item),
        .action = "woke",
        .from = item_state_name(ITEM_SNOOZED),
    };
    item->state = item->snoozed_from;
    item->snoozed_until = (struct wall){0};
    enum item_written written = item_write(turn, item, &act, err);
    if (written != ITEM_WRITTEN)
        return written == ITEM_LOST;
    bool ok = later_post_again(turn, item) &&
              later_post_note(turn, item, note_key(turn, "woke", item),
                              "⏰ The snooze is over and nothing is decided: it is asked again.");
    return all_written(turn, ok, item, err);
}

/* ---- the timers ---- */

bool item_timer(struct turn *turn, const char *tenant, const char *item_id, enum item_timer timer,
                int64_t generation, struct err *err)
{
    struct item item;
    if (!items_get(turn->db, turn->arena, tenant, item_id, &item))
        return db_ok(turn->db, err);
    if (item.generation != generation && !BROKEN(generation_ignored))
        return true;
    bool again = timer == TIMER_MANAGER && item_again_runs(&item);
    if (item_timer_at(&item, timer).ms == 0 || (again && turn->world->now.ms < item.again_at.ms))
        return later_escalate_past(turn, &item, timer);
    if (timer != TIMER_WAKE) {
        struct calendar hours = recipient_hours(turn, &item, (int)timer);
        struct wall next = calendar_next_working(&hours, turn->world->now);
        if (next.ms > turn->world->now.ms)
            return hold(turn, &item, timer, next, err);
    }
    switch (timer) {
    case TIMER_MANAGER:
        return again ? tell_again(turn, &item, err) : tell(turn, &item, timer, err);
    case TIMER_DIRECTOR:
        return tell(turn, &item, timer, err);
    case TIMER_WAKE:
        return wake(turn, &item, err);
    }
    return true;
}
