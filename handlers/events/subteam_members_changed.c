/* A user group's members changed. Where the group stands for a role, what we know of it follows. */
#include "base/json.h"
#include "db/people.h"
#include "handlers/events/events.h"
#include "handlers/jobs/later.h"

#include <string.h>

static bool is_configured(const struct config *config, const char *group_id)
{
    for (size_t role = 0; role < ROLE_COUNT; role++)
        for (size_t i = 0; i < config->roles[role].count; i++)
            if (strcmp(config->roles[role].items[i], group_id) == 0)
                return true;
    return false;
}

static bool names(struct json_object *list, const char *user_id)
{
    size_t count = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
    for (size_t i = 0; i < count; i++) {
        const char *id = json_object_get_string(json_object_array_get_idx(list, i));
        if (id != NULL && strcmp(id, user_id) == 0)
            return true;
    }
    return false;
}

/* The members that stay, then those that came. */
static bool apply(struct turn *turn, const char *tenant, const char *group_id,
                  struct json_object *added, struct json_object *removed)
{
    const char **members = NULL;
    size_t count = groups_members(turn->db, turn->arena, tenant, group_id, &members);
    size_t added_count =
        json_object_is_type(added, json_type_array) ? json_object_array_length(added) : 0;
    const char **now = arena_array(turn->arena, count + added_count + 1, sizeof *now);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!names(removed, members[i]) && !names(added, members[i]))
            now[kept++] = members[i];
    for (size_t i = 0; i < added_count; i++) {
        struct json_object *id = json_object_array_get_idx(added, i);
        if (json_object_is_type(id, json_type_string))
            now[kept++] = json_object_get_string(id);
    }
    return groups_put(turn->db, tenant, group_id, now, kept, turn->world->now);
}

bool event_subteam_members_changed(struct turn *turn, const struct request *request,
                                   struct reply *reply, struct err *err)
{
    (void)reply;
    (void)err;
    const char *group_id = json_get_str(request->event, "subteam_id", NULL);
    const char *tenant = request->actor.tenant;
    if (group_id == NULL || !is_configured(turn->config, group_id))
        return true;
    /* The event tells only who came and went; the standing job then reads the whole list, so that
     * an event that we missed does no lasting harm. */
    return apply(turn, tenant, group_id, json_at(request->event, "added_users"),
                 json_at(request->event, "removed_users")) &&
           later_standing(turn, tenant);
}
