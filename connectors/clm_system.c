/* How a CLM is told who asks: by a bearer token of the configuration, or by DocuSign's JWT grant
 * (one token for all calls, an hour long); and what its refusals say. */
#include "connectors/clm_mapping.h"

#include "connectors/auth.h"

#include <stdlib.h>
#include <string.h>

enum { ASSERTION_LIFE_MS = 10 * 60 * 1000, PARALLEL = 4 };

/* ---- what both share ---- */

static const char *base_url(const struct rest_call *rest)
{
    return clm_origin(rest->call->arena, rest->call->config->clm.base_url);
}

static void add_bearer(struct rest_call *rest, struct http_request *request, const char *token)
{
    request->pace_key = "clm";
    request->pace_parallel = PARALLEL;
    if (token)
        http_add_header(request, "Authorization", arena_fmt(rest->call->arena, "Bearer %s", token));
}

/* Ironclad has code and message, DocuSign title and detail (or errorCode), others one of these. */
static void read_error(const struct http_reply *reply, struct json_object *root,
                       struct failure *failure)
{
    static const char *const codes[] = {"code", "errorCode", "error", "title"};
    static const char *const messages[] = {"message", "detail", "error_description", "title"};
    const char *code = NULL, *message = NULL;
    (void)reply;
    for (size_t i = 0; i < sizeof codes / sizeof *codes && !code; i++)
        code = json_get_str(root, codes[i], NULL);
    for (size_t i = 0; i < sizeof messages / sizeof *messages && !message; i++)
        message = json_get_str(root, messages[i], NULL);
    if (code || message) {
        const struct failure said = *failure;
        rest_describe(failure, code ? code : said.code, message ? message : said.message);
    }
}

/* ---- a token of the configuration ---- */

static void authorize_by_token(struct rest_call *rest, struct http_request *request)
{
    add_bearer(rest, request, rest->call->config->clm.token);
}

const struct rest_system clm_by_token = {
    .system = SYSTEM_CLM,
    .base_url = base_url,
    .authorize = authorize_by_token,
    .read_error = read_error,
};

/* ---- DocuSign ---- */

/* The login host without its scheme, for whom the assertion is. */
static const char *audience(struct arena *arena, const char *login_url)
{
    const char *host = strstr(login_url, "://");
    host = host ? host + 3 : login_url;
    return arena_strn(arena, host, strcspn(host, "/?#"));
}

static bool add_assertion(struct rest_call *rest, struct buf *form, struct err *err)
{
    struct call *call = rest->call;
    const struct config *config = call->config;
    struct buf claims = {0}, token = {0};
    struct json_writer w;
    json_writer_init(&w, &claims);
    json_open(&w, '{');
    json_pair_str(&w, "iss", config->clm.client_id);
    json_pair_str(&w, "sub", config->clm.user_id);
    json_pair_str(&w, "aud", audience(call->arena, config->clm.login_url));
    json_pair_int(&w, "iat", call->world->now.ms / 1000);
    json_pair_int(&w, "exp", wall_after(call->world, ASSERTION_LIFE_MS).ms / 1000);
    json_pair_str(&w, "scope", "signature impersonation adm_store_unified_repo_read");
    json_close(&w, '}');
    bool ok = jwt_sign(JWT_RS256, config->clm.private_key, NULL, buf_cstr(&claims), &token, err);
    if (ok) {
        form_add(form, "grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
        form_add(form, "assertion", buf_cstr(&token));
    }
    buf_release(&claims);
    buf_release(&token);
    return ok || err_prefix(err, "clm.private_key");
}

static bool ask_token(struct rest_call *rest, struct http_request *request, struct err *err)
{
    struct arena *arena = rest->call->arena;
    const struct config *config = rest->call->config;
    struct buf form = {0};
    if (!config->clm.login_url || !config->clm.private_key)
        return err_set(err, ERR_CONFIG, "clm.login_url or private_key is not configured");
    bool ok = add_assertion(rest, &form, err);
    request->url = arena_fmt(arena, "%s/oauth/token", config->clm.login_url);
    request->body = arena_str(arena, buf_cstr(&form));
    request->body_len = form.len;
    http_add_header(request, "Content-Type", "application/x-www-form-urlencoded");
    buf_release(&form);
    return ok;
}

static void authorize_by_session(struct rest_call *rest, struct http_request *request)
{
    add_bearer(rest, request, rest_session(rest)->token);
}

const struct rest_system clm_by_docusign = {
    .system = SYSTEM_CLM,
    .ask_token = ask_token,
    .take_token = rest_take_token,
    .base_url = base_url,
    .authorize = authorize_by_session,
    .read_error = read_error,
};
