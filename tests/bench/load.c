/* The load generator and judge: it plays Slack on the loopback, starts the bot it is given, and
 * measures one thing. Prints one JSON object.
 *
 *   load MODE [options] -- COMMAND …      @PORT@ in the command and the configuration: our port
 *
 *   status   /onboard status, answered in the acknowledgement
 *   click    the approve button, acknowledged when it is safe
 *   start    from the start of the process to its first acknowledgement
 *   refresh  how long nobody can take an envelope when Slack renews a connection
 *   lost     how often a message is posted whose first answer was lost
 */
#include "tests/bench/flight.h"
#include "tests/bench/process.h"
#include "tests/bench/slack.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    START_MS = 20000,
    STALL_MS = 30000, /* no acknowledgement for so long: the run is over */
    IDLE_MS = 1000,
    LASTING_MS = 11000, /* Slack renews connections that stood for hours, not for moments */
    GRACE_MS = 1000,    /* a connection that was told to go is cut after this */
    RENEW_MS = 15000,
    LOST_MS = 12000,
    WHOLE_ENVELOPE_CAP = 1 << 20,
};

struct options {
    const char *mode, *tokens, *config_from, *config_to, *log, *say;
    size_t events, warmup, in_flight, connections, seconds;
};

struct load {
    struct options options;
    struct wire wire;
    struct slack slack;
    struct flight flight;
    pid_t bot;
    int64_t spawned_us, first_hello_us, last_ack_us;
    size_t target; /* envelopes to send; kept in flight up to options.in_flight */
    unsigned next_conn;
};

/* ---- connections ---- */

static bool can_take(const struct conn *conn)
{
    return conn->fd >= 0 && conn->websocket && conn->greeted &&
           (!conn->leaving || conn->last_words);
}

static size_t connected(const struct load *load)
{
    size_t count = 0;
    for (size_t i = 0; i < WIRE_CONNECTIONS; i++)
        count += can_take(&load->wire.conns[i]);
    return count;
}

/* Round robin over those that stand; NULL: none. */
static struct conn *next_conn(struct load *load)
{
    for (unsigned i = 0; i < WIRE_CONNECTIONS; i++) {
        struct conn *conn = &load->wire.conns[++load->next_conn % WIRE_CONNECTIONS];
        if (can_take(conn))
            return conn;
    }
    return NULL;
}

static void fill(struct load *load)
{
    while (load->flight.sent < load->target &&
           flight_under_way(&load->flight) < load->options.in_flight) {
        struct conn *conn = next_conn(load);
        if (!conn)
            return;
        flight_send(&load->flight, conn);
    }
}

static void on_request(void *arg, struct conn *conn, const struct http_in *request)
{
    struct load *load = arg;
    slack_answer(&load->slack, &load->wire, conn, request);
}

static void on_opened(void *arg, struct conn *conn)
{
    struct load *load = arg;
    if (!load->first_hello_us)
        load->first_hello_us = stopwatch_us();
    slack_greet(conn, (unsigned)connected(load) + 1);
    fill(load);
}

static void on_text(void *arg, struct conn *conn, const char *text, size_t len)
{
    struct load *load = arg;
    (void)conn;
    if (flight_take(&load->flight, text, len))
        load->last_ack_us = stopwatch_us();
}

static void on_closed(void *arg, struct conn *conn)
{
    (void)arg;
    (void)conn;
}

static const struct wire_events on_wire = {on_request, on_opened, on_text, on_closed};

/* ---- the run ---- */

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

static void start_bot(struct load *load, char *command[])
{
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/api/", load->wire.port);
    setenv("SLACK_API_URL", url, 1);
    if (load->options.config_from)
        copy_with_port(load->options.config_from, load->options.config_to, load->wire.port);
    load->spawned_us = stopwatch_us();
    load->bot = process_start(command, load->options.log);
}

static void turn(struct load *load, int timeout_ms)
{
    wire_poll(&load->wire, timeout_ms);
    fill(load);
    wire_flush(&load->wire);
}

/* Until so many connections stand. */
static void await_connections(struct load *load, size_t count)
{
    while (connected(load) < count) {
        turn(load, 10);
        process_must_live(load->bot, load->options.log);
        if (stopwatch_us() - load->spawned_us > START_MS * INT64_C(1000))
            die("not connected within %d s; log: %s", START_MS / 1000, load->options.log);
    }
}

static void idle(struct load *load, int64_t ms)
{
    int64_t until = stopwatch_us() + ms * 1000;
    while (stopwatch_us() < until)
        turn(load, 10);
}

/* Sends up to `count` envelopes in all, no more after so many seconds (0: no limit), and waits for
 * their acknowledgements. */
static void send_until(struct load *load, size_t count, size_t seconds)
{
    int64_t limit_us = seconds ? stopwatch_us() + (int64_t)seconds * 1000000 : INT64_MAX;
    load->target = count;
    load->last_ack_us = stopwatch_us();
    fill(load);
    wire_flush(&load->wire);
    while (load->flight.acked < load->target) {
        turn(load, 100);
        if (stopwatch_us() > limit_us)
            load->target = load->flight.sent;
        if (stopwatch_us() - load->last_ack_us > STALL_MS * INT64_C(1000)) {
            process_must_live(load->bot, load->options.log);
            die("no acknowledgement for %d s (%zu of %zu); log: %s", STALL_MS / 1000,
                load->flight.acked, load->target, load->options.log);
        }
    }
}

static void print_requests(const struct load *load)
{
    printf("\"requests\":{");
    const char *comma = "";
    for (size_t i = 0; slack_method_name(i); i++) {
        const char *name = slack_method_name(i);
        if (load->slack.by_method[i]) {
            printf("%s\"%s\":%" PRIu64, comma, name[0] ? name : "other", load->slack.by_method[i]);
            comma = ",";
        }
    }
    printf("}");
}

/* ---- the modes ---- */

static void run_throughput(struct load *load)
{
    const struct options *options = &load->options;
    struct flight *flight = &load->flight;
    await_connections(load, options->connections);
    idle(load, IDLE_MS);
    int64_t idle_kb = process_resident_kb(load->bot);
    send_until(load, options->warmup, 0);
    uint64_t requests = load->slack.requests;
    int64_t cpu_us = process_cpu_us(load->bot), from_us = stopwatch_us();
    send_until(load, options->warmup + options->events, options->seconds);
    size_t events = flight->acked - options->warmup;
    int64_t took_us = load->last_ack_us - from_us;
    cpu_us = process_cpu_us(load->bot) - cpu_us;
    requests = load->slack.requests - requests;
    int64_t after_kb = process_resident_kb(load->bot);
    struct latency latency = flight_latency(flight, options->warmup);
    printf("{\"mode\":\"%s\",\"events\":%zu,\"in_flight\":%zu,\"connections\":%zu,"
           "\"seconds\":%.3f,\"per_second\":%.0f,\"p50_us\":%u,\"p99_us\":%u,\"max_us\":%u,"
           "\"cpu_us_per_event\":%.2f,\"idle_kb\":%" PRId64 ",\"after_kb\":%" PRId64
           ",\"requests_meanwhile\":%" PRIu64 ",\"errors\":%zu,",
           options->mode, events, options->in_flight, connected(load), (double)took_us / 1e6,
           (double)events * 1e6 / (double)took_us, latency.p50_us, latency.p99_us, latency.max_us,
           (double)cpu_us / (double)events, idle_kb, after_kb, requests,
           flight->errors + load->wire.violations);
    print_requests(load);
    printf("}\n");
}

static void run_start(struct load *load)
{
    load->target = 1;
    load->last_ack_us = stopwatch_us();
    while (load->flight.acked < 1) {
        turn(load, 1);
        process_must_live(load->bot, load->options.log);
        if (stopwatch_us() - load->spawned_us > START_MS * INT64_C(1000))
            die("not connected within %d s; log: %s", START_MS / 1000, load->options.log);
    }
    printf("{\"mode\":\"start\",\"hello_ms\":%.1f,\"accepted_ms\":%.1f,\"errors\":%zu}\n",
           (double)(load->first_hello_us - load->spawned_us) / 1e3,
           (double)(load->last_ack_us - load->spawned_us) / 1e3, load->flight.errors);
}

struct gap {
    int64_t gap_us, longest_wait_us;
    size_t sent, lost;
    bool renewed;
};

/* Envelopes in flight whose acknowledgement will never come, and the longest wait for one. */
static void settle_gap(struct load *load, struct gap *gap, size_t sent_from, size_t acked_from)
{
    idle(load, 500);
    gap->sent = load->flight.sent - sent_from;
    gap->lost = flight_under_way(&load->flight);
    struct latency latency = flight_latency(&load->flight, acked_from);
    gap->longest_wait_us = latency.max_us;
    for (size_t i = sent_from; i < load->flight.sent; i++)
        if (load->flight.sent_us[i] > 0)
            load->flight.sent_us[i] = -1; /* given up: Slack would deliver it again */
    load->flight.acked = load->flight.sent;
}

/* The oldest connection that was not told to go, up to a serial; NULL: none. */
static struct conn *oldest(struct load *load, uint64_t up_to)
{
    struct conn *found = NULL;
    for (struct conn *conn = load->wire.conns; conn < load->wire.conns + WIRE_CONNECTIONS; conn++)
        if (can_take(conn) && !conn->leaving && conn->serial <= up_to &&
            (!found || conn->serial < found->serial))
            found = conn;
    return found;
}

/* Tells the oldest connection, or all, to go, and sends an envelope every millisecond to whoever
 * can take it, until as many stand as before. */
static struct gap measure_gap(struct load *load, const char *reason, bool all)
{
    struct gap gap = {0};
    size_t sent_from = load->flight.sent, acked_from = load->flight.acked;
    uint64_t newest = load->wire.serial;
    size_t wanted = all ? load->options.connections : 1;
    bool warning = strcmp(reason, "warning") == 0;
    size_t before = load->options.connections, dismissed = 0;
    for (struct conn *conn; (conn = oldest(load, newest)) && (all || !dismissed); dismissed++) {
        slack_dismiss(conn, reason);
        conn->leaving = true;
        conn->last_words = warning; /* a warned one still takes envelopes for some seconds */
    }
    int64_t from_us = stopwatch_us(), last_us = from_us, sent_us = 0;
    bool cut = false;
    do {
        wire_flush(&load->wire);
        wire_poll(&load->wire, 1);
        int64_t now_us = stopwatch_us();
        struct conn *conn = next_conn(load);
        if (!conn)
            gap.gap_us += now_us - last_us;
        else if (now_us - sent_us >= 1000) {
            sent_us = now_us;
            flight_send(&load->flight, conn);
        }
        last_us = now_us;
        size_t young = 0;
        for (size_t i = 0; i < WIRE_CONNECTIONS; i++) {
            struct conn *each = &load->wire.conns[i];
            young += can_take(each) && each->serial > newest;
            if (!cut && each->fd >= 0 && each->leaving && !each->last_words &&
                now_us - from_us > GRACE_MS * 1000)
                conn_close(&load->wire, each);
        }
        cut = now_us - from_us > GRACE_MS * 1000;
        gap.renewed = young >= wanted && connected(load) >= before;
    } while (!(gap.renewed && cut) && stopwatch_us() - from_us < RENEW_MS * INT64_C(1000));
    settle_gap(load, &gap, sent_from, acked_from);
    return gap;
}

static void run_refresh(struct load *load)
{
    static const struct {
        const char *name, *reason;
        bool all;
        bool wait; /* so that every connection has stood for a while */
    } cases[] = {{"refresh", "refresh_requested", false, true},
                 {"warning", "warning", false, false},
                 {"refresh_all", "refresh_requested", true, true}};
    await_connections(load, load->options.connections);
    printf("{\"mode\":\"refresh\"");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cases[i].wait)
            idle(load, LASTING_MS);
        struct gap gap = measure_gap(load, cases[i].reason, cases[i].all);
        printf(",\"%s\":{\"gap_ms\":%.1f,\"sent\":%zu,\"lost\":%zu,\"max_us\":%" PRId64
               ",\"renewed\":%s}",
               cases[i].name, (double)gap.gap_us / 1e3, gap.sent, gap.lost, gap.longest_wait_us,
               gap.renewed ? "true" : "false");
    }
    printf(",\"errors\":%zu}\n", load->flight.errors + load->wire.violations);
}

static void run_lost(struct load *load)
{
    load->slack.lose_a_reply = true;
    await_connections(load, 1);
    if (load->options.say)
        send_until(load, 1, 0);
    int64_t until_us = stopwatch_us() + LOST_MS * INT64_C(1000);
    while (stopwatch_us() < until_us)
        turn(load, 10);
    printf("{\"mode\":\"lost\",\"lost\":%" PRIu64 ",\"posted\":%" PRIu64 ",\"looked\":%" PRIu64
           ",\"errors\":%zu}\n",
           load->slack.lost, load->slack.posts, load->slack.looks, load->flight.errors);
}

static const struct {
    const char *name;
    void (*run)(struct load *load);
    enum envelope kind;
} modes[] = {{"status", run_throughput, ENVELOPE_STATUS},
             {"click", run_throughput, ENVELOPE_CLICK},
             {"start", run_start, ENVELOPE_STATUS},
             {"refresh", run_refresh, ENVELOPE_STATUS},
             {"lost", run_lost, ENVELOPE_SAY}};

/* ---- options ---- */

static void usage(void)
{
    die("usage: load MODE [--events N] [--seconds N] [--warmup N] [--in-flight N] "
        "[--connections N] [--tokens FILE] [--config TEMPLATE FILE] [--say TEXT] [--log FILE] -- "
        "COMMAND …");
}

static size_t number(const char *text)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (!*text || *end)
        usage();
    return value;
}

/* Returns the command after "--". */
static char **read_options(char **argv, struct options *options)
{
    *options = (struct options){.log = "/dev/null", .in_flight = 64, .connections = 1};
    if (!*++argv)
        usage();
    options->mode = *argv;
    const struct {
        const char *name;
        size_t *count;
        const char **text;
    } table[] = {{"--events", &options->events, NULL},
                 {"--warmup", &options->warmup, NULL},
                 {"--in-flight", &options->in_flight, NULL},
                 {"--connections", &options->connections, NULL},
                 {"--seconds", &options->seconds, NULL},
                 {"--tokens", NULL, &options->tokens},
                 {"--config", NULL, &options->config_from},
                 {"--say", NULL, &options->say},
                 {"--log", NULL, &options->log}};
    while (*++argv && strcmp(*argv, "--") != 0) {
        size_t i = 0;
        while (i < sizeof table / sizeof *table && strcmp(*argv, table[i].name) != 0)
            i++;
        if (i == sizeof table / sizeof *table || !*++argv)
            usage();
        if (table[i].count)
            *table[i].count = number(*argv);
        else
            *table[i].text = *argv;
        if (table[i].text == &options->config_from && !(options->config_to = *++argv))
            usage();
    }
    if (!*argv || !argv[1])
        usage();
    return argv + 1;
}

int main(int argc, char **argv)
{
    static struct load load;
    (void)argc;
    char **command = read_options(argv, &load.options);
    size_t mode = 0;
    while (mode < sizeof modes / sizeof *modes && strcmp(load.options.mode, modes[mode].name) != 0)
        mode++;
    if (mode == sizeof modes / sizeof *modes)
        usage();
    signal(SIGPIPE, SIG_IGN);
    bool counted = modes[mode].run == run_throughput;
    flight_init(&load.flight,
                counted ? load.options.warmup + load.options.events : (size_t)WHOLE_ENVELOPE_CAP);
    load.flight.kind = modes[mode].kind;
    load.flight.say = load.options.say;
    if (load.flight.kind == ENVELOPE_CLICK)
        flight_read_tokens(&load.flight, load.options.tokens ? load.options.tokens : "");
    wire_open(&load.wire, &on_wire, &load);
    load.slack.port = load.flight.port = load.wire.port;
    start_bot(&load, command);
    modes[mode].run(&load);
    fflush(stdout);
    process_stop(load.bot, 2000);
    return 0;
}
