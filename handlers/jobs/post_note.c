/* Job: a line in the thread of an onboarding's card, or of its "proceeding" message; in the channel
 * where neither stands. */
#include "db/messages.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/posting.h"

static bool find_thread(struct turn *turn, const struct job *job, const struct payload *payload,
                        struct message *out)
{
    if (payload->item)
        return messages_find(turn->db, turn->arena, job->tenant, payload->item, "card", out);
    return payload->message &&
           messages_get(turn->db, turn->arena, job->tenant, payload->message, out);
}

bool post_note_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct posting *posting = arena_alloc(turn->arena, sizeof *posting);
    plan->state = posting;
    struct message thread = {0};
    if (!payload_read(turn->arena, job, &posting->payload, err))
        return false;
    if (!posting->payload.text)
        return err_set(err, ERR_INVALID, "payload: no text");
    bool found = find_thread(turn, job, &posting->payload, &thread);
    if (!found && !db_ok(turn->db, err))
        return false;
    posting->thread_ts = found ? thread.ts : NULL;
    posting->card.text = posting->payload.text;
    posting_say(plan, job, posting, found ? thread.channel : turn->config->slack.channel, NULL);
    return true;
}

struct job_outcome post_note_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    const struct posting *posting = plan->state;
    if (posting->post->call.failure.class != FAILURE_NONE)
        return job_by_failure(&posting->post->call.failure);
    return posting_end(turn, posting_keep(turn, job, posting, posting->payload.item, "note"));
}
