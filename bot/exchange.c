/* Running connector calls: each is stepped with what the world answers, waits its
 * pace, and is handed back when it is done or has failed.
 *
 *   start -> READY -> step -> PACED -> IN_FLIGHT -> reply -> step …
 *                          -> WAITING -> step …            -> ENDED -> done()
 *
 * A call with a deadline is never held past it: a pace that opens later turns it away.
 */
#include "bot/exchange.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum exchange_state {
    READY,     /* to be stepped at the next tick */
    PACED,     /* has a request that may not start yet */
    REFUSED,   /* has a request that may not start in time: told at the next tick */
    IN_FLIGHT, /* the world has its request */
    WAITING,   /* the call asked for a pause */
    ENDED      /* done() comes at the end of the tick */
};

struct exchange {
    struct call *call;
    exchange_done *done;
    void *arg;
    enum exchange_state state;
    uint64_t id;
    struct mono wake;  /* PACED, WAITING */
    struct mono opens; /* the pace of PACED and REFUSED; INT64_MAX: when another one ends */
    int64_t started_us;
};

struct exchanges {
    struct world *world;
    struct metrics *metrics;
    struct pacer *pacer;
    struct exchange **items; /* in order of start */
    size_t count, cap;
    uint64_t last_id;
    bool moved;       /* something may be READY, ENDED, or free to start */
    bool freed;       /* a request ended: what waits for another's end may start */
    const char *full; /* in a pass: the pace whose ceiling was reached last; borrowed from a call */
};

struct exchanges *exchanges_new(struct world *world, struct metrics *metrics)
{
    struct exchanges *exchanges = calloc(1, sizeof *exchanges);
    if (!exchanges)
        abort();
    exchanges->world = world;
    exchanges->metrics = metrics;
    exchanges->pacer = pacer_new();
    return exchanges;
}

void exchanges_free(struct exchanges *exchanges)
{
    if (!exchanges)
        return;
    for (size_t i = 0; i < exchanges->count; i++)
        free(exchanges->items[i]);
    free(exchanges->items);
    pacer_free(exchanges->pacer);
    free(exchanges);
}

void exchanges_start(struct exchanges *exchanges, struct call *call, exchange_done *done, void *arg)
{
    if (exchanges->count == exchanges->cap) {
        exchanges->cap = exchanges->cap ? exchanges->cap * 2 : 32;
        exchanges->items = realloc(exchanges->items, exchanges->cap * sizeof(struct exchange *));
        if (!exchanges->items)
            abort();
    }
    struct exchange *exchange = malloc(sizeof *exchange);
    if (!exchange)
        abort();
    *exchange = (struct exchange){
        .call = call,
        .done = done,
        .arg = arg,
        .state = READY,
        .started_us = exchanges->world->ops->stopwatch_us(exchanges->world),
    };
    exchanges->items[exchanges->count++] = exchange;
    exchanges->moved = true;
}

/* Waits for its pace, at the longest until the call's deadline. */
static void hold_back(struct exchanges *exchanges, struct exchange *exchange, struct mono open)
{
    struct mono deadline = exchange->call->deadline;
    bool ceiling = open.ms == INT64_MAX; /* another's end opens it, at any moment */
    bool late = deadline.ms && (ceiling ? exchanges->world->mono.ms : open.ms) >= deadline.ms;
    exchange->opens = open;
    exchange->wake = deadline.ms && deadline.ms < open.ms ? deadline : open;
    exchange->state = late ? REFUSED : PACED;
    if (ceiling)
        exchanges->full = exchange->call->request.pace_key;
    if (late)
        exchanges->moved = true;
}

static void try_send(struct exchanges *exchanges, struct exchange *exchange)
{
    const struct http_request *request = &exchange->call->request;
    struct mono open;
    if (!pacer_start(exchanges->pacer, request, exchanges->world->mono, &open)) {
        hold_back(exchanges, exchange, open);
        return;
    }
    exchange->state = IN_FLIGHT;
    exchange->id = ++exchanges->last_id;
    exchanges->world->ops->http_send(exchanges->world, exchange->id, request);
}

/* Who was told to wait speaks for all that share the pace: a system that gives no time leaves it to
 * each call. */
static void pause_pace(struct exchanges *exchanges, const struct call *call, int64_t ms)
{
    if (ms > 0 && call->request.pace_key)
        pacer_pause(exchanges->pacer, call->request.pace_key,
                    (struct mono){exchanges->world->mono.ms + ms});
}

static void step(struct exchanges *exchanges, struct exchange *exchange,
                 const struct http_reply *reply)
{
    struct step step = exchange->call->type->step(exchange->call, reply);
    switch (step.kind) {
    case STEP_REQUEST:
        try_send(exchanges, exchange);
        return;
    case STEP_WAIT:
        exchange->state = WAITING;
        exchange->wake.ms = exchanges->world->mono.ms + (step.wait_ms > 0 ? step.wait_ms : 0);
        return;
    case STEP_DONE:
        exchange->call->failure = (struct failure){0};
        break;
    case STEP_FAILED:
        assert(exchange->call->failure.class != FAILURE_NONE);
        if (exchange->call->failure.class == FAILURE_RATE_LIMITED)
            pause_pace(exchanges, exchange->call, exchange->call->failure.retry_after_ms);
        break;
    }
    exchange->state = ENDED;
}

/* A request that its pace keeps back past the call's deadline is answered in the system's stead,
 * with what that said to whoever was paused; or, where others stood before it all the time, not
 * sent. */
static void refuse(struct exchanges *exchanges, struct exchange *exchange)
{
    char headers[48] = "";
    struct http_reply reply = {.outcome = HTTP_HELD_BACK,
                               .body = "",
                               .headers = headers,
                               .error = "other requests were before it until its time was up"};
    if (exchange->opens.ms != INT64_MAX) {
        int64_t wait_ms = exchange->opens.ms - exchanges->world->mono.ms;
        reply.outcome = HTTP_ANSWERED;
        reply.status = 429;
        snprintf(headers, sizeof headers, "retry-after: %lld\n", (long long)(wait_ms + 999) / 1000);
    }
    step(exchanges, exchange, &reply);
}

static struct exchange *find(struct exchanges *exchanges, uint64_t id)
{
    for (size_t i = 0; i < exchanges->count; i++)
        if (exchanges->items[i]->state == IN_FLIGHT && exchanges->items[i]->id == id)
            return exchanges->items[i];
    return NULL;
}

void exchanges_on_reply(struct exchanges *exchanges, uint64_t id, const struct http_reply *reply)
{
    struct exchange *exchange = find(exchanges, id);
    assert(exchange); /* the world answers each send exactly once */
    pacer_done(exchanges->pacer, &exchange->call->request);
    if (reply->outcome == HTTP_ANSWERED && reply->status == 429)
        pause_pace(exchanges, exchange->call, http_retry_after_ms(reply, 0));
    exchange->id = 0;
    exchanges->moved = exchanges->freed = true;
    step(exchanges, exchange, reply);
}

static void count(struct exchanges *exchanges, const struct exchange *exchange)
{
    const struct call *call = exchange->call;
    char labels[160];
    const char *outcome =
        call->failure.class == FAILURE_NONE ? "ok" : failure_class_name(call->failure.class);
    snprintf(labels, sizeof labels, "system=\"%s\",call=\"%s\",outcome=\"%s\"", call->type->system,
             call->type->name, outcome);
    metrics_add(exchanges->metrics, METRIC_CALLS, labels, 1);
    snprintf(labels, sizeof labels, "system=\"%s\"", call->type->system);
    int64_t us = exchanges->world->ops->stopwatch_us(exchanges->world) - exchange->started_us;
    metrics_observe_us(exchanges->metrics, METRIC_CALL_TIME, labels, us);
}

/* One was refused in this pass already, and in a pass nothing ends. */
static bool is_full(const struct exchanges *exchanges, const struct exchange *exchange)
{
    const char *pace = exchange->call->request.pace_key;
    return exchanges->full && pace && strcmp(exchanges->full, pace) == 0;
}

static void advance(struct exchanges *exchanges, struct exchange *exchange, bool freed)
{
    bool woken = exchange->wake.ms <= exchanges->world->mono.ms;
    bool opened = woken || (freed && exchange->opens.ms == INT64_MAX && exchange->state == PACED &&
                            !is_full(exchanges, exchange));
    if (exchange->state == READY || (exchange->state == WAITING && woken))
        step(exchanges, exchange, NULL);
    else if (exchange->state == PACED && opened)
        try_send(exchanges, exchange);
    else if (exchange->state == REFUSED)
        refuse(exchanges, exchange);
}

/* The call of an ended exchange may be gone after done(), and done() may start further ones. */
static void finish_ended(struct exchanges *exchanges)
{
    for (size_t i = 0; i < exchanges->count;) {
        struct exchange *exchange = exchanges->items[i];
        if (exchange->state != ENDED) {
            i++;
            continue;
        }
        exchanges->count--;
        memmove(&exchanges->items[i], &exchanges->items[i + 1],
                (exchanges->count - i) * sizeof(struct exchange *));
        count(exchanges, exchange);
        exchange->done(exchange->arg, exchange->call);
        free(exchange);
    }
}

void exchanges_tick(struct exchanges *exchanges)
{
    if (!exchanges->moved && exchanges_wake_at(exchanges).ms > exchanges->world->mono.ms)
        return;
    do {
        bool freed = exchanges->freed;
        exchanges->moved = exchanges->freed = false;
        exchanges->full = NULL;
        for (size_t i = 0; i < exchanges->count; i++)
            advance(exchanges, exchanges->items[i], freed);
        finish_ended(exchanges);
    } while (exchanges->moved);
}

struct mono exchanges_wake_at(const struct exchanges *exchanges)
{
    struct mono at = {INT64_MAX};
    if (exchanges->moved)
        return exchanges->world->mono;
    for (size_t i = 0; i < exchanges->count; i++) {
        const struct exchange *exchange = exchanges->items[i];
        if ((exchange->state == PACED || exchange->state == WAITING) && exchange->wake.ms < at.ms)
            at = exchange->wake;
    }
    return at;
}

size_t exchanges_under_way(const struct exchanges *exchanges)
{
    return exchanges->count;
}

void exchanges_measure(struct exchanges *exchanges)
{
    int64_t in_flight = 0;
    for (size_t i = 0; i < exchanges->count; i++)
        in_flight += exchanges->items[i]->state == IN_FLIGHT;
    metrics_set(exchanges->metrics, METRIC_EXCHANGES, "state=\"in_flight\"", in_flight);
    metrics_set(exchanges->metrics, METRIC_EXCHANGES, "state=\"waiting\"",
                (int64_t)exchanges->count - in_flight);
}
