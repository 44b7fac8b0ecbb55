/* Who people are to Slack: a person by id or e-mail address, everyone, and the user groups. */
#include "base/json_node.h"
#include "connectors/slack.h"
#include "connectors/slack_call.h"

#include <stdio.h>
#include <string.h>

/* Slack may send more than was asked for. */
enum { MAX_TEAMS = 64, MAX_MEMBERS = 20000, MAX_PAGE = 1000, MAX_GROUPS = 2000 };

static const struct slack_method users_info = {.name = "users.info"};
static const struct slack_method users_list = {.name = "users.list"};
static const struct slack_method groups_list = {.name = "usergroups.list"};
static const struct slack_method lookup_by_email = {.name = "users.lookupByEmail"};
static const struct slack_method group_users = {.name = "usergroups.users.list"};

/* Copies the strings of an array into the call's arena. */
static const char **copy_strings(struct call *call, struct json_node *body, const char *path,
                                 size_t max, size_t *count)
{
    struct json_node *list = json_node_at(body, path);
    size_t len = json_node_count(list);
    struct json_node *at = json_list_first(list);
    const char **out = arena_array(call->arena, (len < max ? len : max) + 1, sizeof *out);
    *count = 0;
    for (; at && *count < max; at = json_node_next(list, at)) {
        const char *text = slack_copy(call, at, "");
        if (text)
            out[(*count)++] = text;
    }
    return out;
}

/* ---- a person ---- */

static const char *display_name(struct call *call, struct json_node *user)
{
    static const char *const places[] = {"profile.display_name", "profile.real_name", "real_name",
                                         "name"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *name = slack_copy(call, user, places[i]);
        if (name)
            return name;
    }
    return NULL;
}

static const char *real_name(struct call *call, struct json_node *user)
{
    const char *name = slack_copy(call, user, "real_name");
    return name ? name : slack_copy(call, user, "profile.real_name");
}

static void decode_profile(struct call *call, struct json_node *user, struct slack_profile *out)
{
    bool stranger = json_node_bool(user, "is_stranger", false);
    *out = (struct slack_profile){
        .user_id = slack_copy(call, user, "id"),
        .name = display_name(call, user),
        .email = slack_copy(call, user, "profile.email"),
        .zone = slack_copy(call, user, "tz"),
        .handle = slack_copy(call, user, "name"),
        .real_name = real_name(call, user),
        .locale = slack_copy(call, user, "locale"),
        .status_emoji = slack_copy(call, user, "profile.status_emoji"),
        .status_text = slack_copy(call, user, "profile.status_text"),
        .status_told = json_node_at(user, "profile.status_text") != NULL,
        .deleted = json_node_bool(user, "deleted", false),
        .restricted = json_node_bool(user, "is_restricted", false) ||
                      json_node_bool(user, "is_ultra_restricted", false) || stranger,
        .stranger = stranger,
        .team_id = slack_copy(call, user, "team_id"),
        .enterprise_id = slack_copy(call, user, "enterprise_user.enterprise_id"),
    };
    out->bot = json_node_bool(user, "is_bot", false) ||
               (out->user_id && strcmp(out->user_id, "USLACKBOT") == 0);
    out->team_ids = copy_strings(call, user, "enterprise_user.teams", MAX_TEAMS, &out->team_count);
}

static struct step user_answered(struct call *call, const struct slack_method *method,
                                 const struct http_reply *reply)
{
    struct slack_user *user = (struct slack_user *)call;
    if (!reply)
        return slack_first_step(call);
    struct arena scratch = {0};
    struct json_node *body = slack_reply(call, method, reply, &scratch);
    if (!body)
        return slack_failed();
    decode_profile(call, json_node_at(body, "user"), &user->profile);
    arena_release(&scratch);
    return user->profile.user_id ? call_done() : slack_garbled(call, method, "user.id");
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
    slack_form_add(&form, "include_locale", "true");
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

bool slack_profile_belongs(const struct slack_profile *profile, const char *tenant)
{
    if (!profile->team_id || strcmp(profile->team_id, tenant) == 0)
        return true;
    if (profile->enterprise_id && strcmp(profile->enterprise_id, tenant) == 0)
        return true;
    for (size_t i = 0; i < profile->team_count; i++)
        if (strcmp(profile->team_ids[i], tenant) == 0)
            return true;
    return false;
}

/* ---- everyone, page by page ---- */

static void decode_people(struct slack_people *people, struct json_node *body)
{
    struct call *call = &people->call;
    struct json_node *members = json_node_at(body, "members");
    size_t len = json_node_count(members) < MAX_PAGE ? json_node_count(members) : MAX_PAGE;
    struct json_node *member = json_list_first(members);
    people->profiles = arena_array(call->arena, len + 1, sizeof *people->profiles);
    for (size_t i = 0; i < len; i++, member = json_node_next(members, member)) {
        struct slack_profile *profile = &people->profiles[people->count];
        decode_profile(call, member, profile);
        if (profile->user_id)
            people->count++;
    }
    people->next = slack_copy(call, body, "response_metadata.next_cursor");
}

static struct step step_people(struct call *call, const struct http_reply *reply)
{
    struct slack_people *people = (struct slack_people *)call;
    if (!reply)
        return slack_first_step(call);
    struct arena scratch = {0};
    struct json_node *body = slack_reply(call, &users_list, reply, &scratch);
    if (!body)
        return slack_failed();
    bool whole = json_node_is(json_node_at(body, "members"), JSON_LIST);
    people->count = 0;
    if (whole)
        decode_people(people, body);
    arena_release(&scratch);
    return whole ? call_done() : slack_garbled(call, &users_list, "members");
}

struct slack_people *slack_users_list(const struct call_env *env, const char *team_id,
                                      const char *cursor)
{
    static const struct call_type type = {"slack", "users.list", step_people};
    struct slack_people *people = call_new(env, &type, sizeof *people);
    struct buf form = {0};
    char limit[16];
    snprintf(limit, sizeof limit, "%d", SLACK_PEOPLE_A_PAGE);
    slack_form_add(&form, "limit", limit);
    slack_form_add(&form, "include_locale", "true");
    slack_form_add(&form, "cursor", cursor);
    slack_form_add(&form, "team_id", team_id);
    slack_request(&people->call, &users_list, NULL, &form);
    return people;
}

/* ---- a user group ---- */

static struct step step_group(struct call *call, const struct http_reply *reply)
{
    struct slack_group *group = (struct slack_group *)call;
    if (!reply)
        return slack_first_step(call);
    struct arena scratch = {0};
    struct json_node *body = slack_reply(call, &group_users, reply, &scratch);
    if (!body)
        return slack_failed();
    bool whole = json_node_is(json_node_at(body, "users"), JSON_LIST);
    group->user_ids = copy_strings(call, body, "users", MAX_MEMBERS, &group->count);
    arena_release(&scratch);
    return whole ? call_done() : slack_garbled(call, &group_users, "users");
}

struct slack_group *slack_group_members(const struct call_env *env, const char *team_id,
                                        const char *group_id)
{
    static const struct call_type type = {"slack", "usergroups.users.list", step_group};
    struct slack_group *group = call_new(env, &type, sizeof *group);
    struct buf form = {0};
    slack_form_add(&form, "usergroup", group_id);
    slack_form_add(&form, "team_id", team_id);
    slack_request(&group->call, &group_users, NULL, &form);
    return group;
}

/* ---- all user groups ---- */

static void decode_groups(struct slack_groups *groups, struct json_node *body)
{
    struct call *call = &groups->call;
    struct json_node *list = json_node_at(body, "usergroups");
    size_t len = json_node_count(list) < MAX_GROUPS ? json_node_count(list) : MAX_GROUPS;
    struct json_node *one = json_list_first(list);
    groups->groups = arena_array(call->arena, len + 1, sizeof *groups->groups);
    for (size_t i = 0; i < len; i++, one = json_node_next(list, one)) {
        const char *id = slack_copy(call, one, "id");
        if (!id)
            continue;
        groups->groups[groups->count].id = id;
        groups->groups[groups->count].handle = slack_copy(call, one, "handle");
        groups->groups[groups->count++].disabled = json_node_int(one, "date_delete", 0) > 0;
    }
}

static struct step step_groups(struct call *call, const struct http_reply *reply)
{
    struct slack_groups *groups = (struct slack_groups *)call;
    if (!reply)
        return slack_first_step(call);
    struct arena scratch = {0};
    struct json_node *body = slack_reply(call, &groups_list, reply, &scratch);
    if (!body)
        return slack_failed();
    bool whole = json_node_is(json_node_at(body, "usergroups"), JSON_LIST);
    groups->count = 0;
    if (whole)
        decode_groups(groups, body);
    arena_release(&scratch);
    return whole ? call_done() : slack_garbled(call, &groups_list, "usergroups");
}

struct slack_groups *slack_usergroups_list(const struct call_env *env, const char *team_id)
{
    static const struct call_type type = {"slack", "usergroups.list", step_groups};
    struct slack_groups *groups = call_new(env, &type, sizeof *groups);
    struct buf form = {0};
    slack_form_add(&form, "include_disabled", "true");
    slack_form_add(&form, "team_id", team_id);
    slack_request(&groups->call, &groups_list, NULL, &form);
    return groups;
}
