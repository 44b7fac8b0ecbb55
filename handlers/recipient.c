/* Who hears of an escalation. */
#include "handlers/recipient.h"

#include "db/people.h"
#include "handlers/roles.h"

#include <string.h>

enum { ADMINS_MAX = 5 };

static bool is_reachable(struct turn *turn, const char *tenant, const char *user_id)
{
    /* Someone whom the store does not know yet is taken to be there: Slack says if not. */
    return user_id && !people_is_deleted(turn->db, tenant, user_id);
}

const char *recipient_next(struct turn *turn, const char *tenant, int level, const char *after)
{
    const char *const chain[] = {turn->config->roster.cs_manager, turn->config->roster.cs_director};
    size_t first = level == 1 ? 0 : 1;
    bool passed = after == NULL;
    for (size_t i = first; i < sizeof chain / sizeof *chain; i++) {
        bool is_after = after && chain[i] && strcmp(chain[i], after) == 0;
        if (passed && !is_after && is_reachable(turn, tenant, chain[i]))
            return chain[i];
        passed = passed || is_after;
    }
    return NULL;
}

const char *recipient_admins(struct turn *turn, const char *tenant)
{
    const char *admins = roles_mentions(turn, tenant, ROLE_ADMIN, ADMINS_MAX, NULL);
    return admins[0] ? admins : "whoever runs Usher";
}
