/* Secrets are compared whole. */
#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_only_the_whole_secret_is_the_same(void **state)
{
    (void)state;
    assert_true(secret_same("0123456789abcdef", "0123456789abcdef"));
    static const char *const others[] = {
        "", "0", "0123456789abcde", "0123456789abcdef0", "0123456789abcdeF", "\xFF"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(secret_same("0123456789abcdef", others[i]));
}

static void test_without_a_secret_nothing_is_the_same(void **state)
{
    (void)state;
    assert_false(secret_same(NULL, NULL));
    assert_false(secret_same(NULL, ""));
    assert_false(secret_same("", ""));
    assert_false(secret_same("0123456789abcdef", NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_the_whole_secret_is_the_same),
        cmocka_unit_test(test_without_a_secret_nothing_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
