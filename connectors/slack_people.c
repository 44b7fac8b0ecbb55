/* Who people are to Slack: a person by id or e-mail address, and the members of a user group. */
#include "base/json.h"
#include "connectors/slack.h"
#include "connectors/slack_call.h"

#include <string.h>

enum { MAX_TEAMS = 64, MAX_MEMBERS = 20000 };

static const struct slack_method users_info = {.name = "users.info"};
static const struct slack_method lookup_by_email = {.name = "users.lookupByEmail"};
static const struct slack_method group_users = {.name = "usergroups.users.list"};

/* Copies the strings of an array into the call's arena. */
static const char **copy_strings(struct call *call, struct json_object *body, const char *path,
                                 size_t max, size_t *count)
{
    struct json_object *array = json_at(body, path);
    size_t len = json_get_len(body, path);
    const char **out = arena_array(call->arena, (len < max ? len : max) + 1, sizeof *out);
    *count = 0;
    for (size_t i = 0; i < len && *count < max; i++) {
        const char *text = slack_copy(call, json_object_array_get_idx(array, i), "");
        if (text)
            out[(*count)++] = text;
    }
    return out;
}

/* ---- a person ---- */

static const char *display_name(struct call *call, struct json_object *body)
{
    static const char *const places[] = {"user.profile.display_name", "user.profile.real_name",
                                         "user.real_name", "user.name"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *name = slack_copy(call, body, places[i]);
        if (name)
            return name;
    }
    return NULL;
}

static void decode_user(struct slack_user *user, struct json_object *body)
{
    struct call *call = &user->call;
    user->user_id = slack_copy(call, body, "user.id");
    user->team_id = slack_copy(call, body, "user.team_id");
    user->team_ids =
        copy_strings(call, body, "user.enterprise_user.teams", MAX_TEAMS, &user->team_count);
    user->name = display_name(call, body);
    user->email = slack_copy(call, body, "user.profile.email");
    user->zone = slack_copy(call, body, "user.tz");
    user->deleted = json_get_bool(body, "user.deleted", false);
    user->restricted = json_get_bool(body, "user.is_restricted", false) ||
                       json_get_bool(body, "user.is_ultra_restricted", false) ||
                       json_get_bool(body, "user.is_stranger", false);
    user->bot = json_get_bool(body, "user.is_bot", false) ||
                (user->user_id && strcmp(user->user_id, "USLACKBOT") == 0);
}

static struct step user_answered(struct call *call, const struct slack_method *method,
                                 const struct http_reply *reply)
{
    struct slack_user *user = (struct slack_user *)call;
    if (!reply)
        return slack_first_step(call);
    struct json_object *body = slack_reply(call, method, reply);
    if (!body)
        return slack_failed();
    decode_user(user, body);
    json_object_put(body);
    return user->user_id ? call_done() : slack_garbled(call, method, "user.id");
}

static struct step step_info(struct call *call, const struct http_reply *reply)
{
    return user_answered(call, &users_info, reply);
}

static struct step step_by_email(struct call *call, const struct http_reply *reply)
{
    return user_answered(call, &lookup_by_email, reply);
}

struct slack_user *slack_users_info(const struct call_env *env, const char *user_id)
{
    static const struct call_type type = {"slack", "users.info", step_info};
    struct slack_user *user = call_new(env, &type, sizeof *user);
    struct buf form = {0};
    slack_form_add(&form, "user", user_id);
    slack_request(&user->call, &users_info, NULL, &form);
    return user;
}

struct slack_user *slack_users_by_email(const struct call_env *env, const char *email)
{
    static const struct call_type type = {"slack", "users.lookupByEmail", step_by_email};
    struct slack_user *user = call_new(env, &type, sizeof *user);
    struct buf form = {0};
    slack_form_add(&form, "email", email);
    slack_request(&user->call, &lookup_by_email, NULL, &form);
    return user;
}

bool slack_user_belongs(const struct slack_user *user, const char *tenant)
{
    if (!user->team_id || strcmp(user->team_id, tenant) == 0)
        return true;
    for (size_t i = 0; i < user->team_count; i++)
        if (strcmp(user->team_ids[i], tenant) == 0)
            return true;
    return false;
}

/* ---- a user group ---- */

static struct step step_group(struct call *call, const struct http_reply *reply)
{
    struct slack_group *group = (struct slack_group *)call;
    if (!reply)
        return slack_first_step(call);
    struct json_object *body = slack_reply(call, &group_users, reply);
    if (!body)
        return slack_failed();
    bool whole = json_object_is_type(json_at(body, "users"), json_type_array);
    group->user_ids = copy_strings(call, body, "users", MAX_MEMBERS, &group->count);
    json_object_put(body);
    return whole ? call_done() : slack_garbled(call, &group_users, "users");
}

struct slack_group *slack_group_members(const struct call_env *env, const char *group_id)
{
    static const struct call_type type = {"slack", "usergroups.users.list", step_group};
    struct slack_group *group = call_new(env, &type, sizeof *group);
    struct buf form = {0};
    slack_form_add(&form, "usergroup", group_id);
    slack_request(&group->call, &group_users, NULL, &form);
    return group;
}
