/* Job: where the card opens in Slack, for the mail that stands in for a message which was not
 * delivered; then that mail. Without an address, the mail goes out all the same. */
#include "connectors/slack.h"
#include "db/messages.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later_mail.h"
#include "handlers/jobs/posting.h"

bool mail_link_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct posting *posting = posting_begin(turn, job, plan, err);
    struct message card;
    if (!posting)
        return false;
    if (!posting->item.id ||
        !messages_find(turn->db, turn->arena, job->tenant, posting->item.id, "card", NULL, &card))
        return db_ok(turn->db, err);
    plan_add(plan, &slack_permalink(&plan->env, job->tenant, card.channel, card.ts)->call);
    return true;
}

struct job_outcome mail_link_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    const struct posting *posting = plan->state;
    const char *link = NULL;
    if (plan->count && plan->calls[0]->failure.class == FAILURE_NONE)
        link = ((const struct slack_link *)plan->calls[0])->url;
    return posting_end(turn, later_mail(turn, job->tenant, &posting->payload, link));
}
