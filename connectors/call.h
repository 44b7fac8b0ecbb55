/* A connector call: a question to one outside system as a small state machine that
 * touches no socket. step(call, NULL) gives the first request; each reply is fed back until the
 * call is done or has failed. Tokens, paging, retries and re-authentication are steps.
 *
 *   step(NULL) -> STEP_REQUEST -> step(reply) -> STEP_REQUEST … -> STEP_DONE
 *                 STEP_WAIT    -> step(NULL)                    -> STEP_FAILED(class)
 */
#ifndef CONNECTORS_CALL_H
#define CONNECTORS_CALL_H

#include "base/arena.h"
#include "base/config.h"
#include "base/http.h"
#include "base/world.h"

#include <stdint.h>

/* One enum for all systems. */
enum failure_class {
    FAILURE_NONE,
    FAILURE_AUTH,       /* who we are was refused */
    FAILURE_PERMISSION, /* we may not do that */
    FAILURE_NOT_FOUND,
    FAILURE_INVALID, /* the system says that the request is wrong */
    FAILURE_CONFLICT,
    FAILURE_RATE_LIMITED, /* later, after retry_after_ms */
    FAILURE_QUOTA,        /* much later (daily limits) */
    FAILURE_TRANSIENT,    /* nothing happened; worth another try */
    FAILURE_PERMANENT,    /* never worth another try */
    FAILURE_AMBIGUOUS,    /* it may have happened */
    FAILURE_CLASS_COUNT
};
const char *failure_class_name(enum failure_class class); /* "rate_limited" … */

struct failure {
    enum failure_class class;
    int status;             /* HTTP, 0 where there was none */
    char code[64];          /* the system's own word: "channel_not_found", "INVALID_SESSION_ID" */
    char message[200];      /* for logs and people; no secrets */
    int64_t retry_after_ms; /* 0: not said */
};

enum step_kind { STEP_REQUEST, STEP_WAIT, STEP_DONE, STEP_FAILED };

struct step {
    enum step_kind kind;
    int64_t wait_ms; /* STEP_WAIT: machine time; then step(call, NULL) */
};

struct sessions; /* connectors/session.h */

struct call;
struct call_type {
    const char
        *system; /* "slack", "salesforce", "netsuite", "clm", "platform": for metrics and errors */
    const char *name; /* "chat.postMessage", "fetch": bounded set, for metrics */
    /* Exactly one of request (call->request), wait, done, failed (call->failure). */
    struct step (*step)(struct call *call, const struct http_reply *reply);
};

/* The head of every call; a connector's own struct begins with it and lives in `arena`, as does
 * everything that it makes, so a call is dropped with its arena. */
struct call {
    const struct call_type *type;
    struct arena *arena;         /* borrowed */
    struct world *world;         /* borrowed: now and randomness only */
    const struct config *config; /* borrowed */
    struct sessions *sessions;   /* borrowed: tokens and what was learned of each system */
    struct http_request request; /* set when step returned STEP_REQUEST */
    struct failure failure;      /* set when step returned STEP_FAILED */
    unsigned state;              /* the connector's own: where it is */
    unsigned attempt;            /* of the request under way, from 1 */
    struct mono deadline;        /* no retry starts past it; 0: none */
    void *own;                   /* what the connector keeps to itself, in the arena; may be NULL */
};

/* What a call is made with. */
struct call_env {
    struct arena *arena;
    struct world *world;
    const struct config *config;
    struct sessions *sessions;
    struct mono deadline;
};

/* A zeroed struct of `size` that begins with struct call, filled from env. */
void *call_new(const struct call_env *env, const struct call_type *type, size_t size);

/* The three endings of a step function. */
struct step call_request(void);
struct step call_wait(int64_t wait_ms);
struct step call_done(void);
struct step call_fail(struct call *call, enum failure_class class, int status, const char *code,
                      const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* What every HTTP system shares: true and FAILURE_NONE for 2xx; else the class by transport outcome
 * and status (401 auth, 403 permission, 404 not_found, 409 conflict, 400/422 invalid, 429
 * rate_limited with Retry-After, 5xx and no answer transient when the request was a read, ambiguous
 * when `effect`), with the status and the words. Connectors refine by the body's own code. */
bool call_check_reply(const struct http_reply *reply, bool effect, struct failure *out);

/* How long the next request may take: the default of HTTP, or what is left until the deadline, and
 * never less than 1 ms. */
int64_t call_timeout_ms(const struct call *call);

/* Bounded retry of the request under way: true when another attempt should be made, after *wait_ms
 * (full jitter, 0.5 s doubling to 8 s, Retry-After wins), with call->attempt moved on; false when
 * attempts (config fetch.attempts) or the deadline are used up or the class is not worth it. */
bool call_may_retry(struct call *call, const struct failure *failure, int64_t *wait_ms);

#endif
