/* Job: where the workspace opens in a browser, for links to what was said. Without it nothing is
 * missing but those. */
#include "base/log.h"
#include "connectors/slack.h"
#include "db/tenants.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/posting.h"

bool learn_workspace_plan(struct turn *turn, const struct job *job, struct plan *plan,
                          struct err *err)
{
    (void)turn;
    (void)job;
    (void)err;
    plan_add(plan, &slack_auth_test(&plan->env)->call);
    return true;
}

struct job_outcome learn_workspace_finish(struct turn *turn, const struct job *job,
                                          struct plan *plan)
{
    const struct slack_identity *identity = (const struct slack_identity *)plan->calls[0];
    if (identity->call.failure.class != FAILURE_NONE)
        return job_by_failure(&identity->call.failure);
    if (!identity->url) {
        log_warn("slack", "workspace %s: Slack does not say where it opens: no links to cards",
                 job->tenant);
        return job_is_done();
    }
    return posting_end(turn, tenants_set_url(turn->db, job->tenant, identity->url));
}
