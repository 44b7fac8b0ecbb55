/* Job: a workspace's token before it runs out. A refresh token counts once, so what it gives is
 * kept before anything else happens; the token in force stays until the new one has been seen to
 * work.
 *
 *   grant ── refresh ──> grant:next (committed) ── auth.test says yes ──> grant
 */
#include "base/log.h"
#include "connectors/slack.h"
#include "db/audit.h"
#include "db/tenants.h"
#include "handlers/card_values.h"
#include "handlers/grant.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/posting.h"

#include <string.h>

enum { WORD_MAX = 200 };

/* What the token is renewed by, or tried by; one of the two calls. */
struct renewal {
    struct grant next;
    struct slack_granted *granted;
    struct slack_identity *identity;
};

/* As if the new token were in force, for this one call. */
static struct slack_identity *try_token(struct turn *turn, struct plan *plan, const char *token)
{
    struct config *as = arena_alloc(turn->arena, sizeof *as);
    struct call_env env = plan->env;
    *as = *turn->config;
    as->slack.bot_token = token;
    env.config = as;
    return slack_auth_test(&env);
}

bool renew_grant_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct renewal *renewal = arena_alloc(turn->arena, sizeof *renewal);
    struct grant grant;
    plan->state = renewal;
    if (grant_get(turn->db, turn->keyring, turn->arena, job->tenant, GRANT_NEXT, &renewal->next,
                  err)) {
        renewal->identity = try_token(turn, plan, renewal->next.token);
        plan_add(plan, &renewal->identity->call);
        return true;
    }
    if (err->code == ERR_NONE &&
        grant_get(turn->db, turn->keyring, turn->arena, job->tenant, GRANT_IN_FORCE, &grant, err) &&
        grant.refresh_token) {
        renewal->granted = slack_oauth_refresh(&plan->env, grant.refresh_token);
        plan_add(plan, &renewal->granted->call);
    }
    return err->code == ERR_NONE; /* nothing to renew is nothing to do */
}

/* Kept, and tried at once. */
static struct job_outcome keep_next(struct turn *turn, const struct job *job,
                                    const struct slack_granted *granted)
{
    const struct grant next = {.token = granted->token,
                               .refresh_token = granted->refresh_token,
                               .expires_at =
                                   wall_after_machine(turn->world, granted->expires_in_s * 1000)};
    struct job_outcome outcome = posting_end(turn, grant_put(turn, job->tenant, GRANT_NEXT, &next));
    return outcome.end == JOB_END_DONE ? job_waits(1) : outcome;
}

static struct job_outcome adopt(struct turn *turn, const struct job *job,
                                const struct renewal *renewal)
{
    log_info("slack", "workspace %s: its token was renewed", job->tenant);
    return posting_end(turn,
                       grant_put(turn, job->tenant, GRANT_IN_FORCE, &renewal->next) &&
                           grant_drop(turn->db, job->tenant, GRANT_NEXT) &&
                           tenants_set_expiry(turn->db, job->tenant, renewal->next.expires_at) &&
                           later_renew_grant(turn, job->tenant, renewal->next.expires_at));
}

/* Whatever Slack says of a refresh token but "later" is final; an answer that was lost is asked for
 * again, for there is nothing else to ask with. */
static struct job_outcome by_failure(const struct failure *failure)
{
    if (failure->class == FAILURE_AMBIGUOUS)
        return job_retries("%.200s", failure->message);
    if (failure->class == FAILURE_AUTH)
        return job_is_dead("%.200s", failure->message);
    return job_by_failure(failure);
}

struct job_outcome renew_grant_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    const struct renewal *renewal = plan->state;
    if (plan->count == 0)
        return job_is_done();
    const struct failure *failure = &plan->calls[0]->failure;
    if (failure->class != FAILURE_NONE)
        return by_failure(failure);
    return renewal->granted ? keep_next(turn, job, renewal->granted) : adopt(turn, job, renewal);
}

void renew_grant_died(struct turn *turn, const struct job *job, const char *reason)
{
    const struct audit_entry entry = {
        .tenant = job->tenant,
        .at = turn->world->now,
        .actor = "usher",
        .via = "job",
        .action = "slack.token_not_renewed",
        .object = job->tenant,
        .reason = reason,
    };
    log_error("slack",
              "workspace %s: its token cannot be renewed (%s): let it install Usher again at "
              "/slack/install before the token runs out",
              job->tenant, reason);
    audit_append(turn->db, &entry);
    posting_tell_admins(
        turn, job->tenant,
        arena_fmt(turn->arena,
                  "⚠️ Slack does not renew Usher's token for this workspace (%s). "
                  "Install Usher again at <%s/slack/install> before it runs out, "
                  "or nothing more will be said here.",
                  card_outside(turn->arena, reason, WORD_MAX),
                  turn->config->slack.public_url ? turn->config->slack.public_url : ""));
}
