/* Job: redraws one message of an item. What already shows what it should is left alone. A
 * change while the edit is under way has made a row of its own. */
#include "base/log.h"
#include "db/messages.h"
#include "handlers/delivery.h"
#include "handlers/item.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/posting.h"

#include <string.h>

struct edit {
    struct payload payload;
    struct message message;
    struct card card;
    struct call *call; /* NULL: nothing to do */
};

/* Of the DMs of a level the newest alone asks. */
static const char *purpose_now(struct turn *turn, const struct message *message)
{
    struct message newest;
    if (strcmp(message->purpose, "dm1") != 0 ||
        !messages_find(turn->db, turn->arena, message->tenant, message->item, "dm1", NULL,
                       &newest) ||
        strcmp(newest.id, message->id) == 0)
        return message->purpose;
    return "older";
}

bool edit_message_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct edit *edit = arena_alloc(turn->arena, sizeof *edit);
    plan->state = edit;
    struct item item;
    if (!payload_read(turn->arena, job, &edit->payload, err))
        return false;
    if (!messages_get(turn->db, turn->arena, job->tenant, edit->payload.message, &edit->message) ||
        !edit->message.item ||
        !items_get(turn->db, turn->arena, job->tenant, edit->message.item, &item))
        return db_ok(turn->db, err);
    if (!posting_render(turn, &item, purpose_now(turn, &edit->message), &edit->card, err))
        return false;
    if (edit->message.digest && strcmp(edit->message.digest, edit->card.digest) == 0)
        return true;
    edit->call = slack_update(&plan->env, job->tenant, edit->message.channel, edit->message.ts,
                              edit->card.text, edit->card.blocks, edit->message.id);
    plan_add(plan, edit->call);
    return true;
}

struct job_outcome edit_message_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    const struct edit *edit = plan->state;
    if (!edit->call)
        return job_is_done();
    const struct failure *failure = &edit->call->failure;
    if (failure->class == FAILURE_NOT_FOUND) {
        log_warn(job->id, "message %s in %s is gone (%s): not redrawn", edit->message.ts,
                 edit->message.channel, failure->code);
        return posting_end(turn, delivery_failed(turn, &edit->message, failure->code));
    }
    if (failure->class != FAILURE_NONE)
        return job_by_failure(failure);
    return posting_end(turn, messages_edited(turn->db, job->tenant, edit->message.id,
                                             edit->card.digest, turn->world->now));
}

void edit_message_died(struct turn *turn, const struct job *job, const char *reason)
{
    struct payload payload;
    struct message message;
    struct err err = {0};
    log_error(job->id, "edit_message is dead: %s", reason);
    if (payload_read(turn->arena, job, &payload, &err) && payload.message &&
        messages_get(turn->db, turn->arena, job->tenant, payload.message, &message) &&
        !delivery_failed(turn, &message, reason))
        log_error(job->id, "that was not kept: the store refused");
}
