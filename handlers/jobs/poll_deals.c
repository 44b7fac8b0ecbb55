/* Standing job: asks Salesforce for deals won since the last time and starts what is not on its way
 * yet. */
#include "base/log.h"
#include "connectors/salesforce.h"
#include "db/audit.h"
#include "db/onboardings.h"
#include "db/tenants.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/posting.h"

#include <string.h>

enum { SECOND_MS = 1000 };

static const char cursor_name[] = "salesforce.won";
static const char trouble_name[] =
    "salesforce.won.trouble"; /* what was logged last; "" when well */

struct polling {
    const char *cursor;
    struct won_poll *poll; /* NULL: Salesforce is not configured */
};

/* The first poll starts at the configured day, else at the day of the first start. */
static const char *first_cursor(struct turn *turn)
{
    const char *zone = turn->config->calendar.zone;
    struct civil day = calendar_today(zone, turn->world->now);
    struct err err;
    const char *from = turn->config->salesforce.poll_from;
    if (from && !civil_parse(from, &day, &err))
        log_warn("poll_deals", "salesforce.poll_from: %s; polling from today", err.msg);
    char text[WALL_TEXT_SIZE];
    struct wall start = calendar_instant(zone, (struct local){.date = day, .minute = 0});
    return arena_str(turn->arena, wall_format(start, text));
}

bool poll_deals_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct polling *polling = arena_alloc(turn->arena, sizeof *polling);
    plan->state = polling;
    if (!turn->config->salesforce.enabled)
        return true;
    polling->cursor = cursors_get(turn->db, turn->arena, job->tenant, cursor_name);
    if (!polling->cursor)
        polling->cursor = first_cursor(turn);
    if (!db_ok(turn->db, err))
        return false;
    polling->poll = salesforce_poll_won(&plan->env, polling->cursor);
    plan_add(plan, &polling->poll->call);
    return true;
}

static bool audit_start(struct turn *turn, const struct onboarding *onboarding)
{
    char onb[ONB_TEXT_SIZE];
    const struct audit_entry entry = {
        .tenant = onboarding->tenant,
        .at = turn->world->now,
        .actor = "usher",
        .via = "poll",
        .action = "onboarding.started",
        .object = onb_format(onboarding->number, onb),
        .to = onboarding_state_name(onboarding->state),
        .reason = arena_fmt(turn->arena, "won deal %s", onboarding->opportunity_id),
    };
    return audit_append(turn->db, &entry);
}

/* A deal that is known, or of an account on its way already, starts nothing. */
static bool start_deal(struct turn *turn, const char *tenant, const struct won_deal *deal)
{
    struct onboarding known;
    struct err err;
    if (!deal->account_id || !deal->opportunity_id ||
        onboardings_by_opportunity(turn->db, turn->arena, tenant, deal->opportunity_id, &known))
        return true;
    struct onboarding onboarding = {
        .tenant = tenant,
        .account_id = deal->account_id,
        .account_name = deal->account_name,
        .opportunity_id = deal->opportunity_id,
        .contract_ids = deal->contract_id,
        .started_by = "usher",
        .state = ONBOARDING_CHECKING,
    };
    int64_t existing = 0;
    if (!onboardings_add(turn->db, &onboarding, turn->world->now, &existing))
        return db_ok(turn->db, &err);
    return audit_start(turn, &onboarding) &&
           later_run_checks(turn, tenant, onboarding.number, turn->world->now, NULL, NULL);
}

/* Trouble is logged when it begins, changes and ends, not at every poll. */
static bool note_trouble(struct turn *turn, const char *tenant, const struct failure *failure)
{
    const char *before = cursors_get(turn->db, turn->arena, tenant, trouble_name);
    const char *now =
        failure->class == FAILURE_NONE
            ? ""
            : arena_fmt(turn->arena, "%s %s", failure_class_name(failure->class), failure->code);
    if (strcmp(before ? before : "", now) == 0)
        return true;
    if (now[0])
        log_warn("poll_deals", "Salesforce does not tell of new deals: %s: %s", now,
                 failure->message);
    else
        log_info("poll_deals", "Salesforce tells of new deals again");
    return cursors_put(turn->db, tenant, trouble_name, now);
}

struct job_outcome poll_deals_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    const struct polling *polling = plan->state;
    const struct won_poll *poll = polling->poll;
    if (!poll)
        return job_is_done();
    const struct failure *failure = &poll->call.failure;
    bool well = failure->class == FAILURE_NONE, ok = note_trouble(turn, job->tenant, failure);
    for (size_t i = 0; ok && well && i < poll->count; i++)
        ok = start_deal(turn, job->tenant, &poll->deals[i]);
    /* Kept after a failure too: the day of the first start must not move on. */
    const char *cursor = well && poll->next_cursor ? poll->next_cursor : polling->cursor;
    int64_t wait_ms = turn->config->salesforce.poll_s * SECOND_MS;
    if (failure->retry_after_ms > wait_ms)
        wait_ms = failure->retry_after_ms;
    ok = ok && (well || later_outage(turn, job->tenant, SOURCE_SALESFORCE)) &&
         cursors_put(turn->db, job->tenant, cursor_name, cursor) &&
         later_again(turn, job->tenant, job->kind, NULL, wait_ms);
    return posting_end(turn, ok);
}
