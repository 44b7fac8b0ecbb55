/* How jobs end: the few outcomes and what a connector's failure means for a job. */
#include "handlers/job.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

enum { RATE_LIMITED_MS = 30 * 1000, QUOTA_MS = 60 * 60 * 1000 };

void plan_add(struct plan *plan, struct call *call)
{
    assert(plan->count < PLAN_MAX_CALLS && call);
    plan->calls[plan->count++] = call;
}

struct job_outcome job_is_done(void)
{
    return (struct job_outcome){.end = JOB_END_DONE};
}

struct job_outcome job_waits(int64_t ms)
{
    return (struct job_outcome){.end = JOB_END_WAIT, .retry_after_ms = ms};
}

struct job_outcome job_retries(const char *fmt, ...)
{
    struct job_outcome outcome = {.end = JOB_END_RETRY};
    va_list args;
    va_start(args, fmt);
    vsnprintf(outcome.reason, sizeof outcome.reason, fmt, args);
    va_end(args);
    return outcome;
}

struct job_outcome job_is_dead(const char *fmt, ...)
{
    struct job_outcome outcome = {.end = JOB_END_DEAD};
    va_list args;
    va_start(args, fmt);
    vsnprintf(outcome.reason, sizeof outcome.reason, fmt, args);
    va_end(args);
    return outcome;
}

/* One row a class: what the job does, and after how long where the system does not say. */
static const struct {
    enum job_end end;
    int64_t after_ms; /* 0: by the kind's policy */
} ends[FAILURE_CLASS_COUNT] = {
    [FAILURE_NONE] = {JOB_END_DONE, 0},
    [FAILURE_AUTH] = {JOB_END_RETRY, 0},
    [FAILURE_PERMISSION] = {JOB_END_DEAD, 0},
    [FAILURE_NOT_FOUND] = {JOB_END_DEAD, 0},
    [FAILURE_INVALID] = {JOB_END_DEAD, 0},
    [FAILURE_CONFLICT] = {JOB_END_DEAD, 0},
    [FAILURE_RATE_LIMITED] = {JOB_END_WAIT, RATE_LIMITED_MS},
    [FAILURE_QUOTA] = {JOB_END_WAIT, QUOTA_MS},
    [FAILURE_TRANSIENT] = {JOB_END_RETRY, 0},
    [FAILURE_PERMANENT] = {JOB_END_DEAD, 0},
    [FAILURE_AMBIGUOUS] = {JOB_END_RETRY, 0},
};

struct job_outcome job_by_failure(const struct failure *failure)
{
    assert((size_t)failure->class < FAILURE_CLASS_COUNT);
    struct job_outcome outcome = {.end = ends[failure->class].end};
    if (outcome.end == JOB_END_DONE)
        return outcome;
    outcome.retry_after_ms = ends[failure->class].after_ms;
    if (failure->retry_after_ms > 0 && outcome.end != JOB_END_DEAD)
        outcome.retry_after_ms = failure->retry_after_ms;
    snprintf(outcome.reason, sizeof outcome.reason, "%s%s%s: %.160s",
             failure_class_name(failure->class), failure->code[0] ? " " : "", failure->code,
             failure->message);
    return outcome;
}
