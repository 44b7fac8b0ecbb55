/* The router. Read-only requests are answered at once; everything else waits for
 * the turn's commit. */
#include "bot/router.h"

#include "base/broken.h"
#include "base/json.h"
#include "base/json_node.h"
#include "base/log.h"
#include "bot/answers.h"
#include "bot/bot.h"
#include "bot/envelope.h"
#include "bot/slack_http.h"
#include "connectors/slack.h"
#include "db/inbox.h"
#include "db/people.h"
#include "db/tenants.h"
#include "handlers/jobs/later.h"
#include "handlers/routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Slack drops frames from 20,480 bytes on, silently. */
enum { MAX_ACK_BYTES = 16 * 1024, MAX_ASIDES = 1024 };

/* Where an envelope came from: its acknowledgement goes back there. */
struct origin {
    unsigned slot;    /* of a Socket Mode connection */
    uint64_t http_id; /* of a request to our own server; 0: it came by a connection */
    const char *what; /* such a request was: "events" …, for metrics */
};

/* Something for after the commit, or, in HTTP, for after the turn. */
struct held {
    struct origin origin;
    bool durable;                  /* said only when the commit has kept what it speaks of */
    const char *frame;             /* the acknowledgement to a connection; from the turn's arena */
    enum slack_http_result result; /* to a request: what became of it … */
    struct http_in_answer answer;  /* … and what it is told */
    const struct config *config;   /* of the workspace that it speaks to */
    struct sessions *sessions;
    struct reply reply;
    const char *response_url;
    const char *reference;
    int64_t arrived_us;
};

/* An exchange with Slack of its own: a view that opens, an answer to a response URL. */
struct aside {
    struct router *router;
    struct aside *next, **link; /* what points to it */
    struct arena arena;
    char reference[16];
};

struct router {
    struct router_parts parts;
    struct held *held; /* in order of arrival */
    size_t held_count, held_cap;
    struct aside *asides; /* under way */
    size_t aside_count;
    struct arena frame; /* the one being served, as nodes */
    struct answers *answers;
};

struct router *router_new(const struct router_parts *parts)
{
    struct router *router = calloc(1, sizeof *router);
    if (!router)
        abort();
    router->parts = *parts;
    router->answers = answers_new();
    return router;
}

static void aside_end(struct aside *aside)
{
    *aside->link = aside->next;
    if (aside->next)
        aside->next->link = aside->link;
    aside->router->aside_count--;
    arena_release(&aside->arena);
    free(aside);
}

void router_free(struct router *router)
{
    if (!router)
        return;
    for (struct aside *aside = router->asides, *next; aside; aside = next) {
        next = aside->next;
        arena_release(&aside->arena);
        free(aside);
    }
    arena_release(&router->frame);
    answers_free(router->answers);
    free(router->held);
    free(router);
}

void router_reconfigure(struct router *router)
{
    answers_forget(router->answers);
}

size_t router_under_way(const struct router *router)
{
    return router->aside_count;
}

static void count_error(struct router *router, const char *reason)
{
    char labels[64];
    snprintf(labels, sizeof labels, "reason=\"%s\"", reason);
    metrics_add(router->parts.metrics, METRIC_ENVELOPE_ERRORS, labels, 1);
}

/* --- acknowledging --- */

static const char *ack_frame(struct arena *arena, const char *id, const char *payload)
{
    struct buf out;
    struct json_writer w;
    buf_init(&out, 0);
    json_writer_init(&w, &out);
    json_open(&w, '{');
    json_pair_str(&w, "envelope_id", id);
    if (payload && *payload) {
        json_key(&w, "payload");
        json_put_raw(&w, payload);
    }
    json_close(&w, '}');
    const char *frame = arena_strn(arena, buf_cstr(&out), out.len);
    buf_release(&out);
    return frame;
}

static void measure(struct router *router, struct turn *turn, const struct held *held)
{
    int64_t us = turn->world->ops->stopwatch_us(turn->world) - held->arrived_us;
    metrics_observe_us(router->parts.metrics, METRIC_ACKNOWLEDGEMENT, "", us);
}

static void answer_http(struct router *router, struct turn *turn, const struct held *held)
{
    char labels[80];
    snprintf(labels, sizeof labels, "what=\"%s\",result=\"%s\"", held->origin.what,
             slack_http_result_name(held->result));
    metrics_add(router->parts.metrics, METRIC_SLACK_HTTP, labels, 1);
    turn->world->ops->http_answer(turn->world, held->origin.http_id, &held->answer);
    if (held->result == SLACK_HTTP_TAKEN)
        measure(router, turn, held);
}

static void acknowledge(struct router *router, struct turn *turn, const struct held *held)
{
    if (held->origin.http_id) {
        answer_http(router, turn, held);
        return;
    }
    if (!held->frame)
        return;
    if (!links_send(router->parts.links, held->origin.slot, held->frame, strlen(held->frame))) {
        count_error(router, "acknowledgement_lost");
        log_warn("slack", "no connection to acknowledge on; Slack delivers it again");
        return;
    }
    measure(router, turn, held);
}

/* --- asides --- */

static void on_aside_done(void *arg, struct call *call)
{
    struct aside *aside = arg;
    if (call->failure.class != FAILURE_NONE)
        log_warn("slack", "%s failed: %s (%s) [%s]", call->type->name, call->failure.message,
                 failure_class_name(call->failure.class), aside->reference);
    aside_end(aside);
}

static struct aside *aside_new(struct router *router, const char *reference)
{
    struct aside *aside = calloc(1, sizeof *aside);
    if (!aside)
        abort();
    aside->router = router;
    snprintf(aside->reference, sizeof aside->reference, "%s", reference ? reference : "");
    aside->link = &router->asides;
    aside->next = router->asides;
    if (aside->next)
        aside->next->link = &aside->next;
    router->asides = aside;
    router->aside_count++;
    return aside;
}

static struct call_env aside_env(const struct held *held, struct turn *turn, struct aside *aside)
{
    return (struct call_env){
        .arena = &aside->arena,
        .world = turn->world,
        .config = held->config,
        .sessions = held->sessions,
    };
}

static void start_asides(struct router *router, struct turn *turn, const struct held *held)
{
    const struct view_open *open = &held->reply.open_view;
    if (open->view && open->trigger_id) {
        struct aside *aside = aside_new(router, held->reference);
        struct call_env env = aside_env(held, turn, aside);
        struct slack_view *view = slack_views_open(&env, arena_str(&aside->arena, open->trigger_id),
                                                   arena_str(&aside->arena, open->view));
        exchanges_start(router->parts.exchanges, &view->call, on_aside_done, aside);
    }
    if (held->reply.respond && held->response_url && router->aside_count >= MAX_ASIDES) {
        count_error(router, "answer_dropped"); /* what was done stands on the card all the same */
    } else if (held->reply.respond && held->response_url) {
        struct aside *aside = aside_new(router, held->reference);
        struct call_env env = aside_env(held, turn, aside);
        struct call *call = slack_respond(&env, arena_str(&aside->arena, held->response_url),
                                          arena_str(&aside->arena, held->reply.respond));
        exchanges_start(router->parts.exchanges, call, on_aside_done, aside);
    }
}

/* The body of the answer is the payload: all that a frame has beside the envelope's id. */
static void fit_http(struct held *held)
{
    const char *payload = held->reply.ack && *held->reply.ack ? held->reply.ack : NULL;
    held->result = SLACK_HTTP_TAKEN;
    held->answer = (struct http_in_answer){
        .status = 200,
        .content_type = payload ? "application/json; charset=utf-8" : NULL,
        .body = payload,
        .body_len = payload ? strlen(payload) : 0,
    };
}

/* An answer that a frame cannot carry goes by the response URL, which takes the same body; where
 * the answer is a body of HTTP, the same measure holds. */
static void fit(struct turn *turn, const struct envelope *envelope, struct held *held)
{
    held->frame = ack_frame(turn->arena, envelope->id ? envelope->id : "", held->reply.ack);
    if (strlen(held->frame) > MAX_ACK_BYTES && !BROKEN(long_ack)) {
        if (!held->reply.respond && envelope->request.kind == REQUEST_COMMAND)
            held->reply.respond = held->reply.ack;
        held->reply.ack = NULL;
        held->frame = ack_frame(turn->arena, envelope->id ? envelope->id : "", NULL);
    }
    if (held->origin.http_id)
        fit_http(held);
}

static void let_go(struct router *router, struct turn *turn, struct held *held, bool kept)
{
    bool lost = held->durable && !kept;
    if (lost && !held->origin.http_id)
        return; /* Slack delivers it again */
    if (lost) {
        held->result = SLACK_HTTP_FAILED;
        held->answer = slack_http_answer(SLACK_HTTP_FAILED);
    }
    acknowledge(router, turn, held);
    if (!lost)
        start_asides(router, turn, held);
}

void router_flush(struct router *router, struct turn *turn, bool kept)
{
    for (size_t i = 0; i < router->held_count; i++)
        let_go(router, turn, &router->held[i], kept);
    router->held_count = 0;
}

/* --- dispatching --- */

/* A person never waits in vain: what failed is said, with a reference that the log knows. */
static void apologise(struct turn *turn, const struct request *request, struct reply *reply)
{
    *reply = (struct reply){0};
    const char *reference = request->reference ? request->reference : "none";
    if (request->kind == REQUEST_VIEW)
        reply->ack = arena_fmt(
            turn->arena,
            "{\"response_action\":\"update\",\"view\":{\"type\":\"modal\",\"title\":{\"type\":"
            "\"plain_text\",\"text\":\"Nothing was changed\"},\"close\":{\"type\":\"plain_text\","
            "\"text\":\"Close\"},\"blocks\":[{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\","
            "\"text\":\"Something went wrong on my side and nothing was changed. Please try again; "
            "if it happens again, tell your administrator the reference `%s`.\"}}]}}",
            reference);
    else if (request->kind != REQUEST_EVENT)
        reply_text(turn, request, reply,
                   "Something went wrong on my side and nothing was changed. Please try again; if "
                   "it happens again, tell your administrator the reference `%s`.",
                   reference);
}

static void run_handler(struct router *router, struct turn *turn, const struct route *route,
                        const struct request *request, struct reply *reply, struct err *err)
{
    *reply = (struct reply){0};
    if (route_dispatch(turn, route, request, reply, err))
        return;
    count_error(router, "handler_failed");
    log_error("slack", "%s \"%.40s\" failed: %s [%s]", request->actor.via,
              request->name ? request->name : "", err->msg,
              request->reference ? request->reference : "");
    apologise(turn, request, reply);
    err->code = ERR_INTERNAL;
}

/* Whom an event names; who asks for something is learned at the door (handlers/dispatch.c). */
static void learn(struct turn *turn, const struct request *request)
{
    struct person person;
    const char *user = request->actor.user_id;
    if (user && *user && !people_get(turn->db, turn->arena, request->actor.tenant, user, &person))
        later_learn_person(turn, request->actor.tenant, user);
}

/* How an envelope was served. */
enum service {
    SERVED,         /* nothing was written: acknowledged at once */
    SERVED_DURABLY, /* acknowledged after the commit */
    NOT_SERVED,     /* the store failed: not acknowledged, Slack delivers it again */
};

/* Somebody else holds the store, or has lost this turn's writes: nothing more is tried. A person is
 * told; an event has nobody to tell, and comes again. */
static enum service store_refuses(struct router *router, struct turn *turn,
                                  const struct request *request, struct reply *reply)
{
    struct err err = {0};
    db_ok(turn->db, &err);
    count_error(router, "store_refused");
    log_warn("slack", "%s \"%.40s\" was not served: %s [%s]", request->actor.via,
             request->name ? request->name : "", err.msg,
             request->reference ? request->reference : "");
    apologise(turn, request, reply);
    db_rollback_savepoint(turn->db);
    return request->kind == REQUEST_EVENT ? NOT_SERVED : SERVED_DURABLY;
}

/* In a savepoint: either all of it happened, with the record that it did, or nothing. */
static enum service serve_durably(struct router *router, struct turn *turn,
                                  const struct route *route, const struct envelope *envelope,
                                  struct reply *reply)
{
    const struct request *request = &envelope->request;
    struct err err = {0};
    if (!db_savepoint(turn->db))
        return store_refuses(router, turn, request, reply);
    const char *stored =
        inbox_find(turn->db, turn->arena, request->actor.tenant, envelope->dedupe_key);
    if (stored && !BROKEN(inbox_ignored)) {
        metrics_add(router->parts.metrics, METRIC_REDELIVERIES, "", 1);
        *reply = (struct reply){.ack = stored};
    } else {
        run_handler(router, turn, route, request, reply, &err);
        if (err.code == ERR_NONE) {
            if (request->kind == REQUEST_EVENT)
                learn(turn, request);
            inbox_add(turn->db, request->actor.tenant, envelope->dedupe_key,
                      reply->ack ? reply->ack : "", turn->world->now);
        }
    }
    bool kept = err.code == ERR_NONE && db_release_savepoint(turn->db);
    bool failed = !db_ok(turn->db, &err);
    if (failed) {
        log_error("db", "%s", err.msg);
        apologise(turn, request, reply);
    }
    if (!kept)
        db_rollback_savepoint(turn->db);
    /* A person is told; an event has nobody to tell, and comes again. */
    return failed && request->kind == REQUEST_EVENT ? NOT_SERVED : SERVED_DURABLY;
}

/* The tenant of an envelope: its workspace, or the organisation for all of which Usher was
 * installed. The store knows one that has come in this turn. False: it is nobody's whom we serve.
 */
static bool find_tenant(const struct router *router, struct turn *turn,
                        const struct request *request, const char **out)
{
    struct tenant found;
    const char *const ids[] = {request->actor.tenant, request->enterprise};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (ids[i] && (workspaces_serves(router->parts.workspaces, ids[i]) ||
                       tenants_get(turn->db, turn->arena, ids[i], &found))) {
            *out = ids[i];
            return true;
        }
    return false;
}

/* asked: as it came, which is what it is known again by. */
static void answer(struct router *router, struct turn *turn, const struct route *route,
                   const struct request *request, const struct request *asked, struct reply *reply)
{
    struct err err = {0};
    run_handler(router, turn, route, request, reply, &err);
    if (err.code == ERR_NONE)
        answers_keep(router->answers, turn, asked, reply);
}

/* Of a workspace that is served, with its own configuration. */
static enum service serve_workspace(struct router *router, struct turn *turn,
                                    const struct envelope *envelope, const struct request *asked,
                                    struct held *held)
{
    const struct request *request = &envelope->request;
    const struct route *route = route_of(turn, request);
    held->response_url = request->response_url;
    held->reference = request->reference;
    if (route && route->read_only) {
        answer(router, turn, route, request, asked, &held->reply);
        return SERVED;
    }
    if (!route && request->kind == REQUEST_EVENT)
        return SERVED;
    return serve_durably(router, turn, route, envelope, &held->reply);
}

static enum service serve(struct router *router, struct turn *turn, const struct envelope *envelope,
                          struct held *held)
{
    const struct request *request = &envelope->request;
    const struct config *main = turn->config;
    struct envelope own = *envelope;
    struct err err = {0};
    db_begin_read(turn->db);
    held->reply.ack = answers_find(router->answers, turn, request);
    if (held->reply.ack) {
        if (held->origin.http_id) /* answered at the turn's end */
            held->reply.ack = arena_str(turn->arena, held->reply.ack);
        return SERVED;
    }
    bool known = find_tenant(router, turn, request, &own.request.actor.tenant);
    if (!known && !db_ok(turn->db, &err)) { /* not known to be a stranger's */
        log_error("db", "%s", err.msg);
        return NOT_SERVED;
    }
    if (!known && !BROKEN(foreign_workspace)) {
        count_error(router, "foreign_workspace");
        log_warn("slack", "envelope of workspace %.20s, which is not ours: ignored",
                 request->actor.tenant ? request->actor.tenant : request->enterprise);
        return SERVED;
    }
    held->config = workspaces_config(router->parts.workspaces, own.request.actor.tenant);
    held->sessions = workspaces_sessions(router->parts.workspaces, own.request.actor.tenant);
    turn->config = held->config;
    enum service service = serve_workspace(router, turn, &own, request, held);
    turn->config = main;
    return service;
}

static void hold(struct router *router, const struct held *held)
{
    if (router->held_count == router->held_cap) {
        router->held_cap = router->held_cap ? router->held_cap * 2 : 64;
        router->held = realloc(router->held, router->held_cap * sizeof *router->held);
        if (!router->held)
            abort();
    }
    router->held[router->held_count++] = *held;
}

static void on_request(struct router *router, struct turn *turn, struct origin origin,
                       const struct envelope *envelope, int64_t arrived_us)
{
    struct held held = {.origin = origin, .arrived_us = arrived_us};
    enum service service = SERVED;
    if (envelope->kind == ENVELOPE_REQUEST && (!envelope->from_bot || BROKEN(bots_answered)))
        service = serve(router, turn, envelope, &held);
    held.durable = service == SERVED_DURABLY && !BROKEN(ack_before_commit);
    if (service == NOT_SERVED) {
        count_error(router, "store_failed");
        held.result = SLACK_HTTP_FAILED;
        held.answer = slack_http_answer(SLACK_HTTP_FAILED);
    } else if (envelope->id || origin.http_id) {
        fit(turn, envelope, &held);
    }
    if (origin.http_id || (held.durable && envelope->id)) {
        hold(router, &held); /* a request is answered at the turn's end at the earliest */
    } else if (service != NOT_SERVED && envelope->id) {
        acknowledge(router, turn, &held);
        start_asides(router, turn, &held);
    }
}

static void on_garbage(struct router *router, struct turn *turn, unsigned slot, const char *id,
                       const struct err *err, int64_t arrived_us)
{
    count_error(router, "unparsable");
    log_warn("slack", "a frame that cannot be understood: %s%s", err->msg,
             id ? "; acknowledged, or it would come for ever" : "");
    if (!id)
        return;
    struct held held = {.origin = {.slot = slot},
                        .frame = ack_frame(turn->arena, id, NULL),
                        .arrived_us = arrived_us};
    acknowledge(router, turn, &held);
}

static void count_type(struct router *router, const char *type)
{
    char labels[64];
    snprintf(labels, sizeof labels, "type=\"%s\"", type);
    metrics_add(router->parts.metrics, METRIC_ENVELOPES, labels, 1);
}

void router_on_text(struct router *router, struct turn *turn, unsigned slot, const char *text,
                    size_t len)
{
    int64_t arrived_us = turn->world->ops->stopwatch_us(turn->world);
    struct err err = {0};
    struct envelope envelope = {0};
    arena_reset(&router->frame);
    struct json_node *frame = json_scan(text, len, SOCKET_MAX_FRAME, &router->frame, &err);
    bool understood = frame && envelope_decode(frame, turn->arena, &envelope, &err);
    if (!understood) {
        const char *id = envelope.id ? envelope.id : envelope_salvage_id(text, len, turn->arena);
        on_garbage(router, turn, slot, id, &err, arrived_us);
    } else if (envelope.kind == ENVELOPE_HELLO) {
        links_on_hello(router->parts.links, slot, envelope.lifetime_s, envelope.connections);
    } else if (envelope.kind == ENVELOPE_DISCONNECT) {
        links_on_disconnect(router->parts.links, slot, envelope.reason);
    } else {
        count_type(router, envelope.type);
        on_request(router, turn, (struct origin){.slot = slot}, &envelope, arrived_us);
    }
}

/* --- HTTP mode --- */

static void tell_of_retry(const struct http_in_request *request, const char *what)
{
    char number[16], reason[64];
    if (!http_header_value(request->headers, "x-slack-retry-num", number, sizeof number))
        return;
    http_header_value(request->headers, "x-slack-retry-reason", reason, sizeof reason);
    log_info("slack", "%s again, retry %s: %s", what, number, reason[0] ? reason : "no reason");
}

static void tell_of_result(enum slack_http_result result, const char *what, const struct err *err)
{
    static const enum log_level levels[SLACK_HTTP_RESULT_COUNT] = {
        [SLACK_HTTP_REFUSED] = LOG_DEBUG,
        [SLACK_HTTP_STALE] = LOG_WARN,
        [SLACK_HTTP_UNREADABLE] = LOG_WARN,
    };
    if (err->code != ERR_NONE)
        log_line(levels[result], "slack", "/slack/%s %s: %s", what, slack_http_result_name(result),
                 err->msg);
}

void router_on_http(struct router *router, struct turn *turn, uint64_t id,
                    const struct http_in_request *request, bool early)
{
    struct held held = {.origin = {.http_id = id, .what = slack_http_what(request->path)},
                        .arrived_us = turn->world->ops->stopwatch_us(turn->world)};
    struct err err = {0};
    struct envelope envelope = {0};
    arena_reset(&router->frame);
    held.result = slack_http_read(turn->config, request, turn->world->now, &router->frame,
                                  turn->arena, &envelope, &held.answer, &err);
    tell_of_result(held.result, held.origin.what, &err);
    if (held.result == SLACK_HTTP_TAKEN && !early) {
        tell_of_retry(request, held.origin.what);
        count_type(router, envelope.type);
        on_request(router, turn, held.origin, &envelope, held.arrived_us);
        return;
    }
    if (held.result == SLACK_HTTP_TAKEN)
        held.result = SLACK_HTTP_EARLY;
    if (held.result != SLACK_HTTP_CHECKED)
        held.answer = slack_http_answer(held.result);
    hold(router, &held);
}
