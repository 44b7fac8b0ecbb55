/* Forms as they come from outside. */
#include "base/form.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;
static struct err err;

static struct json_node *scan(const char *text)
{
    err = (struct err){0};
    return form_scan(text, strlen(text), &arena, &err);
}

static const char *field(const char *text, const char *name)
{
    struct json_node *form = scan(text);
    return form ? json_node_str(form, name, &arena, "(none)") : err.msg;
}

static void test_fields_are_decoded(void **state)
{
    (void)state;
    assert_string_equal(field("command=%2Fonboard&text=start+%22ACME%22", "command"), "/onboard");
    assert_string_equal(field("command=%2Fonboard&text=start+%22ACME%22", "text"),
                        "start \"ACME\"");
    assert_string_equal(field("a=%c3%a9", "a"), "\xc3\xa9");
    assert_string_equal(field("a=\xc3\xa9", "a"), "\xc3\xa9");
    assert_string_equal(field("%61=1", "a"), "1");
}

static void test_what_has_no_value_is_empty(void **state)
{
    (void)state;
    assert_string_equal(field("a&b=2", "a"), "");
    assert_string_equal(field("a=&b=2", "a"), "");
    assert_string_equal(field("a=1=2", "a"), "1=2");
    assert_string_equal(field("&&b=2&", "b"), "2");
    assert_string_equal(field("", "a"), "(none)");
}

static void test_of_fields_with_one_name_the_last_counts(void **state)
{
    (void)state;
    assert_string_equal(field("a=1&a=2", "a"), "2");
}

static void test_what_is_not_encoded_as_fields_are_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"a=%",  "a=%4",        "a=%zz",     "a=%00",
                                        "%00=", "a=%ff%fe",    "a=1&b=%g0", "a=\xff",
                                        "%",    "a=%ed%a0%80", "a=b%e2%82"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_null(scan(wrong[i]));
        assert_int_equal(err.code, ERR_INVALID);
    }
    assert_null(form_scan("a=\0b", 4, &arena, &err));
}

static void test_fields_have_a_ceiling(void **state)
{
    (void)state;
    struct buf text = {0};
    for (int i = 0; i < FORM_MAX_FIELDS; i++)
        buf_str(&text, "a=1&");
    assert_non_null(scan(buf_cstr(&text)));
    buf_str(&text, "b=1");
    assert_null(scan(buf_cstr(&text)));
    buf_release(&text);
}

static int drop(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields_are_decoded),
        cmocka_unit_test(test_what_has_no_value_is_empty),
        cmocka_unit_test(test_of_fields_with_one_name_the_last_counts),
        cmocka_unit_test(test_what_is_not_encoded_as_fields_are_is_refused),
        cmocka_unit_test(test_fields_have_a_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, drop);
}
