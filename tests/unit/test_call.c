/* What every call shares: classes of failure, bounded retries, the memory between calls. */
#include "tests/unit/call_fixture.h"

#include "connectors/rest.h"

static const struct call_type bare = {"test", "bare", NULL};

static enum failure_class class_of(enum http_outcome outcome, int status, bool effect)
{
    struct http_reply reply = {.outcome = outcome, .status = status, .headers = "", .body = ""};
    struct failure failure;
    bool ok = call_check_reply(&reply, effect, &failure);
    assert_int_equal(ok, failure.class == FAILURE_NONE);
    assert_int_equal(failure.status, status);
    return failure.class;
}

static void test_statuses_have_their_class(void **state)
{
    (void)state;
    static const struct {
        int status;
        enum failure_class read, effect;
    } table[] = {
        {200, FAILURE_NONE, FAILURE_NONE},
        {204, FAILURE_NONE, FAILURE_NONE},
        {302, FAILURE_PERMANENT, FAILURE_PERMANENT},
        {400, FAILURE_INVALID, FAILURE_INVALID},
        {401, FAILURE_AUTH, FAILURE_AUTH},
        {403, FAILURE_PERMISSION, FAILURE_PERMISSION},
        {404, FAILURE_NOT_FOUND, FAILURE_NOT_FOUND},
        {408, FAILURE_TRANSIENT, FAILURE_TRANSIENT},
        {409, FAILURE_CONFLICT, FAILURE_CONFLICT},
        {422, FAILURE_INVALID, FAILURE_INVALID},
        {429, FAILURE_RATE_LIMITED, FAILURE_RATE_LIMITED},
        {500, FAILURE_TRANSIENT, FAILURE_AMBIGUOUS},
        {503, FAILURE_TRANSIENT, FAILURE_AMBIGUOUS},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_int_equal(class_of(HTTP_ANSWERED, table[i].status, false), table[i].read);
        assert_int_equal(class_of(HTTP_ANSWERED, table[i].status, true), table[i].effect);
    }
}

static void test_only_what_may_have_been_seen_is_ambiguous(void **state)
{
    (void)state;
    assert_int_equal(class_of(HTTP_NOT_SENT, 0, true), FAILURE_TRANSIENT);
    assert_int_equal(class_of(HTTP_TLS_REFUSED, 0, true), FAILURE_TRANSIENT);
    assert_int_equal(class_of(HTTP_SENT_UNKNOWN, 0, true), FAILURE_AMBIGUOUS);
    assert_int_equal(class_of(HTTP_SENT_UNKNOWN, 0, false), FAILURE_TRANSIENT);
    assert_int_equal(class_of(HTTP_TOO_LARGE, 200, true), FAILURE_AMBIGUOUS);
    assert_int_equal(class_of(HTTP_TOO_LARGE, 200, false), FAILURE_PERMANENT);
}

static void test_retry_after_is_kept(void **state)
{
    (void)state;
    struct http_reply reply = {
        .outcome = HTTP_ANSWERED, .status = 429, .headers = "retry-after: 7\n", .body = ""};
    struct failure failure;
    assert_false(call_check_reply(&reply, false, &failure));
    assert_int_equal(failure.retry_after_ms, 7000);
}

static void test_retries_are_bounded_and_wait_longer(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct call *call = call_new(&rig.env, &bare, sizeof *call);
    const struct failure transient = {.class = FAILURE_TRANSIENT};
    int64_t wait, ceiling = 500;
    for (unsigned attempt = 1; attempt < 4; attempt++, ceiling *= 2) {
        assert_int_equal(call->attempt, attempt);
        assert_true(call_may_retry(call, &transient, &wait));
        assert_in_range(wait, 0, ceiling);
    }
    assert_false(call_may_retry(call, &transient, &wait));
    rig_release(&rig);
}

/* splitmix64 */
static void drawn(struct world *world, void *bytes, size_t len)
{
    static uint64_t seed;
    (void)world;
    for (size_t i = 0; i < len; i++) {
        uint64_t z = seed += UINT64_C(0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
        ((unsigned char *)bytes)[i] = (unsigned char)(z >> 56);
    }
}

/* Many calls that failed together must not come back together. */
static void test_waits_are_drawn_from_the_whole_range(void **state)
{
    (void)state;
    static const struct world_ops ops = {.random = drawn};
    const struct failure transient = {.class = FAILURE_TRANSIENT};
    struct rig rig;
    rig_init(&rig);
    rig.world.ops = &ops;
    unsigned quarters[4] = {0};
    for (int i = 0; i < 400; i++) {
        int64_t wait;
        struct call *call = call_new(&rig.env, &bare, sizeof *call);
        assert_true(call_may_retry(call, &transient, &wait));
        assert_in_range(wait, 0, 500);
        quarters[wait < 500 ? wait / 125 : 3]++;
    }
    for (size_t i = 0; i < 4; i++)
        assert_true(quarters[i] > 40);
    rig_release(&rig);
}

static void test_only_passing_failures_are_tried_again(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct call *call = call_new(&rig.env, &bare, sizeof *call);
    int64_t wait;
    for (enum failure_class class = FAILURE_AUTH; class < FAILURE_CLASS_COUNT; class ++) {
        const struct failure failure = {.class = class};
        bool passing = class == FAILURE_TRANSIENT || class == FAILURE_RATE_LIMITED;
        call->attempt = 1;
        assert_int_equal(call_may_retry(call, &failure, &wait), passing);
    }
    const struct failure refused = {.class = FAILURE_TRANSIENT, .code = "tls_refused"};
    call->attempt = 1;
    assert_false(call_may_retry(call, &refused, &wait));
    rig_release(&rig);
}

static void test_retry_after_wins_but_not_over_the_deadline(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig.env.deadline = (struct mono){rig.world.mono.ms + 9000};
    struct call *call = call_new(&rig.env, &bare, sizeof *call);
    struct failure limited = {.class = FAILURE_RATE_LIMITED, .retry_after_ms = 8500};
    int64_t wait;
    assert_true(call_may_retry(call, &limited, &wait));
    assert_int_equal(wait, 8500);
    limited.retry_after_ms = 9000;
    assert_false(call_may_retry(call, &limited, &wait));
    rig_release(&rig);
}

static void test_failure_may_be_made_of_its_own_words(void **state)
{
    (void)state;
    struct rig rig;
    rig_init(&rig);
    struct call *call = call_new(&rig.env, &bare, sizeof *call);
    call_fail(call, FAILURE_INVALID, 400, "first", "the words");
    struct step step =
        call_fail(call, FAILURE_AUTH, 401, call->failure.code, "again: %s", call->failure.message);
    expect_failed(step, call, FAILURE_AUTH, "first");
    assert_string_equal(call->failure.message, "again: the words");
    rig_release(&rig);
}

/* ---- sessions ---- */

static void test_token_is_renewed_a_minute_before_its_end(void **state)
{
    (void)state;
    struct session session = {0};
    assert_false(session_has_token(&session, (struct mono){1}));
    session_set_token(&session, "secret", NULL, (struct mono){100000});
    assert_true(session_has_token(&session, (struct mono){39999}));
    assert_false(session_has_token(&session, (struct mono){40000}));
    session_set_token(&session, "secret", "https://a.example", (struct mono){0});
    assert_true(session_has_token(&session, (struct mono){INT64_MAX / 2}));
    session_drop_token(&session);
    assert_null(session.base_url);
}

static void test_one_call_fetches_the_token_for_all(void **state)
{
    (void)state;
    struct session session = {0};
    assert_true(session_begin_refresh(&session, (struct mono){1000}));
    assert_false(session_begin_refresh(&session, (struct mono){1001}));
    session_end_refresh(&session);
    assert_true(session_begin_refresh(&session, (struct mono){1002}));
    /* its owner is gone */
    assert_false(session_begin_refresh(&session, (struct mono){1001 + SESSION_REFRESH_MS}));
    assert_true(session_begin_refresh(&session, (struct mono){1002 + SESSION_REFRESH_MS}));
}

static void test_fields_are_known_only_after_describe(void **state)
{
    (void)state;
    struct sessions sessions = {0};
    struct field_set *set = &sessions.fields[SALESFORCE_OPPORTUNITY];
    static const char *const names[] = {"Name", "ContractId", "Id"};
    assert_false(field_set_has(set, "Id"));
    field_set_learn(set, names, 3);
    assert_true(field_set_has(set, "ContractId"));
    assert_false(field_set_has(set, "AgeInDays"));
    field_set_learn(set, names, 0);
    assert_true(set->known);
    assert_false(field_set_has(set, "Id"));
    sessions_release(&sessions);
}

static void test_health_counts_failures_in_a_row(void **state)
{
    (void)state;
    struct session session = {0};
    session_note_failure(&session, "down");
    session_note_failure(&session, "still down");
    assert_int_equal(session.failures, 2);
    assert_string_equal(session.last_error, "still down");
    session_note_ok(&session, (struct wall){7});
    assert_int_equal(session.failures, 0);
    assert_int_equal(session.last_ok.ms, 7);
}

/* ---- the border ---- */

static void test_addresses_must_be_https_or_our_own(void **state)
{
    (void)state;
    static const char *const good[] = {
        "https://my.salesforce.com", "HTTPS://a.example:8443/x", "http://127.0.0.1:8080/salesforce",
        "http://127.9.9.9",          "http://localhost:1",       "http://[::1]:80/"};
    static const char *const bad[] = {"http://my.salesforce.com",
                                      "http://127.0.0.1.evil.example",
                                      "http://localhost.evil.example",
                                      "http://127.0.0.1@evil.example/",
                                      "https://user@host.example",
                                      "https://",
                                      "https://a b.example",
                                      "ftp://a.example",
                                      "javascript:alert(1)",
                                      "https://a.example\\@b.example",
                                      "",
                                      "https://a.example\r\nX: y"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(rest_url_is_safe(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(rest_url_is_safe(bad[i]));
}

static void test_text_from_outside_is_one_masked_line(void **state)
{
    (void)state;
    struct failure failure = {0};
    rest_describe(&failure, "CODE\n1", "line\r\nof ana@corp.example \xC3");
    assert_string_equal(failure.code, "CODE 1");
    assert_null(strchr(failure.message, '\n'));
    assert_null(strstr(failure.message, "ana@corp.example"));
    assert_null(strchr(failure.message, '\xC3'));
}

static void test_room_grows_and_keeps_what_is_there(void **state)
{
    (void)state;
    struct arena arena = {0};
    int *items = NULL;
    for (int i = 0; i < 1000; i++) {
        items = rest_room(&arena, items, (size_t)i, sizeof *items);
        items[i] = i;
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statuses_have_their_class),
        cmocka_unit_test(test_only_what_may_have_been_seen_is_ambiguous),
        cmocka_unit_test(test_retry_after_is_kept),
        cmocka_unit_test(test_retries_are_bounded_and_wait_longer),
        cmocka_unit_test(test_waits_are_drawn_from_the_whole_range),
        cmocka_unit_test(test_only_passing_failures_are_tried_again),
        cmocka_unit_test(test_retry_after_wins_but_not_over_the_deadline),
        cmocka_unit_test(test_failure_may_be_made_of_its_own_words),
        cmocka_unit_test(test_token_is_renewed_a_minute_before_its_end),
        cmocka_unit_test(test_one_call_fetches_the_token_for_all),
        cmocka_unit_test(test_fields_are_known_only_after_describe),
        cmocka_unit_test(test_health_counts_failures_in_a_row),
        cmocka_unit_test(test_addresses_must_be_https_or_our_own),
        cmocka_unit_test(test_text_from_outside_is_one_masked_line),
        cmocka_unit_test(test_room_grows_and_keeps_what_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
