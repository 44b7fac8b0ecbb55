/* Text from outside: UTF-8, lengths, cutting, escaping, likeness. */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_ill_formed_utf8_is_told_from_well_formed(void **state)
{
    (void)state;
    static const char *const good[] = {"",
                                       "abc",
                                       "\xC2\x80",
                                       "\xDF\xBF",
                                       "\xE0\xA0\x80",
                                       "\xED\x9F\xBF",
                                       "\xEE\x80\x80",
                                       "\xF0\x90\x80\x80",
                                       "\xF4\x8F\xBF\xBF"};
    static const char *const bad[] = {"\x80",
                                      "\xC0\x80",
                                      "\xC1\xBF",
                                      "\xC3",
                                      "\xE0\x9F\xBF",
                                      "\xED\xA0\x80",
                                      "\xE2\x82",
                                      "\xF0\x8F\xBF\xBF",
                                      "\xF4\x90\x80\x80",
                                      "\xF5\x80\x80",
                                      "\xFF",
                                      "a\xC3z"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!text_is_utf8(good[i], strlen(good[i])))
            fail_msg("good %zu", i);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (text_is_utf8(bad[i], strlen(bad[i])))
            fail_msg("bad %zu", i);
    assert_false(text_is_utf8("a\0b", 3));
    assert_false(text_is_utf8("\xC3\xA9", 1));
}

static void test_length_counts_utf16_units(void **state)
{
    (void)state;
    assert_int_equal(text_utf16_len(""), 0);
    assert_int_equal(text_utf16_len("a\xC3\xA9\xE2\x82\xAC"), 3);
    assert_int_equal(text_utf16_len("\xF0\x9F\x98\x80"), 2);
    assert_int_equal(text_utf16_len("\xFF\xFE"), 2);
}

static void expect_cut(const char *text, size_t max, const char *expected)
{
    struct arena arena = {0};
    char *cut = text_cut(&arena, text, max);
    assert_string_equal(cut, expected);
    assert_true(text_utf16_len(cut) <= max);
    arena_release(&arena);
}

static void test_long_text_is_cut_after_a_word_where_one_ends_late(void **state)
{
    (void)state;
    expect_cut("short", 5, "short");
    expect_cut("follow up on the invoice", 18, "follow up on the…");
    expect_cut("follow up on the invoice", 17, "follow up on the…");
    expect_cut("a incomprehensibilities", 12, "a incompreh…");
    expect_cut("abcdef", 0, "");
    expect_cut("abcdef", 1, "…");
    expect_cut("ends here  and goes on", 11, "ends here…");
}

static void test_a_cut_never_splits_a_character(void **state)
{
    (void)state;
    expect_cut("\xF0\x9F\x98\x80\xF0\x9F\x98\x80", 3, "\xF0\x9F\x98\x80…");
    expect_cut("\xF0\x9F\x98\x80\xF0\x9F\x98\x80", 2, "…");
    expect_cut("\xC3\xA9\xC3\xA9\xC3\xA9", 2, "\xC3\xA9…");
}

static void test_slack_cannot_be_made_to_ping_or_link(void **state)
{
    (void)state;
    struct arena arena = {0};
    assert_string_equal(text_slack_escape(&arena, "<!channel> A&B <https://x|y>"),
                        "&lt;!channel&gt; A&amp;B &lt;https://x|y&gt;");
    assert_string_equal(text_slack_escape(&arena, "&amp;"), "&amp;amp;");
    assert_string_equal(text_slack_escape(&arena, ""), "");
    arena_release(&arena);
}

static void expect_line(const char *text, size_t max, const char *wanted)
{
    struct arena arena = {0};
    assert_string_equal(text_line(&arena, text, max), wanted);
    arena_release(&arena);
}

static void test_a_line_from_outside_stays_one_line(void **state)
{
    (void)state;
    expect_line(" a\n\t b\r\nc ", 80, "a b c");
    expect_line("a\u2028b\u2029c\xC2\x85"
                "d\x7f",
                80, "a b c d");
    expect_line(NULL, 80, "");
    expect_line("", 80, "");
    expect_line("follow up on the invoice", 18, "follow up on the…");
}

static void test_nothing_in_a_line_controls_a_terminal_or_turns_it_round(void **state)
{
    (void)state;
    expect_line("a\x1b[31mb", 80, "a [31mb");
    expect_line("a\xC2\x9B"
                "31mb",
                80, "a 31mb");
    expect_line("pay\u202ecod\u202c \u2066x\u2069 \u200fy\u061c", 80, "pay cod x y");
    expect_line("\xff"
                "a\xc3",
                80, "a");
}

static void test_what_cannot_be_seen_goes_from_a_line(void **state)
{
    (void)state;
    expect_line("AC\u200bME\ufeff\u00ad\u2060", 80, "ACME");
    expect_line("\u200b\u200d\u2060\ufeff", 80, "");
    expect_line("\u3164 \u2800\u00a0", 80, "");
    expect_line("a\U000E0041b", 80, "ab");
}

static void test_a_joiner_stays_between_two_characters_alone(void **state)
{
    (void)state;
    expect_line("\U0001F469\u200d\U0001F4BB", 80, "\U0001F469\u200d\U0001F4BB");
    expect_line("\u0645\u06cc\u200c\u062e", 80, "\u0645\u06cc\u200c\u062e");
    expect_line("\u200da \u200db\u200d c\u200d", 80, "a b c");
    expect_line("a\u200d\u200d\u200cb", 80, "a\u200db");
}

static void expect_character(const char *text, size_t len, bool is_unsafe)
{
    bool unsafe;
    assert_int_equal(text_character(text, &unsafe), len);
    assert_int_equal(unsafe, is_unsafe);
}

static void test_a_character_is_told_from_what_no_terminal_may_get(void **state)
{
    (void)state;
    expect_character("", 0, false);
    expect_character("a", 1, false);
    expect_character("\u00e9!", 2, false);
    expect_character("\u200b", 3, false);
    expect_character("\U0001F600", 4, false);
    expect_character("\x1b", 1, true);
    expect_character("\n", 1, true);
    expect_character("\xC2\x9B", 2, true);
    expect_character("\u202e", 3, true);
    expect_character("\xf0\x9f", 1, true);
}

static void test_formatting_loses_its_force_but_not_its_look(void **state)
{
    struct arena arena = {0};
    (void)state;
    assert_string_equal(text_unmarked(&arena, "*b* _i_ ~s~ `c`"),
                        "\u2217b\u2217 \u02CDi\u02CD \u223Cs\u223C \u02CBc\u02CB");
    assert_string_equal(text_unmarked(&arena, "INV_102 2*3 a~b"), "INV_102 2*3 a~b");
    assert_string_equal(text_unmarked(&arena, "a```b"), "a\u02CB\u02CB\u02CBb");
    assert_string_equal(text_unmarked(&arena, "a`b"), "a\u02CBb");
    assert_string_equal(text_unmarked(&arena, ""), "");
    arena_release(&arena);
}

static void test_words_compare_in_any_case(void **state)
{
    (void)state;
    assert_true(text_equal_fold("Approve", "aPPROVE"));
    assert_false(text_equal_fold("approve", "approved"));
    assert_false(text_equal_fold("approved", "approve"));
    assert_true(text_has_prefix_fold("APProve", "app"));
    assert_true(text_has_prefix_fold("x", ""));
    assert_false(text_has_prefix_fold("ap", "app"));
}

static void test_distance_counts_edits(void **state)
{
    (void)state;
    assert_int_equal(text_distance("aprove", "approve"), 1);
    assert_int_equal(text_distance("kitten", "SITTING"), 3);
    assert_int_equal(text_distance("", "abc"), 3);
    assert_int_equal(text_distance("same", "SAME"), 0);
    char longer[TEXT_DISTANCE_MAX + 2];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(text_distance(longer, "a"), TEXT_DISTANCE_MAX + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ill_formed_utf8_is_told_from_well_formed),
        cmocka_unit_test(test_length_counts_utf16_units),
        cmocka_unit_test(test_long_text_is_cut_after_a_word_where_one_ends_late),
        cmocka_unit_test(test_a_cut_never_splits_a_character),
        cmocka_unit_test(test_slack_cannot_be_made_to_ping_or_link),
        cmocka_unit_test(test_a_line_from_outside_stays_one_line),
        cmocka_unit_test(test_nothing_in_a_line_controls_a_terminal_or_turns_it_round),
        cmocka_unit_test(test_what_cannot_be_seen_goes_from_a_line),
        cmocka_unit_test(test_a_joiner_stays_between_two_characters_alone),
        cmocka_unit_test(test_a_character_is_told_from_what_no_terminal_may_get),
        cmocka_unit_test(test_formatting_loses_its_force_but_not_its_look),
        cmocka_unit_test(test_words_compare_in_any_case),
        cmocka_unit_test(test_distance_counts_edits),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
