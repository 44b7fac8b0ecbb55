/* What is counted for a scrape: acts and verdicts from the audit log, the store by state, backups.
 */
#include "bot/tally.h"

#include "db/audit.h"
#include "db/items.h"
#include "db/jobs.h"
#include "db/onboardings.h"
#include "db/tenants.h"
#include "tests/unit/store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int64_t stopwatch_us, a_look_takes_us;

static int64_t look_at_stopwatch(struct world *world)
{
    (void)world;
    return stopwatch_us += a_look_takes_us;
}

static void use_something(struct world *world, struct usage *out)
{
    (void)world;
    *out = (struct usage){.resident_bytes = 12345678, .cpu_us = 2500000};
}

static const struct world_ops ops = {
    .random = store_fill, .stopwatch_us = look_at_stopwatch, .usage = use_something};

static struct {
    struct store *store;
    struct metrics *metrics;
    struct tally *tally;
    struct config config;
} hand;

static int setup(void **state)
{
    store_setup(state);
    hand.store = *state;
    hand.store->world.ops = &ops;
    stopwatch_us = a_look_takes_us = 0;
    memset(&hand.config, 0, sizeof hand.config);
    const struct tenant tenants[] = {{.id = T0}, {.id = OTHER}};
    for (size_t i = 0; i < 2; i++)
        assert_true(tenants_put(hand.store->db, &tenants[i], hand.store->world.now));
    hand.metrics = metrics_new();
    hand.tally = tally_new(hand.metrics, hand.store->db, &hand.store->world);
    return 0;
}

static int teardown(void **state)
{
    tally_free(hand.tally);
    metrics_free(hand.metrics);
    return store_teardown(state);
}

static void note(const char *action, const char *to)
{
    const struct audit_entry entry = {
        .tenant = T0, .at = hand.store->world.now, .action = action, .object = "ONB-1", .to = to};
    assert_true(audit_append(hand.store->db, &entry));
}

static void measure(void)
{
    tally_measure(hand.tally, &hand.config, &hand.store->arena);
    db_end_read(hand.store->db);
}

static bool has_line(const char *line)
{
    struct buf out = {0};
    metrics_write(hand.metrics, &out);
    bool found = strstr(buf_cstr(&out), line);
    buf_release(&out);
    return found;
}

static int64_t acts(const char *action)
{
    char labels[64];
    snprintf(labels, sizeof labels, "action=\"%s\"", action);
    return metrics_get(hand.metrics, METRIC_ACTS, labels);
}

static void test_each_line_of_the_audit_log_is_counted_once(void **state)
{
    (void)state;
    note("approve", "decided");
    note("approve", "open");
    note("reject", "decided");
    measure();
    measure();
    assert_int_equal(acts("approve"), 2);
    assert_int_equal(acts("reject"), 1);
    note("approve", "decided");
    measure();
    assert_int_equal(acts("approve"), 3);
}

static void test_lines_of_a_process_before_are_not_counted(void **state)
{
    (void)state;
    note("approve", "decided");
    tally_free(hand.tally);
    hand.tally = tally_new(hand.metrics, hand.store->db, &hand.store->world);
    note("reject", "decided");
    measure();
    assert_int_equal(acts("approve"), 0);
    assert_int_equal(acts("reject"), 1);
}

static void test_verdicts_are_counted_by_level_and_stand_at_zero_before(void **state)
{
    (void)state;
    note("verdict", "BLOCK_FINANCE");
    note("verdict", "NOTE");
    note("verdict", "no such level");
    measure();
    assert_true(has_line("\nusher_verdicts_total{verdict=\"BLOCK\",level=\"BLOCK_FINANCE\"} 1\n"));
    assert_true(has_line("\nusher_verdicts_total{verdict=\"PROCEED\",level=\"NOTE\"} 1\n"));
    assert_true(
        has_line("\nusher_verdicts_total{verdict=\"ESCALATE\",level=\"ESCALATE_WARN\"} 0\n"));
}

static void test_after_a_failed_commit_the_lines_that_follow_are_counted(void **state)
{
    (void)state;
    note("note", NULL);
    db_begin(hand.store->db);
    note("approve", "decided");
    measure();
    db_rollback(hand.store->db);
    tally_step_back(hand.tally);
    note("reject", "decided");
    measure();
    assert_int_equal(acts("reject"), 1);
    assert_int_equal(acts("note"), 1);
}

static void open_onboarding(const char *tenant, const char *account, enum onboarding_state state)
{
    int64_t existing;
    struct onboarding onboarding = {
        .tenant = tenant, .account_id = account, .started_by = "usher", .state = state};
    struct item item = {.tenant = tenant, .revision = 1, .state = 2};
    assert_true(onboardings_add(hand.store->db, &onboarding, hand.store->world.now, &existing));
    assert_true(onboardings_set_state(hand.store->db, tenant, onboarding.number, state,
                                      hand.store->world.now));
    item.onboarding = onboarding.number;
    assert_true(items_add(hand.store->db, &hand.store->arena, &hand.store->world, &item));
}

static void add_job(const char *lane)
{
    const struct job_new job = {.tenant = T0, .kind = "say", .lane = lane, .max_attempts = 3};
    assert_true(jobs_add(hand.store->db, &hand.store->world, &job, NULL));
}

static void test_the_store_is_counted_by_state_over_all_workspaces(void **state)
{
    struct store *store = *state;
    struct job jobs[2];
    open_onboarding(T0, "A", ONBOARDING_WAITING);
    open_onboarding(OTHER, "A", ONBOARDING_WAITING);
    open_onboarding(T0, "B", ONBOARDING_PROVISIONED);
    for (int i = 0; i < 5; i++)
        add_job("L");
    add_job("M");
    db_begin(store->db);
    assert_int_equal(jobs_take(store->db, &store->arena, store->world.now,
                               (struct wall){store->world.now.ms + 60000}, jobs, 2),
                     2);
    assert_true(jobs_dead(store->db, jobs[0].id, store->world.now, "refused"));
    assert_true(db_commit(store->db));
    measure();
    const struct {
        enum metric metric;
        const char *labels;
        int64_t count;
    } wanted[] = {
        {METRIC_ONBOARDINGS, "state=\"waiting\"", 2},
        {METRIC_ONBOARDINGS, "state=\"provisioned\"", 1},
        {METRIC_ITEMS, "state=\"escalated_1\"", 3},
        {METRIC_JOBS, "state=\"ready\"", 4},
        {METRIC_JOBS, "state=\"running\"", 1},
        {METRIC_JOBS, "state=\"dead\"", 1},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_int_equal(metrics_get(hand.metrics, wanted[i].metric, wanted[i].labels),
                         wanted[i].count);
}

static int64_t ready(void)
{
    return metrics_get(hand.metrics, METRIC_JOBS, "state=\"ready\"");
}

static void test_counting_takes_a_hundredth_of_the_time_at_most(void **state)
{
    (void)state;
    a_look_takes_us = 500; /* so that counting takes as much */
    add_job(NULL);
    measure();
    assert_int_equal(ready(), 1);
    add_job(NULL);
    a_look_takes_us = 0;
    stopwatch_us += 500 * 100 - 1;
    measure();
    assert_int_equal(ready(), 1);
    stopwatch_us += 1;
    measure();
    assert_int_equal(ready(), 2);
}

static void test_a_store_that_fails_leaves_what_was_counted(void **state)
{
    (void)state;
    struct err err;
    add_job(NULL);
    measure();
    assert_false(db_execute(hand.store->db, "no such statement", &err));
    measure();
    assert_int_equal(ready(), 1);
    db_rollback(hand.store->db);
}

static void touch(const char *folder, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    close(file);
}

static void test_the_newest_backup_is_told_by_its_name(void **state)
{
    (void)state;
    static const char *const names[] = {"usher-20260420T100203Z.sealed",
                                        "usher-20260420T090000Z.sealed", "notes.txt"};
    char folder[] = "/tmp/usher-tally-XXXXXX", path[128];
    assert_non_null(mkdtemp(folder));
    measure();
    assert_false(has_line("usher_backup_timestamp_seconds"));
    hand.config.store.backups = folder;
    measure();
    assert_true(has_line("\nusher_backup_timestamp_seconds 0.000000\n"));
    for (size_t i = 0; i < 3; i++)
        touch(folder, names[i]);
    measure();
    assert_true(has_line("\nusher_backup_timestamp_seconds 1776679323.000000\n"));
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

static void test_what_the_process_uses_and_when_it_began(void **state)
{
    (void)state;
    measure();
    measure();
    assert_true(has_line("\nusher_resident_bytes 12345678\n"));
    assert_true(has_line("\nusher_cpu_seconds_total 2.500000\n"));
    assert_true(has_line("\nusher_start_timestamp_seconds 1000.000000\n"));
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_each_line_of_the_audit_log_is_counted_once),
        T(test_lines_of_a_process_before_are_not_counted),
        T(test_verdicts_are_counted_by_level_and_stand_at_zero_before),
        T(test_after_a_failed_commit_the_lines_that_follow_are_counted),
        T(test_the_store_is_counted_by_state_over_all_workspaces),
        T(test_counting_takes_a_hundredth_of_the_time_at_most),
        T(test_a_store_that_fails_leaves_what_was_counted),
        T(test_the_newest_backup_is_told_by_its_name),
        T(test_what_the_process_uses_and_when_it_began),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
