/* The growable buffer: ceilings, formatting, percent-encoding, giving away. */
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_it_grows_and_stays_terminated(void **state)
{
    (void)state;
    struct buf buf = {0};
    assert_string_equal(buf_cstr(&buf), "");
    for (int i = 0; i < 1000; i++)
        buf_fmt(&buf, "%d,", i % 10);
    buf_str(&buf, "end");
    buf_char(&buf, '.');
    assert_int_equal(buf.len, 2004);
    assert_int_equal(strlen(buf_cstr(&buf)), 2004);
    assert_string_equal(buf_cstr(&buf) + 1998, "9,end.");
    assert_false(buf.overflow);
    buf_release(&buf);
    assert_null(buf.data);
    buf_release(NULL);
}

static void test_what_would_pass_the_ceiling_is_dropped_whole(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 8);
    buf_str(&buf, "12345");
    buf_str(&buf, "6789");
    assert_true(buf.overflow);
    assert_string_equal(buf_cstr(&buf), "12345");
    buf_fmt(&buf, "%s", "long enough");
    assert_string_equal(buf_cstr(&buf), "12345");
    buf_str(&buf, "678");
    assert_string_equal(buf_cstr(&buf), "12345678");
    assert_true(buf.overflow);
    buf_clear(&buf);
    assert_false(buf.overflow);
    assert_string_equal(buf_cstr(&buf), "");
    buf_release(&buf);
}

static void test_bytes_may_hold_nul(void **state)
{
    (void)state;
    struct buf buf = {0};
    buf_add(&buf, "a\0b", 3);
    buf_add(&buf, NULL, 0);
    assert_int_equal(buf.len, 3);
    assert_memory_equal(buf.data, "a\0b", 4);
    buf_release(&buf);
}

static void test_percent_encoding_keeps_only_the_unreserved(void **state)
{
    (void)state;
    struct buf buf = {0};
    const char text[] = "aZ09-._~ +&=/?%\xC3\xA9\n";
    buf_percent(&buf, text, sizeof text - 1);
    assert_string_equal(buf_cstr(&buf), "aZ09-._~%20%2B%26%3D%2F%3F%25%C3%A9%0A");
    buf_release(&buf);
}

static void test_taking_leaves_an_empty_buffer_with_its_ceiling(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 4);
    buf_str(&buf, "abcd");
    char *taken = buf_take(&buf);
    assert_string_equal(taken, "abcd");
    free(taken);
    taken = buf_take(&buf);
    assert_string_equal(taken, "");
    free(taken);
    buf_str(&buf, "abcde");
    assert_true(buf.overflow);
    buf_release(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_grows_and_stays_terminated),
        cmocka_unit_test(test_what_would_pass_the_ceiling_is_dropped_whole),
        cmocka_unit_test(test_bytes_may_hold_nul),
        cmocka_unit_test(test_percent_encoding_keeps_only_the_unreserved),
        cmocka_unit_test(test_taking_leaves_an_empty_buffer_with_its_ceiling),
    };
    return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
