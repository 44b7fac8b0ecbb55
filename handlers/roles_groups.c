/* When an event told of a user group: a cursor a group. */
#include "handlers/roles_groups.h"

#include "db/tenants.h"

#include <stdlib.h>

static const char *cursor_of(struct turn *turn, const char *group_id)
{
    return arena_fmt(turn->arena, "group:%s", group_id);
}

bool groups_tell(struct turn *turn, const char *tenant, const char *group_id)
{
    return cursors_put(turn->db, tenant, cursor_of(turn, group_id),
                       arena_fmt(turn->arena, "%lld", (long long)turn->world->now.ms));
}

struct wall groups_told_at(struct turn *turn, const char *tenant, const char *group_id)
{
    const char *at = cursors_get(turn->db, turn->arena, tenant, cursor_of(turn, group_id));
    return (struct wall){at ? strtoll(at, NULL, 10) : 0};
}
