/* A name server that is silent: getaddrinfo() is the including program's own, and answers when it
 * is released. */
#ifndef TESTS_UNIT_SILENT_RESOLVER_H
#define TESTS_UNIT_SILENT_RESOLVER_H

#include <netdb.h>
#include <pthread.h>
#include <stdbool.h>
#include <time.h>

/* Whoever waits for the resolver sees it give up by itself. */
enum { RESOLVER_S = 15 };

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

#endif
