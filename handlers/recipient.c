/* Who hears of an escalation. */
#include "handlers/recipient.h"

#include "db/people.h"
#include "db/tenants.h"
#include "handlers/delegation.h"
#include "handlers/jobs/later.h"
#include "handlers/person.h"
#include "handlers/roles.h"

#include <string.h>

enum { ADMINS_MAX = 5 };

static bool is_reachable(struct turn *turn, const char *tenant, const char *user_id)
{
    /* Someone whom the store does not know yet is taken to be there: Slack says if not. */
    return user_id && !people_is_deleted(turn->db, tenant, user_id);
}

/* Of each level the roster's person, then the one in the chain above the deal's owner. */
enum { CHAIN_COUNT = 4, CHAIN_DIRECTOR = 2 };

static const char *managers_name(struct turn *turn, int64_t onboarding)
{
    return arena_fmt(turn->arena, "managers:%lld", (long long)onboarding);
}

/* The owner's manager (0), or the manager's manager (1), as Slack knows them by their address. */
static const char *above_owner(struct turn *turn, const char *tenant, int64_t onboarding, int steps)
{
    struct person person;
    const char *list =
        onboarding ? cursors_get(turn->db, turn->arena, tenant, managers_name(turn, onboarding))
                   : NULL;
    for (; list && steps > 0; steps--) {
        list = strchr(list, ' ');
        list = list ? list + 1 : NULL;
    }
    if (!list || !*list)
        return NULL;
    const char *email = arena_strn(turn->arena, list, strcspn(list, " "));
    return people_by_email(turn->db, turn->arena, tenant, email, &person) &&
                   !roles_is_gone(turn, tenant, person.user_id)
               ? person.user_id
               : NULL;
}

static const char *chain_at(struct turn *turn, const char *tenant, int64_t onboarding, size_t i)
{
    switch (i) {
    case 0:
        return turn->config->roster.cs_manager;
    case CHAIN_DIRECTOR:
        return turn->config->roster.cs_director;
    default:
        return above_owner(turn, tenant, onboarding, i > CHAIN_DIRECTOR);
    }
}

static size_t chain_start(int level)
{
    return level == 1 ? 0 : CHAIN_DIRECTOR;
}

bool recipient_learn(struct turn *turn, const char *tenant, int64_t onboarding,
                     const struct owner *owner)
{
    struct person person;
    const char *list = "", *name = managers_name(turn, onboarding);
    for (size_t i = 0; i < owner->manager_count && i < CHAIN_DIRECTOR; i++) {
        const struct manager *manager = &owner->managers[i];
        bool usable = manager->active && manager->email && !strchr(manager->email, ' ');
        const char *email = usable ? manager->email : "";
        list = arena_fmt(turn->arena, "%s%s%s", list, i ? " " : "", email);
        if (usable && !people_by_email(turn->db, turn->arena, tenant, email, &person) &&
            !later_learn_address(turn, tenant, email))
            return false;
    }
    const char *known = cursors_get(turn->db, turn->arena, tenant, name);
    return strcmp(known ? known : "", list) == 0 || cursors_put(turn->db, tenant, name, list);
}

struct recipient recipient_first(struct turn *turn, const char *tenant, int64_t onboarding,
                                 int level)
{
    for (size_t i = chain_start(level); i < CHAIN_COUNT; i++) {
        const char *one = chain_at(turn, tenant, onboarding, i);
        if (!is_reachable(turn, tenant, one))
            continue;
        const char *stand_in = delegation_of(turn, tenant, one, onboarding);
        return (struct recipient){stand_in ? stand_in : one, stand_in ? one : NULL};
    }
    return (struct recipient){0};
}

const char *recipient_next(struct turn *turn, const char *tenant, int64_t onboarding, int level,
                           const char *after)
{
    bool passed = after == NULL;
    for (size_t i = chain_start(level); i < CHAIN_COUNT; i++) {
        const char *one = chain_at(turn, tenant, onboarding, i);
        if (!is_reachable(turn, tenant, one)) {
            passed = passed || (one && strcmp(one, after) == 0);
            continue;
        }
        const char *stand_in = delegation_of(turn, tenant, one, onboarding);
        const char *who = stand_in ? stand_in : one;
        bool is_after = after && (strcmp(who, after) == 0 || strcmp(one, after) == 0);
        if (passed && !is_after)
            return who;
        passed = passed || is_after;
    }
    /* Who was told stood in for someone who is back, or is in no list any more. */
    return passed ? NULL : recipient_first(turn, tenant, onboarding, level).user_id;
}

const char *recipient_admins(struct turn *turn, const char *tenant)
{
    const char *admins = roles_mentions(turn, tenant, ROLE_ADMIN, ADMINS_MAX, NULL);
    return admins[0] ? admins : "whoever runs Usher";
}

struct calendar recipient_calendar(struct turn *turn, const char *tenant, const char *user_id)
{
    struct calendar calendar = turn->config->calendar;
    const char *zone = person_zone(turn, tenant, user_id);
    if (strlen(zone) < sizeof calendar.zone && calendar_zone_is_known(zone))
        memcpy(calendar.zone, zone, strlen(zone) + 1);
    return calendar;
}

struct calendar recipient_hours(struct turn *turn, const struct item *item, int level)
{
    struct recipient to = recipient_first(turn, item->tenant, item->onboarding, level);
    return to.user_id ? recipient_calendar(turn, item->tenant, to.user_id) : turn->config->calendar;
}
