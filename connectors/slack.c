/* Who we are to Slack: a Socket Mode address, and the identity behind the bot's token. */
#include "connectors/slack.h"

#include "base/json_node.h"
#include "base/text.h"
#include "connectors/slack_call.h"

#include <string.h>

enum { URL_MAX = 200 };

static const struct slack_method connections_open = {
    .name = "apps.connections.open", .app_token = true, .timeout_ms = 10000};
static const struct slack_method auth_test = {.name = "auth.test", .timeout_ms = 10000};

/* An address outside TLS is only believed where the Web API itself is outside TLS, which the
 * configuration allows on this machine alone. */
static bool may_connect_to(const struct call *call, const char *url)
{
    bool in_clear = text_has_prefix_fold(call->config->slack.api_url, "http://");
    return url && (text_has_prefix_fold(url, "wss://") ||
                   (in_clear && text_has_prefix_fold(url, "ws://")));
}

static struct step step_connections_open(struct call *call, const struct http_reply *reply)
{
    struct slack_connection *connection = (struct slack_connection *)call;
    if (!reply)
        return slack_first_step(call);
    struct arena scratch = {0};
    struct json_node *body = slack_reply(call, &connections_open, reply, &scratch);
    if (!body)
        return slack_failed();
    const char *url = slack_copy(call, body, "url");
    arena_release(&scratch);
    if (!may_connect_to(call, url))
        return slack_garbled(call, &connections_open, "wss:// address");
    connection->url = url;
    return call_done();
}

struct slack_connection *slack_connections_open(const struct call_env *env)
{
    static const struct call_type type = {"slack", "apps.connections.open", step_connections_open};
    struct slack_connection *connection = call_new(env, &type, sizeof *connection);
    struct buf form = {0};
    slack_request(&connection->call, &connections_open, NULL, &form);
    return connection;
}

static const char *copy_header(struct call *call, const struct http_reply *reply, const char *name)
{
    char value[HTTP_REPLY_HEADER_BYTES];
    if (!http_reply_header(reply, name, value, sizeof value))
        return NULL;
    return arena_str(call->arena, value);
}

/* It is put into messages and mails as it is: NULL where it is no address of the web. */
static const char *sound_url(const char *url)
{
    size_t len = url ? strlen(url) : 0;
    if (len > URL_MAX || !url || strncmp(url, "https://", 8) != 0 || url[len - 1] != '/')
        return NULL;
    for (const char *c = url; *c; c++)
        if (*c <= ' ' || *c >= 0x7F || strchr("<>|&\"'\\", *c))
            return NULL;
    return url;
}

static struct step step_auth_test(struct call *call, const struct http_reply *reply)
{
    struct slack_identity *identity = (struct slack_identity *)call;
    if (!reply)
        return slack_first_step(call);
    struct arena scratch = {0};
    struct json_node *body = slack_reply(call, &auth_test, reply, &scratch);
    if (!body)
        return slack_failed();
    identity->team_id = slack_copy(call, body, "team_id");
    identity->team_name = slack_copy(call, body, "team");
    identity->user_id = slack_copy(call, body, "user_id");
    identity->bot_id = slack_copy(call, body, "bot_id");
    identity->url = sound_url(slack_copy(call, body, "url"));
    identity->enterprise_id = slack_copy(call, body, "enterprise_id");
    identity->scopes = copy_header(call, reply, "x-oauth-scopes");
    arena_release(&scratch);
    if (!identity->team_id || !identity->user_id)
        return slack_garbled(call, &auth_test, "team_id and user_id");
    return call_done();
}

struct slack_identity *slack_auth_test(const struct call_env *env)
{
    static const struct call_type type = {"slack", "auth.test", step_auth_test};
    struct slack_identity *identity = call_new(env, &type, sizeof *identity);
    struct buf form = {0};
    slack_request(&identity->call, &auth_test, NULL, &form);
    return identity;
}
