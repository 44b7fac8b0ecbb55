/* Job: the message of a desk in one of its places, once an item and place; or, of an onboarding
 * that proceeds, what is still for the desk to do. One that cannot be delivered is said in the
 * thread. */
#include "base/log.h"
#include "handlers/desk_card.h"
#include "handlers/item.h"
#include "handlers/item_change.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/later_mail.h"
#include "handlers/jobs/posting.h"

/* Nothing to do for the desk as the item stands now: decided, fixed or cancelled meanwhile. */
static bool is_over(struct turn *turn, const struct item *item, const struct desk *desk, bool *over,
                    struct err *err)
{
    struct run run;
    struct decision decision;
    if (!item_decision(turn, item, &run, &decision, err))
        return false;
    *over = item->state == ITEM_DECIDED || item->state == ITEM_CANCELLED ||
            desk_finding_count(desk, &decision) == 0;
    return true;
}

static bool plan_of_item(struct turn *turn, const struct job *job, struct plan *plan,
                         struct posting *posting, const struct desk *desk, struct err *err)
{
    const struct payload *payload = &posting->payload;
    bool over;
    if (!posting->item.id)
        return true;
    if (!is_over(turn, &posting->item, desk, &over, err))
        return false;
    if (over || posting_stands(turn, posting, payload->user ? payload->user : payload->channel)) {
        posting_find(turn, plan, job, posting, payload->user ? NULL : payload->channel,
                     payload->user);
        return db_ok(turn->db, err);
    }
    if (!posting_draw(turn, posting, err))
        return false;
    if (payload->user)
        posting_notice(turn, plan, job, posting, posting->item.level >= LEVEL_BLOCK_FINANCE);
    else
        posting_say(turn, plan, job, posting, payload->channel, NULL);
    return true;
}

static bool plan_of_task(struct turn *turn, const struct job *job, struct plan *plan,
                         struct posting *posting, const struct desk *desk, struct err *err)
{
    struct onboarding onboarding;
    struct run run;
    if (!posting_read_run(turn, posting, job->tenant, &onboarding, &run, err) ||
        !desk_render_task(turn, &onboarding, &run, desk, &posting->card, err))
        return false;
    if (posting->payload.user)
        posting_notice(turn, plan, job, posting, false);
    else
        posting_say(turn, plan, job, posting, posting->payload.channel, NULL);
    return true;
}

bool post_desk_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct posting *posting = posting_begin(turn, job, plan, err);
    if (!posting)
        return false;
    const struct desk *desk = desk_of_purpose(posting->payload.purpose);
    if (!desk)
        return err_set(err, ERR_INVALID, "payload: no desk");
    posting->purpose = posting->payload.purpose;
    return posting->payload.item ? plan_of_item(turn, job, plan, posting, desk, err)
                                 : plan_of_task(turn, job, plan, posting, desk, err);
}

/* Kept; a person who should have seen it is mailed. */
static bool keep_failed(struct turn *turn, const struct job *job, const struct payload *payload,
                        const char *reason)
{
    bool mailed;
    return posting_failed(turn, job, payload->purpose, reason) &&
           (!payload->user || !payload->item ||
            (later_mail_instead(turn, job->tenant, payload->item, job->id, payload->user,
                                &mailed) &&
             later_edit_messages(turn, job->tenant, payload->item) &&
             later_publish_home(turn, job->tenant, NULL)));
}

void post_desk_died(struct turn *turn, const struct job *job, const char *reason)
{
    struct payload payload;
    struct err err = {0};
    struct item item;
    log_error(job->id, "post_desk is dead: %s", reason);
    if (!payload_read(turn->arena, job, &payload, &err))
        return;
    const struct desk *desk = desk_of_purpose(payload.purpose);
    const char *place = payload.user ? arena_fmt(turn->arena, "<@%s>", payload.user)
                                     : arena_fmt(turn->arena, "<#%s>", payload.channel);
    const char *text = posting_failed_words(
        turn, job,
        arena_fmt(turn->arena, "%s (%s) could not be told of what is theirs here",
                  desk ? desk->title : "A desk", place),
        reason);
    int64_t number = payload.onboarding;
    if (payload.item && items_get(turn->db, turn->arena, job->tenant, payload.item, &item))
        number = item.onboarding;
    if (!keep_failed(turn, job, &payload, reason) ||
        (number && !later_note_onboarding(turn, job->tenant, number,
                                          arena_fmt(turn->arena, "desk-failed:%s", job->id), text)))
        log_error(job->id, "nobody was told: the store refused");
}
