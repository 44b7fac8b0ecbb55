/* The engine by which any JSON becomes contracts: paths, pages by link, words of status, and what a
 * hostile system may answer. */
#include "connectors/clm.h"

#include "connectors/clm_mapping.h"
#include "tests/unit/call_fixture.h"

static struct facts facts;

static struct call *fetch_named(struct rig *rig, const char *name, const char *ids)
{
    const struct clm_asked asked = {
        .account_id = "001A", .account_name = name, .contract_ids = ids};
    facts = (struct facts){0};
    return clm_fetch(&rig->env, &asked, &facts);
}

static struct call *fetch(struct rig *rig, const char *ids)
{
    return fetch_named(rig, NULL, ids);
}

/* ---- words of status ---- */

static enum contract_status word_status(struct rig *rig, const char *word)
{
    const struct clm_mapping mapping = clm_mapping_of(&rig->config);
    return clm_status(&mapping, word);
}

static void test_status_words_are_read_in_any_spelling(void **state)
{
    struct rig *rig = *state;
    static const struct {
        const char *word;
        enum contract_status status;
    } table[] = {
        {"Draft", CONTRACT_DRAFT},
        {"In Review", CONTRACT_IN_REVIEW},
        {"review", CONTRACT_IN_REVIEW},
        {"OUT-FOR-SIGNATURE", CONTRACT_OUT_FOR_SIGNATURE},
        {"sent", CONTRACT_OUT_FOR_SIGNATURE},
        {"Executed", CONTRACT_EXECUTED},
        {"signed", CONTRACT_EXECUTED},
        {"expired", CONTRACT_EXPIRED},
        {"Cancelled", CONTRACT_TERMINATED},
        {"VOIDED", CONTRACT_TERMINATED},
        {"executed?", CONTRACT_UNKNOWN},
        {"", CONTRACT_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (word_status(rig, table[i].word) != table[i].status)
            fail_msg("%s", table[i].word);
    assert_int_equal(word_status(rig, NULL), CONTRACT_UNKNOWN);
}

static void test_configured_words_for_executed_replace_the_usual_ones(void **state)
{
    struct rig *rig = *state;
    const char *words[] = {"in force"};
    rig->config.clm.executed_words = (struct config_list){words, 1};
    assert_int_equal(word_status(rig, "In_Force"), CONTRACT_EXECUTED);
    assert_int_equal(word_status(rig, "signed"), CONTRACT_UNKNOWN);
    assert_int_equal(word_status(rig, "draft"), CONTRACT_DRAFT);
}

static void test_each_kind_has_words_of_its_own(void **state)
{
    struct rig *rig = *state;
    const char *words[] = {"executed", "active"};
    rig->config.clm.executed_words = (struct config_list){words, 2};
    static const struct {
        enum clm_kind kind;
        const char *word;
        enum contract_status status;
    } table[] = {
        {CLM_DOCUSIGN, "COMPLETE", CONTRACT_EXECUTED},
        {CLM_DOCUSIGN, "PENDING", CONTRACT_OUT_FOR_SIGNATURE},
        {CLM_DOCUSIGN, "INACTIVE", CONTRACT_TERMINATED},
        {CLM_SALESFORCE, "Activated", CONTRACT_EXECUTED},
        {CLM_SALESFORCE, "In Approval Process", CONTRACT_IN_REVIEW},
        {CLM_SALESFORCE, "InApproval", CONTRACT_IN_REVIEW},
        {CLM_SALESFORCE, "Draft", CONTRACT_DRAFT},
        {CLM_SALESFORCE, "Terminated", CONTRACT_TERMINATED},
        {CLM_GENERIC, "COMPLETE", CONTRACT_UNKNOWN},
        {CLM_IRONCLAD, "Activated", CONTRACT_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        rig->config.clm.kind = table[i].kind;
        if (word_status(rig, table[i].word) != table[i].status)
            fail_msg("%s", table[i].word);
    }
}

/* ---- what is asked and read ---- */

static void test_any_json_is_read_by_its_mapping(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A");
    expect_request(start(call), call, "https://clm.example/accounts/001A/contracts/800A?full=1");
    assert_string_equal(header_of(call, "Authorization"), "Bearer clm-token");
    answer(call, 200,
           "{\"number\":101,\"name\":\"MSA\",\"state\":{\"word\":\"signed\"},\"terms\":{\"total\":"
           "\"99.5\",\"currency\":\"EUR\",\"dates\":[\"2026-01-01\",\"2026-12-31\"]},"
           "\"covers\":\"001A\"}");
    assert_int_equal(facts.contract_count, 1);
    const struct contract *contract = &facts.contracts[0];
    assert_string_equal(contract->id, "101");
    assert_string_equal(contract->name, "MSA");
    assert_string_equal(contract->sf_contract_id, "800A");
    assert_int_equal(contract->status, CONTRACT_EXECUTED);
    assert_int_equal(contract->value.minor, 9950);
    assert_string_equal(contract->value.currency, "EUR");
    assert_int_equal(contract->expires.day, civil_of(2026, 12, 31).day);
    assert_string_equal(contract->covers[0], "001A");
}

/* The example of docs/connectors.md. */
static void test_the_worked_example_works(void **state)
{
    struct rig *rig = *state;
    const char *words[] = {"in force"};
    rig->config.clm.base_url = "https://contracts.example/api";
    rig->config.clm.path = "/customers/{account_id}/contracts";
    rig->config.clm.executed_words = (struct config_list){words, 1};
    rig->config.clm.items = "contracts";
    rig->config.clm.next = "page.next";
    rig->config.clm.contract_id = "crm.contract";
    rig->config.clm.status = "state";
    rig->config.clm.effective = "terms.from";
    rig->config.clm.expires = "terms.to";
    rig->config.clm.pending = "signatures.open";
    rig->config.clm.covers = "scope";
    struct call *call = fetch(rig, "800A0000001");
    expect_request(start(call), call, "https://contracts.example/api/customers/001A/contracts");
    struct step step =
        answer(call, 200,
               "{\"page\":{\"next\":\"/api/customers/001A/contracts?after=20\"},\"contracts\":["
               "{\"number\":\"C-2026-17\",\"crm\":{\"contract\":\"800A0000001\"},"
               "\"state\":\"In Force\",\"terms\":{\"total\":\"150000.00\",\"currency\":\"CAD\","
               "\"from\":\"2026-04-01\",\"to\":\"2027-03-31\"},\"signatures\":{\"open\":[]},"
               "\"scope\":[{\"id\":\"001A0000001\"}]}]}");
    expect_request(step, call, "https://contracts.example/api/customers/001A/contracts?after=20");
    assert_int_equal(answer(call, 200, "{\"contracts\":[]}").kind, STEP_DONE);
    assert_int_equal(facts.contract_count, 1);
    const struct contract *contract = &facts.contracts[0];
    assert_string_equal(contract->id, "C-2026-17");
    assert_int_equal(contract->status, CONTRACT_EXECUTED);
    assert_int_equal(contract->value.minor, 15000000);
    assert_int_equal(contract->expires.day, civil_of(2027, 3, 31).day);
    assert_true(contract->covers_known);
    assert_string_equal(contract->covers[0], "001A0000001");
    assert_int_equal(contract->pending_count, 0);
}

static void test_what_fills_a_path_cannot_leave_its_place(void **state)
{
    struct rig *rig = *state;
    rig->config.clm.path = "/c/{contract_id}?of={account_name}&x={account_name}";
    struct call *call = fetch_named(rig, "A&B/../?x=#\xC3\xA9", "800A");
    expect_request(start(call), call,
                   "https://clm.example/c/800A?of=A%26B%2F..%2F%3Fx%3D%23%C3%A9"
                   "&x=A%26B%2F..%2F%3Fx%3D%23%C3%A9");
    rig->config.clm.path = "/c/{contract_id}";
    rig->config.clm.base_url = "https://clm.example:8443/api/v2";
    call = fetch(rig, "800A");
    expect_request(start(call), call, "https://clm.example:8443/api/v2/c/800A");
    rig->config.clm.token = NULL;
    call = fetch(rig, "800A");
    start(call);
    assert_null(header_of(call, "Authorization"));
}

static void test_a_list_of_items_is_kept_to_the_contracts_asked_for(void **state)
{
    struct rig *rig = *state;
    rig->config.clm.items = "data.contracts";
    rig->config.clm.contract_id = "sf";
    struct call *call = fetch(rig, "800A");
    start(call);
    answer(call, 200,
           "{\"data\":{\"contracts\":[{\"number\":\"1\",\"sf\":\"800A\"},"
           "{\"number\":\"2\",\"sf\":\"800B\"},{\"number\":\"3\"}]}}");
    assert_int_equal(facts.contract_count, 1);
    assert_string_equal(facts.contracts[0].id, "1");
}

static void test_a_path_that_names_no_contract_is_asked_once(void **state)
{
    struct rig *rig = *state;
    rig->config.clm.path = "/contracts?account={account_id}";
    rig->config.clm.items = "items";
    rig->config.clm.contract_id = "sf";
    struct call *call = fetch(rig, "800A,800B,800C");
    expect_request(start(call), call, "https://clm.example/contracts?account=001A");
    struct step step = answer(call, 200,
                              "{\"items\":[{\"id\":\"1\",\"sf\":\"800B\"},"
                              "{\"id\":\"2\",\"sf\":\"800A\"},{\"id\":\"3\",\"sf\":\"800Z\"}]}");
    assert_int_equal(step.kind, STEP_DONE);
    assert_int_equal(facts.contract_count, 2);
    assert_string_equal(facts.contracts[0].sf_contract_id, "800B");
}

static void test_not_found_is_no_contract_where_the_path_names_one(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A,800B");
    start(call);
    assert_int_equal(answer(call, 404, "").kind, STEP_REQUEST);
    assert_int_equal(answer(call, 404, "{}").kind, STEP_DONE);
    assert_int_equal(facts.contract_count, 0);
    assert_true(facts.sources[SOURCE_CLM].ok);
    assert_int_equal(facts.sources[SOURCE_CLM].failure.class, FAILURE_NONE);
    rig->config.clm.path = "/contracts?id={contract_id}";
    call = fetch(rig, "800A");
    start(call);
    expect_failed(answer(call, 404, "<html>"), call, FAILURE_NOT_FOUND, "http_404");
    assert_false(facts.sources[SOURCE_CLM].ok);
}

static void test_an_amount_without_currency_is_in_the_base_currency(void **state)
{
    struct rig *rig = *state;
    struct call *call = fetch(rig, "800A");
    start(call);
    answer(call, 200, "{\"number\":\"1\",\"terms\":{\"total\":7}}");
    assert_string_equal(facts.contracts[0].value.currency, "CAD");
    assert_int_equal(facts.contracts[0].value.minor, 700);
}

static void test_a_question_that_was_never_asked_says_nothing_of_the_system(void **state)
{
    struct rig *rig = *state;
    struct session *session = &rig->sessions.systems[SYSTEM_CLM];
    assert_int_equal(start(fetch(rig, "")).kind, STEP_DONE);
    assert_true(facts.sources[SOURCE_CLM].ok);
    assert_int_equal(session->last_ok.ms, 0);
    struct call *call = fetch(rig, "800A'");
    expect_failed(start(call), call, FAILURE_INVALID, "bad_contract_id");
    assert_int_equal(session->failures, 0);
}

/* ---- pages by link ---- */

static void map_links(struct rig *rig)
{
    rig->config.clm.path = "/v2/contracts?size=2";
    rig->config.clm.items = "items";
    rig->config.clm.contract_id = "sf";
    rig->config.clm.next = "links.next";
}

static const char *page(struct rig *rig, const char *id, const char *next)
{
    return arena_fmt(&rig->arena,
                     "{\"items\":[{\"number\":\"%s\",\"sf\":\"800A\"}],\"links\":{\"next\":%s}}",
                     id, next);
}

static void test_links_lead_from_page_to_page(void **state)
{
    struct rig *rig = *state;
    static const struct {
        const char *link, *url;
    } table[] = {
        {"\"https://clm.example/v2/contracts?after=1\"",
         "https://clm.example/v2/contracts?after=1"},
        {"\"HTTPS://CLM.example/x\"", "https://clm.example/x"},
        {"\"https://clm.example?after=1\"", "https://clm.example/?after=1"},
        {"\"/v2/contracts?after=2\"", "https://clm.example/v2/contracts?after=2"},
        {"\"?after=3\"", "https://clm.example/v2/contracts?after=3"},
        {"\"contracts?after=4\"", "https://clm.example/v2/contracts?after=4"},
        {"\"/a?to=https://evil.example/\"", "https://clm.example/a?to=https://evil.example/"},
    };
    map_links(rig);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct call *call = fetch(rig, "800A");
        start(call);
        struct step step = answer(call, 200, page(rig, "1", table[i].link));
        expect_request(step, call, table[i].url);
        assert_string_equal(header_of(call, "Authorization"), "Bearer clm-token");
        assert_int_equal(answer(call, 200, page(rig, "2", "null")).kind, STEP_DONE);
        assert_int_equal(facts.contract_count, 2);
    }
    struct call *call = fetch(rig, "800A");
    start(call);
    assert_int_equal(answer(call, 200, page(rig, "1", "\"\"")).kind, STEP_DONE);
}

static void test_a_link_to_another_host_is_never_followed(void **state)
{
    struct rig *rig = *state;
    static const char *const links[] = {
        "\"https://evil.example/v2\"",
        "\"http://clm.example/v2\"",
        "\"https://clm.example:444/v2\"",
        "\"https://clm.example.evil.example/\"",
        "\"https://clm.example@evil.example/\"",
        "\"https://evil.example/?https://clm.example/\"",
        "\"//evil.example/v2\"",
        "\"https:evil.example\"",
        "\"/\\\\evil.example\"",
        "\"\\\\\\\\evil.example\"",
        "\"/v2 HTTP/1.1\\r\\nHost: evil.example\"",
        "\"/v2#https://evil.example\"",
        "\"\\u00e9\"",
        "7",
        "{\"href\":\"/v2\"}",
        "true",
    };
    map_links(rig);
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        struct call *call = fetch(rig, "800A");
        start(call);
        expect_failed(answer(call, 200, page(rig, "1", links[i])), call, FAILURE_INVALID,
                      "bad_next_page");
        assert_int_equal(facts.contract_count, 0);
    }
}

static void test_pages_that_never_end_are_given_up(void **state)
{
    struct rig *rig = *state;
    map_links(rig);
    struct call *call = fetch(rig, "800A");
    struct step step = start(call);
    for (int i = 0; i < 99; i++)
        step = answer(call, 200, page(rig, "1", "\"?again\""));
    assert_int_equal(step.kind, STEP_REQUEST);
    expect_failed(answer(call, 200, page(rig, "1", "\"?again\"")), call, FAILURE_INVALID,
                  "too_many");
    assert_int_equal(facts.contract_count, 0);
}

/* ---- hostile answers ---- */

static void test_answers_of_another_shape_are_refused_by_name(void **state)
{
    struct rig *rig = *state;
    static const struct {
        const char *body, *words;
    } table[] = {
        {"[]", "a record is not an object"},
        {"{\"number\":[1]}", "record ?: number: expected a text"},
        {"{\"state\":{\"word\":\"signed\"}}", "a record has no id"},
        {"{\"number\":\"7\",\"state\":{\"word\":{}}}", "record 7: state.word: expected a text"},
        {"{\"number\":\"7\",\"terms\":{\"total\":\"1e400\"}}", "record 7: terms.total: "},
        {"{\"number\":\"7\",\"terms\":{\"dates\":[0,\"2026-13-01\"]}}", "record 7: terms.dates[1]"},
        {"{\"number\":\"7\",\"covers\":[[]]}", "record 7: covers: expected a list of texts"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct call *call = fetch(rig, "800A");
        start(call);
        expect_failed(answer(call, 200, table[i].body), call, FAILURE_INVALID, "bad_record");
        assert_int_equal(strncmp(call->failure.message, table[i].words, strlen(table[i].words)), 0);
    }
    rig->config.clm.items = "items";
    struct call *call = fetch(rig, "800A");
    start(call);
    expect_failed(answer(call, 200, "{\"items\":{}}"), call, FAILURE_INVALID, "bad_record");
}

static void test_a_hundred_thousand_letters_are_cut(void **state)
{
    struct rig *rig = *state;
    struct buf body = {0};
    struct call *call = fetch(rig, "800A");
    start(call);
    buf_str(&body, "{\"number\":\"1\",\"name\":\"");
    for (int i = 0; i < 50000; i++)
        buf_str(&body, "\xC3\xA9");
    buf_str(&body, "\",\"state\":{\"word\":\"");
    for (int i = 0; i < 100000; i++)
        buf_char(&body, 'x');
    buf_str(&body, "\"}}");
    assert_int_equal(answer(call, 200, buf_cstr(&body)).kind, STEP_DONE);
    assert_true(strlen(facts.contracts[0].name) <= 2 * 200 + 3);
    assert_true(strlen(facts.contracts[0].status_text) <= 200 + 3);
    assert_int_equal(facts.contracts[0].status, CONTRACT_UNKNOWN);
    buf_release(&body);
}

static void test_text_that_is_no_utf8_is_no_answer(void **state)
{
    struct rig *rig = *state;
    static const char *const bodies[] = {"{\"number\":\"\xFF\"}", "{\"number\":\"\xC3\"}",
                                         "{\"number\":\"a\\u0000b\"}"};
    rig->config.fetch.attempts = 1;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct call *call = fetch(rig, "800A");
        start(call);
        expect_failed(answer(call, 200, bodies[i]), call, FAILURE_TRANSIENT, "bad_reply");
        assert_int_equal(facts.contract_count, 0);
    }
}

static void test_a_refusal_of_any_size_becomes_one_short_line(void **state)
{
    struct rig *rig = *state;
    struct buf body = {0};
    struct call *call = fetch(rig, "800A");
    start(call);
    buf_str(&body, "{\"error\":\"denied\",\"error_description\":\"no\\nway ");
    for (int i = 0; i < 10000; i++)
        buf_str(&body, "\xC3\xA9");
    buf_str(&body, "\"}");
    expect_failed(answer(call, 403, buf_cstr(&body)), call, FAILURE_PERMISSION, "denied");
    assert_int_equal(strncmp(call->failure.message, "no way ", 7), 0);
    assert_null(strchr(call->failure.message, '\n'));
    buf_release(&body);
}

/* ---- usher check ---- */

static void test_the_check_asks_for_what_no_one_has(void **state)
{
    struct rig *rig = *state;
    struct call *call = clm_probe(&rig->env);
    expect_request(start(call), call,
                   "https://clm.example/accounts/usher-check/contracts/usher-check?full=1");
    assert_int_equal(answer(call, 404, "").kind, STEP_DONE);
    call = clm_probe(&rig->env);
    start(call);
    expect_failed(answer(call, 401, ""), call, FAILURE_AUTH, "http_401");
    rig->config.clm.path = "/contracts?id={contract_id}";
    call = clm_probe(&rig->env);
    start(call);
    expect_failed(answer(call, 404, ""), call, FAILURE_NOT_FOUND, "http_404");
}

static int setup(void **state)
{
    static struct rig rig;
    rig_init(&rig);
    rig.config.clm.kind = CLM_GENERIC;
    rig.config.clm.base_url = "https://clm.example";
    rig.config.clm.token = "clm-token";
    rig.config.clm.path = "/accounts/{account_id}/contracts/{contract_id}?full=1";
    rig.config.clm.id = "number";
    rig.config.clm.status = "state.word";
    rig.config.clm.value = "terms.total";
    rig.config.clm.currency = "terms.currency";
    rig.config.clm.expires = "terms.dates[1]";
    rig.config.clm.covers = "covers";
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
        T(test_status_words_are_read_in_any_spelling),
        T(test_configured_words_for_executed_replace_the_usual_ones),
        T(test_each_kind_has_words_of_its_own),
        T(test_any_json_is_read_by_its_mapping),
        T(test_the_worked_example_works),
        T(test_what_fills_a_path_cannot_leave_its_place),
        T(test_a_list_of_items_is_kept_to_the_contracts_asked_for),
        T(test_a_path_that_names_no_contract_is_asked_once),
        T(test_not_found_is_no_contract_where_the_path_names_one),
        T(test_an_amount_without_currency_is_in_the_base_currency),
        T(test_a_question_that_was_never_asked_says_nothing_of_the_system),
        T(test_links_lead_from_page_to_page),
        T(test_a_link_to_another_host_is_never_followed),
        T(test_pages_that_never_end_are_given_up),
        T(test_answers_of_another_shape_are_refused_by_name),
        T(test_a_hundred_thousand_letters_are_cut),
        T(test_text_that_is_no_utf8_is_no_answer),
        T(test_a_refusal_of_any_size_becomes_one_short_line),
        T(test_the_check_asks_for_what_no_one_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
