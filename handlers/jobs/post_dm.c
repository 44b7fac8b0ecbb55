/* Job: the escalation DM of level 1 (manager) or 2 (director). One that cannot be delivered goes to
 * the next level, then to the thread and the admins. */
#include "base/log.h"
#include "db/audit.h"
#include "db/messages.h"
#include "db/people.h"
#include "handlers/item.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/posting.h"
#include "handlers/recipient.h"

#include <string.h>

struct dm_posting {
    struct posting posting; /* first */
    struct posting_stamp stamp;
    const char *purpose; /* "dm1", "dm2" */
};

bool post_dm_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct dm_posting *state = arena_alloc(turn->arena, sizeof *state);
    struct posting *posting = &state->posting;
    plan->state = state;
    struct item item;
    struct message known;
    if (!payload_read(turn->arena, job, &posting->payload, err))
        return false;
    if (!items_get(turn->db, turn->arena, job->tenant, posting->payload.item, &item))
        return db_ok(turn->db, err);
    posting->payload.onboarding = item.onboarding;
    state->purpose = posting->payload.level == 2 ? "dm2" : "dm1";
    /* Decided meanwhile: nothing to ask, unless an earlier attempt may have asked already; then the
     * DM is found and redrawn. */
    bool unsaid = !item_is_open((enum item_state)item.state) && job->attempt <= 1;
    if (unsaid ||
        messages_find(turn->db, turn->arena, job->tenant, item.id, state->purpose, &known))
        return true;
    state->stamp = posting_stamp(turn, &item);
    if (!card_render(turn, job->tenant, item.id, state->purpose, &posting->card, err))
        return false;
    posting_say(plan, job, posting, NULL, posting->payload.user);
    return true;
}

struct job_outcome post_dm_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    struct dm_posting *state = plan->state;
    struct posting *posting = &state->posting;
    if (!posting->post)
        return job_is_done();
    if (posting->post->call.failure.class != FAILURE_NONE)
        return job_by_failure(&posting->post->call.failure);
    const char *item = posting->payload.item;
    bool ok = posting_keep(turn, job, posting, item, state->purpose) &&
              people_set_dm(turn->db, job->tenant, posting->payload.user, posting->post->channel);
    if (ok && (posting->post->adopted || posting_moved(turn, job->tenant, item, &state->stamp)))
        ok = later_edit_messages(turn, job->tenant, item);
    return posting_end(turn, ok);
}

static bool audit_undelivered(struct turn *turn, const struct item *item, const char *user,
                              const char *reason)
{
    char onb[ONB_TEXT_SIZE];
    const struct audit_entry entry = {
        .tenant = item->tenant,
        .at = turn->world->now,
        .actor = "usher",
        .via = "job",
        .action = "escalate.undelivered",
        .object = onb_format(item->onboarding, onb),
        .item = item->id,
        .to = item_state_name((enum item_state)item->state),
        .revision = item->revision,
        .reason = arena_fmt(turn->arena, "to %s: %s", user, reason),
    };
    return audit_append(turn->db, &entry);
}

void post_dm_died(struct turn *turn, const struct job *job, const char *reason)
{
    struct payload payload;
    struct err err = {0};
    struct item item;
    log_error(job->id, "post_dm is dead: %s", reason);
    if (!payload_read(turn->arena, job, &payload, &err) || !payload.user ||
        !items_get(turn->db, turn->arena, job->tenant, payload.item, &item) ||
        !item_is_open((enum item_state)item.state))
        return;
    int level = payload.level == 2 ? 2 : 1;
    const char *next = recipient_next(turn, job->tenant, level, payload.user);
    bool ok = audit_undelivered(turn, &item, payload.user, reason);
    const char *whom = next ? arena_fmt(turn->arena, "<@%s> is told instead", next)
                            : arena_fmt(turn->arena, "%s: please see that it is decided",
                                        recipient_admins(turn, job->tenant));
    const char *note = arena_fmt(turn->arena,
                                 "⚠️ <@%s> could not be reached by DM (`usher jobs` "
                                 "shows why); %s.",
                                 payload.user, whom);
    ok = ok && (!next || later_post_dm(turn, &item, level, next)) &&
         later_post_note(turn, &item,
                         arena_fmt(turn->arena, "undelivered:%d:%s", level, payload.user), note);
    if (!ok)
        log_error(job->id, "the next level was not told either: the store refused");
}
