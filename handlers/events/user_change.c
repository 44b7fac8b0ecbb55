/* A profile changed: who is deactivated or became a guest may decide nothing from now on. */
#include "base/json.h"
#include "db/people.h"
#include "handlers/events/events.h"

#include <string.h>

static const char *first_text(struct json_object *user, const char *const *paths)
{
    for (; *paths != NULL; paths++) {
        const char *text = json_get_str(user, *paths, NULL);
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
    struct json_object *user = json_at(request->event, "user");
    const char *user_id = json_get_str(user, "id", NULL);
    const char *tenant = request->actor.tenant;
    if (user_id == NULL)
        return true;
    struct person person = {0};
    if (!people_get(turn->db, turn->arena, tenant, user_id, &person) && !db_ok(turn->db, err))
        return false;
    const char *name = first_text(user, names);
    person.user_id = user_id;
    if (name != NULL)
        person.name = name;
    person.email = json_get_str(user, "profile.email", person.email);
    person.zone = json_get_str(user, "tz", person.zone);
    person.deleted = json_get_bool(user, "deleted", false);
    person.bot = json_get_bool(user, "is_bot", false);
    person.restricted = json_get_bool(user, "is_restricted", false) ||
                        json_get_bool(user, "is_ultra_restricted", false) ||
                        json_get_bool(user, "is_stranger", false) ||
                        strcmp(json_get_str(user, "team_id", tenant), tenant) != 0;
    person.updated_at = turn->world->now;
    return people_put(turn->db, tenant, &person);
}
