/* oauth.v2.access: a code or a refresh token for a bot token. */
#include "connectors/slack.h"

#include "base/json_node.h"
#include "connectors/rest.h"
#include "connectors/slack_call.h"

#include <string.h>

enum { LIFE_MAX_S = 366 * 86400 };

static const struct slack_method oauth_access = {
    .name = "oauth.v2.access", .effect = true, .by_secret = true, .timeout_ms = 10000};

static void read_granted(struct slack_granted *granted, struct json_node *body)
{
    struct call *call = &granted->call;
    granted->team_id = slack_copy(call, body, "team.id");
    granted->team_name = slack_copy(call, body, "team.name");
    granted->enterprise_id = slack_copy(call, body, "enterprise.id");
    granted->enterprise_name = slack_copy(call, body, "enterprise.name");
    granted->app_id = slack_copy(call, body, "app_id");
    granted->bot_user_id = slack_copy(call, body, "bot_user_id");
    granted->installer = slack_copy(call, body, "authed_user.id");
    granted->scopes = slack_copy(call, body, "scope");
    granted->token = slack_copy(call, body, "access_token");
    granted->refresh_token = slack_copy(call, body, "refresh_token");
    granted->expires_in_s = json_node_int(body, "expires_in", 0);
    granted->org_wide = json_node_bool(body, "is_enterprise_install", false);
}

/* A token that is none of a bot's, or that a header cannot hold, is as good as none. */
static bool is_whole(const struct slack_granted *granted)
{
    const char *token = granted->token;
    return token && rest_token_is_sane(token) && strstr(token, "xoxb-") &&
           (granted->org_wide ? granted->enterprise_id : granted->team_id) &&
           granted->expires_in_s >= 0 && granted->expires_in_s <= LIFE_MAX_S &&
           (granted->expires_in_s == 0 || granted->refresh_token);
}

static struct step step_granted(struct call *call, const struct http_reply *reply)
{
    struct slack_granted *granted = (struct slack_granted *)call;
    if (!reply)
        return slack_first_step(call);
    struct arena scratch = {0};
    struct json_node *body = slack_reply(call, &oauth_access, reply, &scratch);
    if (!body)
        return slack_failed();
    read_granted(granted, body);
    arena_release(&scratch);
    return is_whole(granted) ? call_done()
                             : slack_garbled(call, &oauth_access, "a bot token and its workspace");
}

static struct slack_granted *granted_new(const struct call_env *env, struct buf *form)
{
    static const struct call_type type = {"slack", "oauth.v2.access", step_granted};
    struct slack_granted *granted = call_new(env, &type, sizeof *granted);
    slack_request(&granted->call, &oauth_access, NULL, form);
    return granted;
}

struct slack_granted *slack_oauth_access(const struct call_env *env, const char *code,
                                         const char *redirect_uri)
{
    struct buf form = {0};
    slack_form_add(&form, "code", code);
    slack_form_add(&form, "redirect_uri", redirect_uri);
    return granted_new(env, &form);
}

struct slack_granted *slack_oauth_refresh(const struct call_env *env, const char *refresh_token)
{
    struct buf form = {0};
    slack_form_add(&form, "grant_type", "refresh_token");
    slack_form_add(&form, "refresh_token", refresh_token);
    return granted_new(env, &form);
}
