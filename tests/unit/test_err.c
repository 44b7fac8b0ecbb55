/* Errors: what stands before what, and that a cut leaves whole characters. */
#include "base/err.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_a_prefix_stands_before_what_was_said(void **state)
{
    struct err err = {0};
    (void)state;
    assert_false(err_set(&err, ERR_INVALID, "not a %s", "date"));
    assert_false(err_prefix(&err, "CloseDate"));
    assert_string_equal(err.msg, "CloseDate: not a date");
    assert_int_equal(err.code, ERR_INVALID);
}

static void test_a_quote_that_is_cut_within_a_character_loses_that_character(void **state)
{
    struct err err = {0};
    (void)state;
    err_set(&err, ERR_INVALID, "\"%.3s\" is not a currency code", "\u00fc\u00fc");
    assert_string_equal(err.msg, "\"\u00fc\" is not a currency code");
    err_set(&err, ERR_INVALID, "\"%.2s\"", "\U0001F600");
    assert_string_equal(err.msg, "\"\"");
}

static void test_a_message_that_is_too_long_stays_utf8(void **state)
{
    char fill[sizeof((struct err *)0)->msg * 3];
    (void)state;
    for (size_t shift = 0; shift < 4; shift++) {
        struct err err = {0};
        for (size_t i = 0; i + 4 < sizeof fill; i += 4)
            memcpy(fill + i, "\U0001F600", 5);
        err_set(&err, ERR_INVALID, "%.*s%s", (int)shift, "abc", fill);
        assert_true(text_is_utf8(err.msg, strlen(err.msg)));
        err_prefix(&err, "%.*s", (int)shift, "abc");
        assert_true(text_is_utf8(err.msg, strlen(err.msg)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_prefix_stands_before_what_was_said),
        cmocka_unit_test(test_a_quote_that_is_cut_within_a_character_loses_that_character),
        cmocka_unit_test(test_a_message_that_is_too_long_stays_utf8),
    };
    return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
