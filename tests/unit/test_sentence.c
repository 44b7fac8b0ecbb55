/* What is said to have changed from one decision to the next. */
#include "handlers/sentence.h"
#include "tests/unit/card_fixture.h"

/* A finding as a check would say it; source bits are not looked at here. */
static struct finding said(const char *code, enum level level, const char *subject,
                           const char *text)
{
    return (struct finding){.code = code, .level = level, .subject = subject, .text = text};
}

static const struct finding late_12 = {.code = "INVOICE_OVERDUE_ONE",
                                       .level = LEVEL_ESCALATE_WARN,
                                       .subject = "INV-102",
                                       .text = "Invoice INV-102 is 12 days overdue (CAD 25.00)"};

static struct decision decision_with(struct house *house, const struct finding *items, size_t count)
{
    struct decision decision = {.findings = {.arena = &house->arena, .count = count}};
    decision.findings.items = arena_array(&house->arena, count + 1, sizeof *items);
    for (size_t i = 0; i < count; i++)
        decision.findings.items[i] = items[i];
    return decision;
}

/* From these findings to those. */
#define change(house, before, after)                                                               \
    change_of(house, before, sizeof(before) / sizeof *(before), after,                             \
              sizeof(after) / sizeof *(after))

static const char *change_of(struct house *house, const struct finding *before, size_t before_count,
                             const struct finding *after, size_t after_count)
{
    const struct decision then = decision_with(house, before, before_count),
                          now = decision_with(house, after, after_count);
    return sentence_change(&house->turn, &then, &now);
}

static void test_ages_alone_are_no_change(void **state)
{
    struct house *house = *state;
    struct finding before[] = {late_12, said("STALE_DEAL", LEVEL_ESCALATE_WARN, "ACME",
                                             "Closed 1 day ago, untouched for 99 days")};
    struct finding after[] = {said("STALE_DEAL", LEVEL_ESCALATE_WARN, "ACME",
                                   "Closed 2 days ago, untouched for 100 days"),
                              late_12};
    after[1].text = "Invoice INV-102 is 13 days overdue (CAD 25.00)";
    assert_null(change(house, before, after));
    assert_null(change(house, before, before));
}

static void test_an_amount_that_moved_is_told(void **state)
{
    struct house *house = *state;
    struct finding before[] = {late_12}, after[] = {late_12};
    after[0].text = "Invoice INV-102 is 13 days overdue (CAD 20.00)";
    assert_string_equal(change(house, before, after), after[0].text);
}

static void test_what_came_and_what_went_are_named(void **state)
{
    struct house *house = *state;
    struct finding before[] = {
        said("CONTRACT_NOT_EXECUTED", LEVEL_BLOCK_HARD, "IC-1", "Contract IC-1 is not executed")};
    struct finding after[] = {
        said("NO_INVOICE", LEVEL_ESCALATE_WARN, "ACME", "NetSuite has no <invoice>.")};
    assert_string_equal(
        change(house, before, after),
        "NetSuite has no &lt;invoice&gt;; no longer: Contract IC-1 is not executed");
}

static void test_the_same_trouble_grown_is_worse_and_not_gone(void **state)
{
    struct house *house = *state;
    struct finding one[] = {late_12};
    struct finding two[] = {said("INVOICES_OVERDUE", LEVEL_BLOCK_FINANCE, "INV-102, INV-110",
                                 "2 invoices are overdue: INV-102, INV-110")};
    struct finding three[] = {said("INVOICES_OVERDUE", LEVEL_BLOCK_FINANCE,
                                   "INV-102, INV-110, INV-111",
                                   "3 invoices are overdue: INV-102, INV-110, INV-111")};
    assert_string_equal(change(house, one, two),
                        "worse: 2 invoices are overdue: INV-102, INV-110 (was ESCALATE)");
    assert_string_equal(change(house, two, one), "better: Invoice INV-102 is 12 days overdue (CAD "
                                                 "25.00) (was BLOCK, Finance)");
    assert_string_equal(change(house, two, three), three[0].text);
}

static void test_another_record_with_the_same_trouble_is_another_trouble(void **state)
{
    struct house *house = *state;
    struct finding before[] = {late_12};
    struct finding after[] = {said("INVOICE_OVERDUE_ONE", LEVEL_ESCALATE_WARN, "INV-110",
                                   "Invoice INV-110 is 3 days overdue")};
    assert_string_equal(change(house, before, after),
                        "Invoice INV-110 is 3 days overdue; no longer: Invoice INV-102 is 12 days "
                        "overdue (CAD 25.00)");
}

static void test_the_same_code_of_one_record_several_times_is_told_apart(void **state)
{
    struct house *house = *state;
    struct finding before[] = {
        said("FIELD_MISSING", LEVEL_NOTE, "Ana", "The owner has no title"),
        said("FIELD_MISSING", LEVEL_NOTE, "Ana", "The owner has no department")};
    struct finding after[] = {said("FIELD_MISSING", LEVEL_NOTE, "Ana", "The owner has no title")};
    assert_string_equal(change(house, before, after), "no longer: The owner has no department");
    assert_string_equal(change(house, after, before), "The owner has no department");
}

static void test_words_of_a_note_are_no_change(void **state)
{
    struct house *house = *state;
    struct finding before[] = {said("INVOICES_CURRENT", LEVEL_NOTE, "INV-1", "due 10 May")};
    struct finding after[] = {said("INVOICES_CURRENT", LEVEL_NOTE, "INV-1", "due today")};
    assert_null(change(house, before, after));
}

static void test_what_could_not_be_checked_is_not_said_to_be_gone(void **state)
{
    struct house *house = *state;
    struct finding down = said("SOURCE_UNAVAILABLE", LEVEL_BLOCK_DATA, "NetSuite", "NetSuite down");
    struct decision before = decision_with(house, &late_12, 1);
    struct decision after = decision_with(house, &down, 1);
    finding_skip(&after.findings, "INVOICE_OVERDUE_ONE", "NetSuite");
    assert_string_equal(sentence_change(&house->turn, &before, &after), "NetSuite down");
}

static void test_three_changes_are_named_and_the_others_counted(void **state)
{
    struct house *house = *state;
    enum { MANY = 10000 };
    struct finding *many = arena_array(&house->arena, MANY, sizeof *many);
    for (size_t i = 0; i < MANY; i++) {
        const char *number = arena_fmt(&house->arena, "INV-%05zu", i);
        many[i] = said("FIELD_MISSING", LEVEL_ESCALATE_WARN, number,
                       arena_fmt(&house->arena, "%s has no due date", number));
    }
    assert_string_equal(change_of(house, many, 0, many, 5),
                        "INV-00000 has no due date; INV-00001 has no due date; INV-00002 has no "
                        "due date; and 2 more");
    assert_null(change_of(house, many, MANY, many, MANY));
    assert_string_equal(change_of(house, many, MANY, many + 1, MANY - 1),
                        "no longer: INV-00000 has no due date");
    assert_says(change_of(house, many, MANY, many, 0), "; and 9997 more");
}

static void test_long_and_hostile_text_is_cut_and_harmless(void **state)
{
    struct house *house = *state;
    char *huge = arena_alloc(&house->arena, 100001);
    memset(huge, 'W', 100000);
    struct finding none[1] = {late_12};
    struct finding after[] = {late_12, said("NO_INVOICE", LEVEL_ESCALATE_WARN, huge, huge),
                              said("OWNER_DORMANT", LEVEL_ESCALATE_WARN, "<!channel>",
                                   "<!channel>\n\u202e~gone~ <@U0KIM>")};
    const char *text = change(house, none, after);
    assert_true(strlen(text) < 500);
    assert_silent_on(text, "<");
    assert_silent_on(text, "\n");
    assert_silent_on(text, "~");
    assert_silent_on(text, "\u202e");
}

#define sentence_test(name) cmocka_unit_test_setup_teardown(name, house_setup, house_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        sentence_test(test_ages_alone_are_no_change),
        sentence_test(test_an_amount_that_moved_is_told),
        sentence_test(test_what_came_and_what_went_are_named),
        sentence_test(test_the_same_trouble_grown_is_worse_and_not_gone),
        sentence_test(test_another_record_with_the_same_trouble_is_another_trouble),
        sentence_test(test_the_same_code_of_one_record_several_times_is_told_apart),
        sentence_test(test_words_of_a_note_are_no_change),
        sentence_test(test_what_could_not_be_checked_is_not_said_to_be_gone),
        sentence_test(test_three_changes_are_named_and_the_others_counted),
        sentence_test(test_long_and_hostile_text_is_cut_and_harmless),
    };
    return cmocka_run_group_tests_name("sentence", tests, NULL, NULL);
}
