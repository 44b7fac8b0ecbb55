/* That the work of jobs does not grow with what is pending, nor that for one person with what is
 * everyone's: the plan of every statement that the store has prepared, and the steps that SQLite's
 * machine made. Of the SQLite engine alone. */
#include "db/items.h"
#include "db/jobs.h"
#include "db/journeys.h"
#include "db/onboardings.h"
#include "db/sqlite.h"
#include "tests/unit/store.h"

enum { LEASE = 60000 };

static void add(struct store *store, const char *lane, const char *key)
{
    struct job_new job = {.tenant = T0, .kind = "say", .lane = lane, .key = key};
    assert_true(jobs_add(store->db, &store->world, &job, NULL));
}

static size_t take(struct store *store, struct job *jobs, size_t max)
{
    struct wall now = store->world.now;
    return jobs_take(store->db, &store->arena, now, (struct wall){now.ms + LEASE}, jobs, max);
}

/* Everything an engine does with jobs, once. */
static void live_through(struct store *store)
{
    struct job jobs[4], job;
    for (int i = 0; i < 4; i++)
        add(store, i % 2 ? "L" : "M", i == 3 ? "k" : NULL);
    assert_int_equal(take(store, jobs, 4), 2);
    jobs_next_at(store->db);
    assert_true(jobs_renew(store->db, jobs[0].id, store->world.now));
    assert_int_equal(jobs_release_leases(store->db, store->world.now), 1);
    assert_int_equal(take(store, &job, 1), 1);
    assert_true(jobs_retry(store->db, job.id, store->world.now, "x", true));
    assert_true(jobs_dead(store->db, job.id, store->world.now, "x"));
    assert_true(jobs_revive(store->db, job.id, store->world.now));
    assert_true(jobs_dead(store->db, job.id, store->world.now, "x"));
    assert_true(jobs_delete_dead(store->db, job.id));
    assert_true(jobs_done(store->db, jobs[1].id));
    assert_true(jobs_cancel(store->db, T0, "say", "k"));
    jobs_get(store->db, &store->arena, jobs[0].id, &job);
    jobs_count(store->db, JOB_READY);
    jobs_set_payload(store->db, jobs[0].id, "{}");
}

/* The running ones are as few as the engine works on at a time. */
static bool reads_all_jobs(const char *detail)
{
    return strncmp(detail, "SCAN", 4) == 0 && !strstr(detail, "jobs_running");
}

static void check_plan(struct db *db, const char *sql)
{
    sqlite3_stmt *plan = NULL;
    char *explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);
    assert_int_equal(sqlite3_prepare_v2(db->handle, explain, -1, &plan, NULL), SQLITE_OK);
    while (sqlite3_step(plan) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(plan, 3);
        if (reads_all_jobs(detail) || strstr(detail, "TEMP B-TREE"))
            fail_msg("%s: %s", detail, sql);
    }
    sqlite3_finalize(plan);
    sqlite3_free(explain);
}

static void test_no_statement_on_jobs_reads_them_all_or_sorts(void **state)
{
    struct store *store = *state;
    size_t checked = 0;
    live_through(store);
    for (size_t i = 0; i < store->db->by_text.size; i++) {
        const struct db_stmt *stmt = store->db->by_text.slots[i].stmt;
        /* Released leases are sorted: they are as few as the running ones. */
        if (!stmt || !strstr(stmt->sql, " jobs") || strstr(stmt->sql, "lease_until <= $1"))
            continue;
        check_plan(store->db, stmt->sql);
        checked++;
    }
    assert_true(checked >= 14);
}

static int64_t steps_so_far(struct db *db)
{
    int64_t steps = 0;
    for (size_t i = 0; i < db->by_text.size; i++)
        if (db->by_text.slots[i].stmt)
            steps += sqlite3_stmt_status(db->by_text.slots[i].stmt->handle,
                                         SQLITE_STMTSTATUS_VM_STEP, 0);
    return steps;
}

/* Steps of one turn of work: add, take, look, end. */
static int64_t steps_of_a_turn(struct store *store)
{
    struct job jobs[8];
    int64_t before = steps_so_far(store->db);
    add(store, "L0", "once");
    size_t taken = take(store, jobs, 8);
    assert_int_equal(taken, 8);
    jobs_next_at(store->db);
    jobs_release_leases(store->db, store->world.now);
    for (size_t i = 0; i < taken; i++)
        assert_true(i % 2 ? jobs_done(store->db, jobs[i].id)
                          : jobs_dead(store->db, jobs[i].id, store->world.now, "x"));
    return steps_so_far(store->db) - before;
}

static void fill(struct store *store, int count)
{
    assert_true(db_begin(store->db));
    for (int i = 0; i < count; i++) {
        char lane[16], key[16];
        snprintf(lane, sizeof lane, "L%d", i % 50);
        snprintf(key, sizeof key, "k%d", (int)(store->world.now.ms % 1000000) * 10000 + i);
        add(store, lane, key);
    }
    assert_true(db_commit(store->db));
    store->world.now.ms++;
}

static void test_the_work_of_a_turn_does_not_grow_with_what_is_due(void **state)
{
    struct store *store = *state;
    fill(store, 500);
    steps_of_a_turn(store); /* prepares everything */
    int64_t few = steps_of_a_turn(store);
    fill(store, 5000);
    int64_t many = steps_of_a_turn(store);
    assert_true(many <= few + few / 10);
}

static void start_many(struct store *store, int count, const char *by, const char *owner)
{
    assert_true(db_begin(store->db));
    for (int i = 0; i < count; i++) {
        char account[32];
        int64_t existing;
        snprintf(account, sizeof account, "%s-%d-%d", by, (int)(store->world.now.ms % 1000000), i);
        struct onboarding onboarding = {.tenant = T0,
                                        .account_id = account,
                                        .account_name = account,
                                        .started_by = by,
                                        .owner_user_id = owner,
                                        .state = ONBOARDING_CHECKING};
        assert_true(onboardings_add(store->db, &onboarding, store->world.now, &existing));
        struct journey journey = {.tenant = T0,
                                  .onboarding = onboarding.number,
                                  .playbook = "standard",
                                  .title = "Standard",
                                  .goal_days = 30,
                                  .stage = 1,
                                  .started_at = store->world.now,
                                  .moved_at = store->world.now};
        assert_true(journeys_add(store->db, &journey));
    }
    assert_true(db_commit(store->db));
    store->world.now.ms++;
}

static int64_t steps_for_ana(struct store *store)
{
    struct onboarding *own;
    struct journey *running;
    int64_t before = steps_so_far(store->db);
    assert_int_equal(onboardings_list(store->db, &store->arena, T0, -1, "U0ANA", 50, &own), 3);
    assert_int_equal(own[0].number, 1003);
    assert_int_equal(own[2].number, 1001);
    assert_int_equal(journeys_running(store->db, &store->arena, T0, "U0ANA", 0, 50, &running), 3);
    return steps_so_far(store->db) - before;
}

static void test_what_is_read_for_one_person_does_not_grow_with_what_is_others(void **state)
{
    struct store *store = *state;
    start_many(store, 1, "U0ANA", "U0ANA");
    start_many(store, 1, "U0ANA", "U0BO");
    start_many(store, 1, "usher", "U0ANA");
    steps_for_ana(store); /* prepares everything */
    int64_t few = steps_for_ana(store);
    start_many(store, 2000, "usher", "U0BO");
    assert_true(steps_for_ana(store) <= few + few / 10);
}

static void ask_many(struct store *store, int count)
{
    assert_true(db_begin(store->db));
    for (int i = 0; i < count; i++) {
        struct item item = {.tenant = T0,
                            .onboarding = 1001,
                            .revision = 1,
                            .generation = 1,
                            .state = i % 4,
                            .opened_at = store->world.now};
        assert_true(items_add(store->db, &store->arena, &store->world, &item));
        store->world.now.ms++;
    }
    assert_true(db_commit(store->db));
}

static int64_t steps_for_the_oldest(struct store *store)
{
    struct item *oldest;
    int64_t before = steps_so_far(store->db);
    assert_int_equal(items_list(store->db, &store->arena, T0, 0xf, 10, &oldest), 10);
    for (int i = 1; i < 10; i++)
        assert_true(oldest[i - 1].opened_at.ms < oldest[i].opened_at.ms);
    return steps_so_far(store->db) - before;
}

static void test_the_oldest_questions_are_found_without_reading_all(void **state)
{
    struct store *store = *state;
    start_many(store, 1, "U0ANA", "U0ANA");
    ask_many(store, 20);
    steps_for_the_oldest(store); /* prepares everything */
    int64_t few = steps_for_the_oldest(store);
    ask_many(store, 2000);
    assert_true(steps_for_the_oldest(store) <= few + few / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(test_no_statement_on_jobs_reads_them_all_or_sorts),
        store_test(test_the_work_of_a_turn_does_not_grow_with_what_is_due),
        store_test(test_the_oldest_questions_are_found_without_reading_all),
        store_test(test_what_is_read_for_one_person_does_not_grow_with_what_is_others),
    };
    return cmocka_run_group_tests_name("the store's plans", tests, NULL, NULL);
}
