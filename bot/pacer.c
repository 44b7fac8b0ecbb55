/* The pace of outgoing requests, per key. Keys that are idle are forgotten. */
#include "bot/pacer.h"

#include "base/broken.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 256 };

struct gate {
    struct gate *next;
    unsigned under_way;
    struct mono next_start; /* spacing */
    struct mono paused_until;
    char key[];
};

struct pacer {
    struct gate *buckets[BUCKETS];
};

struct pacer *pacer_new(void)
{
    struct pacer *pacer = calloc(1, sizeof *pacer);
    if (!pacer)
        abort();
    return pacer;
}

void pacer_free(struct pacer *pacer)
{
    if (!pacer)
        return;
    for (size_t i = 0; i < BUCKETS; i++)
        while (pacer->buckets[i]) {
            struct gate *next = pacer->buckets[i]->next;
            free(pacer->buckets[i]);
            pacer->buckets[i] = next;
        }
    free(pacer);
}

static size_t bucket_of(const char *key)
{
    size_t hash = 5381;
    for (const char *c = key; *c; c++)
        hash = hash * 33 + (unsigned char)*c;
    return hash % BUCKETS;
}

static bool is_idle(const struct gate *gate, struct mono now)
{
    return gate->under_way == 0 && gate->next_start.ms <= now.ms && gate->paused_until.ms <= now.ms;
}

/* The gate of a key; idle ones met on the way are dropped. */
static struct gate *gate_of(struct pacer *pacer, const char *key, struct mono now)
{
    struct gate **link = &pacer->buckets[bucket_of(key)];
    while (*link) {
        struct gate *gate = *link;
        if (strcmp(gate->key, key) == 0)
            return gate;
        if (is_idle(gate, now)) {
            *link = gate->next;
            free(gate);
        } else {
            link = &gate->next;
        }
    }
    size_t len = strlen(key) + 1;
    struct gate *gate = calloc(1, sizeof *gate + len);
    if (!gate)
        abort();
    memcpy(gate->key, key, len);
    *link = gate;
    return gate;
}

/* Without a moment to wait for (the ceiling is reached), the end of another request opens the gate.
 */
bool pacer_start(struct pacer *pacer, const struct http_request *request, struct mono now,
                 struct mono *at)
{
    if (!request->pace_key)
        return true;
    struct gate *gate = gate_of(pacer, request->pace_key, now);
    int64_t open =
        gate->next_start.ms > gate->paused_until.ms ? gate->next_start.ms : gate->paused_until.ms;
    *at = (struct mono){open > now.ms ? open : INT64_MAX};
    if ((open > now.ms && !BROKEN(pace_ignored)) ||
        (request->pace_parallel && gate->under_way >= request->pace_parallel))
        return false;
    gate->under_way++;
    gate->next_start.ms = now.ms + request->pace_ms;
    return true;
}

void pacer_done(struct pacer *pacer, const struct http_request *request)
{
    if (!request->pace_key)
        return;
    struct gate *gate = gate_of(pacer, request->pace_key, (struct mono){0});
    assert(gate->under_way > 0);
    gate->under_way--;
}

void pacer_pause(struct pacer *pacer, const char *key, struct mono until)
{
    struct gate *gate = gate_of(pacer, key, (struct mono){0});
    if (until.ms > gate->paused_until.ms)
        gate->paused_until = until;
}
