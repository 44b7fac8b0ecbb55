/* The table of checks: complete, true to what is written about it, and the page in docs. */
#include "tests/unit/decide_words.h"

#include "base/config_table.h"

static void test_the_page_in_docs_is_what_usher_checks_prints(void **state)
{
    (void)state;
    struct buf printed = {0}, page = {0};
    checks_document(&printed);
    FILE *file = fopen("docs/checks.md", "rb");
    assert_non_null(file);
    for (int c = fgetc(file); c != EOF; c = fgetc(file))
        buf_char(&page, (char)c);
    fclose(file);
    bool same = strcmp(buf_cstr(&printed), buf_cstr(&page)) == 0;
    buf_release(&printed);
    buf_release(&page);
    assert_true(same);
}

static void test_every_row_says_what_it_reads_and_when_it_fires(void **state)
{
    (void)state;
    for (size_t i = 0; i < checks_count; i++) {
        assert_non_null(checks[i].run);
        assert_true(checks[i].name[0] && checks[i].reads[0]);
        assert_non_null(checks[i].says[0].code);
        for (const struct check_says *says = checks[i].says; says->code; says++) {
            assert_true(says->levels && says->hears && says->fires[0]);
            assert_int_equal(says->levels & 1u << LEVEL_NONE, 0);
        }
    }
}

/* A row is shown alone, to whoever asks why: it says what it says without the one above. */
static void test_every_row_can_be_read_alone(void **state)
{
    (void)state;
    static const char *const beginnings[] = {"…",     "the same", "it ",
                                             "they ", "some of",  "likewise"};
    for (size_t i = 0; i < checks_count; i++)
        for (const struct check_says *says = checks[i].says; says->code; says++)
            for (size_t j = 0; j < sizeof beginnings / sizeof *beginnings; j++)
                if (strncmp(says->fires, beginnings[j], strlen(beginnings[j])) == 0)
                    fail_msg("%s: %s", says->code, says->fires);
}

/* Two checks say FIELD_MISSING at one level. */
static void test_a_finding_leads_to_the_check_that_said_it(void **state)
{
    (void)state;
    struct scene scene;
    scene_init(&scene);
    apply_line(&scene, "invoice INV-1 100.00 100.00 due 2026-04-08");
    scene.facts.account.billing_country = NULL;
    scene.invoices[scene.facts.invoice_count - 1].email = NULL;
    scene_decide(&scene);
    for (size_t i = 0; i < scene.decision.findings.count; i++) {
        const struct finding *finding = &scene.decision.findings.items[i];
        if (strcmp(finding->code, "FIELD_MISSING") == 0)
            assert_string_equal(checks_of(finding)->name,
                                strstr(finding->text, "Invoice") ? "invoice fields" : "fields");
    }
    struct finding old = {.code = "OVERDUE_BY_THE_MOON", .level = LEVEL_NOTE};
    assert_null(checks_of(&old));
    old.code = "FIELD_MISSING"; /* stored before a finding kept what it was made of */
    assert_string_equal(checks_of(&old)->name, "fields");
    scene_release(&scene);
}

/* A threshold that no check names would be a setting that nobody finds. */
static void test_every_rule_of_the_configuration_belongs_to_a_check(void **state)
{
    (void)state;
    static const char *const others[] = {"rules.base_currency", "rules.max_age_min",
                                         "rules.recheck_min", "rules.rules_version"};
    for (size_t i = 0; i < config_key_count; i++) {
        const char *path = config_keys[i].path;
        bool named = strncmp(path, "rules.", 6) != 0;
        for (size_t j = 0; j < sizeof others / sizeof *others; j++)
            named |= strcmp(path, others[j]) == 0;
        for (size_t c = 0; c < checks_count; c++)
            for (const struct check_says *says = checks[c].says; says->code; says++)
                named |= says->thresholds && strstr(says->thresholds, path);
        if (!named)
            fail_msg("%s is named by no check", path);
    }
}

static void test_a_finding_knows_which_systems_it_was_made_of(void **state)
{
    (void)state;
    struct scene scene;
    scene_init(&scene);
    apply_line(&scene, "invoice INV-1 100.00 100.00 due 2026-04-08");
    apply_line(&scene, "contract effective 2026-05-01");
    scene_decide(&scene);
    const struct findings *findings = &scene.decision.findings;
    assert_int_equal(findings->count, 2);
    assert_string_equal(findings->items[0].code, "CONTRACT_NOT_YET_EFFECTIVE");
    assert_int_equal(findings->items[0].sources, 1u << SOURCE_SALESFORCE | 1u << SOURCE_CLM);
    assert_int_equal(findings->items[1].sources, 1u << SOURCE_NETSUITE);
    scene_release(&scene);
}

static bool is_skipped(const struct decision *decision, const char *code, const char *needs)
{
    size_t times = 0;
    for (size_t i = 0; i < decision->findings.skipped_count; i++)
        times += strcmp(decision->findings.skipped[i].code, code) == 0 &&
                 strcmp(decision->findings.skipped[i].needs, needs) == 0;
    return times == 1;
}

static void test_what_a_source_would_have_told_is_skipped_once_with_what_it_lacked(void **state)
{
    (void)state;
    struct scene scene;
    scene_init(&scene);
    apply_line(&scene, "source netsuite down");
    apply_line(&scene, "source clm absent");
    scene_decide(&scene);
    assert_true(is_skipped(&scene.decision, "INVOICE_OVERDUE_ONE", "NetSuite"));
    assert_true(is_skipped(&scene.decision, "FX_DRIFT", "NetSuite"));
    assert_true(is_skipped(&scene.decision, "DEAL_VS_CONTRACT", "CLM, which is not configured"));
    assert_true(is_skipped(&scene.decision, "INVOICED_OVER_CONTRACT",
                           "NetSuite and CLM, which is not configured"));
    scene_release(&scene);
}

static void test_thresholds_of_the_configuration_are_obeyed(void **state)
{
    (void)state;
    static const struct {
        const char *rules, *line, *level;
    } cases[] = {
        {"{\"rules\":{\"overdue_urgent_days\":5}}", "invoice I 9.00 9.00 due 2026-04-15",
         "ESCALATE_URGENT"},
        {"{\"rules\":{\"owner_login_days\":2}}", "owner login 2026-04-18", "ESCALATE_WARN"},
        {"{\"rules\":{\"stale_note_days\":1,\"stale_warn_days\":19}}", "closed 2026-03-31",
         "ESCALATE_WARN"},
        {"{\"rules\":{\"align_under_bp\":2000}}", "invoiced 120000.00", "NONE"},
        {"{\"rules\":{\"align_over_bp\":0}}", "invoiced 150000.01", "ESCALATE_WARN"},
        {"{\"rules\":{\"deal_gap_bp\":500}}", "amount 157500.00", "NONE"},
        {"{\"rules\":{\"owner_changed_days\":31}}", "changed 2026-03-20", "NOTE"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene scene;
        struct err err;
        scene_init(&scene);
        const char *rules = cases[i].rules;
        assert_true(config_parse_rules(&scene.config, "rules.json", rules, strlen(rules), &err));
        apply_line(&scene, cases[i].line);
        scene_decide(&scene);
        assert_string_equal(level_name(scene.decision.level), cases[i].level);
        scene_release(&scene);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_page_in_docs_is_what_usher_checks_prints),
        cmocka_unit_test(test_every_row_says_what_it_reads_and_when_it_fires),
        cmocka_unit_test(test_every_row_can_be_read_alone),
        cmocka_unit_test(test_a_finding_leads_to_the_check_that_said_it),
        cmocka_unit_test(test_every_rule_of_the_configuration_belongs_to_a_check),
        cmocka_unit_test(test_a_finding_knows_which_systems_it_was_made_of),
        cmocka_unit_test(test_what_a_source_would_have_told_is_skipped_once_with_what_it_lacked),
        cmocka_unit_test(test_thresholds_of_the_configuration_are_obeyed),
    };
    return cmocka_run_group_tests_name("checks", tests, NULL, NULL);
}
