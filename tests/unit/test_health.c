/* /healthz, /readyz, /metrics: what each says, and when a process is not ready. */
#include "bot/health.h"

#include "tests/unit/store.h"

static struct http_in_answer ask(struct store *store, struct health health, const char *method,
                                 const char *path)
{
    struct metrics *metrics = metrics_new();
    struct http_in_answer answer = {0};
    health.metrics = metrics;
    health.db = store->db;
    metrics_set(metrics, METRIC_CONNECTIONS, "", health.connections);
    health_answer(&health, &(struct http_in_request){.method = method, .path = path}, &store->arena,
                  &answer);
    metrics_free(metrics);
    return answer;
}

static void assert_body(const struct http_in_answer *answer, const char *text)
{
    char *body = strndup(answer->body, answer->body_len);
    if (!body || !strstr(body, text))
        fail_msg("\"%s\" is not in: %s", text, body);
    free(body);
}

static void test_a_process_that_turns_is_alive(void **state)
{
    struct http_in_answer answer = ask(*state, (struct health){0}, "GET", "/healthz");
    assert_int_equal(answer.status, 200);
}

static void test_ready_needs_store_token_and_a_connection(void **state)
{
    const struct {
        struct health health;
        int status;
        const char *words;
    } cases[] = {
        {{.connections = 1, .identified = true}, 200, "\"slack_connections\":1"},
        {{.connections = 0, .identified = true}, 503, "\"slack_connections\":0"},
        {{.mode = SLACK_MODE_HTTP, .identified = true}, 200, "\"slack_mode\":\"http\""},
        {{.connections = 2}, 503, "\"slack_token\":false"},
        {{.connections = 2, .identified = true, .draining = true}, 503, "\"draining\":true"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_in_answer answer = ask(*state, cases[i].health, "GET", "/readyz");
        assert_int_equal(answer.status, cases[i].status);
        assert_body(&answer, cases[i].words);
        assert_string_equal(answer.content_type, cases[i].status == 200
                                                     ? "application/json"
                                                     : "application/problem+json");
    }
}

static void test_a_store_that_fails_is_not_ready(void **state)
{
    struct store *store = *state;
    struct err err;
    assert_false(db_execute(store->db, "no such statement", &err));
    struct http_in_answer answer =
        ask(store, (struct health){.connections = 1, .identified = true}, "GET", "/readyz");
    assert_int_equal(answer.status, 503);
    assert_body(&answer, "\"store\":false");
    db_rollback(store->db);
}

static void test_metrics_come_in_their_own_type(void **state)
{
    struct http_in_answer answer =
        ask(*state, (struct health){.connections = 2}, "GET", "/metrics");
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.content_type, "text/plain; version=0.0.4; charset=utf-8");
    assert_body(&answer, "usher_slack_connections 2\n");
}

static void test_other_paths_and_methods_are_refused(void **state)
{
    assert_int_equal(ask(*state, (struct health){0}, "GET", "/admin").status, 404);
    assert_int_equal(ask(*state, (struct health){0}, "GET", "/metrics/../etc").status, 404);
    assert_int_equal(ask(*state, (struct health){0}, "POST", "/metrics").status, 405);
    assert_int_equal(ask(*state, (struct health){0}, "HEAD", "/healthz").status, 200);
}

#define T(test) cmocka_unit_test_setup_teardown(test, store_setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_a_process_that_turns_is_alive),
        T(test_ready_needs_store_token_and_a_connection),
        T(test_a_store_that_fails_is_not_ready),
        T(test_metrics_come_in_their_own_type),
        T(test_other_paths_and_methods_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
