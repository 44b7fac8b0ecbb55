/* The engine of calls to systems with expiring tokens: see rest.h. */
#include "connectors/rest.h"

#include "base/broken.h"
#include "base/civil.h"

#include <assert.h>
#include <string.h>

enum { SHARED_WAIT_MS = 50, TOKEN_REPLY_BYTES = 64 * 1024 };

/* Where a call is: call->state. */
enum {
    REST_START,       /* nothing was asked yet */
    REST_TOKEN,       /* its token request is under way; the others wait for it */
    REST_TOKEN_RETRY, /* …and will be made again */
    REST_SHARED_WAIT, /* another call fetches the token */
    REST_SENT,        /* `pending` is under way */
    REST_RETRY,       /* `pending` will be sent again */
};

struct session *rest_session(const struct rest_call *rest)
{
    return &rest->call->sessions->systems[rest->system->system];
}

void *rest_new(const struct call_env *env, const struct rest_kind *kind, size_t call_size,
               size_t rest_size)
{
    assert(rest_size >= sizeof(struct rest_call) && kind->type.step == rest_step);
    struct rest_call *rest = arena_alloc(env->arena, rest_size);
    rest->call = call_new(env, &kind->type, call_size);
    rest->call->own = rest;
    rest->kind = kind;
    rest->system = kind->system;
    rest->started = env->world->mono;
    return rest;
}

struct step rest_give_up(struct rest_call *rest)
{
    assert(rest->call->failure.class != FAILURE_NONE);
    return (struct step){.kind = STEP_FAILED};
}

struct step rest_retry(struct rest_call *rest)
{
    int64_t wait_ms;
    if (!call_may_retry(rest->call, &rest->call->failure, &wait_ms))
        return rest_give_up(rest);
    rest->call->state = REST_RETRY;
    return call_wait(wait_ms);
}

/* ---- sending ---- */

static bool has_time(const struct rest_call *rest, int64_t *timeout_ms)
{
    *timeout_ms = HTTP_DEFAULT_TIMEOUT_MS;
    if (!rest->call->deadline.ms)
        return true;
    int64_t left = rest->call->deadline.ms - rest->call->world->mono.ms;
    if (left < *timeout_ms)
        *timeout_ms = left;
    return left > 0;
}

static struct step fail_deadline(struct rest_call *rest)
{
    return call_fail(rest->call, FAILURE_TRANSIENT, 0, "deadline", "no answer before the deadline");
}

static struct step ask_token(struct rest_call *rest)
{
    struct err err;
    int64_t timeout_ms;
    if (!has_time(rest, &timeout_ms)) {
        session_end_refresh(rest_session(rest));
        return fail_deadline(rest);
    }
    rest->call->request = (struct http_request){
        .method = HTTP_POST, .timeout_ms = timeout_ms, .max_reply_bytes = TOKEN_REPLY_BYTES};
    http_add_header(&rest->call->request, "Accept", "application/json");
    if (!rest->system->ask_token(rest, &rest->call->request, &err)) {
        session_end_refresh(rest_session(rest));
        return call_fail(rest->call, FAILURE_AUTH, 0, "configuration", "%s", err.msg);
    }
    rest->call->state = REST_TOKEN;
    return call_request();
}

static struct step send_pending(struct rest_call *rest)
{
    struct call *call = rest->call;
    struct http_request *request = &call->request;
    int64_t timeout_ms;
    if (!has_time(rest, &timeout_ms))
        return fail_deadline(rest);
    *request = (struct http_request){
        .method = rest->pending.method,
        .url = arena_fmt(call->arena, "%s%s", rest->system->base_url(rest), rest->pending.path),
        .body = rest->pending.body,
        .body_len = rest->pending.body ? strlen(rest->pending.body) : 0,
        .timeout_ms = timeout_ms};
    http_add_header(request, "Accept", "application/json");
    if (rest->pending.body)
        http_add_header(request, "Content-Type", "application/json");
    rest->system->authorize(rest, request);
    rest->token_used = arena_str(call->arena, rest_session(rest)->token);
    call->state = REST_SENT;
    return call_request();
}

static struct step go(struct rest_call *rest)
{
    struct session *session = rest_session(rest);
    struct mono now = rest->call->world->mono;
    int64_t unused;
    if (!rest->system->ask_token || session_has_token(session, now))
        return send_pending(rest);
    if (session_begin_refresh(session, now))
        return ask_token(rest);
    if (!has_time(rest, &unused))
        return fail_deadline(rest);
    rest->call->state = REST_SHARED_WAIT;
    return call_wait(SHARED_WAIT_MS);
}

/* "14:03:07 UTC" */
static const char *clock_words(struct arena *arena, struct wall at)
{
    char text[WALL_TEXT_SIZE];
    return arena_fmt(arena, "%.8s UTC", wall_format(at, text) + strlen("YYYY-MM-DDT"));
}

/* The last reason stands at the end, where a long one is cut. */
static struct step leave_alone(struct rest_call *rest)
{
    struct call *call = rest->call;
    const struct circuit *circuit = &rest_session(rest)->circuit;
    char since[WALL_TEXT_SIZE];
    int64_t left_ms = circuit->retry_at.ms - call->world->mono.ms;
    call->failure =
        (struct failure){.class = FAILURE_TRANSIENT, .retry_after_ms = left_ms > 0 ? left_ms : 0};
    rest_describe(&call->failure, "circuit_open",
                  arena_fmt(call->arena,
                            "not asked: no usable answer since %.10s %s, next try at %s (%s)",
                            wall_format(circuit->opened_at, since),
                            clock_words(call->arena, circuit->opened_at),
                            clock_words(call->arena, wall_after_machine(call->world, left_ms)),
                            circuit->last.message));
    rest->left_alone = true;
    return rest_give_up(rest);
}

struct step rest_send(struct rest_call *rest, const struct rest_request *request)
{
    struct call *call = rest->call;
    if (call->state == REST_START &&
        !session_may_ask(rest_session(rest), call->world->mono, call->config))
        return leave_alone(rest);
    rest->pending = *request;
    rest->call->attempt = 1;
    return go(rest);
}

/* ---- replies ---- */

/* Half a page, an error page of a proxy: the next attempt may bring the whole. */
static void note_bad_reply(struct failure *failure, int status, const char *why)
{
    *failure = (struct failure){.class = FAILURE_TRANSIENT, .status = status};
    rest_describe(failure, "bad_reply", why);
}

/* The parsed body, or NULL with call->failure set. A refusal's body is in *refusal (owned). */
static struct json_object *read_reply(struct rest_call *rest, const struct http_reply *reply,
                                      struct json_object **refusal)
{
    struct err err;
    struct failure *failure = &rest->call->failure;
    struct json_object *root = NULL;
    *refusal = NULL;
    bool good = call_check_reply(reply, false, failure);
    if (reply->outcome != HTTP_ANSWERED)
        return NULL;
    root = json_parse(reply->body, reply->body_len, HTTP_MAX_REPLY_BYTES, &err);
    if (good) {
        if (!root)
            note_bad_reply(failure, reply->status, err.msg);
        return root;
    }
    rest->system->read_error(reply, root, failure);
    *refusal = root;
    return NULL;
}

static struct step token_failed(struct rest_call *rest)
{
    struct failure *failure = &rest->call->failure;
    int64_t wait_ms;
    if (call_may_retry(rest->call, failure, &wait_ms)) {
        rest->call->state = REST_TOKEN_RETRY;
        return call_wait(wait_ms);
    }
    session_end_refresh(rest_session(rest));
    return rest_give_up(rest);
}

/* Whatever an authorisation server refuses with, it refuses who we are. */
static void read_token_error(struct json_object *root, struct failure *failure)
{
    if (failure->class != FAILURE_TRANSIENT && failure->class != FAILURE_RATE_LIMITED)
        failure->class = FAILURE_AUTH;
    const char *code = json_get_str(root, "error", NULL);
    if (code)
        rest_describe(failure, code, json_get_str(root, "error_description", code));
}

static struct step on_token(struct rest_call *rest, const struct http_reply *reply)
{
    struct err err;
    struct json_object *refusal;
    struct json_object *root = read_reply(rest, reply, &refusal);
    if (!root) {
        if (reply->outcome == HTTP_ANSWERED && rest->call->failure.class != FAILURE_NONE &&
            (reply->status < 200 || reply->status >= 300))
            read_token_error(refusal, &rest->call->failure);
        json_object_put(refusal);
        return token_failed(rest);
    }
    bool taken = rest->system->take_token(rest, root, &err);
    json_object_put(root);
    if (!taken) {
        session_end_refresh(rest_session(rest));
        return call_fail(rest->call, FAILURE_AUTH, reply->status, "bad_token_reply", "%s", err.msg);
    }
    rest->call->attempt = 1;
    return send_pending(rest); /* not go(): a token that lives a minute must not ask for another */
}

/* Another call may have fetched a new token meanwhile: only the refused one is dropped. */
static struct step renew(struct rest_call *rest)
{
    struct session *session = rest_session(rest);
    rest->renewed = true;
    if (!BROKEN(refused_token_kept) && session->token && rest->token_used &&
        strcmp(session->token, rest->token_used) == 0)
        session_drop_token(session);
    return go(rest);
}

static struct step refused(struct rest_call *rest, struct json_object *root)
{
    struct failure *failure = &rest->call->failure;
    int64_t wait_ms;
    if (failure->class == FAILURE_AUTH && rest->system->ask_token && !rest->renewed)
        return renew(rest);
    if (call_may_retry(rest->call, failure, &wait_ms)) {
        rest->call->state = REST_RETRY;
        return call_wait(wait_ms);
    }
    if (failure->status && rest->pending.on_refuse)
        return rest->pending.on_refuse(rest, root);
    return rest_give_up(rest);
}

static struct step on_answer(struct rest_call *rest, const struct http_reply *reply)
{
    struct json_object *refusal;
    if (rest->system->note_reply && reply->outcome == HTTP_ANSWERED)
        rest->system->note_reply(rest, reply);
    struct json_object *root = read_reply(rest, reply, &refusal);
    struct step step = root ? rest->pending.on_reply(rest, root) : refused(rest, refusal);
    json_object_put(root);
    json_object_put(refusal);
    return step;
}

static struct step advance(struct rest_call *rest, const struct http_reply *reply)
{
    switch (rest->call->state) {
    case REST_START:
        return rest->kind->start(rest);
    case REST_TOKEN:
        assert(reply);
        return on_token(rest, reply);
    case REST_TOKEN_RETRY:
        return ask_token(rest);
    case REST_SENT:
        assert(reply);
        return on_answer(rest, reply);
    default:
        return go(rest);
    }
}

static void note_end(struct rest_call *rest, const struct step *step)
{
    struct call *call = rest->call;
    bool ok = step->kind == STEP_DONE;
    bool asked = call->state != REST_START; /* else nothing was learned of the system */
    if (ok)
        call->failure = (struct failure){0};
    else if (rest->kind->drop)
        rest->kind->drop(rest);
    if (asked && ok)
        session_note_ok(rest_session(rest), call->world->now);
    else if (asked)
        session_note_failure(rest_session(rest), call->failure.message);
    if (asked)
        session_learn(rest_session(rest), &call->failure, call->world, call->config);
    if (rest->source)
        *rest->source = (struct source_state){
            .ok = ok,
            .fetched_at = call->world->now,
            .elapsed_ms = call->world->mono.ms - rest->started.ms,
            .failure = rest->left_alone ? rest_session(rest)->circuit.last : call->failure};
}

struct step rest_step(struct call *call, const struct http_reply *reply)
{
    struct rest_call *rest = call->own;
    struct step step = advance(rest, reply);
    if (step.kind == STEP_DONE || step.kind == STEP_FAILED)
        note_end(rest, &step);
    return step;
}
