/* Jobs: keys, lanes, leases, deaths. What a random history does to the lanes is compared with a
 * model in test_jobs_model.c; that the work does not grow, in test_store_plans.c. */
#include "db/jobs.h"
#include "tests/unit/store.h"

enum { LEASE = 60000 };

static struct id add(struct store *store, const char *lane, const char *key, int64_t run_at)
{
    struct id id;
    struct job_new job = {
        .tenant = T0, .kind = "say", .key = key, .lane = lane, .run_at = {run_at}};
    assert_true(jobs_add(store->db, &store->world, &job, &id));
    return id;
}

static size_t take(struct store *store, struct job *jobs, size_t max)
{
    struct wall now = store->world.now;
    return jobs_take(store->db, &store->arena, now, (struct wall){now.ms + LEASE}, jobs, max);
}

static void expect_take(struct store *store, const struct id *id)
{
    struct job job;
    assert_int_equal(take(store, &job, 1), 1);
    assert_string_equal(job.id, id->text);
}

static void expect_nothing(struct store *store)
{
    struct job job;
    assert_int_equal(take(store, &job, 1), 0);
    assert_db_ok(store->db);
}

static struct job get(struct store *store, const struct id *id)
{
    struct job job = {0};
    assert_true(jobs_get(store->db, &store->arena, id->text, &job));
    return job;
}

static void retry(struct store *store, const struct id *id, int64_t run_at)
{
    assert_true(jobs_retry(store->db, id->text, (struct wall){run_at}, "503", true));
}

static void test_a_job_comes_back_as_it_was_asked_for(void **state)
{
    struct store *store = *state;
    struct id id;
    struct job_new asked = {.tenant = T0,
                            .kind = "say",
                            .key = "card:1",
                            .lane = "slack:C1",
                            .payload = "{\"a\":1}",
                            .run_at = {2000000},
                            .max_attempts = 7,
                            .expires_at = {3000000},
                            .generation = 4};
    assert_true(jobs_add(store->db, &store->world, &asked, &id));
    struct job job = get(store, &id);
    assert_string_equal(job.tenant, T0);
    assert_string_equal(job.kind, "say");
    assert_string_equal(job.key, "card:1");
    assert_string_equal(job.lane, "slack:C1");
    assert_string_equal(job.payload, "{\"a\":1}");
    assert_int_equal(job.run_at.ms, 2000000);
    assert_int_equal(job.due_at.ms, 2000000);
    assert_int_equal(job.max_attempts, 7);
    assert_int_equal(job.expires_at.ms, 3000000);
    assert_int_equal(job.generation, 4);
    assert_int_equal(job.attempt, 0);
    assert_int_equal(job.state, JOB_READY);
    assert_null(job.last_error);
}

static void test_a_job_without_wishes_is_due_now(void **state)
{
    struct store *store = *state;
    struct id id = add(store, NULL, NULL, 0);
    struct job job = get(store, &id);
    assert_int_equal(job.run_at.ms, store->world.now.ms);
    assert_string_equal(job.payload, "{}");
    assert_null(job.key);
    assert_null(job.lane);
}

static void test_a_taken_job_has_a_lease_and_counts_its_attempt(void **state)
{
    struct store *store = *state;
    struct id id = add(store, NULL, NULL, 0);
    struct job job;
    assert_int_equal(take(store, &job, 1), 1);
    assert_int_equal(job.state, JOB_RUNNING);
    assert_int_equal(job.attempt, 1);
    assert_int_equal(job.lease_until.ms, store->world.now.ms + LEASE);
    assert_int_equal(job.first_try_at.ms, store->world.now.ms);
    expect_nothing(store);
    int64_t first = store->world.now.ms;
    retry(store, &id, store->world.now.ms + 500);
    store->world.now.ms += 500;
    assert_int_equal(take(store, &job, 1), 1);
    assert_int_equal(job.attempt, 2);
    assert_int_equal(job.first_try_at.ms, first);
    assert_string_equal(job.last_error, "503");
}

static void test_a_job_of_the_future_waits(void **state)
{
    struct store *store = *state;
    struct id id = add(store, NULL, NULL, 1000500);
    expect_nothing(store);
    assert_int_equal(jobs_next_at(store->db).ms, 1000500);
    store->world.now.ms = 1000500;
    expect_take(store, &id);
    assert_int_equal(jobs_next_at(store->db).ms, 1000500 + LEASE);
    assert_true(jobs_done(store->db, id.text));
    assert_int_equal(jobs_next_at(store->db).ms, INT64_MAX);
    assert_false(jobs_done(store->db, id.text));
    assert_db_ok(store->db);
}

static void test_a_lane_is_worked_one_at_a_time_and_in_order(void **state)
{
    struct store *store = *state;
    struct id a = add(store, "L", NULL, 0), b = add(store, "L", NULL, 0);
    struct job jobs[4];
    assert_int_equal(take(store, jobs, 4), 1);
    assert_string_equal(jobs[0].id, a.text);
    expect_nothing(store);
    assert_true(jobs_done(store->db, a.text));
    expect_take(store, &b);
}

static void test_what_is_added_in_one_millisecond_keeps_its_order(void **state)
{
    struct store *store = *state;
    struct id ids[40];
    for (int i = 0; i < 40; i++)
        ids[i] = add(store, "L", NULL, 0);
    for (int i = 0; i < 40; i++) {
        assert_true(id_is_valid(ids[i].text));
        expect_take(store, &ids[i]);
        assert_true(jobs_done(store->db, ids[i].text));
    }
}

static void test_lanes_of_one_name_in_two_tenants_are_two(void **state)
{
    struct store *store = *state;
    struct job_new other = {.tenant = OTHER, .kind = "say", .lane = "onboarding:1001"};
    struct job jobs[4];
    add(store, "onboarding:1001", NULL, 0);
    assert_true(jobs_add(store->db, &store->world, &other, NULL));
    assert_int_equal(take(store, jobs, 4), 2);
}

static void test_a_head_that_waits_for_its_retry_holds_its_lane_only(void **state)
{
    struct store *store = *state;
    struct id a = add(store, "L", NULL, 0), b = add(store, "L", NULL, 0);
    struct id free_one = add(store, "M", NULL, 0);
    expect_take(store, &a);
    retry(store, &a, store->world.now.ms + 9000);
    expect_take(store, &free_one);
    expect_nothing(store);
    store->world.now.ms += 9000;
    expect_take(store, &a);
    assert_true(jobs_done(store->db, a.text));
    expect_take(store, &b);
}

static void test_a_timer_of_the_future_holds_nobody_up(void **state)
{
    struct store *store = *state;
    struct id timer = add(store, "L", NULL, store->world.now.ms + 1000);
    struct id now = add(store, "L", NULL, 0);
    expect_take(store, &now);
    store->world.now.ms += 1000;
    expect_nothing(store); /* its turn has come, but the lane is taken */
    assert_true(jobs_done(store->db, now.text));
    expect_take(store, &timer);
}

static void test_a_job_due_before_a_running_one_waits_for_it(void **state)
{
    struct store *store = *state;
    struct id a = add(store, "L", NULL, store->world.now.ms - 10);
    expect_take(store, &a);
    struct id earlier = add(store, "L", NULL, store->world.now.ms - 20);
    expect_nothing(store);
    retry(store, &a, store->world.now.ms);
    expect_take(store, &earlier);
}

static void test_a_dead_job_lets_its_lane_go(void **state)
{
    struct store *store = *state;
    struct id a = add(store, "L", NULL, 0), b = add(store, "L", NULL, 0);
    expect_take(store, &a);
    assert_true(jobs_dead(store->db, a.text, store->world.now, "invalid_blocks"));
    expect_take(store, &b);
    struct job dead = get(store, &a);
    assert_int_equal(dead.state, JOB_DEAD);
    assert_string_equal(dead.last_error, "invalid_blocks");
    assert_false(jobs_dead(store->db, a.text, store->world.now, "again"));
    assert_int_equal(jobs_count(store->db, JOB_DEAD), 1);
}

static void test_a_waiting_key_is_asked_for_once_at_the_earlier_time(void **state)
{
    struct store *store = *state;
    struct id a = add(store, NULL, "check:1", store->world.now.ms + 900);
    struct id b = add(store, NULL, "check:1", store->world.now.ms + 500);
    struct id c = add(store, NULL, "check:1", store->world.now.ms + 700);
    assert_string_equal(a.text, b.text);
    assert_string_equal(a.text, c.text);
    assert_int_equal(get(store, &a).run_at.ms, store->world.now.ms + 500);
    assert_int_equal(jobs_count(store->db, JOB_READY), 1);
}

static void test_a_merged_job_takes_its_earlier_place_in_the_lane(void **state)
{
    struct store *store = *state;
    struct id late = add(store, "L", "k", store->world.now.ms + 900);
    struct id soon = add(store, "L", NULL, store->world.now.ms + 100);
    add(store, "L", "k", store->world.now.ms + 50);
    store->world.now.ms += 100;
    expect_take(store, &late);
    assert_true(jobs_done(store->db, late.text));
    expect_take(store, &soon);
}

static void test_keys_of_two_tenants_do_not_meet(void **state)
{
    struct store *store = *state;
    struct job_new other = {.tenant = OTHER, .kind = "say", .key = "check:1"};
    struct id a = add(store, NULL, "check:1", 0), b;
    assert_true(jobs_add(store->db, &store->world, &other, &b));
    assert_string_not_equal(a.text, b.text);
}

static void test_what_is_asked_for_while_its_key_runs_runs_after_it(void **state)
{
    struct store *store = *state;
    struct id a = add(store, NULL, "check:1", 0);
    expect_take(store, &a);
    struct id b = add(store, NULL, "check:1", 0);
    assert_string_not_equal(a.text, b.text);
    expect_nothing(store);
    assert_int_equal(jobs_next_at(store->db).ms, store->world.now.ms + LEASE);
    int64_t touched = jobs_touched(store->db);
    assert_true(jobs_done(store->db, a.text));
    assert_true(jobs_touched(store->db) > touched);
    expect_take(store, &b);
}

static void test_a_retry_and_a_newer_request_of_its_key_are_both_kept(void **state)
{
    struct store *store = *state;
    struct id a = add(store, NULL, "check:1", 0);
    expect_take(store, &a);
    struct id b = add(store, NULL, "check:1", 0);
    retry(store, &a, store->world.now.ms);
    assert_int_equal(jobs_count(store->db, JOB_READY), 2);
    struct id c = add(store, NULL, "check:1", 0);
    assert_string_equal(b.text, c.text); /* the newer one stands for the key */
    struct job jobs[4];
    assert_int_equal(take(store, jobs, 4), 1); /* never two of one key */
    assert_true(jobs_done(store->db, jobs[0].id));
    assert_int_equal(take(store, jobs, 4), 1);
}

static void test_a_wait_gives_the_attempt_back(void **state)
{
    struct store *store = *state;
    struct id a = add(store, NULL, NULL, 0);
    expect_take(store, &a);
    assert_true(jobs_retry(store->db, a.text, store->world.now, "429", false));
    assert_int_equal(get(store, &a).attempt, 0);
    assert_int_equal(get(store, &a).first_try_at.ms, 0);
    assert_false(jobs_retry(store->db, a.text, store->world.now, "429", false));
    assert_int_equal(get(store, &a).attempt, 0);
}

static void test_a_wait_does_not_hide_an_attempt_that_counted(void **state)
{
    struct store *store = *state;
    struct id a = add(store, NULL, NULL, 0);
    int64_t first = store->world.now.ms;
    expect_take(store, &a);
    assert_true(jobs_dead(store->db, a.text, store->world.now, JOB_CUT_OFF));
    assert_true(jobs_revive(store->db, a.text, store->world.now));
    store->world.now.ms += 10;
    expect_take(store, &a);
    assert_true(jobs_retry(store->db, a.text, store->world.now, "429", false));
    assert_int_equal(get(store, &a).attempt, 0);
    assert_int_equal(get(store, &a).first_try_at.ms, first);
}

static void test_only_leases_that_ran_out_are_released(void **state)
{
    struct store *store = *state;
    struct id a = add(store, "L", NULL, 0), b = add(store, "M", NULL, 0);
    struct job jobs[4];
    assert_int_equal(take(store, jobs, 4), 2);
    assert_true(jobs_renew(store->db, b.text, (struct wall){store->world.now.ms + 2 * LEASE}));
    store->world.now.ms += LEASE;
    assert_int_equal(jobs_release_leases(store->db, store->world.now), 1);
    assert_int_equal(get(store, &b).state, JOB_RUNNING);
    assert_string_equal(get(store, &a).last_error, JOB_CUT_OFF);
    expect_take(store, &a);
    assert_int_equal(get(store, &a).attempt, 2);
    assert_int_equal(jobs_release_leases(store->db, (struct wall){INT64_MAX}), 2);
}

static void test_cancel_drops_ready_jobs_of_that_kind_and_prefix_only(void **state)
{
    struct store *store = *state;
    struct id running = add(store, NULL, "escalate:A:1", 0);
    expect_take(store, &running);
    add(store, "L", "escalate:A:2", 0);
    struct id behind = add(store, "L", NULL, 0), near = add(store, NULL, "escalate:B:1", 0);
    struct job_new other_kind = {.tenant = T0, .kind = "tell", .key = "escalate:A:3"};
    assert_true(jobs_add(store->db, &store->world, &other_kind, NULL));
    assert_true(jobs_cancel(store->db, T0, "say", "escalate:A:"));
    assert_int_equal(jobs_count(store->db, JOB_READY), 3);
    assert_int_equal(get(store, &running).state, JOB_RUNNING);
    assert_int_equal(get(store, &near).state, JOB_READY);
    struct job jobs[4];
    assert_int_equal(take(store, jobs, 4), 3);
    assert_int_equal(get(store, &behind).state, JOB_RUNNING); /* the lane was settled */
    assert_true(jobs_cancel(store->db, T0, "say", "nothing:"));
}

static void test_a_revived_job_starts_again_and_remembers_its_first_try(void **state)
{
    struct store *store = *state;
    struct id a = add(store, "L", "k", 0);
    expect_take(store, &a);
    int64_t first = store->world.now.ms;
    assert_false(jobs_revive(store->db, a.text, store->world.now));
    assert_true(jobs_dead(store->db, a.text, store->world.now, JOB_CUT_OFF));
    add(store, "L", "k", 0);
    store->world.now.ms += 1000;
    assert_true(jobs_revive(store->db, a.text, store->world.now));
    struct job job = get(store, &a);
    assert_int_equal(job.state, JOB_READY);
    assert_int_equal(job.attempt, 0);
    assert_string_equal(job.last_error, JOB_REVIVED);
    assert_int_equal(job.first_try_at.ms, first);
    assert_int_equal(jobs_count(store->db, JOB_READY), 2);
    expect_take(store, &a);
}

static void test_only_dead_jobs_can_be_deleted(void **state)
{
    struct store *store = *state;
    struct id a = add(store, NULL, NULL, 0);
    assert_false(jobs_delete_dead(store->db, a.text));
    assert_true(jobs_dead(store->db, a.text, store->world.now, "x"));
    assert_true(jobs_delete_dead(store->db, a.text));
    assert_int_equal(number_of(store->db, "SELECT count(*) FROM jobs"), 0);
}

static void test_lists_hold_what_was_asked_for(void **state)
{
    struct store *store = *state;
    struct job *jobs;
    struct id late = add(store, NULL, NULL, store->world.now.ms + 20);
    struct id soon = add(store, NULL, NULL, store->world.now.ms + 10);
    struct id dead = add(store, NULL, NULL, 0);
    assert_true(jobs_dead(store->db, dead.text, store->world.now, "x"));
    assert_int_equal(jobs_list(store->db, &store->arena, JOB_READY, 10, &jobs), 2);
    assert_string_equal(jobs[0].id, soon.text);
    assert_string_equal(jobs[1].id, late.text);
    assert_int_equal(jobs_list(store->db, &store->arena, -1, 0, &jobs), 3);
    assert_int_equal(jobs_list(store->db, &store->arena, -1, 2, &jobs), 2);
    assert_int_equal(jobs_list(store->db, &store->arena, JOB_DEAD, 10, &jobs), 1);
    assert_string_equal(jobs[0].last_error, "x");
}

static void test_a_payload_can_grow_between_attempts(void **state)
{
    struct store *store = *state;
    struct id a = add(store, NULL, NULL, 0);
    assert_true(jobs_set_payload(store->db, a.text, "{\"page\":2}"));
    assert_string_equal(get(store, &a).payload, "{\"page\":2}");
    assert_false(jobs_set_payload(store->db, "nobody", "{}"));
}

static void test_a_rolled_back_take_leaves_the_job_ready(void **state)
{
    struct store *store = *state;
    struct id a = add(store, "L", "k", 0);
    assert_true(db_begin(store->db));
    expect_take(store, &a);
    db_rollback(store->db);
    assert_int_equal(get(store, &a).attempt, 0);
    expect_take(store, &a);
}

static void test_a_clock_that_was_set_moves_what_waits_in_its_order(void **state)
{
    struct store *store = *state;
    int64_t now = store->world.now.ms, day = 86400000;
    struct id first = add(store, "L", NULL, now), second = add(store, "L", NULL, now + 1);
    expect_take(store, &first);
    retry(store, &first, now + 2000);
    struct id later = add(store, NULL, NULL, now + 5000);

    store->world.now.ms -= 4 * day;
    assert_true(jobs_shift(store->db, "promised", store->world.now, -4 * day));
    expect_nothing(store);
    assert_int_equal(get(store, &later).run_at.ms, now - 4 * day + 5000);
    store->world.now.ms += 2000;
    expect_take(store, &first); /* still the head of its lane */
    assert_int_equal(get(store, &first).first_try_at.ms, now - 4 * day);
    assert_true(jobs_shift_running(store->db, day));
    assert_int_equal(get(store, &first).first_try_at.ms, now - 3 * day);
    assert_true(jobs_done(store->db, first.text));
    expect_take(store, &second);

    store->world.now.ms += day;
    assert_true(jobs_shift(store->db, "promised", store->world.now, day));
    expect_nothing(store); /* it does not come at once */
    assert_int_equal(get(store, &later).run_at.ms, now - 3 * day + 5000);
}

static void test_a_promised_time_stands_but_not_that_of_its_retry(void **state)
{
    struct store *store = *state;
    int64_t now = store->world.now.ms, hour = 3600000;
    struct id promised = add(store, NULL, NULL, now + 1000), tried = add(store, NULL, NULL, now);
    const char *kind = get(store, &promised).kind;
    expect_take(store, &tried);
    retry(store, &tried, now + 2000);
    store->world.now.ms -= hour;
    assert_true(jobs_shift(store->db, kind, store->world.now, -hour));
    assert_int_equal(get(store, &promised).run_at.ms, now + 1000);
    assert_int_equal(get(store, &tried).run_at.ms, now + 2000 - hour);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(test_a_job_comes_back_as_it_was_asked_for),
        store_test(test_a_job_without_wishes_is_due_now),
        store_test(test_a_taken_job_has_a_lease_and_counts_its_attempt),
        store_test(test_a_job_of_the_future_waits),
        store_test(test_a_lane_is_worked_one_at_a_time_and_in_order),
        store_test(test_what_is_added_in_one_millisecond_keeps_its_order),
        store_test(test_lanes_of_one_name_in_two_tenants_are_two),
        store_test(test_a_head_that_waits_for_its_retry_holds_its_lane_only),
        store_test(test_a_timer_of_the_future_holds_nobody_up),
        store_test(test_a_job_due_before_a_running_one_waits_for_it),
        store_test(test_a_dead_job_lets_its_lane_go),
        store_test(test_a_waiting_key_is_asked_for_once_at_the_earlier_time),
        store_test(test_a_merged_job_takes_its_earlier_place_in_the_lane),
        store_test(test_keys_of_two_tenants_do_not_meet),
        store_test(test_what_is_asked_for_while_its_key_runs_runs_after_it),
        store_test(test_a_retry_and_a_newer_request_of_its_key_are_both_kept),
        store_test(test_a_wait_gives_the_attempt_back),
        store_test(test_a_wait_does_not_hide_an_attempt_that_counted),
        store_test(test_only_leases_that_ran_out_are_released),
        store_test(test_cancel_drops_ready_jobs_of_that_kind_and_prefix_only),
        store_test(test_a_revived_job_starts_again_and_remembers_its_first_try),
        store_test(test_only_dead_jobs_can_be_deleted),
        store_test(test_lists_hold_what_was_asked_for),
        store_test(test_a_payload_can_grow_between_attempts),
        store_test(test_a_rolled_back_take_leaves_the_job_ready),
        store_test(test_a_clock_that_was_set_moves_what_waits_in_its_order),
        store_test(test_a_promised_time_stands_but_not_that_of_its_retry),
    };
    return cmocka_run_group_tests_name("jobs", tests, NULL, NULL);
}
