/* Lines of roles, each from the lowest to the highest. */
#include "handlers/delegation_rules.h"

#include "handlers/delegation.h"
#include "handlers/roles.h"

#include <string.h>

enum { RANKS_MAX = 4, CANDIDATES_MAX = 3 };

struct rank {
    enum role role;
    const char *words;
};

static const struct line {
    struct rank ranks[RANKS_MAX];
    size_t count;
} lines[] = {
    {{{ROLE_CSM, "CSM"},
      {ROLE_APPROVER, "CS approver"},
      {ROLE_MANAGER, "CS manager"},
      {ROLE_DIRECTOR, "CS director"}},
     4},
    {{{ROLE_FINANCE, "Finance"}, {ROLE_FINANCE_DIRECTOR, "Finance director"}}, 2},
    {{{ROLE_REVOPS, "RevOps"}}, 1},
    {{{ROLE_LEGAL, "Legal"}}, 1},
};
enum { LINE_COUNT = sizeof lines / sizeof *lines };

/* 1 for the lowest; 0: none of this line. */
static size_t rank_of(struct turn *turn, const char *tenant, const char *user,
                      const struct line *line)
{
    for (size_t rank = line->count; rank > 0; rank--)
        if (roles_has_own(turn, tenant, user, line->ranks[rank - 1].role))
            return rank;
    return 0;
}

const char *delegation_lacks(struct turn *turn, const char *tenant, const char *from,
                             const char *to)
{
    for (size_t i = 0; i < LINE_COUNT; i++) {
        size_t rank = rank_of(turn, tenant, from, &lines[i]);
        if (rank && rank_of(turn, tenant, to, &lines[i]) < rank)
            return lines[i].ranks[rank - 1].words;
    }
    return NULL;
}

const char *delegation_role(struct turn *turn, const char *tenant, const char *user)
{
    for (size_t i = 0; i < LINE_COUNT; i++) {
        size_t rank = rank_of(turn, tenant, user, &lines[i]);
        if (rank)
            return lines[i].ranks[rank - 1].words;
    }
    return NULL;
}

const char *delegation_candidates(struct turn *turn, const char *tenant, const char *user)
{
    const char *found[CANDIDATES_MAX + 1] = {NULL};
    size_t count = 0;
    for (enum role role = ROLE_VIEWER; role < ROLE_COUNT; role++) {
        const char **ids;
        size_t holders = delegation_lends(role) ? roles_holders(turn, tenant, role, &ids) : 0;
        for (size_t i = 0; i < holders && count < CANDIDATES_MAX; i++) {
            bool known = strcmp(ids[i], user) == 0;
            for (size_t k = 0; k < count; k++)
                known = known || strcmp(found[k], ids[i]) == 0;
            if (!known && !roles_is_gone(turn, tenant, ids[i]) &&
                !delegation_lacks(turn, tenant, user, ids[i]))
                found[count++] = ids[i];
        }
    }
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        text = arena_fmt(turn->arena, "%s%s<@%s>", text, i ? ", " : "", found[i]);
    return text;
}
