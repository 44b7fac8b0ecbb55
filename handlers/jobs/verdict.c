/* What a run does to its onboarding. */
#include "handlers/jobs/verdict.h"

#include "db/audit.h"
#include "handlers/desk_tell.h"
#include "handlers/item_change.h"
#include "handlers/jobs/later.h"

#include <string.h>

static const char *written(struct turn *turn, struct buf *buf)
{
    const char *text = arena_str(turn->arena, buf_cstr(buf));
    buf_release(buf);
    return text;
}

/* The store's failure if there is one, else `what`. */
static bool failed(struct turn *turn, struct err *err, const char *what)
{
    if (db_ok(turn->db, err) && err->code == ERR_NONE)
        err_set(err, ERR_INTERNAL, "%s", what);
    return false;
}

static bool audit_verdict(struct turn *turn, const struct onboarding *onboarding,
                          const struct run *run)
{
    char onb[ONB_TEXT_SIZE];
    const struct audit_entry entry = {
        .tenant = onboarding->tenant,
        .at = turn->world->now,
        .actor = "usher",
        .via = "job",
        .action = "verdict",
        .object = onb_format(onboarding->number, onb),
        .to = level_name((enum level)run->level),
        .revision = run->revision,
        .facts_digest = run->facts_digest,
        .rules_version = run->rules_version,
    };
    return audit_append(turn->db, &entry);
}

/* The days in the findings' words move on by themselves; what they are made of is the facts, and
 * both must be the same for the same revision. */
static bool is_same(const struct run *latest, const struct run *run)
{
    return strcmp(latest->facts_digest, run->facts_digest) == 0 &&
           strcmp(latest->findings, run->findings) == 0 && latest->level == run->level;
}

bool verdict_store(struct turn *turn, const struct onboarding *onboarding, struct verdict *verdict,
                   struct err *err)
{
    const struct decision *decision = verdict->decision;
    const struct brief brief = decision_brief(decision);
    struct buf facts = {0}, findings = {0}, sources = {0}, short_form = {0};
    char today[CIVIL_TEXT_SIZE];
    facts_write(verdict->facts, &facts);
    decision_write(decision, &findings);
    sources_write(verdict->facts, &sources);
    brief_write(&brief, &short_form);
    struct run *run = &verdict->run, *latest = &verdict->before;
    *run = (struct run){
        .tenant = onboarding->tenant,
        .onboarding = onboarding->number,
        .facts = written(turn, &facts),
        .facts_digest = decision->facts_digest,
        .findings = written(turn, &findings),
        .brief = written(turn, &short_form),
        .level = decision->level,
        .rules_version = decision->rules_version,
        .today = arena_str(turn->arena, civil_format(decision->today, today)),
        .sources = written(turn, &sources),
        .created_at = turn->world->now,
        .checked_at = turn->world->now,
    };
    verdict->is_new =
        !runs_latest(turn->db, turn->arena, onboarding->tenant, onboarding->number, latest) ||
        !is_same(latest, run);
    if (verdict->is_new)
        return (runs_add(turn->db, turn->arena, turn->world, run) &&
                audit_verdict(turn, onboarding, run)) ||
               failed(turn, err, "the run was not written");
    const char *read = run->sources;
    *run = *latest;
    run->sources = read;
    run->checked_at = turn->world->now;
    return runs_touch(turn->db, run->tenant, run->id, run->sources, turn->world->now) ||
           failed(turn, err, "the run was not touched");
}

/* ---- what follows ---- */

static bool says(const struct decision *decision, const char *code)
{
    for (size_t i = 0; i < decision->findings.count; i++)
        if (strcmp(decision->findings.items[i].code, code) == 0)
            return true;
    return false;
}

bool verdict_lacks_data(const struct decision *decision)
{
    for (size_t i = 0; i < decision->findings.count; i++)
        if (decision->findings.items[i].level == LEVEL_BLOCK_DATA)
            return true;
    return false;
}

static bool proceed(struct turn *turn, const struct onboarding *onboarding,
                    const struct verdict *verdict, struct err *err)
{
    const struct run *run = &verdict->run;
    return (onboardings_set_state(turn->db, onboarding->tenant, onboarding->number,
                                  ONBOARDING_PROVISIONING, turn->world->now) &&
            later_post_proceed(turn, onboarding, run->revision) &&
            desk_tell_tasks(turn, onboarding, run, verdict->decision) &&
            later_provision(turn, onboarding) &&
            later_publish_home(turn, onboarding->tenant, NULL)) ||
           failed(turn, err, "what follows PROCEED was not written");
}

/* An account that was there when the question was asked and is gone now: nothing is left to decide.
 * One that never was there is a question itself. */
static bool account_went(struct turn *turn, const struct item *item, const struct verdict *verdict,
                         bool *out, struct err *err)
{
    struct run run;
    struct decision before;
    *out = false;
    if (!says(verdict->decision, "ACCOUNT_MISSING"))
        return true;
    if (!item_decision(turn, item, &run, &before, err))
        return false;
    *out = !says(&before, "ACCOUNT_MISSING") && !verdict_lacks_data(&before);
    return true;
}

static bool move_open_item(struct turn *turn, struct item *item,
                           const struct onboarding *onboarding, const struct verdict *verdict,
                           struct err *err)
{
    bool went;
    if (!account_went(turn, item, verdict, &went, err))
        return false;
    if (went)
        return item_cancel(turn, item, "the account was deleted in Salesforce", err);
    /* After a rejection clean facts do not clear the new question: a person said no. */
    if (verdict->run.level <= LEVEL_NOTE &&
        (!item->previous_id || item->cause == ITEM_ABOUT_CONDITION))
        return item_clear(turn, item, onboarding, &verdict->run, err);
    return item->revision == verdict->run.revision ||
           item_new_revision(turn, item, onboarding, &verdict->run, err);
}

bool verdict_apply(struct turn *turn, const struct onboarding *onboarding,
                   const struct verdict *verdict, struct err *err)
{
    struct item item, opened;
    bool has_item =
        items_latest(turn->db, turn->arena, onboarding->tenant, onboarding->number, &item);
    if (!has_item && !db_ok(turn->db, err))
        return false;
    if (has_item && item_is_open((enum item_state)item.state))
        return move_open_item(turn, &item, onboarding, verdict, err);
    bool rejected = onboarding->state == ONBOARDING_REJECTED;
    if (verdict->run.level <= LEVEL_NOTE && !rejected)
        return proceed(turn, onboarding, verdict, err);
    return item_open(turn, onboarding, &verdict->run, rejected && has_item ? &item : NULL, &opened,
                     err);
}
