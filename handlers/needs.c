/* What is whose to move on. */
#include "handlers/needs.h"

#include "handlers/recipient.h"
#include "handlers/roles.h"

#include <string.h>

static bool same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Also who is away: what is theirs stays theirs. */
static bool was_told(struct turn *turn, const struct actor *actor, const struct item *item,
                     int level)
{
    struct recipient to = recipient_first(turn, actor->tenant, item->onboarding, level);
    return same(to.user_id, actor->user_id) || same(to.away, actor->user_id);
}

bool needs_escalated_to(struct turn *turn, const struct actor *actor, const struct item *item)
{
    if (item->state != ITEM_ESCALATED_1 && item->state != ITEM_ESCALATED_2)
        return false;
    return was_told(turn, actor, item, 1) ||
           (item->state == ITEM_ESCALATED_2 && was_told(turn, actor, item, 2));
}

/* True when this person can move it on: turn a missing key, go on with what they claimed, or fix
 * what only its owner can. */
bool needs_person(struct turn *turn, const struct actor *actor, const struct card_subject *subject)
{
    const struct onboarding *onboarding = &subject->onboarding;
    const char *me = actor->user_id;
    const char *why = NULL;
    unsigned keys = card_missing_keys(turn, subject);
    if (same(subject->item.claimed_by, me))
        return true;
    if (keys != 0)
        return roles_key_for(turn, actor, onboarding, &subject->item, keys, &why) != 0;
    return subject->item.level == LEVEL_BLOCK_HARD &&
           (same(onboarding->owner_user_id, me) || same(onboarding->started_by, me));
}
