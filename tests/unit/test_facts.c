/* Facts: one canonical text whatever the order of arrival, read back exactly. */
#include "connectors/facts.h"

#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- facts made from a seed ---- */

static uint64_t seed;

static uint64_t draw(uint64_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (seed >> 33) % below;
}

static const char *draw_text(struct arena *arena)
{
    static const char *const odd[] = {"", "ACME", "Müller & Söhne", "a\"b\\c", "tab\there", "名前"};
    if (draw(4) == 0)
        return NULL;
    return arena_str(arena, odd[draw(sizeof odd / sizeof *odd)]);
}

static struct civil draw_date(void)
{
    return draw(3) ? civil_of(2020 + (int)draw(10), 1 + (int)draw(12), 1 + (int)draw(28))
                   : CIVIL_NONE;
}

static struct money draw_money(void)
{
    struct money money = money_zero(draw(2) ? "CAD" : "JPY", (uint8_t)draw(4));
    money.known = draw(4) != 0;
    if (money.known)
        money.minor = (int64_t)draw(UINT64_C(1) << 31) - (INT64_C(1) << 30);
    return money;
}

static void draw_invoice(struct arena *arena, struct invoice *invoice, size_t number)
{
    *invoice = (struct invoice){.id = arena_fmt(arena, "%zu", 5000 + number),
                                .number = draw_text(arena),
                                .date = draw_date(),
                                .due = draw_date(),
                                .subtotal = draw_money(),
                                .total = draw_money(),
                                .remaining = draw_money(),
                                .rate = {(int64_t)draw(20000000000)},
                                .status = draw_text(arena),
                                .counts = draw(2),
                                .installment_count = draw(4)};
    invoice->installments =
        arena_array(arena, invoice->installment_count, sizeof *invoice->installments);
    for (size_t i = 0; i < invoice->installment_count; i++)
        invoice->installments[i] = (struct installment){
            .number = (int64_t)i + 1, .due = draw_date(), .amount = draw_money()};
}

static void draw_contract(struct arena *arena, struct contract *contract, size_t number)
{
    *contract = (struct contract){.id = arena_fmt(arena, "IC-%zu", number),
                                  .status = (enum contract_status)draw(7),
                                  .value = draw_money(),
                                  .effective = draw_date(),
                                  .expires = draw_date(),
                                  .signed_at = draw_date(),
                                  .covers_count = draw(3)};
    contract->covers = arena_array(arena, contract->covers_count, sizeof *contract->covers);
    for (size_t i = 0; i < contract->covers_count; i++)
        contract->covers[i] = arena_fmt(arena, "001%zu", i);
}

/* The groups that a fetch may leave out. */
static void draw_groups(struct arena *arena, struct facts *facts)
{
    facts->family = (struct family){
        .known = draw(2), .cycle = draw(2), .too_deep = draw(2), .relative_count = draw(4)};
    facts->family.relatives = arena_array(arena, 4, sizeof *facts->family.relatives);
    for (size_t i = 0; i < facts->family.relative_count; i++)
        facts->family.relatives[i] = (struct relative){.id = arena_fmt(arena, "001%zu", i),
                                                       .name = draw_text(arena),
                                                       .depth = (int64_t)draw(9) - 4,
                                                       .won = draw(2)};
    facts->owner.managers_known = draw(2);
    facts->owner.manager_count = draw(3);
    facts->owner.managers = arena_array(arena, 3, sizeof *facts->owner.managers);
    for (size_t i = 0; i < facts->owner.manager_count; i++)
        facts->owner.managers[i] =
            (struct manager){.level = (int64_t)i + 1, .name = draw_text(arena), .active = draw(2)};
    facts->owner_history.change_count = draw(3);
    facts->owner_history.changes = arena_array(arena, 3, sizeof *facts->owner_history.changes);
    for (size_t i = 0; i < facts->owner_history.change_count; i++)
        facts->owner_history.changes[i] =
            (struct owner_change){.id = arena_fmt(arena, "017%zu", i), .date = draw_date()};
    facts->rates.known = draw(2);
    facts->rates.count = draw(4);
    facts->rates.items = arena_array(arena, 4, sizeof *facts->rates.items);
    for (size_t i = 0; i < facts->rates.count; i++)
        facts->rates.items[i] = (struct currency_rate){.id = arena_fmt(arena, "USD/CAD %zu", i),
                                                       .date = draw_date(),
                                                       .rate = {(int64_t)draw(99)}};
}

static struct facts draw_facts(struct arena *arena)
{
    struct facts facts = {.base_currency = "CAD",
                          .base_precision = 2,
                          .account = {.found = draw(2), .id = "001A", .name = draw_text(arena)},
                          .owner = {.email = draw_text(arena), .last_login = draw_date()},
                          .customer_found = draw(2),
                          .invoice_count = draw(6),
                          .contract_count = draw(4),
                          .opportunity_count = draw(3)};
    facts.invoices = arena_array(arena, facts.invoice_count, sizeof *facts.invoices);
    for (size_t i = 0; i < facts.invoice_count; i++)
        draw_invoice(arena, &facts.invoices[i], i);
    facts.contracts = arena_array(arena, facts.contract_count, sizeof *facts.contracts);
    for (size_t i = 0; i < facts.contract_count; i++)
        draw_contract(arena, &facts.contracts[i], i);
    facts.opportunities = arena_array(arena, facts.opportunity_count, sizeof *facts.opportunities);
    for (size_t i = 0; i < facts.opportunity_count; i++)
        facts.opportunities[i] = (struct opportunity){.id = arena_fmt(arena, "006%zu", i),
                                                      .amount = draw_money(),
                                                      .close_date = draw_date(),
                                                      .last_activity = draw_date()};
    draw_groups(arena, &facts);
    return facts;
}

static char *written(const struct facts *facts)
{
    struct buf buf;
    buf_init(&buf, 0);
    facts_write(facts, &buf);
    return buf_take(&buf);
}

static void shuffle(void *items, size_t count, size_t size)
{
    char *at = items, spare[512];
    assert_true(size <= sizeof spare);
    for (size_t i = count; i > 1; i--) {
        char *a = at + (i - 1) * size, *b = at + draw(i) * size;
        if (a == b)
            continue;
        memcpy(spare, a, size);
        memcpy(a, b, size);
        memcpy(b, spare, size);
    }
}

/* ---- the tests ---- */

static void test_facts_are_read_back_exactly(void **state)
{
    (void)state;
    for (seed = 1; seed < 300; seed++) {
        uint64_t first = seed;
        struct arena arena = {0};
        struct facts facts = draw_facts(&arena), again;
        struct err err;
        char *text = written(&facts);
        assert_true(facts_read(text, strlen(text), &arena, &again, &err));
        char *text_again = written(&again);
        assert_string_equal(text, text_again);
        assert_int_equal(again.invoice_count, facts.invoice_count);
        free(text);
        free(text_again);
        arena_release(&arena);
        seed = first;
    }
}

static void test_missing_values_stay_missing(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct err err;
    struct invoice invoice = {.id = "1", .due = CIVIL_NONE, .date = civil_of(2026, 4, 20)};
    struct facts facts = {.invoices = &invoice, .invoice_count = 1}, again;
    char *text = written(&facts);
    assert_true(facts_read(text, strlen(text), &arena, &again, &err));
    assert_null(again.invoices[0].number);
    assert_null(again.account.id);
    assert_false(again.invoices[0].total.known);
    assert_false(civil_is_known(again.invoices[0].due));
    assert_int_equal(again.invoices[0].date.day, civil_of(2026, 4, 20).day);
    free(text);
    arena_release(&arena);
}

static void test_digest_ignores_the_order_of_records(void **state)
{
    (void)state;
    for (seed = 1; seed < 200; seed++) {
        uint64_t first = seed;
        struct arena arena = {0};
        struct facts facts = draw_facts(&arena);
        char before[DIGEST_HEX_SIZE], after[DIGEST_HEX_SIZE];
        facts_normalise(&facts);
        facts_digest(&facts, before);
        for (size_t i = 0; i < facts.invoice_count; i++)
            shuffle(facts.invoices[i].installments, facts.invoices[i].installment_count,
                    sizeof *facts.invoices[i].installments);
        for (size_t i = 0; i < facts.contract_count; i++)
            shuffle(facts.contracts[i].covers, facts.contracts[i].covers_count, sizeof(char *));
        shuffle(facts.invoices, facts.invoice_count, sizeof *facts.invoices);
        shuffle(facts.family.relatives, facts.family.relative_count,
                sizeof *facts.family.relatives);
        shuffle(facts.owner.managers, facts.owner.manager_count, sizeof *facts.owner.managers);
        shuffle(facts.rates.items, facts.rates.count, sizeof *facts.rates.items);
        shuffle(facts.contracts, facts.contract_count, sizeof *facts.contracts);
        facts_normalise(&facts);
        facts_digest(&facts, after);
        assert_string_equal(before, after);
        arena_release(&arena);
        seed = first;
    }
}

static void test_digest_ignores_the_sources(void **state)
{
    (void)state;
    struct facts facts = {.base_currency = "CAD"};
    char before[DIGEST_HEX_SIZE], after[DIGEST_HEX_SIZE];
    facts_digest(&facts, before);
    facts.sources[SOURCE_CLM] = (struct source_state){.ok = true, .elapsed_ms = 12};
    facts_digest(&facts, after);
    assert_string_equal(before, after);
    facts.base_currency = "USD";
    facts_digest(&facts, after);
    assert_string_not_equal(before, after);
}

static void test_record_that_came_twice_stands_once(void **state)
{
    (void)state;
    struct invoice invoices[] = {
        {.id = "2"}, {.id = "1", .number = "B"}, {.id = "2"}, {.id = "1", .number = "A"}};
    struct facts facts = {.invoices = invoices, .invoice_count = 4};
    facts_normalise(&facts);
    assert_int_equal(facts.invoice_count, 2);
    assert_string_equal(invoices[0].number, "A");
    assert_string_equal(invoices[1].id, "2");
}

static void test_damaged_facts_are_refused_with_their_place(void **state)
{
    (void)state;
    static const struct {
        const char *is, *becomes, *says;
    } damages[] = {
        {"\"counts\":false", "\"counts\":12   ",
         "stored facts: invoices: [0]: counts: expected a boolean, found a number"},
        {"\"id\":\"1\"", "\"id\":[1]", "invoices: [0]: id: expected a string, found a list"},
        {"\"number\":", "\"_umber\":", "invoices: [0]: number: missing"},
        {"\"due\":null", "\"due\":\"05\"", "invoices: [0]: due"},
        {"\"base_precision\":0", "\"base_precision\":9e0", "expected a whole number"},
        {"\"base_precision\":0,", "\"base_precision\":999,", "base_precision: out of range"},
        {"\"precision\":0", "\"precision\":5", "invoices: [0]: subtotal: out of range"},
        {"\"rate\":0,", "\"rate\":99999999999999999999,", "rate: expected a whole number"},
        {"\"rate\":0,", "\"rate\":-1,", "rate: out of range"},
        {"\"installments\":[]", "\"installments\":{}", "installments: expected a list"},
        {"\"currency\":\"\"", "\"currency\":\"EU\"", "currency: not three letters"},
    };
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        struct arena arena = {0};
        struct err err = {0};
        struct invoice invoice = {.id = "1", .due = CIVIL_NONE, .date = CIVIL_NONE};
        struct facts facts = {.invoices = &invoice, .invoice_count = 1}, again;
        char *text = written(&facts);
        char *place = strstr(text, damages[i].is);
        assert_non_null(place);
        const char *damaged = arena_fmt(&arena, "%.*s%s%s", (int)(place - text), text,
                                        damages[i].becomes, place + strlen(damages[i].is));
        assert_false(facts_read(damaged, strlen(damaged), &arena, &again, &err));
        if (!strstr(err.msg, damages[i].says))
            fail_msg("%s: %s", damages[i].becomes, err.msg);
        free(text);
        arena_release(&arena);
    }
}

static void test_what_is_no_facts_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "{}", "[", "[]", "null", "7", "{\"base_currency\":"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct arena arena = {0};
        struct err err = {0};
        struct facts facts;
        assert_false(facts_read(texts[i], strlen(texts[i]), &arena, &facts, &err));
        assert_non_null(strstr(err.msg, "stored facts: "));
        arena_release(&arena);
    }
}

/* What an earlier version stored has no such groups: they are read as not known. */
static void test_facts_of_an_earlier_version_are_read(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct err err;
    struct contract contract = {.id = "IC-1"};
    struct sf_contract own = {.id = "800A", .signed_at = civil_of(2026, 4, 1), .term_months = 12};
    struct facts facts = {.contracts = &contract,
                          .contract_count = 1,
                          .sf_contracts = &own,
                          .sf_contract_count = 1},
                 again;
    static const char *const later[] = {
        "\"family\":",       "\"owner_history\":", "\"rates\":",       "\"managers_known\":",
        "\"covers_known\":", "\"status_code\":",   "\"term_months\":",
    };
    char *text = written(&facts);
    for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
        char *at = strstr(text, later[i]);
        assert_non_null(at);
        at[1] = '_'; /* by another name it is not there */
    }
    /* The CLM's records have a signed_at of their own, which is no later one. */
    strstr(strstr(text, "\"sf_contracts\":"), "\"signed_at\":")[1] = '_';
    assert_true(facts_read(text, strlen(text), &arena, &again, &err));
    assert_false(again.family.known || again.rates.known || again.contracts[0].covers_known);
    assert_int_equal(again.contract_count, 1);
    assert_int_equal(again.sf_contract_count, 1);
    assert_null(again.sf_contracts[0].status_code);
    assert_false(civil_is_known(again.sf_contracts[0].signed_at));
    assert_int_equal(again.sf_contracts[0].term_months, 0);
    free(text);
    arena_release(&arena);
}

static void test_salesforce_ids_are_the_same_with_and_without_their_checksum(void **state)
{
    (void)state;
    assert_true(salesforce_same_id("001A00000012345", "001A00000012345AAA"));
    assert_false(salesforce_same_id("001A00000012345", "001A00000012346AAA"));
    assert_false(salesforce_same_id("001a00000012345", "001A00000012345AAA"));
    assert_false(salesforce_same_id("001", "001A"));
    assert_true(salesforce_same_id("001", "001"));
    assert_false(salesforce_same_id(NULL, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_facts_are_read_back_exactly),
        cmocka_unit_test(test_missing_values_stay_missing),
        cmocka_unit_test(test_digest_ignores_the_order_of_records),
        cmocka_unit_test(test_digest_ignores_the_sources),
        cmocka_unit_test(test_record_that_came_twice_stands_once),
        cmocka_unit_test(test_damaged_facts_are_refused_with_their_place),
        cmocka_unit_test(test_what_is_no_facts_is_refused),
        cmocka_unit_test(test_facts_of_an_earlier_version_are_read),
        cmocka_unit_test(test_salesforce_ids_are_the_same_with_and_without_their_checksum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
