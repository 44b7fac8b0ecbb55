/* Ids and the world's arithmetic, on a world whose randomness is a counter. */
#include "base/ids.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct counting_world {
    struct world world;
    uint64_t next;
};

static void count_up(struct world *world, void *bytes, size_t len)
{
    struct counting_world *counting = (struct counting_world *)world;
    uint64_t value = counting->next++;
    unsigned char *out = bytes;
    for (size_t i = 0; i < len; i++)
        out[i] = (unsigned char)(i < 8 ? value >> (8 * i) : 0);
}

static const struct world_ops counting_ops = {.random = count_up};

static struct counting_world world_at(int64_t ms)
{
    return (struct counting_world){.world = {.now = {ms}, .ops = &counting_ops}};
}

static void test_the_time_is_written_as_in_the_ulid_specification(void **state)
{
    (void)state;
    struct counting_world counting = world_at(1469918176385);
    struct id id = id_new(&counting.world);
    assert_memory_equal(id.text, "01ARYZ6S41", 10);
    assert_string_equal(id.text + 10, "0000000000000000");
    assert_string_not_equal(id_new(&counting.world).text, id.text);
}

static void test_later_ids_sort_later(void **state)
{
    (void)state;
    struct id before = {{0}};
    for (int64_t ms = 1; ms < INT64_C(0xFFFFFFFFFFFF); ms = ms * 3 + 1) {
        struct counting_world counting = world_at(ms);
        counting.next = (uint64_t)-ms;
        struct id id = id_new(&counting.world);
        assert_true(id_is_valid(id.text));
        assert_true(strcmp(before.text, id.text) < 0);
        before = id;
    }
}

static void test_only_the_shape_of_an_id_is_valid(void **state)
{
    (void)state;
    assert_true(id_is_valid("01ARYZ6S41TSV4RRFFQ69G5FAV"));
    static const char *const bad[] = {"",
                                      "01ARYZ6S41TSV4RRFFQ69G5FA",
                                      "01ARYZ6S41TSV4RRFFQ69G5FAVV",
                                      "01ARYZ6S41TSV4RRFFQ69G5FAI",
                                      "01aryz6s41tsv4rrffq69g5fav",
                                      "81ARYZ6S41TSV4RRFFQ69G5FAV",
                                      "01ARYZ6S41TSV4RRFFQ69G5FA'"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (id_is_valid(bad[i]))
            fail_msg("valid: %s", bad[i]);
    assert_false(id_is_valid(NULL));
}

static void test_only_the_machines_time_is_scaled(void **state)
{
    (void)state;
    struct counting_world counting = world_at(1000);
    counting.world.speed = 8640;
    assert_int_equal(wall_after(&counting.world, 500).ms, 1500);
    assert_int_equal(wall_after_machine(&counting.world, 500).ms, 1000 + 500 * 8640);
    counting.world.speed = 1;
    assert_int_equal(wall_after_machine(&counting.world, 500).ms, 1500);
}

static void test_random_numbers_stay_below_and_the_unfair_rest_is_drawn_again(void **state)
{
    (void)state;
    struct counting_world counting = world_at(0);
    /* 2^64 mod 10 = 6: the draws 0 to 5 must be thrown away. */
    assert_int_equal(world_random_below(&counting.world, 10), 6);
    assert_int_equal(counting.next, 7);
    counting.next = UINT64_MAX;
    assert_int_equal(world_random_below(&counting.world, 10), UINT64_MAX % 10);
    assert_int_equal(world_random_below(&counting.world, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_time_is_written_as_in_the_ulid_specification),
        cmocka_unit_test(test_later_ids_sort_later),
        cmocka_unit_test(test_only_the_shape_of_an_id_is_valid),
        cmocka_unit_test(test_only_the_machines_time_is_scaled),
        cmocka_unit_test(test_random_numbers_stay_below_and_the_unfair_rest_is_drawn_again),
    };
    return cmocka_run_group_tests_name("ids", tests, NULL, NULL);
}
