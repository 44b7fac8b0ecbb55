/* Job: "proceeding" in the channel, for a run that needed nobody. */
#include "db/messages.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/posting.h"

bool post_proceed_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct posting *posting = arena_alloc(turn->arena, sizeof *posting);
    plan->state = posting;
    struct onboarding onboarding;
    struct run run;
    if (!payload_read(turn->arena, job, &posting->payload, err))
        return false;
    const struct payload *payload = &posting->payload;
    if (!onboardings_get(turn->db, turn->arena, job->tenant, payload->onboarding, &onboarding) ||
        !runs_get(turn->db, turn->arena, job->tenant, payload->onboarding, payload->revision, &run))
        return db_ok(turn->db, err) &&
               err_set(err, ERR_NOT_FOUND, "onboarding %lld r%lld is not in the store",
                       (long long)payload->onboarding, (long long)payload->revision);
    if (!card_render_proceed(turn, &onboarding, &run, &posting->card, err))
        return false;
    posting_say(plan, job, posting, turn->config->slack.channel, NULL);
    return true;
}

struct job_outcome post_proceed_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    const struct posting *posting = plan->state;
    if (posting->post->call.failure.class != FAILURE_NONE)
        return job_by_failure(&posting->post->call.failure);
    return posting_end(turn, posting_keep(turn, job, posting, NULL, "proceed"));
}
