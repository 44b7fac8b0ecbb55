/* The memory between calls: the circuit that leaves a silent system alone, and a session in
 * writing.
 */
#include "tests/unit/call_fixture.h"

#include "connectors/salesforce.h"

#define BASE "https://corp.my.salesforce.com"

enum { MINUTE_MS = 60 * 1000 };

static const struct failure silence = {
    .class = FAILURE_TRANSIENT, .status = 503, .code = "http_503"};
static const struct failure well = {.class = FAILURE_NONE};

static int setup(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    if (!rig)
        abort();
    rig_init(rig);
    rig->config.fetch.breaker_failures = 5;
    rig->config.fetch.breaker_s = 60;
    rig->config.salesforce.login_url = BASE;
    rig->config.salesforce.api_version = "v62.0";
    *state = rig;
    return 0;
}

static int teardown(void **state)
{
    rig_release(*state);
    free(*state);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static struct session *salesforce(struct rig *rig)
{
    return &rig->sessions.systems[SYSTEM_SALESFORCE];
}

static bool may_ask(struct rig *rig)
{
    return session_may_ask(salesforce(rig), rig->world.mono, &rig->config);
}

static void learn(struct rig *rig, const struct failure *failure, unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        session_learn(salesforce(rig), failure, &rig->world, &rig->config);
}

static void pass(struct rig *rig, int64_t ms)
{
    rig->world.mono.ms += ms;
    rig->world.now.ms += ms;
}

static void expect_circuit(struct rig *rig, enum circuit_state wanted)
{
    assert_string_equal(circuit_state_name(session_circuit(salesforce(rig), rig->world.mono)),
                        circuit_state_name(wanted));
}

/* ---- the circuit ---- */

static void test_five_failures_in_a_row_open_it_for_a_minute(void **state)
{
    struct rig *rig = *state;
    learn(rig, &silence, 4);
    assert_true(may_ask(rig));
    expect_circuit(rig, CIRCUIT_CLOSED);
    learn(rig, &silence, 1);
    expect_circuit(rig, CIRCUIT_OPEN);
    assert_int_equal(salesforce(rig)->circuit.opened_at.ms, rig->world.now.ms);
    assert_false(may_ask(rig));
    pass(rig, MINUTE_MS - 1);
    assert_false(may_ask(rig));
    expect_circuit(rig, CIRCUIT_OPEN);
}

static void test_after_a_minute_exactly_one_call_finds_out(void **state)
{
    struct rig *rig = *state;
    learn(rig, &silence, 5);
    pass(rig, MINUTE_MS);
    expect_circuit(rig, CIRCUIT_HALF_OPEN);
    assert_true(may_ask(rig));
    assert_false(may_ask(rig));
    pass(rig, MINUTE_MS - 1);
    assert_false(may_ask(rig));
    expect_circuit(rig, CIRCUIT_HALF_OPEN);
}

static void test_its_success_closes_and_counts_anew(void **state)
{
    struct rig *rig = *state;
    learn(rig, &silence, 5);
    pass(rig, MINUTE_MS);
    assert_true(may_ask(rig));
    learn(rig, &well, 1);
    expect_circuit(rig, CIRCUIT_CLOSED);
    learn(rig, &silence, 4);
    assert_true(may_ask(rig));
}

static void test_its_failure_opens_for_another_minute(void **state)
{
    struct rig *rig = *state;
    struct wall opened = rig->world.now;
    learn(rig, &silence, 5);
    pass(rig, MINUTE_MS);
    assert_true(may_ask(rig));
    pass(rig, 7000);
    learn(rig, &silence, 1);
    expect_circuit(rig, CIRCUIT_OPEN);
    pass(rig, MINUTE_MS - 1);
    assert_false(may_ask(rig));
    pass(rig, 1);
    assert_true(may_ask(rig));
    assert_int_equal(salesforce(rig)->circuit.opened_at.ms, opened.ms); /* one outage */
}

static void test_calls_that_were_under_way_do_not_keep_it_open_longer(void **state)
{
    struct rig *rig = *state;
    learn(rig, &silence, 5);
    pass(rig, 30000);
    learn(rig, &silence, 3);
    pass(rig, 30000);
    assert_true(may_ask(rig));
}

static void test_one_of_them_that_is_answered_closes_it(void **state)
{
    struct rig *rig = *state;
    learn(rig, &silence, 5);
    learn(rig, &well, 1);
    assert_true(may_ask(rig));
    assert_true(may_ask(rig));
}

static void test_a_finding_out_that_never_ends_is_taken_over(void **state)
{
    struct rig *rig = *state;
    learn(rig, &silence, 5);
    pass(rig, MINUTE_MS);
    assert_true(may_ask(rig));
    pass(rig, MINUTE_MS);
    assert_true(may_ask(rig));
    assert_false(may_ask(rig));
}

/* What a failure does to a count of four: adds to it, begins it anew, or leaves it. */
static void test_only_silence_counts_and_a_refusal_is_an_answer(void **state)
{
    struct rig *rig = *state;
    static const struct {
        struct failure failure;
        unsigned after;
    } table[] = {
        {{.class = FAILURE_TRANSIENT, .code = "no_answer"}, 5},
        {{.class = FAILURE_TRANSIENT, .code = "tls_refused"}, 5},
        {{.class = FAILURE_TRANSIENT, .status = 200, .code = "bad_reply"}, 5},
        {{.class = FAILURE_RATE_LIMITED, .status = 429}, 5},
        {{.class = FAILURE_AUTH, .status = 401}, 0},
        {{.class = FAILURE_PERMISSION, .status = 403}, 0},
        {{.class = FAILURE_NOT_FOUND, .status = 404}, 0},
        {{.class = FAILURE_INVALID, .status = 400}, 0},
        {{.class = FAILURE_QUOTA, .status = 403}, 0},
        {{.class = FAILURE_PERMANENT, .status = 200}, 0},
        {{.class = FAILURE_NONE}, 0},
        {{.class = FAILURE_AUTH, .code = "configuration"}, 4},
        {{.class = FAILURE_TRANSIENT, .code = "cancelled"}, 4},
        {{.class = FAILURE_TRANSIENT, .code = "held_back"}, 4},
        {{.class = FAILURE_TRANSIENT, .code = "deadline"}, 4},
    };
    rig->config.fetch.breaker_failures = 100;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        salesforce(rig)->circuit = (struct circuit){0};
        learn(rig, &silence, 4);
        learn(rig, &table[i].failure, 1);
        if (salesforce(rig)->circuit.failures != table[i].after)
            fail_msg("%s %s: %u failures", failure_class_name(table[i].failure.class),
                     table[i].failure.code, salesforce(rig)->circuit.failures);
    }
}

static void test_it_can_be_switched_off(void **state)
{
    struct rig *rig = *state;
    rig->config.fetch.breaker_failures = 0;
    learn(rig, &silence, 1000);
    assert_true(may_ask(rig));
}

/* ---- calls that meet it ---- */

static void test_a_call_of_a_system_left_alone_ends_at_once_and_says_until_when(void **state)
{
    struct rig *rig = *state;
    session_set_token(salesforce(rig), "00D!tok", BASE, (struct mono){0});
    for (unsigned i = 0; i < 5; i++) {
        struct call *call = salesforce_probe(&rig->env);
        rig->config.fetch.attempts = 1;
        assert_int_equal(start(call).kind, STEP_REQUEST);
        expect_failed(answer(call, 503, "busy"), call, FAILURE_TRANSIENT, "http_503");
    }
    pass(rig, 2000);
    struct call *call = salesforce_probe(&rig->env);
    expect_failed(start(call), call, FAILURE_TRANSIENT, "circuit_open");
    assert_string_equal(call->failure.message,
                        "not asked: no usable answer since 2026-04-20 12:00:00 UTC, next try at "
                        "12:01:00 UTC (answered with status 503)");
    assert_int_equal(call->failure.retry_after_ms, MINUTE_MS - 2000);
    assert_int_equal(salesforce(rig)->failures, 5);
    assert_string_equal(salesforce(rig)->last_error, "answered with status 503");
}

static void test_of_several_calls_one_finds_out_and_the_rest_follow_its_answer(void **state)
{
    struct rig *rig = *state;
    session_set_token(salesforce(rig), "00D!tok", BASE, (struct mono){0});
    learn(rig, &silence, 5);
    pass(rig, MINUTE_MS);
    struct call *first = salesforce_probe(&rig->env), *second = salesforce_probe(&rig->env);
    assert_int_equal(start(first).kind, STEP_REQUEST);
    expect_failed(start(second), second, FAILURE_TRANSIENT, "circuit_open");
    assert_int_equal(answer(first, 200, "{\"records\":[]}").kind, STEP_DONE);
    struct call *third = salesforce_probe(&rig->env);
    assert_int_equal(start(third).kind, STEP_REQUEST);
    expect_circuit(rig, CIRCUIT_CLOSED);
}

/* ---- a session in writing ---- */

static void write_session(struct rig *rig, struct buf *out)
{
    assert_true(session_write(salesforce(rig), &rig->world, out));
}

static void test_a_token_comes_back_with_its_address_and_its_end(void **state)
{
    struct rig *rig = *state;
    struct session back = {0};
    struct buf text;
    session_set_token(salesforce(rig), "00D!tok", BASE,
                      (struct mono){rig->world.mono.ms + 10 * MINUTE_MS});
    write_session(rig, &text);
    pass(rig, 4 * MINUTE_MS);
    struct world other = rig->world; /* another process: its clock began elsewhere */
    other.mono.ms = 17;
    assert_true(session_read(&back, &other, buf_cstr(&text)));
    assert_string_equal(back.token, "00D!tok");
    assert_string_equal(back.base_url, BASE);
    assert_int_equal(back.expires.ms, 17 + 6 * MINUTE_MS);
    assert_false(back.changed);
    session_drop_token(&back);
    session_wipe(&text);
}

static void test_a_token_without_an_end_has_none_when_it_comes_back(void **state)
{
    struct rig *rig = *state;
    struct session back = {.changed = true};
    struct buf text;
    session_set_token(salesforce(rig), "ns-tok", NULL, (struct mono){0});
    write_session(rig, &text);
    pass(rig, INT64_C(1000) * MINUTE_MS);
    assert_true(session_read(&back, &rig->world, buf_cstr(&text)));
    assert_int_equal(back.expires.ms, 0);
    assert_null(back.base_url);
    assert_true(back.changed);
    session_drop_token(&back);
    session_wipe(&text);
}

static void test_a_token_about_to_end_does_not_come_back(void **state)
{
    struct rig *rig = *state;
    struct session back = {0};
    struct buf text;
    session_set_token(salesforce(rig), "00D!tok", BASE,
                      (struct mono){rig->world.mono.ms + 10 * MINUTE_MS});
    write_session(rig, &text);
    pass(rig, 9 * MINUTE_MS);
    assert_false(session_read(&back, &rig->world, buf_cstr(&text)));
    assert_null(back.token);
    session_wipe(&text);
}

static void test_on_a_scaled_clock_a_token_lives_as_long(void **state)
{
    struct rig *rig = *state;
    struct session back = {0};
    struct buf text;
    rig->world.speed = 8640;
    session_set_token(salesforce(rig), "00D!tok", BASE,
                      (struct mono){rig->world.mono.ms + 10 * MINUTE_MS});
    write_session(rig, &text);
    rig->world.now.ms += INT64_C(8640) * 4 * MINUTE_MS;
    rig->world.mono.ms = 0;
    assert_true(session_read(&back, &rig->world, buf_cstr(&text)));
    assert_int_equal(back.expires.ms, 6 * MINUTE_MS);
    session_drop_token(&back);
    session_wipe(&text);
}

static void test_what_was_never_written_is_not_read(void **state)
{
    struct rig *rig = *state;
    static const char *const texts[] = {"",         "1",         "1\n",        "1\n0\n",
                                        "1\n0\n\n", "2\n0\n\nt", "11\n0\n\nt", "token"};
    struct session back = {0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_false(session_read(&back, &rig->world, texts[i]));
    assert_null(back.token);
}

static void test_nothing_is_written_without_a_token_or_of_one_too_long(void **state)
{
    struct rig *rig = *state;
    struct buf text = {0};
    assert_false(session_write(salesforce(rig), &rig->world, &text));
    char *token = malloc(SESSION_TEXT_BYTES + 1);
    assert_non_null(token);
    memset(token, 't', SESSION_TEXT_BYTES);
    token[SESSION_TEXT_BYTES] = '\0';
    session_set_token(salesforce(rig), token, NULL, (struct mono){0});
    assert_false(session_write(salesforce(rig), &rig->world, &text));
    session_wipe(&text);
    free(token);
}

static void test_taking_and_dropping_a_token_is_a_change(void **state)
{
    struct rig *rig = *state;
    struct session *session = salesforce(rig);
    session_drop_token(session);
    assert_false(session->changed); /* there was none */
    session_set_token(session, "00D!tok", BASE, (struct mono){0});
    assert_true(session->changed);
    session->changed = false;
    session_drop_token(session);
    assert_true(session->changed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_five_failures_in_a_row_open_it_for_a_minute),
        TEST(test_after_a_minute_exactly_one_call_finds_out),
        TEST(test_its_success_closes_and_counts_anew),
        TEST(test_its_failure_opens_for_another_minute),
        TEST(test_calls_that_were_under_way_do_not_keep_it_open_longer),
        TEST(test_one_of_them_that_is_answered_closes_it),
        TEST(test_a_finding_out_that_never_ends_is_taken_over),
        TEST(test_only_silence_counts_and_a_refusal_is_an_answer),
        TEST(test_it_can_be_switched_off),
        TEST(test_a_call_of_a_system_left_alone_ends_at_once_and_says_until_when),
        TEST(test_of_several_calls_one_finds_out_and_the_rest_follow_its_answer),
        TEST(test_a_token_comes_back_with_its_address_and_its_end),
        TEST(test_a_token_without_an_end_has_none_when_it_comes_back),
        TEST(test_a_token_about_to_end_does_not_come_back),
        TEST(test_on_a_scaled_clock_a_token_lives_as_long),
        TEST(test_what_was_never_written_is_not_read),
        TEST(test_nothing_is_written_without_a_token_or_of_one_too_long),
        TEST(test_taking_and_dropping_a_token_is_a_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
