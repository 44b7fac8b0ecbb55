/* The decision: golden cases from a text file that anyone can extend, and properties that must
 * hold for any facts whatever. */
#include "base/calendar.h"
#include "handlers/decide.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the four above
#include <cmocka.h>

enum { MAX_RECORDS = 12, LINE_SIZE = 400 };

struct scene {
    struct facts facts;
    struct opportunity opportunity;
    struct contract contract;
    struct invoice invoices[MAX_RECORDS];
    struct credit credits[MAX_RECORDS];
    struct term term;
    const char *pending;
    struct config config;
    struct arena arena;
    struct decision decision;
};

static struct civil day(const char *text)
{
    struct err err;
    struct civil out;
    assert_true(civil_parse(strcmp(text, "none") == 0 ? NULL : text, &out, &err));
    return out;
}

static struct money amount(const char *text, const char *currency)
{
    struct err err;
    struct money out;
    assert_true(money_parse(strcmp(text, "none") == 0 ? NULL : text, currency,
                            money_precision(currency), &out, &err));
    return out;
}

static struct invoice *add_invoice(struct scene *scene, const char *number, const char *total,
                                   const char *remaining, const char *due, const char *currency)
{
    struct invoice *invoice = &scene->invoices[scene->facts.invoice_count++];
    assert_true(scene->facts.invoice_count < MAX_RECORDS);
    *invoice = (struct invoice){
        .id = arena_str(&scene->arena, number),
        .number = arena_str(&scene->arena, number),
        .contract_id = "IC-1",
        .date = day("2026-04-10"),
        .due = day(due),
        .total = amount(total, currency),
        .remaining = amount(remaining, currency),
        .status = "Open",
        .counts = true,
        .email = "ap@acme.example",
    };
    return invoice;
}

static void scene_init(struct scene *scene)
{
    struct err err;
    memset(scene, 0, sizeof *scene);
    assert_true(config_parse(&scene->config, "test", "{}", 2, &err));
    scene->opportunity = (struct opportunity){.id = "006",
                                              .account_id = "001",
                                              .name = "ACME 2026",
                                              .contract_id = "800",
                                              .won = true,
                                              .amount = amount("150000.00", "CAD"),
                                              .close_date = day("2026-03-31")};
    scene->contract = (struct contract){.id = "IC-1",
                                        .sf_contract_id = "800",
                                        .status = CONTRACT_EXECUTED,
                                        .value = amount("150000.00", "CAD"),
                                        .effective = day("2026-01-01"),
                                        .expires = day("2026-12-31"),
                                        .signed_at = CIVIL_NONE};
    scene->facts = (struct facts){.base_currency = "CAD",
                                  .base_precision = 2,
                                  .account = {.found = true,
                                              .id = "001",
                                              .name = "ACME Corp",
                                              .owner_id = "005",
                                              .billing_country = "Canada",
                                              .industry = "Software"},
                                  .owner = {.found = true,
                                            .id = "005",
                                            .name = "Ana",
                                            .username = "ana@corp.example",
                                            .email = "ana@corp.example",
                                            .title = "AE",
                                            .department = "Sales",
                                            .zone = "America/Toronto",
                                            .active = true,
                                            .last_login = CIVIL_NONE},
                                  .opportunities = &scene->opportunity,
                                  .opportunity_count = 1,
                                  .contracts = &scene->contract,
                                  .contract_count = 1,
                                  .customer_found = true,
                                  .invoices = scene->invoices,
                                  .credits = scene->credits,
                                  .terms = &scene->term};
    for (int i = 0; i < SOURCE_COUNT; i++)
        scene->facts.sources[i].ok = true;
    add_invoice(scene, "INV-0", "5000.00", "0.00", "2026-02-01", "CAD");
}

static void scene_release(struct scene *scene)
{
    config_release(&scene->config);
    arena_release(&scene->arena);
}

/* --- the words of the golden file --- */

static void line_invoice(struct scene *scene, const char *rest)
{
    char number[20], total[30], remaining[30], due[20], currency[4] = "CAD", rate[20] = "";
    assert_int_equal(sscanf(rest, "%19s %29s %29s due %19s", number, total, remaining, due), 4);
    const char *foreign = strstr(rest, "currency ");
    if (foreign)
        assert_int_equal(sscanf(foreign, "currency %3s rate %19s", currency, rate), 2);
    struct invoice *invoice = add_invoice(scene, number, total, remaining, due, currency);
    struct err err;
    if (*rate)
        assert_true(rate_parse(rate, &invoice->rate, &err));
    if (strstr(rest, " void"))
        invoice->counts = false;
    if (strstr(rest, "email none"))
        invoice->email = NULL;
}

static void line_credit(struct scene *scene, const char *rest)
{
    char number[20], unapplied[30];
    assert_int_equal(sscanf(rest, "%19s %29s", number, unapplied), 2);
    struct credit *credit = &scene->credits[scene->facts.credit_count++];
    *credit = (struct credit){.id = arena_str(&scene->arena, number),
                              .number = arena_str(&scene->arena, number),
                              .approved = !strstr(rest, "pending"),
                              .disputed = strstr(rest, "disputed") != NULL,
                              .total = amount(unapplied, "CAD"),
                              .unapplied = amount(unapplied, "CAD"),
                              .date = day("2026-04-01")};
}

static void line_no(struct scene *scene, const char *rest)
{
    if (strcmp(rest, "invoices") == 0)
        scene->facts.invoice_count = 0;
    else
        scene->facts.contract_count = 0;
}

static void line_contract(struct scene *scene, const char *rest)
{
    struct contract *contract = &scene->contract;
    char word[40];
    if (sscanf(rest, "value %39s", word) == 1) {
        contract->value = amount(word, "CAD");
    } else if (sscanf(rest, "expires %39s", word) == 1) {
        contract->expires = day(word);
    } else if (sscanf(rest, "effective %39s", word) == 1) {
        contract->effective = day(word);
    } else if (strncmp(rest, "pending ", 8) == 0) {
        scene->pending = arena_str(&scene->arena, rest + 8);
        contract->pending = &scene->pending;
        contract->pending_count = 1;
    } else {
        contract->status = CONTRACT_UNKNOWN;
        for (int status = CONTRACT_UNKNOWN; status <= CONTRACT_TERMINATED; status++)
            if (strcmp(contract_status_name((enum contract_status)status), rest) == 0)
                contract->status = (enum contract_status)status;
        assert_int_not_equal(contract->status, CONTRACT_UNKNOWN);
    }
}

static void line_amount(struct scene *scene, const char *rest)
{
    scene->opportunity.amount = amount(rest, "CAD");
}

static void line_owner(struct scene *scene, const char *rest)
{
    if (strcmp(rest, "inactive") == 0)
        scene->facts.owner.active = false;
    else if (strcmp(rest, "gone") == 0)
        scene->facts.owner = (struct owner){.last_login = CIVIL_NONE};
    else if (strcmp(rest, "no-email") == 0)
        scene->facts.owner.email = NULL;
    else if (strcmp(rest, "queue") == 0)
        scene->facts.account.owner_id = "00G000000000001";
    else
        fail_msg("owner %s?", rest);
}

static void line_account(struct scene *scene, const char *rest)
{
    if (strcmp(rest, "deleted") == 0)
        scene->facts.account.deleted = true;
    else
        scene->facts.account = (struct account){.id = "001"};
}

static void line_deal(struct scene *scene, const char *rest)
{
    if (strcmp(rest, "none") == 0)
        scene->facts.opportunity_count = 0;
    else
        scene->opportunity.account_id = "002";
}

static void line_missing(struct scene *scene, const char *rest)
{
    if (strcmp(rest, "billing country") == 0)
        scene->facts.account.billing_country = NULL;
    else if (strcmp(rest, "industry") == 0)
        scene->facts.account.industry = NULL;
    else if (strcmp(rest, "contract") == 0)
        scene->opportunity.contract_id = NULL;
    else
        fail_msg("missing %s?", rest);
}

static void line_source(struct scene *scene, const char *rest)
{
    for (int i = 0; i < SOURCE_COUNT; i++) {
        struct source_state *source = &scene->facts.sources[i];
        if (strncmp(rest, source_name((enum source)i), strlen(source_name((enum source)i))) != 0)
            continue;
        *source = (struct source_state){.absent = strstr(rest, "absent") != NULL};
        source->failure = (struct failure){FAILURE_TRANSIENT, 503, "", "503 from NetSuite", 0};
        scene->facts.invoice_count = 0;
        return;
    }
    fail_msg("source %s?", rest);
}

static void line_term(struct scene *scene, const char *rest)
{
    int percent, days;
    assert_int_equal(sscanf(rest, "%d %d", &percent, &days), 2);
    scene->term = (struct term){.id = "1",
                                .name = "test",
                                .days_until_expiry = days,
                                .discount_bp = percent * 100,
                                .day_discount_expires = -1};
    scene->facts.term_count = 1;
    scene->invoices[scene->facts.invoice_count - 1].term_id = "1";
}

static bool said(const struct decision *decision, const char *code, const char *subject)
{
    for (size_t i = 0; i < decision->findings.count; i++)
        if (strcmp(decision->findings.items[i].code, code) == 0 &&
            (strcmp(subject, "*") == 0 ||
             strcmp(decision->findings.items[i].subject, subject) == 0))
            return true;
    return false;
}

static void line_expect(struct scene *scene, const char *rest)
{
    char level[40];
    int used;
    size_t expected = 0;
    facts_normalise(&scene->facts);
    decide(&scene->facts, &scene->config, day("2026-04-20"), &scene->arena, &scene->decision);
    assert_int_equal(sscanf(rest, "%39s%n", level, &used), 1);
    assert_string_equal(level_name(scene->decision.level), level);
    for (const char *at = rest + used;; expected++) {
        char code[60], *subject;
        if (sscanf(at, " %59s%n", code, &used) != 1)
            break;
        at += used;
        subject = strchr(code, '@');
        assert_non_null(subject);
        *subject++ = '\0';
        if (!said(&scene->decision, code, subject))
            fail_msg("no finding %s of %s", code, subject);
    }
    assert_int_equal(scene->decision.findings.count, expected);
}

static const struct {
    const char *word;
    void (*apply)(struct scene *scene, const char *rest);
} words[] = {
    {"invoice", line_invoice},   {"credit", line_credit}, {"no", line_no},
    {"contract", line_contract}, {"amount", line_amount}, {"owner", line_owner},
    {"account", line_account},   {"deal", line_deal},     {"missing", line_missing},
    {"source", line_source},     {"term", line_term},     {"expect", line_expect},
};

static void apply_line(struct scene *scene, const char *line)
{
    size_t len = strcspn(line, " ");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i].word) == len && strncmp(words[i].word, line, len) == 0) {
            words[i].apply(scene, line[len] ? line + len + 1 : "");
            return;
        }
    fail_msg("unknown word: %s", line);
}

static void test_golden_cases_come_out_as_written(void **state)
{
    (void)state;
    FILE *file = fopen("tests/unit/golden_decisions.txt", "r");
    assert_non_null(file);
    struct scene scene;
    char line[LINE_SIZE];
    int cases = 0;
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        const char *text = line + strspn(line, " ");
        if (*text == '#' || !*text)
            continue;
        if (strncmp(text, "case ", 5) == 0) {
            if (cases++)
                scene_release(&scene);
            scene_init(&scene);
            print_message("  %s\n", text + 5);
        } else {
            apply_line(&scene, text);
        }
    }
    fclose(file);
    assert_true(cases > 40);
    scene_release(&scene);
}

/* --- properties, over random facts --- */

static uint64_t seed;

static uint64_t dice(uint64_t bound)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % bound;
}

/* Anything goes: negative totals, due dates before the invoice's, nothing known. */
static struct money random_money(void)
{
    static const char *const currencies[] = {"CAD", "USD", "JPY", ""};
    const char *currency = currencies[dice(4)];
    struct money out = money_zero(currency, money_precision(currency));
    out.minor = (int64_t)dice(40000000) - 4000000;
    out.known = dice(10) > 0;
    if (!out.known)
        out.minor = 0;
    return out;
}

static void random_scene(struct scene *scene)
{
    scene_init(scene);
    size_t invoices = dice(8), credits = dice(5);
    scene->facts.invoice_count = 0;
    for (size_t i = 0; i < invoices; i++) {
        struct invoice *invoice = add_invoice(scene, "x", "0", "0", "none", "CAD");
        invoice->id = invoice->number = arena_fmt(&scene->arena, "INV-%zu", i);
        invoice->total = random_money();
        invoice->remaining = invoice->total;
        invoice->remaining.minor -= (int64_t)dice(3) * invoice->total.minor / 2;
        if (dice(6))
            invoice->due = civil_add_days(day("2026-04-20"), (int32_t)dice(120) - 60);
        invoice->counts = dice(8) > 0;
        invoice->rate.scaled = (int64_t)dice(3) * RATE_SCALE;
    }
    for (size_t i = 0; i < credits; i++)
        scene->credits[scene->facts.credit_count++] =
            (struct credit){.id = arena_fmt(&scene->arena, "CM-%zu", i),
                            .number = "CM",
                            .approved = dice(3) > 0,
                            .disputed = dice(4) == 0,
                            .unapplied = random_money(),
                            .total = random_money()};
    scene->contract.value = random_money();
    scene->contract.status = (enum contract_status)dice(CONTRACT_TERMINATED + 1);
    if (dice(5) == 0)
        scene->facts.contract_count = 0;
    if (dice(5) == 0)
        scene->facts.sources[dice(SOURCE_COUNT)].ok = false;
}

static void decide_now(struct scene *scene)
{
    facts_normalise(&scene->facts);
    decide(&scene->facts, &scene->config, day("2026-04-20"), &scene->arena, &scene->decision);
}

static void shuffle(struct scene *scene)
{
    for (size_t i = scene->facts.invoice_count; i > 1; i--) {
        size_t j = dice(i);
        struct invoice swap = scene->invoices[i - 1];
        scene->invoices[i - 1] = scene->invoices[j];
        scene->invoices[j] = swap;
    }
    for (size_t i = scene->facts.credit_count; i > 1; i--) {
        size_t j = dice(i);
        struct credit swap = scene->credits[i - 1];
        scene->credits[i - 1] = scene->credits[j];
        scene->credits[j] = swap;
    }
}

static void test_order_of_records_never_matters(void **state)
{
    (void)state;
    seed = 0x9e3779b97f4a7c15u;
    for (int round = 0; round < 2000; round++) {
        struct scene scene;
        struct buf first = {0}, second = {0};
        random_scene(&scene);
        decide_now(&scene);
        char digest[DIGEST_HEX_SIZE];
        memcpy(digest, scene.decision.facts_digest, sizeof digest);
        decision_write(&scene.decision, &first);
        shuffle(&scene);
        decide_now(&scene);
        decision_write(&scene.decision, &second);
        assert_string_equal(buf_cstr(&first), buf_cstr(&second));
        assert_string_equal(digest, scene.decision.facts_digest);
        buf_release(&first);
        buf_release(&second);
        scene_release(&scene);
    }
}

static void test_another_overdue_invoice_never_lowers_the_level(void **state)
{
    (void)state;
    seed = 0x2545f4914f6cdd1du;
    for (int round = 0; round < 2000; round++) {
        struct scene scene;
        random_scene(&scene);
        scene.facts.credit_count = 0;
        decide_now(&scene);
        enum level before = scene.decision.level;
        bool had_invoices = scene.facts.invoice_count > 0;
        add_invoice(&scene, "INV-late", "100.00", "100.00", "2026-04-01", "CAD");
        decide_now(&scene);
        if (had_invoices || before < LEVEL_ESCALATE_WARN)
            assert_true(scene.decision.level >= before);
        scene_release(&scene);
    }
}

static void test_a_decision_reads_back_as_it_was_written(void **state)
{
    (void)state;
    seed = 0x123456789abcdefu;
    for (int round = 0; round < 500; round++) {
        struct scene scene;
        struct decision again;
        struct err err;
        struct buf first = {0}, second = {0};
        random_scene(&scene);
        decide_now(&scene);
        decision_write(&scene.decision, &first);
        assert_true(decision_read(buf_cstr(&first), &scene.arena, &again, &err));
        decision_write(&again, &second);
        assert_string_equal(buf_cstr(&first), buf_cstr(&second));
        assert_int_equal(again.level, scene.decision.level);
        buf_release(&first);
        buf_release(&second);
        scene_release(&scene);
    }
}

static void test_ten_thousand_invoices_are_decided(void **state)
{
    (void)state;
    struct scene scene;
    scene_init(&scene);
    struct invoice *many = calloc(10000, sizeof *many);
    assert_non_null(many);
    for (int i = 0; i < 10000; i++) {
        many[i] = scene.invoices[0];
        many[i].id = many[i].number = arena_fmt(&scene.arena, "INV-%d", i);
        many[i].total = many[i].remaining = amount("10.00", "CAD");
        many[i].due = day("2026-04-01");
    }
    scene.facts.invoices = many;
    scene.facts.invoice_count = 10000;
    decide_now(&scene);
    assert_int_equal(scene.decision.level, LEVEL_BLOCK_FINANCE);
    assert_true(strlen(scene.decision.findings.items[0].text) < 1000);
    free(many);
    scene_release(&scene);
}

static void test_the_fix_names_each_way_out_once(void **state)
{
    (void)state;
    struct scene scene;
    scene_init(&scene);
    apply_line(&scene, "invoice INV-1 25000.00 25000.00 due 2026-04-08");
    apply_line(&scene, "contract effective 2026-05-01");
    decide_now(&scene);
    assert_string_equal(scene.decision.fix, "1 May reached; INV-1 paid");
    scene_release(&scene);
}

static void test_keys_are_asked_for_each_block_and_none_lifts_a_hard_one(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        unsigned keys;
    } cases[] = {
        {"invoice INV-1 100.00 100.00 due 2026-04-08", KEY_CS},
        {"invoice INV-1 160000.00 160000.00 due 2026-04-08", KEY_CS | KEY_FINANCE_DIRECTOR},
        {"contract draft", 0},
        {"source netsuite down", 0},
        {"contract value none", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene scene;
        scene_init(&scene);
        apply_line(&scene, cases[i].line);
        decide_now(&scene);
        assert_int_equal(decision_keys(&scene.decision), cases[i].keys);
        scene_release(&scene);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden_cases_come_out_as_written),
        cmocka_unit_test(test_order_of_records_never_matters),
        cmocka_unit_test(test_another_overdue_invoice_never_lowers_the_level),
        cmocka_unit_test(test_a_decision_reads_back_as_it_was_written),
        cmocka_unit_test(test_ten_thousand_invoices_are_decided),
        cmocka_unit_test(test_the_fix_names_each_way_out_once),
        cmocka_unit_test(test_keys_are_asked_for_each_block_and_none_lifts_a_hard_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
