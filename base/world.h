/* The one door to everything that is not computation: time, randomness, HTTP
 * going out, answers to HTTP coming in, and the Socket Mode connections. bot/world_real.c is the
 * real world; tests/scenario/world_sim.c is a simulated one with a virtual clock. What comes back
 * from the world (frames, replies, ticks) enters through bot/bot.h. */
#ifndef BASE_WORLD_H
#define BASE_WORLD_H

#include "base/http.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Two times that cannot be mixed up. */
struct wall {
    int64_t ms; /* UTC milliseconds since 1970; people's time; can step; what is stored */
};
struct mono {
    int64_t ms; /* milliseconds since some start; never steps; for time-outs; never stored */
};

/* Of the process; 0 where it cannot be told. */
struct usage {
    int64_t resident_bytes;
    int64_t cpu_us; /* of all its threads, since it began */
};

struct world;

struct world_ops {
    /* Fills bytes from a cryptographic source. */
    void (*random)(struct world *world, void *bytes, size_t len);

    /* Starts an exchange. The world copies nothing: request and what it points to must live until
     * bot_on_http_reply(id) was called, which happens exactly once per send, never inside this
     * call. */
    void (*http_send)(struct world *world, uint64_t id, const struct http_request *request);

    /* Socket Mode connections are known by a small slot number of the caller's choosing (0 …
     * SOCKET_SLOTS-1). Opening reports bot_on_socket(OPEN or CLOSED); after CLOSED the slot is
     * free. text is copied. send and ping return false if the slot is not open (the frame is lost).
     */
    void (*socket_open)(struct world *world, unsigned slot, const char *url);
    bool (*socket_send)(struct world *world, unsigned slot, const char *text, size_t len);
    bool (*socket_ping)(struct world *world, unsigned slot);
    /* Close frame, at most 1 s for its answer, then TCP is dropped; CLOSED is reported. */
    void (*socket_close)(struct world *world, unsigned slot);

    /* Answers the request that came in as bot_on_http_request(id). Everything is copied; a request
     * whose connection has gone is forgotten. */
    void (*http_answer)(struct world *world, uint64_t id, const struct http_in_answer *answer);

    /* Microseconds of a stopwatch, for measuring only: nothing may be decided by it. */
    int64_t (*stopwatch_us)(struct world *world);

    /* What the process holds and has used; for measuring only. */
    void (*usage)(struct world *world, struct usage *out);
};

enum { SOCKET_SLOTS = 24 };

struct world {
    struct wall now;  /* read once per turn */
    struct mono mono; /* read once per turn */
    int64_t speed; /* people's clock runs this many times faster than real time; 1 but in a demo */
    const struct world_ops *ops;
};

/* The wall time `ms` of people's time from now. */
struct wall wall_after(const struct world *world, int64_t ms);

/* The wall time `ms` of machine time from now: for leases, retries and time-outs that are stored as
 * wall times. The same as wall_after unless the clock is scaled. */
struct wall wall_after_machine(const struct world *world, int64_t ms);

void world_random(struct world *world, void *bytes, size_t len);

/* Uniform in [0, bound), bound > 0. */
uint64_t world_random_below(struct world *world, uint64_t bound);

#endif
