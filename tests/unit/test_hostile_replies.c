/* Replies of systems that mean harm, at the border: what is cut there, and what is refused by which
 * name. That what passes is shown harmlessly is the scenarios' business. */
#include "connectors/clm.h"
#include "connectors/netsuite.h"
#include "connectors/rest.h"
#include "tests/unit/salesforce_fixture.h"

#include "base/text.h"

enum { HUGE = 100 * 1024 };

static struct facts facts;

/* ---- one reply of each system, with a text in it ---- */

static struct call *ask_salesforce(struct rig *rig)
{
    sign_in_whole(rig);
    struct call *call = salesforce_fetch(&rig->env, "001A", &facts);
    assert_int_equal(start(call).kind, STEP_REQUEST);
    return call;
}

static struct step salesforce_says(struct call *call, const char *text)
{
    const struct part parts[] = {
        {"account", 200,
         arena_fmt(call->arena, PAGE("{\"Id\":\"001A\",\"OwnerId\":\"005A\",\"Name\":\"%s\"}"),
                   text)},
        {0},
    };
    return answer_parts(call, parts);
}

static struct call *ask_netsuite(struct rig *rig)
{
    struct call *call = netsuite_fetch(&rig->env, "001A", civil_of(2026, 4, 20), &facts);
    assert_int_equal(start(call).kind, STEP_REQUEST);
    answer(call, 200, "{\"hasMore\":false,\"items\":[{\"id\":\"101\"}]}");
    answer(call, 200,
           "{\"hasMore\":false,\"items\":[{\"id\":\"1\",\"symbol\":\"CAD\",\"isbasecurrency\":"
           "\"T\"}]}");
    return call;
}

static struct step netsuite_says(struct call *call, const char *text)
{
    const char *row = "{\"hasMore\":false,\"items\":[{\"id\":\"1\",\"currency\":\"1\","
                      "\"total\":\"1.00\",\"tranid\":\"%s\"}]}";
    struct buf body = {0};
    buf_fmt(&body, row, text);
    struct step step = answer(call, 200, buf_cstr(&body));
    buf_release(&body);
    for (int i = 0; i < 2 && step.kind == STEP_REQUEST; i++)
        step = answer(call, 200, "{\"hasMore\":false,\"items\":[]}");
    return step;
}

static struct call *ask_clm(struct rig *rig)
{
    rig->config.clm.base_url = "https://clm.example/";
    rig->config.clm.token = "clm-token";
    rig->config.clm.status = "status";
    rig->config.clm.contract_id = "salesforceContractId";
    rig->config.clm.value = "contractValue";
    struct call *call = clm_fetch(
        &rig->env, &(struct clm_asked){.account_id = "001A", .contract_ids = "800A"}, &facts);
    assert_int_equal(start(call).kind, STEP_REQUEST);
    return call;
}

static struct step clm_says(struct call *call, const char *text)
{
    struct buf body = {0};
    buf_fmt(&body,
            "{\"page\":0,\"pageSize\":100,\"count\":1,\"list\":[{\"id\":\"r\",\"ironcladId\":"
            "\"IC-1\",\"properties\":{\"salesforceContractId\":{\"value\":\"800A\"},\"status\":{"
            "\"value\":\"%s\"}}}]}",
            text);
    struct step step = answer(call, 200, buf_cstr(&body));
    buf_release(&body);
    return step;
}

static const char *account_name(void)
{
    return facts.account.name;
}

static const char *invoice_number(void)
{
    return facts.invoices[0].number;
}

static const char *contract_status(void)
{
    return facts.contracts[0].status_text;
}

static const struct {
    const char *name;
    struct call *(*ask)(struct rig *rig);
    struct step (*says)(struct call *call, const char *text);
    const char *(*taken)(void);
    size_t max; /* UTF-16 units that are taken over */
} systems[] = {
    {"Salesforce", ask_salesforce, salesforce_says, account_name, REST_TEXT_MAX},
    {"NetSuite", ask_netsuite, netsuite_says, invoice_number, REST_TEXT_MAX},
    {"the CLM", ask_clm, clm_says, contract_status, 200},
};
enum { SYSTEM_COUNT_HERE = sizeof systems / sizeof *systems };

/* ---- tests ---- */

static void test_what_is_no_text_is_refused_by_name(void **state)
{
    static const struct {
        const char *text, *words;
    } refused[] = {
        {"\xff\xfe", "not UTF-8"},
        {"caf\xc3", "not UTF-8"},
        {"\xc0\xaf", "not UTF-8"},
        {"\xed\xa0\x80", "not UTF-8"},
        {"ACME\\u0000Corp", "a NUL character in a string"},
        {"two\nlines", "a control character in a string"},
        {"\x1b[31m", "a control character in a string"},
        {"\\x", "an unknown escape in a string"},
    };
    struct rig *rig = *state;
    rig->config.fetch.attempts = 1;
    for (size_t s = 0; s < SYSTEM_COUNT_HERE; s++)
        for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
            facts = (struct facts){0};
            sessions_release(&rig->sessions);
            struct call *call = systems[s].ask(rig);
            expect_failed(systems[s].says(call, refused[i].text), call, FAILURE_TRANSIENT,
                          "bad_reply");
            if (!strstr(call->failure.message, refused[i].words))
                fail_msg("%s: \"%s\" lacks \"%s\"", systems[s].name, call->failure.message,
                         refused[i].words);
            assert_false(facts.account.found);
            assert_int_equal(facts.invoice_count + facts.contract_count, 0);
        }
}

static void test_a_nul_byte_is_refused_by_name(void **state)
{
    struct rig *rig = *state;
    static const char body[] = "{\"page\":0,\"list\":[],\"x\":\"a\0b\"}";
    rig->config.fetch.attempts = 1;
    struct call *call = ask_clm(rig);
    struct http_reply reply = {.outcome = HTTP_ANSWERED,
                               .status = 200,
                               .headers = "",
                               .body = body,
                               .body_len = sizeof body - 1};
    expect_failed(call->type->step(call, &reply), call, FAILURE_TRANSIENT, "bad_reply");
    assert_non_null(strstr(call->failure.message, "a NUL byte"));
}

static void test_what_is_too_long_is_cut(void **state)
{
    struct rig *rig = *state;
    char *huge = arena_alloc(&rig->arena, HUGE + 1);
    memset(huge, 'W', HUGE);
    for (size_t s = 0; s < SYSTEM_COUNT_HERE; s++) {
        facts = (struct facts){0};
        struct call *call = systems[s].ask(rig);
        assert_int_equal(systems[s].says(call, huge).kind, STEP_DONE);
        const char *taken = systems[s].taken();
        assert_int_equal(text_utf16_len(taken), systems[s].max);
        assert_string_equal(taken + strlen(taken) - strlen("…"), "…");
    }
}

static void test_what_is_only_unfriendly_is_a_text_like_any_other(void **state)
{
    static const struct {
        const char *json, *text;
    } taken[] = {
        {"<!channel> <@U123>", "<!channel> <@U123>"},
        {"*b* `c` \\\"q\\\" 'q'", "*b* `c` \"q\" 'q'"},
        {"a\\nb\\u202e\\u200b", "a\nb\u202e\u200b"},
        {"\\u001b[31m", "\x1b[31m"},
        {"\\ud800", "\uFFFD"},
    };
    struct rig *rig = *state;
    for (size_t s = 0; s < SYSTEM_COUNT_HERE; s++)
        for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
            facts = (struct facts){0};
            struct call *call = systems[s].ask(rig);
            assert_int_equal(systems[s].says(call, taken[i].json).kind, STEP_DONE);
            assert_string_equal(systems[s].taken(), taken[i].text);
        }
}

static void expect_words(const struct call *call, const char *words)
{
    if (!strstr(call->failure.message, words))
        fail_msg("\"%s\" lacks \"%s\"", call->failure.message, words);
    assert_true(text_is_utf8(call->failure.message, strlen(call->failure.message)));
}

static void test_a_currency_that_is_none_is_refused_with_its_place(void **state)
{
    struct rig *rig = *state;
    const char *hostile = "<!chännel>";
    struct call *call = ask_salesforce(rig);
    const struct part parts[] = {
        {"opportunities", 200,
         arena_fmt(&rig->arena,
                   PAGE("{\"Id\":\"006A\",\"IsWon\":true,\"Amount\":1,\"CurrencyIsoCode\":\"%s\"}"),
                   hostile)},
        {0},
    };
    expect_failed(answer_parts(call, parts), call, FAILURE_PERMANENT, "bad_reply");
    expect_words(call, "006A: Amount: \"<!chännel\" is not a currency code");
    call = ask_clm(rig);
    expect_failed(
        answer(call, 200,
               arena_fmt(&rig->arena,
                         "{\"page\":0,\"pageSize\":100,\"count\":1,\"list\":[{\"id\":\"r\","
                         "\"properties\":{\"salesforceContractId\":{\"value\":\"800A\"},"
                         "\"contractValue\":{\"value\":{\"amount\":1,\"currency\":\"%s\"}"
                         "}}}]}",
                         hostile)),
        call, FAILURE_INVALID, "bad_record");
    expect_words(call, "record r: contractValue: \"<!chännel\" is not a currency code");
    call = netsuite_fetch(&rig->env, "001A", civil_of(2026, 4, 20), &facts);
    start(call);
    answer(call, 200, "{\"hasMore\":false,\"items\":[{\"id\":\"101\"}]}");
    expect_failed(
        answer(call, 200,
               arena_fmt(&rig->arena,
                         "{\"hasMore\":false,\"items\":[{\"id\":\"1\",\"symbol\":\"%s\"}]}",
                         hostile)),
        call, FAILURE_PERMANENT, "bad_reply");
    expect_words(call, "currency: a row without id or ISO symbol");
}

static int setup(void **state)
{
    static struct rig rig;
    open_salesforce(&rig);
    rig.config.netsuite.base_url = "https://ns.example/";
    rig.config.netsuite.customer_field = "externalid";
    rig.config.netsuite.contract_field = "custbody_clm_contract";
    rig.config.netsuite.account_id = "123456";
    rig.config.netsuite.auth = NETSUITE_AUTH_TBA;
    rig.config.netsuite.consumer_key = rig.config.netsuite.consumer_secret = "consumer";
    rig.config.netsuite.token_id = rig.config.netsuite.token_secret = "token";
    facts = (struct facts){0};
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
        T(test_what_is_no_text_is_refused_by_name),
        T(test_a_nul_byte_is_refused_by_name),
        T(test_what_is_too_long_is_cut),
        T(test_what_is_only_unfriendly_is_a_text_like_any_other),
        T(test_a_currency_that_is_none_is_refused_with_its_place),
    };
    return cmocka_run_group_tests_name("hostile replies", tests, NULL, NULL);
}
