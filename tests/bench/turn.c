/* What an envelope costs the bot itself: the whole of it in this process, on a store that seed has
 * filled, in a world without sockets that answers every request in the next turn. The virtual clock
 * and the number of envelopes a turn are always the same, so that two runs do the same work and
 * instructions can be counted (`valgrind --tool=callgrind --toggle-collect=measured_turn`). Prints
 * one JSON object; ends with status 1 when an envelope was not answered as it should be.
 *
 *   turn CONFIG status|drawn|click EVENTS PER_TURN [VALUES]
 *
 * `drawn` is status with a change of the store before each turn, so that no answer can be one that
 * was kept.
 */
#include "base/embedded.h"
#include "base/log.h"
#include "bot/bot.h"
#include "db/migrate.h"
#include "tests/bench/envelopes.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    MAX_REQUESTS = 256,
    TURN_MS = 4,
    SECOND_MS = 1000,
    SETTLE_TURNS = 500,
    WARMUP_TURNS = 20,
    LINE_SIZE = 1024
};

struct request {
    uint64_t id;
    char *url; /* the request may be gone when its answer comes */
};

/* What the bot asked the world for since its last turn, and what it said. */
static struct {
    struct request requests[MAX_REQUESTS];
    size_t request_count, requests_in_all;
    unsigned slot; /* of the connection that envelopes come on: the last one opened */
    bool opening[SOCKET_SLOTS];
    size_t acknowledged, with_answer;
} seen;

static _Noreturn void fail(const char *what, const char *why)
{
    fprintf(stderr, "turn: %s: %s\n", what, why);
    exit(1);
}

static int64_t clock_ns(clockid_t clock)
{
    struct timespec at;
    clock_gettime(clock, &at);
    return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
}

/* ---- the world ---- */

static void give_random(struct world *world, void *bytes, size_t len)
{
    (void)world;
    randombytes_buf(bytes, len);
}

static void take_request(struct world *world, uint64_t id, const struct http_request *request)
{
    (void)world;
    if (seen.request_count == MAX_REQUESTS)
        fail("world", "too many requests in one turn");
    seen.requests[seen.request_count++] = (struct request){id, strdup(request->url)};
    seen.requests_in_all++;
}

static void open_socket(struct world *world, unsigned slot, const char *url)
{
    (void)world;
    (void)url;
    seen.opening[slot] = true;
}

static bool take_text(struct world *world, unsigned slot, const char *text, size_t len)
{
    (void)world;
    (void)slot;
    const char *id = memmem(text, len, ENVELOPE_ID_PREFIX, sizeof ENVELOPE_ID_PREFIX - 1);
    if (!id)
        return true;
    const char *about = envelope_about(strtoul(id + sizeof ENVELOPE_ID_PREFIX - 1, NULL, 16));
    seen.acknowledged++;
    seen.with_answer += memmem(text, len, about, strlen(about)) != NULL;
    return true;
}

static bool take_ping(struct world *world, unsigned slot)
{
    (void)world;
    (void)slot;
    return true;
}

static void close_socket(struct world *world, unsigned slot)
{
    (void)world;
    (void)slot;
}

static int64_t stopwatch(struct world *world)
{
    (void)world;
    return clock_ns(CLOCK_MONOTONIC) / 1000;
}

static const struct world_ops ops = {
    .random = give_random,
    .http_send = take_request,
    .socket_open = open_socket,
    .socket_send = take_text,
    .socket_ping = take_ping,
    .socket_close = close_socket,
    .stopwatch_us = stopwatch,
};

static void answer_one(struct bot *bot, const struct request *request)
{
    static const char everything[] =
        "{\"ok\":true,\"url\":\"wss://127.0.0.1:9/\",\"team\":\"Bench\",\"team_id\":\"T0SANDBOX\","
        "\"user_id\":\"U0USHER\",\"bot_id\":\"B0USHER\",\"channel\":\"C0ONBOARD\",\"ts\":"
        "\"1700000000.000001\",\"users\":[\"U0MAYA\"],\"members\":[],\"view\":{\"id\":\"V0\"},"
        "\"message\":{},\"response_metadata\":{\"next_cursor\":\"\"}}";
    char body[sizeof everything + 256];
    const char *organization = strstr(request->url, "/organizations/");
    if (organization)
        snprintf(body, sizeof body, "{\"id\":\"org_1\",\"external_id\":\"%.100s\",\"name\":\"A\"}",
                 strrchr(request->url, '/') + 1);
    else
        memcpy(body, everything, sizeof everything);
    const struct http_reply reply = {.outcome = HTTP_ANSWERED,
                                     .status = 200,
                                     .body = body,
                                     .body_len = strlen(body),
                                     .headers = "content-type: application/json\n"};
    bot_on_http_reply(bot, request->id, &reply);
}

/* ---- turns ---- */

struct run {
    struct world world;
    struct bot *bot;
    struct db *db;
    bool click, drawn;
    char **values;      /* click: the buttons' */
    size_t sent, turns; /* envelopes; measured turns */
    int64_t in_ns, replies_ns, end_ns;
};

static void begin(struct run *run)
{
    run->world.now.ms += TURN_MS;
    run->world.mono.ms += TURN_MS;
    bot_turn_begin(run->bot);
}

static void answer_all(struct run *run)
{
    size_t count = seen.request_count;
    struct request requests[MAX_REQUESTS];
    memcpy(requests, seen.requests, sizeof requests);
    seen.request_count = 0;
    for (size_t i = 0; i < count; i++) {
        answer_one(run->bot, &requests[i]);
        free(requests[i].url);
    }
}

static void greet(struct run *run)
{
    static const char hello[] =
        "{\"type\":\"hello\",\"num_connections\":1,\"debug_info\":{\"approximate_connection_time\":"
        "18060},\"connection_info\":{\"app_id\":\"A0USHER\"}}";
    for (unsigned slot = 0; slot < SOCKET_SLOTS; slot++) {
        if (!seen.opening[slot])
            continue;
        seen.opening[slot] = false;
        seen.slot = slot;
        bot_on_socket(run->bot, slot, SOCKET_OPENED, NULL, 0);
        bot_on_socket(run->bot, slot, SOCKET_TEXT, hello, sizeof hello - 1);
    }
}

/* Until it is connected and has done what it does at its start. */
static void settle(struct run *run)
{
    for (int i = 0; i < SETTLE_TURNS; i++) {
        begin(run);
        answer_all(run);
        greet(run);
        bot_turn_end(run->bot);
    }
    if (!bot_is_connected(run->bot))
        fail("start", "the bot did not connect");
}

static void turn(struct run *run, const char *const *texts, const int *lens, size_t count)
{
    int64_t at[4] = {clock_ns(CLOCK_PROCESS_CPUTIME_ID)};
    begin(run);
    for (size_t i = 0; i < count; i++)
        bot_on_socket(run->bot, seen.slot, SOCKET_TEXT, texts[i], (size_t)lens[i]);
    at[1] = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    answer_all(run);
    at[2] = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    bot_turn_end(run->bot);
    at[3] = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    run->in_ns += at[1] - at[0];
    run->replies_ns += at[2] - at[1];
    run->end_ns += at[3] - at[2];
    run->turns++;
}

/* By its name valgrind tells it from the warming up. */
__attribute__((noinline)) static void measured_turn(struct run *run, const char *const *texts,
                                                    const int *lens, size_t count)
{
    turn(run, texts, lens, count);
}

static void take_turns(struct run *run, size_t events, size_t per_turn, bool measured)
{
    char(*texts)[ENVELOPE_SIZE] = calloc(per_turn, sizeof *texts);
    const char **starts = calloc(per_turn, sizeof *starts);
    int *lens = calloc(per_turn, sizeof *lens);
    if (!texts || !starts || !lens)
        abort();
    for (size_t done = 0; done < events; done += per_turn) {
        for (size_t i = 0; i < per_turn; i++, run->sent++) {
            starts[i] = texts[i];
            lens[i] = run->click ? envelope_click(texts[i], 9, run->sent, run->values[run->sent])
                                 : envelope_status(texts[i], 9, run->sent);
        }
        if (run->drawn)
            db_run(db_prepare(run->db, "UPDATE audit_tip SET id = id"));
        (measured ? measured_turn : turn)(run, starts, lens, per_turn);
    }
    free(texts);
    free(starts);
    free(lens);
}

static char **read_values(const char *path, size_t count)
{
    char line[LINE_SIZE];
    char **values = calloc(count, sizeof *values);
    FILE *file = fopen(path, "r");
    if (!file || !values)
        fail(path, "cannot be read");
    for (size_t i = 0; i < count; i++) {
        if (!fgets(line, sizeof line, file))
            fail(path, "too few values");
        line[strcspn(line, "\n")] = '\0';
        values[i] = strdup(line);
    }
    fclose(file);
    return values;
}

static void print(const struct run *run, size_t events)
{
    double n = (double)events * 1000;
    printf("{\"events\":%zu,\"turns\":%zu,\"handling_us\":%.2f,\"replies_us\":%.2f,\"end_us\":%.2f,"
           "\"cpu_us\":%.2f,\"requests\":%zu}\n",
           events, run->turns, (double)run->in_ns / n, (double)run->replies_ns / n,
           (double)run->end_ns / n, (double)(run->in_ns + run->replies_ns + run->end_ns) / n,
           seen.requests_in_all);
}

static int64_t count_approvals(struct db *db)
{
    struct db_stmt *stmt = db_prepare(db, "SELECT count(*) FROM approvals");
    int64_t count = db_step(stmt) == DB_ROW ? db_int(stmt, 0) : -1;
    db_reset(stmt);
    return count;
}

static void measure(struct run *run, size_t events, size_t per_turn)
{
    settle(run);
    take_turns(run, WARMUP_TURNS * per_turn, per_turn, false);
    run->in_ns = run->replies_ns = run->end_ns = 0;
    run->turns = seen.acknowledged = seen.with_answer = seen.requests_in_all = 0;
    int64_t approved = count_approvals(run->db);
    take_turns(run, events, per_turn, true);
    print(run, events);
    if (seen.acknowledged != events || (!run->click && seen.with_answer != events))
        fail("run", "not every envelope was answered as it should be");
    if (run->click && count_approvals(run->db) - approved != (int64_t)events)
        fail("run", "not every click has approved");
}

int main(int argc, char **argv)
{
    static struct config config;
    static struct keyring keyring;
    struct templates templates = {.files = embedded_templates};
    struct db *db = NULL;
    struct err err = {0};
    if (argc < 5 || sodium_init() < 0) {
        fputs("usage: turn CONFIG status|drawn|click EVENTS PER_TURN [VALUES]\n", stderr);
        return 64;
    }
    log_configure(LOG_WARN, LOG_FORMAT_TEXT, NULL, NULL, NULL);
    if (!config_load(&config, argv[1], &err) || !db_open(config.store.path, 0, &db, &err) ||
        !migrate_check(db, embedded_schema, &err) ||
        !keyring_load(&keyring, config.store.keyring, &err))
        fail(argv[1], err.msg);
    templates_keep(&templates);
    size_t per_turn = strtoul(argv[4], NULL, 10);
    if (!per_turn)
        fail("PER_TURN", "not a number");
    size_t events = (strtoul(argv[3], NULL, 10) + per_turn - 1) / per_turn * per_turn;
    size_t total = events + WARMUP_TURNS * per_turn;
    struct run run = {
        .world = {.now = {clock_ns(CLOCK_REALTIME) / 1000000}, .speed = 1, .ops = &ops},
        .db = db,
        .click = strcmp(argv[2], "click") == 0,
        .drawn = strcmp(argv[2], "drawn") == 0,
        .values = argc > 5 ? read_values(argv[5], total) : NULL,
    };
    run.bot = bot_new(&(struct bot_parts){&run.world, &config, db, &keyring, &templates});
    measure(&run, events, per_turn);
    return 0; /* what is left is the system's to take back */
}
