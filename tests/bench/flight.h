/* The envelopes: written by a mix of kinds, counted while they are in flight, and matched with
 * their acknowledgements. */
#ifndef TESTS_BENCH_FLIGHT_H
#define TESTS_BENCH_FLIGHT_H

#include "tests/bench/wire.h"

#include <stdio.h>

enum envelope {
    ENVELOPE_STATUS,  /* /onboard status ONB-n: answered in the acknowledgement, nothing written */
    ENVELOPE_APPROVE, /* the button of a card, each of another one */
    ENVELOPE_EVENT,   /* a profile has changed; some come two and three times */
    ENVELOPE_HOME,    /* somebody opened the app's Home */
    ENVELOPE_CLAIM,   /* /onboard claim ONB-n and, in the next round, release */
    ENVELOPE_CHECK,   /* /onboard check ONB-n: everything is fetched again */
    ENVELOPE_SAY,     /* any other command */
    ENVELOPE_KINDS
};

enum { MIX_SIZE = 100, AGAIN_RING = 4096, CLAIMED = 500 };

/* An event that comes once more. */
struct again {
    size_t event, not_before; /* the envelope after which it may */
    unsigned attempt;
};

struct flight {
    int64_t *sent_us;  /* by number; 0: not sent, -1: acknowledged, -2: given up */
    uint32_t *took_us; /* of the acknowledged ones, in the order of their coming */
    uint8_t *kinds;    /* by number */
    size_t cap;        /* numbers there are */
    size_t sent, acked, given_up;
    size_t
        errors; /* acknowledgements of what is unknown, repeated, or without what must be there */
    uint8_t mix[MIX_SIZE];
    size_t of_kind[ENVELOPE_KINDS]; /* sent */
    int port;                       /* where response URLs lead: to us */
    char **tokens;                  /* ENVELOPE_APPROVE: the signed value of each button */
    size_t token_count;
    size_t onboardings; /* those that are asked for, from ONB-1001 on */
    const char *say;    /* ENVELOPE_SAY: the command's text */
    /* Of a hundred events, so many come again, and of those every fifth a third time. */
    size_t again_of_100, events, redelivered;
    struct again again[AGAIN_RING];
    size_t again_first, again_end;
};

void flight_init(struct flight *flight, size_t cap);
/* "status=60,event=30,approve=10", 100 in all; ends the program where it is something else. */
void flight_set_mix(struct flight *flight, const char *words);
/* One signed value a line; at most as many as there are numbers. */
void flight_read_tokens(struct flight *flight, const char *path);
size_t flight_under_way(const struct flight *flight);
/* What is under way will not be acknowledged any more; Slack would deliver it again. */
void flight_give_up(struct flight *flight);
void flight_send(struct flight *flight, struct conn *conn);
/* True when the text acknowledges an envelope of ours that was in flight. */
bool flight_take(struct flight *flight, const char *text, size_t len);

struct latency {
    uint32_t p50_us, p99_us, max_us;
};
/* Of the acknowledgements from the `from`th up to the `to`th, which are put in order. */
struct latency flight_latency(struct flight *flight, size_t from, size_t to);

#endif
