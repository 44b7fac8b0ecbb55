/* Provisioning on the product's own platform: the organisation, made by a PUT that may be repeated.
 */
#include "connectors/platform.h"

#include "base/buf.h"
#include "base/json.h"
#include "connectors/rest.h"

#include <stdio.h>
#include <string.h>

enum { PLATFORM_PARALLEL = 4 };

struct put_call {
    struct organization_put result; /* first: begins with struct call */
    const char *external_id, *name;
};

/* ---- requests ---- */

static const char *organization_url(struct call *call, const char *external_id)
{
    struct buf url = {0};
    const char *base = call->config->platform.base_url;
    size_t len = strlen(base);
    while (len && base[len - 1] == '/')
        len--;
    buf_add(&url, base, len);
    buf_str(&url, "/organizations/");
    buf_percent(&url, external_id, strlen(external_id));
    const char *out = arena_str(call->arena, buf_cstr(&url));
    buf_release(&url);
    return out;
}

static void prepare(struct call *call, enum http_method method, const char *external_id)
{
    const char *token = call->config->platform.token;
    call->request = (struct http_request){
        .method = method,
        .url = organization_url(call, external_id),
        .pace_key = "platform",
        .pace_parallel = PLATFORM_PARALLEL,
    };
    http_add_header(&call->request, "Accept", "application/json");
    if (token)
        http_add_header(&call->request, "Authorization",
                        arena_fmt(call->arena, "Bearer %s", token));
}

static const char *organization_json(struct call *call, const struct put_call *put)
{
    struct buf json = {0};
    struct json_writer w;
    json_writer_init(&w, &json);
    json_open(&w, '{');
    json_pair_str(&w, "name", put->name);
    json_pair_str(&w, "external_id", put->external_id);
    json_close(&w, '}');
    const char *out = arena_str(call->arena, buf_cstr(&json));
    buf_release(&json);
    return out;
}

static struct step ask(struct put_call *put)
{
    struct call *call = &put->result.call;
    prepare(call, HTTP_PUT, put->external_id);
    http_add_header(&call->request, "Content-Type", "application/json");
    http_add_header(&call->request, "Idempotency-Key", put->external_id);
    call->request.body = organization_json(call, put);
    call->request.body_len = strlen(call->request.body);
    return call_request();
}

/* ---- replies ---- */

static void note(const struct call *call)
{
    struct session *session = &call->sessions->systems[SYSTEM_PLATFORM];
    if (call->failure.class == FAILURE_NONE)
        session_note_ok(session, call->world->now);
    else
        session_note_failure(session, call->failure.message);
}

static struct json_object *parse(const struct http_reply *reply)
{
    struct err err;
    return reply->outcome == HTTP_ANSWERED
               ? json_parse(reply->body, reply->body_len, HTTP_MAX_REPLY_BYTES, &err)
               : NULL;
}

static const char *first_text(struct json_object *body, const char *const paths[3])
{
    for (size_t i = 0; i < 3; i++) {
        const char *text = json_get_str(body, paths[i], NULL);
        if (text)
            return text;
    }
    return NULL;
}

/* The platform's own words: {"error":{"code":…,"message":…}}, with or without the outer member. */
static void refine(struct failure *failure, struct json_object *body)
{
    const char *code = first_text(body, (const char *const[]){"error.code", "code", "error"});
    const char *message =
        first_text(body, (const char *const[]){"error.message", "message", "error_description"});
    const struct failure by_status = *failure;
    rest_describe(failure, code ? code : by_status.code, message ? message : by_status.message);
}

/* A success must name the organisation, and it must be the one that was asked for. */
static bool take_organization(struct put_call *put, struct json_object *body)
{
    struct call *call = &put->result.call;
    const char *id = json_get_str(body, "id", "");
    const char *external_id = json_get_str(body, "external_id", put->external_id);
    if (!id[0]) {
        call_fail(call, FAILURE_TRANSIENT, 200, "invalid_reply",
                  "the answer does not name the organisation");
        return false;
    }
    if (strcmp(external_id, put->external_id) != 0) {
        call_fail(call, FAILURE_PERMANENT, 200, "other_organization",
                  "the answer is about another organisation");
        return false;
    }
    put->result.organization_id = arena_str(call->arena, id);
    return true;
}

static struct step step_put(struct call *call, const struct http_reply *reply)
{
    struct put_call *put = (struct put_call *)call;
    int64_t wait_ms;
    if (!reply)
        return ask(put);
    struct json_object *body = parse(reply);
    bool fine = call_check_reply(reply, false, &call->failure);
    if (fine)
        fine = take_organization(put, body);
    else
        refine(&call->failure, body);
    json_object_put(body);
    if (!fine && call_may_retry(call, &call->failure, &wait_ms))
        return call_wait(wait_ms);
    note(call);
    return fine ? call_done() : (struct step){.kind = STEP_FAILED};
}

struct organization_put *platform_put_organization(const struct call_env *env,
                                                   const char *external_id, const char *name)
{
    static const struct call_type type = {"platform", "put_organization", step_put};
    struct put_call *put = call_new(env, &type, sizeof *put);
    put->external_id = arena_str(env->arena, external_id);
    put->name = arena_str(env->arena, name);
    return &put->result;
}

/* ---- usher check ---- */

/* Only making organisations is agreed: asking for one that no one has shows whether the address and
 * the token are right, and 404 and 405 say that they are. */
static struct step step_probe(struct call *call, const struct http_reply *reply)
{
    if (!reply) {
        prepare(call, HTTP_GET, "usher-check");
        return call_request();
    }
    if (!call_check_reply(reply, false, &call->failure) &&
        (reply->status == 404 || reply->status == 405))
        call->failure = (struct failure){0};
    note(call);
    return call->failure.class == FAILURE_NONE ? call_done() : (struct step){.kind = STEP_FAILED};
}

struct call *platform_probe(const struct call_env *env)
{
    static const struct call_type type = {"platform", "check", step_probe};
    return call_new(env, &type, sizeof(struct call));
}
