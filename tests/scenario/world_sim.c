/* A heap of events on a virtual clock. */
#include "tests/scenario/world_sim.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NEAR_MS = 2, FAR_MS = 40, CLOSE_WAIT_MS = 1000, SERVER_NOTICES_MS = 60000, STILL_MAX = 500 };

enum event_kind {
    /* between two turns */
    EVENT_REQUEST, /* arrives at its server */
    EVENT_CALL,
    EVENT_UPGRADE, /* a connection's opening arrives */
    EVENT_FRAME,   /* the bot's frame arrives */
    EVENT_PING,
    EVENT_GONE, /* the server learns that a connection is closed */
    /* in a turn of the bot */
    EVENT_REPLY,
    EVENT_SOCKET,
    EVENT_VISIT, /* somebody's request to the bot */
};

struct sim_event {
    struct mono at;
    uint64_t order;
    enum event_kind kind;
    unsigned life;
    /* REQUEST, REPLY */
    uint64_t id;
    struct sim_request request; /* strings owned */
    int64_t timeout_ms;
    struct mono sent_at;
    const struct sim_fault *fault;
    struct sim_fault rule; /* what fault points to */
    enum http_outcome outcome;
    int status;
    char *headers;
    const char *error;
    /* sockets */
    unsigned slot;
    uint64_t connection;
    enum socket_event socket_event;
    char *text; /* also a reply's body */
    size_t len;
    struct sim_visit *visit;
    /* CALL */
    void (*call)(void *arg, uint64_t number);
    void *arg;
    uint64_t number;
};

static struct sim *sim_of(struct world *world)
{
    return (struct sim *)world;
}

static char *copied(const char *text, size_t len)
{
    char *out = malloc(len + 1);
    if (!out)
        abort();
    if (len)
        memcpy(out, text, len);
    out[len] = '\0';
    return out;
}

/* ---- randomness ---- */

/* splitmix64: any seed will do, also 0. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

uint64_t sim_below(struct sim *sim, uint64_t bound)
{
    return next_random(&sim->own_random) % bound;
}

void sim_reseed(struct sim *sim, uint64_t seed, uint64_t number)
{
    uint64_t state = seed * 2 + (number << 48);
    sim->own_random = next_random(&state);
    sim->bot_random = next_random(&state);
}

static void ops_random(struct world *world, void *bytes, size_t len)
{
    uint8_t *out = bytes;
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)next_random(&sim_of(world)->bot_random);
}

static int64_t latency(struct sim *sim)
{
    return NEAR_MS + (int64_t)sim_below(sim, FAR_MS);
}

/* ---- the queue ---- */

static bool before(const struct sim_event *a, const struct sim_event *b)
{
    return a->at.ms != b->at.ms ? a->at.ms < b->at.ms : a->order < b->order;
}

static void swap(struct sim *sim, size_t a, size_t b)
{
    struct sim_event *event = sim->queue[a];
    sim->queue[a] = sim->queue[b];
    sim->queue[b] = event;
}

static void push(struct sim *sim, struct sim_event event, int64_t after_ms)
{
    if (sim->queued == sim->queue_cap) {
        sim->queue_cap = sim->queue_cap ? sim->queue_cap * 2 : 64;
        sim->queue = realloc(sim->queue, sim->queue_cap * sizeof *sim->queue);
        if (!sim->queue)
            abort();
    }
    struct sim_event *copy = malloc(sizeof *copy);
    if (!copy)
        abort();
    event.at.ms = sim->world.mono.ms + after_ms;
    event.order = sim->order++;
    if (event.kind != EVENT_REPLY) /* a reply goes to the life that asked */
        event.life = sim->life;
    *copy = event;
    copy->fault = event.fault ? &copy->rule : NULL;
    size_t at = sim->queued++;
    sim->queue[at] = copy;
    for (; at > 0 && before(sim->queue[at], sim->queue[(at - 1) / 2]); at = (at - 1) / 2)
        swap(sim, at, (at - 1) / 2);
}

static struct sim_event *pop(struct sim *sim)
{
    struct sim_event *event = sim->queue[0];
    sim->queue[0] = sim->queue[--sim->queued];
    for (size_t at = 0;;) {
        size_t least = at, left = 2 * at + 1;
        for (size_t child = left; child <= left + 1 && child < sim->queued; child++)
            if (before(sim->queue[child], sim->queue[least]))
                least = child;
        if (least == at)
            return event;
        swap(sim, at, least);
        at = least;
    }
}

static void event_free(struct sim_event *event)
{
    free((char *)event->request.url);
    free((char *)event->request.authorization);
    free((char *)event->request.body);
    free((char *)event->request.mail_from);
    free((char *)event->request.mail_to);
    free(event->headers);
    free(event->text);
    free(event);
}

void sim_after(struct sim *sim, int64_t ms, void (*call)(void *arg, uint64_t number), void *arg,
               uint64_t number)
{
    push(sim, (struct sim_event){.kind = EVENT_CALL, .call = call, .arg = arg, .number = number},
         ms);
}

/* ---- HTTP: from the bot ---- */

static const struct sim_fault *fault_for(struct sim *sim, const char *url)
{
    for (size_t i = 0; i < sim->fault_count; i++) {
        struct sim_fault *fault = &sim->faults[i];
        if (!strstr(url, fault->where))
            continue;
        if (fault->after > 0) {
            fault->after--;
            continue;
        }
        if (fault->permille && sim_below(sim, 1000) >= fault->permille)
            continue;
        if (fault->times == 1)
            fault->times = UINT32_MAX; /* used up */
        else if (fault->times == UINT32_MAX)
            continue;
        else if (fault->times > 1)
            fault->times--;
        return fault;
    }
    return NULL;
}

static void note_asked(struct sim *sim, const char *url)
{
    if (sim->asked_count == sim->asked_cap) {
        sim->asked_cap = sim->asked_cap ? sim->asked_cap * 2 : 256;
        sim->asked = realloc(sim->asked, sim->asked_cap * sizeof *sim->asked);
        if (!sim->asked)
            abort();
    }
    struct sim_asked *asked = &sim->asked[sim->asked_count++];
    size_t len = strcspn(url, "?");
    size_t from = len > sizeof asked->what - 1 ? len - (sizeof asked->what - 1) : 0;
    asked->at = sim->world.mono;
    snprintf(asked->what, sizeof asked->what, "%.*s", (int)(len - from), url + from);
}

size_t sim_count_asked(const struct sim *sim, const char *what, struct mono since)
{
    size_t count = 0, len = strlen(what);
    for (size_t i = 0; i < sim->asked_count; i++) {
        size_t own = strlen(sim->asked[i].what);
        count += sim->asked[i].at.ms >= since.ms && own >= len &&
                 strcmp(sim->asked[i].what + own - len, what) == 0;
    }
    return count;
}

static const char *authorization_of(const struct http_request *request)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (strcmp(request->headers[i].name, "Authorization") == 0)
            return request->headers[i].value;
    return "";
}

static char *copied_text(const char *text)
{
    return copied(text ? text : "", text ? strlen(text) : 0);
}

/* The process dies while it sends this. */
static bool dies(struct sim *sim)
{
    if (sim->mute || !sim->die_after || --sim->die_after > 0)
        return false;
    sim->on_die();
    return true;
}

static void ops_http_send(struct world *world, uint64_t id, const struct http_request *request)
{
    static const struct mail_envelope no_mail;
    struct sim *sim = sim_of(world);
    if (dies(sim) || sim->mute)
        return;
    const struct mail_envelope *mail = request->mail ? request->mail : &no_mail;
    const char *authorization = request->mail ? mail->username : authorization_of(request);
    const struct sim_fault *fault = fault_for(sim, request->url);
    struct sim_event event = {
        .kind = EVENT_REQUEST,
        .id = id,
        .request = {.method = request->method,
                    .url = copied(request->url, strlen(request->url)),
                    .authorization = copied_text(authorization),
                    .body = copied(request->body, request->body_len),
                    .mail_from = copied_text(mail->from),
                    .mail_to = copied_text(mail->to)},
        .timeout_ms = request->timeout_ms ? request->timeout_ms : HTTP_DEFAULT_TIMEOUT_MS,
        .sent_at = world->mono,
        .fault = fault,
    };
    if (fault)
        event.rule = *fault;
    note_asked(sim, request->url);
    sim->in_flight++;
    push(sim, event, latency(sim) + (fault && fault->kind == SIM_SLOW ? fault->slow_ms : 0));
}

/* ---- HTTP: at the server ---- */

static void reply_later(struct sim *sim, const struct sim_event *request, struct sim_event reply,
                        int64_t after_ms)
{
    int64_t left = request->timeout_ms - (sim->world.mono.ms - request->sent_at.ms);
    if (after_ms >= left) { /* the sender has given up by then */
        free(reply.text);
        free(reply.headers);
        reply = (struct sim_event){.outcome = HTTP_SENT_UNKNOWN, .error = "no answer in time"};
        after_ms = left > 0 ? left : 0;
    }
    reply.kind = EVENT_REPLY;
    reply.id = request->id;
    reply.life = request->life;
    push(sim, reply, after_ms);
}

static void no_reply(struct sim *sim, const struct sim_event *request, enum http_outcome outcome,
                     const char *error, int64_t after_ms)
{
    reply_later(sim, request, (struct sim_event){.outcome = outcome, .error = error}, after_ms);
}

static void serve(struct sim *sim, const struct sim_event *request, struct sim_answer *answer)
{
    for (size_t i = 0; i < sim->server_count; i++)
        if (strncmp(request->request.url, sim->servers[i].prefix, strlen(sim->servers[i].prefix)) ==
            0) {
            sim->servers[i].serve(sim->servers[i].arg, &request->request, answer);
            return;
        }
    snprintf(sim->trouble, sizeof sim->trouble, "nobody serves %.120s", request->request.url);
}

static void answer_with(struct sim *sim, const struct sim_event *request, int status,
                        const char *headers, const char *body)
{
    struct sim_event reply = {
        .outcome = HTTP_ANSWERED,
        .status = status,
        .headers = copied(headers ? headers : "", headers ? strlen(headers) : 0),
        .text = copied(body ? body : "", body ? strlen(body) : 0),
        .len = body ? strlen(body) : 0,
    };
    reply_later(sim, request, reply, latency(sim));
}

/* What becomes of the answer to a request that had its effect. */
static void send_answer(struct sim *sim, const struct sim_event *request, struct sim_answer *answer)
{
    const struct sim_fault *fault = request->fault;
    switch (fault ? fault->kind : SIM_SLOW) {
    case SIM_LOST_REPLY:
        no_reply(sim, request, HTTP_SENT_UNKNOWN, "no answer in time", INT64_MAX / 2);
        return;
    case SIM_RESET_REPLY:
        no_reply(sim, request, HTTP_SENT_UNKNOWN, "connection reset", latency(sim));
        return;
    case SIM_CUT_REPLY:
        if (answer->body.len)
            answer->body.data[sim_below(sim, answer->body.len)] = '\0';
        break;
    case SIM_ANSWERED_AFTER:
        answer_with(sim, request, fault->status, fault->headers, fault->body);
        return;
    default:
        break;
    }
    answer_with(sim, request, answer->status, buf_cstr(&answer->headers), buf_cstr(&answer->body));
}

static void request_arrives(struct sim *sim, const struct sim_event *request)
{
    const struct sim_fault *fault = request->fault;
    struct sim_answer answer = {.status = 200};
    switch (fault ? fault->kind : SIM_SLOW) {
    case SIM_REFUSED:
        no_reply(sim, request, HTTP_NOT_SENT, "connection refused", 1);
        return;
    case SIM_TLS_REFUSED:
        no_reply(sim, request, HTTP_TLS_REFUSED, "the certificate has expired", 1);
        return;
    case SIM_CUT_REQUEST:
        no_reply(sim, request, HTTP_SENT_UNKNOWN, "connection reset", 1);
        return;
    case SIM_LOST_REQUEST:
        no_reply(sim, request, HTTP_SENT_UNKNOWN, "no answer in time", INT64_MAX / 2);
        return;
    case SIM_ANSWERED:
        answer_with(sim, request, fault->status, fault->headers, fault->body);
        return;
    default:
        break;
    }
    serve(sim, request, &answer);
    send_answer(sim, request, &answer);
    buf_release(&answer.headers);
    buf_release(&answer.body);
}

/* ---- sockets ---- */

static struct sim_socket *socket_of(struct sim *sim, uint64_t connection)
{
    for (size_t i = 0; i < SOCKET_SLOTS; i++)
        if (connection && sim->sockets[i].connection == connection)
            return &sim->sockets[i];
    return NULL;
}

/* What is sent on one connection arrives in order. */
static void tell_bot(struct sim *sim, uint64_t connection, enum socket_event what, const char *text,
                     int64_t after_ms)
{
    struct sim_socket *socket = socket_of(sim, connection);
    if (!socket)
        return;
    if (socket->last_ms < sim->world.mono.ms + after_ms)
        socket->last_ms = sim->world.mono.ms + after_ms;
    push(sim,
         (struct sim_event){.kind = EVENT_SOCKET,
                            .connection = connection,
                            .socket_event = what,
                            .text = text ? copied(text, strlen(text)) : NULL,
                            .len = text ? strlen(text) : 0},
         socket->last_ms - sim->world.mono.ms);
}

static void ops_socket_open(struct world *world, unsigned slot, const char *url)
{
    struct sim *sim = sim_of(world);
    if (sim->mute)
        return;
    struct sim_socket *socket = &sim->sockets[slot];
    if (socket->connection)
        snprintf(sim->trouble, sizeof sim->trouble, "slot %u was opened twice", slot);
    *socket = (struct sim_socket){.connection = ++sim->last_connection};
    push(sim,
         (struct sim_event){.kind = EVENT_UPGRADE,
                            .connection = socket->connection,
                            .text = copied(url, strlen(url))},
         2 * latency(sim));
}

static bool ops_socket_send(struct world *world, unsigned slot, const char *text, size_t len)
{
    struct sim *sim = sim_of(world);
    struct sim_socket *socket = &sim->sockets[slot];
    if (!socket->open || socket->closing)
        return false;
    if (!dies(sim) && !sim->mute)
        push(sim,
             (struct sim_event){.kind = EVENT_FRAME,
                                .connection = socket->connection,
                                .text = copied(text, len),
                                .len = len},
             latency(sim));
    return true;
}

static bool ops_socket_ping(struct world *world, unsigned slot)
{
    struct sim *sim = sim_of(world);
    struct sim_socket *socket = &sim->sockets[slot];
    if (!socket->open || socket->closing)
        return false;
    push(sim, (struct sim_event){.kind = EVENT_PING, .connection = socket->connection},
         latency(sim));
    return true;
}

static void ops_socket_close(struct world *world, unsigned slot)
{
    struct sim *sim = sim_of(world);
    struct sim_socket *socket = &sim->sockets[slot];
    if (!socket->connection || socket->closing)
        return;
    socket->closing = true;
    bool answers = socket->open && !socket->held;
    if (socket->open && !socket->held)
        push(sim, (struct sim_event){.kind = EVENT_GONE, .connection = socket->connection},
             latency(sim));
    tell_bot(sim, socket->connection, SOCKET_CLOSED, "closed by us",
             answers ? 2 * latency(sim) : CLOSE_WAIT_MS);
}

void sim_socket_say(struct sim *sim, uint64_t connection, const char *text)
{
    tell_bot(sim, connection, SOCKET_TEXT, text, latency(sim));
}

void sim_socket_drop(struct sim *sim, uint64_t connection, const char *why)
{
    struct sim_socket *socket = socket_of(sim, connection);
    if (!socket || socket->held)
        return;
    tell_bot(sim, connection, SOCKET_CLOSED, why, latency(sim));
    push(sim, (struct sim_event){.kind = EVENT_GONE, .connection = connection}, 0);
}

void sim_socket_hold(struct sim *sim, uint64_t connection)
{
    struct sim_socket *socket = socket_of(sim, connection);
    if (!socket)
        return;
    socket->held = true;
    push(sim, (struct sim_event){.kind = EVENT_GONE, .connection = connection}, SERVER_NOTICES_MS);
}

static void upgrade_arrives(struct sim *sim, const struct sim_event *event)
{
    struct sim_socket *socket = socket_of(sim, event->connection);
    if (!socket || socket->closing)
        return;
    if (!sim->listener.accept(sim->listener.arg, event->text)) {
        tell_bot(sim, event->connection, SOCKET_CLOSED, "could not connect: HTTP 408",
                 latency(sim));
        return;
    }
    socket->open = true;
    tell_bot(sim, event->connection, SOCKET_OPENED, NULL, latency(sim));
    sim->listener.opened(sim->listener.arg, event->connection, event->text);
}

/* Something of a connection reaches the bot, or is lost on the way. */
static void socket_speaks(struct sim *sim, const struct sim_event *event)
{
    struct sim_socket *socket = socket_of(sim, event->connection);
    if (!socket || (socket->held && event->socket_event != SOCKET_CLOSED))
        return;
    unsigned slot = (unsigned)(socket - sim->sockets);
    if (event->socket_event == SOCKET_CLOSED)
        *socket = (struct sim_socket){0};
    else if (socket->closing)
        return;
    bot_on_socket(sim->bot, slot, event->socket_event, event->text, event->len);
}

/* A frame that was sent before its process died is still delivered. */
static bool passes(struct sim *sim, const struct sim_event *event)
{
    const struct sim_socket *socket = socket_of(sim, event->connection);
    return event->life != sim->life || (socket && !socket->held);
}

/* ---- HTTP: to the bot ---- */

void sim_visit(struct sim *sim, struct sim_visit *visit)
{
    visit->id = ++sim->last_visit;
    push(sim, (struct sim_event){.kind = EVENT_VISIT, .visit = visit}, latency(sim));
}

static void visit_arrives(struct sim *sim, struct sim_visit *visit)
{
    visit->next = sim->visits;
    sim->visits = visit;
    bot_on_http_request(sim->bot, visit->id,
                        &(struct http_in_request){.method = visit->method,
                                                  .path = visit->path,
                                                  .query = visit->query ? visit->query : "",
                                                  .headers = visit->headers ? visit->headers : "",
                                                  .body = visit->body,
                                                  .body_len = strlen(visit->body)});
}

static void ops_http_answer(struct world *world, uint64_t id, const struct http_in_answer *answer)
{
    struct sim *sim = sim_of(world);
    struct sim_visit **link = &sim->visits;
    while (*link && (*link)->id != id)
        link = &(*link)->next;
    struct sim_visit *visit = *link;
    if (!visit)
        snprintf(sim->trouble, sizeof sim->trouble, "an answer to nobody, or the second");
    if (!visit || sim->mute)
        return;
    *link = visit->next;
    visit->status = answer->status;
    visit->retry_after_s = answer->retry_after_s;
    snprintf(visit->content_type, sizeof visit->content_type, "%s",
             answer->content_type ? answer->content_type : "");
    snprintf(visit->more_headers, sizeof visit->more_headers, "%s",
             answer->headers ? answer->headers : "");
    buf_add(&visit->answer, answer->body, answer->body_len);
    if (visit->answered)
        visit->answered(visit);
}

/* ---- turns ---- */

static void deliver_reply(struct sim *sim, const struct sim_event *event)
{
    struct http_reply reply = {
        .outcome = event->outcome,
        .status = event->status,
        .body = event->text ? event->text : "",
        .body_len = event->len,
        .headers = event->headers ? event->headers : "",
    };
    snprintf(reply.error, sizeof reply.error, "%s", event->error ? event->error : "");
    sim->in_flight--;
    bot_on_http_reply(sim->bot, event->id, &reply);
}

static void happen(struct sim *sim, const struct sim_event *event)
{
    switch (event->kind) {
    case EVENT_REQUEST:
        request_arrives(sim, event);
        return;
    case EVENT_CALL:
        event->call(event->arg, event->number);
        return;
    case EVENT_UPGRADE:
        if (event->life == sim->life)
            upgrade_arrives(sim, event);
        return;
    case EVENT_FRAME:
        if (passes(sim, event))
            sim->listener.frame(sim->listener.arg, event->connection, event->text, event->len);
        return;
    case EVENT_PING:
        if (event->life == sim->life && passes(sim, event))
            tell_bot(sim, event->connection, SOCKET_ALIVE, NULL, latency(sim));
        return;
    case EVENT_GONE:
        sim->listener.closed(sim->listener.arg, event->connection);
        return;
    case EVENT_REPLY:
        deliver_reply(sim, event);
        return;
    case EVENT_SOCKET:
        socket_speaks(sim, event);
        return;
    case EVENT_VISIT:
        visit_arrives(sim, event->visit);
        return;
    }
}

static bool is_due(const struct sim *sim)
{
    return sim->queued > 0 && sim->queue[0]->at.ms <= sim->world.mono.ms;
}

static bool is_for_bot(const struct sim_event *event)
{
    return event->kind >= EVENT_REPLY;
}

static void turn(struct sim *sim)
{
    bool begun = false;
    while (is_due(sim)) {
        struct sim_event *event = pop(sim);
        bool lost = is_for_bot(event) && (!sim->bot || event->life != sim->life);
        if (is_for_bot(event) && !lost && !begun) {
            bot_turn_begin(sim->bot);
            begun = true;
        }
        if (!lost)
            happen(sim, event);
        event_free(event);
    }
    if (!sim->bot)
        return;
    if (!begun)
        bot_turn_begin(sim->bot);
    bot_turn_end(sim->bot);
    if (sim->after_turn)
        sim->after_turn(sim->arg);
}

static void set_time(struct sim *sim, struct mono at)
{
    sim->still = at.ms > sim->world.mono.ms ? 0 : sim->still + 1;
    if (sim->still > STILL_MAX)
        snprintf(sim->trouble, sizeof sim->trouble, "the bot spins: %d turns in one millisecond",
                 STILL_MAX);
    sim->world.mono = at;
    sim->world.now.ms =
        sim->started_at.ms + sim->stepped_ms + (at.ms - SECONDS(1)) * sim->world.speed;
}

bool sim_step(struct sim *sim, struct mono until)
{
    struct mono at = until;
    if (sim->queued > 0 && sim->queue[0]->at.ms < at.ms)
        at = sim->queue[0]->at;
    if (sim->bot && bot_wake_at(sim->bot).ms < at.ms)
        at = bot_wake_at(sim->bot);
    if (at.ms < sim->world.mono.ms)
        at = sim->world.mono;
    set_time(sim, at);
    if (sim->trouble[0])
        return false;
    turn(sim);
    return at.ms < until.ms;
}

void sim_run(struct sim *sim, int64_t ms)
{
    struct mono until = {sim->world.mono.ms + ms};
    while (sim_step(sim, until))
        continue;
}

void sim_set_clock(struct sim *sim, int64_t by_ms)
{
    sim->stepped_ms += by_ms;
}

void sim_bot_died(struct sim *sim)
{
    for (size_t i = 0; i < SOCKET_SLOTS; i++) {
        struct sim_socket *socket = &sim->sockets[i];
        if (socket->connection && socket->open && !socket->held && !socket->closing)
            push(sim, (struct sim_event){.kind = EVENT_GONE, .connection = socket->connection},
                 FAR_MS + latency(sim));
        *socket = (struct sim_socket){0};
    }
    sim->bot = NULL;
    sim->visits = NULL; /* their connections are gone */
    sim->in_flight = 0;
    sim->life++;
    sim->mute = false;
}

/* ---- setting up ---- */

static int64_t ops_stopwatch_us(struct world *world)
{
    return world->mono.ms * 1000;
}

static void ops_usage(struct world *world, struct usage *out)
{
    (void)world;
    *out = (struct usage){0};
}

static const struct world_ops ops = {
    .random = ops_random,
    .http_send = ops_http_send,
    .socket_open = ops_socket_open,
    .socket_send = ops_socket_send,
    .socket_ping = ops_socket_ping,
    .socket_close = ops_socket_close,
    .http_answer = ops_http_answer,
    .stopwatch_us = ops_stopwatch_us,
    .usage = ops_usage,
};

void sim_init(struct sim *sim, uint64_t seed, struct wall start, int64_t speed)
{
    *sim = (struct sim){
        .world = {.mono = {SECONDS(1)}, .now = start, .speed = speed, .ops = &ops},
        .seed = seed,
        .bot_random = seed * 2 + 1,
        .own_random = seed * 2,
        .started_at = start,
    };
}

void sim_release(struct sim *sim)
{
    while (sim->queued > 0)
        event_free(pop(sim));
    free(sim->queue);
    free(sim->asked);
    *sim = (struct sim){0};
}

void sim_serve_at(struct sim *sim, const char *prefix, sim_serve *serve_it, void *arg)
{
    if (sim->server_count == SIM_SERVERS_MAX)
        abort();
    sim->servers[sim->server_count].prefix = prefix;
    sim->servers[sim->server_count].serve = serve_it;
    sim->servers[sim->server_count++].arg = arg;
}

void sim_add_fault(struct sim *sim, struct sim_fault fault)
{
    if (sim->fault_count == SIM_FAULTS_MAX)
        abort();
    sim->faults[sim->fault_count++] = fault;
}

void sim_heal(struct sim *sim, const char *where)
{
    size_t kept = 0;
    for (size_t i = 0; i < sim->fault_count; i++)
        if (where && strcmp(sim->faults[i].where, where) != 0)
            sim->faults[kept++] = sim->faults[i];
    sim->fault_count = kept;
}
