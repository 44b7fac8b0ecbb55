/* What a person's move on an item is about, and how it ends. */
#include "handlers/item_scene.h"

#include "base/broken.h"
#include "handlers/card_link.h"
#include "handlers/delegation.h"
#include "handlers/jobs/later.h"
#include "handlers/sentence.h"

struct moved item_failed(struct turn *turn, struct err *err)
{
    if (db_ok(turn->db, err) && err->code == ERR_NONE)
        err_set(err, ERR_INTERNAL, "the move was not written");
    return moved(MOVE_FAILED, "That did not work, and nothing was changed.");
}

/* ---- what it is about ---- */

static const char *nothing_open(struct turn *turn, const struct item_scene *scene)
{
    return arena_fmt(turn->arena, "%s is %s: there is nothing to decide.", scene->onb,
                     onboarding_state_name(scene->onboarding.state));
}

/* The person saw an older revision. */
static struct moved stale(struct turn *turn, const struct item_scene *scene, int64_t revision,
                          struct err *err)
{
    struct run run, seen;
    struct decision now, before;
    const char *change = NULL;
    struct err unread; /* findings that can't be read leave out what changed */
    if (!item_decision(turn, &scene->item, &run, &now, err))
        return item_failed(turn, err);
    if (runs_get_decision(turn->db, turn->arena, scene->item.tenant, scene->number, revision,
                          &seen) &&
        decision_read(seen.findings, turn->arena, &before, &unread))
        change = sentence_change(turn, &before, &now);
    if (!later_edit_messages(turn, scene->item.tenant, scene->item.id))
        return item_failed(turn, err);
    const char *url = card_link_of(
        turn, &scene->item, card_link_reader(turn, scene->actor->tenant, scene->actor->user_id));
    return moved(MOVE_STALE, sentence_stale(turn, &scene->item, revision, change, url));
}

struct moved item_scene_read(struct turn *turn, const struct actor *actor, int64_t onboarding,
                             int64_t revision, struct item_scene *scene, struct err *err)
{
    char onb[ONB_TEXT_SIZE];
    *scene = (struct item_scene){.actor = actor,
                                 .number = onboarding,
                                 .onb = arena_str(turn->arena, onb_format(onboarding, onb))};
    if (!onboardings_get(turn->db, turn->arena, actor->tenant, onboarding, &scene->onboarding)) {
        if (!db_ok(turn->db, err))
            return item_failed(turn, err);
        return moved(MOVE_NOT_POSSIBLE,
                     arena_fmt(turn->arena, "There is no %s. `%s list` shows what there is.",
                               scene->onb, turn->config->slack.command));
    }
    scene->has_item = items_latest(turn->db, turn->arena, actor->tenant, onboarding, &scene->item);
    scene->behalf_of = delegation_behalf(turn, actor->tenant, actor->user_id, onboarding,
                                         scene->has_item ? &scene->item : NULL);
    if (!scene->has_item)
        return db_ok(turn->db, err) ? moved(MOVE_NOT_POSSIBLE, nothing_open(turn, scene))
                                    : item_failed(turn, err);
    if (!item_is_open((enum item_state)scene->item.state))
        return moved(MOVE_ALREADY, sentence_already(turn, &scene->item));
    if (!item_brief(turn, &scene->item, &scene->run, &scene->brief, err))
        return item_failed(turn, err);
    if (revision == 0 || revision == scene->item.revision || BROKEN(stale_revision))
        return moved(MOVE_DONE, "");
    return stale(turn, scene, revision, err);
}

/* ---- endings ---- */

static const char *const move_codes[] = {
    [MOVE_DONE] = "done",           [MOVE_KEY_TURNED] = "key_turned",
    [MOVE_ALREADY] = "already",     [MOVE_STALE] = "stale",
    [MOVE_FORBIDDEN] = "forbidden", [MOVE_NOT_POSSIBLE] = "not_possible",
    [MOVE_ASKS] = "asks",           [MOVE_HELD] = "held",
    [MOVE_FAILED] = "failed",
};

struct moved item_refused(struct turn *turn, const struct item_scene *scene, const char *verb,
                          struct moved end, struct err *err)
{
    if (end.how == MOVE_FAILED)
        return end;
    const struct item_act act = {
        .actor = scene->actor,
        .action = arena_fmt(turn->arena, "%s.%s", verb, end.how == MOVE_HELD ? "held" : "refused"),
        .behalf_of = scene->behalf_of,
        .from = scene->has_item ? item_state_name((enum item_state)scene->item.state) : NULL,
        .reason = arena_fmt(turn->arena, "%s: %s", move_codes[end.how], end.why),
        .run = scene->run.id ? &scene->run : NULL,
    };
    return item_audit(turn, scene->number, scene->has_item ? &scene->item : NULL, &act)
               ? end
               : item_failed(turn, err);
}

struct moved item_lost(struct turn *turn, struct item_scene *scene, const char *verb,
                       struct err *err)
{
    if (!items_get(turn->db, turn->arena, scene->actor->tenant, scene->item.id, &scene->item))
        return item_failed(turn, err);
    const char *why = item_is_open((enum item_state)scene->item.state)
                          ? arena_fmt(turn->arena,
                                      "Someone else changed %s at the same moment, so "
                                      "nothing was done: look again.",
                                      scene->onb)
                          : sentence_already(turn, &scene->item);
    return item_refused(turn, scene, verb, moved(MOVE_ALREADY, why), err);
}

struct moved item_move(struct turn *turn, struct item_scene *scene, const char *verb,
                       const struct item_act *act, struct moved end, struct err *err)
{
    struct item_act whose = *act;
    whose.behalf_of = scene->behalf_of;
    switch (item_write(turn, &scene->item, &whose, err)) {
    case ITEM_WRITTEN:
        return end;
    case ITEM_LOST:
        return item_lost(turn, scene, verb, err);
    case ITEM_FAILED:
        break;
    }
    return item_failed(turn, err);
}
