/* What a job carries, as JSON and back. */
#include "handlers/jobs/payload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;
static struct payload payload;
static struct err err;

static bool reads(const char *json)
{
    const struct job job = {.payload = json};
    err = (struct err){0};
    return payload_read(&arena, &job, &payload, &err);
}

static void test_a_payload_comes_back_as_it_went(void **state)
{
    (void)state;
    const struct payload out = {
        .onboarding = 1001, .again = true, .text = "„a\"b\\\n", .user = "U"};
    assert_true(reads(payload_write(&arena, &out)));
    assert_int_equal(payload.onboarding, 1001);
    assert_true(payload.again);
    assert_false(payload.start);
    assert_string_equal(payload.text, out.text);
    assert_string_equal(payload.user, "U");
    assert_null(payload.blocks);
}

static void test_without_a_payload_nothing_is_carried(void **state)
{
    (void)state;
    assert_true(reads(NULL));
    assert_int_equal(payload.onboarding, 0);
    assert_null(payload.user);
}

static void test_what_is_of_another_kind_is_left_out(void **state)
{
    (void)state;
    assert_true(reads("{\"onboarding\":\"7\",\"level\":1.5,\"revision\":99999999999999999999,"
                      "\"approve\":\"yes\",\"item\":5,\"name\":null,\"unknown\":[],"
                      "\"offset\":-3,\"start\":true,\"user\":\"U1\"}"));
    assert_int_equal(payload.onboarding | payload.level | payload.revision, 0);
    assert_true(!payload.approve && !payload.item && !payload.name);
    assert_int_equal(payload.offset, -3);
    assert_true(payload.start);
    assert_string_equal(payload.user, "U1");
}

static void test_what_is_no_object_is_refused(void **state)
{
    (void)state;
    assert_false(reads("[1]"));
    assert_string_equal(err.msg, "payload: no JSON object");
    assert_false(reads("{\"onboarding\":"));
    assert_non_null(strstr(err.msg, "payload: line 1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_payload_comes_back_as_it_went),
        cmocka_unit_test(test_without_a_payload_nothing_is_carried),
        cmocka_unit_test(test_what_is_of_another_kind_is_left_out),
        cmocka_unit_test(test_what_is_no_object_is_refused),
    };
    int failed = cmocka_run_group_tests_name("payload", tests, NULL, NULL);
    arena_release(&arena);
    return failed;
}
