/* Snooze: a question that cannot be decided yet sleeps for a while and is asked again. The
 * manager's timer moves with it, the director's does not, but by a manager. */
#include "handlers/card.h"
#include "handlers/card_values.h"
#include "handlers/deadline.h"
#include "handlers/item_scene.h"
#include "handlers/jobs/later.h"
#include "handlers/roles.h"

#include <string.h>

enum { MINUTE_MS = 60 * 1000 };

static bool is_manager(struct turn *turn, const struct actor *actor)
{
    return roles_has(turn, actor->tenant, actor->user_id, ROLE_MANAGER) ||
           roles_has(turn, actor->tenant, actor->user_id, ROLE_DIRECTOR);
}

static const char *managers(struct turn *turn, const struct actor *actor)
{
    enum { SHOWN = 3 };
    const char *who = roles_mentions(turn, actor->tenant, ROLE_MANAGER, SHOWN, NULL);
    return who[0] ? arena_fmt(turn->arena, "%s can.", who) : "A manager can.";
}

/* ---- who may, and for how long ---- */

static struct moved may_snooze(struct turn *turn, const struct item_scene *scene)
{
    const struct actor *actor = scene->actor;
    const struct item *item = &scene->item;
    const char *why = NULL;
    if (!roles_may_work(turn, actor, &why))
        return moved(MOVE_FORBIDDEN, why);
    bool own = item->claimed_by && strcmp(item->claimed_by, actor->user_id) == 0;
    if (!own && !roles_has(turn, actor->tenant, actor->user_id, ROLE_APPROVER))
        return moved(MOVE_FORBIDDEN,
                     arena_fmt(turn->arena,
                               "You can't snooze %s: that is for whoever claimed it, and for "
                               "approvers. Claim it first: `%s claim %s`.",
                               scene->onb, turn->config->slack.command, scene->onb));
    if (item->state == ITEM_SNOOZED)
        return moved(MOVE_NOT_POSSIBLE,
                     arena_fmt(turn->arena, "%s sleeps already, until %s.", scene->onb,
                               card_date(turn, item->snoozed_until)));
    if (is_manager(turn, actor))
        return moved(MOVE_DONE, "");
    bool told = item->state == ITEM_ESCALATED_1 || item->state == ITEM_ESCALATED_2;
    if (told)
        return moved(MOVE_FORBIDDEN,
                     arena_fmt(turn->arena, "You can't snooze %s: it was escalated already. %s",
                               scene->onb, managers(turn, actor)));
    if (item->snoozes >= turn->config->snooze.max_times)
        return moved(MOVE_NOT_POSSIBLE,
                     arena_fmt(turn->arena,
                               "%s was snoozed %lld time%s already, and that is the limit. %s",
                               scene->onb, (long long)item->snoozes, item->snoozes == 1 ? "" : "s",
                               managers(turn, actor)));
    return moved(MOVE_DONE, "");
}

static struct moved within_limits(struct turn *turn, const struct item_scene *scene,
                                  struct wall until, int64_t working_ms)
{
    const struct item *item = &scene->item;
    const struct calendar *calendar = &turn->config->calendar;
    int64_t days = turn->config->snooze.max_working_days;
    int64_t day_ms = (int64_t)(calendar->end_minute - calendar->start_minute) * MINUTE_MS;
    if (item_t2_runs(item) && until.ms > item->t2_at.ms)
        return moved(MOVE_NOT_POSSIBLE,
                     arena_fmt(turn->arena,
                               "%s can't sleep until %s: the director hears of it %s, and only a "
                               "manager may move that. %s",
                               scene->onb, card_date(turn, until), card_date(turn, item->t2_at),
                               managers(turn, scene->actor)));
    if (item->snoozed_ms + working_ms > days * day_ms)
        return moved(MOVE_NOT_POSSIBLE,
                     arena_fmt(turn->arena,
                               "%s can't sleep until %s: that makes more than %lld working day%s "
                               "in all. %s",
                               scene->onb, card_date(turn, until), (long long)days,
                               days == 1 ? "" : "s", managers(turn, scene->actor)));
    return moved(MOVE_DONE, "");
}

/* ---- the move ---- */

/* The later of two promises, and not after the director's. */
static void move_timers(struct turn *turn, struct item *item, struct wall until)
{
    const struct config *config = turn->config;
    bool t2_runs = item_t2_runs(item);
    if (t2_runs && until.ms > item->t2_at.ms)
        item->t2_at = deadline_after_release(config, until, item->t2_at);
    if (item->state == ITEM_ESCALATED_1 || item->state == ITEM_ESCALATED_2) {
        item->again_at = deadline_after_release(config, until, item->again_at);
        return;
    }
    item->t1_at = deadline_after_release(config, until, item->t1_at);
    if (t2_runs && item->t1_at.ms > item->t2_at.ms)
        item->t1_at = item->t2_at;
}

static const char *promise(struct turn *turn, const struct item *item)
{
    const char *manager =
        item_t1_runs(item)
            ? arena_fmt(turn->arena, " The manager hears of it %s.", card_date(turn, item->t1_at))
            : "";
    const char *director =
        item_t2_runs(item)
            ? arena_fmt(turn->arena, " The director hears of it %s.", card_date(turn, item->t2_at))
            : "";
    return arena_fmt(turn->arena, "%s%s", manager, director);
}

static struct moved put_to_sleep(struct turn *turn, struct item_scene *scene,
                                 const struct snooze *snooze, int64_t working_ms, struct err *err)
{
    struct item *item = &scene->item;
    const char *until = card_date(turn, snooze->until);
    char at[WALL_TEXT_SIZE];
    const struct item_act act = {
        .actor = scene->actor,
        .action = "snooze",
        .role = is_manager(turn, scene->actor) ? "manager" : NULL,
        .from = item_state_name((enum item_state)item->state),
        .reason =
            arena_fmt(turn->arena, "until %s: %s", wall_format(snooze->until, at), snooze->reason),
        .run = &scene->run,
    };
    move_timers(turn, item, snooze->until);
    item->snoozed_from = item->state;
    item->state = ITEM_SNOOZED;
    item->snoozed_until = snooze->until;
    item->snoozes++;
    item->snoozed_ms += working_ms;
    const char *why = arena_fmt(turn->arena, "%s sleeps until %s and is asked again then.%s",
                                scene->onb, until, promise(turn, item));
    struct moved end = item_move(turn, scene, "snooze", &act, moved(MOVE_DONE, why), err);
    if (end.how != MOVE_DONE)
        return end;
    const char *note =
        arena_fmt(turn->arena, "💤 <@%s> snoozed this until %s: %s", scene->actor->user_id, until,
                  card_outside(turn->arena, snooze->reason, CARD_LINE_MAX));
    const char *key = arena_fmt(turn->arena, "snoozed:%lld", (long long)item->generation);
    return later_post_note(turn, item, key, note) ? end : item_failed(turn, err);
}

struct moved item_may_snooze(struct turn *turn, const struct actor *actor, int64_t onboarding,
                             int64_t revision, struct err *err)
{
    struct item_scene scene;
    struct moved end = item_scene_read(turn, actor, onboarding, revision, &scene, err);
    if (end.how == MOVE_DONE)
        end = may_snooze(turn, &scene);
    return end.how == MOVE_DONE ? end : item_refused(turn, &scene, "snooze", end, err);
}

struct moved item_snooze(struct turn *turn, const struct actor *actor, int64_t onboarding,
                         int64_t revision, const struct snooze *snooze, struct err *err)
{
    struct item_scene scene;
    struct moved end = item_scene_read(turn, actor, onboarding, revision, &scene, err);
    if (end.how == MOVE_DONE)
        end = may_snooze(turn, &scene);
    int64_t working_ms =
        calendar_working_between(&turn->config->calendar, turn->world->now, snooze->until);
    if (end.how == MOVE_DONE && !is_manager(turn, actor))
        end = within_limits(turn, &scene, snooze->until, working_ms);
    return end.how == MOVE_DONE ? put_to_sleep(turn, &scene, snooze, working_ms, err)
                                : item_refused(turn, &scene, "snooze", end, err);
}
