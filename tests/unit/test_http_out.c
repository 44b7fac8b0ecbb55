/* The waiting thread, and a name server that is silent: getaddrinfo() is this program's own. */
#include "bot/http_out.h"

#include <netdb.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

/* Whoever waits for the resolver sees it give up by itself. */
enum { RESOLVER_S = 15, GIVE_UP_MS = 100 };

static struct {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    bool asked, released, gave_up;
} resolver = {.lock = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER};

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **out)
{
    struct timespec until;
    (void)name, (void)service, (void)hints, (void)out;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += RESOLVER_S;
    pthread_mutex_lock(&resolver.lock);
    resolver.asked = true;
    pthread_cond_broadcast(&resolver.moved);
    while (!resolver.released && !resolver.gave_up)
        resolver.gave_up = pthread_cond_timedwait(&resolver.moved, &resolver.lock, &until) != 0;
    pthread_mutex_unlock(&resolver.lock);
    return EAI_AGAIN;
}

static void expect_question(void)
{
    pthread_mutex_lock(&resolver.lock);
    resolver.asked = resolver.released = resolver.gave_up = false;
    pthread_mutex_unlock(&resolver.lock);
}

static void await_question(void)
{
    pthread_mutex_lock(&resolver.lock);
    while (!resolver.asked)
        pthread_cond_wait(&resolver.moved, &resolver.lock);
    pthread_mutex_unlock(&resolver.lock);
}

/* Whether the resolver was still at it. */
static bool release_resolver(void)
{
    pthread_mutex_lock(&resolver.lock);
    bool held = !resolver.gave_up;
    resolver.released = true;
    pthread_cond_broadcast(&resolver.moved);
    pthread_mutex_unlock(&resolver.lock);
    return held;
}

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
