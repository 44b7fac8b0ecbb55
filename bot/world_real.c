/* The only place that asks the system for time and randomness. */
#include "bot/world_real.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int64_t clock_us(clockid_t clock)
{
    struct timespec at;
    clock_gettime(clock, &at);
    return (int64_t)at.tv_sec * 1000000 + at.tv_nsec / 1000;
}

static struct world_real *real_of(struct world *world)
{
    return (struct world_real *)world; /* its first member */
}

static void real_random(struct world *world, void *bytes, size_t len)
{
    (void)world;
    randombytes_buf(bytes, len);
}

static void real_http_send(struct world *world, uint64_t id, const struct http_request *request)
{
    http_out_send(real_of(world)->http_out, id, request);
}

static void real_socket_open(struct world *world, unsigned slot, const char *url)
{
    socket_mode_open(real_of(world)->socket_mode, slot, url);
}

static bool real_socket_send(struct world *world, unsigned slot, const char *text, size_t len)
{
    return socket_mode_send(real_of(world)->socket_mode, slot, text, len);
}

static bool real_socket_ping(struct world *world, unsigned slot)
{
    return socket_mode_ping(real_of(world)->socket_mode, slot);
}

static void real_socket_close(struct world *world, unsigned slot)
{
    socket_mode_close(real_of(world)->socket_mode, slot);
}

static void real_http_answer(struct world *world, uint64_t id, const struct http_in_answer *answer)
{
    http_in_answer(real_of(world)->http_in, id, answer);
}

static int64_t real_stopwatch_us(struct world *world)
{
    (void)world;
    return clock_us(CLOCK_MONOTONIC);
}

static int64_t resident_bytes(void)
{
    char line[128] = "", *second;
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file)
        return 0;
    bool read = fgets(line, sizeof line, file);
    fclose(file);
    if (!read)
        return 0;
    strtoll(line, &second, 10); /* pages of address space, then those in memory */
    return strtoll(second, NULL, 10) * sysconf(_SC_PAGESIZE);
}

static void real_usage(struct world *world, struct usage *out)
{
    (void)world;
    *out = (struct usage){.resident_bytes = resident_bytes(),
                          .cpu_us = clock_us(CLOCK_PROCESS_CPUTIME_ID)};
}

static const struct world_ops real_ops = {
    .random = real_random,
    .http_send = real_http_send,
    .socket_open = real_socket_open,
    .socket_send = real_socket_send,
    .socket_ping = real_socket_ping,
    .socket_close = real_socket_close,
    .http_answer = real_http_answer,
    .stopwatch_us = real_stopwatch_us,
    .usage = real_usage,
};

bool world_real_init(struct world_real *real, int64_t speed, struct wall from, struct err *err)
{
    if (sodium_init() < 0)
        return err_set(err, ERR_INTERNAL, "libsodium could not be initialised");
    *real = (struct world_real){.world = {.speed = speed, .ops = &real_ops}, .from = from};
    if (!from.ms)
        real->from.ms = clock_us(CLOCK_REALTIME) / 1000;
    world_real_tick(real);
    return true;
}

void world_real_tick(struct world_real *real)
{
    int64_t now_ms = clock_us(CLOCK_REALTIME) / 1000;
    real->world.now.ms = real->from.ms + (now_ms - real->from.ms) * real->world.speed;
    real->world.mono.ms = clock_us(CLOCK_MONOTONIC) / 1000;
}
