/* What people do to an item beside deciding it: claim, release, comment. Each ends with a sentence;
 * refused attempts stand in the audit log too. */
#include "base/ids.h"
#include "base/text.h"
#include "handlers/card.h"
#include "handlers/deadline.h"
#include "handlers/item_scene.h"
#include "handlers/jobs/later.h"
#include "handlers/roles.h"

#include <string.h>

/* ---- claim and release ---- */

static const char *next_timer(struct turn *turn, const struct item *item)
{
    if (item_t1_runs(item))
        return arena_fmt(turn->arena, "The manager hears of it %s if nobody decides.",
                         card_date(turn, item->t1_at));
    if (item_t2_runs(item))
        return arena_fmt(turn->arena, "The director hears of it %s if nobody decides.",
                         card_date(turn, item->t2_at));
    if (item->told1_at.ms > 0)
        return "Manager and director know of it already.";
    return item_again_runs(item)
               ? arena_fmt(turn->arena,
                           "The director knows of it already; the manager hears of it %s if nobody "
                           "decides.",
                           card_date(turn, item->again_at))
               : "The director knows of it already.";
}

/* The manager's timers run again: with four working hours at least, once it is awake. */
static void give_back(struct turn *turn, struct item *item)
{
    bool asleep = item->state == ITEM_SNOOZED;
    struct wall from = asleep ? item->snoozed_until : turn->world->now;
    if (item_standing(item) == ITEM_CLAIMED) {
        item->t1_at = deadline_after_release(turn->config, from, item->t1_at);
        if (asleep)
            item->snoozed_from = ITEM_OPEN;
        else
            item->state = ITEM_OPEN;
    } else if (item->again_at.ms > 0) {
        item->again_at = deadline_after_release(turn->config, from, item->again_at);
    }
    item->claimed_by = NULL;
    item->claimed_at = (struct wall){0};
}

static struct moved claim(struct turn *turn, struct item_scene *scene, const char *verb,
                          struct err *err)
{
    struct item *item = &scene->item;
    const struct item_act act = {
        .actor = scene->actor,
        .action = verb,
        .from = item_state_name((enum item_state)item->state),
        .run = &scene->run,
    };
    item_take_claim(turn, item, scene->actor->user_id);
    const char *why = arena_fmt(turn->arena, "%s is yours. %s", scene->onb, next_timer(turn, item));
    return item_move(turn, scene, verb, &act, moved(MOVE_DONE, why), err);
}

struct moved item_claim(struct turn *turn, const struct actor *actor, int64_t onboarding,
                        struct err *err)
{
    struct item_scene scene;
    const char *why = NULL;
    struct moved end = item_scene_read(turn, actor, onboarding, 0, &scene, err);
    if (end.how == MOVE_DONE && !roles_may_work(turn, actor, &why))
        end = moved(MOVE_FORBIDDEN, why);
    if (end.how == MOVE_DONE && scene.item.claimed_by) {
        bool own = strcmp(scene.item.claimed_by, actor->user_id) == 0;
        why = own ? arena_fmt(turn->arena, "You claimed %s already, %s.", scene.onb,
                              card_date(turn, scene.item.claimed_at))
                  : arena_fmt(turn->arena, "%s was claimed by <@%s>, %s.", scene.onb,
                              scene.item.claimed_by, card_date(turn, scene.item.claimed_at));
        end = moved(own ? MOVE_ALREADY : MOVE_NOT_POSSIBLE, why);
    }
    return end.how == MOVE_DONE ? claim(turn, &scene, "claim", err)
                                : item_refused(turn, &scene, "claim", end, err);
}

/* Who claimed it, or someone above them. */
static bool may_release(struct turn *turn, const struct actor *actor, const struct item *item)
{
    return strcmp(item->claimed_by, actor->user_id) == 0 ||
           roles_has(turn, actor->tenant, actor->user_id, ROLE_MANAGER) ||
           roles_has(turn, actor->tenant, actor->user_id, ROLE_DIRECTOR) ||
           roles_has(turn, actor->tenant, actor->user_id, ROLE_ADMIN);
}

struct moved item_release(struct turn *turn, const struct actor *actor, int64_t onboarding,
                          struct err *err)
{
    struct item_scene scene;
    const char *why = NULL;
    struct item *item = &scene.item;
    struct moved end = item_scene_read(turn, actor, onboarding, 0, &scene, err);
    if (end.how == MOVE_DONE && !roles_may_work(turn, actor, &why))
        end = moved(MOVE_FORBIDDEN, why);
    if (end.how == MOVE_DONE && !item->claimed_by)
        end = moved(MOVE_NOT_POSSIBLE, arena_fmt(turn->arena, "Nobody has claimed %s.", scene.onb));
    if (end.how == MOVE_DONE && !may_release(turn, actor, item))
        end = moved(MOVE_FORBIDDEN,
                    arena_fmt(turn->arena,
                              "You can't release %s: <@%s> claimed it. They can, or a manager.",
                              scene.onb, item->claimed_by));
    if (end.how != MOVE_DONE)
        return item_refused(turn, &scene, "release", end, err);
    const struct item_act act = {
        .actor = actor,
        .action = "release",
        .from = item_state_name((enum item_state)item->state),
        .run = &scene.run,
    };
    give_back(turn, item);
    why = arena_fmt(turn->arena, "%s is nobody's again. %s", scene.onb, next_timer(turn, item));
    return item_move(turn, &scene, "release", &act, moved(MOVE_DONE, why), err);
}

static bool release_of(struct turn *turn, struct item *item, const char *gone)
{
    struct err err = {0};
    const struct actor usher = {.tenant = item->tenant, .user_id = "usher", .via = "event"};
    const struct item_act act = {
        .actor = &usher,
        .action = "release",
        .from = item_state_name((enum item_state)item->state),
        .reason = arena_fmt(turn->arena, "%s claimed it and is gone", gone),
    };
    give_back(turn, item);
    switch (item_write(turn, item, &act, &err)) {
    case ITEM_WRITTEN:
        return later_post_note(
            turn, item, arena_fmt(turn->arena, "gone:%lld", (long long)item->generation),
            arena_fmt(
                turn->arena,
                "⚠️ <@%s> claimed this and is deactivated or became a guest: it is nobody's "
                "again. %s",
                gone, next_timer(turn, item)));
    case ITEM_LOST:
        return true;
    case ITEM_FAILED:
        break;
    }
    return false;
}

bool item_claimer_gone(struct turn *turn, const char *tenant, const char *user_id)
{
    struct item *items;
    struct err err;
    size_t count = items_list(turn->db, turn->arena, tenant, ITEM_OPEN_STATES, 0, &items);
    for (size_t i = 0; i < count; i++)
        if (items[i].claimed_by && strcmp(items[i].claimed_by, user_id) == 0 &&
            !release_of(turn, &items[i], user_id))
            return false;
    return db_ok(turn->db, &err);
}

/* ---- comment ---- */

struct moved item_comment(struct turn *turn, const struct actor *actor, int64_t onboarding,
                          const char *text, struct err *err)
{
    struct item_scene scene;
    const char *why = NULL;
    struct moved end = item_scene_read(turn, actor, onboarding, 0, &scene, err);
    if (end.how == MOVE_FAILED || !scene.onboarding.tenant)
        return end;
    if (!roles_may_work(turn, actor, &why))
        return item_refused(turn, &scene, "note", moved(MOVE_FORBIDDEN, why), err);
    const struct item_act act = {
        .actor = actor, .action = "note", .behalf_of = scene.behalf_of, .reason = text};
    const char *said =
        arena_fmt(turn->arena, "💬 <@%s>: %s", actor->user_id, text_slack_escape(turn->arena, text));
    struct id id = id_new(turn->world);
    if (!item_audit(turn, onboarding, scene.has_item ? &scene.item : NULL, &act) ||
        !later_note_onboarding(turn, actor->tenant, onboarding, id.text, said))
        return item_failed(turn, err);
    if (end.how != MOVE_DONE || scene.item.state != ITEM_OPEN ||
        !roles_has(turn, actor->tenant, actor->user_id, ROLE_APPROVER))
        return moved(MOVE_DONE, arena_fmt(turn->arena, "Noted for %s.", scene.onb));
    end = claim(turn, &scene, "claim", err);
    if (end.how == MOVE_DONE)
        end.why = arena_fmt(turn->arena, "Noted. %s", end.why);
    return end;
}

/* An approver answered in the thread: it is theirs from now on, and the thread says so. */
static struct moved claim_by_remark(struct turn *turn, struct item_scene *scene, struct err *err)
{
    struct moved end = claim(turn, scene, "claim", err);
    if (end.how != MOVE_DONE)
        return end;
    const char *note = arena_fmt(
        turn->arena, "🙋 <@%s> answered here, so it is theirs: `%s release %s` gives it back.",
        scene->actor->user_id, turn->config->slack.command, scene->onb);
    const char *key = arena_fmt(turn->arena, "claimed:%lld", (long long)scene->item.generation);
    return later_post_note(turn, &scene->item, key, note) ? end : item_failed(turn, err);
}

struct moved item_remark(struct turn *turn, const struct actor *actor, int64_t onboarding,
                         const char *text, struct err *err)
{
    struct item_scene scene;
    struct moved end = item_scene_read(turn, actor, onboarding, 0, &scene, err);
    if (end.how == MOVE_FAILED || !scene.onboarding.tenant)
        return end;
    const struct item_act act = {.actor = actor, .action = "comment", .reason = text};
    if (!item_audit(turn, onboarding, scene.has_item ? &scene.item : NULL, &act))
        return item_failed(turn, err);
    const char *why = NULL;
    if (end.how != MOVE_DONE || scene.item.state != ITEM_OPEN ||
        !roles_may_work(turn, actor, &why) ||
        !roles_has(turn, actor->tenant, actor->user_id, ROLE_APPROVER))
        return moved(MOVE_DONE, "");
    return claim_by_remark(turn, &scene, err);
}
