/* Which currency rates NetSuite is asked for, what is read of them, and that an account goes on
 * without them where it says none. */
#include "tests/unit/call_fixture.h"

#include "base/json.h"
#include "connectors/netsuite.h"

#define ROWS(rows) "{\"links\":[],\"hasMore\":false,\"items\":[" rows "]}"
#define CURRENCIES                                                                                 \
    "{\"id\":\"1\",\"symbol\":\"CAD\",\"isbasecurrency\":\"T\"},{\"id\":\"2\",\"symbol\":"         \
    "\"USD\"},{\"id\":\"3\",\"symbol\":\"JPY\"},{\"id\":\"4\",\"symbol\":\"NOK\"}"
#define USD_OF_MARCH                                                                               \
    "{\"id\":\"1\",\"currency\":\"2\",\"trandate\":\"2026-03-31\",\"total\":\"9\","                \
    "\"amountremaining\":\"9\"}"
#define RATE(currency, day, rate)                                                                  \
    "{\"transactioncurrency\":\"" currency "\",\"effectivedate\":\"" day "\",\"exchangerate\":"    \
    "\"" rate "\"}"

static int open_rig(void **state)
{
    static struct rig rig;
    rig_init(&rig);
    rig.config.netsuite.base_url = "https://123456.suitetalk.api.netsuite.com";
    rig.config.netsuite.auth = NETSUITE_AUTH_TBA;
    rig.config.netsuite.account_id = "123456";
    rig.config.netsuite.consumer_key = rig.config.netsuite.consumer_secret = "key";
    rig.config.netsuite.token_id = rig.config.netsuite.token_secret = "token";
    rig.config.netsuite.customer_field = "externalid";
    rig.config.netsuite.contract_field = "custbody_clm_contract";
    rig.config.rules.fx_window_days = 7;
    rig.config.rates.days = 400;
    *state = &rig;
    return 0;
}

static int close_rig(void **state)
{
    rig_release(*state);
    return 0;
}

static void sell_in(struct rig *rig, const char *currency)
{
    static const char *items[1];
    items[0] = currency;
    rig->config.rates.currencies = (struct config_list){items, 1};
}

/* "base currency… from to", as bound; and the query has as many places. */
static const char *bound(const struct call *call)
{
    struct err err;
    struct buf text = {0};
    struct json_object *root = json_parse(call->request.body, call->request.body_len, 10000, &err);
    size_t count = json_get_len(root, "params"), places = 0;
    for (const char *c = json_get_str(root, "q", ""); *c; c++)
        places += *c == '?';
    assert_int_equal(places, count);
    for (size_t i = 0; i < count; i++)
        buf_fmt(&text, "%s%s", i ? " " : "",
                json_object_get_string(json_object_array_get_idx(json_at(root, "params"), i)));
    const char *out = arena_str(call->arena, buf_cstr(&text));
    buf_release(&text);
    json_object_put(root);
    return out;
}

/* A call, and where it is now. */
struct going {
    struct call *call;
    struct step step;
};

static bool asks_for_rates(struct going going)
{
    return going.step.kind == STEP_REQUEST && strstr(going.call->request.body, "FROM currencyrate");
}

/* Up to the answer about credits: what comes then is about rates, or the end. */
static struct going fetch(struct rig *rig, const char *currencies, const char *invoices,
                          struct facts *facts)
{
    struct call *call = netsuite_fetch(&rig->env, "001A", civil_of(2026, 4, 20), facts);
    char body[2000];
    start(call);
    answer(call, 200, ROWS("{\"id\":\"101\"}"));
    snprintf(body, sizeof body, ROWS("%s"), currencies);
    answer(call, 200, body);
    snprintf(body, sizeof body, ROWS("%s"), invoices);
    answer(call, 200, body);
    return (struct going){call, answer(call, 200, ROWS(""))};
}

/* ---- what is asked ---- */

static void test_rates_of_the_invoices_currencies_are_read(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct going going = fetch(rig, CURRENCIES, USD_OF_MARCH, &facts);
    assert_true(asks_for_rates(going));
    assert_string_equal(bound(going.call), "1 2 2026-02-28 2026-04-20");
    struct step step = answer(
        going.call, 200, ROWS(RATE("2", "2026-03-31", "1.36") "," RATE("2", "2026-04-20", "1.45")));
    assert_int_equal(step.kind, STEP_DONE);
    assert_true(facts.rates.known);
    assert_int_equal(facts.rates.count, 2);
    const struct currency_rate *rate = &facts.rates.items[1];
    assert_string_equal(rate->id, "USD/CAD 2026-04-20 netsuite");
    assert_string_equal(rate->base, "CAD");
    assert_string_equal(rate->foreign, "USD");
    assert_string_equal(rate->source, "netsuite");
    assert_int_equal(rate->date.day, civil_of(2026, 4, 20).day);
    assert_int_equal(rate->rate.scaled, 145 * RATE_SCALE / 100);
}

static void test_deals_may_be_in_a_currency_that_no_invoice_is_in(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    sell_in(rig, "NOK");
    struct going going = fetch(rig, CURRENCIES, USD_OF_MARCH, &facts);
    assert_true(asks_for_rates(going));
    assert_string_equal(bound(going.call), "1 2 4 2026-02-28 2026-04-20");
    going = fetch(rig, CURRENCIES, "", &facts);
    assert_true(asks_for_rates(going));
    assert_string_equal(bound(going.call), "1 4 2026-03-20 2026-04-20");
}

static void test_nothing_is_asked_where_all_is_in_the_base_currency(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct step step =
        fetch(rig, CURRENCIES, "{\"id\":\"1\",\"currency\":\"1\",\"trandate\":\"2026-03-31\"}",
              &facts)
            .step;
    assert_int_equal(step.kind, STEP_DONE);
    assert_true(facts.rates.known);
    assert_int_equal(facts.rates.count, 0);
    sell_in(rig, "CAD");
    assert_int_equal(fetch(rig, CURRENCIES, "", &facts).step.kind, STEP_DONE);
    sell_in(rig, "SEK"); /* a currency that this NetSuite does not have */
    assert_int_equal(fetch(rig, CURRENCIES, "", &facts).step.kind, STEP_DONE);
    assert_true(facts.rates.known);
}

static void test_invoices_that_do_not_count_need_no_rates(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    const char *voided = "{\"id\":\"1\",\"currency\":\"2\",\"status\":\"V\"}";
    assert_int_equal(fetch(rig, CURRENCIES, voided, &facts).step.kind, STEP_DONE);
}

static void test_without_a_base_currency_there_is_nothing_to_ask_and_nothing_known(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct step step = fetch(rig, "{\"id\":\"2\",\"symbol\":\"USD\"}", USD_OF_MARCH, &facts).step;
    assert_int_equal(step.kind, STEP_DONE);
    assert_false(facts.rates.known);
}

static void test_days_begin_before_the_oldest_invoice_that_matters(void **state)
{
    struct rig *rig = *state;
    static const struct {
        const char *dated, *remaining, *status, *from;
    } table[] = {
        {"2026-04-01", "0", "B", "2026-03-01"},
        {"2025-03-16", "0", "B", "2025-02-13"}, /* paid, 400 days ago */
        {"2025-03-15", "0", "B", "2026-02-28"}, /* paid, 401 days ago */
        {"2020-01-01", "5", "A", "2019-12-01"}, /* open, however old */
        {"2020-01-01", "5", "V", "2026-02-28"},
        {"2026-05-30", "5", "A", "2026-02-28"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct facts facts = {0};
        char invoices[500], wanted[40];
        const char *other = strcmp(table[i].from, "2026-03-01") == 0 ? "" : "," USD_OF_MARCH;
        snprintf(invoices, sizeof invoices,
                 "{\"id\":\"7\",\"currency\":\"2\",\"trandate\":\"%s\",\"amountremaining\":\"%s\","
                 "\"status\":\"%s\"}%s",
                 table[i].dated, table[i].remaining, table[i].status, other);
        struct going going = fetch(rig, CURRENCIES, invoices, &facts);
        assert_true(asks_for_rates(going));
        snprintf(wanted, sizeof wanted, "1 2 %s 2026-04-20", table[i].from);
        assert_string_equal(bound(going.call), wanted);
    }
    rig->config.rules.fx_window_days = 90;
    struct facts facts = {0};
    assert_string_equal(bound(fetch(rig, CURRENCIES, USD_OF_MARCH, &facts).call),
                        "1 2 2025-12-31 2026-04-20");
}

/* ---- what is answered ---- */

static void test_refused_rates_are_unknown_and_the_rest_stands(void **state)
{
    struct rig *rig = *state;
    static const struct {
        int status;
        const char *body;
    } table[] = {
        {400, "{\"o:errorDetails\":[{\"detail\":\"Record 'currencyrate' was not found.\","
              "\"o:errorCode\":\"INVALID_PARAMETER\"}]}"},
        {403, "{\"o:errorDetails\":[{\"detail\":\"No permission.\",\"o:errorCode\":"
              "\"INSUFFICIENT_PERMISSION\"}]}"},
        {404, "<html>"},
        {200, ROWS(RATE("2", "2026-04-01", "1.36") "," RATE("9", "2026-04-01", "1.36"))},
        {200, ROWS(RATE("2", "2026-04-01", "-1"))},
        {200, ROWS(RATE("2", "4/1/2026", "1.36"))},
        {200, "{\"items\":7}"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct facts facts = {0};
        struct call *call = fetch(rig, CURRENCIES, USD_OF_MARCH, &facts).call;
        assert_int_equal(answer(call, table[i].status, table[i].body).kind, STEP_DONE);
        assert_true(facts.sources[SOURCE_NETSUITE].ok);
        assert_int_equal(facts.invoice_count, 1);
        assert_false(facts.rates.known);
        assert_int_equal(facts.rates.count, 0);
    }
}

static void test_rates_without_end_are_unknown(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct going going = fetch(rig, CURRENCIES, USD_OF_MARCH, &facts);
    for (int page = 0; page < 10; page++) {
        assert_true(asks_for_rates(going));
        going.step = answer(going.call, 200,
                            "{\"hasMore\":true,\"items\":[" RATE("2", "2026-04-01", "1.36") "]}");
    }
    assert_int_equal(going.step.kind, STEP_DONE);
    assert_false(facts.rates.known);
    assert_int_equal(facts.rates.count, 0);
}

static void test_silence_about_rates_is_a_failure_like_any_other(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch(rig, CURRENCIES, USD_OF_MARCH, &facts).call;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(lose(call, HTTP_SENT_UNKNOWN).kind, STEP_WAIT);
        start(call);
    }
    expect_failed(lose(call, HTTP_SENT_UNKNOWN), call, FAILURE_TRANSIENT, "no_answer");
    assert_int_equal(facts.invoice_count, 0);
    assert_false(facts.rates.known);
}

static void test_a_rate_of_nothing_or_of_no_day_is_none(void **state)
{
    struct rig *rig = *state;
    struct facts facts = {0};
    struct call *call = fetch(rig, CURRENCIES, USD_OF_MARCH, &facts).call;
    answer(call, 200,
           ROWS(RATE("2", "2026-04-01", "0") "," RATE("2", "", "1.36") ",{\"transactioncurrency\":"
                                                                       "\"2\"}"));
    assert_true(facts.rates.known);
    assert_int_equal(facts.rates.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_rates_of_the_invoices_currencies_are_read),
        TEST(test_deals_may_be_in_a_currency_that_no_invoice_is_in),
        TEST(test_nothing_is_asked_where_all_is_in_the_base_currency),
        TEST(test_invoices_that_do_not_count_need_no_rates),
        TEST(test_without_a_base_currency_there_is_nothing_to_ask_and_nothing_known),
        TEST(test_days_begin_before_the_oldest_invoice_that_matters),
        TEST(test_refused_rates_are_unknown_and_the_rest_stands),
        TEST(test_rates_without_end_are_unknown),
        TEST(test_silence_about_rates_is_a_failure_like_any_other),
        TEST(test_a_rate_of_nothing_or_of_no_day_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
