/* A kind of job: what it asks of the outside (plan) and what it makes of the
 * answers (finish). The engine (bot/engine.c) runs the calls of a plan side by side and then calls
 * finish inside a transaction. See docs/jobs.md. */
#ifndef HANDLERS_JOB_H
#define HANDLERS_JOB_H

#include "db/jobs.h"
#include "handlers/handler.h"

enum { PLAN_MAX_CALLS = 8 };

/* Filled by plan. `state` is the kind's own, from turn->arena, and comes back in finish. */
struct plan {
    struct call_env env; /* set by the engine: arena and deadline of this attempt */
    struct call *calls[PLAN_MAX_CALLS];
    size_t count;
    void *state;
};
void plan_add(struct plan *plan, struct call *call);

/* How a job ended this time. */
enum job_end {
    JOB_END_DONE,  /* the row goes */
    JOB_END_RETRY, /* later, by the kind's policy or after `retry_after_ms` */
    JOB_END_WAIT,  /* later, and it does not count as an attempt */
    JOB_END_DEAD,  /* a dead letter, with the reason */
};
struct job_outcome {
    enum job_end end;
    int64_t retry_after_ms; /* 0: by the policy */
    char reason[256];
};

/* What to do with a job whose last attempt was cut off (crash, lost answer). */
enum when_unknown {
    UNKNOWN_REPEAT, /* repeating is harmless */
    UNKNOWN_ASK,    /* the plan finds out first: job->attempt > 1 */
    UNKNOWN_DROP,   /* may have been said: never repeat, becomes a dead letter */
};

struct job_kind {
    const char *name;
    /* Outside a transaction, reads only. Adding no call goes on to finish at once. False: err says
     * why; counts as an attempt. NULL: no calls. */
    bool (*plan)(struct turn *turn, const struct job *job, struct plan *plan, struct err *err);
    /* In a savepoint: writes, follow-up jobs, audit. plan->calls tell how each ended
     * (call->failure.class NONE: done). */
    struct job_outcome (*finish)(struct turn *turn, const struct job *job, struct plan *plan);
    int64_t max_attempts; /* default of new jobs */
    int64_t backoff_ms;   /* first; doubles with full jitter */
    int64_t backoff_max_ms;
    enum when_unknown when_unknown;
    /* Inside the same transaction, when the job becomes a dead letter; NULL: nothing more. */
    void (*died)(struct turn *turn, const struct job *job, const char *reason);
};

/* The kind whose times were promised to people: they stand, however the clock is set. All others
 * wait so long. */
#define JOB_PROMISED "escalate"

struct job_outcome job_is_done(void);
struct job_outcome job_is_dead(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Again by the kind's policy: our own trouble, such as the store's. */
struct job_outcome job_retries(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Again after so much machine time; no attempt is counted. */
struct job_outcome job_waits(int64_t ms);
/* DONE when the class is NONE; else by class: rate_limited, quota WAIT (after retry_after_ms, 30 s,
 * 1 h); transient, auth RETRY; ambiguous RETRY (the kind's when_unknown governs); the rest DEAD. */
struct job_outcome job_by_failure(const struct failure *failure);

#endif
