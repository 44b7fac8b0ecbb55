/* Who stands in for whom: what is read of delegations. Giving one is in delegation_give.c. */
#include "handlers/delegation.h"

#include "base/broken.h"
#include "handlers/delegation_rules.h"
#include "handlers/recipient.h"
#include "handlers/roles.h"

#include <string.h>

enum { CHAIN_MAX = 8, BARRING_MAX = 64 };

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static struct span now_of(const struct turn *turn)
{
    return (struct span){turn->world->now, {turn->world->now.ms + 1}};
}

static bool is_about(const struct delegation *delegation, int64_t onboarding)
{
    return delegation->onboarding == 0 || delegation->onboarding == onboarding;
}

/* Neither is gone, and the delegate is of equal or higher role. */
static bool is_fit(struct turn *turn, const struct delegation *delegation)
{
    const char *tenant = delegation->tenant;
    return !roles_is_gone(turn, tenant, delegation->from) &&
           !roles_is_gone(turn, tenant, delegation->to) &&
           !delegation_lacks(turn, tenant, delegation->from, delegation->to);
}

/* ---- from the one who is away ---- */

static const char *delegate_of(struct turn *turn, const char *tenant, const char *user,
                               int64_t onboarding)
{
    struct delegation *list;
    size_t count = delegations_from(turn->db, turn->arena, tenant, user, now_of(turn), &list);
    for (size_t i = 0; i < count; i++)
        if (is_about(&list[i], onboarding) && is_fit(turn, &list[i]))
            return list[i].to;
    return NULL;
}

const char *delegation_of(struct turn *turn, const char *tenant, const char *user,
                          int64_t onboarding)
{
    const char *who = NULL, *next = user;
    for (size_t i = 0; next && i < CHAIN_MAX; i++) {
        next = delegate_of(turn, tenant, next, onboarding);
        if (same(next, user))
            break;
        who = next ? next : who;
    }
    return who;
}

bool delegation_now(struct turn *turn, const char *tenant, const char *user, int64_t onboarding,
                    struct delegation *out)
{
    struct delegation *list;
    const struct span ahead = {turn->world->now, {INT64_MAX}};
    size_t count = delegations_from(turn->db, turn->arena, tenant, user, ahead, &list);
    for (size_t i = 0; i < count; i++)
        if (list[i].onboarding == onboarding) {
            *out = list[i];
            return true;
        }
    return false;
}

/* ---- to the one who stands in ---- */

bool delegation_lends(enum role role)
{
    return role != ROLE_ADMIN && role != ROLE_AUDITOR && role != ROLE_VIEWER;
}

size_t delegators_of(struct turn *turn, const char *tenant, const char *user, int64_t onboarding,
                     const char ***out)
{
    struct delegation *list;
    size_t count = delegations_to(turn->db, turn->arena, tenant, user, now_of(turn), &list);
    size_t kept = 0;
    *out = arena_array(turn->arena, count + 1, sizeof **out);
    for (size_t i = 0; i < count; i++)
        if (is_about(&list[i], onboarding) && is_fit(turn, &list[i]))
            (*out)[kept++] = list[i].from;
    return kept;
}

static bool is_among(const char *const *ids, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (same(ids[i], id))
            return true;
    return false;
}

size_t delegators_barring(struct turn *turn, const char *tenant, const char *user,
                          int64_t onboarding, const char ***out)
{
    const char **found = arena_array(turn->arena, BARRING_MAX, sizeof *found);
    size_t count = 0;
    *out = found;
    if (BROKEN(delegate_unbarred))
        return 0;
    for (size_t at = 0; at <= count; at++) {
        const char *of = at == 0 ? user : found[at - 1];
        struct delegation *list;
        size_t direct = delegations_to(turn->db, turn->arena, tenant, of, now_of(turn), &list);
        for (size_t i = 0; i < direct && count < BARRING_MAX; i++)
            if (is_about(&list[i], onboarding) && !same(list[i].from, user) &&
                !is_among(found, count, list[i].from))
                found[count++] = list[i].from;
    }
    return count;
}

/* ---- on whose behalf ---- */

static bool is_their_matter(struct turn *turn, const struct delegation *delegation,
                            const struct item *item)
{
    if (delegation->onboarding)
        return true;
    if (!item)
        return false;
    if (same(item->claimed_by, delegation->from))
        return true;
    int level = item->state == ITEM_ESCALATED_1 ? 1 : item->state == ITEM_ESCALATED_2 ? 2 : 0;
    return level && same(recipient_first(turn, item->tenant, item->onboarding, level).away,
                         delegation->from);
}

const char *delegation_behalf(struct turn *turn, const char *tenant, const char *user,
                              int64_t onboarding, const struct item *item)
{
    struct delegation *list;
    size_t count = delegations_to(turn->db, turn->arena, tenant, user, now_of(turn), &list);
    for (size_t i = 0; i < count; i++)
        if (is_about(&list[i], onboarding) && is_fit(turn, &list[i]) &&
            is_their_matter(turn, &list[i], item))
            return list[i].from;
    return NULL;
}
