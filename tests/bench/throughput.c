/* As many envelopes as are acknowledged, with so many in flight. At the end of the object stand the
 * approvals that were asked for in all, warm-up and depths together. */
#include "tests/bench/modes.h"
#include "tests/bench/process.h"

#include <inttypes.h>
#include <stdio.h>

enum { IDLE_MS = 1000 };

static void print_requests(const struct session *session)
{
    printf("\"requests\":{");
    const char *comma = "";
    for (size_t i = 0; slack_method_name(i); i++) {
        const char *name = slack_method_name(i);
        if (session->slack.by_method[i]) {
            printf("%s\"%s\":%" PRIu64, comma, name[0] ? name : "other",
                   session->slack.by_method[i]);
            comma = ",";
        }
    }
    printf("}");
}

/* Warms up, measures and prints the members of one JSON object, without its end. */
static void measure(struct session *session, size_t in_flight, int64_t idle_kb)
{
    const struct options *options = &session->options;
    struct flight *flight = &session->flight;
    size_t errors = flight->errors + session->wire.violations;
    session->in_flight = in_flight;
    session_send(session, flight->sent + options->warmup, 0);
    size_t from = flight->acked, again = flight->redelivered, given_up = flight->given_up;
    uint64_t requests = session->slack.requests;
    int64_t cpu_us = process_cpu_us(session->bot), from_us = stopwatch_us();
    session_send(session, flight->sent + options->events, (int64_t)options->seconds * 1000);
    size_t events = flight->acked - from;
    int64_t took_us = events ? session->last_ack_us - from_us : 1;
    cpu_us = process_cpu_us(session->bot) - cpu_us;
    requests = session->slack.requests - requests;
    int64_t after_kb = process_resident_kb(session->bot);
    struct latency latency = flight_latency(flight, from, flight->acked);
    printf("{\"mode\":\"%s\",\"events\":%zu,\"in_flight\":%zu,\"connections\":%zu,"
           "\"seconds\":%.3f,\"per_second\":%.0f,\"p50_us\":%u,\"p99_us\":%u,\"max_us\":%u,"
           "\"cpu_us_per_event\":%.2f,\"idle_kb\":%" PRId64 ",\"after_kb\":%" PRId64
           ",\"requests_meanwhile\":%" PRIu64
           ",\"redelivered\":%zu,\"unanswered\":%zu,\"errors\":%zu",
           options->mode, events, in_flight, session_connected(session), (double)took_us / 1e6,
           (double)events * 1e6 / (double)took_us, latency.p50_us, latency.p99_us, latency.max_us,
           (double)cpu_us / (double)(events ? events : 1), idle_kb, after_kb, requests,
           flight->redelivered - again, flight->given_up - given_up,
           flight->errors + session->wire.violations - errors);
}

void mode_throughput(struct session *session)
{
    const struct options *options = &session->options;
    session_await(session, options->connections);
    session_idle(session, IDLE_MS);
    int64_t idle_kb = process_resident_kb(session->bot);
    if (options->depth_count == 1) {
        measure(session, options->in_flight[0], idle_kb);
        printf(",\"approvals\":%zu,", session->flight.of_kind[ENVELOPE_APPROVE]);
        print_requests(session);
        printf("}\n");
        return;
    }
    printf("{\"mode\":\"%s\",\"phases\":[", options->mode);
    for (size_t i = 0; i < options->depth_count; i++) {
        printf("%s", i ? "," : "");
        measure(session, options->in_flight[i], idle_kb);
        printf("}");
    }
    printf("],\"distinct_events\":%zu,\"approvals\":%zu,", session->flight.events,
           session->flight.of_kind[ENVELOPE_APPROVE]);
    print_requests(session);
    printf("}\n");
}
