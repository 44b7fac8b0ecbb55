/* Job: the card of an item, said in the channel once. It is drawn as the item stands when it is
 * said: an item that was decided or cleared meanwhile gets its final card, which carries its
 * thread; only one that was cancelled before anything was said stays unsaid. Another copy of it
 * (purpose "again") is for what is still undecided. */
#include "base/log.h"
#include "handlers/item.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/posting.h"

bool post_card_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct posting *posting = posting_begin(turn, job, plan, err);
    if (!posting)
        return false;
    bool again = posting->payload.purpose != NULL;
    posting->purpose = again ? posting->payload.purpose : "card";
    bool over = again ? !item_is_open((enum item_state)posting->item.state)
                      : posting->item.state == ITEM_CANCELLED;
    const char *channel = turn->config->slack.channel;
    if (!posting->item.id)
        return true;
    if (over || (!again && posting_stands(turn, posting, NULL))) {
        posting_find(turn, plan, job, posting, channel, NULL);
        return db_ok(turn->db, err);
    }
    if (!posting_draw(turn, posting, err))
        return false;
    posting_say(turn, plan, job, posting, channel, NULL);
    return true;
}

/* Nobody in the channel sees the question: the admins hear of it by DM, and manager and director
 * still get theirs with the buttons. */
void post_card_died(struct turn *turn, const struct job *job, const char *reason)
{
    struct payload payload;
    struct err err = {0};
    struct item item;
    char onb[ONB_TEXT_SIZE];
    log_error(job->id, "post_card is dead: %s", reason);
    if (!payload_read(turn->arena, job, &payload, &err) ||
        !items_get(turn->db, turn->arena, job->tenant, payload.item, &item))
        return;
    if (!posting_failed(turn, job, "card", reason))
        log_error(job->id, "that was not kept: the store refused");
    const char *text = posting_failed_words(
        turn, job,
        arena_fmt(turn->arena, "The card of %s could not be posted in <#%s>",
                  onb_format(item.onboarding, onb), turn->config->slack.channel),
        reason);
    posting_tell_admins(turn, job->tenant, text);
}
