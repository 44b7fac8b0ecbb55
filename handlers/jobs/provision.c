/* Job: provisioning: the organisation on the platform, and with it the customer's playbook begins.
 * Repeating it is harmless, since the platform knows the organisation by our external id. */
#include "base/broken.h"
#include "base/log.h"
#include "connectors/platform.h"
#include "db/audit.h"
#include "handlers/card_values.h"
#include "handlers/item.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/posting.h"
#include "handlers/journey.h"

struct provisioning {
    struct payload payload;
    struct onboarding onboarding;
    struct organization_put *put; /* NULL: nothing to ask */
};

bool provision_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct provisioning *state = arena_alloc(turn->arena, sizeof *state);
    plan->state = state;
    char onb[ONB_TEXT_SIZE];
    if (!payload_read(turn->arena, job, &state->payload, err))
        return false;
    if (!onboardings_get(turn->db, turn->arena, job->tenant, state->payload.onboarding,
                         &state->onboarding))
        return db_ok(turn->db, err);
    if (state->onboarding.state != ONBOARDING_PROVISIONING || !turn->config->platform.enabled)
        return true;
    const char *external_id =
        arena_fmt(turn->arena, "%s-%s%s", job->tenant, onb_format(state->onboarding.number, onb),
                  BROKEN(provisioned_anew) && job->attempt > 1 ? "-again" : "");
    const char *name = state->onboarding.account_name;
    state->put = platform_put_organization(&plan->env, external_id, name ? name : external_id);
    plan_add(plan, &state->put->call);
    return true;
}

static bool audit_provision(struct turn *turn, const struct onboarding *onboarding,
                            const char *action, enum onboarding_state to, const char *reason)
{
    char onb[ONB_TEXT_SIZE];
    const struct audit_entry entry = {
        .tenant = onboarding->tenant,
        .at = turn->world->now,
        .actor = "usher",
        .via = "job",
        .action = action,
        .object = onb_format(onboarding->number, onb),
        .from = onboarding_state_name(ONBOARDING_PROVISIONING),
        .to = onboarding_state_name(to),
        .reason = reason,
    };
    return audit_append(turn->db, &entry);
}

/* The cards of the onboarding's item show how far it has come. */
static bool redraw(struct turn *turn, const struct onboarding *onboarding)
{
    struct item item;
    bool found = items_latest(turn->db, turn->arena, onboarding->tenant, onboarding->number, &item);
    return (!found || later_edit_messages(turn, onboarding->tenant, item.id)) &&
           later_publish_home(turn, onboarding->tenant, NULL);
}

static bool provisioned(struct turn *turn, struct onboarding *onboarding, const char *organization,
                        const struct playbook *playbook)
{
    char onb[ONB_TEXT_SIZE];
    onboarding->organization_id = organization;
    const char *note =
        arena_fmt(turn->arena,
                  "✅ Provisioned: organization `%s` exists. What follows is “%s”: %zu tasks, "
                  "listed by `%s task list %s`.",
                  card_outside(turn->arena, organization, CARD_NAME_MAX),
                  card_outside(turn->arena, playbook->name, CARD_NAME_MAX), playbook->task_count,
                  turn->config->slack.command, onb_format(onboarding->number, onb));
    return onboardings_update(turn->db, onboarding, turn->world->now) &&
           onboardings_set_state(turn->db, onboarding->tenant, onboarding->number,
                                 ONBOARDING_PROVISIONED, turn->world->now) &&
           audit_provision(turn, onboarding, "provision.done", ONBOARDING_PROVISIONED,
                           organization) &&
           journey_begin(turn, onboarding, playbook) &&
           later_note_onboarding(turn, onboarding->tenant, onboarding->number, "provisioned",
                                 note) &&
           redraw(turn, onboarding);
}

struct job_outcome provision_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    struct provisioning *state = plan->state;
    struct playbook playbook;
    struct err err = {0};
    /* Its owner may have been found while the platform was asked. */
    if (state->put && !onboardings_get(turn->db, turn->arena, job->tenant,
                                       state->payload.onboarding, &state->onboarding))
        return posting_end(turn, false);
    if (state->onboarding.state != ONBOARDING_PROVISIONING)
        return job_is_done();
    if (!state->put)
        return job_is_dead("the platform is not configured: add the section \"platform\" to the "
                           "configuration");
    if (state->put->call.failure.class != FAILURE_NONE)
        return job_by_failure(&state->put->call.failure);
    if (!state->put->organization_id)
        return job_is_dead("the platform's answer names no organization");
    if (!journey_playbook(turn, &state->onboarding, &playbook, &err))
        return job_is_dead("the playbook cannot be read: %.200s", err.msg);
    return posting_end(
        turn, provisioned(turn, &state->onboarding, state->put->organization_id, &playbook));
}

void provision_died(struct turn *turn, const struct job *job, const char *reason)
{
    struct payload payload;
    struct err err = {0};
    struct onboarding onboarding;
    log_error(job->id, "provision is dead: %s", reason);
    if (!payload_read(turn->arena, job, &payload, &err) ||
        !onboardings_get(turn->db, turn->arena, job->tenant, payload.onboarding, &onboarding))
        return;
    bool ok = audit_provision(turn, &onboarding, "provision.failed", onboarding.state, reason) &&
              later_note_onboarding(turn, job->tenant, onboarding.number,
                                    arena_fmt(turn->arena, "provision-failed:%s", job->id),
                                    posting_failed_words(turn, job, "Provisioning failed", reason));
    if (!ok)
        log_error(job->id, "the thread was not told: the store refused");
}
