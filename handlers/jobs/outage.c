/* Job: a system has not answered for a while. It is asked once more; if it still does not answer,
 * the admins hear of it, once for all onboardings that wait for it, and again when it is back. One
 * job a system, alive for as long as the outage.
 *
 *   a fetch fails ─> data_grace_min later: answers? ─> gone, nobody was told
 *                                          └ told ─> every hour: answers? ─> told, gone
 */
#include "base/text.h"
#include "connectors/clm.h"
#include "connectors/netsuite.h"
#include "connectors/salesforce.h"
#include "handlers/card_values.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/posting.h"

#include <string.h>

enum { HOUR_MS = 60 * 60 * 1000, REASON_MAX_UNITS = 200, PROBE_MS = 20 * 1000 };

struct outage {
    struct payload payload; /* text: the system; level 1: the admins were told */
    const char *title;
    struct call *probe; /* NULL: it is not configured any more */
};

static struct call *probe_of(const struct call_env *env, enum source source)
{
    const struct config *config = env->config;
    switch (source) {
    case SOURCE_SALESFORCE:
        return config->salesforce.enabled ? salesforce_probe(env) : NULL;
    case SOURCE_NETSUITE:
        return config->netsuite.enabled ? netsuite_probe(env) : NULL;
    case SOURCE_CLM:
        return config->clm.enabled && clm_is_a_system(config) ? clm_probe(env) : NULL;
    case SOURCE_COUNT:
        break;
    }
    return NULL;
}

bool outage_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct outage *outage = arena_alloc(turn->arena, sizeof *outage);
    plan->state = outage;
    if (!payload_read(turn->arena, job, &outage->payload, err))
        return false;
    const char *name = outage->payload.text ? outage->payload.text : "";
    plan->env.deadline.ms = turn->world->mono.ms + PROBE_MS;
    for (enum source source = SOURCE_SALESFORCE; source < SOURCE_COUNT; source++)
        if (strcmp(source_name(source), name) == 0) {
            outage->title = source_title(source);
            outage->probe = probe_of(&plan->env, source);
        }
    if (outage->probe)
        plan_add(plan, outage->probe);
    return true;
}

/* The job lives on, and knows that it has spoken. */
static bool remember_told(struct turn *turn, const struct job *job, struct outage *outage)
{
    outage->payload.level = 1;
    return jobs_set_payload(turn->db, job->id, payload_write(turn->arena, &outage->payload));
}

static struct job_outcome still_down(struct turn *turn, const struct job *job,
                                     struct outage *outage)
{
    const struct failure *failure = &outage->probe->failure;
    /* A fetch that failed while this was asking wanted a job of its own: this one stands for it. */
    if (!jobs_cancel(turn->db, job->tenant, job->kind, job->key))
        return posting_end(turn, false);
    if (outage->payload.level)
        return job_waits(HOUR_MS);
    posting_tell_admins(
        turn, job->tenant,
        arena_fmt(
            turn->arena,
            "🚨 %s has given no usable answer for %lld min: %s. Onboardings that need it wait, "
            "and go on by themselves when it is back; `usher check` tests its credentials. I "
            "will say when it answers again.",
            outage->title, (long long)turn->config->escalation.data_grace_min,
            card_outside(turn->arena, failure->message, REASON_MAX_UNITS)));
    return remember_told(turn, job, outage) ? job_waits(HOUR_MS) : posting_end(turn, false);
}

struct job_outcome outage_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    struct outage *outage = plan->state;
    if (outage->probe && outage->probe->failure.class != FAILURE_NONE)
        return still_down(turn, job, outage);
    if (outage->probe && outage->payload.level)
        posting_tell_admins(turn, job->tenant,
                            arena_fmt(turn->arena, "✅ %s answers again.", outage->title));
    return posting_end(turn, true);
}
