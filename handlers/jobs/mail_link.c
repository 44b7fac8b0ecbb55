/* Job: waits until the card stands, so that the mail for a message which was not delivered can say
 * where it opens in Slack; then that mail. Without a card, the mail goes out all the same. */
#include "db/messages.h"
#include "handlers/item.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later_mail.h"
#include "handlers/jobs/posting.h"

/* How long the card may still be on its way: a message that is refused at once can be sooner. */
enum { CARD_MS = 60 * 1000, LOOK_AGAIN_MS = 2000 };

static bool is_on_its_way(const struct turn *turn, const struct job *job, const struct item *item)
{
    return item->id && item_is_open((enum item_state)item->state) &&
           turn->world->now.ms - job->first_try_at.ms < CARD_MS;
}

bool mail_link_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    return posting_begin(turn, job, plan, err) != NULL;
}

struct job_outcome mail_link_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    const struct posting *posting = plan->state;
    struct message card;
    bool stands = posting->item.id && messages_find(turn->db, turn->arena, job->tenant,
                                                    posting->item.id, "card", NULL, &card);
    if (!stands && is_on_its_way(turn, job, &posting->item))
        return job_waits(LOOK_AGAIN_MS);
    return posting_end(turn, later_mail(turn, job->tenant, &posting->payload));
}
