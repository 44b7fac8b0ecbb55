/* The turn: what came in is handled inside one transaction, committed once, and
 * only then acknowledged and acted upon. */
#include "bot/bot.h"

#include "base/broken.h"
#include "base/log.h"
#include "bot/circuits.h"
#include "bot/door.h"
#include "bot/engine.h"
#include "bot/exchange.h"
#include "bot/health.h"
#include "bot/identity.h"
#include "bot/installs.h"
#include "bot/links.h"
#include "bot/metrics.h"
#include "bot/router.h"
#include "bot/slack_http.h"
#include "bot/tally.h"
#include "bot/token_cache.h"
#include "bot/workspaces.h"
#include "handlers/routes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#ifndef USHER_VERSION
#define USHER_VERSION "unknown"
#endif

struct bot {
    struct bot_parts parts;
    const struct config *next_config; /* taken over at the next turn */
    struct turn turn;
    struct vitals vitals; /* as of the turn's beginning */
    struct arena arena;   /* the turn's */
    struct sessions sessions;
    struct token_cache tokens;
    struct circuits circuits;
    struct metrics *metrics;
    struct workspaces *workspaces;
    struct exchanges *exchanges;
    struct engine *engine;
    struct links *links;
    struct router *router;
    struct door *door;
    struct tally *tally;
    struct identity *identity;
    struct installs *installs;
    bool draining;
    enum slack_mode mode; /* as it was at the start */
    bool links_started;
    struct mono failing_since; /* the store keeps nothing; 0: it does */
    int64_t turns_lost;        /* since then */
};

static struct engine *make_engine(struct bot *bot)
{
    return engine_new(&(struct engine_parts){
        .world = bot->parts.world,
        .config = bot->parts.config,
        .db = bot->parts.db,
        .keyring = bot->parts.keyring,
        .templates = bot->parts.templates,
        .sessions = &bot->sessions,
        .workspaces = bot->workspaces,
        .exchanges = bot->exchanges,
        .metrics = bot->metrics,
        .kinds = job_kinds,
    });
}

struct bot *bot_new(const struct bot_parts *parts)
{
    struct bot *bot = calloc(1, sizeof *bot);
    if (!bot)
        abort();
    bot->parts = *parts;
    bot->turn = (struct turn){
        .world = parts->world,
        .db = parts->db,
        .config = parts->config,
        .keyring = parts->keyring,
        .templates = parts->templates,
        .arena = &bot->arena,
        .vitals = &bot->vitals,
    };
    bot->mode = parts->config->slack.mode;
    bot->metrics = metrics_new();
    metrics_set(bot->metrics, METRIC_BUILD, "version=\"" USHER_VERSION "\"", 1);
    if (bot->mode == SLACK_MODE_SOCKET) /* in HTTP mode none is missed */
        metrics_set(bot->metrics, METRIC_CONNECTIONS, "", 0);
    bot->exchanges = exchanges_new(parts->world, bot->metrics);
    bot->workspaces = workspaces_new(&(struct workspaces_parts){.world = parts->world,
                                                                .db = parts->db,
                                                                .keyring = parts->keyring,
                                                                .config = parts->config,
                                                                .sessions = &bot->sessions},
                                     &bot->arena);
    bot->engine = make_engine(bot);
    bot->links = links_new(&(struct links_parts){
        .world = parts->world,
        .config = parts->config,
        .sessions = &bot->sessions,
        .exchanges = bot->exchanges,
        .metrics = bot->metrics,
    });
    bot->router = router_new(&(struct router_parts){
        .links = bot->links,
        .exchanges = bot->exchanges,
        .workspaces = bot->workspaces,
        .metrics = bot->metrics,
    });
    bot->door = door_new(bot->metrics, bot->workspaces);
    bot->tally = tally_new(bot->metrics, parts->db, parts->world);
    bot->identity = identity_new(bot->exchanges, &bot->sessions);
    bot->installs = installs_new(&(struct installs_parts){
        .exchanges = bot->exchanges, .sessions = &bot->sessions, .metrics = bot->metrics});
    engine_recover(bot->engine);
    token_cache_init(&bot->tokens, parts->db, parts->keyring, parts->world, parts->config);
    token_cache_load(&bot->tokens, &bot->arena, &bot->sessions);
    return bot;
}

void bot_free(struct bot *bot)
{
    if (!bot)
        return;
    engine_free(bot->engine);
    router_free(bot->router);
    door_free(bot->door);
    tally_free(bot->tally);
    links_free(bot->links);
    identity_free(bot->identity);
    installs_free(bot->installs);
    exchanges_free(bot->exchanges);
    workspaces_free(bot->workspaces);
    metrics_free(bot->metrics);
    sessions_release(&bot->sessions);
    arena_release(&bot->arena);
    free(bot);
}

void bot_reconfigure(struct bot *bot, const struct config *config)
{
    bot->next_config = config;
}

void bot_turn_begin(struct bot *bot)
{
    arena_reset(&bot->arena);
    engine_follow_clock(bot->engine);
    bot->vitals = (struct vitals){.connections = links_up(bot->links),
                                  .http = bot->mode == SLACK_MODE_HTTP,
                                  .identified = identity_is_known(bot->identity)};
    if (!bot->next_config) {
        workspaces_follow(bot->workspaces, &bot->arena);
        return;
    }
    token_cache_reload(&bot->tokens, bot->next_config, &bot->sessions);
    bot->parts.config = bot->turn.config = bot->next_config;
    engine_reconfigure(bot->engine, bot->next_config);
    links_reconfigure(bot->links, bot->next_config);
    router_reconfigure(bot->router);
    workspaces_reconfigure(bot->workspaces, bot->next_config);
    workspaces_follow(bot->workspaces, &bot->arena);
    bot->next_config = NULL;
}

/* Envelopes are let in once we can tell our workspace from strangers': until then Slack keeps them.
 */
static void start_links(struct bot *bot)
{
    if (bot->mode != SLACK_MODE_SOCKET || bot->links_started || bot->draining ||
        !identity_is_known(bot->identity))
        return;
    bot->links_started = true;
    links_start(bot->links);
}

/* A full disk fails a turn a second, and more where people click: it is said when that begins, and
 * when it is over. */
static void note_store(struct bot *bot, bool works)
{
    struct mono now = bot->parts.world->mono;
    struct err err = {0};
    if (works && bot->failing_since.ms) {
        log_warn("db", "the store takes writes again, after %" PRId64 " s and %" PRId64 " turns",
                 (now.ms - bot->failing_since.ms) / 1000, bot->turns_lost);
        bot->failing_since.ms = bot->turns_lost = 0;
    }
    if (works)
        return;
    db_ok(bot->parts.db, &err);
    log_line(bot->failing_since.ms ? LOG_DEBUG : LOG_ERROR, "db",
             "nothing can be written: %s; until that ends, what comes in is refused or not "
             "acknowledged: make room, or end what holds it",
             err.msg);
    if (!bot->failing_since.ms)
        bot->failing_since = now;
    bot->turns_lost++;
}

static bool commit(struct bot *bot)
{
    struct world *world = bot->parts.world;
    struct db *db = bot->parts.db;
    db_end_read(db);
    if (!db_in_transaction(db)) {
        if (db_is_held(db))
            note_store(bot, false);
        db_rollback(db); /* a read that failed is forgotten with its turn */
        return true;
    }
    int64_t start_us = world->ops->stopwatch_us(world);
    bool kept = db_commit(db);
    metrics_observe_us(bot->metrics, METRIC_COMMIT, "", world->ops->stopwatch_us(world) - start_us);
    note_store(bot, kept);
    if (!kept) {
        metrics_add(bot->metrics, METRIC_COMMIT_FAILURES, "", 1);
        db_rollback(db); /* the next turn begins without this one's failure */
        tally_step_back(bot->tally);
        workspaces_doubt(bot->workspaces);
    }
    return kept;
}

void bot_turn_end(struct bot *bot)
{
    exchanges_tick(bot->exchanges);
    identity_work(bot->identity, &bot->turn);
    installs_work(bot->installs, &bot->turn);
    workspaces_follow(bot->workspaces, &bot->arena); /* before their first jobs */
    engine_work(bot->engine);
    token_cache_store(&bot->tokens, &bot->arena, &bot->sessions);
    workspaces_store(bot->workspaces, &bot->arena);
    circuits_look(&bot->circuits, &bot->sessions, bot->parts.world);
    bool kept = commit(bot);
    identity_end(bot->identity, &bot->turn, kept);
    start_links(bot);
    router_flush(bot->router, &bot->turn, kept || BROKEN(failed_commit_acknowledged));
    door_flush(bot->door, bot->parts.world, kept || BROKEN(webhook_before_commit));
    installs_flush(bot->installs, &bot->turn, kept);
    engine_start(bot->engine, kept || BROKEN(job_before_commit));
    links_tick(bot->links);
    exchanges_tick(bot->exchanges);
}

struct mono bot_wake_at(const struct bot *bot)
{
    const int64_t times[] = {
        exchanges_wake_at(bot->exchanges).ms,
        engine_wake_at(bot->engine).ms,
        links_wake_at(bot->links).ms,
        identity_wake_at(bot->identity, bot->parts.world).ms,
    };
    struct mono at = {INT64_MAX};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        if (times[i] < at.ms)
            at.ms = times[i];
    return at;
}

void bot_on_socket(struct bot *bot, unsigned slot, enum socket_event event, const char *text,
                   size_t len)
{
    switch (event) {
    case SOCKET_OPENED:
        links_on_opened(bot->links, slot);
        return;
    case SOCKET_TEXT:
        links_on_life(bot->links, slot);
        router_on_text(bot->router, &bot->turn, slot, text, len);
        return;
    case SOCKET_ALIVE:
        links_on_life(bot->links, slot);
        return;
    case SOCKET_CLOSED:
        links_on_closed(bot->links, slot, text ? text : "");
        return;
    }
}

void bot_on_http_reply(struct bot *bot, uint64_t id, const struct http_reply *reply)
{
    exchanges_on_reply(bot->exchanges, id, reply);
}

static void count_log_lines(struct bot *bot)
{
    static const char *const labels[] = {"level=\"debug\"", "level=\"info\"", "level=\"warn\"",
                                         "level=\"error\""};
    for (int level = LOG_DEBUG; level <= LOG_ERROR; level++)
        metrics_add(bot->metrics, METRIC_LOG_LINES, labels[level],
                    log_count((enum log_level)level) -
                        metrics_get(bot->metrics, METRIC_LOG_LINES, labels[level]));
}

static void answer_page(struct bot *bot, uint64_t id, const struct http_in_request *request)
{
    struct http_in_answer answer;
    if (strcmp(request->path, "/metrics") == 0) {
        engine_measure(bot->engine);
        exchanges_measure(bot->exchanges);
        metrics_set(bot->metrics, METRIC_ANSWERS, "", (int64_t)router_under_way(bot->router));
        tally_measure(bot->tally, bot->turn.config, &bot->arena);
        count_log_lines(bot);
        circuits_measure(&bot->sessions, bot->parts.world, bot->metrics);
    }
    struct health health = {
        .metrics = bot->metrics,
        .mode = bot->mode,
        .connections = links_up(bot->links),
        .identified = identity_is_known(bot->identity),
        .draining = bot->draining,
        .db = bot->parts.db,
    };
    health_answer(&health, request, &bot->arena, &answer);
    door_answer(bot->door, id, &answer);
}

void bot_on_http_request(struct bot *bot, uint64_t id, const struct http_in_request *request)
{
    const struct webhook *webhook = webhook_find(bot->turn.config, request->path);
    bool slacks = bot->mode == SLACK_MODE_HTTP && slack_http_what(request->path);
    if (installs_is_at(bot->turn.config, request->path))
        installs_on_request(bot->installs, &bot->turn, id, request, bot->draining);
    else if (slacks && strcmp(request->method, "POST") == 0)
        router_on_http(bot->router, &bot->turn, id, request,
                       bot->draining || !identity_is_known(bot->identity));
    else if (slacks)
        door_answer(bot->door, id, &(struct http_in_answer){.status = 405, .allow = "POST"});
    else if (webhook)
        door_take(bot->door, &bot->turn, id, webhook, request, bot->draining);
    else
        answer_page(bot, id, request);
}

void bot_drain(struct bot *bot)
{
    bot->draining = true;
    engine_drain(bot->engine);
    links_stop(bot->links);
}

bool bot_is_drained(const struct bot *bot)
{
    return bot->draining && engine_under_way(bot->engine) == 0 &&
           router_under_way(bot->router) == 0 && installs_under_way(bot->installs) == 0 &&
           links_are_closed(bot->links);
}

bool bot_is_connected(const struct bot *bot)
{
    return links_up(bot->links) > 0;
}
