/* What tests of the item's moves and of the job kinds add to the house of card_fixture.h: jobs as
 * they stand in the store, run one by one as the engine would, and what the audit log holds. */
#ifndef TESTS_UNIT_JOB_FIXTURE_H
#define TESTS_UNIT_JOB_FIXTURE_H

#include "connectors/session.h"
#include "db/audit.h"
#include "db/jobs.h"
#include "db/messages.h"
#include "handlers/job.h"
#include "handlers/jobs/payload.h"
#include "handlers/routes.h"
#include "tests/unit/card_fixture.h"

#define MINUTES(n) ((n)*INT64_C(60000))

static struct sessions no_sessions;

/* A house that speaks to Slack. */
static inline int slack_house_setup(void **state)
{
    house_setup(state);
    struct house *house = *state;
    /* Secrets are wiped when the configuration is released. */
    house->config.slack.bot_token = arena_str(&house->arena, "xoxb-test");
    house->config.slack.api_url = "https://slack.example/api/";
    return 0;
}

/* Ready jobs of a kind, oldest first. */
static inline size_t jobs_of(struct house *house, const char *kind, struct job **out)
{
    struct job *all;
    size_t count = jobs_list(house->db, &house->arena, JOB_READY, 0, &all), kept = 0;
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i].kind, kind) == 0)
            all[kept++] = all[i];
    *out = all;
    return kept;
}

static inline size_t count_jobs(struct house *house, const char *kind)
{
    struct job *jobs;
    return jobs_of(house, kind, &jobs);
}

/* The only ready job of a kind, in its first attempt. */
static inline struct job job_of(struct house *house, const char *kind)
{
    struct job *jobs;
    size_t count = jobs_of(house, kind, &jobs);
    if (count != 1)
        fail_msg("%zu jobs of kind %s, not one", count, kind);
    jobs[0].attempt = 1;
    jobs[0].first_try_at = house->world.now;
    return jobs[0];
}

static inline struct payload payload_of(struct house *house, const struct job *job)
{
    struct payload payload;
    if (!payload_read(&house->arena, job, &payload, &house->err))
        fail_msg("%s", house->err.msg);
    return payload;
}

static inline void drop_jobs(struct house *house, const char *kind)
{
    struct job *jobs;
    size_t count = jobs_of(house, kind, &jobs);
    for (size_t i = 0; i < count; i++)
        assert_true(jobs_done(house->db, jobs[i].id));
}

/* Marks the job as running, as the engine's take would, whenever it is due. */
static inline void take(struct house *house, const struct job *job)
{
    struct db_stmt *stmt = db_prepare(house->db, "UPDATE jobs SET state = 1, lease_until = $2 "
                                                 "WHERE id = $1 AND state = 0");
    db_bind_text(stmt, 1, job->id);
    db_bind_int(stmt, 2, house->world.now.ms + 60000);
    assert_true(db_run(stmt));
}

/* Plans as the engine does; the calls' first requests are made, so that they can be looked at. */
static inline struct plan planned(struct house *house, const struct job *job)
{
    struct plan plan = {.env = {.arena = &house->arena,
                                .world = &house->world,
                                .config = &house->config,
                                .sessions = &no_sessions}};
    const struct job_kind *kind = job_kind_find(job->kind);
    if (!kind || !kind->plan)
        abort(); /* said so that analysers understand it, as cmocka's words are not */
    take(house, job);
    if (!kind->plan(&house->turn, job, &plan, &house->err))
        fail_msg("%s: %s", job->kind, house->err.msg);
    return plan;
}

/* Ends the job in its savepoint; a done one's row goes. */
static inline struct job_outcome finished(struct house *house, const struct job *job,
                                          struct plan *plan)
{
    const struct job_kind *kind = job_kind_find(job->kind);
    take(house, job);
    assert_true(db_savepoint(house->db));
    struct job_outcome outcome = kind->finish(&house->turn, job, plan);
    if (outcome.end == JOB_END_DONE)
        assert_true(jobs_done(house->db, job->id));
    assert_true(db_release_savepoint(house->db));
    return outcome;
}

static inline void assert_done(struct job_outcome outcome)
{
    if (outcome.end != JOB_END_DONE)
        fail_msg("ended %d: %s", outcome.end, outcome.reason);
}

static inline void buried(struct house *house, const struct job *job, const char *reason)
{
    const struct job_kind *kind = job_kind_find(job->kind);
    assert_true(jobs_dead(house->db, job->id, house->world.now, reason));
    if (kind->died)
        kind->died(&house->turn, job, reason);
}

static inline void fails_with(struct call *call, enum failure_class class, const char *code)
{
    call->failure = (struct failure){.class = class};
    snprintf(call->failure.code, sizeof call->failure.code, "%s", code);
    snprintf(call->failure.message, sizeof call->failure.message, "%s", code);
}

/* The body of the request that a call begins with. */
static inline const char *first_body(struct call *call)
{
    struct step step = call->type->step(call, NULL);
    assert_int_equal(step.kind, STEP_REQUEST);
    return call->request.body ? call->request.body : "";
}

/* The item as the store has it. */
static inline struct item item_now(struct house *house)
{
    struct item item;
    assert_true(items_get(house->db, &house->arena, TENANT, house->item.id, &item));
    return item;
}

static inline struct onboarding onboarding_now(struct house *house)
{
    struct onboarding onboarding;
    assert_true(
        onboardings_get(house->db, &house->arena, TENANT, house->onboarding.number, &onboarding));
    return onboarding;
}

/* The newest audit line of the house's onboarding with that action, NULL if none. */
static inline const struct audit_entry *audited(struct house *house, const char *action)
{
    char onb[ONB_TEXT_SIZE];
    struct audit_entry *entries;
    size_t count = audit_list(house->db, &house->arena, TENANT,
                              onb_format(house->onboarding.number, onb), 1000, &entries);
    for (size_t i = count; i-- > 0;)
        if (strcmp(entries[i].action, action) == 0)
            return &entries[i];
    return NULL;
}

/* A later run of the house's onboarding with these findings. */
static inline struct run run_with(struct house *house, const struct finding *findings, size_t count)
{
    struct run run = house->run;
    run.findings = house_decision(house, findings, count, count > 0 ? findings[0].fix : NULL);
    run.brief = house_brief(house, findings, count, count > 0 ? findings[0].fix : NULL);
    run.level = count > 0 ? findings[0].level : LEVEL_NONE;
    run.facts_digest =
        arena_fmt(&house->arena, "digest%zu%lld", count, (long long)house->world.now.ms);
    run.created_at = run.checked_at = house->world.now;
    assert_true(runs_add(house->db, &house->arena, &house->world, &run));
    return run;
}

static inline void advance(struct house *house, int64_t ms)
{
    house->world.now.ms += ms;
    house->world.mono.ms += ms;
}

/* Facts as fresh as a fetch of this moment would make them. */
static inline void refetch(struct house *house)
{
    struct run run;
    assert_true(runs_latest(house->db, &house->arena, TENANT, house->onboarding.number, &run));
    assert_true(runs_touch(house->db, run.tenant, run.id, run.sources, house->world.now));
}

#endif
