/* Job: a line in the thread of an onboarding's card, of its "proceeding" message, or of another
 * message; in the channel where none stands. One with a purpose of its own is said once an item. */
#include "base/log.h"
#include "db/messages.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/posting.h"

static bool find_thread(struct turn *turn, const struct job *job, const struct posting *posting,
                        struct message *out)
{
    const char *message = posting->payload.message;
    if (message)
        return messages_get(turn->db, turn->arena, job->tenant, message, out);
    return posting->item.id &&
           messages_find(turn->db, turn->arena, job->tenant, posting->item.id, "card", NULL, out);
}

bool post_note_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct posting *posting = posting_begin(turn, job, plan, err);
    struct message thread = {0};
    if (!posting)
        return false;
    const char *purpose = posting->payload.purpose;
    posting->purpose = purpose ? purpose : "note";
    posting->card.text = posting->payload.text;
    if (!posting->card.text)
        return err_set(err, ERR_INVALID, "payload: no text");
    bool found = find_thread(turn, job, posting, &thread);
    if (!found && !db_ok(turn->db, err))
        return false;
    const char *channel = found ? thread.channel : turn->config->slack.channel;
    posting->thread_ts = found ? thread.ts : NULL;
    if (purpose && posting->item.id && posting_stands(turn, posting, NULL))
        posting_find(turn, plan, job, posting, channel, NULL);
    else
        posting_say(turn, plan, job, posting, channel, NULL);
    return db_ok(turn->db, err);
}

void post_note_died(struct turn *turn, const struct job *job, const char *reason)
{
    log_error(job->id, "post_note is dead: %s", reason);
    if (!posting_failed(turn, job, "note", reason))
        log_error(job->id, "that was not kept: the store refused");
}
