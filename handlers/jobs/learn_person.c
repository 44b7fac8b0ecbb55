/* Job: a Slack profile into the store, by user id; or a deal's owner by e-mail address, whose Slack
 * id then stands in the onboarding. */
#include "base/log.h"
#include "connectors/slack.h"
#include "handlers/desk_tell.h"
#include "handlers/directory.h"
#include "handlers/item.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/payload.h"
#include "handlers/jobs/posting.h"

struct learning {
    struct payload payload;
    struct slack_user *user;
};

bool learn_person_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct learning *learning = arena_alloc(turn->arena, sizeof *learning);
    plan->state = learning;
    if (!payload_read(turn->arena, job, &learning->payload, err))
        return false;
    const struct payload *payload = &learning->payload;
    if (!payload->user && !payload->email)
        return err_set(err, ERR_INVALID, "payload: nobody to learn of");
    learning->user = payload->user ? slack_users_info(&plan->env, payload->user)
                                   : slack_users_by_email(&plan->env, payload->email);
    plan_add(plan, &learning->user->call);
    return true;
}

static bool set_owner(struct turn *turn, const char *tenant, int64_t number, const char *user_id)
{
    struct onboarding onboarding;
    struct item item;
    if (!onboardings_get(turn->db, turn->arena, tenant, number, &onboarding))
        return true;
    onboarding.owner_user_id = user_id;
    if (!onboardings_update(turn->db, &onboarding, turn->world->now))
        return false;
    struct err err = {0};
    return !items_latest(turn->db, turn->arena, tenant, number, &item) ||
           (later_edit_messages(turn, tenant, item.id) &&
            (!item_is_open((enum item_state)item.state) || desk_tell(turn, &item, &err)));
}

/* Whoever owns it is not found: its desk says that nobody hears. */
void learn_person_died(struct turn *turn, const struct job *job, const char *reason)
{
    struct payload payload;
    struct err err = {0};
    log_error(job->id, "learn_person is dead: %s", reason);
    if (payload_read(turn->arena, job, &payload, &err) && payload.onboarding &&
        !desk_tell_no_owner(turn, job->tenant, payload.onboarding))
        log_error(job->id, "the thread was not told: the store refused");
}

struct job_outcome learn_person_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    const struct learning *learning = plan->state;
    const struct slack_user *user = learning->user;
    if (user->call.failure.class == FAILURE_NOT_FOUND) {
        log_info(job->id, "Slack knows nobody by that %s",
                 learning->payload.user ? "id" : "e-mail address");
        return posting_end(turn,
                           !learning->payload.onboarding ||
                               desk_tell_no_owner(turn, job->tenant, learning->payload.onboarding));
    }
    if (user->call.failure.class != FAILURE_NONE)
        return job_by_failure(&user->call.failure);
    struct person before;
    bool known = people_get(turn->db, turn->arena, job->tenant, user->profile.user_id, &before);
    bool ok = directory_put(turn, job->tenant, &user->profile) &&
              (known || later_redraw_home(turn, job->tenant, user->profile.user_id));
    if (ok && learning->payload.onboarding)
        ok = set_owner(turn, job->tenant, learning->payload.onboarding, user->profile.user_id);
    return posting_end(turn, ok);
}
