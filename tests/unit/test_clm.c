/* Ironclad: records become contracts; pages, retries, refusals. The other kinds of CLM have files
 * of their own. */
#include "connectors/clm.h"

#include "tests/unit/call_fixture.h"

#define RECORD                                                                                     \
    "{\"id\":\"rec-101\",\"ironcladId\":\"IC-101\",\"name\":\"ACME MSA\",\"properties\":{"         \
    "\"status\":{\"type\":\"string\",\"value\":\"Executed\"},"                                     \
    "\"salesforceContractId\":{\"type\":\"string\",\"value\":\"800A\"},"                           \
    "\"contractValue\":{\"type\":\"monetaryAmount\",\"value\":{\"amount\":150000.10,\"currency\":" \
    "\"USD\"}},"                                                                                   \
    "\"effectiveDate\":{\"type\":\"date\",\"value\":\"2026-04-01\"},"                              \
    "\"expirationDate\":{\"type\":\"date\",\"value\":\"2026-12-31T00:00:00Z\"},"                   \
    "\"coveredAccounts\":{\"type\":\"list\",\"value\":[\"001A\",\"001B\"]},"                       \
    "\"pendingSignatories\":{\"type\":\"list\",\"value\":[{\"name\":\"Pat\"}]},"                   \
    "\"billingSchedule\":{\"type\":\"string\",\"value\":\"annual\"}}}"
#define PAGE(list) "{\"page\":0,\"pageSize\":100,\"count\":1,\"list\":[" list "]}"
#define EMPTY      "{\"page\":0,\"pageSize\":100,\"count\":0,\"list\":[]}"

static struct facts facts;

static struct call *fetch(struct rig *rig, const char *ids)
{
    facts = (struct facts){0};
    return clm_fetch(&rig->env, &(struct clm_asked){.account_id = "001A", .contract_ids = ids},
                     &facts);
}

static void test_a_record_becomes_a_contract(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A");
    expect_request(start(call), call,
                   "https://clm.example/public/api/v1/records?page=0&pageSize=100"
                   "&filter=Equals%28%5BsalesforceContractId%5D%2C%27800A%27%29");
    assert_string_equal(header_of(call, "Authorization"), "Bearer clm-token");
    rig->world.mono.ms += 40;
    assert_int_equal(answer(call, 200, PAGE(RECORD)).kind, STEP_DONE);
    assert_int_equal(facts.contract_count, 1);
    const struct contract *contract = &facts.contracts[0];
    assert_string_equal(contract->id, "IC-101");
    assert_string_equal(contract->name, "ACME MSA");
    assert_string_equal(contract->sf_contract_id, "800A");
    assert_int_equal(contract->status, CONTRACT_EXECUTED);
    assert_string_equal(contract->status_text, "Executed");
    assert_int_equal(contract->value.minor, 15000010);
    assert_string_equal(contract->value.currency, "USD");
    assert_int_equal(contract->effective.day, civil_of(2026, 4, 1).day);
    assert_int_equal(contract->expires.day, civil_of(2026, 12, 31).day);
    assert_false(civil_is_known(contract->signed_at));
    assert_int_equal(contract->covers_count, 2);
    assert_string_equal(contract->covers[1], "001B");
    assert_true(contract->covers_known);
    assert_string_equal(contract->pending[0], "Pat");
    assert_string_equal(contract->billing_schedule, "annual");
}

static void test_the_base_url_may_name_the_apis_root(void **state)
{
    struct rig *rig = *state;
    rig->config.clm.base_url = "https://clm.example/public/api/v1/";
    struct call *call = clm_probe(&rig->env);
    expect_request(start(call), call,
                   "https://clm.example/public/api/v1/records?page=0&pageSize=1");
}

static void test_the_source_tells_when_and_how_long(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A");
    start(call);
    rig->world.mono.ms += 40;
    rig->world.now.ms += 40;
    answer(call, 200, EMPTY);
    assert_true(facts.sources[SOURCE_CLM].ok);
    assert_int_equal(facts.sources[SOURCE_CLM].elapsed_ms, 40);
    assert_int_equal(facts.sources[SOURCE_CLM].fetched_at.ms, rig->world.now.ms);
    assert_int_equal(facts.contract_count, 0);
}

static void test_no_contracts_means_no_question(void **state)
{
    struct rig *rig = *state;
    static const char *const none[] = {"", NULL, " , "};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(start(fetch(rig, none[i])).kind, STEP_DONE);
        assert_true(facts.sources[SOURCE_CLM].ok);
    }
}

static void test_each_contract_is_asked_for_once(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A, 800B,800A");
    start(call);
    assert_int_equal(answer(call, 200, PAGE(RECORD)).kind, STEP_REQUEST);
    assert_non_null(strstr(call->request.url, "%27800B%27"));
    assert_int_equal(answer(call, 200, EMPTY).kind, STEP_DONE);
    assert_int_equal(facts.contract_count, 1);
}

static void test_fifteen_and_eighteen_characters_are_one_id(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A00000000001AAQ,800A00000000001");
    start(call);
    const char *record = PAGE("{\"ironcladId\":\"IC-1\",\"properties\":{\"salesforceContractId\":"
                              "{\"value\":\"800A00000000001\"}}}");
    assert_int_equal(answer(call, 200, record).kind, STEP_DONE);
    assert_int_equal(facts.contract_count, 1);
    assert_string_equal(facts.contracts[0].sf_contract_id, "800A00000000001AAQ");
    assert_int_equal(facts.contracts[0].status, CONTRACT_UNKNOWN);
    assert_false(facts.contracts[0].value.known);
}

static void test_records_of_other_contracts_are_left_out(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800Z");
    start(call);
    assert_int_equal(answer(call, 200, PAGE(RECORD)).kind, STEP_DONE);
    assert_int_equal(facts.contract_count, 0);
}

static void test_an_id_that_could_end_the_filter_is_refused(void **state)
{
    struct rig *rig = *state;
    static const char *const bad[] = {"800A')", "8\"", "a b", "a/../b", "é"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct call *call = fetch(rig, bad[i]);
        expect_failed(start(call), call, FAILURE_INVALID, "bad_contract_id");
        assert_false(facts.sources[SOURCE_CLM].ok);
    }
}

static const char *page_of(struct rig *rig, int first, int count, int total)
{
    struct buf body = {0};
    buf_fmt(&body, "{\"pageSize\":100,\"count\":%d,\"list\":[", total);
    for (int i = 0; i < count; i++)
        buf_fmt(&body,
                "%s{\"ironcladId\":\"IC-%d\",\"properties\":{\"salesforceContractId\":"
                "{\"value\":\"800A\"}}}",
                i ? "," : "", first + i);
    buf_str(&body, "]}");
    const char *out = arena_str(&rig->arena, buf_cstr(&body));
    buf_release(&body);
    return out;
}

static void test_all_pages_are_read_and_a_record_that_moved_counts_once(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A");
    start(call);
    assert_int_equal(answer(call, 200, page_of(rig, 0, 100, 130)).kind, STEP_REQUEST);
    assert_non_null(strstr(call->request.url, "page=1&"));
    assert_int_equal(answer(call, 200, page_of(rig, 99, 30, 130)).kind, STEP_DONE);
    assert_int_equal(facts.contract_count, 129);
}

static void test_half_a_page_is_asked_for_again_and_never_believed(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A");
    struct step step = start(call);
    for (int attempt = 1; attempt < 4; attempt++) {
        assert_int_equal(answer(call, 200, page_of(rig, 0, 1, 2)).kind, STEP_WAIT);
        step = start(call);
        assert_int_equal(step.kind, STEP_REQUEST);
    }
    expect_failed(answer(call, 200, page_of(rig, 0, 1, 2)), call, FAILURE_TRANSIENT, "cut_page");
    assert_int_equal(facts.contract_count, 0);
    assert_string_equal(facts.sources[SOURCE_CLM].failure.code, "cut_page");
}

static void test_pages_that_never_end_are_given_up(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A");
    const char *page = page_of(rig, 0, 100, 100);
    struct step step = start(call);
    for (int i = 0; i < 99; i++)
        step = answer(call, 200, page);
    assert_int_equal(step.kind, STEP_REQUEST);
    expect_failed(answer(call, 200, page), call, FAILURE_INVALID, "too_many");
    assert_int_equal(facts.contract_count, 0);
}

static void test_an_outage_is_waited_out(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A");
    start(call);
    assert_int_equal(answer(call, 503, "<html>").kind, STEP_WAIT);
    start(call);
    assert_int_equal(answer(call, 200, "{\"list\":[").kind, STEP_WAIT);
    start(call);
    struct step step = answer_with(call, 429, "retry-after: 2\n", "");
    assert_int_equal(step.kind, STEP_WAIT);
    assert_int_equal(step.wait_ms, 2000);
    start(call);
    assert_int_equal(answer(call, 200, PAGE(RECORD)).kind, STEP_DONE);
    assert_int_equal(facts.contract_count, 1);
}

static void test_a_refusal_is_told_in_the_clms_words_and_not_repeated(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A");
    start(call);
    expect_failed(answer(call, 403, "{\"code\":\"FORBIDDEN\",\"message\":\"no scope\"}"), call,
                  FAILURE_PERMISSION, "FORBIDDEN");
    assert_string_equal(facts.sources[SOURCE_CLM].failure.message, "no scope");
    assert_int_equal(facts.sources[SOURCE_CLM].failure.status, 403);
    assert_int_equal(rig->sessions.systems[SYSTEM_CLM].failures, 1);
    call = fetch(rig, "800A");
    start(call);
    expect_failed(answer(call, 404, "nothing here"), call, FAILURE_NOT_FOUND, "http_404");
}

static void test_a_field_that_cannot_be_read_is_never_taken_for_absent(void **state)
{
    struct rig *rig = *state;
    static const char *const bad[] = {
        "\"contractValue\":{\"value\":{\"amount\":\"a lot\",\"currency\":\"CAD\"}}",
        "\"contractValue\":{\"value\":{\"amount\":5,\"currency\":\"dollars\"}}",
        "\"contractValue\":{\"value\":true}",
        "\"expirationDate\":{\"value\":\"31/12/2026\"}",
        "\"expirationDate\":{\"value\":20261231}",
        "\"coveredAccounts\":{\"value\":[7]}",
        "\"status\":{\"value\":[\"executed\"]}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct call *call = fetch(rig, "800A");
        start(call);
        const char *body = arena_fmt(
            &rig->arena,
            "{\"list\":[{\"ironcladId\":\"IC-9\",\"properties\":{\"salesforceContractId\":"
            "{\"value\":\"800A\"},%s}}]}",
            bad[i]);
        expect_failed(answer(call, 200, body), call, FAILURE_INVALID, "bad_record");
        assert_int_equal(strncmp(call->failure.message, "record IC-9: ", 13), 0);
    }
}

/* An amount in no currency could be weighed against nothing: what is overdue would go unsaid. */
static void test_an_amount_without_a_currency_is_in_the_base_currency(void **state)
{
    struct rig *rig = *state;
    static const char *const values[] = {"{\"amount\":9}", "{\"amount\":9,\"currency\":null}",
                                         "{\"amount\":9,\"currency\":\"\"}"};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct call *call = fetch(rig, "800A");
        start(call);
        answer(call, 200,
               arena_fmt(&rig->arena,
                         PAGE("{\"ironcladId\":\"IC-1\",\"properties\":{\"salesforceContractId\":"
                              "\"800A\",\"contractValue\":{\"value\":%s}}}"),
                         values[i]));
        assert_true(facts.contracts[0].value.known);
        assert_string_equal(facts.contracts[0].value.currency, "CAD");
    }
}

static void test_null_properties_are_unknown(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A");
    start(call);
    answer(call, 200,
           PAGE("{\"ironcladId\":\"IC-1\",\"properties\":{\"salesforceContractId\":\"800A\","
                "\"contractValue\":{\"value\":null},\"expirationDate\":null,\"status\":null}}"));
    assert_int_equal(facts.contract_count, 1);
    assert_false(facts.contracts[0].value.known);
    assert_false(civil_is_known(facts.contracts[0].expires));
    assert_null(facts.contracts[0].status_text);
}

static void test_a_record_that_covers_nobody_says_so(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A");
    start(call);
    answer(call, 200,
           PAGE("{\"ironcladId\":\"IC-1\",\"properties\":{\"salesforceContractId\":\"800A\","
                "\"coveredAccounts\":{\"value\":[]}}},"
                "{\"ironcladId\":\"IC-2\",\"properties\":{\"salesforceContractId\":\"800A\","
                "\"coveredAccounts\":{\"value\":null}}}"));
    assert_int_equal(facts.contract_count, 2);
    assert_true(facts.contracts[0].covers_known);
    assert_false(facts.contracts[1].covers_known);
}

static void test_a_broken_record_of_another_contract_is_not_ours_to_read(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A");
    start(call);
    answer(call, 200,
           PAGE("{\"ironcladId\":\"IC-1\",\"properties\":{\"salesforceContractId\":\"800Z\","
                "\"expirationDate\":{\"value\":\"soon\"}}}"));
    assert_true(facts.sources[SOURCE_CLM].ok);
    assert_int_equal(facts.contract_count, 0);
}

/* ---- usher check ---- */

static void test_the_check_asks_for_one_record(void **state)
{
    struct rig *rig = *state;
    struct call *call = clm_probe(&rig->env);
    expect_request(start(call), call,
                   "https://clm.example/public/api/v1/records?page=0&pageSize=1");
    assert_int_equal(answer(call, 200, EMPTY).kind, STEP_DONE);
    call = clm_probe(&rig->env);
    start(call);
    expect_failed(answer(call, 401, "{\"code\":\"UNAUTHORIZED\"}"), call, FAILURE_AUTH,
                  "UNAUTHORIZED");
    call = clm_probe(&rig->env);
    start(call);
    expect_failed(answer(call, 404, "<html>"), call, FAILURE_NOT_FOUND, "http_404");
    call = clm_probe(&rig->env);
    start(call);
    expect_failed(answer(call, 200, "{\"hello\":1}"), call, FAILURE_INVALID, "bad_reply");
}

static int setup(void **state)
{
    static struct rig rig;
    rig_init(&rig);
    rig.config.clm.base_url = "https://clm.example/";
    rig.config.clm.token = "clm-token";
    rig.config.clm.status = "status";
    rig.config.clm.contract_id = "salesforceContractId";
    rig.config.clm.value = "contractValue";
    rig.config.clm.effective = "effectiveDate";
    rig.config.clm.expires = "expirationDate";
    rig.config.clm.covers = "coveredAccounts";
    rig.config.clm.pending = "pendingSignatories";
    rig.config.clm.billing_schedule = "billingSchedule";
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
        T(test_a_record_becomes_a_contract),
        T(test_the_base_url_may_name_the_apis_root),
        T(test_the_source_tells_when_and_how_long),
        T(test_no_contracts_means_no_question),
        T(test_each_contract_is_asked_for_once),
        T(test_fifteen_and_eighteen_characters_are_one_id),
        T(test_records_of_other_contracts_are_left_out),
        T(test_an_id_that_could_end_the_filter_is_refused),
        T(test_all_pages_are_read_and_a_record_that_moved_counts_once),
        T(test_half_a_page_is_asked_for_again_and_never_believed),
        T(test_an_outage_is_waited_out),
        T(test_a_refusal_is_told_in_the_clms_words_and_not_repeated),
        T(test_a_field_that_cannot_be_read_is_never_taken_for_absent),
        T(test_an_amount_without_a_currency_is_in_the_base_currency),
        T(test_null_properties_are_unknown),
        T(test_a_record_that_covers_nobody_says_so),
        T(test_a_broken_record_of_another_contract_is_not_ours_to_read),
        T(test_pages_that_never_end_are_given_up),
        T(test_the_check_asks_for_one_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
