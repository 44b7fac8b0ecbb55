/* Job: where the card opens in Slack, for the mail that stands in for a message which was not
 * delivered; then that mail. Without an address, the mail goes out all the same. */
#include "connectors/slack.h"
#include "db/messages.h"
#include "handlers/item.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later_mail.h"
#include "handlers/jobs/posting.h"

/* How long the card may still be on its way: a message that is refused at once can be sooner. */
enum { CARD_MS = 60 * 1000, LOOK_AGAIN_MS = 2000 };

static bool is_on_its_way(const struct turn *turn, const struct job *job,
                          const struct posting *posting)
{
    return posting->item.id && item_is_open((enum item_state)posting->item.state) &&
           turn->world->now.ms - job->first_try_at.ms < CARD_MS;
}

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
    if (plan->count == 0 && is_on_its_way(turn, job, posting))
        return job_waits(LOOK_AGAIN_MS);
    if (plan->count && plan->calls[0]->failure.class == FAILURE_NONE)
        link = ((const struct slack_link *)plan->calls[0])->url;
    return posting_end(turn, later_mail(turn, job->tenant, &posting->payload, link));
}
