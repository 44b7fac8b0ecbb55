/* Arenas, and errors as values: what everything else is made in and of. */
#include "base/arena.h"
#include "base/err.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_memory_is_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct arena arena = {0};
    unsigned char *last = NULL;
    for (size_t size = 1; size < 3000; size += 7) {
        unsigned char *p = arena_alloc(&arena, size);
        assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xAA, size);
        assert_ptr_not_equal(p, last);
        last = p;
    }
    arena_release(&arena);
    assert_null(arena.head);
}

static void test_a_piece_larger_than_a_block_is_given(void **state)
{
    (void)state;
    struct arena arena = {0};
    char *small = arena_str(&arena, "kept");
    char *large = arena_alloc(&arena, 1 << 20);
    large[(1 << 20) - 1] = 'x';
    assert_string_equal(small, "kept");
    arena_release(&arena);
}

static void test_reset_forgets_and_gives_zeroed_memory_again(void **state)
{
    (void)state;
    struct arena arena = {0};
    arena_reset(&arena);
    for (int round = 0; round < 3; round++) {
        unsigned char *p = arena_alloc(&arena, 10000);
        assert_int_equal(p[0] | p[9999], 0);
        memset(p, 0xFF, 10000);
        arena_array(&arena, 5000, sizeof(int));
        assert_true(arena.used_bytes >= 30000);
        arena_reset(&arena);
        assert_int_equal(arena.used_bytes, 0);
    }
    arena_release(&arena);
}

static void test_strings_are_copied_cut_and_formatted(void **state)
{
    (void)state;
    struct arena arena = {0};
    char source[] = "source";
    char *copy = arena_str(&arena, source);
    source[0] = 'X';
    assert_string_equal(copy, "source");
    assert_null(arena_str(&arena, NULL));
    assert_string_equal(arena_strn(&arena, "abcdef", 3), "abc");
    assert_string_equal(arena_fmt(&arena, "%s-%d", "ONB", 1042), "ONB-1042");
    assert_string_equal(arena_join(&arena, "ONB", "", "-", "1042"), "ONB-1042");
    assert_string_equal(arena_join(&arena, "", ""), "");
    for (int width = 250; width < 262; width++) /* around what is formatted at once */
        assert_int_equal(strlen(arena_fmt(&arena, "%*d", width, 7)), width);
    arena_release(&arena);
}

static void test_errors_read_from_the_outside_in(void **state)
{
    (void)state;
    struct err err = {0};
    assert_false(err_set(&err, ERR_NOT_FOUND, "no file %s", "x"));
    assert_false(err_prefix(&err, "reading %d", 7));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_string_equal(err.msg, "reading 7: no file x");
    assert_string_equal(err_words(err.code), "not found");
    assert_int_equal(err_exit_status(ERR_CONFIG), 78);
}

static void test_long_errors_are_cut_and_stay_terminated(void **state)
{
    (void)state;
    struct err err = {0};
    char text[400];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    err_set(&err, ERR_INVALID, "%s", text);
    assert_int_equal(strlen(err.msg), sizeof err.msg - 1);
    err_prefix(&err, "p");
    assert_memory_equal(err.msg, "p: aaa", 6);
    err_prefix(&err, "%s", text);
    assert_int_equal(strlen(err.msg), sizeof err.msg - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_is_zeroed_aligned_and_apart),
        cmocka_unit_test(test_a_piece_larger_than_a_block_is_given),
        cmocka_unit_test(test_reset_forgets_and_gives_zeroed_memory_again),
        cmocka_unit_test(test_strings_are_copied_cut_and_formatted),
        cmocka_unit_test(test_errors_read_from_the_outside_in),
        cmocka_unit_test(test_long_errors_are_cut_and_stay_terminated),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
