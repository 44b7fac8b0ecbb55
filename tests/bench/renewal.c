/* Starting, renewing connections, losing an answer. */
#include "tests/bench/modes.h"
#include "tests/bench/process.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    LASTING_MS = 11000, /* Slack renews connections that stood for hours, not for moments */
    GRACE_MS = 1000,    /* a connection that was told to go is cut after this */
    RENEW_MS = 15000,
    LOST_MS = 12000,
};

void mode_start(struct session *session)
{
    session->target = 1;
    session->last_ack_us = stopwatch_us();
    while (session->flight.acked < 1) {
        session_turn(session, 1);
        session_must_come(session);
    }
    printf("{\"mode\":\"start\",\"hello_ms\":%.1f,\"accepted_ms\":%.1f,\"errors\":%zu}\n",
           (double)(session->first_hello_us - session->spawned_us) / 1e3,
           (double)(session->last_ack_us - session->spawned_us) / 1e3, session->flight.errors);
}

struct gap {
    int64_t gap_us, longest_wait_us;
    size_t sent, lost;
    bool renewed;
};

/* Envelopes in flight whose acknowledgement will never come, and the longest wait for one. */
static void settle_gap(struct session *session, struct gap *gap, size_t sent_from,
                       size_t acked_from)
{
    session_idle(session, 500);
    gap->sent = session->flight.sent - sent_from;
    gap->lost = flight_under_way(&session->flight);
    struct latency latency = flight_latency(&session->flight, acked_from, session->flight.acked);
    gap->longest_wait_us = latency.max_us;
    flight_give_up(&session->flight);
}

/* The oldest connection that was not told to go, up to a serial; NULL: none. */
static struct conn *oldest(struct session *session, uint64_t up_to)
{
    struct conn *found = NULL;
    for (struct conn *conn = session->wire.conns; conn < session->wire.conns + WIRE_CONNECTIONS;
         conn++)
        if (session_can_take(conn) && !conn->leaving && conn->serial <= up_to &&
            (!found || conn->serial < found->serial))
            found = conn;
    return found;
}

/* Tells the oldest connection, or all, to go, and sends an envelope every millisecond to whoever
 * can take it, until as many stand as before. */
static struct gap measure_gap(struct session *session, const char *reason, bool all)
{
    struct gap gap = {0};
    size_t sent_from = session->flight.sent, acked_from = session->flight.acked;
    uint64_t newest = session->wire.serial;
    size_t wanted = all ? session->options.connections : 1;
    bool warning = strcmp(reason, "warning") == 0;
    size_t before = session->options.connections, dismissed = 0;
    for (struct conn *conn; (conn = oldest(session, newest)) && (all || !dismissed); dismissed++) {
        slack_dismiss(conn, reason);
        conn->leaving = true;
        conn->last_words = warning; /* a warned one still takes envelopes for some seconds */
    }
    int64_t from_us = stopwatch_us(), last_us = from_us, sent_us = 0;
    bool cut = false;
    do {
        wire_flush(&session->wire);
        wire_poll(&session->wire, 1);
        int64_t now_us = stopwatch_us();
        struct conn *conn = session_next_conn(session);
        if (!conn)
            gap.gap_us += now_us - last_us;
        else if (now_us - sent_us >= 1000) {
            sent_us = now_us;
            flight_send(&session->flight, conn);
        }
        last_us = now_us;
        size_t young = 0;
        for (size_t i = 0; i < WIRE_CONNECTIONS; i++) {
            struct conn *each = &session->wire.conns[i];
            young += session_can_take(each) && each->serial > newest;
            if (!cut && each->fd >= 0 && each->leaving && !each->last_words &&
                now_us - from_us > GRACE_MS * 1000)
                conn_close(&session->wire, each);
        }
        cut = now_us - from_us > GRACE_MS * 1000;
        gap.renewed = young >= wanted && session_connected(session) >= before;
    } while (!(gap.renewed && cut) && stopwatch_us() - from_us < RENEW_MS * INT64_C(1000));
    settle_gap(session, &gap, sent_from, acked_from);
    return gap;
}

void mode_refresh(struct session *session)
{
    static const struct {
        const char *name, *reason;
        bool all;
        bool wait; /* so that every connection has stood for a while */
    } cases[] = {{"refresh", "refresh_requested", false, true},
                 {"warning", "warning", false, false},
                 {"refresh_all", "refresh_requested", true, true}};
    session_await(session, session->options.connections);
    printf("{\"mode\":\"refresh\"");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cases[i].wait)
            session_idle(session, LASTING_MS);
        struct gap gap = measure_gap(session, cases[i].reason, cases[i].all);
        printf(",\"%s\":{\"gap_ms\":%.1f,\"sent\":%zu,\"lost\":%zu,\"max_us\":%" PRId64
               ",\"renewed\":%s}",
               cases[i].name, (double)gap.gap_us / 1e3, gap.sent, gap.lost, gap.longest_wait_us,
               gap.renewed ? "true" : "false");
    }
    printf(",\"errors\":%zu}\n", session->flight.errors + session->wire.violations);
}

void mode_lost(struct session *session)
{
    session->slack.lose_a_reply = true;
    session_await(session, 1);
    if (session->options.say)
        session_send(session, 1, 0);
    int64_t until_us = stopwatch_us() + LOST_MS * INT64_C(1000);
    while (stopwatch_us() < until_us)
        session_turn(session, 10);
    printf("{\"mode\":\"lost\",\"lost\":%" PRIu64 ",\"posted\":%" PRIu64 ",\"looked\":%" PRIu64
           ",\"errors\":%zu}\n",
           session->slack.lost, session->slack.posted, session->slack.looks,
           session->flight.errors);
}
