/* Job: where the workspace opens in a browser, for links to what was said, and of an organisation
 * which workspaces the app is in: the directory is read from one after the other. */
#include "base/log.h"
#include "connectors/slack.h"
#include "db/tenants.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/posting.h"
#include "handlers/teams.h"

struct learning {
    struct slack_identity *identity;
    struct slack_teams *teams; /* NULL: no organisation */
};

bool learn_workspace_plan(struct turn *turn, const struct job *job, struct plan *plan,
                          struct err *err)
{
    struct learning *learning = arena_alloc(turn->arena, sizeof *learning);
    (void)err;
    plan->state = learning;
    *learning = (struct learning){.identity = slack_auth_test(&plan->env)};
    plan_add(plan, &learning->identity->call);
    if (teams_are_many(job->tenant)) {
        learning->teams = slack_teams_list(&plan->env);
        plan_add(plan, &learning->teams->call);
    }
    return true;
}

/* What is only known workspace by workspace is read at once where they are others. */
static bool keep_teams(struct turn *turn, const char *tenant, const struct slack_teams *teams)
{
    bool changed;
    if (teams->more)
        log_warn("slack",
                 "organisation %s has more than %d workspaces: people of the others are "
                 "learned when they come",
                 tenant, SLACK_TEAMS_MAX);
    return teams_keep(turn, tenant, teams->ids, teams->count, &changed) &&
           (!changed || (later_again(turn, tenant, "sync_people", NULL, 0) &&
                         later_again(turn, tenant, "sync_groups", NULL, 0)));
}

struct job_outcome learn_workspace_finish(struct turn *turn, const struct job *job,
                                          struct plan *plan)
{
    const struct learning *learning = plan->state;
    const struct slack_identity *identity = learning->identity;
    for (size_t i = 0; i < plan->count; i++)
        if (plan->calls[i]->failure.class != FAILURE_NONE)
            return job_by_failure(&plan->calls[i]->failure);
    if (!identity->url)
        log_warn("slack", "workspace %s: Slack does not say where it opens: no links to cards",
                 job->tenant);
    return posting_end(turn,
                       (!identity->url || tenants_set_url(turn->db, job->tenant, identity->url)) &&
                           (!learning->teams || keep_teams(turn, job->tenant, learning->teams)));
}
