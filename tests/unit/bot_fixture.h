/* What tests of the bot floor share: a world that notes what is asked of it and stands still until
 * the test moves it. */
#ifndef TESTS_UNIT_BOT_FIXTURE_H
#define TESTS_UNIT_BOT_FIXTURE_H

#include "base/log.h"
#include "bot/exchange.h"
#include "tests/unit/call_fixture.h"

enum { FLOOR_SENT_MAX = 64 };

struct floor {
    struct rig rig; /* first: the ops get it back */
    struct metrics *metrics;
    struct exchanges *exchanges;
    struct {
        uint64_t id;
        const struct http_request *request;
    } sent[FLOOR_SENT_MAX]; /* in order; answered ones stay */
    size_t sent_count;
    unsigned opened, closed, pinged; /* sockets; the last slot of each is below */
    unsigned open_slot, close_slot;
    uint64_t draws;
};

static struct floor *floor_of(struct world *world)
{
    return (struct floor *)((char *)world - offsetof(struct rig, world));
}

static void floor_random(struct world *world, void *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        ((uint8_t *)bytes)[i] = (uint8_t)(floor_of(world)->draws++ * 37);
}

static void floor_send(struct world *world, uint64_t id, const struct http_request *request)
{
    struct floor *floor = floor_of(world);
    assert_true(floor->sent_count < FLOOR_SENT_MAX);
    floor->sent[floor->sent_count].id = id;
    floor->sent[floor->sent_count++].request = request;
}

static void floor_open(struct world *world, unsigned slot, const char *url)
{
    (void)url;
    floor_of(world)->opened++;
    floor_of(world)->open_slot = slot;
}

static bool floor_say(struct world *world, unsigned slot, const char *text, size_t len)
{
    (void)world;
    (void)slot;
    (void)text;
    return len > 0;
}

static bool floor_ping(struct world *world, unsigned slot)
{
    (void)slot;
    return floor_of(world)->pinged++ < 1000;
}

static void floor_close(struct world *world, unsigned slot)
{
    floor_of(world)->closed++;
    floor_of(world)->close_slot = slot;
}

static int64_t floor_stopwatch(struct world *world)
{
    return world->mono.ms * 1000;
}

static void floor_silent(void *arg, const char *line)
{
    (void)arg;
    (void)line;
}

static const struct world_ops floor_ops = {
    .random = floor_random,
    .http_send = floor_send,
    .socket_open = floor_open,
    .socket_send = floor_say,
    .socket_ping = floor_ping,
    .socket_close = floor_close,
    .stopwatch_us = floor_stopwatch,
};

static int floor_setup(void **state)
{
    struct floor *floor = calloc(1, sizeof *floor);
    log_configure(LOG_ERROR, LOG_FORMAT_TEXT, NULL, floor_silent, NULL);
    rig_init(&floor->rig);
    floor->rig.world.ops = &floor_ops;
    floor->metrics = metrics_new();
    floor->exchanges = exchanges_new(&floor->rig.world, floor->metrics);
    *state = floor;
    return 0;
}

static int floor_teardown(void **state)
{
    struct floor *floor = *state;
    exchanges_free(floor->exchanges);
    metrics_free(floor->metrics);
    rig_release(&floor->rig);
    free(floor);
    return 0;
}

/* Answers the exchange that was sent as the n-th. */
static void floor_answer(struct floor *floor, size_t n, int status, const char *headers,
                         const char *body)
{
    struct http_reply reply = {.outcome = HTTP_ANSWERED,
                               .status = status,
                               .headers = headers,
                               .body = body,
                               .body_len = strlen(body)};
    assert_true(n < floor->sent_count);
    exchanges_on_reply(floor->exchanges, floor->sent[n].id, &reply);
}

static void floor_pass(struct floor *floor, int64_t ms)
{
    floor->rig.world.mono.ms += ms;
    floor->rig.world.now.ms += ms;
}

#endif
