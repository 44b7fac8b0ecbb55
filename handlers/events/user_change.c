/* A profile changed, or someone joined: who is deactivated or became a guest may decide nothing
 * from now on. What the event does not tell stays as it was: some tell only a part. */
#include "db/people.h"
#include "handlers/directory.h"
#include "handlers/events/events.h"

#include <string.h>

enum { TEAMS_MAX = 64 };

static const char *first_text(struct turn *turn, struct json_node *user, const char *const *paths,
                              const char *otherwise)
{
    for (; *paths != NULL; paths++) {
        const char *text = json_node_str(user, *paths, turn->arena, NULL);
        if (text != NULL && text[0] != '\0')
            return text;
    }
    return otherwise;
}

static void read_teams(struct turn *turn, struct json_node *user, struct slack_profile *profile)
{
    struct json_node *list = json_node_at(user, "enterprise_user.teams");
    profile->team_ids = arena_array(turn->arena, TEAMS_MAX, sizeof *profile->team_ids);
    struct json_node *at = json_node_count(list) > 0 ? json_node_first(list) : NULL;
    for (; at != NULL && profile->team_count < TEAMS_MAX; at = json_node_next(list, at))
        if (at->kind == JSON_STRING)
            profile->team_ids[profile->team_count++] = arena_strn(turn->arena, at->text, at->len);
}

static void read_names(struct turn *turn, struct json_node *user, const struct person *before,
                       struct slack_profile *profile)
{
    static const char *const names[] = {"profile.display_name", "real_name", "profile.real_name",
                                        "name", NULL};
    static const char *const real_names[] = {"real_name", "profile.real_name", NULL};
    profile->name = first_text(turn, user, names, before->name);
    profile->real_name = first_text(turn, user, real_names, before->real_name);
    profile->handle = json_node_str(user, "name", turn->arena, before->handle);
    profile->email = json_node_str(user, "profile.email", turn->arena, before->email);
    profile->zone = json_node_str(user, "tz", turn->arena, before->zone);
    profile->locale = json_node_str(user, "locale", turn->arena, before->locale);
    profile->status_emoji = json_node_str(user, "profile.status_emoji", turn->arena, NULL);
    profile->status_told = json_node_at(user, "profile.status_text") != NULL;
    profile->status_text = json_node_str(user, "profile.status_text", turn->arena, NULL);
}

static void read_flags(struct json_node *user, const struct person *before,
                       struct slack_profile *profile)
{
    bool guest = before->restricted && !before->stranger;
    profile->deleted = json_node_bool(user, "deleted", before->deleted);
    profile->bot = json_node_bool(user, "is_bot", before->bot);
    profile->stranger = json_node_bool(user, "is_stranger", false);
    profile->restricted = json_node_bool(user, "is_restricted", guest) ||
                          json_node_bool(user, "is_ultra_restricted", false) || profile->stranger;
}

bool event_user_change(struct turn *turn, const struct request *request, struct reply *reply,
                       struct err *err)
{
    (void)reply;
    struct json_node *user = json_node_at(request->event, "user");
    const char *tenant = request->actor.tenant;
    struct slack_profile profile = {.user_id = json_node_str(user, "id", turn->arena, NULL)};
    struct person before = {0};
    if (profile.user_id == NULL)
        return true;
    if (!people_get(turn->db, turn->arena, tenant, profile.user_id, &before) &&
        !db_ok(turn->db, err))
        return false;
    profile.team_id = json_node_str(user, "team_id", turn->arena, NULL);
    profile.enterprise_id = json_node_str(user, "enterprise_user.enterprise_id", turn->arena, NULL);
    read_teams(turn, user, &profile);
    read_names(turn, user, &before, &profile);
    read_flags(user, &before, &profile);
    return directory_put(turn, tenant, &profile);
}
