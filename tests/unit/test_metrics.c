/* Metrics in Prometheus' text form. */
#include "bot/metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void assert_written(const struct metrics *metrics, const char *text)
{
    struct buf out = {0};
    metrics_write(metrics, &out);
    if (!strstr(buf_cstr(&out), text))
        fail_msg("\"%s\" is not in:\n%s", text, buf_cstr(&out));
    buf_release(&out);
}

static void test_counters_add_up_by_labels(void **state)
{
    (void)state;
    struct metrics *metrics = metrics_new();
    metrics_add(metrics, METRIC_ENVELOPES, "type=\"hello\"", 2);
    metrics_add(metrics, METRIC_ENVELOPES, "type=\"hello\"", 1);
    metrics_add(metrics, METRIC_ENVELOPES, "type=\"other\"", 5);
    assert_int_equal(metrics_get(metrics, METRIC_ENVELOPES, "type=\"hello\""), 3);
    assert_written(metrics, "# TYPE usher_envelopes_total counter\n"
                            "usher_envelopes_total{type=\"hello\"} 3\n"
                            "usher_envelopes_total{type=\"other\"} 5\n");
    metrics_free(metrics);
}

static void test_milliseconds_are_written_as_seconds(void **state)
{
    (void)state;
    struct metrics *metrics = metrics_new();
    metrics_add(metrics, METRIC_GAP, "", 12345);
    metrics_set(metrics, METRIC_JOB_LAG, "", 7);
    assert_written(metrics, "usher_slack_gap_seconds_total 12.345000\n");
    assert_written(metrics, "# TYPE usher_job_lag_seconds gauge\nusher_job_lag_seconds 0.007000\n");
    metrics_free(metrics);
}

static void test_a_histogram_is_cumulative_and_ends_with_infinity(void **state)
{
    (void)state;
    struct metrics *metrics = metrics_new();
    metrics_observe_us(metrics, METRIC_COMMIT, "", 100);
    metrics_observe_us(metrics, METRIC_COMMIT, "", 101);
    metrics_observe_us(metrics, METRIC_COMMIT, "", 99000000);
    assert_written(metrics, "usher_commit_seconds_bucket{le=\"0.000100\"} 1\n"
                            "usher_commit_seconds_bucket{le=\"0.000250\"} 2\n");
    assert_written(metrics, "usher_commit_seconds_bucket{le=\"30.000000\"} 2\n"
                            "usher_commit_seconds_bucket{le=\"+Inf\"} 3\n"
                            "usher_commit_seconds_sum 99.000201\n"
                            "usher_commit_seconds_count 3\n");
    metrics_free(metrics);
}

static void test_of_what_never_happened_only_what_is_nothing_then_is_written(void **state)
{
    (void)state;
    struct metrics *metrics = metrics_new();
    struct buf out = {0};
    metrics_write(metrics, &out);
    assert_non_null(strstr(buf_cstr(&out), "\nusher_commit_failures_total 0\n"));
    assert_non_null(strstr(buf_cstr(&out), "\nusher_slack_gap_seconds_total 0.000000\n"));
    /* missing where none is wanted: bot_new sets it in Socket Mode */
    assert_null(strstr(buf_cstr(&out), "usher_slack_connections"));
    assert_null(strstr(buf_cstr(&out), "usher_calls_total"));
    assert_null(strstr(buf_cstr(&out), "usher_circuit"));
    buf_release(&out);
    metrics_free(metrics);
}

static void test_labels_without_end_run_into_one_series(void **state)
{
    (void)state;
    struct metrics *metrics = metrics_new();
    char labels[32];
    for (int i = 0; i < 1000; i++) {
        snprintf(labels, sizeof labels, "type=\"%d\"", i);
        metrics_add(metrics, METRIC_ENVELOPES, labels, 1);
    }
    assert_int_equal(metrics_get(metrics, METRIC_ENVELOPES, "type=\"255\""), 1);
    assert_int_equal(metrics_get(metrics, METRIC_ENVELOPES, "type=\"256\""), 0);
    assert_int_equal(metrics_get(metrics, METRIC_ENVELOPES, "overflow=\"true\""), 744);
    metrics_free(metrics);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counters_add_up_by_labels),
        cmocka_unit_test(test_milliseconds_are_written_as_seconds),
        cmocka_unit_test(test_a_histogram_is_cumulative_and_ends_with_infinity),
        cmocka_unit_test(test_of_what_never_happened_only_what_is_nothing_then_is_written),
        cmocka_unit_test(test_labels_without_end_run_into_one_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
