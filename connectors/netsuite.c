/* NetSuite as a system: OAuth 2.0 machine-to-machine tokens, OAuth 1.0a signatures, its errors, a
 * page of SuiteQL; and the probe. docs/connectors.md has the facts. */
#include "connectors/netsuite_call.h"

#include "base/ids.h"
#include "connectors/auth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ASSERTION_LIFE_MS = 5 * 60 * 1000, /* NetSuite takes less than an hour */
};

#define TOKEN_PATH "/services/rest/auth/oauth2/v1/token"

static const char *base_url(const struct rest_call *rest)
{
    const char *url = rest->call->config->netsuite.base_url;
    size_t len = strlen(url);
    while (len && url[len - 1] == '/')
        len--;
    return arena_strn(rest->call->arena, url, len);
}

/* ---- OAuth 2.0 machine-to-machine ---- */

static bool add_assertion(struct rest_call *rest, const char *token_url, struct buf *out,
                          struct err *err)
{
    const struct config *config = rest->call->config;
    struct world *world = rest->call->world;
    struct id jti = id_new(world);
    struct buf claims;
    struct json_writer w;
    buf_init(&claims, 0);
    json_writer_init(&w, &claims);
    json_open(&w, '{');
    json_pair_str(&w, "iss", config->netsuite.client_id);
    json_key(&w, "scope");
    json_put_raw(&w, "[\"rest_webservices\"]");
    json_pair_str(&w, "aud", token_url);
    json_pair_int(&w, "iat", world->now.ms / 1000);
    json_pair_int(&w, "exp", wall_after(world, ASSERTION_LIFE_MS).ms / 1000);
    json_pair_str(&w, "jti", jti.text);
    json_close(&w, '}');
    bool ok = jwt_sign(config->netsuite.algorithm == NETSUITE_PS256 ? JWT_PS256 : JWT_ES256,
                       config->netsuite.private_key, config->netsuite.certificate_id,
                       buf_cstr(&claims), out, err);
    buf_release(&claims);
    return ok || err_prefix(err, "netsuite.private_key");
}

static bool ask_token(struct rest_call *rest, struct http_request *request, struct err *err)
{
    struct arena *arena = rest->call->arena;
    struct buf form, assertion;
    request->url = arena_fmt(arena, "%s" TOKEN_PATH, base_url(rest));
    buf_init(&form, 0);
    buf_init(&assertion, 0);
    bool ok = add_assertion(rest, request->url, &assertion, err);
    form_add(&form, "grant_type", "client_credentials");
    form_add(&form, "client_assertion_type",
             "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    form_add(&form, "client_assertion", buf_cstr(&assertion));
    request->body = arena_str(arena, buf_cstr(&form));
    request->body_len = form.len;
    http_add_header(request, "Content-Type", "application/x-www-form-urlencoded");
    buf_release(&assertion);
    buf_release(&form);
    return ok;
}

/* ---- requests ---- */

static void shape(const struct rest_call *rest, struct http_request *request)
{
    int64_t concurrency = rest->call->config->netsuite.concurrency;
    http_add_header(request, "Prefer", "transient");
    request->pace_key = "netsuite";
    request->pace_parallel = concurrency > 0 ? (unsigned)concurrency : 1;
}

static void authorize_m2m(struct rest_call *rest, struct http_request *request)
{
    const char *token = rest_session(rest)->token;
    http_add_header(request, "Authorization",
                    arena_fmt(rest->call->arena, "Bearer %s", token ? token : ""));
    shape(rest, request);
}

/* Every attempt is signed anew: a nonce is good once. */
static void authorize_tba(struct rest_call *rest, struct http_request *request)
{
    const struct config *config = rest->call->config;
    char nonce[OAUTH1_NONCE_SIZE];
    struct buf header;
    oauth1_nonce(rest->call->world, nonce);
    const struct oauth1 oauth1 = {.realm = config->netsuite.account_id,
                                  .consumer_key = config->netsuite.consumer_key,
                                  .consumer_secret = config->netsuite.consumer_secret,
                                  .token = config->netsuite.token_id,
                                  .token_secret = config->netsuite.token_secret,
                                  .nonce = nonce,
                                  .timestamp_s = rest->call->world->now.ms / 1000};
    buf_init(&header, 0);
    oauth1_header(&oauth1, http_method_name(request->method), request->url, &header);
    http_add_header(request, "Authorization", arena_str(rest->call->arena, buf_cstr(&header)));
    buf_release(&header);
    shape(rest, request);
}

bool netsuite_is_configured(struct rest_call *rest)
{
    const struct config *config = rest->call->config;
    const bool tba = config->netsuite.auth == NETSUITE_AUTH_TBA;
    const struct {
        const char *value, *name;
        bool needed;
    } needs[] = {
        {config->netsuite.base_url, "base_url", true},
        {config->netsuite.account_id, "account_id", tba},
        {config->netsuite.consumer_key, "consumer_key", tba},
        {config->netsuite.consumer_secret, "consumer_secret", tba},
        {config->netsuite.token_id, "token_id", tba},
        {config->netsuite.token_secret, "token_secret", tba},
        {config->netsuite.client_id, "client_id", !tba},
        {config->netsuite.certificate_id, "certificate_id", !tba},
        {config->netsuite.private_key, "private_key", !tba},
    };
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (needs[i].needed && !needs[i].value) {
            call_fail(rest->call, FAILURE_AUTH, 0, "configuration", "netsuite.%s is not configured",
                      needs[i].name);
            return false;
        }
    return true;
}

struct step netsuite_query(struct rest_call *rest, const struct netsuite_page *page)
{
    struct arena *arena = rest->call->arena;
    struct buf body;
    struct json_writer w;
    buf_init(&body, 0);
    json_writer_init(&w, &body);
    json_open(&w, '{');
    json_pair_str(&w, "q", page->sql);
    json_key(&w, "params");
    json_open(&w, '[');
    for (size_t i = 0; i < page->params.count; i++)
        json_put_str(&w, page->params.items[i]);
    json_close(&w, ']');
    json_close(&w, '}');
    const struct rest_request request = {
        .method = HTTP_POST,
        .path = arena_fmt(arena, "/services/rest/query/v1/suiteql?limit=%d&offset=%zu",
                          NETSUITE_PAGE_ROWS, page->offset),
        .body = arena_str(arena, buf_cstr(&body)),
        .on_reply = page->on_reply,
        .on_refuse = page->on_refuse,
    };
    buf_release(&body);
    return rest_send(rest, &request);
}

/* ---- errors ---- */

static const struct {
    const char *code;
    enum failure_class class;
} error_classes[] = {
    {"INVALID_LOGIN", FAILURE_AUTH},
    {"INVALID_LOGIN_ATTEMPT", FAILURE_AUTH},
    {"invalid_token", FAILURE_AUTH},
    {"nonce_used", FAILURE_TRANSIENT}, /* the next attempt has another nonce */
    {"INSUFFICIENT_PERMISSION", FAILURE_PERMISSION},
    {"CONCURRENCY_LIMIT_EXCEEDED", FAILURE_RATE_LIMITED},
    {"REQUEST_LIMIT_EXCEEDED", FAILURE_RATE_LIMITED},
    {"UNEXPECTED_ERROR", FAILURE_TRANSIENT},
    {"NONEXISTENT_ID", FAILURE_NOT_FOUND},
};

/* WWW-Authenticate: Bearer realm="123456", error="invalid_token", error_description="…" */
static bool read_challenge(const char *header, const char *name, char *out, size_t size)
{
    const char *at = strstr(header, name);
    if (!at)
        return false;
    at += strlen(name);
    snprintf(out, size, "%.*s", (int)strcspn(at, "\""), at);
    return true;
}

static void classify(struct failure *failure)
{
    for (size_t i = 0; i < sizeof error_classes / sizeof *error_classes; i++)
        if (strcmp(failure->code, error_classes[i].code) == 0)
            failure->class = error_classes[i].class;
}

static void read_error(const struct http_reply *reply, struct json_object *root,
                       struct failure *failure)
{
    char header[512], code[64], message[200];
    const char *own = json_get_str(root, "o:errorDetails[0].o:errorCode", NULL);
    if (own) {
        rest_describe(
            failure, own,
            json_get_str(root, "o:errorDetails[0].detail", json_get_str(root, "title", own)));
    } else if (http_reply_header(reply, "www-authenticate", header, sizeof header) &&
               read_challenge(header, "error=\"", code, sizeof code)) {
        if (!read_challenge(header, "error_description=\"", message, sizeof message))
            snprintf(message, sizeof message, "%s", code);
        rest_describe(failure, code, message);
    }
    classify(failure);
}

const struct rest_system netsuite_m2m = {
    .system = SYSTEM_NETSUITE,
    .ask_token = ask_token,
    .take_token = rest_take_token,
    .base_url = base_url,
    .authorize = authorize_m2m,
    .read_error = read_error,
};

const struct rest_system netsuite_tba = {
    .system = SYSTEM_NETSUITE,
    .base_url = base_url,
    .authorize = authorize_tba,
    .read_error = read_error,
};
