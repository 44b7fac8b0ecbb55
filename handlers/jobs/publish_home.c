/* Job: one person's Home, or (without a person) a Home for each holder of a role who has opened it
 * before. */
#include "connectors/slack.h"
#include "db/people.h"
#include "db/tenants.h"
#include "handlers/card.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/payload.h"
#include "handlers/jobs/posting.h"
#include "handlers/roles.h"

struct publishing {
    struct payload payload;
    bool unknown; /* when it was drawn */
};

static bool is_unknown(struct turn *turn, const char *tenant, const char *user_id)
{
    struct person person;
    return !people_get(turn->db, turn->arena, tenant, user_id, &person);
}

bool publish_home_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct publishing *publishing = arena_alloc(turn->arena, sizeof *publishing);
    struct payload *payload = &publishing->payload;
    const char *view;
    plan->state = publishing;
    if (!payload_read(turn->arena, job, payload, err))
        return false;
    if (!payload->user)
        return true;
    publishing->unknown = is_unknown(turn, job->tenant, payload->user);
    if (!view_home(turn, job->tenant, payload->user, &view, err))
        return false;
    struct slack_view *call = slack_views_publish(&plan->env, job->tenant, payload->user, view);
    plan_add(plan, &call->call);
    return true;
}

/* A person who holds several roles has one row all the same: the job's key sees to that. */
static bool publish_all(struct turn *turn, const char *tenant)
{
    for (enum role role = ROLE_VIEWER; role < ROLE_COUNT; role++) {
        const char **ids;
        size_t count = roles_holders(turn, tenant, role, &ids);
        for (size_t i = 0; i < count; i++)
            if (!roles_is_gone(turn, tenant, ids[i]) && !later_redraw_home(turn, tenant, ids[i]))
                return false;
    }
    return true;
}

struct job_outcome publish_home_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    const struct publishing *publishing = plan->state;
    const char *user = publishing->payload.user;
    if (!user)
        return posting_end(turn, publish_all(turn, job->tenant));
    if (plan->calls[0]->failure.class != FAILURE_NONE)
        return job_by_failure(&plan->calls[0]->failure);
    bool ok = cursors_put(turn->db, job->tenant, later_home_cursor(turn, user), "opened");
    if (ok && publishing->unknown && !is_unknown(turn, job->tenant, user))
        ok = later_publish_home(turn, job->tenant, user);
    return posting_end(turn, ok);
}
