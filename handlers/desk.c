/* The table of desks, and what follows from a row: its findings, its places, its people. */
#include "handlers/desk.h"

#include "base/text.h"
#include "handlers/delegation.h"
#include "handlers/recipient.h"
#include "handlers/roles.h"

#include <string.h>

enum { PEOPLE_MAX = 5 };

#define PLACES(name) offsetof(struct config, routes.name)

/* clang-format off */
const struct desk desks[] = {
    {"finance", "Finance", ROUTE_FINANCE, 1u << LEVEL_ESCALATE_URGENT, PLACES(finance),
     DESK_OF_ROLE, ROLE_FINANCE, KEY_FINANCE, "Give Finance's key",
     "`routes.finance` or `roles.finance`"},
    {"finance_director", "the Finance director", ROUTE_FINANCE_DIRECTOR, 0, PLACES(finance_director),
     DESK_OF_ROLE, ROLE_FINANCE_DIRECTOR, KEY_FINANCE_DIRECTOR, "Give the Finance director's key",
     "`routes.finance_director` or `roles.finance_director`"},
    {"legal", "Legal", ROUTE_LEGAL, 0, PLACES(legal),
     DESK_OF_ROLE, ROLE_LEGAL, 0, NULL,
     "`routes.legal` or `roles.legal`"},
    {"revops", "RevOps", ROUTE_REVOPS, 0, PLACES(revops),
     DESK_OF_ROLE, ROLE_REVOPS, 0, NULL,
     "`routes.revops` or `roles.revops`"},
    {"owner", "the deal's owner", ROUTE_OWNER, 0, PLACES(owner),
     DESK_OF_OWNER, ROLE_COUNT, 0, NULL,
     "`routes.owner`, or give the owner in Salesforce the e-mail address they have in Slack"},
    {"cs_manager", "the CS manager", ROUTE_MANAGER | ROUTE_CS_MANAGER, 0, PLACES(cs_manager),
     DESK_OF_MANAGER, ROLE_MANAGER, 0, NULL,
     "`routes.cs_manager` or `roster.cs_manager`"},
};
/* clang-format on */

const size_t desks_count = sizeof desks / sizeof *desks;

/* ---- names ---- */

#define PURPOSE "desk:"

const struct desk *desk_of_purpose(const char *purpose)
{
    if (!purpose || strncmp(purpose, PURPOSE, strlen(PURPOSE)) != 0)
        return NULL;
    for (size_t i = 0; i < desks_count; i++)
        if (strcmp(desks[i].name, purpose + strlen(PURPOSE)) == 0)
            return &desks[i];
    return NULL;
}

const char *desk_purpose(struct arena *arena, const struct desk *desk)
{
    return arena_fmt(arena, PURPOSE "%s", desk->name);
}

const char *desk_purpose_nobody(struct arena *arena, const struct desk *desk)
{
    return arena_fmt(arena, "nobody:%s", desk->name);
}

/* ---- findings ---- */

/* Notes that ask their people to do something. */
static const char *const tasks[] = {"CREDIT_PENDING"};

static bool is_task(const struct finding *finding)
{
    for (size_t i = 0; i < sizeof tasks / sizeof *tasks; i++)
        if (strcmp(finding->code, tasks[i]) == 0)
            return true;
    return false;
}

bool desk_hears(const struct desk *desk, const struct finding *finding)
{
    if (finding->level <= LEVEL_NOTE && !is_task(finding))
        return false;
    return (finding->routes & desk->routes) || (desk->levels & 1u << finding->level);
}

size_t desk_finding_count(const struct desk *desk, const struct decision *decision)
{
    size_t count = 0;
    for (size_t i = 0; i < decision->findings.count; i++)
        count += desk_hears(desk, &decision->findings.items[i]);
    return count;
}

/* ---- places ---- */

bool desk_is_person(const char *place)
{
    return place[0] == 'U' || place[0] == 'W';
}

static const struct config_list *configured(const struct config *config, const struct desk *desk)
{
    return (const struct config_list *)((const char *)config + desk->places);
}

/* Those of `ids` who are there, in a list of their own. */
static size_t keep_present(struct turn *turn, const char *tenant, const char *const *ids,
                           size_t count, size_t max, const char ***out)
{
    size_t kept = 0;
    *out = arena_array(turn->arena, count + 1, sizeof **out);
    for (size_t i = 0; i < count && kept < max; i++)
        if (!desk_is_person(ids[i]) || !roles_is_gone(turn, tenant, ids[i]))
            (*out)[kept++] = ids[i];
    return kept;
}

static size_t people_of_role(struct turn *turn, const char *tenant, enum role role,
                             const char ***out)
{
    const char **ids;
    size_t count = roles_listed(turn, tenant, role, &ids);
    size_t kept = keep_present(turn, tenant, ids, count, PEOPLE_MAX, out);
    if (kept)
        return kept;
    count = roles_holders(turn, tenant, role, &ids);
    return keep_present(turn, tenant, ids, count, PEOPLE_MAX, out);
}

static size_t places_of(struct turn *turn, const struct desk *desk,
                        const struct onboarding *onboarding, const char ***out, bool *unwanted)
{
    const struct config_list *list = configured(turn->config, desk);
    const char *one = NULL;
    *unwanted = false;
    for (size_t i = 0; i < list->count; i++)
        *unwanted = *unwanted || strcmp(list->items[i], "none") == 0;
    if (*unwanted)
        return 0;
    if (list->count)
        return keep_present(turn, onboarding->tenant, (const char *const *)list->items, list->count,
                            list->count, out);
    switch (desk->people) {
    case DESK_OF_ROLE:
        return people_of_role(turn, onboarding->tenant, desk->role, out);
    case DESK_OF_OWNER:
        one = onboarding->owner_user_id;
        break;
    case DESK_OF_MANAGER:
        one = recipient_next(turn, onboarding->tenant, onboarding->number, 1, NULL);
        break;
    }
    return keep_present(turn, onboarding->tenant, &one, one ? 1 : 0, 1, out);
}

/* Whoever stands in for a person who is away has the place; each place once. */
size_t desk_places(struct turn *turn, const struct desk *desk, const struct onboarding *onboarding,
                   const char ***out, bool *unwanted)
{
    size_t count = places_of(turn, desk, onboarding, out, unwanted), kept = 0;
    for (size_t i = 0; i < count; i++) {
        const char *place = (*out)[i];
        const char *stand_in = desk_is_person(place) ? delegation_of(turn, onboarding->tenant,
                                                                     place, onboarding->number)
                                                     : NULL;
        bool seen = false;
        place = stand_in ? stand_in : place;
        for (size_t k = 0; k < kept; k++)
            seen = seen || strcmp((*out)[k], place) == 0;
        if (!seen)
            (*out)[kept++] = place;
    }
    return kept;
}

bool desk_has_somewhere(const struct config *config, const struct desk *desk)
{
    if (configured(config, desk)->count)
        return true;
    switch (desk->people) {
    case DESK_OF_OWNER:
        return true;
    case DESK_OF_ROLE:
        return roles_is_filled(config, desk->role);
    case DESK_OF_MANAGER:
        break;
    }
    return config->roster.cs_manager || config->roster.cs_director;
}

/* ---- people ---- */

static bool is_of(struct turn *turn, const struct desk *desk, const struct actor *actor,
                  const struct onboarding *onboarding)
{
    const char **places;
    bool unwanted;
    if (desk->role != ROLE_COUNT && roles_has(turn, actor->tenant, actor->user_id, desk->role))
        return true;
    size_t count = desk_places(turn, desk, onboarding, &places, &unwanted);
    for (size_t i = 0; i < count; i++)
        if (strcmp(places[i], actor->user_id) == 0)
            return true;
    return false;
}

bool desk_may_recheck(struct turn *turn, const struct actor *actor,
                      const struct onboarding *onboarding, const char **why)
{
    const char *barred;
    if (roles_may_work(turn, actor, why))
        return true;
    if (!roles_may_look(turn, actor, &barred))
        return false;
    for (size_t i = 0; i < desks_count; i++)
        if (is_of(turn, &desks[i], actor, onboarding))
            return true;
    return false;
}
