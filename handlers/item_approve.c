/* Approve: whose key is turned, on which facts, and what follows. */
#include "base/broken.h"
#include "db/approvals.h"
#include "handlers/acknowledge.h"
#include "handlers/card.h"
#include "handlers/condition.h"
#include "handlers/item_scene.h"
#include "handlers/jobs/later.h"
#include "handlers/roles.h"
#include "handlers/sentence.h"

#include <string.h>

enum {
    MINUTE_MS = 60 * 1000,
    /* On a scaled clock facts grow old within moments: they are never refetched sooner than this
     * much machine time after they came. */
    OLD_MACHINE_MS = 60 * 1000
};

/* ---- keys ---- */

unsigned item_keys(const struct item *item, const struct run *run, const struct brief *brief)
{
    if (run->level <= LEVEL_NOTE)
        return item->previous_id ? KEY_CS : 0;
    return brief->keys;
}

unsigned item_keys_turned(struct turn *turn, const struct item *item)
{
    struct approval *list;
    size_t count = approvals_list(turn->db, turn->arena, item->tenant, item->id, &list);
    unsigned turned = 0;
    for (size_t i = 0; i < count; i++)
        for (unsigned key = KEY_CS; key <= KEY_FINANCE_DIRECTOR; key <<= 1)
            if (list[i].revision == item->revision && strcmp(list[i].action, "approve") == 0 &&
                strcmp(list[i].key, key_name(key)) == 0)
                turned |= key;
    return turned;
}

bool item_add_approval(struct turn *turn, const struct item_scene *scene, const char *key,
                       const char *action, const struct item_given *given)
{
    const struct approval approval = {
        .tenant = scene->actor->tenant,
        .item = scene->item.id,
        .user_id = scene->actor->user_id,
        .revision = scene->item.revision,
        .key = key,
        .action = action,
        .reason = given->reason,
        .acknowledged = given->acknowledged,
        .pay_by = given->pay_by,
        .via = scene->actor->via,
        .behalf_of = scene->behalf_of,
        .at = turn->world->now,
    };
    return approvals_add(turn->db, &approval);
}

/* ---- approve ---- */

/* An approval as it counts. */
struct approving {
    struct decision decision;    /* that it is about; none of clean facts */
    struct acknowledging needed; /* of its findings */
    struct item_given counts;
};

static int64_t age_of_facts_ms(const struct turn *turn, const struct item_scene *scene)
{
    int64_t checked =
        scene->run.checked_at.ms ? scene->run.checked_at.ms : scene->run.created_at.ms;
    return turn->world->now.ms - checked;
}

static bool facts_are_old(const struct turn *turn, const struct item_scene *scene)
{
    int64_t age_ms = age_of_facts_ms(turn, scene);
    int64_t speed = turn->world->speed > 1 ? turn->world->speed : 1;
    return age_ms > turn->config->rules.max_age_min * MINUTE_MS && age_ms / speed > OLD_MACHINE_MS;
}

/* What was given is kept by its names: it has to fit the facts that come. */
static struct moved hold(struct turn *turn, const struct item_scene *scene,
                         const struct approving *approving, struct err *err)
{
    struct item_given given = approving->counts;
    given.acknowledged = acknowledge_names(turn->arena, &approving->needed);
    if (!later_approve(turn, scene->actor, scene->number, scene->item.revision, &given))
        return item_failed(turn, err);
    const char *why = arena_fmt(
        turn->arena,
        "The facts of %s are %s old, so I am reading them again now. Your approval counts as soon "
        "as they are there, if nothing has changed; the card shows it.",
        scene->onb, sentence_span(turn, age_of_facts_ms(turn, scene)));
    return item_refused(turn, scene, "approve", moved(MOVE_HELD, why), err);
}

/* One of several keys: the others are still asked for. */
static struct moved turn_key(struct turn *turn, struct item_scene *scene, unsigned key,
                             unsigned missing, const struct item_act *act, struct err *err)
{
    const char *who = item_who_can(turn, scene->actor, &scene->onboarding, &scene->item, missing);
    const char *why =
        arena_fmt(turn->arena, "You turned %s of %s r%lld. Still missing: %s%s%s%s.",
                  sentence_keys(turn, key), scene->onb, (long long)scene->item.revision,
                  sentence_keys(turn, missing), who[0] ? " (" : "", who, who[0] ? " can)" : "");
    return item_move(turn, scene, "approve", act, moved(MOVE_KEY_TURNED, why), err);
}

static const char *approved_words(struct turn *turn, const struct item_scene *scene)
{
    const struct item *item = &scene->item;
    const char *undo =
        item->apply_at.ms
            ? arena_fmt(turn->arena, " Until %s you can take it back: `%s undo %s`.",
                        card_date(turn, item->apply_at), turn->config->slack.command, scene->onb)
            : "";
    return arena_fmt(turn->arena, "Approved: %s r%lld. %s%s", scene->onb, (long long)item->revision,
                     item->cause == ITEM_ABOUT_CONDITION ? "What is provisioned stands."
                                                         : "Provisioning follows.",
                     undo);
}

/* What follows on the whole approval: the condition's timer, and provisioning where that is what it
 * is about. */
static bool begin_approved(struct turn *turn, const struct item_scene *scene,
                           const struct decision *decision)
{
    const struct item *item = &scene->item;
    if (!condition_begin(turn, item, scene->actor->user_id, decision))
        return false;
    if (item->cause == ITEM_ABOUT_CONDITION)
        return true;
    return onboardings_set_state(turn->db, item->tenant, item->onboarding, ONBOARDING_PROVISIONING,
                                 turn->world->now) &&
           (item->apply_at.ms ? later_apply(turn, item)
                              : later_provision(turn, &scene->onboarding));
}

static struct moved approve_whole(struct turn *turn, struct item_scene *scene,
                                  const struct item_act *act, const struct approving *approving,
                                  struct err *err)
{
    struct item *item = &scene->item;
    item->undo_state = item->state;
    if (item->cause == ITEM_ABOUT_ONBOARDING)
        item->apply_at = item_apply_at(turn);
    item->state = ITEM_DECIDED;
    item->decision = "approve";
    item->decided_by = scene->actor->user_id;
    item->decided_at = turn->world->now;
    item->reason = approving->counts.reason;
    struct moved end =
        item_move(turn, scene, "approve", act, moved(MOVE_DONE, approved_words(turn, scene)), err);
    if (end.how != MOVE_DONE)
        return end;
    return begin_approved(turn, scene, &approving->decision) ? end : item_failed(turn, err);
}

/* For the audit log: the reason, what was acknowledged, the condition. */
static const char *given_words(struct turn *turn, const struct item_given *given)
{
    const char *words = given->reason;
    if (given->acknowledged)
        words = arena_fmt(turn->arena, "%s%sacknowledged: %s", words ? words : "",
                          words ? " · " : "", given->acknowledged);
    return given->pay_by ? arena_fmt(turn->arena, "%s%spaid by %s", words ? words : "",
                                     words ? " · " : "", given->pay_by)
                         : words;
}

static struct moved approve_with(struct turn *turn, struct item_scene *scene, unsigned key,
                                 unsigned missing, const struct approving *approving,
                                 struct err *err)
{
    const struct item_given *given = &approving->counts;
    if (!item_add_approval(turn, scene, key_name(key), "approve", given))
        return item_lost(turn, scene, "approve", err);
    const struct item_act act = {
        .actor = scene->actor,
        .action = missing ? "approve.key" : "approve",
        .role = key_name(key),
        .from = item_state_name((enum item_state)scene->item.state),
        .reason = given_words(turn, given),
        .run = &scene->run,
    };
    return missing ? turn_key(turn, scene, key, missing, &act, err)
                   : approve_whole(turn, scene, &act, approving, err);
}

/* Nobody can approve it. */
static struct moved blocked(struct turn *turn, const struct item_scene *scene, struct err *err)
{
    struct run run;
    struct decision decision;
    if (!item_decision(turn, &scene->item, &run, &decision, err))
        return item_failed(turn, err);
    return moved(MOVE_NOT_POSSIBLE, sentence_blocked(turn, &scene->item, &decision));
}

/* What is to be acknowledged for this key, and of what is given what counts; MOVE_DONE where it
 * does. Clean facts have nothing to acknowledge, and are not read for it. */
static struct moved acknowledged(struct turn *turn, const struct item_scene *scene,
                                 int64_t revision, unsigned key, const struct item_given *given,
                                 struct approving *out, struct err *err)
{
    *out = (struct approving){0};
    if (scene->run.level > LEVEL_NOTE) {
        if (!item_findings(turn, &scene->item, &out->decision, err))
            return item_failed(turn, err);
        acknowledging_of(&out->decision, key, turn->arena, &out->needed);
    }
    const char *why = acknowledge_lacks(turn, &scene->item, revision, &out->needed, given);
    if (why)
        return moved(MOVE_ASKS, why);
    out->counts = (struct item_given){
        .reason = given->reason && given->reason[0] ? given->reason : NULL,
        .acknowledged = acknowledge_record(turn->arena, &out->needed),
        .pay_by = given->pay_by && given->pay_by[0] ? given->pay_by : NULL,
    };
    return moved(MOVE_DONE, "");
}

struct moved item_approve(struct turn *turn, const struct actor *actor, int64_t onboarding,
                          int64_t revision, const struct item_given *given, struct err *err)
{
    struct item_scene scene;
    struct approving approving;
    struct moved end = item_scene_read(turn, actor, onboarding, revision, &scene, err);
    if (end.how != MOVE_DONE)
        return item_refused(turn, &scene, "approve", end, err);
    unsigned keys = item_keys(&scene.item, &scene.run, &scene.brief);
    if (keys == 0)
        return item_refused(turn, &scene, "approve", blocked(turn, &scene, err), err);
    keys &= ~item_keys_turned(turn, &scene.item);
    if (BROKEN(one_key_enough) && keys > KEY_CS)
        keys = KEY_CS;
    const char *why = NULL;
    unsigned key = roles_key_for(turn, actor, &scene.onboarding, &scene.item, keys, &why);
    if (!db_ok(turn->db, err))
        return item_failed(turn, err);
    if (key == 0)
        return item_refused(turn, &scene, "approve", moved(MOVE_FORBIDDEN, why), err);
    end = acknowledged(turn, &scene, revision, key, given, &approving, err);
    if (end.how == MOVE_ASKS && given->may_ask)
        return end;
    if (end.how != MOVE_DONE)
        return item_refused(turn, &scene, "approve", end, err);
    if (facts_are_old(turn, &scene) && !BROKEN(old_facts))
        return hold(turn, &scene, &approving, err);
    return approve_with(turn, &scene, key, keys & ~key, &approving, err);
}
