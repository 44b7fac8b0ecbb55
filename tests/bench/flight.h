/* The envelopes: written, counted while they are in flight, and matched with their
 * acknowledgements. */
#ifndef TESTS_BENCH_FLIGHT_H
#define TESTS_BENCH_FLIGHT_H

#include "tests/bench/wire.h"

#include <stdio.h>

enum envelope { ENVELOPE_STATUS, ENVELOPE_CLICK, ENVELOPE_SAY };

struct flight {
    int64_t *sent_us;  /* by number; 0: not sent, -1: acknowledged */
    uint32_t *took_us; /* of the acknowledged ones, in the order of their coming */
    size_t cap;        /* numbers there are */
    size_t sent, acked;
    size_t
        errors; /* acknowledgements of what is unknown, repeated, or without what must be there */
    enum envelope kind;
    int port;      /* where response URLs lead: to us */
    char **tokens; /* ENVELOPE_CLICK: the signed value of each button */
    size_t token_count;
    const char *say; /* ENVELOPE_SAY: the command's text */
};

void flight_init(struct flight *flight, size_t cap);
/* One signed value a line. */
void flight_read_tokens(struct flight *flight, const char *path);
size_t flight_under_way(const struct flight *flight);
void flight_send(struct flight *flight, struct conn *conn);
/* True when the text acknowledges an envelope of ours that was in flight. */
bool flight_take(struct flight *flight, const char *text, size_t len);

struct latency {
    uint32_t p50_us, p99_us, max_us;
};
/* Of the acknowledgements from the `from`th on. */
struct latency flight_latency(struct flight *flight, size_t from);

#endif
