/* What Slack tells of a user group by events, against what a reading of it finds. */
#ifndef HANDLERS_ROLES_GROUPS_H
#define HANDLERS_ROLES_GROUPS_H

#include "handlers/handler.h"

/* An event told who is in the group: a reading that began before is older. */
bool groups_tell(struct turn *turn, const char *tenant, const char *group_id);
/* When that was last; 0: never. */
struct wall groups_told_at(struct turn *turn, const char *tenant, const char *group_id);

#endif
