/* Salesforce as a system: its tokens, its errors, its limits; and the probe, the smallest call of
 * all. docs/connectors.md has the facts. */
#include "connectors/salesforce_call.h"

#include "connectors/auth.h"

#include <stdio.h>
#include <string.h>

enum {
    ASSERTION_LIFE_MS = 120 * 1000, /* Salesforce takes at most three minutes */
};

/* ---- tokens ---- */

static const char *without_slash(struct arena *arena, const char *url)
{
    size_t len = strlen(url);
    while (len && url[len - 1] == '/')
        len--;
    return arena_strn(arena, url, len);
}

static bool add_assertion(struct rest_call *rest, struct buf *form, struct err *err)
{
    const struct config *config = rest->call->config;
    struct buf claims, token;
    struct json_writer w;
    const char *audience = config->salesforce.audience;
    buf_init(&claims, 0);
    buf_init(&token, 0);
    json_writer_init(&w, &claims);
    json_open(&w, '{');
    json_pair_str(&w, "iss", config->salesforce.client_id);
    json_pair_str(&w, "sub", config->salesforce.username);
    json_pair_str(
        &w, "aud",
        without_slash(rest->call->arena, audience ? audience : config->salesforce.login_url));
    json_pair_int(&w, "exp", wall_after(rest->call->world, ASSERTION_LIFE_MS).ms / 1000);
    json_close(&w, '}');
    bool ok =
        jwt_sign(JWT_RS256, config->salesforce.private_key, NULL, buf_cstr(&claims), &token, err);
    if (ok) {
        form_add(form, "grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
        form_add(form, "assertion", buf_cstr(&token));
    }
    buf_release(&claims);
    buf_release(&token);
    return ok;
}

static bool ask_token(struct rest_call *rest, struct http_request *request, struct err *err)
{
    struct arena *arena = rest->call->arena;
    const struct config *config = rest->call->config;
    struct buf form;
    bool ok = true;
    if (!config->salesforce.login_url || !config->salesforce.client_id)
        return err_set(err, ERR_CONFIG, "salesforce.login_url or client_id is not configured");
    buf_init(&form, 0);
    if (config->salesforce.auth == SALESFORCE_AUTH_JWT) {
        ok = add_assertion(rest, &form, err);
    } else {
        form_add(&form, "grant_type", "client_credentials");
        form_add(&form, "client_id", config->salesforce.client_id);
        form_add(&form, "client_secret", config->salesforce.client_secret);
    }
    request->url = arena_fmt(arena, "%s/services/oauth2/token",
                             without_slash(arena, config->salesforce.login_url));
    request->body = arena_str(arena, buf_cstr(&form));
    request->body_len = form.len;
    http_add_header(request, "Content-Type", "application/x-www-form-urlencoded");
    buf_release(&form);
    return ok || err_prefix(err, "salesforce.private_key");
}

static bool take_token(struct rest_call *rest, struct json_object *root, struct err *err)
{
    const char *token, *instance;
    if (!json_need_str(root, "access_token", &token, err) ||
        !json_need_str(root, "instance_url", &instance, err))
        return false;
    if (!rest_token_is_sane(token))
        return err_set(err, ERR_INVALID, "the access token has characters that no token has");
    if (!rest_url_is_safe(instance))
        return err_set(err, ERR_INVALID, "the instance_url is not an https address");
    session_set_token(rest_session(rest), token, without_slash(rest->call->arena, instance),
                      (struct mono){0});
    return true;
}

static const char *base_url(const struct rest_call *rest)
{
    const struct session *session = rest_session(rest);
    return session->base_url
               ? session->base_url
               : without_slash(rest->call->arena, rest->call->config->salesforce.login_url);
}

static void authorize(struct rest_call *rest, struct http_request *request)
{
    const char *token = rest_session(rest)->token;
    http_add_header(request, "Authorization",
                    arena_fmt(rest->call->arena, "Bearer %s", token ? token : ""));
}

/* ---- errors and limits ---- */

static const struct {
    const char *code;
    enum failure_class class;
} error_classes[] = {
    {"INVALID_SESSION_ID", FAILURE_AUTH},
    {"REQUEST_LIMIT_EXCEEDED", FAILURE_QUOTA},
    {"API_DISABLED_FOR_ORG", FAILURE_PERMISSION},
    {"API_CURRENTLY_DISABLED", FAILURE_PERMISSION},
    {"INSUFFICIENT_ACCESS", FAILURE_PERMISSION},
    {"INSUFFICIENT_ACCESS_OR_READONLY", FAILURE_PERMISSION},
    {"INVALID_TYPE", FAILURE_PERMISSION}, /* an object that this user may not see */
    {"SERVER_UNAVAILABLE", FAILURE_TRANSIENT},
    {"QUERY_TIMEOUT", FAILURE_TRANSIENT},
    {"UNABLE_TO_LOCK_ROW", FAILURE_TRANSIENT},
    {"UNKNOWN_EXCEPTION", FAILURE_TRANSIENT},
    {"NOT_FOUND", FAILURE_NOT_FOUND},
    {"ENTITY_IS_DELETED", FAILURE_NOT_FOUND},
};

/* A new token would be refused with the same words. */
static bool is_hopeless(const char *message)
{
    return strstr(message, "not valid for use with the REST API") ||
           strstr(message, "Connected app is not attached");
}

void salesforce_read_errors(struct json_object *body, struct failure *failure)
{
    struct json_object *first =
        json_object_is_type(body, json_type_array) ? json_object_array_get_idx(body, 0) : body;
    const char *code = json_get_str(first, "errorCode", json_get_str(first, "statusCode", NULL));
    const char *message = json_get_str(first, "message", "");
    if (!code)
        return;
    rest_describe(failure, code, message);
    for (size_t i = 0; i < sizeof error_classes / sizeof *error_classes; i++)
        if (strcmp(code, error_classes[i].code) == 0)
            failure->class = error_classes[i].class;
    if (failure->class == FAILURE_AUTH && is_hopeless(message))
        failure->class = FAILURE_PERMISSION;
}

static void read_error(const struct http_reply *reply, struct json_object *root,
                       struct failure *failure)
{
    (void)reply;
    if (root)
        salesforce_read_errors(root, failure);
}

/* "api-usage=10018/100000" */
static void note_reply(struct rest_call *rest, const struct http_reply *reply)
{
    char text[96];
    long long used, limit;
    struct session *session = rest_session(rest);
    if (!http_reply_header(reply, "sforce-limit-info", text, sizeof text) ||
        sscanf(text, "api-usage=%15lld/%15lld", &used, &limit) != 2 || used < 0 || limit <= 0)
        return;
    session->used = used;
    session->limit = limit;
    session->usage_at = rest->call->world->mono;
}

const struct rest_system salesforce_system = {
    .system = SYSTEM_SALESFORCE,
    .ask_token = ask_token,
    .take_token = take_token,
    .base_url = base_url,
    .authorize = authorize,
    .read_error = read_error,
    .note_reply = note_reply,
};

struct step salesforce_bad_reply(struct rest_call *rest, const char *what)
{
    return call_fail(rest->call, FAILURE_PERMANENT, 200, "bad_reply", "%s", what);
}

/* ---- the probe ---- */

static struct step on_probed(struct rest_call *rest, struct json_object *root)
{
    (void)rest;
    if (!json_at(root, "records"))
        return salesforce_bad_reply(rest, "a query reply without records");
    return call_done();
}

static struct step start_probe(struct rest_call *rest)
{
    const char *path = salesforce_query_path(rest->call->arena, rest->call->config, "query",
                                             "SELECT Id, Name FROM Organization LIMIT 1");
    return rest_send(rest, &(struct rest_request){.path = path, .on_reply = on_probed});
}

struct call *salesforce_probe(const struct call_env *env)
{
    static const struct rest_kind kind = {.type = {"salesforce", "probe", rest_step},
                                          .system = &salesforce_system,
                                          .start = start_probe};
    struct rest_call *rest = rest_new(env, &kind, sizeof(struct call), sizeof *rest);
    return rest->call;
}
