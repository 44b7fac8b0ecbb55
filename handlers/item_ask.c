/* Ask them: someone who may not decide asks those who can, by one mention in the card's thread. */
#include "handlers/item_scene.h"
#include "handlers/jobs/later.h"
#include "handlers/roles.h"

const char *item_who_can(struct turn *turn, const struct actor *actor,
                         const struct onboarding *onboarding, const struct item *item,
                         unsigned keys)
{
    const char *who = "";
    keys &= ~item_keys_turned(turn, item);
    for (unsigned key = KEY_CS; key <= KEY_FINANCE_DIRECTOR && !who[0]; key <<= 1)
        if (keys & key)
            who = roles_who_else(turn, actor, onboarding, item, key);
    return who;
}

struct moved item_ask(struct turn *turn, const struct actor *actor, int64_t onboarding,
                      int64_t revision, struct err *err)
{
    struct item_scene scene;
    struct moved end = item_scene_read(turn, actor, onboarding, revision, &scene, err);
    if (end.how != MOVE_DONE)
        return item_refused(turn, &scene, "ask", end, err);
    const char *who = item_who_can(turn, actor, &scene.onboarding, &scene.item,
                                   item_keys(&scene.item, &scene.run, &scene.brief));
    if (!who[0])
        return item_refused(turn, &scene, "ask",
                            moved(MOVE_NOT_POSSIBLE, "There is nobody to ask."), err);
    const struct item_act act = {.actor = actor, .action = "ask", .run = &scene.run};
    const char *purpose =
        arena_fmt(turn->arena, "ask:%s:%lld", actor->user_id, (long long)scene.item.revision);
    const char *text = arena_fmt(turn->arena, "🙋 %s: <@%s> asks you to decide %s r%lld.", who,
                                 actor->user_id, scene.onb, (long long)scene.item.revision);
    if (!later_note_once(turn, &scene.item, purpose, text) ||
        !item_audit(turn, onboarding, &scene.item, &act))
        return item_failed(turn, err);
    return moved(MOVE_DONE, arena_fmt(turn->arena, "Asked %s in the thread of the card.", who));
}
