/* Who hears of an escalation. */
#include "handlers/recipient.h"

#include "db/people.h"
#include "handlers/delegation.h"
#include "handlers/person.h"
#include "handlers/roles.h"

#include <string.h>

enum { ADMINS_MAX = 5 };

static bool is_reachable(struct turn *turn, const char *tenant, const char *user_id)
{
    /* Someone whom the store does not know yet is taken to be there: Slack says if not. */
    return user_id && !people_is_deleted(turn->db, tenant, user_id);
}

enum { CHAIN_COUNT = 2 };

static const char *chain_at(const struct turn *turn, size_t i)
{
    return i == 0 ? turn->config->roster.cs_manager : turn->config->roster.cs_director;
}

static size_t chain_start(int level)
{
    return level == 1 ? 0 : 1;
}

struct recipient recipient_first(struct turn *turn, const char *tenant, int64_t onboarding,
                                 int level)
{
    for (size_t i = chain_start(level); i < CHAIN_COUNT; i++) {
        const char *one = chain_at(turn, i);
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
        const char *one = chain_at(turn, i);
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
    return NULL;
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
