/* The store's part of a decision: is there an organisation, which deal was it, and who owned the
 * account when we last looked. */
#include "handlers/remember.h"

#include "db/runs.h"
#include "handlers/decide.h"

static bool is_provisioned(const struct onboarding *onboarding)
{
    return onboarding->state == ONBOARDING_PROVISIONED ||
           onboarding->state == ONBOARDING_PROVISIONING || onboarding->organization_id;
}

bool remember(struct db *db, struct arena *arena, const struct config *config,
              const struct onboarding *onboarding, const struct facts *facts,
              struct remembered *out, struct err *err)
{
    struct run run;
    struct decision before;
    const char *owner = facts->account.owner_id;
    *out = (struct remembered){.provisioned = is_provisioned(onboarding),
                               .opportunity_id = onboarding->opportunity_id,
                               .previous_owner_on = CIVIL_NONE};
    if (!runs_latest(db, arena, onboarding->tenant, onboarding->number, &run))
        return db_ok(db, err);
    if (!decision_read(run.findings, arena, &before, err))
        return false;
    const struct remembered *then = &before.remembered;
    out->owner_id = then->owner_id;
    out->previous_owner_id = then->previous_owner_id;
    out->previous_owner_on = then->previous_owner_on;
    if (owner && then->owner_id && !salesforce_same_id(owner, then->owner_id)) {
        out->previous_owner_id = then->owner_id;
        out->previous_owner_on = calendar_today(config->calendar.zone, run.checked_at);
    }
    return true;
}
