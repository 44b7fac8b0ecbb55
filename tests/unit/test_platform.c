/* Provisioning: the organisation is put once in effect, however often it is asked for. */
#include "connectors/platform.h"

#include "tests/unit/call_fixture.h"

#define MADE "{\"id\":\"org_1\",\"external_id\":\"001A/ü\",\"name\":\"ACME \\\"1\\\"\"}"

static struct organization_put *put(struct rig *rig)
{
    return platform_put_organization(&rig->env, "001A/ü", "ACME \"1\"");
}

static void test_the_organisation_is_put_under_its_own_key(void **state)
{
    struct rig *rig = *state;
    struct organization_put *organization = put(rig);
    struct call *call = &organization->call;
    expect_request(start(call), call, "https://platform.example/v1/organizations/001A%2F%C3%BC");
    assert_int_equal(call->request.method, HTTP_PUT);
    assert_string_equal(header_of(call, "Authorization"), "Bearer p-token");
    assert_string_equal(header_of(call, "Idempotency-Key"), "001A/ü");
    assert_string_equal(call->request.body,
                        "{\"name\":\"ACME \\\"1\\\"\",\"external_id\":\"001A/ü\"}");
    assert_int_equal(answer(call, 201, MADE).kind, STEP_DONE);
    assert_string_equal(organization->organization_id, "org_1");
}

static void test_a_lost_answer_is_asked_for_again_with_the_same_key(void **state)
{
    struct rig *rig = *state;
    struct organization_put *organization = put(rig);
    struct call *call = &organization->call;
    start(call);
    assert_int_equal(lose(call, HTTP_SENT_UNKNOWN).kind, STEP_WAIT);
    assert_int_equal(start(call).kind, STEP_REQUEST);
    assert_string_equal(header_of(call, "Idempotency-Key"), "001A/ü");
    assert_int_equal(answer(call, 500, "").kind, STEP_WAIT);
    start(call);
    assert_int_equal(answer(call, 200, "<html>").kind, STEP_WAIT);
    start(call);
    assert_int_equal(answer(call, 200, MADE).kind, STEP_DONE);
    assert_string_equal(organization->organization_id, "org_1");
}

static void test_retries_end(void **state)
{
    struct rig *rig = *state;
    struct call *call = &put(rig)->call;
    struct step step = start(call);
    int attempts = 0;
    for (; step.kind == STEP_REQUEST && attempts < 100; attempts++)
        if (answer(call, 503, "").kind == STEP_WAIT)
            step = start(call);
        else
            step = (struct step){.kind = STEP_FAILED};
    assert_int_equal(attempts, 4);
    expect_failed(step, call, FAILURE_TRANSIENT, "http_503");
    assert_int_equal(rig->sessions.systems[SYSTEM_PLATFORM].failures, 1);
}

static void test_a_refusal_is_told_in_the_platforms_words_and_not_repeated(void **state)
{
    struct rig *rig = *state;
    struct organization_put *organization = put(rig);
    start(&organization->call);
    expect_failed(
        answer(&organization->call, 409, "{\"code\":\"name_taken\",\"message\":\"taken\"}"),
        &organization->call, FAILURE_CONFLICT, "name_taken");
    assert_string_equal(organization->call.failure.message, "taken");
    assert_null(organization->organization_id);
}

static void test_a_refusal_that_means_harm_is_one_clean_line_without_secrets(void **state)
{
    struct rig *rig = *state;
    struct organization_put *organization = put(rig);
    struct failure *failure = &organization->call.failure;
    start(&organization->call);
    answer(&organization->call, 409,
           "{\"code\":\"taken\\u001b[2J\",\"message\":\"by\\nana@corp.example Bearer "
           "abc123\\u001b]0;\"}");
    assert_string_equal(failure->code, "taken [2J");
    assert_string_equal(failure->message, "by [mail] Bearer *** ]0;");
}

static void test_a_refusal_without_words_keeps_those_of_its_status(void **state)
{
    struct rig *rig = *state;
    struct organization_put *organization = put(rig);
    start(&organization->call);
    expect_failed(answer(&organization->call, 403, "{\"error\":\"no\"}"), &organization->call,
                  FAILURE_PERMISSION, "no");
    assert_true(organization->call.failure.message[0]);
}

static void test_an_answer_about_another_organisation_is_refused(void **state)
{
    struct rig *rig = *state;
    struct organization_put *organization = put(rig);
    start(&organization->call);
    expect_failed(answer(&organization->call, 200, "{\"id\":\"org_2\",\"external_id\":\"001B\"}"),
                  &organization->call, FAILURE_PERMANENT, "other_organization");
    assert_null(organization->organization_id);
}

static void expect_probe(struct rig *rig, int status, enum step_kind kind)
{
    struct call *call = platform_probe(&rig->env);
    expect_request(start(call), call, "https://platform.example/v1/organizations/usher-check");
    assert_int_equal(call->request.method, HTTP_GET);
    assert_int_equal(answer(call, status, "").kind, kind);
}

static void test_the_check_tells_a_wrong_token_from_an_unknown_organisation(void **state)
{
    struct rig *rig = *state;
    expect_probe(rig, 200, STEP_DONE);
    expect_probe(rig, 404, STEP_DONE);
    expect_probe(rig, 405, STEP_DONE);
    expect_probe(rig, 401, STEP_FAILED);
    expect_probe(rig, 500, STEP_FAILED);
}

static int setup(void **state)
{
    static struct rig rig;
    rig_init(&rig);
    rig.config.platform.base_url = "https://platform.example/v1/";
    rig.config.platform.token = "p-token";
    *state = &rig;
    return 0;
}

static int teardown(void **state)
{
    rig_release(*state);
    return 0;
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_the_organisation_is_put_under_its_own_key),
        T(test_a_lost_answer_is_asked_for_again_with_the_same_key),
        T(test_retries_end),
        T(test_a_refusal_is_told_in_the_platforms_words_and_not_repeated),
        T(test_a_refusal_that_means_harm_is_one_clean_line_without_secrets),
        T(test_a_refusal_without_words_keeps_those_of_its_status),
        T(test_an_answer_about_another_organisation_is_refused),
        T(test_the_check_tells_a_wrong_token_from_an_unknown_organisation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
