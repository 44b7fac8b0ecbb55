/* A world without sockets of its own, for the commands that only ask. */
#include "bot/cli_calls.h"

#include "bot/exchange.h"
#include "bot/token_cache.h"
#include "bot/world_real.h"

#include <stdlib.h>

struct cli_calls {
    struct cli *cli;
    const struct config *config;
    struct world_real real;
    struct http_out *http_out;
    struct sessions sessions;
    struct metrics *metrics;
    struct exchanges *exchanges;
};

static void on_reply_ready(void *arg)
{
    (void)arg; /* cli_calls_run waits for it by itself */
}

struct cli_calls *cli_calls_new(struct cli *cli, const struct config *config, struct err *err)
{
    struct cli_calls *calls = calloc(1, sizeof *calls);
    if (!calls)
        abort();
    calls->cli = cli;
    calls->config = config;
    if (!world_real_init(&calls->real, cli->clock_speed, (struct wall){cli->clock_from}, err) ||
        !(calls->http_out = http_out_new(cli->config.slack.ca_file, on_reply_ready, NULL, err))) {
        free(calls);
        return NULL;
    }
    calls->real.http_out = calls->http_out;
    calls->metrics = metrics_new();
    calls->exchanges = exchanges_new(&calls->real.world, calls->metrics);
    return calls;
}

void cli_calls_free(struct cli_calls *calls)
{
    if (!calls)
        return;
    http_out_free(calls->http_out);
    exchanges_free(calls->exchanges);
    metrics_free(calls->metrics);
    sessions_release(&calls->sessions);
    free(calls);
}

void cli_calls_take_tokens(struct cli_calls *calls)
{
    struct cli *cli = calls->cli;
    struct keyring keyring = {0};
    struct err err;
    struct db *db = cli_open_store(cli, DB_OPEN_READ_ONLY, &err);
    if (db && keyring_load(&keyring, cli_keyring_path(cli), &err)) {
        struct token_cache tokens;
        token_cache_init(&tokens, db, &keyring, &calls->real.world, calls->config);
        tokens.tenant = calls->config->own_systems ? calls->config->workspace : NULL;
        token_cache_load(&tokens, &cli->arena, &calls->sessions);
    }
    keyring_release(&keyring);
    db_close(db);
}

struct world *cli_calls_world(struct cli_calls *calls)
{
    return &calls->real.world;
}

struct call_env cli_calls_env(struct cli_calls *calls)
{
    int64_t deadline_ms = calls->config->fetch.deadline_s * 1000;
    return (struct call_env){
        .arena = &calls->cli->arena,
        .world = &calls->real.world,
        .config = calls->config,
        .sessions = &calls->sessions,
        .deadline = {calls->real.world.mono.ms + deadline_ms},
    };
}

static void on_done(void *arg, struct call *call)
{
    (void)arg;
    (void)call; /* its failure says how it ended */
}

void cli_calls_add(struct cli_calls *calls, struct call *call)
{
    exchanges_start(calls->exchanges, call, on_done, NULL);
}

enum { LONGEST_WAIT_MS = 1000 };

void cli_calls_run(struct cli_calls *calls)
{
    exchanges_tick(calls->exchanges);
    while (exchanges_under_way(calls->exchanges)) {
        int64_t wait = exchanges_wake_at(calls->exchanges).ms - calls->real.world.mono.ms;
        if (wait > 0)
            http_out_wait(calls->http_out, wait > LONGEST_WAIT_MS ? LONGEST_WAIT_MS : wait);
        world_real_tick(&calls->real);
        uint64_t id;
        for (struct http_reply *reply; (reply = http_out_take(calls->http_out, &id));) {
            exchanges_on_reply(calls->exchanges, id, reply);
            http_out_release(reply);
        }
        exchanges_tick(calls->exchanges);
    }
}
