/* Published exchange rates: the question, the table that comes, what is kept of it, and what
 * currencies are worth in each other by it. */
#include "tests/unit/call_fixture.h"

#include "base/civil.h"
#include "connectors/rates.h"
#include "connectors/rates_csv.h"

#define HEAD "KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE,TITLE\r\n"
#define ROW(currency, day, value)                                                                  \
    "EXR.D." currency ".EUR.SP00.A,D," currency ",EUR,SP00,A," day "," value                       \
    ",\"ECB reference exchange rate, 2:15 pm (C.E.T.)\"\r\n"
#define TABLE                                                                                      \
    HEAD ROW("CAD", "2026-04-17", "1.5000") ROW("CAD", "2026-04-20", "1.6500")                     \
        ROW("USD", "2026-04-17", "1.2000") ROW("USD", "2026-04-20", "1.1000")

#define URL                                                                                        \
    "https://data-api.example/service/data/EXR/D.CAD+USD+GBP.EUR.SP00.A?startPeriod=2025-03-16"    \
    "&endPeriod=2026-04-20&format=csvdata"

static int open_rig(void **state)
{
    static struct rig rig;
    static const char *currencies[] = {"USD", "EUR", "CAD", "GBP", "USD"};
    rig_init(&rig);
    rig.config.rates.base_url = "https://data-api.example/";
    rig.config.rates.currencies = (struct config_list){currencies, 5};
    rig.config.rates.days = 400;
    rig.config.fetch.breaker_failures = 5;
    rig.config.fetch.breaker_s = 60;
    *state = &rig;
    return 0;
}

static int close_rig(void **state)
{
    rig_release(*state);
    return 0;
}

static struct civil today(void)
{
    return civil_of(2026, 4, 20);
}

/* ---- the table ---- */

static struct published_rates read_table(struct rig *rig, const char *text)
{
    struct published_rates rates;
    struct err err;
    if (!rates_read_csv(text, strlen(text), &rig->arena, &rates, &err))
        fail_msg("%s", err.msg);
    assert_true(rates.known);
    return rates;
}

static void expect_rate(const struct published_rate *rate, const char *currency, struct civil date,
                        const char *value)
{
    char text[RATE_TEXT_SIZE];
    assert_string_equal(rate->currency, currency);
    assert_int_equal(rate->date.day, date.day);
    assert_string_equal(rate_format(rate->per_euro, text), value);
}

static void test_a_table_is_read_by_the_names_of_its_columns(void **state)
{
    struct published_rates rates = read_table(*state, TABLE);
    assert_int_equal(rates.count, 4);
    expect_rate(&rates.items[0], "CAD", civil_of(2026, 4, 17), "1.5");
    expect_rate(&rates.items[3], "USD", civil_of(2026, 4, 20), "1.1");
    rates = read_table(*state, "OBS_VALUE,TIME_PERIOD,CURRENCY_DENOM,CURRENCY\n"
                               "1.5,2026-04-17,EUR,CAD");
    assert_int_equal(rates.count, 1);
    expect_rate(&rates.items[0], "CAD", civil_of(2026, 4, 17), "1.5");
}

static void test_fields_may_be_quoted_and_hold_what_ends_a_field_elsewhere(void **state)
{
    struct published_rates rates =
        read_table(*state, "\xEF\xBB\xBF\"CURRENCY\",NOTE,CURRENCY_DENOM,TIME_PERIOD,OBS_VALUE\n"
                           "\"CAD\",\"one, \"\"two\"\"\r\nthree\",EUR,\"2026-04-17\",\"1.5\"\n"
                           "\r\n\n"
                           "USD,,EUR,2026-04-17,1.2\r\n\r\n");
    assert_int_equal(rates.count, 2);
    expect_rate(&rates.items[0], "CAD", civil_of(2026, 4, 17), "1.5");
    expect_rate(&rates.items[1], "USD", civil_of(2026, 4, 17), "1.2");
}

static void test_days_without_an_observation_are_none(void **state)
{
    struct published_rates rates =
        read_table(*state, HEAD ROW("CAD", "2026-04-17", "") ROW("CAD", "2026-04-18", "NaN")
                               ROW("CAD", "2026-04-19", "0") ROW("CAD", "2026-04-20", "1.6500"));
    assert_int_equal(rates.count, 1);
    expect_rate(&rates.items[0], "CAD", civil_of(2026, 4, 20), "1.65");
    rates = read_table(*state, HEAD);
    assert_int_equal(rates.count, 0);
}

static void test_what_makes_no_sense_is_refused_with_its_line(void **state)
{
    struct rig *rig = *state;
#define LONG "1.50000000000000000000000000000000000000000000000000000000000000000000"
    static const struct {
        const char *text, *words;
    } table[] = {
        {"", "no column CURRENCY"},
        {"<html><body>Bad gateway</body></html>", "no column CURRENCY"},
        {"CURRENCY,CURRENCY_DENOM,TIME_PERIOD\n", "no column OBS_VALUE"},
        {HEAD ROW("CAD", "2026-04-17", "1.5") "EXR.D.USD.EUR.SP00.A,D,US", "line 3: 3 columns"},
        {HEAD ROW("CAD", "2026-04-17", "1.5,9"), "line 2: 10 columns, not 9"},
        {HEAD "\"EXR.D.USD", "line 2: a quote is not closed"},
        {HEAD "\"EXR\"D,D,USD", "line 2: a quote or line break within a field"},
        {HEAD "EXR\"D,D,USD", "line 2: a quote or line break within a field"},
        {HEAD "EXR\rD,D,USD", "line 2: a quote or line break within a field"},
        {HEAD ROW("usd", "2026-04-17", "1.5"), "line 2: \"usd\" is not a currency"},
        {HEAD ROW("USDT", "2026-04-17", "1.5"), "\"USDT\" is not a currency"},
        {HEAD ROW("USD", "2026-04", "1.5"), "\"2026-04\" is not a day"},
        {HEAD ROW("USD", "2026-02-30", "1.5"), "\"2026-02-30\" is not a day"},
        {HEAD ROW("USD", "", "1.5"), "is not a day"},
        {HEAD ROW("USD", "2026-04-17", "1.5 "), "\"1.5 \" is not a rate"},
        {HEAD ROW("USD", "2026-04-17", "-1.5"), "is not a rate"},
        {HEAD ROW("USD", "2026-04-17", "1e99"), "is not a rate"},
        {HEAD ROW("USD", "2026-04-17", "nan"), "is not a rate"},
        {HEAD ROW("USD", "2026-04-17", LONG), "is not a rate"},
        {HEAD "EXR,D,USD,CAD,SP00,A,2026-04-17,1.5,", "a rate to \"CAD\", not to EUR"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct published_rates rates;
        struct err err = {0};
        if (rates_read_csv(table[i].text, strlen(table[i].text), &rig->arena, &rates, &err))
            fail_msg("%s was read", table[i].text);
        if (!strstr(err.msg, table[i].words))
            fail_msg("\"%s\" lacks \"%s\"", err.msg, table[i].words);
        assert_false(rates.known);
        assert_int_equal(rates.count, 0);
    }
}

static void test_a_nul_too_many_columns_and_too_many_rows_are_refused(void **state)
{
    struct rig *rig = *state;
    static const char nul[] = HEAD "\0" ROW("CAD", "2026-04-17", "1.5");
    struct published_rates rates;
    struct err err;
    assert_false(rates_read_csv(nul, sizeof nul - 1, &rig->arena, &rates, &err));
    struct buf text = {0};
    for (int i = 0; i < 101; i++)
        buf_str(&text, "X,");
    assert_false(rates_read_csv(buf_cstr(&text), text.len, &rig->arena, &rates, &err));
    assert_string_equal(err.msg, "more than 100 columns");
    buf_clear(&text);
    buf_str(&text, "CURRENCY,CURRENCY_DENOM,TIME_PERIOD,OBS_VALUE\n");
    for (int i = 0; i <= RATES_MAX_ROWS; i++)
        buf_str(&text, "CAD,EUR,2026-04-17,1.5\n");
    assert_false(rates_read_csv(buf_cstr(&text), text.len, &rig->arena, &rates, &err));
    assert_string_equal(err.msg, "more than 50000 rates");
    buf_release(&text);
}

/* ---- the question ---- */

static void test_all_currencies_are_asked_for_at_once(void **state)
{
    struct rig *rig = *state;
    struct published_rates rates;
    struct call *call = rates_fetch(&rig->env, today(), &rates);
    expect_request(start(call), call, URL);
    assert_int_equal(call->request.method, HTTP_GET);
    assert_string_equal(header_of(call, "Accept"), "text/csv");
    assert_string_equal(call->request.pace_key, "rates");
    assert_int_equal(answer(call, 200, TABLE).kind, STEP_DONE);
    assert_true(rates.known);
    assert_int_equal(rates.count, 4);
    assert_int_equal(rig->sessions.systems[SYSTEM_RATES].last_ok.ms, rig->world.now.ms);
}

static void test_with_the_euro_alone_there_is_nothing_to_ask(void **state)
{
    struct rig *rig = *state;
    struct published_rates rates;
    rig->config.rules.base_currency = "EUR";
    rig->config.rates.currencies.count = 0;
    assert_int_equal(start(rates_fetch(&rig->env, today(), &rates)).kind, STEP_DONE);
    assert_true(rates.known);
    assert_int_equal(rates.count, 0);
}

static void test_a_failure_is_tried_again_and_leaves_the_rates_unknown(void **state)
{
    struct rig *rig = *state;
    struct published_rates rates;
    struct call *call = rates_fetch(&rig->env, today(), &rates);
    start(call);
    assert_int_equal(answer(call, 503, "<html>").kind, STEP_WAIT);
    expect_request(start(call), call, URL);
    assert_int_equal(answer(call, 200, HEAD "half a r").kind, STEP_WAIT);
    start(call);
    assert_int_equal(lose(call, HTTP_SENT_UNKNOWN).kind, STEP_WAIT);
    start(call);
    expect_failed(answer(call, 200, HEAD "half \x01 r"), call, FAILURE_TRANSIENT, "bad_reply");
    assert_string_equal(call->failure.message, "line 2: 1 columns, not 9");
    assert_false(rates.known);
    assert_int_equal(rig->sessions.systems[SYSTEM_RATES].failures, 1);
    call = rates_fetch(&rig->env, today(), &rates);
    start(call);
    expect_failed(answer(call, 404, "No results found."), call, FAILURE_NOT_FOUND, "http_404");
    call = rates_fetch(&rig->env, today(), &rates);
    start(call);
    expect_failed(lose(call, HTTP_TOO_LARGE), call, FAILURE_PERMANENT, "reply_too_large");
}

static void test_a_source_that_never_answers_is_left_alone(void **state)
{
    struct rig *rig = *state;
    struct published_rates rates;
    struct call *call = NULL;
    rig->config.fetch.attempts = 1;
    for (int i = 0; i < 5; i++) {
        call = rates_fetch(&rig->env, today(), &rates);
        expect_request(start(call), call, URL);
        expect_failed(lose(call, HTTP_NOT_SENT), call, FAILURE_TRANSIENT, "not_sent");
    }
    call = rates_fetch(&rig->env, today(), &rates);
    expect_failed(start(call), call, FAILURE_TRANSIENT, "circuit_open");
    rig->world.mono.ms += 60 * 1000;
    call = rates_fetch(&rig->env, today(), &rates);
    expect_request(start(call), call, URL);
    assert_int_equal(answer(call, 200, TABLE).kind, STEP_DONE);
}

/* ---- what is kept ---- */

static void expect_asked(struct rig *rig, struct civil day, bool asked)
{
    struct published_rates rates;
    struct call *call = rates_fetch(&rig->env, day, &rates);
    struct step step = start(call);
    assert_int_equal(step.kind, asked ? STEP_REQUEST : STEP_DONE);
    if (asked)
        step = answer(call, 200, TABLE);
    assert_int_equal(step.kind, STEP_DONE);
    assert_true(rates.known);
    assert_int_equal(rates.count, 4);
    expect_rate(&rates.items[3], "USD", today(), "1.1");
}

static void test_a_good_answer_is_kept_for_the_day_and_six_hours(void **state)
{
    struct rig *rig = *state;
    expect_asked(rig, today(), true);
    expect_asked(rig, today(), false);
    rig->world.mono.ms += RATES_KEPT_MS - 1;
    rig->world.now.ms += INT64_C(365) * 24 * 3600 * 1000; /* people's clock proves nothing */
    expect_asked(rig, today(), false);
    rig->world.mono.ms += 1;
    expect_asked(rig, today(), true);
    expect_asked(rig, today(), false);
    expect_asked(rig, civil_add_days(today(), 1), true);
}

static void test_another_question_is_not_answered_from_memory(void **state)
{
    struct rig *rig = *state;
    expect_asked(rig, today(), true);
    rig->config.rates.base_url = "https://other.example";
    expect_asked(rig, today(), true);
    rig->config.rates.currencies.count = 1;
    expect_asked(rig, today(), true);
    rig->config.rates.days = 30;
    expect_asked(rig, today(), true);
    expect_asked(rig, today(), false);
}

static void test_a_failure_does_not_take_the_place_of_what_is_kept(void **state)
{
    struct rig *rig = *state;
    struct published_rates rates;
    expect_asked(rig, today(), true);
    struct call *call = rates_fetch(&rig->env, civil_add_days(today(), 1), &rates);
    start(call);
    expect_failed(answer(call, 404, ""), call, FAILURE_NOT_FOUND, "http_404");
    assert_false(rates.known);
    expect_asked(rig, today(), false);
}

static void test_the_check_asks_for_the_last_days_and_keeps_nothing(void **state)
{
    struct rig *rig = *state;
    expect_asked(rig, today(), true);
    struct call *call = rates_probe(&rig->env);
    expect_request(start(call), call,
                   "https://data-api.example/service/data/EXR/D.CAD+USD+GBP.EUR.SP00.A?startPeriod="
                   "2026-04-12&endPeriod=2026-04-20&format=csvdata");
    assert_int_equal(answer(call, 200, TABLE).kind, STEP_DONE);
    assert_int_equal(start(rates_probe(&rig->env)).kind, STEP_REQUEST);
    expect_asked(rig, today(), false); /* what was kept before is still there */
}

/* ---- worth in each other ---- */

static const struct currency_rate *find(const struct rates *rates, const char *id)
{
    for (size_t i = 0; i < rates->count; i++)
        if (strcmp(rates->items[i].id, id) == 0)
            return &rates->items[i];
    fail_msg("no %s", id);
    return NULL;
}

static void test_rates_go_by_way_of_the_euro(void **state)
{
    struct rig *rig = *state;
    struct published_rates table = read_table(rig, TABLE);
    struct rates rates = rates_into(&table, "CAD", &rig->arena);
    assert_true(rates.known);
    assert_int_equal(rates.count, 4);
    const struct currency_rate *rate = find(&rates, "USD/CAD 2026-04-17 ecb");
    assert_int_equal(rate->rate.scaled, 12500000000);
    assert_string_equal(rate->base, "CAD");
    assert_string_equal(rate->foreign, "USD");
    assert_string_equal(rate->source, "ecb");
    assert_int_equal(find(&rates, "USD/CAD 2026-04-20 ecb")->rate.scaled, 15000000000);
    assert_int_equal(find(&rates, "EUR/CAD 2026-04-20 ecb")->rate.scaled, 16500000000);
    rates = rates_into(&table, "EUR", &rig->arena);
    assert_int_equal(rates.count, 4);
    assert_int_equal(find(&rates, "USD/EUR 2026-04-20 ecb")->rate.scaled, 9090909091);
    rates = rates_into(&table, "USD", &rig->arena);
    assert_int_equal(find(&rates, "CAD/USD 2026-04-17 ecb")->rate.scaled, 8000000000);
}

static void test_a_day_without_the_base_has_no_rates(void **state)
{
    struct rig *rig = *state;
    struct published_rates table =
        read_table(rig, HEAD ROW("CAD", "2026-04-17", "1.5") ROW("USD", "2026-04-17", "1.2")
                            ROW("USD", "2026-04-20", "1.1"));
    struct rates rates = rates_into(&table, "CAD", &rig->arena);
    assert_int_equal(rates.count, 2);
    find(&rates, "USD/CAD 2026-04-17 ecb");
    find(&rates, "EUR/CAD 2026-04-17 ecb");
    rates = rates_into(&table, "NOK", &rig->arena);
    assert_true(rates.known);
    assert_int_equal(rates.count, 0);
    assert_false(rates_into(&(struct published_rates){0}, "CAD", &rig->arena).known);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_table_is_read_by_the_names_of_its_columns),
        TEST(test_fields_may_be_quoted_and_hold_what_ends_a_field_elsewhere),
        TEST(test_days_without_an_observation_are_none),
        TEST(test_what_makes_no_sense_is_refused_with_its_line),
        TEST(test_a_nul_too_many_columns_and_too_many_rows_are_refused),
        TEST(test_all_currencies_are_asked_for_at_once),
        TEST(test_with_the_euro_alone_there_is_nothing_to_ask),
        TEST(test_a_failure_is_tried_again_and_leaves_the_rates_unknown),
        TEST(test_a_source_that_never_answers_is_left_alone),
        TEST(test_the_check_asks_for_the_last_days_and_keeps_nothing),
        TEST(test_a_good_answer_is_kept_for_the_day_and_six_hours),
        TEST(test_another_question_is_not_answered_from_memory),
        TEST(test_a_failure_does_not_take_the_place_of_what_is_kept),
        TEST(test_rates_go_by_way_of_the_euro),
        TEST(test_a_day_without_the_base_has_no_rates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
