/* The shared parts of every connector call: making one, ending one, reading what an HTTP reply
 * means, and deciding whether another attempt is worth it. */
#include "connectors/call.h"

#include "base/broken.h"
#include "connectors/session.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BACKOFF_FIRST_MS = 500, BACKOFF_MAX_MS = 8000 };

static const char *const class_names[FAILURE_CLASS_COUNT] = {
    [FAILURE_NONE] = "none",
    [FAILURE_AUTH] = "auth",
    [FAILURE_PERMISSION] = "permission",
    [FAILURE_NOT_FOUND] = "not_found",
    [FAILURE_INVALID] = "invalid",
    [FAILURE_CONFLICT] = "conflict",
    [FAILURE_RATE_LIMITED] = "rate_limited",
    [FAILURE_QUOTA] = "quota",
    [FAILURE_TRANSIENT] = "transient",
    [FAILURE_PERMANENT] = "permanent",
    [FAILURE_AMBIGUOUS] = "ambiguous",
};

const char *failure_class_name(enum failure_class class)
{
    assert((size_t) class < FAILURE_CLASS_COUNT);
    return class_names[class];
}

void *call_new(const struct call_env *env, const struct call_type *type, size_t size)
{
    assert(size >= sizeof(struct call));
    struct call *call = arena_alloc(env->arena, size);
    *call = (struct call){.type = type,
                          .arena = env->arena,
                          .world = env->world,
                          .config = env->config,
                          .sessions = env->sessions,
                          .attempt = 1,
                          .deadline = env->deadline};
    return call;
}

struct step call_request(void)
{
    return (struct step){.kind = STEP_REQUEST};
}

struct step call_wait(int64_t wait_ms)
{
    return (struct step){.kind = STEP_WAIT, .wait_ms = wait_ms};
}

struct step call_done(void)
{
    return (struct step){.kind = STEP_DONE};
}

struct step call_fail(struct call *call, enum failure_class class, int status, const char *code,
                      const char *fmt, ...)
{
    assert(class != FAILURE_NONE);
    /* Arguments may point into the failure that is being replaced. */
    struct failure failure = {.class = class,
                              .status = status,
                              .retry_after_ms =
                                  call->failure.class == class ? call->failure.retry_after_ms : 0};
    snprintf(failure.code, sizeof failure.code, "%s", code ? code : "");
    va_list args;
    va_start(args, fmt);
    vsnprintf(failure.message, sizeof failure.message, fmt, args);
    va_end(args);
    call->failure = failure;
    return (struct step){.kind = STEP_FAILED};
}

static void fill(struct failure *out, enum failure_class class, const char *code,
                 const char *message)
{
    out->class = class;
    snprintf(out->code, sizeof out->code, "%s", code);
    snprintf(out->message, sizeof out->message, "%s", message);
}

/* The transport's part: true when an answer with a status is there. */
static bool check_outcome(const struct http_reply *reply, bool effect, struct failure *out)
{
    const enum failure_class unknown = effect ? FAILURE_AMBIGUOUS : FAILURE_TRANSIENT;
    switch (reply->outcome) {
    case HTTP_ANSWERED:
        return true;
    case HTTP_NOT_SENT:
        fill(out, FAILURE_TRANSIENT, "not_sent", reply->error);
        return false;
    case HTTP_HELD_BACK:
        fill(out, FAILURE_TRANSIENT, "held_back", reply->error);
        return false;
    case HTTP_TLS_REFUSED:
        fill(out, FAILURE_TRANSIENT, "tls_refused", reply->error);
        return false;
    case HTTP_SENT_UNKNOWN:
        fill(out, unknown, "no_answer", reply->error);
        return false;
    case HTTP_TOO_LARGE:
        fill(out, effect ? FAILURE_AMBIGUOUS : FAILURE_PERMANENT, "reply_too_large", reply->error);
        return false;
    case HTTP_CANCELLED:
        fill(out, unknown, "cancelled", reply->error);
        return false;
    }
    abort();
}

static enum failure_class class_of_status(int status, bool effect)
{
    static const struct {
        int status;
        enum failure_class class;
    } table[] = {
        {400, FAILURE_INVALID},      {401, FAILURE_AUTH},      {403, FAILURE_PERMISSION},
        {404, FAILURE_NOT_FOUND},    {408, FAILURE_TRANSIENT}, {409, FAILURE_CONFLICT},
        {410, FAILURE_NOT_FOUND},    {412, FAILURE_CONFLICT},  {422, FAILURE_INVALID},
        {429, FAILURE_RATE_LIMITED},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].status == status)
            return table[i].class;
    if (status >= 500)
        return effect ? FAILURE_AMBIGUOUS : FAILURE_TRANSIENT;
    return status >= 400 ? FAILURE_INVALID : FAILURE_PERMANENT;
}

bool call_check_reply(const struct http_reply *reply, bool effect, struct failure *out)
{
    *out = (struct failure){.status = reply->status};
    if (!check_outcome(reply, effect, out))
        return false;
    if (reply->status >= 200 && reply->status < 300)
        return true;
    out->class = class_of_status(reply->status, effect);
    snprintf(out->code, sizeof out->code, "http_%d", reply->status);
    snprintf(out->message, sizeof out->message, "answered with status %d", reply->status);
    if (reply->status == 429 || reply->status == 503)
        out->retry_after_ms = http_retry_after_ms(reply, 0);
    return false;
}

/* A bad certificate or our own shutdown does not change within seconds. */
static bool worth_another(const struct failure *failure)
{
    if (failure->class == FAILURE_RATE_LIMITED)
        return true;
    if (failure->class == FAILURE_AMBIGUOUS && BROKEN(ambiguous_repeated))
        return true;
    return failure->class == FAILURE_TRANSIENT && strcmp(failure->code, "tls_refused") != 0 &&
           strcmp(failure->code, "cancelled") != 0;
}

static int64_t backoff_ms(struct world *world, unsigned attempt)
{
    int64_t ceiling = BACKOFF_FIRST_MS;
    for (unsigned i = 1; i < attempt && ceiling < BACKOFF_MAX_MS; i++)
        ceiling *= 2;
    if (ceiling > BACKOFF_MAX_MS)
        ceiling = BACKOFF_MAX_MS;
    return (int64_t)world_random_below(world, (uint64_t)ceiling + 1);
}

int64_t call_timeout_ms(const struct call *call)
{
    int64_t left = call->deadline.ms - call->world->mono.ms;
    if (!call->deadline.ms || left > HTTP_DEFAULT_TIMEOUT_MS)
        return HTTP_DEFAULT_TIMEOUT_MS;
    return left > 0 ? left : 1;
}

bool call_may_retry(struct call *call, const struct failure *failure, int64_t *wait_ms)
{
    if (!worth_another(failure) || (int64_t)call->attempt >= call->config->fetch.attempts)
        return false;
    int64_t wait = failure->retry_after_ms > 0 ? failure->retry_after_ms
                                               : backoff_ms(call->world, call->attempt);
    if (call->deadline.ms && wait >= call->deadline.ms - call->world->mono.ms)
        return false;
    call->attempt++;
    *wait_ms = wait;
    return true;
}
