/* One bot under load. */
#include "tests/bench/session.h"

#include "tests/bench/process.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum {
    START_MS = 60000,
    STALL_MS = 10000, /* no acknowledgement for so long: there will be none */
    STOP_MS = 12000,  /* the bot promises 10 s */
};

bool session_can_take(const struct conn *conn)
{
    return conn->fd >= 0 && conn->websocket && conn->greeted &&
           (!conn->leaving || conn->last_words);
}

size_t session_connected(const struct session *session)
{
    size_t count = 0;
    for (size_t i = 0; i < WIRE_CONNECTIONS; i++)
        count += session_can_take(&session->wire.conns[i]);
    return count;
}

struct conn *session_next_conn(struct session *session)
{
    for (unsigned i = 0; i < WIRE_CONNECTIONS; i++) {
        struct conn *conn = &session->wire.conns[++session->next_conn % WIRE_CONNECTIONS];
        if (session_can_take(conn))
            return conn;
    }
    return NULL;
}

static void fill(struct session *session)
{
    while (session->flight.sent < session->target &&
           flight_under_way(&session->flight) < session->in_flight) {
        struct conn *conn = session_next_conn(session);
        if (!conn)
            return;
        flight_send(&session->flight, conn);
    }
}

static void on_request(void *arg, struct conn *conn, const struct http_in *request)
{
    struct session *session = arg;
    slack_answer(&session->slack, &session->wire, conn, request);
}

static void on_opened(void *arg, struct conn *conn)
{
    struct session *session = arg;
    if (!session->first_hello_us)
        session->first_hello_us = stopwatch_us();
    slack_greet(conn, (unsigned)session_connected(session) + 1);
    fill(session);
}

static void on_text(void *arg, struct conn *conn, const char *text, size_t len)
{
    struct session *session = arg;
    (void)conn;
    if (flight_take(&session->flight, text, len))
        session->last_ack_us = stopwatch_us();
}

static void on_closed(void *arg, struct conn *conn)
{
    (void)arg;
    (void)conn;
}

static const struct wire_events on_wire = {on_request, on_opened, on_text, on_closed};

static void copy_with_port(const char *from, const char *to, int port)
{
    char line[4096];
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");
    if (!in || !out)
        die("%s cannot be made from %s", to, from);
    while (fgets(line, sizeof line, in)) {
        char *mark = strstr(line, "@PORT@");
        if (mark)
            fprintf(out, "%.*s%d%s", (int)(mark - line), line, port, mark + 6);
        else
            fputs(line, out);
    }
    fclose(in);
    fclose(out);
}

void session_start(struct session *session, char *command[])
{
    const struct options *options = &session->options;
    char url[64];
    wire_open(&session->wire, &on_wire, session);
    session->slack.port = session->flight.port = session->wire.port;
    session->slack.salesforce = options->salesforce;
    session->in_flight = options->in_flight[0];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/api/", session->wire.port);
    setenv("SLACK_API_URL", url, 1);
    if (options->config_from)
        copy_with_port(options->config_from, options->config_to, session->wire.port);
    session->spawned_us = stopwatch_us();
    session->bot = process_start(command, options->log);
    if (options->nice && setpriority(PRIO_PROCESS, 0, (int)options->nice) != 0)
        die("the priority cannot be lowered");
}

/* What it still has under way is answered while it ends. */
void session_stop(struct session *session)
{
    int64_t until_us = stopwatch_us() + STOP_MS * INT64_C(1000);
    process_ask_to_stop(session->bot);
    bool gone = false;
    while (!(gone = process_is_gone(session->bot)) && stopwatch_us() < until_us)
        session_turn(session, 5);
    if (!gone)
        process_stop(session->bot, 0);
}

void session_turn(struct session *session, int timeout_ms)
{
    wire_poll(&session->wire, timeout_ms);
    fill(session);
    wire_flush(&session->wire);
}

void session_must_come(struct session *session)
{
    process_must_live(session->bot, session->options.log);
    if (stopwatch_us() - session->spawned_us > START_MS * INT64_C(1000))
        die("not connected within %d s; log: %s", START_MS / 1000, session->options.log);
}

void session_await(struct session *session, size_t count)
{
    while (session_connected(session) < count) {
        session_turn(session, 10);
        session_must_come(session);
    }
}

void session_idle(struct session *session, int64_t ms)
{
    int64_t until = stopwatch_us() + ms * 1000;
    while (stopwatch_us() < until)
        session_turn(session, 10);
}

void session_send(struct session *session, size_t count, int64_t ms)
{
    struct flight *flight = &session->flight;
    int64_t limit_us = ms ? stopwatch_us() + ms * 1000 : INT64_MAX;
    session->target = count;
    session->last_ack_us = stopwatch_us();
    fill(session);
    wire_flush(&session->wire);
    while (flight->acked + flight->given_up < session->target) {
        session_turn(session, 100);
        if (stopwatch_us() > limit_us)
            session->target = flight->sent;
        if (stopwatch_us() - session->last_ack_us > STALL_MS * INT64_C(1000)) {
            process_must_live(session->bot, session->options.log);
            flight_give_up(flight);
            session->target = flight->sent;
        }
    }
}
