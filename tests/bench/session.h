/* One bot under load: started by us, spoken to as Slack speaks, watched from outside. */
#ifndef TESTS_BENCH_SESSION_H
#define TESTS_BENCH_SESSION_H

#include "tests/bench/flight.h"
#include "tests/bench/slack.h"

#include <sys/types.h>

enum { MAX_DEPTHS = 8 };

struct options {
    const char *mode, *mix, *tokens, *config_from, *config_to, *log, *say, *salesforce, *store;
    const char *depths; /* envelopes in flight: a number, or several, one phase after the other */
    size_t in_flight[MAX_DEPTHS], depth_count;
    size_t events, warmup, connections, seconds, onboardings, again, rate, every, nice;
};

struct session {
    struct options options;
    struct wire wire;
    struct slack slack;
    struct flight flight;
    pid_t bot;
    int64_t spawned_us, first_hello_us, last_ack_us;
    size_t target; /* envelopes to send; kept in flight up to in_flight */
    size_t in_flight;
    unsigned next_conn;
};

/* Listens, and starts the bot with the configuration told where. */
void session_start(struct session *session, char *command[]);
void session_stop(struct session *session);

size_t session_connected(const struct session *session);
bool session_can_take(const struct conn *conn);
/* Round robin over those that stand; NULL: none. */
struct conn *session_next_conn(struct session *session);

/* Handles what comes in within the time, sends what may be sent. */
void session_turn(struct session *session, int timeout_ms);
void session_idle(struct session *session, int64_t ms);
/* Until so many connections stand; ends the program when they do not within 20 s. */
void session_await(struct session *session, size_t count);
/* Ends the program when the bot is gone, or is not connected in time. */
void session_must_come(struct session *session);
/* Sends up to `count` envelopes in all, no more after so many milliseconds (0: no limit), and waits
 * for their acknowledgements; when none comes for 10 s, gives up what is under way. */
void session_send(struct session *session, size_t count, int64_t ms);

#endif
