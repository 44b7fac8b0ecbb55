/* Job: a sentence for one person: ephemeral in a channel, or in the app's DM with them where the
 * channel is not known, or not one where the app can speak. Neither can be looked up or taken back,
 * so it is said at most once. */
#include "connectors/slack.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/payload.h"
#include "handlers/jobs/posting.h"
#include "handlers/notice.h"

/* What is said of our own accord counts, is never folded, and not said again within the minute. */
static struct notice_asked notice_of(struct turn *turn, const struct job *job,
                                     const struct payload *payload)
{
    return (struct notice_asked){.tenant = job->tenant,
                                 .user_id = payload->user,
                                 .purpose = "tell",
                                 .content = notice_content(turn->arena, payload->text),
                                 .urgent = true};
}

bool tell_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct payload *payload = arena_alloc(turn->arena, sizeof *payload);
    plan->state = payload;
    if (!payload_read(turn->arena, job, payload, err))
        return false;
    if (!payload->user || !payload->text)
        return err_set(err, ERR_INVALID, "payload: nobody to tell, or nothing");
    const struct notice_asked notice = notice_of(turn, job, payload);
    if (payload->notice && notice_judge(turn, &notice) == NOTICE_MERGED)
        return db_ok(turn->db, err);
    if (payload->channel) {
        plan_add(plan, slack_post_ephemeral(&plan->env, job->tenant, payload->channel,
                                            payload->user, NULL, payload->text, payload->blocks));
        return true;
    }
    const struct slack_saying saying = {.tenant = job->tenant,
                                        .user_id = payload->user,
                                        .text = payload->text,
                                        .blocks = payload->blocks};
    plan_add(plan, &slack_post(&plan->env, &saying)->call);
    return true;
}

/* The command was typed where the app is no member, or the person has left the channel. */
static bool was_the_channel(const struct failure *failure)
{
    return failure->class == FAILURE_PERMISSION || failure->class == FAILURE_NOT_FOUND ||
           failure->class == FAILURE_INVALID;
}

struct job_outcome tell_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    const struct payload *payload = plan->state;
    const struct notice_asked notice = notice_of(turn, job, payload);
    if (!plan->count)
        return posting_end(turn, notice_keep(turn, &notice, job->id, NOTICE_MERGED, payload->text));
    const struct failure *failure = &plan->calls[0]->failure;
    if (failure->class == FAILURE_AMBIGUOUS)
        return job_is_dead("it may have been said: %.200s", failure->message);
    if (payload->channel && was_the_channel(failure))
        return posting_end(turn, later_tell(turn, job->tenant, NULL, payload->user, payload->text,
                                            payload->blocks));
    if (payload->notice && failure->class == FAILURE_NONE)
        return posting_end(turn, notice_keep(turn, &notice, job->id, NOTICE_SENT, payload->text));
    return job_by_failure(failure);
}
