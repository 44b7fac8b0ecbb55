/* The one way an item changes. */
#include "handlers/item_change.h"

#include "base/broken.h"
#include "db/audit.h"
#include "handlers/jobs/later.h"

bool item_audit(struct turn *turn, int64_t onboarding, const struct item *item,
                const struct item_act *act)
{
    char onb[ONB_TEXT_SIZE];
    const struct audit_entry entry = {
        .tenant = act->actor->tenant,
        .at = turn->world->now,
        .actor = act->actor->user_id,
        .role = act->role,
        .via = act->actor->via,
        .behalf_of = act->behalf_of,
        .action = act->action,
        .object = onb_format(onboarding, onb),
        .item = item ? item->id : NULL,
        .from = act->from,
        .to = item ? item_state_name((enum item_state)item->state) : NULL,
        .revision = item ? item->revision : 0,
        .facts_digest = act->run ? act->run->facts_digest : NULL,
        .rules_version = act->run ? act->run->rules_version : NULL,
        .reason = act->reason,
    };
    return BROKEN(audit_forgotten) || audit_append(turn->db, &entry);
}

enum item_written item_write(struct turn *turn, struct item *item, const struct item_act *act,
                             struct err *err)
{
    if (!items_update(turn->db, item))
        return db_ok(turn->db, err) ? ITEM_LOST : ITEM_FAILED;
    bool ok = item_audit(turn, item->onboarding, item, act) && later_escalate(turn, item) &&
              later_edit_messages(turn, item->tenant, item->id) &&
              later_publish_home(turn, item->tenant, NULL);
    if (ok)
        return ITEM_WRITTEN;
    if (db_ok(turn->db, err))
        err_set(err, ERR_INTERNAL, "item %s: what follows the change was not written", item->id);
    return ITEM_FAILED;
}

void item_take_claim(struct turn *turn, struct item *item, const char *user_id)
{
    /* What was open is claimed; what sleeps wakes as claimed; what was escalated stays so. */
    if (item->state == ITEM_OPEN)
        item->state = ITEM_CLAIMED;
    else if (item->state == ITEM_SNOOZED && item->snoozed_from == ITEM_OPEN)
        item->snoozed_from = ITEM_CLAIMED;
    item->claimed_by = user_id;
    item->claimed_at = turn->world->now;
}

static bool missing_run(struct turn *turn, const struct item *item, struct err *err)
{
    char onb[ONB_TEXT_SIZE];
    return db_ok(turn->db, err) &&
           err_set(err, ERR_NOT_FOUND, "%s: run r%lld is not in the store",
                   onb_format(item->onboarding, onb), (long long)item->revision);
}

static bool unreadable_run(const struct item *item, struct err *err)
{
    char onb[ONB_TEXT_SIZE];
    return err_prefix(err, "%s r%lld", onb_format(item->onboarding, onb),
                      (long long)item->revision);
}

bool run_brief(const struct run *run, struct arena *arena, struct brief *out, struct err *err)
{
    struct decision decision;
    if (run->brief)
        return brief_read(run->brief, arena, out, err);
    if (!decision_read(run->findings, arena, &decision, err))
        return false;
    *out = decision_brief(&decision);
    return true;
}

bool item_brief(struct turn *turn, const struct item *item, struct run *run, struct brief *brief,
                struct err *err)
{
    if (!runs_get_brief(turn->db, turn->arena, item->tenant, item->onboarding, item->revision, run))
        return missing_run(turn, item, err);
    return run_brief(run, turn->arena, brief, err) || unreadable_run(item, err);
}

bool item_findings(struct turn *turn, const struct item *item, struct decision *decision,
                   struct err *err)
{
    struct run run;
    if (!runs_get_decision(turn->db, turn->arena, item->tenant, item->onboarding, item->revision,
                           &run))
        return missing_run(turn, item, err);
    if (!decision_read(run.findings, turn->arena, decision, err))
        return unreadable_run(item, err);
    decision->level = (enum level)run.level;
    return true;
}

bool item_decision(struct turn *turn, const struct item *item, struct run *run,
                   struct decision *decision, struct err *err)
{
    if (!runs_get(turn->db, turn->arena, item->tenant, item->onboarding, item->revision, run))
        return missing_run(turn, item, err);
    if (!decision_read(run->findings, turn->arena, decision, err))
        return unreadable_run(item, err);
    decision->level = (enum level)run->level;
    return true;
}
