/* Which rates become facts: enough for every question of the checks, no more, and whose. */
#include "handlers/fetch_rates.h"

#include "handlers/checks/rates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MAX = 40, MANY = 400, ROUNDS = 300 };

struct stage {
    struct arena arena;
    struct facts facts;
    struct published_rates published;
    struct invoice invoices[MAX];
    struct opportunity deals[2];
    struct contract contracts[1];
    struct currency_rate rates[MANY];
};

static struct civil day(int ahead)
{
    return civil_add_days(civil_of(2026, 4, 20), ahead);
}

static struct money amount(const char *currency)
{
    struct money out = {.minor = 100, .precision = 2, .known = true};
    snprintf(out.currency, sizeof out.currency, "%s", currency);
    return out;
}

static int raise_stage(void **state)
{
    static struct stage stage;
    stage = (struct stage){.facts = {.base_currency = "CAD", .base_precision = 2}};
    stage.facts.invoices = stage.invoices;
    stage.facts.opportunities = stage.deals;
    stage.facts.contracts = stage.contracts;
    stage.facts.rates = (struct rates){true, stage.rates, 0};
    *state = &stage;
    return 0;
}

static int strike_stage(void **state)
{
    arena_release(&((struct stage *)*state)->arena);
    return 0;
}

static void bill(struct stage *stage, const char *currency, struct civil date)
{
    stage->invoices[stage->facts.invoice_count++] = (struct invoice){
        .counts = true, .date = date, .total = amount(currency), .remaining = amount(currency)};
}

static void sell(struct stage *stage, const char *currency, struct civil date)
{
    stage->deals[stage->facts.opportunity_count++] =
        (struct opportunity){.amount = amount(currency), .close_date = date};
}

static void rate(struct stage *stage, const char *foreign, struct civil date, int64_t scaled)
{
    stage->rates[stage->facts.rates.count++] = (struct currency_rate){
        .id = currency_rate_id(&stage->arena, "CAD", foreign, date, "netsuite"),
        .base = "CAD",
        .foreign = foreign,
        .date = date,
        .rate = {scaled},
        .source = "netsuite"};
}

static void choose(struct stage *stage)
{
    rates_choose(&(struct rates_choice){.facts = &stage->facts,
                                        .published = &stage->published,
                                        .today = day(0),
                                        .window_days = 7,
                                        .arena = &stage->arena});
}

/* "USD/CAD 2026-04-20 netsuite, …" */
static void expect_chosen(const struct stage *stage, const char *wanted)
{
    char found[2000] = "";
    for (size_t i = 0; i < stage->facts.rates.count; i++)
        snprintf(found + strlen(found), sizeof found - strlen(found), "%s%s", i ? ", " : "",
                 stage->facts.rates.items[i].id);
    assert_string_equal(found, wanted);
}

static void publish(struct stage *stage)
{
    static struct published_rate items[] = {{"CAD", {0}, {16500000000}},
                                            {"USD", {0}, {11000000000}}};
    items[0].date = items[1].date = day(0);
    stage->published = (struct published_rates){true, items, 2};
}

/* ---- */

static void test_a_day_s_rates_are_the_last_before_it_and_the_first_after(void **state)
{
    struct stage *stage = *state;
    bill(stage, "USD", day(-20));
    for (int ahead = -30; ahead <= 0; ahead += 3)
        rate(stage, "USD", day(ahead), RATE_SCALE);
    rate(stage, "EUR", day(0), RATE_SCALE);
    choose(stage);
    assert_true(stage->facts.rates.known);
    expect_chosen(stage, "USD/CAD 2026-03-30 netsuite, USD/CAD 2026-04-02 netsuite, "
                         "USD/CAD 2026-04-20 netsuite");
}

static void test_deals_and_contracts_need_rates_too_and_what_does_not_count_needs_none(void **state)
{
    struct stage *stage = *state;
    sell(stage, "USD", day(-40));
    stage->contracts[stage->facts.contract_count++].value = amount("EUR");
    bill(stage, "JPY", day(-10));
    stage->invoices[0].counts = false;
    rate(stage, "USD", day(-40), RATE_SCALE);
    rate(stage, "USD", day(-10), RATE_SCALE);
    rate(stage, "EUR", day(-9), RATE_SCALE);
    rate(stage, "JPY", day(-10), RATE_SCALE);
    choose(stage);
    expect_chosen(stage, "EUR/CAD 2026-04-11 netsuite, USD/CAD 2026-03-11 netsuite, "
                         "USD/CAD 2026-04-10 netsuite");
}

static void test_rates_too_far_away_or_of_no_use_are_left_out(void **state)
{
    struct stage *stage = *state;
    bill(stage, "USD", day(0));
    rate(stage, "USD", day(-32), RATE_SCALE);
    rate(stage, "USD", day(32), RATE_SCALE);
    rate(stage, "USD", day(0), 0);
    rate(stage, "USD", CIVIL_NONE, RATE_SCALE);
    stage->rates[stage->facts.rates.count] =
        (struct currency_rate){"x", "USD", "USD", day(0), {RATE_SCALE}, "netsuite"};
    stage->facts.rates.count++;
    choose(stage);
    expect_chosen(stage, "");
    assert_true(stage->facts.rates.known);
}

static void test_where_no_rate_is_needed_none_is_missing(void **state)
{
    struct stage *stage = *state;
    bill(stage, "CAD", day(-5));
    bill(stage, "", day(-5));
    rate(stage, "USD", day(0), RATE_SCALE);
    stage->facts.rates.known = false;
    publish(stage);
    choose(stage);
    assert_true(stage->facts.rates.known);
    expect_chosen(stage, "");
}

static void test_published_rates_stand_in_where_netsuite_has_none_of_those_needed(void **state)
{
    struct stage *stage = *state;
    bill(stage, "USD", day(0));
    rate(stage, "EUR", day(0), RATE_SCALE);
    publish(stage);
    choose(stage);
    expect_chosen(stage, "USD/CAD 2026-04-20 ecb");
    assert_int_equal(stage->facts.rates.items[0].rate.scaled, 15000000000);
}

static void test_netsuite_s_rates_come_first(void **state)
{
    struct stage *stage = *state;
    bill(stage, "USD", day(0));
    rate(stage, "USD", day(-1), RATE_SCALE);
    publish(stage);
    choose(stage);
    expect_chosen(stage, "USD/CAD 2026-04-19 netsuite");
}

static void test_what_nobody_said_is_unknown(void **state)
{
    struct stage *stage = *state;
    bill(stage, "USD", day(0));
    stage->facts.rates.known = false;
    choose(stage);
    assert_false(stage->facts.rates.known);
    stage->facts.rates.known = true;
    choose(stage);
    assert_true(stage->facts.rates.known);
    stage->facts.rates.known = false;
    stage->facts.base_currency = NULL;
    choose(stage);
    assert_false(stage->facts.rates.known);
}

/* ---- whatever the facts, the checks see by the few what they would see by all ---- */

static uint64_t seed = 20260420;

static int below(int bound)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int)(seed % (unsigned)bound);
}

static const char *const currencies[] = {"CAD", "EUR", "JPY", "USD"};

static const char *any_currency(void)
{
    return currencies[below(4)];
}

static void make_facts(struct stage *stage)
{
    for (int i = below(6); i > 0; i--)
        bill(stage, any_currency(), below(10) ? day(-below(120)) : CIVIL_NONE);
    for (int i = below(3); i > 0; i--)
        sell(stage, any_currency(), day(-below(120)));
    for (int i = below(MANY); i > 0; i--)
        rate(stage, any_currency(), day(10 - below(180)), 1 + below(1000000));
}

static void expect_same_answers(const struct facts *all, const struct facts *few, struct civil at,
                                const char *currency)
{
    static const int64_t windows[] = {0, 7, RATE_COMPARE_DAYS};
    for (size_t i = 0; i < 3; i++) {
        struct rate_at by_all = rate_near(all, currency, at, windows[i]);
        struct rate_at by_few = rate_near(few, currency, at, windows[i]);
        assert_int_equal(by_all.date.day, by_few.date.day);
    }
}

static void expect_enough(const struct facts *all, const struct facts *few)
{
    for (size_t i = 0; i < all->invoice_count; i++)
        for (size_t k = 0; k < all->invoice_count; k++)
            expect_same_answers(all, few, all->invoices[i].date,
                                all->invoices[k].remaining.currency);
    for (size_t i = 0; i < all->opportunity_count; i++) {
        const struct opportunity *deal = &all->opportunities[i];
        expect_same_answers(all, few, deal->close_date, deal->amount.currency);
        expect_same_answers(all, few, day(0), deal->amount.currency);
        for (size_t k = 0; k < all->invoice_count; k++)
            expect_same_answers(all, few, all->invoices[k].date, deal->amount.currency);
    }
}

static void test_the_checks_see_by_the_few_what_they_would_see_by_all(void **state)
{
    for (int round = 0; round < ROUNDS; round++) {
        raise_stage(state);
        struct stage *stage = *state;
        make_facts(stage);
        const struct facts all = stage->facts;
        choose(stage);
        expect_enough(&all, &stage->facts);
        assert_true(stage->facts.rates.count <=
                    2 * 3 * (all.invoice_count + all.opportunity_count + 1));
        arena_release(&stage->arena);
    }
}

static void test_the_order_of_arrival_does_not_matter(void **state)
{
    struct stage *stage = *state;
    bill(stage, "USD", day(-3));
    rate(stage, "USD", day(-3), 2 * RATE_SCALE);
    rate(stage, "USD", day(-3), RATE_SCALE);
    rate(stage, "USD", day(0), RATE_SCALE);
    struct facts one = stage->facts;
    choose(stage);
    one.rates = stage->facts.rates;
    struct currency_rate turned[3] = {stage->rates[2], stage->rates[1], stage->rates[0]};
    stage->facts.rates = (struct rates){true, turned, 3};
    choose(stage);
    assert_int_equal(stage->facts.rates.count, one.rates.count);
    for (size_t i = 0; i < one.rates.count; i++)
        assert_int_equal(stage->facts.rates.items[i].rate.scaled, one.rates.items[i].rate.scaled);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, raise_stage, strike_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_day_s_rates_are_the_last_before_it_and_the_first_after),
        TEST(test_deals_and_contracts_need_rates_too_and_what_does_not_count_needs_none),
        TEST(test_rates_too_far_away_or_of_no_use_are_left_out),
        TEST(test_where_no_rate_is_needed_none_is_missing),
        TEST(test_published_rates_stand_in_where_netsuite_has_none_of_those_needed),
        TEST(test_netsuite_s_rates_come_first),
        TEST(test_what_nobody_said_is_unknown),
        TEST(test_the_checks_see_by_the_few_what_they_would_see_by_all),
        TEST(test_the_order_of_arrival_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
