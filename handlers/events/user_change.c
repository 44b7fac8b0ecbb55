/* A profile changed: who is deactivated or became a guest may decide nothing from now on. */
#include "db/people.h"
#include "handlers/events/events.h"

#include <string.h>

static const char *first_text(struct turn *turn, struct json_node *user, const char *const *paths)
{
    for (; *paths != NULL; paths++) {
        const char *text = json_node_str(user, *paths, turn->arena, NULL);
        if (text != NULL && text[0] != '\0')
            return text;
    }
    return NULL;
}

bool event_user_change(struct turn *turn, const struct request *request, struct reply *reply,
                       struct err *err)
{
    static const char *const names[] = {"profile.display_name", "real_name", "profile.real_name",
                                        "name", NULL};
    (void)reply;
    struct json_node *user = json_node_at(request->event, "user");
    const char *user_id = json_node_str(user, "id", turn->arena, NULL);
    const char *tenant = request->actor.tenant;
    if (user_id == NULL)
        return true;
    struct person person = {0};
    if (!people_get(turn->db, turn->arena, tenant, user_id, &person) && !db_ok(turn->db, err))
        return false;
    const char *name = first_text(turn, user, names);
    person.user_id = user_id;
    if (name != NULL)
        person.name = name;
    person.email = json_node_str(user, "profile.email", turn->arena, person.email);
    person.zone = json_node_str(user, "tz", turn->arena, person.zone);
    person.deleted = json_node_bool(user, "deleted", false);
    person.bot = json_node_bool(user, "is_bot", false);
    person.restricted = json_node_bool(user, "is_restricted", false) ||
                        json_node_bool(user, "is_ultra_restricted", false) ||
                        json_node_bool(user, "is_stranger", false) ||
                        strcmp(json_node_str(user, "team_id", turn->arena, tenant), tenant) != 0;
    person.updated_at = turn->world->now;
    return people_put(turn->db, tenant, &person);
}
