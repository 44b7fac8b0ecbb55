/* The door. A delivery is proven before anything of it is read, and before the store is asked
 * anything: who cannot prove himself costs no more than a MAC, and hears nothing but 401. */
#include "bot/door.h"

#include "base/broken.h"
#include "base/log.h"
#include "db/inbox.h"
#include "db/tenants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RETRY_AFTER_S = 30, HELD_FIRST = 16 };

/* What became of a delivery; where several workspaces take it, the last of these is told. */
enum result { REFUSED, UNREADABLE, EARLY, REPEATED, TAKEN, FAILED, RESULT_COUNT };

static const struct {
    const char *name;
    int status; /* 0: the sender's own answer */
    bool kept;  /* said only once it is committed */
    bool again; /* it is worth coming again */
} results[RESULT_COUNT] = {
    [TAKEN] = {"taken", .kept = true},
    [REPEATED] = {"repeated", .kept = true},
    [REFUSED] = {"refused", .status = 401},
    [UNREADABLE] = {"unreadable", .status = 400},
    [EARLY] = {"early", .status = 503, .again = true},
    [FAILED] = {"failed", .status = 503, .again = true},
};

struct held {
    uint64_t id;
    const struct webhook *webhook; /* NULL: the answer stands as it is */
    enum result result;
    struct http_in_answer answer;
};

struct door {
    struct metrics *metrics;
    const struct workspaces *workspaces;
    struct held *held; /* in order of arrival */
    size_t count, cap;
};

struct door *door_new(struct metrics *metrics, const struct workspaces *workspaces)
{
    struct door *door = calloc(1, sizeof *door);
    if (!door)
        abort();
    door->metrics = metrics;
    door->workspaces = workspaces;
    return door;
}

void door_free(struct door *door)
{
    if (!door)
        return;
    free(door->held);
    free(door);
}

static void hold(struct door *door, const struct held *held)
{
    if (door->count == door->cap) {
        door->cap = door->cap ? door->cap * 2 : HELD_FIRST;
        door->held = realloc(door->held, door->cap * sizeof *door->held);
        if (!door->held)
            abort();
    }
    door->held[door->count++] = *held;
}

void door_answer(struct door *door, uint64_t id, const struct http_in_answer *answer)
{
    hold(door, &(struct held){.id = id, .answer = *answer});
}

/* ---- taking ---- */

/* False: it had been taken before. */
static bool take_once(struct turn *turn, const struct webhook *webhook, const char *tenant,
                      const struct notification *notification)
{
    const char *key = notification->key
                          ? arena_fmt(turn->arena, "hook:%s:%s", webhook->name, notification->key)
                          : NULL;
    if (key && !BROKEN(webhook_repeated) && inbox_find(turn->db, turn->arena, tenant, key))
        return false;
    webhook_take(turn, tenant, notification);
    if (key)
        inbox_add(turn->db, tenant, key, "", turn->world->now);
    return true;
}

/* Whose secrets prove a delivery to this workspace: its own file's, where that has any, else the
 * main file's, but for one that has no file. NULL: nobody's. */
static const struct config *prover_of(const struct config *main, const struct tenant *tenant)
{
    const struct config *own = config_of_workspace(main, tenant->id);
    if (!own)
        return tenant->source == TENANT_INSTALLED ? NULL : main;
    return own->own_hooks ? own : main;
}

static size_t take_for(struct door *door, struct turn *turn, const struct webhook *webhook,
                       const struct tenant *tenant, const struct delivery *delivery)
{
    const struct config *before = turn->config;
    size_t news = 0;
    if (door->workspaces)
        turn->config = workspaces_config(door->workspaces, tenant->id);
    for (size_t i = 0; i < delivery->count; i++)
        news += take_once(turn, webhook, tenant->id, &delivery->notifications[i]);
    turn->config = before;
    return news;
}

/* Either all of a delivery is taken, with the record that it was, or nothing. prover: whose secret
 * has proven it. */
static enum result take(struct door *door, struct turn *turn, const struct webhook *webhook,
                        const struct config *prover, const struct delivery *delivery)
{
    const struct config *main = turn->config;
    struct tenant *tenants;
    struct err err = {0};
    db_begin(turn->db);
    db_savepoint(turn->db);
    size_t count = tenants_list(turn->db, turn->arena, &tenants), takers = 0, news = 0;
    for (size_t t = 0; t < count; t++)
        if (prover_of(main, &tenants[t]) == prover || BROKEN(hook_of_another)) {
            takers++;
            news += take_for(door, turn, webhook, &tenants[t], delivery);
        }
    if (!db_ok(turn->db, &err) || !db_release_savepoint(turn->db)) {
        log_error("db", "a delivery of %s was not taken: %s", webhook->name, err.msg);
        db_rollback_savepoint(turn->db);
        return FAILED;
    }
    return takers == 0 ? EARLY : news > 0 ? TAKEN : REPEATED;
}

/* By the secrets of one file; *prover is the configuration while it is proven and read. */
static enum result serve_by(struct door *door, struct turn *turn, const struct webhook *webhook,
                            const struct http_in_request *request, const struct config *prover,
                            bool draining)
{
    const struct config *main = turn->config;
    struct delivery delivery = {0};
    struct err err = {0};
    if (!webhook->is_open(prover))
        return REFUSED;
    turn->config = prover;
    bool proven = webhook->verify(turn, request, &delivery, &err) || BROKEN(webhook_unproven);
    bool understood = proven && !draining && webhook->read(turn, request, &delivery, &err);
    turn->config = main;
    if (!proven) {
        log_line(err.code == ERR_CONFIG ? LOG_ERROR : LOG_DEBUG, "hooks", "%s refused: %s",
                 webhook->name, err.msg);
        return REFUSED;
    }
    if (draining)
        return EARLY;
    if (!understood) {
        log_warn("hooks", "%s cannot be taken: %s", webhook->name, err.msg);
        return err.code == ERR_FORGED ? REFUSED : UNREADABLE;
    }
    return take(door, turn, webhook, prover, &delivery);
}

static enum result serve(struct door *door, struct turn *turn, const struct webhook *webhook,
                         const struct http_in_request *request, bool draining)
{
    const struct config *main = turn->config;
    enum result result = serve_by(door, turn, webhook, request, main, draining);
    for (size_t i = 0; i < main->workspace_count; i++) {
        const struct config *prover = main->workspaces[i].config;
        if (!prover->own_hooks)
            continue;
        enum result another = serve_by(door, turn, webhook, request, prover, draining);
        if (another > result)
            result = another;
    }
    return result;
}

void door_take(struct door *door, struct turn *turn, uint64_t id, const struct webhook *webhook,
               const struct http_in_request *request, bool draining)
{
    if (strcmp(request->method, "POST") != 0) {
        door_answer(door, id, &(struct http_in_answer){.status = 405, .allow = "POST"});
        return;
    }
    hold(door, &(struct held){.id = id,
                              .webhook = webhook,
                              .result = serve(door, turn, webhook, request, draining)});
}

/* ---- answering ---- */

static void count(struct door *door, const struct held *held)
{
    char labels[80];
    snprintf(labels, sizeof labels, "sender=\"%s\",result=\"%s\"", held->webhook->name,
             results[held->result].name);
    metrics_add(door->metrics, METRIC_HOOKS, labels, 1);
}

static struct http_in_answer answer_of(const struct held *held)
{
    int status = results[held->result].status;
    if (status)
        return (struct http_in_answer){
            .status = status, .retry_after_s = results[held->result].again ? RETRY_AFTER_S : 0};
    const char *body = held->webhook->answer;
    return (struct http_in_answer){.status = 200,
                                   .content_type = held->webhook->content_type,
                                   .body = body,
                                   .body_len = body ? strlen(body) : 0};
}

void door_flush(struct door *door, struct world *world, bool kept)
{
    for (size_t i = 0; i < door->count; i++) {
        struct held *held = &door->held[i];
        if (held->webhook) {
            if (results[held->result].kept && !kept)
                held->result = FAILED;
            held->answer = answer_of(held);
            count(door, held);
        }
        world->ops->http_answer(world, held->id, &held->answer);
    }
    door->count = 0;
}
