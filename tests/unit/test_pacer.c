/* The pace of outgoing requests: spacing, ceilings, pauses, each by its own key. */
#include "bot/pacer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static bool starts(struct pacer *pacer, const struct http_request *request, int64_t now_ms,
                   int64_t *open_ms)
{
    struct mono at = {0};
    bool started = pacer_start(pacer, request, (struct mono){now_ms}, &at);
    if (open_ms)
        *open_ms = at.ms;
    return started;
}

static void test_a_request_without_a_key_starts_at_once(void **state)
{
    (void)state;
    struct pacer *pacer = pacer_new();
    const struct http_request request = {.pace_ms = 1000, .pace_parallel = 1};
    assert_true(starts(pacer, &request, 5, NULL));
    assert_true(starts(pacer, &request, 5, NULL));
    pacer_free(pacer);
}

static void test_requests_of_a_key_start_so_far_apart(void **state)
{
    (void)state;
    struct pacer *pacer = pacer_new();
    const struct http_request post = {.pace_key = "post:C1", .pace_ms = 1000};
    const struct http_request other = {.pace_key = "post:C2", .pace_ms = 1000};
    int64_t open;
    assert_true(starts(pacer, &post, 100, NULL));
    pacer_done(pacer, &post);
    assert_false(starts(pacer, &post, 200, &open));
    assert_int_equal(open, 1100);
    assert_true(starts(pacer, &other, 200, NULL));
    assert_true(starts(pacer, &post, 1100, NULL));
    pacer_free(pacer);
}

static void test_a_ceiling_opens_when_another_ends(void **state)
{
    (void)state;
    struct pacer *pacer = pacer_new();
    const struct http_request request = {.pace_key = "netsuite", .pace_parallel = 2};
    int64_t open;
    assert_true(starts(pacer, &request, 0, NULL));
    assert_true(starts(pacer, &request, 0, NULL));
    assert_false(starts(pacer, &request, 0, &open));
    assert_true(open == INT64_MAX);
    pacer_done(pacer, &request);
    assert_true(starts(pacer, &request, 0, NULL));
    pacer_free(pacer);
}

static void test_a_pause_holds_its_key_alone_and_is_never_shortened(void **state)
{
    (void)state;
    struct pacer *pacer = pacer_new();
    const struct http_request update = {.pace_key = "chat.update", .pace_parallel = 8};
    const struct http_request open_view = {.pace_key = "views.open", .pace_parallel = 8};
    int64_t open;
    pacer_pause(pacer, "chat.update", (struct mono){9000});
    pacer_pause(pacer, "chat.update", (struct mono){2000});
    assert_false(starts(pacer, &update, 3000, &open));
    assert_int_equal(open, 9000);
    assert_true(starts(pacer, &open_view, 3000, NULL));
    assert_true(starts(pacer, &update, 9000, NULL));
    pacer_free(pacer);
}

static void test_thousands_of_idle_keys_are_forgotten_without_harm(void **state)
{
    (void)state;
    struct pacer *pacer = pacer_new();
    char key[32];
    for (int i = 0; i < 20000; i++) {
        snprintf(key, sizeof key, "post:C%d", i);
        const struct http_request request = {.pace_key = key, .pace_ms = 1, .pace_parallel = 1};
        assert_true(starts(pacer, &request, i * 10, NULL));
        pacer_done(pacer, &request);
    }
    pacer_free(pacer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_request_without_a_key_starts_at_once),
        cmocka_unit_test(test_requests_of_a_key_start_so_far_apart),
        cmocka_unit_test(test_a_ceiling_opens_when_another_ends),
        cmocka_unit_test(test_a_pause_holds_its_key_alone_and_is_never_shortened),
        cmocka_unit_test(test_thousands_of_idle_keys_are_forgotten_without_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
