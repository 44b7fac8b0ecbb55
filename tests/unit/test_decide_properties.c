/* What must hold of a decision for any facts whatever, absurd ones too; drawn from seeds. */
#include "base/config_table.h"
#include "tests/unit/decide_scene.h"

static uint64_t seed;

static uint64_t dice(uint64_t bound)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % bound;
}

static bool one_in(uint64_t sides)
{
    return dice(sides) == 0;
}

/* Negative totals, unknown currencies, nothing known, amounts of 15 digits. */
static struct money random_money(void)
{
    static const char *const currencies[] = {"CAD", "CAD", "USD", "JPY", "KWD", ""};
    const char *currency = currencies[dice(sizeof currencies / sizeof *currencies)];
    struct money out = money_zero(currency, money_precision(currency));
    out.minor = (int64_t)dice(40000000) - 4000000;
    if (one_in(20))
        out.minor = (one_in(2) ? -1 : 1) * INT64_C(999999999999999999);
    if (one_in(20))
        out.precision = (uint8_t)dice(5);
    out.known = dice(10) > 0;
    if (!out.known)
        out.minor = 0;
    return out;
}

static struct civil random_day(void)
{
    if (one_in(40))
        return day(one_in(2) ? "0001-01-01" : "9999-12-31");
    return one_in(6) ? CIVIL_NONE : civil_add_days(day("2026-04-20"), (int32_t)dice(240) - 200);
}

static struct rate random_rate(void)
{
    if (one_in(20))
        return (struct rate){one_in(2) ? 1 : RATE_SCALE * INT64_C(100000000)};
    return (struct rate){(int64_t)dice(3) * (int64_t)dice(2 * RATE_SCALE)};
}

static const char *random_text(struct scene *scene, const char *kind, uint64_t of)
{
    static const char *const absurd[] = {
        "",        " ", "; ", "%s%n", "<!channel>\n*x*", "\"}],\"level\":\"NONE", "\u202e\u200b",
        "\xff\xc3"};
    if (one_in(16))
        return absurd[dice(sizeof absurd / sizeof *absurd)];
    return one_in(8) ? NULL : arena_fmt(&scene->arena, "%s%d", kind, (int)dice(of));
}

static void random_invoice(struct scene *scene, size_t number)
{
    struct invoice *invoice = add_invoice(scene, "x", random_money(), random_money(), random_day());
    invoice->id = arena_fmt(&scene->arena, "%zu", number);
    invoice->number = one_in(8) ? NULL : arena_fmt(&scene->arena, "INV-%zu", number);
    invoice->remaining = one_in(4) ? random_money() : invoice->total;
    invoice->subtotal = one_in(4) ? random_money() : invoice->total;
    invoice->tax = random_money();
    invoice->date = random_day();
    invoice->counts = dice(8) > 0;
    invoice->rate = random_rate();
    invoice->contract_id = random_text(scene, "IC-", 3);
    invoice->term_id = random_text(scene, "T", 3);
    invoice->override_installments = one_in(4);
    invoice->email = random_text(scene, "ap@", 2);
    if (!one_in(3) || scene->installment_count + 4 > SCENE_MAX)
        return;
    invoice->installments = &scene->installments[scene->installment_count];
    invoice->installment_count = dice(4);
    for (size_t i = 0; i < invoice->installment_count; i++)
        scene->installments[scene->installment_count++] =
            (struct installment){.number = (int64_t)dice(4),
                                 .due = random_day(),
                                 .amount = one_in(4) ? random_money() : invoice->total,
                                 .remaining = one_in(4) ? random_money() : invoice->total};
}

static void random_opportunity(struct scene *scene, size_t number)
{
    scene->opportunities[number] = (struct opportunity){
        .id = arena_fmt(&scene->arena, "006-%zu", number),
        .account_id = random_text(scene, "00", 3),
        .name = random_text(scene, "Deal", 9),
        .contract_id = random_text(scene, "80", 2),
        .owner_id = random_text(scene, "00", 9),
        .type = one_in(3) ? "Existing - Renewal" : random_text(scene, "New", 2),
        .won = !one_in(5),
        .amount = random_money(),
        .close_date = random_day(),
        .last_activity = random_day()};
    if (one_in(2))
        scene->opportunities[number].account_id = "001";
}

static void random_family(struct scene *scene)
{
    struct family *family = &scene->facts.family;
    family->known = !one_in(5);
    family->cycle = one_in(9);
    family->too_deep = one_in(9);
    family->relative_count = dice(7);
    for (size_t i = 0; i < family->relative_count; i++)
        scene->relatives[i] = (struct relative){.id = arena_fmt(&scene->arena, "00%zu", i + 2),
                                                .name = random_text(scene, "Child", 9),
                                                .parent_id = random_text(scene, "00", 8),
                                                .depth = (int64_t)dice(14) - 7,
                                                .deleted = one_in(4),
                                                .won = one_in(2)};
    scene->facts.account.parent_id = random_text(scene, "00", 8);
    scene->contract.covers_known = one_in(2);
    scene->contract.covers_count = dice(4);
    for (size_t i = 0; i < scene->contract.covers_count; i++)
        scene->covers[i] = arena_fmt(&scene->arena, "00%d", (int)dice(8));
}

static void random_rates(struct scene *scene)
{
    static const char *const foreign[] = {"USD", "JPY", "KWD", "CAD"};
    struct rates *rates = &scene->facts.rates;
    rates->known = !one_in(5);
    rates->count = dice(10);
    for (size_t i = 0; i < rates->count; i++) {
        struct currency_rate *out = &scene->rates[i];
        *out = (struct currency_rate){.base = "CAD",
                                      .foreign = foreign[dice(4)],
                                      .date = random_day(),
                                      .rate = random_rate(),
                                      .source = "netsuite"};
        out->id = currency_rate_id(&scene->arena, out->base, out->foreign, out->date, out->source);
    }
}

static void random_owner(struct scene *scene)
{
    struct facts *facts = &scene->facts;
    facts->account.owner_id = random_text(scene, "00", 9);
    facts->owner = (struct owner){.found = !one_in(5),
                                  .name = random_text(scene, "Ana", 2),
                                  .email = random_text(scene, "a@", 2),
                                  .username = random_text(scene, "a@", 2),
                                  .manager_id = random_text(scene, "005", 2),
                                  .active = !one_in(5),
                                  .last_login = random_day()};
    facts->owner_history.known = one_in(2);
    facts->owner_history.change_count = dice(4);
    for (size_t i = 0; i < facts->owner_history.change_count; i++)
        scene->changes[i] = (struct owner_change){.id = arena_fmt(&scene->arena, "017-%zu", i),
                                                  .date = random_day(),
                                                  .from = random_text(scene, "00", 9)};
    scene->remembered = (struct remembered){.provisioned = one_in(4),
                                            .opportunity_id = random_text(scene, "006-", 5),
                                            .previous_owner_id = random_text(scene, "00", 9),
                                            .previous_owner_on = random_day()};
}

static void random_credits(struct scene *scene)
{
    size_t count = dice(5);
    for (size_t i = 0; i < count; i++)
        scene->credits[scene->facts.credit_count++] =
            (struct credit){.id = arena_fmt(&scene->arena, "%zu", i),
                            .number = random_text(scene, "CM-", 20),
                            .approved = dice(3) > 0,
                            .disputed = one_in(4),
                            .deposit = one_in(4),
                            .unapplied = random_money(),
                            .total = random_money()};
}

static void random_terms(struct scene *scene)
{
    scene->facts.term_count = dice(4);
    for (size_t i = 0; i < scene->facts.term_count; i++)
        scene->terms[i] = (struct term){.id = arena_fmt(&scene->arena, "T%zu", i),
                                        .date_driven = one_in(2),
                                        .installment = one_in(2),
                                        .split_evenly = one_in(2),
                                        .days_until_expiry = (int64_t)dice(60) - 5,
                                        .day_discount_expires = (int64_t)dice(40) - 5,
                                        .recurrence_count = (int64_t)dice(6) - 1,
                                        .discount_bp = (int64_t)dice(400) - 100};
    for (size_t i = 0; i < scene->facts.term_count; i++)
        if (one_in(20))
            scene->terms[i].days_until_expiry = scene->terms[i].day_discount_expires =
                scene->terms[i].recurrence_count = INT32_MAX;
}

/* Any rules that a configuration may hold. */
static void random_rules(struct scene *scene)
{
    for (size_t i = 0; i < config_key_count; i++) {
        const struct config_key *key = &config_keys[i];
        if (key->type != CONFIG_INT || strncmp(key->path, "rules.", 6) != 0)
            continue;
        int64_t *value = (int64_t *)((char *)&scene->config + key->offset);
        uint64_t span = (uint64_t)(key->max - key->min) + 1;
        *value = one_in(4) ? key->min : one_in(3) ? key->max : key->min + (int64_t)dice(span);
    }
}

static void random_scene(struct scene *scene)
{
    scene_init(scene);
    struct facts *facts = &scene->facts;
    size_t invoices = dice(8);
    facts->invoice_count = 0;
    for (size_t i = 0; i < invoices; i++)
        random_invoice(scene, i);
    facts->opportunity_count = dice(5);
    for (size_t i = 0; i < facts->opportunity_count; i++)
        random_opportunity(scene, i);
    random_family(scene);
    random_rates(scene);
    random_owner(scene);
    random_credits(scene);
    random_terms(scene);
    scene->contract.id = one_in(9) ? NULL : "IC-1";
    scene->contract.value = random_money();
    scene->contract.status = (enum contract_status)dice(CONTRACT_TERMINATED + 1);
    scene->contract.expires = random_day();
    scene->contract.billing_schedule = random_text(scene, "upfront", 2);
    if (one_in(5))
        facts->contract_count = 0;
    if (one_in(5))
        facts->sources[dice(SOURCE_COUNT)].ok = false;
    if (one_in(9))
        facts->account.name = NULL;
    if (one_in(30))
        facts->base_currency = NULL;
}

static char *written(const struct decision *decision)
{
    struct buf out = {0};
    decision_write(decision, &out);
    return buf_take(&out);
}

#define SHUFFLE(items, count)                                                                      \
    for (size_t i_ = (count); i_ > 1; i_--) {                                                      \
        size_t j_ = dice(i_);                                                                      \
        __typeof__(*(items)) swap_ = (items)[i_ - 1];                                              \
        (items)[i_ - 1] = (items)[j_];                                                             \
        (items)[j_] = swap_;                                                                       \
    }

static void shuffle(struct scene *scene)
{
    struct facts *facts = &scene->facts;
    SHUFFLE(facts->invoices, facts->invoice_count)
    SHUFFLE(facts->credits, facts->credit_count)
    SHUFFLE(facts->opportunities, facts->opportunity_count)
    SHUFFLE(facts->terms, facts->term_count)
    SHUFFLE(facts->family.relatives, facts->family.relative_count)
    SHUFFLE(facts->owner_history.changes, facts->owner_history.change_count)
    SHUFFLE(facts->rates.items, facts->rates.count)
    SHUFFLE(scene->contract.covers, scene->contract.covers_count)
    for (size_t i = 0; i < facts->invoice_count; i++)
        SHUFFLE(facts->invoices[i].installments, facts->invoices[i].installment_count)
}

enum { ROUNDS = 1500 };

static void test_order_of_records_never_matters(void **state)
{
    (void)state;
    seed = 0x9e3779b97f4a7c15u;
    for (int round = 0; round < ROUNDS; round++) {
        struct scene scene;
        char digest[DIGEST_HEX_SIZE];
        random_scene(&scene);
        scene_decide_as_it_is(&scene);
        memcpy(digest, scene.decision.facts_digest, sizeof digest);
        char *first = written(&scene.decision);
        shuffle(&scene);
        scene_decide_as_it_is(&scene);
        char *second = written(&scene.decision);
        assert_string_equal(first, second);
        assert_string_equal(digest, scene.decision.facts_digest);
        free(first);
        free(second);
        scene_release(&scene);
    }
}

static void test_another_overdue_invoice_never_lowers_the_level(void **state)
{
    (void)state;
    seed = 0x2545f4914f6cdd1du;
    for (int round = 0; round < ROUNDS; round++) {
        struct scene scene;
        random_scene(&scene);
        scene.facts.credit_count = 0;
        scene_decide_as_it_is(&scene);
        enum level before = scene.decision.level;
        bool had_invoices = scene.facts.invoice_count > 0;
        struct invoice *late = add_invoice(&scene, "late", amount("100.00", "CAD"),
                                           amount("100.00", "CAD"), day("2026-04-01"));
        late->contract_id = NULL;
        scene_decide_as_it_is(&scene);
        if (had_invoices || before < LEVEL_ESCALATE_WARN)
            assert_true(scene.decision.level >= before);
        scene_release(&scene);
    }
}

/* The level is the worst finding's: one more can only raise it. */
static void test_the_level_is_that_of_the_worst_finding(void **state)
{
    (void)state;
    seed = 0x1234567u;
    for (int round = 0; round < ROUNDS; round++) {
        struct scene scene;
        enum level worst = LEVEL_NONE;
        random_scene(&scene);
        scene_decide_as_it_is(&scene);
        const struct findings *findings = &scene.decision.findings;
        for (size_t i = 0; i < findings->count; i++) {
            assert_true(i == 0 || findings->items[i].level <= findings->items[i - 1].level);
            if (findings->items[i].level > worst)
                worst = findings->items[i].level;
        }
        assert_int_equal(scene.decision.level, worst);
        assert_true(worst > LEVEL_NOTE || !scene.decision.fix);
        scene_release(&scene);
    }
}

static void test_any_rules_within_their_bounds_decide(void **state)
{
    (void)state;
    seed = 0xfeedface12345u;
    for (int round = 0; round < ROUNDS; round++) {
        struct scene scene;
        random_scene(&scene);
        random_rules(&scene);
        scene_decide_as_it_is(&scene);
        char *first = written(&scene.decision);
        shuffle(&scene);
        scene_decide_as_it_is(&scene);
        char *second = written(&scene.decision);
        assert_string_equal(first, second);
        free(first);
        free(second);
        scene_release(&scene);
    }
}

/* Whatever is found besides: the level rises or stays, and no key that was asked for is spared, but
 * where nobody can open it any more. */
static void test_one_more_finding_never_lowers_the_level_nor_spares_a_key(void **state)
{
    (void)state;
    seed = 0x51ed270b27u;
    for (int round = 0; round < ROUNDS; round++) {
        struct scene scene;
        struct decision more;
        struct err err;
        random_scene(&scene);
        scene_decide_as_it_is(&scene);
        enum level before = scene.decision.level, added = (enum level)(1 + dice(LEVEL_COUNT - 1));
        unsigned keys = decision_keys(&scene.decision);
        (void)finding_add(&scene.decision.findings, "ONE_MORE", added, ROUTE_CS, "x", "one more");
        char *text = written(&scene.decision);
        assert_true(decision_read(text, &scene.arena, &more, &err));
        assert_int_equal(more.level, added > before ? added : before);
        unsigned now = decision_keys(&more);
        assert_true((now & keys) == keys || (now == 0 && more.level >= LEVEL_BLOCK_DATA));
        free(text);
        scene_release(&scene);
    }
}

/* What was decided is bound to the facts: another amount, name or record is another digest. */
static void test_other_facts_have_another_digest(void **state)
{
    (void)state;
    seed = 0x77777777u;
    for (int round = 0; round < ROUNDS; round++) {
        struct scene scene;
        char before[DIGEST_HEX_SIZE], after[DIGEST_HEX_SIZE];
        random_scene(&scene);
        facts_digest(&scene.facts, before);
        switch (dice(3)) {
        case 0:
            add_invoice(&scene, "another", amount("1.00", "CAD"), amount("1.00", "CAD"),
                        day("2026-05-01"));
            break;
        case 1:
            scene.facts.account.name = "Another Corp";
            break;
        default:
            scene.facts.owner.active = !scene.facts.owner.active;
        }
        facts_digest(&scene.facts, after);
        assert_string_not_equal(before, after);
        scene_release(&scene);
    }
}

static void test_facts_read_back_give_the_same_decision(void **state)
{
    (void)state;
    seed = 0xabcdef12345u;
    for (int round = 0; round < ROUNDS; round++) {
        struct scene scene;
        struct facts again;
        struct err err;
        struct buf text = {0};
        random_scene(&scene);
        scene_decide_as_it_is(&scene);
        char *first = written(&scene.decision);
        facts_write(&scene.facts, &text);
        assert_true(facts_read(buf_cstr(&text), text.len, &scene.arena, &again, &err));
        memcpy(again.sources, scene.facts.sources, sizeof again.sources);
        scene.facts = again;
        scene_decide_as_it_is(&scene);
        char *second = written(&scene.decision);
        assert_string_equal(first, second);
        free(first);
        free(second);
        buf_release(&text);
        scene_release(&scene);
    }
}

static void test_a_decision_reads_back_as_it_was_written(void **state)
{
    (void)state;
    seed = 0x123456789abcdefu;
    for (int round = 0; round < ROUNDS; round++) {
        struct scene scene;
        struct decision again;
        struct err err;
        random_scene(&scene);
        scene_decide_as_it_is(&scene);
        char *first = written(&scene.decision);
        assert_true(decision_read(first, &scene.arena, &again, &err));
        char *second = written(&again);
        assert_string_equal(first, second);
        assert_int_equal(again.level, scene.decision.level);
        free(first);
        free(second);
        scene_release(&scene);
    }
}

#define FINDING                                                                                    \
    "{\"code\":\"FX_DRIFT\",\"level\":\"NOTE\",\"routes\":[\"cs\",\"nobody\",7,\"admin\"]}"

static void test_damaged_findings_are_refused_with_their_place(void **state)
{
    (void)state;
    static const struct {
        const char *json, *says;
    } rows[] = {
        {"{\"skipped\":[]}", "findings: missing"},
        {"{\"findings\":{},\"skipped\":[]}", "findings: expected a list, found an object"},
        {"{\"findings\":[]}", "skipped: missing"},
        {"{\"findings\":[" FINDING ",7],\"skipped\":[]}", "findings[1]: code: missing"},
        {"{\"findings\":[" FINDING ",{\"code\":[]}],\"skipped\":[]}",
         "findings[1]: code: expected a string, found a list"},
        {"{\"findings\":[{\"code\":\"A\",\"level\":null}],\"skipped\":[]}",
         "findings[0]: level: missing"},
        {"{\"findings\":[{\"code\":\"A\",\"level\":\"note\"}],\"skipped\":[]}",
         "findings[0]: unknown level \"note\""},
        {"{\"findings\":[" FINDING "]", "line 1"},
        {"", "empty"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        struct decision decision;
        struct err err = {0};
        assert_false(decision_read(rows[i].json, &arena, &decision, &err));
        if (!strstr(err.msg, rows[i].says))
            fail_msg("%s: %s", rows[i].json, err.msg);
        arena_release(&arena);
    }
}

/* What is of another kind than it should be is left out, as in the decisions of later versions. */
static void test_what_is_strange_in_a_finding_is_left_out(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct decision decision;
    struct err err = {0};
    assert_true(decision_read("{\"findings\":[" FINDING "],\"skipped\":[{\"code\":7},null]}",
                              &arena, &decision, &err));
    const struct finding *finding = &decision.findings.items[0];
    assert_int_equal(finding->routes, ROUTE_CS | ROUTE_ADMIN);
    assert_int_equal(finding->sources, 0);
    assert_int_equal(finding->input_count, 0);
    assert_string_equal(finding->subject, "");
    assert_string_equal(finding->text, "");
    assert_null(finding->fix);
    assert_int_equal(decision.findings.skipped_count, 2);
    assert_string_equal(decision.findings.skipped[0].code, "");
    arena_release(&arena);
}

/* Each its own trouble, so that every list there is grows long. */
static void test_ten_thousand_invoices_are_decided(void **state)
{
    (void)state;
    enum { MANY = 10000 };
    struct scene scene;
    scene_init(&scene);
    struct invoice *many = calloc(MANY, sizeof *many);
    struct installment *installments = calloc(MANY, sizeof *installments);
    assert_non_null(many);
    assert_non_null(installments);
    for (int i = 0; i < MANY; i++) {
        const char *currency = i % 2 ? "CAD" : "USD";
        many[i] = scene.invoices[0];
        many[i].id = many[i].number = arena_fmt(&scene.arena, "INV-%d", i);
        many[i].total = many[i].remaining = many[i].subtotal = amount("100.00", currency);
        many[i].due = i % 3 ? day("2026-04-01") : CIVIL_NONE;
        many[i].installments = &installments[i];
        many[i].installment_count = (size_t)(i % 5 == 0);
        installments[i] = (struct installment){.number = 1,
                                               .due = day("2026-04-01"),
                                               .amount = amount("99.00", currency),
                                               .remaining = amount("99.00", currency)};
    }
    scene.facts.invoices = many;
    scene.facts.invoice_count = MANY;
    scene_decide_as_it_is(&scene);
    assert_int_equal(scene.decision.level, LEVEL_BLOCK_FINANCE_DIRECTOR);
    assert_true(strlen(scene.decision.findings.items[0].text) < 1000);
    assert_true(strlen(scene.decision.fix) < 2000);
    free(many);
    free(installments);
    scene_release(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_of_records_never_matters),
        cmocka_unit_test(test_another_overdue_invoice_never_lowers_the_level),
        cmocka_unit_test(test_the_level_is_that_of_the_worst_finding),
        cmocka_unit_test(test_any_rules_within_their_bounds_decide),
        cmocka_unit_test(test_one_more_finding_never_lowers_the_level_nor_spares_a_key),
        cmocka_unit_test(test_other_facts_have_another_digest),
        cmocka_unit_test(test_facts_read_back_give_the_same_decision),
        cmocka_unit_test(test_a_decision_reads_back_as_it_was_written),
        cmocka_unit_test(test_damaged_findings_are_refused_with_their_place),
        cmocka_unit_test(test_what_is_strange_in_a_finding_is_left_out),
        cmocka_unit_test(test_ten_thousand_invoices_are_decided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
