/* Job: "proceeding" in the channel, for a run that needed nobody. */
#include "base/log.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/posting.h"

bool post_proceed_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct posting *posting = posting_begin(turn, job, plan, err);
    struct onboarding onboarding;
    struct run run;
    if (!posting)
        return false;
    posting->purpose = "proceed";
    if (!posting_read_run(turn, posting, job->tenant, &onboarding, &run, err) ||
        !card_render_proceed(turn, &onboarding, &run, &posting->card, err))
        return false;
    posting_say(turn, plan, job, posting, turn->config->slack.channel, NULL);
    return true;
}

void post_proceed_died(struct turn *turn, const struct job *job, const char *reason)
{
    log_error(job->id, "post_proceed is dead: %s", reason);
    if (!posting_failed(turn, job, "proceed", reason))
        log_error(job->id, "that was not kept: the store refused");
}
