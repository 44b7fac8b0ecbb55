/* The job engine with kinds of its own: lanes, retries, leases, dead letters, crashes. */
#include "bot/engine.h"
#include "tests/unit/bot_fixture.h"

#include "base/embedded.h"
#include "db/inbox.h"
#include "db/migrate.h"

#include <unistd.h>

struct rig_of_jobs {
    struct floor *floor;
    struct db *db;
    struct engine *engine;
    char log[256]; /* what ran, in order */
    enum job_end end;
    bool no_plan_calls;
    unsigned died;
};
static struct rig_of_jobs jobs;

static struct step step_ask(struct call *call, const struct http_reply *reply)
{
    if (reply)
        return call_done();
    call->request = (struct http_request){.url = "https://x.example/"};
    return call_request();
}

static bool plan_ask(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    static const struct call_type type = {"slack", "ask", step_ask};
    (void)turn;
    (void)job;
    (void)err;
    if (!jobs.no_plan_calls)
        plan_add(plan, call_new(&plan->env, &type, sizeof(struct call)));
    return true;
}

static struct job_outcome note(struct turn *turn, const struct job *job, struct plan *plan)
{
    (void)turn;
    (void)plan;
    snprintf(jobs.log + strlen(jobs.log), sizeof jobs.log - strlen(jobs.log), "%s%lld ",
             job->payload, (long long)job->attempt);
    return (struct job_outcome){.end = jobs.end, .reason = "told to"};
}

static struct job_outcome write_and_retry(struct turn *turn, const struct job *job,
                                          struct plan *plan)
{
    (void)job;
    (void)plan;
    assert_true(inbox_add(turn->db, "T1", "half", "", turn->world->now));
    return job_retries("on purpose");
}

static void on_died(struct turn *turn, const struct job *job, const char *reason)
{
    (void)turn;
    (void)job;
    (void)reason;
    jobs.died++;
}

static const struct job_kind kinds[] = {
    {"now", NULL, note, 3, 1000, 4000, UNKNOWN_REPEAT, on_died},
    {"ask", plan_ask, note, 3, 1000, 4000, UNKNOWN_ASK, on_died},
    {"once", plan_ask, note, 3, 1000, 4000, UNKNOWN_DROP, on_died},
    {"half", NULL, write_and_retry, 3, 1000, 4000, UNKNOWN_REPEAT, on_died},
    {0},
};

static void boot(void)
{
    jobs.engine = engine_new(&(struct engine_parts){
        .world = &jobs.floor->rig.world,
        .config = &jobs.floor->rig.config,
        .db = jobs.db,
        .sessions = &jobs.floor->rig.sessions,
        .exchanges = jobs.floor->exchanges,
        .metrics = jobs.floor->metrics,
        .kinds = kinds,
    });
    engine_recover(jobs.engine);
}

static int setup(void **state)
{
    struct err err;
    int applied;
    floor_setup(state);
    jobs = (struct rig_of_jobs){.floor = *state, .end = JOB_END_DONE};
    jobs.floor->rig.config.fetch.deadline_s = 20;
    assert_true(db_open(":memory:", DB_OPEN_CREATE, &jobs.db, &err));
    assert_true(migrate(jobs.db, embedded_schema, jobs.floor->rig.world.now, &applied, &err));
    boot();
    return 0;
}

static int teardown(void **state)
{
    engine_free(jobs.engine);
    db_close(jobs.db);
    return floor_teardown(state);
}

static void turn(int64_t ms)
{
    floor_pass(jobs.floor, ms);
    exchanges_tick(jobs.floor->exchanges);
    engine_work(jobs.engine);
    bool kept = !db_in_transaction(jobs.db) || db_commit(jobs.db);
    engine_start(jobs.engine, kept);
    exchanges_tick(jobs.floor->exchanges);
}

static void add(const char *kind, const char *lane, const char *name)
{
    assert_true(jobs_add(
        jobs.db, &jobs.floor->rig.world,
        &(struct job_new){.tenant = "T1", .kind = kind, .lane = lane, .payload = name}, NULL));
}

static void test_a_job_without_calls_is_done_in_its_turn(void **state)
{
    (void)state;
    add("now", NULL, "a");
    turn(0);
    assert_string_equal(jobs.log, "a1 ");
    assert_int_equal(jobs_count(jobs.db, JOB_READY) + jobs_count(jobs.db, JOB_RUNNING), 0);
}

static const char *open_file(char folder[])
{
    static char path[64];
    struct err err;
    int applied;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/usher.db", folder);
    engine_free(jobs.engine);
    db_close(jobs.db);
    assert_true(db_open(path, DB_OPEN_CREATE, &jobs.db, &err));
    assert_true(migrate(jobs.db, embedded_schema, jobs.floor->rig.world.now, &applied, &err));
    boot();
    return path;
}

static void revive_from_outside(const char *path)
{
    struct db *other;
    struct err err;
    struct job *dead;
    assert_true(db_open(path, DB_OPEN_SHARED, &other, &err));
    assert_int_equal(jobs_list(other, &jobs.floor->rig.arena, JOB_DEAD, 0, &dead), 1);
    assert_true(jobs_revive(other, dead[0].id, jobs.floor->rig.world.now));
    db_close(other);
}

static void test_a_job_that_another_process_revives_is_found(void **state)
{
    (void)state;
    char folder[] = "/tmp/usher-engine-XXXXXX", lock[80];
    const char *path = open_file(folder);
    jobs.end = JOB_END_DEAD;
    add("now", NULL, "a");
    turn(0);
    turn(1000);
    jobs.end = JOB_END_DONE;
    revive_from_outside(path);
    turn(10000);
    assert_string_equal(jobs.log, "a1 a1 ");
    engine_free(jobs.engine);
    jobs.engine = NULL;
    db_close(jobs.db); /* with its side files */
    jobs.db = NULL;
    snprintf(lock, sizeof lock, "%s.lock", path);
    assert_int_equal(unlink(path) | unlink(lock) | rmdir(folder), 0);
}

static void test_many_that_are_overdue_share_several_turns(void **state)
{
    (void)state;
    enum { MANY = 100 };
    for (int i = 0; i < MANY; i++)
        add("now", NULL, "a");
    turn(0);
    int64_t left = jobs_count(jobs.db, JOB_READY);
    assert_in_range(left, MANY / 2, MANY - 1);
    assert_int_equal(engine_wake_at(jobs.engine).ms, jobs.floor->rig.world.mono.ms);
    for (int i = 0; i < MANY && jobs_count(jobs.db, JOB_READY); i++)
        turn(0);
    assert_int_equal(jobs_count(jobs.db, JOB_READY) + jobs_count(jobs.db, JOB_RUNNING), 0);
}

static void test_a_lane_is_worked_one_at_a_time_and_in_order(void **state)
{
    (void)state;
    add("ask", "slack:C1", "a");
    add("ask", "slack:C1", "b");
    add("ask", "slack:C2", "c");
    turn(0);
    assert_int_equal(jobs.floor->sent_count, 2); /* a and c */
    floor_answer(jobs.floor, 0, 200, "", "{}");
    turn(0);
    turn(0);
    assert_int_equal(jobs.floor->sent_count, 3);
    floor_answer(jobs.floor, 2, 200, "", "{}");
    floor_answer(jobs.floor, 1, 200, "", "{}");
    turn(0);
    turn(0);
    assert_true(strncmp(jobs.log, "a1 ", 3) == 0 && strstr(jobs.log, "b1 ") &&
                strstr(jobs.log, "c1 "));
    assert_int_equal(engine_under_way(jobs.engine), 0);
}

static void test_attempts_back_off_and_end_in_a_dead_letter(void **state)
{
    (void)state;
    jobs.end = JOB_END_RETRY;
    add("now", NULL, "a");
    turn(0);
    assert_true(engine_wake_at(jobs.engine).ms > jobs.floor->rig.world.mono.ms);
    turn(400); /* half of the first backoff has not passed */
    assert_string_equal(jobs.log, "a1 ");
    turn(1000);
    turn(4000);
    turn(8000);
    assert_string_equal(jobs.log, "a1 a2 a3 ");
    assert_int_equal(jobs_count(jobs.db, JOB_DEAD), 1);
    assert_int_equal(jobs.died, 1);
}

static void test_of_an_attempt_that_is_repeated_nothing_stays(void **state)
{
    (void)state;
    struct arena arena = {0};
    add("half", NULL, "a");
    turn(0);
    assert_null(inbox_find(jobs.db, &arena, "T1", "half"));
    assert_int_equal(jobs_count(jobs.db, JOB_READY), 1);
    arena_release(&arena);
}

static void test_a_wait_is_no_attempt(void **state)
{
    (void)state;
    jobs.end = JOB_END_WAIT;
    add("now", NULL, "a");
    for (int i = 0; i < 5; i++)
        turn(5000);
    assert_string_equal(jobs.log, "a1 a1 a1 a1 a1 ");
}

static void test_a_kind_that_is_unknown_is_buried(void **state)
{
    (void)state;
    add("from the future", NULL, "a");
    turn(0);
    assert_int_equal(jobs_count(jobs.db, JOB_DEAD), 1);
}

static void test_what_has_expired_does_not_run(void **state)
{
    (void)state;
    struct wall soon = {jobs.floor->rig.world.now.ms + 1000};
    assert_true(jobs_add(
        jobs.db, &jobs.floor->rig.world,
        &(struct job_new){
            .tenant = "T1", .kind = "now", .payload = "a", .run_at = soon, .expires_at = soon},
        NULL));
    turn(2000);
    assert_string_equal(jobs.log, "");
    assert_int_equal(jobs_count(jobs.db, JOB_DEAD), 1);
}

/* The process is gone: its rows stay leased, its calls are answered to nobody. */
static void crash(void)
{
    engine_free(jobs.engine);
    exchanges_free(jobs.floor->exchanges);
    jobs.floor->exchanges = exchanges_new(&jobs.floor->rig.world, jobs.floor->metrics);
    boot();
}

static void test_after_a_crash_it_runs_again_when_the_past_has_settled(void **state)
{
    (void)state;
    add("ask", NULL, "a");
    turn(0);
    crash();
    turn(0);
    assert_int_equal(jobs.floor->sent_count, 1); /* what was sent may still be on its way */
    turn(3000);
    assert_int_equal(jobs.floor->sent_count, 2);
    floor_answer(jobs.floor, 1, 200, "", "{}");
    turn(0);
    assert_string_equal(jobs.log, "a2 ");
}

static void test_what_must_not_be_repeated_is_a_dead_letter_after_a_crash(void **state)
{
    (void)state;
    add("once", NULL, "a");
    turn(0);
    crash();
    turn(5000);
    assert_int_equal(jobs.floor->sent_count, 1);
    assert_int_equal(jobs_count(jobs.db, JOB_DEAD), 1);
    assert_int_equal(jobs.died, 1);
}

static void test_a_clock_set_forward_takes_nothing_from_itself(void **state)
{
    (void)state;
    add("ask", NULL, "a");
    turn(0);
    jobs.floor->rig.world.now.ms += INT64_C(3600000);
    add("now", NULL, "b"); /* makes it look for work */
    turn(0);
    assert_int_equal(jobs.floor->sent_count, 1);
    assert_int_equal(jobs_count(jobs.db, JOB_RUNNING), 1);
}

static void test_leases_are_kept_while_a_call_takes_long(void **state)
{
    (void)state;
    add("ask", NULL, "a");
    turn(0);
    for (int i = 0; i < 30; i++)
        turn(10000);
    assert_int_equal(jobs.floor->sent_count, 1);
    floor_answer(jobs.floor, 0, 200, "", "{}");
    turn(0);
    assert_string_equal(jobs.log, "a1 ");
}

static void test_a_turn_that_was_not_kept_is_looked_at_again_later(void **state)
{
    (void)state;
    add("now", NULL, "a");
    engine_work(jobs.engine);
    db_rollback(jobs.db);
    engine_start(jobs.engine, false);
    assert_true(engine_wake_at(jobs.engine).ms > jobs.floor->rig.world.mono.ms);
    turn(1000);
    assert_string_equal(jobs.log, "a1 a1 ");
}

static int64_t slow_stopwatch(struct world *world)
{
    static int64_t us;
    (void)world;
    return us += 1000000;
}

static void test_a_store_that_was_waited_for_in_vain_is_left_alone_for_longer(void **state)
{
    (void)state;
    struct world *world = &jobs.floor->rig.world;
    struct world_ops slow = *world->ops;
    const struct world_ops *ops = world->ops;
    slow.stopwatch_us = slow_stopwatch;
    add("now", NULL, "a");
    assert_true(db_begin(jobs.db));
    assert_false(db_run(db_prepare(jobs.db, "no statement"))); /* whatever is asked is refused */
    world->ops = &slow;
    engine_work(jobs.engine);
    world->ops = ops;
    db_rollback(jobs.db);
    turn(2000); /* one of them went by in waiting */
    assert_string_equal(jobs.log, "");
    turn(1000);
    assert_string_equal(jobs.log, "a1 ");
}

static void test_draining_takes_nothing_new_and_ends_what_runs(void **state)
{
    (void)state;
    add("ask", NULL, "a");
    turn(0);
    engine_drain(jobs.engine);
    add("now", NULL, "b");
    turn(1000);
    assert_int_equal(engine_under_way(jobs.engine), 1);
    floor_answer(jobs.floor, 0, 200, "", "{}");
    turn(0);
    assert_int_equal(engine_under_way(jobs.engine), 0);
    assert_string_equal(jobs.log, "a1 ");
}

static void test_a_plan_without_calls_goes_on_to_finish(void **state)
{
    (void)state;
    jobs.no_plan_calls = true;
    add("ask", NULL, "a");
    turn(0);
    assert_int_equal(engine_wake_at(jobs.engine).ms, jobs.floor->rig.world.mono.ms);
    turn(0);
    assert_string_equal(jobs.log, "a1 ");
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_a_job_without_calls_is_done_in_its_turn),
        T(test_many_that_are_overdue_share_several_turns),
        T(test_a_job_that_another_process_revives_is_found),
        T(test_a_lane_is_worked_one_at_a_time_and_in_order),
        T(test_attempts_back_off_and_end_in_a_dead_letter),
        T(test_of_an_attempt_that_is_repeated_nothing_stays),
        T(test_a_wait_is_no_attempt),
        T(test_a_kind_that_is_unknown_is_buried),
        T(test_what_has_expired_does_not_run),
        T(test_after_a_crash_it_runs_again_when_the_past_has_settled),
        T(test_what_must_not_be_repeated_is_a_dead_letter_after_a_crash),
        T(test_a_clock_set_forward_takes_nothing_from_itself),
        T(test_leases_are_kept_while_a_call_takes_long),
        T(test_a_turn_that_was_not_kept_is_looked_at_again_later),
        T(test_a_store_that_was_waited_for_in_vain_is_left_alone_for_longer),
        T(test_draining_takes_nothing_new_and_ends_what_runs),
        T(test_a_plan_without_calls_goes_on_to_finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
