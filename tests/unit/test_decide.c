/* The decision: golden cases from a text file that anyone can extend, and what is not easily said
 * there. */
#include "tests/unit/decide_words.h"

enum { LINE_SIZE = 400 };

static void test_golden_cases_come_out_as_written(void **state)
{
    (void)state;
    FILE *file = fopen("tests/unit/golden_decisions.txt", "r");
    assert_non_null(file);
    struct scene scene;
    char line[LINE_SIZE];
    int cases = 0, complaints = 0;
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        const char *text = line + strspn(line, " ");
        if (*text == '#' || !*text)
            continue;
        if (strncmp(text, "case ", 5) != 0) {
            apply_line(&scene, text);
            complaints += scene.complaints;
            scene.complaints = 0;
            continue;
        }
        if (cases++)
            scene_release(&scene);
        scene_init(&scene);
        scene.title = arena_str(&scene.arena, text + 5);
    }
    fclose(file);
    scene_release(&scene);
    assert_int_equal(complaints, 0);
    assert_true(cases > 100);
}

static void test_the_fix_names_each_way_out_once(void **state)
{
    (void)state;
    struct scene scene;
    scene_init(&scene);
    apply_line(&scene, "invoice INV-1 25000.00 25000.00 due 2026-04-08");
    apply_line(&scene, "contract effective 2026-05-01");
    scene_decide(&scene);
    assert_string_equal(scene.decision.fix, "1 May reached; INV-1 paid");
    scene_release(&scene);
}

/* An account may have several customers in NetSuite, where a credit is of one of them. */
static void test_a_credit_is_set_against_invoices_of_its_own_customer_only(void **state)
{
    (void)state;
    static const struct {
        const char *customer;
        enum level level;
    } cases[] = {{"101", LEVEL_NOTE}, {"102", LEVEL_ESCALATE_WARN}, {NULL, LEVEL_NOTE}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene scene;
        scene_init(&scene);
        apply_line(&scene, "invoice INV-1 25000.00 25000.00 due 2026-04-08");
        apply_line(&scene, "credit CM-1 25000.00");
        for (size_t invoice = 0; invoice < scene.facts.invoice_count; invoice++)
            scene.invoices[invoice].customer_id = "101";
        scene.credits[0].customer_id = cases[i].customer;
        scene_decide(&scene);
        assert_int_equal(scene.decision.level, cases[i].level);
        scene_release(&scene);
    }
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
        scene_decide(&scene);
        assert_int_equal(decision_keys(&scene.decision), cases[i].keys);
        scene_release(&scene);
    }
}

static void test_a_brief_says_what_the_decision_says(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct err err = {0};
    struct brief brief;
    struct buf text = {0};
    struct decision decision = {.findings = {.arena = &arena}, .fix = "INV-102 \"paid\""};
    finding_add(&decision.findings, "A", LEVEL_BLOCK_FINANCE, 0, "", "%s", "Twice <overdue>");
    finding_add(&decision.findings, "B", LEVEL_NOTE, 0, "", "%s", "A note");
    const struct brief written = decision_brief(&decision);
    brief_write(&written, &text);
    assert_true(brief_read(buf_cstr(&text), &arena, &brief, &err));
    assert_int_equal(brief.findings, 2);
    assert_string_equal(brief.worst, "Twice <overdue>");
    assert_string_equal(brief.fix, "INV-102 \"paid\"");
    assert_int_equal(brief.keys, KEY_CS | KEY_FINANCE);
    buf_clear(&text);
    const struct brief empty = decision_brief(&(struct decision){0});
    brief_write(&empty, &text);
    assert_true(brief_read(buf_cstr(&text), &arena, &brief, &err));
    assert_int_equal(brief.findings, 0);
    assert_null(brief.worst);
    assert_null(brief.fix);
    assert_int_equal(brief.keys, 0);
    assert_false(brief_read("{", &arena, &brief, &err));
    buf_release(&text);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden_cases_come_out_as_written),
        cmocka_unit_test(test_the_fix_names_each_way_out_once),
        cmocka_unit_test(test_a_credit_is_set_against_invoices_of_its_own_customer_only),
        cmocka_unit_test(test_keys_are_asked_for_each_block_and_none_lifts_a_hard_one),
        cmocka_unit_test(test_a_brief_says_what_the_decision_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
