/* The waiting thread, and a name server that is silent. */
#include "bot/http_out.h"
#include "tests/unit/silent_resolver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { GIVE_UP_MS = 100 };

static void ignore_wake(void *arg)
{
    (void)arg;
}

static struct http_out *start(void)
{
    struct err err;
    struct http_out *out = http_out_new(NULL, ignore_wake, NULL, &err);
    assert_non_null(out);
    expect_question();
    return out;
}

static void test_a_silent_name_server_is_given_up_in_time(void **state)
{
    (void)state;
    const struct http_request request = {.url = "http://silent.example/", .timeout_ms = GIVE_UP_MS};
    struct http_out *out = start();
    struct http_reply *reply;
    uint64_t id;
    http_out_send(out, 1, &request);
    while (!(reply = http_out_take(out, &id)))
        http_out_wait(out, RESOLVER_S * 1000);
    assert_true(release_resolver());
    assert_int_equal(reply->outcome, HTTP_NOT_SENT);
    http_out_release(reply);
    http_out_free(out);
}

static void test_stopping_does_not_wait_for_a_name(void **state)
{
    (void)state;
    const struct http_request request = {.url = "http://silent.example/"};
    struct http_out *out = start();
    http_out_send(out, 1, &request);
    await_question();
    http_out_free(out);
    assert_true(release_resolver());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_silent_name_server_is_given_up_in_time),
        cmocka_unit_test(test_stopping_does_not_wait_for_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
