/* Job: a sentence for one person: ephemeral in a channel, or in the app's DM with them where the
 * channel is not known. Neither can be looked up or taken back, so it is said at most once. */
#include "connectors/slack.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/payload.h"

bool tell_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct payload payload;
    if (!payload_read(turn->arena, job, &payload, err))
        return false;
    if (!payload.user || !payload.text)
        return err_set(err, ERR_INVALID, "payload: nobody to tell, or nothing");
    if (payload.channel) {
        plan_add(plan, slack_post_ephemeral(&plan->env, job->tenant, payload.channel, payload.user,
                                            NULL, payload.text, payload.blocks));
        return true;
    }
    const struct slack_saying saying = {.tenant = job->tenant,
                                        .user_id = payload.user,
                                        .text = payload.text,
                                        .blocks = payload.blocks};
    plan_add(plan, &slack_post(&plan->env, &saying)->call);
    return true;
}

struct job_outcome tell_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    (void)turn;
    (void)job;
    const struct failure *failure = &plan->calls[0]->failure;
    if (failure->class == FAILURE_AMBIGUOUS)
        return job_is_dead("it may have been said: %.200s", failure->message);
    return job_by_failure(failure);
}
