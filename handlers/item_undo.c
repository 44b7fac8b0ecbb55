/* Undo: an approval is applied only after a while, and until then it can be taken back. An approval
 * stands as it is meanwhile: the item is decided, and nothing of it has reached another system.
 *
 *   approve ──> DECIDED, apply_at set ── time ──> apply_at 0, provisioning begins
 *                      └── undo ──> as it was before, timers armed again
 */
#include "base/broken.h"
#include "db/approvals.h"
#include "handlers/card_values.h"
#include "handlers/condition.h"
#include "handlers/deadline.h"
#include "handlers/item_scene.h"
#include "handlers/jobs/later.h"
#include "handlers/roles.h"
#include "handlers/sentence.h"

#include <string.h>

enum { SECOND_MS = 1000, SCALED_MAX_MS = 5000 };

/* A person's hand is no quicker on a scaled clock, but an hour passes while it moves. */
struct wall item_apply_at(const struct turn *turn)
{
    int64_t ms = turn->config->approval.undo_s * SECOND_MS;
    if (turn->world->speed > 1 && ms > SCALED_MAX_MS)
        ms = SCALED_MAX_MS;
    return ms ? wall_after_machine(turn->world, ms) : (struct wall){0};
}

bool item_apply(struct turn *turn, const char *tenant, const char *item_id, int64_t generation,
                struct err *err)
{
    struct item item;
    struct onboarding onboarding;
    if (!items_get(turn->db, turn->arena, tenant, item_id, &item))
        return db_ok(turn->db, err);
    if ((item.generation != generation && !BROKEN(applied_early)) || item.apply_at.ms == 0)
        return true;
    const struct actor usher = {.tenant = tenant, .user_id = "usher", .via = "timer"};
    const struct item_act act = {
        .actor = &usher,
        .action = "apply",
        .from = item_state_name((enum item_state)item.state),
        .reason = "the time to undo it is over: provisioning begins",
    };
    item.apply_at = (struct wall){0};
    if (!onboardings_get(turn->db, turn->arena, tenant, item.onboarding, &onboarding))
        return db_ok(turn->db, err) && err_set(err, ERR_NOT_FOUND, "its onboarding is not there");
    switch (item_write(turn, &item, &act, err)) {
    case ITEM_WRITTEN:
        return later_provision(turn, &onboarding) ||
               (db_ok(turn->db, err) && err_set(err, ERR_INTERNAL, "%s: not written", item_id));
    case ITEM_LOST:
        return true;
    case ITEM_FAILED:
        break;
    }
    return false;
}

/* ---- taking it back ---- */

static bool is_approved(const struct item_scene *scene)
{
    const struct item *item = &scene->item;
    return scene->has_item && item->state == ITEM_DECIDED && item->decision &&
           strcmp(item->decision, "approve") == 0;
}

static bool turned_a_key(struct turn *turn, const struct item *item, const char *user_id)
{
    struct approval *list;
    size_t count = approvals_list(turn->db, turn->arena, item->tenant, item->id, &list);
    for (size_t i = 0; i < count; i++)
        if (list[i].revision == item->revision && strcmp(list[i].user_id, user_id) == 0)
            return true;
    return false;
}

/* Why there is nothing to take back; NULL where there is. */
static const char *too_late(struct turn *turn, const struct item_scene *scene)
{
    const struct item *item = &scene->item;
    if (!scene->has_item || item_is_open((enum item_state)item->state))
        return arena_fmt(turn->arena, "%s is not approved: there is nothing to undo.", scene->onb);
    if (!is_approved(scene))
        return arena_fmt(turn->arena,
                         "%s Only an approval can be undone; `%s check %s` asks again.",
                         sentence_already(turn, item), turn->config->slack.command, scene->onb);
    if (item->apply_at.ms || BROKEN(undo_after_provisioning))
        return NULL;
    return arena_fmt(turn->arena,
                     "%s %s, so the approval can't be undone any more. What stands there is taken "
                     "back on the platform.",
                     scene->onb,
                     scene->onboarding.state == ONBOARDING_PROVISIONED
                         ? "is provisioned already"
                         : "is being provisioned already");
}

static const char *not_theirs(struct turn *turn, const struct item_scene *scene)
{
    return arena_fmt(turn->arena,
                     "You can't undo the approval of %s: <@%s> gave it. They can, or a manager.",
                     scene->onb, scene->item.decided_by);
}

/* As it was, but for timers whose time has passed meanwhile. */
static void reopen(struct turn *turn, struct item *item)
{
    item->state = item->undo_state;
    item->decision = item->decided_by = item->reason = NULL;
    item->decided_at = item->apply_at = (struct wall){0};
    if (item_t1_runs(item))
        item->t1_at = deadline_after_undo(turn->config, turn->world->now, item->t1_at);
    if (item_t2_runs(item))
        item->t2_at = deadline_after_undo(turn->config, turn->world->now, item->t2_at);
}

static struct moved take_back(struct turn *turn, struct item_scene *scene, bool own,
                              struct err *err)
{
    struct item *item = &scene->item;
    const char *user = scene->actor->user_id;
    const struct item_act act = {
        .actor = scene->actor,
        .action = "undo",
        .from = item_state_name((enum item_state)item->state),
        .reason = own ? "own approval" : arena_fmt(turn->arena, "approved by %s", item->decided_by),
        .run = &scene->run,
    };
    const char *note =
        arena_fmt(turn->arena, "↩️ <@%s> took the approval back: %s r%lld is open again.", user,
                  scene->onb, (long long)item->revision);
    if (!approvals_undo(turn->db, item, own ? user : NULL, item->generation + 1, user,
                        turn->world->now))
        return item_failed(turn, err);
    if (!condition_drop(turn, item))
        return item_failed(turn, err);
    reopen(turn, item);
    const char *why = arena_fmt(turn->arena, "Undone: %s r%lld is open again, nothing was done.",
                                scene->onb, (long long)item->revision);
    struct moved end = item_move(turn, scene, "undo", &act, moved(MOVE_DONE, why), err);
    if (end.how != MOVE_DONE)
        return end;
    bool ok =
        onboardings_set_state(turn->db, item->tenant, item->onboarding, ONBOARDING_WAITING,
                              turn->world->now) &&
        later_post_note(turn, item,
                        arena_fmt(turn->arena, "undone:%lld", (long long)item->generation), note);
    return ok ? end : item_failed(turn, err);
}

struct moved item_undo(struct turn *turn, const struct actor *actor, int64_t onboarding,
                       struct err *err)
{
    struct item_scene scene;
    const char *why = NULL;
    struct moved end = item_scene_read(turn, actor, onboarding, 0, &scene, err);
    if (end.how == MOVE_FAILED)
        return end;
    if (!scene.onboarding.tenant)
        return item_refused(turn, &scene, "undo", end, err);
    if (!roles_may_look(turn, actor, &why))
        return item_refused(turn, &scene, "undo", moved(MOVE_FORBIDDEN, why), err);
    why = too_late(turn, &scene);
    if (why)
        return item_refused(turn, &scene, "undo", moved(MOVE_NOT_POSSIBLE, why), err);
    bool own = turned_a_key(turn, &scene.item, actor->user_id);
    if (!own && !roles_has(turn, actor->tenant, actor->user_id, ROLE_MANAGER) &&
        !roles_has(turn, actor->tenant, actor->user_id, ROLE_DIRECTOR))
        return item_refused(turn, &scene, "undo", moved(MOVE_FORBIDDEN, not_theirs(turn, &scene)),
                            err);
    if (!item_brief(turn, &scene.item, &scene.run, &scene.brief, err))
        return item_failed(turn, err);
    return take_back(turn, &scene, own, err);
}
