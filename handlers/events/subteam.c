/* A user group changed. Where the group stands for a role, what we know of it follows. */
#include "db/people.h"
#include "handlers/events/events.h"
#include "handlers/jobs/later.h"
#include "handlers/roles_groups.h"

#include <string.h>

static bool is_configured(const struct config *config, const char *group_id)
{
    for (size_t role = 0; role < ROLE_COUNT; role++)
        for (size_t i = 0; i < config->roles[role].count; i++)
            if (strcmp(config->roles[role].items[i], group_id) == 0)
                return true;
    return false;
}

static bool names(struct json_node *list, const char *user_id)
{
    if (json_node_count(list) == 0)
        return false;
    for (struct json_node *at = json_node_first(list); at; at = json_node_next(list, at))
        if (json_node_says(at, user_id))
            return true;
    return false;
}

/* The members that stay, then those that came. */
static bool apply(struct turn *turn, const char *tenant, const char *group_id,
                  struct json_node *added, struct json_node *removed)
{
    const char **members = NULL;
    size_t count = groups_members(turn->db, turn->arena, tenant, group_id, &members);
    size_t added_count = json_node_count(added);
    const char **now = arena_array(turn->arena, count + added_count + 1, sizeof *now);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!names(removed, members[i]) && !names(added, members[i]))
            now[kept++] = members[i];
    for (struct json_node *at = added_count ? json_node_first(added) : NULL; at;
         at = json_node_next(added, at))
        if (at->kind == JSON_STRING)
            now[kept++] = arena_strn(turn->arena, at->text, at->len);
    return groups_put(turn->db, tenant, group_id, now, kept, turn->world->now);
}

bool event_subteam_members_changed(struct turn *turn, const struct request *request,
                                   struct reply *reply, struct err *err)
{
    (void)reply;
    (void)err;
    const char *group_id = json_node_str(request->event, "subteam_id", turn->arena, NULL);
    const char *tenant = request->actor.tenant;
    if (group_id == NULL || !is_configured(turn->config, group_id))
        return true;
    /* The event tells only who came and went; the standing job then reads the whole list, so that
     * an event that we missed does no lasting harm. */
    return apply(turn, tenant, group_id, json_node_at(request->event, "added_users"),
                 json_node_at(request->event, "removed_users")) &&
           groups_tell(turn, tenant, group_id) && later_sync_groups(turn, tenant);
}

/* A group that was switched off holds nobody from now on. */
bool event_subteam_changed(struct turn *turn, const struct request *request, struct reply *reply,
                           struct err *err)
{
    (void)reply;
    (void)err;
    struct json_node *group = json_node_at(request->event, "subteam");
    const char *group_id = json_node_str(group, "id", turn->arena, NULL);
    const char *tenant = request->actor.tenant;
    if (group_id == NULL)
        group_id = json_node_str(request->event, "subteam_id", turn->arena, NULL);
    if (group_id == NULL || !is_configured(turn->config, group_id))
        return true;
    bool off = json_node_int(group, "date_delete", 0) > 0;
    return (!off || groups_put(turn->db, tenant, group_id, NULL, 0, turn->world->now)) &&
           groups_tell(turn, tenant, group_id) && later_sync_groups(turn, tenant);
}
