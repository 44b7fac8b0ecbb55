/* Sockets for the load generator: an HTTP/1.1 and WebSocket (RFC 6455) server on one epoll, on the
 * loopback. It shares no code with what it measures, so that a mistake cannot hide in both. */
#ifndef TESTS_BENCH_WIRE_H
#define TESTS_BENCH_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WIRE_CONNECTIONS = 256 };

struct bytes {
    char *data;
    size_t len, cap;
};

struct conn {
    int fd; /* -1: the place is free */
    bool websocket;
    bool greeted;    /* hello was sent */
    bool leaving;    /* was told to go: nothing is sent to it any more, */
    bool last_words; /* unless it may still take envelopes for a while */
    bool wants_write;
    uint64_t serial; /* grows with every connection */
    struct bytes in, out;
};

/* One HTTP request; borrowed for the call. */
struct http_in {
    const char *method, *path; /* path with its query */
    const char *body;
    size_t body_len;
};

struct wire_events {
    void (*on_request)(void *arg, struct conn *conn, const struct http_in *request);
    void (*on_opened)(void *arg, struct conn *conn); /* a WebSocket stands */
    void (*on_text)(void *arg, struct conn *conn, const char *text, size_t len);
    void (*on_closed)(void *arg, struct conn *conn); /* a WebSocket is gone */
};

struct wire {
    int epoll, listener, port;
    const struct wire_events *events;
    void *arg;
    struct conn conns[WIRE_CONNECTIONS];
    uint64_t serial, violations; /* frames that break the protocol */
};

/* Listens on a free port of 127.0.0.1; exits the program when it cannot. */
void wire_open(struct wire *wire, const struct wire_events *events, void *arg);
/* Handles what comes in within the time, then flushes everything. */
void wire_poll(struct wire *wire, int timeout_ms);
void wire_flush(struct wire *wire);

void conn_reply(struct conn *conn, const char *status, const char *json); /* "200 OK" */
void conn_send_text(struct conn *conn, const char *text, size_t len);
void conn_close(struct wire *wire, struct conn *conn);
void conn_reset(struct wire *wire, struct conn *conn); /* RST, no farewell */

/* Microseconds of the monotonic clock. */
int64_t stopwatch_us(void);
/* Prints the words and ends the program. */
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
