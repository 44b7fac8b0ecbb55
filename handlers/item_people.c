/* What people do to an item: approve, reject, claim, release, comment. Each ends with a sentence;
 * refused attempts stand in the audit log too. */
#include "base/broken.h"
#include "base/ids.h"
#include "base/text.h"
#include "db/approvals.h"
#include "handlers/card.h"
#include "handlers/deadline.h"
#include "handlers/item_change.h"
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

/* What a move is about, read once. */
struct scene {
    const struct actor *actor;
    int64_t number;
    struct onboarding onboarding;
    struct item item;
    struct run run; /* without its large texts */
    struct brief brief;
    bool has_item;
    const char *onb; /* "ONB-1042" */
};

static struct moved moved(enum move how, const char *why)
{
    return (struct moved){.how = how, .why = why};
}

static struct moved failed(struct turn *turn, struct err *err)
{
    if (db_ok(turn->db, err) && err->code == ERR_NONE)
        err_set(err, ERR_INTERNAL, "the move was not written");
    return moved(MOVE_FAILED, "That did not work, and nothing was changed.");
}

/* ---- what it is about ---- */

static const char *nothing_open(struct turn *turn, const struct scene *scene)
{
    return arena_fmt(turn->arena, "%s is %s: there is nothing to decide.", scene->onb,
                     onboarding_state_name(scene->onboarding.state));
}

/* The person saw an older revision. */
static struct moved stale(struct turn *turn, const struct scene *scene, int64_t revision,
                          struct err *err)
{
    struct run run, seen;
    struct decision now, before;
    const char *change = NULL;
    struct err unread; /* findings that can't be read leave out what changed */
    if (!item_decision(turn, &scene->item, &run, &now, err))
        return failed(turn, err);
    if (runs_get_decision(turn->db, turn->arena, scene->item.tenant, scene->number, revision,
                          &seen) &&
        decision_read(seen.findings, turn->arena, &before, &unread))
        change = sentence_change(turn, &before, &now);
    if (!later_edit_messages(turn, scene->item.tenant, scene->item.id))
        return failed(turn, err);
    return moved(MOVE_STALE, sentence_stale(turn, &scene->item, revision, change));
}

/* The onboarding and its newest item, undecided and shown to the person as it stands. */
static struct moved scene_read(struct turn *turn, const struct actor *actor, int64_t onboarding,
                               int64_t revision, struct scene *scene, struct err *err)
{
    char onb[ONB_TEXT_SIZE];
    *scene = (struct scene){.actor = actor,
                            .number = onboarding,
                            .onb = arena_str(turn->arena, onb_format(onboarding, onb))};
    if (!onboardings_get(turn->db, turn->arena, actor->tenant, onboarding, &scene->onboarding)) {
        if (!db_ok(turn->db, err))
            return failed(turn, err);
        return moved(MOVE_NOT_POSSIBLE,
                     arena_fmt(turn->arena, "There is no %s. `%s list` shows what there is.",
                               scene->onb, turn->config->slack.command));
    }
    scene->has_item = items_latest(turn->db, turn->arena, actor->tenant, onboarding, &scene->item);
    if (!scene->has_item)
        return db_ok(turn->db, err) ? moved(MOVE_NOT_POSSIBLE, nothing_open(turn, scene))
                                    : failed(turn, err);
    if (!item_is_open((enum item_state)scene->item.state))
        return moved(MOVE_ALREADY, sentence_already(turn, &scene->item));
    if (!item_brief(turn, &scene->item, &scene->run, &scene->brief, err))
        return failed(turn, err);
    if (revision == 0 || revision == scene->item.revision || BROKEN(stale_revision))
        return moved(MOVE_DONE, "");
    return stale(turn, scene, revision, err);
}

/* ---- endings ---- */

static const char *const move_codes[] = {
    [MOVE_DONE] = "done",   [MOVE_KEY_TURNED] = "key_turned", [MOVE_ALREADY] = "already",
    [MOVE_STALE] = "stale", [MOVE_FORBIDDEN] = "forbidden",   [MOVE_NOT_POSSIBLE] = "not_possible",
    [MOVE_HELD] = "held",   [MOVE_FAILED] = "failed",
};

/* Every attempt that changed nothing is remembered, with the sentence that was said. */
static struct moved refused(struct turn *turn, const struct scene *scene, const char *verb,
                            struct moved end, struct err *err)
{
    if (end.how == MOVE_FAILED)
        return end;
    const struct item_act act = {
        .actor = scene->actor,
        .action = arena_fmt(turn->arena, "%s.%s", verb, end.how == MOVE_HELD ? "held" : "refused"),
        .from = scene->has_item ? item_state_name((enum item_state)scene->item.state) : NULL,
        .reason = arena_fmt(turn->arena, "%s: %s", move_codes[end.how], end.why),
        .run = scene->run.id ? &scene->run : NULL,
    };
    return item_audit(turn, scene->number, scene->has_item ? &scene->item : NULL, &act)
               ? end
               : failed(turn, err);
}

/* Someone was first between reading and writing. */
static struct moved lost(struct turn *turn, struct scene *scene, const char *verb, struct err *err)
{
    if (!items_get(turn->db, turn->arena, scene->actor->tenant, scene->item.id, &scene->item))
        return failed(turn, err);
    const char *why = item_is_open((enum item_state)scene->item.state)
                          ? arena_fmt(turn->arena,
                                      "Someone else changed %s at the same moment, so "
                                      "nothing was done: look again.",
                                      scene->onb)
                          : sentence_already(turn, &scene->item);
    return refused(turn, scene, verb, moved(MOVE_ALREADY, why), err);
}

static struct moved write_move(struct turn *turn, struct scene *scene, const char *verb,
                               const struct item_act *act, struct moved end, struct err *err)
{
    switch (item_write(turn, &scene->item, act, err)) {
    case ITEM_WRITTEN:
        return end;
    case ITEM_LOST:
        return lost(turn, scene, verb, err);
    case ITEM_FAILED:
        break;
    }
    return failed(turn, err);
}

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

static bool add_approval(struct turn *turn, const struct scene *scene, const char *key,
                         const char *action, const char *reason)
{
    const struct approval approval = {
        .tenant = scene->actor->tenant,
        .item = scene->item.id,
        .user_id = scene->actor->user_id,
        .revision = scene->item.revision,
        .key = key,
        .action = action,
        .reason = reason,
        .via = scene->actor->via,
        .at = turn->world->now,
    };
    return approvals_add(turn->db, &approval);
}

/* ---- approve ---- */

static int64_t age_of_facts_ms(const struct turn *turn, const struct scene *scene)
{
    int64_t checked =
        scene->run.checked_at.ms ? scene->run.checked_at.ms : scene->run.created_at.ms;
    return turn->world->now.ms - checked;
}

static bool facts_are_old(const struct turn *turn, const struct scene *scene)
{
    int64_t age_ms = age_of_facts_ms(turn, scene);
    int64_t speed = turn->world->speed > 1 ? turn->world->speed : 1;
    return age_ms > turn->config->rules.max_age_min * MINUTE_MS && age_ms / speed > OLD_MACHINE_MS;
}

static struct moved hold(struct turn *turn, const struct scene *scene, const char *reason,
                         struct err *err)
{
    if (!later_approve(turn, scene->actor, scene->number, scene->item.revision, reason))
        return failed(turn, err);
    const char *why = arena_fmt(
        turn->arena,
        "The facts of %s are %s old, so I am reading them again now. Your approval counts as soon "
        "as they are there, if nothing has changed; the card shows it.",
        scene->onb, sentence_span(turn, age_of_facts_ms(turn, scene)));
    return refused(turn, scene, "approve", moved(MOVE_HELD, why), err);
}

/* One of several keys: the others are still asked for. */
static struct moved turn_key(struct turn *turn, struct scene *scene, unsigned key, unsigned missing,
                             const struct item_act *act, struct err *err)
{
    const char *who = "";
    for (unsigned bit = KEY_CS; bit <= KEY_FINANCE_DIRECTOR && !who[0]; bit <<= 1)
        if (missing & bit)
            who = roles_mentions(turn, scene->actor->tenant, roles_of_key(bit), 3,
                                 (const char *const[]){scene->actor->user_id, NULL});
    const char *why =
        arena_fmt(turn->arena, "You turned %s of %s r%lld. Still missing: %s%s%s%s.",
                  sentence_keys(turn, key), scene->onb, (long long)scene->item.revision,
                  sentence_keys(turn, missing), who[0] ? " (" : "", who, who[0] ? " can)" : "");
    return write_move(turn, scene, "approve", act, moved(MOVE_KEY_TURNED, why), err);
}

static struct moved approve_whole(struct turn *turn, struct scene *scene,
                                  const struct item_act *act, struct err *err)
{
    struct item *item = &scene->item;
    item->state = ITEM_DECIDED;
    item->decision = "approve";
    item->decided_by = scene->actor->user_id;
    item->decided_at = turn->world->now;
    item->reason = act->reason;
    const char *why = arena_fmt(turn->arena, "Approved: %s r%lld. Provisioning follows.",
                                scene->onb, (long long)item->revision);
    struct moved end = write_move(turn, scene, "approve", act, moved(MOVE_DONE, why), err);
    if (end.how != MOVE_DONE)
        return end;
    bool ok = onboardings_set_state(turn->db, item->tenant, item->onboarding,
                                    ONBOARDING_PROVISIONING, turn->world->now) &&
              later_provision(turn, &scene->onboarding);
    return ok ? end : failed(turn, err);
}

static struct moved approve_with(struct turn *turn, struct scene *scene, unsigned key,
                                 unsigned missing, const char *reason, struct err *err)
{
    if (!add_approval(turn, scene, key_name(key), "approve", reason))
        return lost(turn, scene, "approve", err);
    const struct item_act act = {
        .actor = scene->actor,
        .action = missing ? "approve.key" : "approve",
        .role = key_name(key),
        .from = item_state_name((enum item_state)scene->item.state),
        .reason = reason,
        .run = &scene->run,
    };
    return missing ? turn_key(turn, scene, key, missing, &act, err)
                   : approve_whole(turn, scene, &act, err);
}

/* Nobody can approve it. */
static struct moved blocked(struct turn *turn, const struct scene *scene, struct err *err)
{
    struct run run;
    struct decision decision;
    if (!item_decision(turn, &scene->item, &run, &decision, err))
        return failed(turn, err);
    return moved(MOVE_NOT_POSSIBLE, sentence_blocked(turn, &scene->item, &decision));
}

struct moved item_approve(struct turn *turn, const struct actor *actor, int64_t onboarding,
                          int64_t revision, const char *reason, struct err *err)
{
    struct scene scene;
    struct moved end = scene_read(turn, actor, onboarding, revision, &scene, err);
    if (end.how != MOVE_DONE)
        return refused(turn, &scene, "approve", end, err);
    unsigned keys = item_keys(&scene.item, &scene.run, &scene.brief);
    if (keys == 0)
        return refused(turn, &scene, "approve", blocked(turn, &scene, err), err);
    keys &= ~item_keys_turned(turn, &scene.item);
    if (BROKEN(one_key_enough) && keys > KEY_CS)
        keys = KEY_CS;
    const char *why = NULL;
    unsigned key = roles_key_for(turn, actor, &scene.onboarding, &scene.item, keys, &why);
    if (!db_ok(turn->db, err))
        return failed(turn, err);
    if (key == 0)
        return refused(turn, &scene, "approve", moved(MOVE_FORBIDDEN, why), err);
    if (facts_are_old(turn, &scene) && !BROKEN(old_facts))
        return hold(turn, &scene, reason, err);
    return approve_with(turn, &scene, key, keys & ~key, reason, err);
}

/* ---- reject ---- */

struct moved item_reject(struct turn *turn, const struct actor *actor, int64_t onboarding,
                         int64_t revision, const char *reason, struct err *err)
{
    struct scene scene;
    struct moved end = scene_read(turn, actor, onboarding, revision, &scene, err);
    if (end.how != MOVE_DONE)
        return refused(turn, &scene, "reject", end, err);
    const char *why = NULL;
    if (!roles_may_reject(turn, actor, &scene.onboarding, &why))
        return refused(turn, &scene, "reject", moved(MOVE_FORBIDDEN, why), err);
    if (!add_approval(turn, &scene, "reject", "reject", reason))
        return lost(turn, &scene, "reject", err);
    const struct item_act act = {
        .actor = actor,
        .action = "reject",
        .from = item_state_name((enum item_state)scene.item.state),
        .reason = reason,
        .run = &scene.run,
    };
    scene.item.state = ITEM_DECIDED;
    scene.item.decision = "reject";
    scene.item.decided_by = actor->user_id;
    scene.item.decided_at = turn->world->now;
    scene.item.reason = reason;
    why = arena_fmt(
        turn->arena, "Rejected: %s r%lld. `%s check %s` asks again when it has been fixed.",
        scene.onb, (long long)scene.item.revision, turn->config->slack.command, scene.onb);
    end = write_move(turn, &scene, "reject", &act, moved(MOVE_DONE, why), err);
    if (end.how == MOVE_DONE && !onboardings_set_state(turn->db, actor->tenant, onboarding,
                                                       ONBOARDING_REJECTED, turn->world->now))
        return failed(turn, err);
    return end;
}

/* ---- claim and release ---- */

static const char *next_timer(struct turn *turn, const struct item *item)
{
    if (item_t1_runs(item))
        return arena_fmt(turn->arena, "The manager hears of it %s if nobody decides.",
                         card_date(turn, item->t1_at));
    if (item_t2_runs(item))
        return arena_fmt(turn->arena, "The director hears of it %s if nobody decides.",
                         card_date(turn, item->t2_at));
    return "Manager and director know of it already.";
}

static struct moved claim(struct turn *turn, struct scene *scene, const char *verb, struct err *err)
{
    struct item *item = &scene->item;
    const struct item_act act = {
        .actor = scene->actor,
        .action = verb,
        .from = item_state_name((enum item_state)item->state),
        .run = &scene->run,
    };
    if (item->state == ITEM_OPEN)
        item->state = ITEM_CLAIMED;
    item->claimed_by = scene->actor->user_id;
    item->claimed_at = turn->world->now;
    const char *why = arena_fmt(turn->arena, "%s is yours. %s", scene->onb, next_timer(turn, item));
    return write_move(turn, scene, verb, &act, moved(MOVE_DONE, why), err);
}

struct moved item_claim(struct turn *turn, const struct actor *actor, int64_t onboarding,
                        struct err *err)
{
    struct scene scene;
    const char *why = NULL;
    struct moved end = scene_read(turn, actor, onboarding, 0, &scene, err);
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
                                : refused(turn, &scene, "claim", end, err);
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
    struct scene scene;
    const char *why = NULL;
    struct item *item = &scene.item;
    struct moved end = scene_read(turn, actor, onboarding, 0, &scene, err);
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
        return refused(turn, &scene, "release", end, err);
    const struct item_act act = {
        .actor = actor,
        .action = "release",
        .from = item_state_name((enum item_state)item->state),
        .run = &scene.run,
    };
    if (item->state == ITEM_CLAIMED) {
        item->state = ITEM_OPEN;
        item->t1_at = deadline_after_release(turn->config, turn->world->now, item->t1_at);
    }
    item->claimed_by = NULL;
    item->claimed_at = (struct wall){0};
    why = arena_fmt(turn->arena, "%s is nobody's again. %s", scene.onb, next_timer(turn, item));
    return write_move(turn, &scene, "release", &act, moved(MOVE_DONE, why), err);
}

/* ---- comment ---- */

struct moved item_comment(struct turn *turn, const struct actor *actor, int64_t onboarding,
                          const char *text, struct err *err)
{
    struct scene scene;
    const char *why = NULL;
    struct moved end = scene_read(turn, actor, onboarding, 0, &scene, err);
    if (end.how == MOVE_FAILED || !scene.onboarding.tenant)
        return end;
    if (!roles_may_work(turn, actor, &why))
        return refused(turn, &scene, "note", moved(MOVE_FORBIDDEN, why), err);
    const struct item_act act = {.actor = actor, .action = "note", .reason = text};
    const char *said =
        arena_fmt(turn->arena, "💬 <@%s>: %s", actor->user_id, text_slack_escape(turn->arena, text));
    struct id id = id_new(turn->world);
    if (!item_audit(turn, onboarding, scene.has_item ? &scene.item : NULL, &act) ||
        !later_note_onboarding(turn, actor->tenant, onboarding, id.text, said))
        return failed(turn, err);
    if (end.how != MOVE_DONE || scene.item.state != ITEM_OPEN ||
        !roles_has(turn, actor->tenant, actor->user_id, ROLE_APPROVER))
        return moved(MOVE_DONE, arena_fmt(turn->arena, "Noted for %s.", scene.onb));
    end = claim(turn, &scene, "claim", err);
    if (end.how == MOVE_DONE)
        end.why = arena_fmt(turn->arena, "Noted. %s", end.why);
    return end;
}
