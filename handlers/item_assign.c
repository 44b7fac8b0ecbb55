/* Assign and nudge: a manager gives a question to someone who may decide it; anyone who works here
 * may remind those who can, now and then. */
#include "base/calendar.h"
#include "handlers/card.h"
#include "handlers/item_scene.h"
#include "handlers/jobs/later.h"
#include "handlers/roles.h"

#include <string.h>

enum { SHOWN = 5, HOUR_MS = 60 * 60 * 1000 };

static bool same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* ---- assign ---- */

static struct moved may_assign(struct turn *turn, const struct item_scene *scene)
{
    const struct actor *actor = scene->actor;
    const char *why = NULL;
    if (!roles_may_work(turn, actor, &why))
        return moved(MOVE_FORBIDDEN, why);
    if (roles_has(turn, actor->tenant, actor->user_id, ROLE_MANAGER) ||
        roles_has(turn, actor->tenant, actor->user_id, ROLE_DIRECTOR))
        return moved(MOVE_DONE, "");
    const char *who = roles_mentions(turn, actor->tenant, ROLE_MANAGER, SHOWN, NULL);
    return moved(MOVE_FORBIDDEN,
                 arena_fmt(turn->arena,
                           "You can't assign %s: that is for managers. %s%s You can claim it "
                           "yourself: `%s claim %s`.",
                           scene->onb, who, who[0] ? " can." : "", turn->config->slack.command,
                           scene->onb));
}

/* Who decides nothing here is given nothing: the role, the owner's and the starter's bans. What
 * nobody can approve goes to anyone who works here. */
static struct moved may_be_given(struct turn *turn, const struct item_scene *scene,
                                 const struct actor *person)
{
    const char *why = NULL;
    unsigned keys = item_keys(&scene->item, &scene->run, &scene->brief);
    bool may = keys ? roles_key_for(turn, person, &scene->onboarding, &scene->item, keys, &why) != 0
                    : roles_may_work(turn, person, &why);
    if (may)
        return moved(MOVE_DONE, "");
    const char *const except[] = {
        person->user_id,
        scene->onboarding.owner_user_id ? scene->onboarding.owner_user_id : person->user_id,
        scene->onboarding.started_by ? scene->onboarding.started_by : person->user_id, NULL};
    const char *who = roles_mentions(turn, person->tenant, ROLE_APPROVER, SHOWN, except);
    return moved(MOVE_NOT_POSSIBLE,
                 arena_fmt(turn->arena, "<@%s> may not decide %s, so it stays where it is.%s%s%s",
                           person->user_id, scene->onb, who[0] ? " " : "", who,
                           who[0] ? " can." : ""));
}

static struct moved give(struct turn *turn, struct item_scene *scene, const char *user_id,
                         struct err *err)
{
    struct item *item = &scene->item;
    const struct item_act act = {
        .actor = scene->actor,
        .action = "assign",
        .role = "manager",
        .from = item_state_name((enum item_state)item->state),
        .reason = arena_fmt(turn->arena, "to %s", user_id),
        .run = &scene->run,
    };
    item_take_claim(turn, item, user_id);
    const char *why =
        arena_fmt(turn->arena, "%s is <@%s>'s now, and they are told.", scene->onb, user_id);
    struct moved end = item_move(turn, scene, "assign", &act, moved(MOVE_DONE, why), err);
    if (end.how != MOVE_DONE)
        return end;
    const char *note =
        arena_fmt(turn->arena, "👉 <@%s> gave this to <@%s>.", scene->actor->user_id, user_id);
    const char *key = arena_fmt(turn->arena, "assigned:%lld", (long long)item->generation);
    return later_post_assigned(turn, item) && later_post_note(turn, item, key, note)
               ? end
               : item_failed(turn, err);
}

struct moved item_may_assign(struct turn *turn, const struct actor *actor, int64_t onboarding,
                             struct err *err)
{
    struct item_scene scene;
    struct moved end = item_scene_read(turn, actor, onboarding, 0, &scene, err);
    if (end.how == MOVE_DONE)
        end = may_assign(turn, &scene);
    return end.how == MOVE_DONE ? end : item_refused(turn, &scene, "assign", end, err);
}

struct moved item_assign(struct turn *turn, const struct actor *actor, int64_t onboarding,
                         const char *user_id, struct err *err)
{
    struct item_scene scene;
    const struct actor person = {.tenant = actor->tenant, .user_id = user_id, .via = actor->via};
    struct moved end = item_scene_read(turn, actor, onboarding, 0, &scene, err);
    if (end.how == MOVE_DONE)
        end = may_assign(turn, &scene);
    if (end.how == MOVE_DONE && same(scene.item.claimed_by, user_id))
        end = moved(MOVE_ALREADY,
                    arena_fmt(turn->arena, "%s is <@%s>'s already.", scene.onb, user_id));
    if (end.how == MOVE_DONE)
        end = may_be_given(turn, &scene, &person);
    return end.how == MOVE_DONE ? give(turn, &scene, user_id, err)
                                : item_refused(turn, &scene, "assign", end, err);
}

/* ---- nudge ---- */

/* Whoever claimed it; else those whose key is missing; else whoever works on deals. */
static const char *to_remind(struct turn *turn, const struct item_scene *scene)
{
    static const unsigned all[] = {KEY_CS, KEY_FINANCE, KEY_FINANCE_DIRECTOR};
    const struct onboarding *onboarding = &scene->onboarding;
    const struct item *item = &scene->item;
    const char *nobody = "", *text = "";
    if (item->claimed_by)
        return arena_fmt(turn->arena, "<@%s>", item->claimed_by);
    const char *const except[] = {onboarding->owner_user_id ? onboarding->owner_user_id : nobody,
                                  onboarding->started_by ? onboarding->started_by : nobody, NULL};
    unsigned missing = item_keys(item, &scene->run, &scene->brief) & ~item_keys_turned(turn, item);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (!(missing & all[i]))
            continue;
        const char *who = roles_mentions(turn, item->tenant, roles_of_key(all[i]), SHOWN, except);
        text = arena_fmt(turn->arena, "%s%s%s", text, text[0] && who[0] ? " · " : "", who);
    }
    return text[0] ? text : roles_mentions(turn, item->tenant, ROLE_CSM, SHOWN, NULL);
}

static struct moved may_nudge(struct turn *turn, const struct item_scene *scene)
{
    const struct item *item = &scene->item;
    const char *why = NULL;
    if (!roles_may_work(turn, scene->actor, &why))
        return moved(MOVE_FORBIDDEN, why);
    if (item->state == ITEM_SNOOZED)
        return moved(MOVE_NOT_POSSIBLE,
                     arena_fmt(turn->arena, "%s sleeps until %s; it is asked again then.",
                               scene->onb, card_date(turn, item->snoozed_until)));
    struct wall next = calendar_add_working(&turn->config->calendar, item->nudged_at,
                                            turn->config->escalation.nudge_h * HOUR_MS);
    if (item->nudged_at.ms > 0 && turn->world->now.ms < next.ms)
        return moved(
            MOVE_NOT_POSSIBLE,
            arena_fmt(turn->arena, "The thread of %s was reminded %s; the next time from %s on.",
                      scene->onb, card_date(turn, item->nudged_at), card_date(turn, next)));
    return moved(MOVE_DONE, "");
}

struct moved item_nudge(struct turn *turn, const struct actor *actor, int64_t onboarding,
                        struct err *err)
{
    struct item_scene scene;
    struct moved end = item_scene_read(turn, actor, onboarding, 0, &scene, err);
    if (end.how == MOVE_DONE)
        end = may_nudge(turn, &scene);
    if (end.how != MOVE_DONE)
        return item_refused(turn, &scene, "nudge", end, err);
    struct item *item = &scene.item;
    const char *who = to_remind(turn, &scene);
    const struct item_act act = {.actor = actor,
                                 .action = "nudge",
                                 .from = item_state_name((enum item_state)item->state),
                                 .run = &scene.run};
    item->nudged_at = turn->world->now;
    const char *why = arena_fmt(turn->arena, "Reminded in the thread of %s%s%s.", scene.onb,
                                who[0] ? ": " : "", who);
    end = item_move(turn, &scene, "nudge", &act, moved(MOVE_DONE, why), err);
    if (end.how != MOVE_DONE)
        return end;
    const char *note =
        arena_fmt(turn->arena, "🔔 <@%s> reminds: nobody has decided this since %s.%s%s",
                  actor->user_id, card_date(turn, item->opened_at), who[0] ? " " : "", who);
    const char *key = arena_fmt(turn->arena, "nudged:%lld", (long long)item->generation);
    return later_post_note(turn, item, key, note) ? end : item_failed(turn, err);
}
