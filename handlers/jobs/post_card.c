/* Job: the card of an item, said in the channel once. It is drawn as the item stands when it is
 * said: an item that was decided or cleared meanwhile gets its final card, which carries its
 * thread; only one that was cancelled before anything was said stays unsaid. */
#include "base/log.h"
#include "db/messages.h"
#include "handlers/item.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/posting.h"
#include "handlers/roles.h"

struct card_posting {
    struct posting posting; /* first */
    struct posting_stamp stamp;
};

bool post_card_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct card_posting *state = arena_alloc(turn->arena, sizeof *state);
    struct posting *posting = &state->posting;
    plan->state = state;
    struct item item;
    struct message known;
    if (!payload_read(turn->arena, job, &posting->payload, err))
        return false;
    if (!items_get(turn->db, turn->arena, job->tenant, posting->payload.item, &item))
        return db_ok(turn->db, err);
    posting->payload.onboarding = item.onboarding;
    bool unsaid = item.state == ITEM_CANCELLED && job->attempt <= 1;
    if (unsaid || messages_find(turn->db, turn->arena, job->tenant, item.id, "card", &known))
        return true;
    state->stamp = posting_stamp(turn, &item);
    if (!card_render(turn, job->tenant, item.id, "card", &posting->card, err))
        return false;
    posting_say(plan, job, posting, turn->config->slack.channel, NULL);
    return true;
}

struct job_outcome post_card_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    struct card_posting *state = plan->state;
    struct posting *posting = &state->posting;
    if (!posting->post)
        return job_is_done();
    if (posting->post->call.failure.class != FAILURE_NONE)
        return job_by_failure(&posting->post->call.failure);
    const char *item = posting->payload.item;
    bool ok = posting_keep(turn, job, posting, item, "card");
    if (ok && (posting->post->adopted || posting_moved(turn, job->tenant, item, &state->stamp)))
        ok = later_edit_messages(turn, job->tenant, item);
    return posting_end(turn, ok);
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
    const char *text = posting_failed_words(
        turn, job,
        arena_fmt(turn->arena, "The card of %s could not be posted in <#%s>",
                  onb_format(item.onboarding, onb), turn->config->slack.channel),
        reason);
    posting_tell_admins(turn, job->tenant, text);
}
