/* So many envelopes a second, whatever becomes of them: how long each waits for its
 * acknowledgement, and what becomes of the process meanwhile. */
#include "tests/bench/modes.h"
#include "tests/bench/process.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

enum { DRAIN_MS = 30000 };

/* What was there at the last line that was printed. */
struct mark {
    int64_t at_us, cpu_us;
    size_t sent, acked;
};

static int64_t size_of(const char *path, const char *end)
{
    char name[1024];
    struct stat info;
    snprintf(name, sizeof name, "%s%s", path, end);
    return stat(name, &info) == 0 ? (int64_t)info.st_size : 0;
}

static size_t wrong(const struct session *session)
{
    return session->flight.errors + session->wire.violations;
}

/* One line: the time since the mark. */
static void print_sample(struct session *session, struct mark *mark, int64_t from_us)
{
    struct flight *flight = &session->flight;
    const char *store = session->options.store;
    struct mark now = {stopwatch_us(), process_cpu_us(session->bot), flight->sent, flight->acked};
    struct latency latency = flight_latency(flight, mark->acked, now.acked);
    printf("{\"second\":%.1f,\"sent\":%zu,\"acked\":%zu,\"under_way\":%zu,\"wrong\":%zu,"
           "\"p50_us\":%u,\"p99_us\":%u,\"max_us\":%u,\"cpu_share\":%.3f,\"resident_kb\":%" PRId64
           ",\"requests\":%" PRIu64,
           (double)(now.at_us - from_us) / 1e6, now.sent - mark->sent, now.acked - mark->acked,
           flight_under_way(flight), wrong(session), latency.p50_us, latency.p99_us, latency.max_us,
           (double)(now.cpu_us - mark->cpu_us) / (double)(now.at_us - mark->at_us),
           process_resident_kb(session->bot), session->slack.requests);
    if (store)
        printf(",\"store_bytes\":%" PRId64 ",\"log_bytes\":%" PRId64, size_of(store, ""),
               size_of(store, "-wal"));
    printf("}\n");
    fflush(stdout);
    *mark = now;
}

/* Sends what is due by now. */
static void keep_pace(struct session *session, size_t due)
{
    while (session->flight.sent < due) {
        struct conn *conn = session_next_conn(session);
        if (!conn)
            return;
        flight_send(&session->flight, conn);
    }
}

static void await_the_rest(struct session *session)
{
    int64_t until_us = stopwatch_us() + DRAIN_MS * INT64_C(1000);
    while (flight_under_way(&session->flight) && stopwatch_us() < until_us)
        session_turn(session, 10);
}

static void print_end(struct session *session, size_t from, int64_t first_ack_us)
{
    struct flight *flight = &session->flight;
    const struct slack *slack = &session->slack;
    struct latency latency = flight_latency(flight, from, flight->acked);
    printf("{\"mode\":\"%s\",\"events\":%zu,\"missing\":%zu,\"wrong\":%zu,\"p50_us\":%u,"
           "\"p99_us\":%u,\"max_us\":%u,\"distinct_events\":%zu,\"redelivered\":%zu,"
           "\"approvals\":%zu,\"claims\":%zu,",
           session->options.mode, flight->acked - from, flight_under_way(flight), wrong(session),
           latency.p50_us, latency.p99_us, latency.max_us, flight->events, flight->redelivered,
           flight->of_kind[ENVELOPE_APPROVE], flight->of_kind[ENVELOPE_CLAIM]);
    printf("\"posts\":%" PRIu64 ",\"posts_again\":%" PRIu64 ",\"organizations\":%" PRIu64
           ",\"organizations_again\":%" PRIu64 ",\"first_ack_ms\":%" PRId64
           ",\"resident_kb\":%" PRId64 "}\n",
           slack->posts, slack->posts_again, slack->organizations, slack->organizations_again,
           first_ack_us / 1000, process_resident_kb(session->bot));
    fflush(stdout);
}

void mode_pace(struct session *session)
{
    const struct options *options = &session->options;
    session_await(session, options->connections);
    session_send(session, 1, 0);
    int64_t first_ack_us = session->last_ack_us - session->spawned_us;
    session_send(session, options->warmup, 0);
    size_t first = session->flight.sent;
    int64_t from_us = stopwatch_us(), seconds = (int64_t)options->seconds;
    struct mark mark = {from_us, process_cpu_us(session->bot), first, session->flight.acked};
    int64_t every_us = (int64_t)options->every * 1000000, next_us = from_us + every_us;
    for (int64_t now_us = from_us; now_us - from_us < seconds * 1000000; now_us = stopwatch_us()) {
        keep_pace(session, first + (size_t)((now_us - from_us) * (int64_t)options->rate / 1000000));
        wire_flush(&session->wire);
        wire_poll(&session->wire, 1);
        if (now_us >= next_us) {
            process_must_live(session->bot, options->log);
            print_sample(session, &mark, from_us);
            next_us += every_us;
        }
    }
    await_the_rest(session);
    if (session->flight.acked > mark.acked)
        print_sample(session, &mark, from_us);
    print_end(session, first, first_ack_us);
}
