/* The decisions about Socket Mode connections. Slack gives no promise which of an
 * app's connections gets an envelope, so at least two stand, of different ages, and a new one
 * is opened before an old one goes. */
#include "bot/links.h"

#include "base/log.h"
#include "connectors/slack.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum link_state { FREE, ASKING, OPENING, GREETING, STANDING, LEAVING, CLOSING };

/* Milliseconds. Slack's SDKs take 30 s of silence as death; a warning comes about 10 s before the
 * end. */
enum {
    OPEN_TIMEOUT = 15000,
    HELLO_TIMEOUT = 10000,
    PING_AFTER = 10000,
    DEAD_AFTER = 30000,
    LEAVE_GRACE = 10000,
    LASTING = 10000, /* a connection that stood for less has failed */
    BACKOFF_FIRST = 500,
    BACKOFF_MAX = 30000,
    SLOW_RETRY = 60000,    /* credentials refused, Socket Mode switched off */
    CROWDED_RETRY = 30000, /* too_many_websockets */
    CROWDED_FOR = 600000,  /* how long we make do with fewer connections after that */
    RETRY_AFTER_DEFAULT = 30000,
};

struct link {
    enum link_state state;
    struct mono since;     /* of this state */
    struct mono stood_at;  /* hello */
    struct mono last_life; /* last inbound frame */
    struct mono last_ping;
    struct mono
        leave_at; /* STANDING: when it is old enough to be replaced; LEAVING: when we close it */
    struct slack_connection *ask;
    struct arena arena; /* of ask */
    struct links *links;
};

struct links {
    struct links_parts parts;
    struct link slots[SOCKET_SLOTS];
    bool running;
    unsigned failures;      /* in a row, to get a connection that lasts */
    struct mono not_before; /* backoff: no new connection before this */
    struct mono crowded_until;
    unsigned crowded_limit;
    unsigned opened; /* ever: staggers the ages */
    bool was_up;
    struct mono down_since; /* while none is up after the first was */
    bool foreign_warned;
};

static struct mono now(const struct links *links)
{
    return links->parts.world->mono;
}

static unsigned slot_of(const struct links *links, const struct link *link)
{
    return (unsigned)(link - links->slots);
}

static const char *whose(const struct links *links, const struct link *link)
{
    static char name[16];
    snprintf(name, sizeof name, "slack[%u]", slot_of(links, link));
    return name;
}

struct links *links_new(const struct links_parts *parts)
{
    struct links *links = calloc(1, sizeof *links);
    if (!links)
        abort();
    links->parts = *parts;
    for (size_t i = 0; i < SOCKET_SLOTS; i++)
        links->slots[i].links = links;
    return links;
}

void links_free(struct links *links)
{
    if (!links)
        return;
    for (size_t i = 0; i < SOCKET_SLOTS; i++)
        arena_release(&links->slots[i].arena);
    free(links);
}

void links_reconfigure(struct links *links, const struct config *config)
{
    links->parts.config = config;
}

static bool can_take(const struct link *link)
{
    return link->state == STANDING || link->state == LEAVING;
}

unsigned links_up(const struct links *links)
{
    unsigned up = 0;
    for (size_t i = 0; i < SOCKET_SLOTS; i++)
        up += can_take(&links->slots[i]);
    return up;
}

/* Keeps the gauge and the clock of the time without any connection. */
static void note_up(struct links *links)
{
    unsigned up = links_up(links);
    metrics_set(links->parts.metrics, METRIC_CONNECTIONS, "", up);
    if (up && !links->was_up) {
        if (links->down_since.ms)
            metrics_add(links->parts.metrics, METRIC_GAP, "", now(links).ms - links->down_since.ms);
    } else if (!up && links->was_up) {
        links->down_since = now(links);
        if (links->running)
            log_warn("slack", "no connection is up");
    }
    links->was_up = up > 0;
}

static void enter(struct links *links, struct link *link, enum link_state state)
{
    link->state = state;
    link->since = now(links);
    note_up(links);
}

/* Full jitter over a doubling ceiling, never less than a quarter of it. */
static int64_t backoff_ms(struct links *links)
{
    int64_t ceiling = BACKOFF_FIRST;
    for (unsigned i = 1; i < links->failures && ceiling < BACKOFF_MAX; i++)
        ceiling *= 2;
    if (ceiling > BACKOFF_MAX)
        ceiling = BACKOFF_MAX;
    return ceiling / 4 +
           (int64_t)world_random_below(links->parts.world, (uint64_t)(ceiling * 3 / 4) + 1);
}

static void wait_at_least(struct links *links, int64_t ms)
{
    if (links->not_before.ms < now(links).ms + ms)
        links->not_before.ms = now(links).ms + ms;
}

static void failed(struct links *links, int64_t at_least_ms)
{
    links->failures++;
    int64_t backoff = backoff_ms(links);
    wait_at_least(links, backoff > at_least_ms ? backoff : at_least_ms);
}

static void close_link(struct links *links, struct link *link, const char *reason)
{
    char labels[64];
    snprintf(labels, sizeof labels, "reason=\"%s\"", reason);
    metrics_add(links->parts.metrics, METRIC_DISCONNECTS, labels, 1);
    enter(links, link, CLOSING);
    links->parts.world->ops->socket_close(links->parts.world, slot_of(links, link));
}

/* How long to wait after apps.connections.open failed: never for ever, whatever Slack says. */
static int64_t wait_after(const struct failure *failure)
{
    switch (failure->class) {
    case FAILURE_RATE_LIMITED:
    case FAILURE_QUOTA:
        return failure->retry_after_ms ? failure->retry_after_ms : RETRY_AFTER_DEFAULT;
    case FAILURE_TRANSIENT:
    case FAILURE_AMBIGUOUS:
        return 0;
    default:
        return SLOW_RETRY;
    }
}

static void on_asked(void *arg, struct call *call)
{
    struct link *link = arg;
    struct links *links = link->links;
    assert(link->state == ASKING);
    if (call->failure.class == FAILURE_NONE && links->running) {
        enter(links, link, OPENING);
        links->parts.world->ops->socket_open(links->parts.world, slot_of(links, link),
                                             link->ask->url);
        arena_reset(&link->arena);
        return;
    }
    if (call->failure.class != FAILURE_NONE) {
        int64_t wait = wait_after(&call->failure);
        log_line(wait >= SLOW_RETRY ? LOG_ERROR : LOG_WARN, whose(links, link),
                 "apps.connections.open failed: %s (%s); trying again, never giving up",
                 call->failure.message, failure_class_name(call->failure.class));
        failed(links, wait);
    }
    enter(links, link, FREE);
    arena_reset(&link->arena);
}

static void open_one(struct links *links)
{
    struct link *link = links->slots;
    while (link->state != FREE)
        if (++link == links->slots + SOCKET_SLOTS)
            return;
    enter(links, link, ASKING);
    struct call_env env = {
        .arena = &link->arena,
        .world = links->parts.world,
        .config = links->parts.config,
        .sessions = links->parts.sessions,
    };
    link->ask = slack_connections_open(&env);
    exchanges_start(links->parts.exchanges, &link->ask->call, on_asked, link);
}

void links_start(struct links *links)
{
    links->running = true;
}

void links_stop(struct links *links)
{
    links->running = false;
    for (struct link *link = links->slots; link < links->slots + SOCKET_SLOTS; link++)
        if (link->state != FREE && link->state != ASKING && link->state != CLOSING)
            close_link(links, link, "stop");
}

bool links_are_closed(const struct links *links)
{
    for (size_t i = 0; i < SOCKET_SLOTS; i++)
        if (links->slots[i].state != FREE)
            return false;
    return true;
}

void links_on_opened(struct links *links, unsigned slot)
{
    struct link *link = &links->slots[slot];
    if (link->state != OPENING)
        return; /* given up in the meantime: CLOSING */
    link->last_life = link->last_ping = now(links);
    enter(links, link, GREETING);
}

void links_on_life(struct links *links, unsigned slot)
{
    links->slots[slot].last_life = now(links);
}

/* Slack may say hello and farewell in one breath, again and again: that is a failure to connect, or
 * we would ask for connections as fast as the network carries it. */
static bool has_lasted(const struct links *links, const struct link *link)
{
    return now(links).ms - link->stood_at.ms >= LASTING;
}

void links_on_closed(struct links *links, unsigned slot, const char *why)
{
    struct link *link = &links->slots[slot];
    enum link_state state = link->state;
    enter(links, link, FREE);
    if (state == CLOSING)
        return;
    log_info(whose(links, link), "closed: %s", why);
    metrics_add(links->parts.metrics, METRIC_DISCONNECTS,
                state == LEAVING ? "reason=\"left\"" : "reason=\"lost\"", 1);
    if (state == OPENING || state == GREETING || (state == STANDING && !has_lasted(links, link)))
        failed(links, 0);
}

/* Of the connections that stand, each next one is replaced a little earlier than the last: they
 * never age in step. */
static int64_t planned_age_ms(struct links *links, int64_t lifetime_s)
{
    int64_t percent = 85 - (int64_t)(links->opened % 5) * 5;
    int64_t jitter = (int64_t)world_random_below(links->parts.world, 20000);
    return lifetime_s * 10 * percent - (lifetime_s > 120 ? jitter : 0);
}

static unsigned own_connections(const struct links *links)
{
    unsigned own = 0;
    for (size_t i = 0; i < SOCKET_SLOTS; i++)
        own += links->slots[i].state >= GREETING;
    return own;
}

void links_on_hello(struct links *links, unsigned slot, int64_t lifetime_s, int64_t connections)
{
    struct link *link = &links->slots[slot];
    if (link->state != GREETING)
        return;
    if (lifetime_s < 0 || lifetime_s > 7 * 86400)
        lifetime_s = 0;
    link->stood_at = now(links);
    link->leave_at.ms = lifetime_s ? now(links).ms + planned_age_ms(links, lifetime_s) : INT64_MAX;
    links->opened++;
    metrics_add(links->parts.metrics, METRIC_CONNECTS, "", 1);
    enter(links, link, STANDING);
    log_info(whose(links, link), "connected; %u up", links_up(links));
    /* Slack goes on counting a closed connection for a while: one more than ours is no sign yet. */
    if (connections > (int64_t)own_connections(links) + 1 && !links->foreign_warned) {
        links->foreign_warned = true;
        log_warn("slack",
                 "Slack counts %lld connections of this app, %u are ours: another process uses the "
                 "same app and takes a share of the clicks",
                 (long long)connections, own_connections(links));
    }
}

static void leave(struct links *links, struct link *link, int64_t grace_ms)
{
    if (link->state != STANDING)
        return; /* two reasons in a row ask for one replacement */
    enter(links, link, LEAVING);
    link->leave_at.ms = now(links).ms + grace_ms;
}

void links_on_disconnect(struct links *links, unsigned slot, const char *reason)
{
    struct link *link = &links->slots[slot];
    log_info(whose(links, link), "Slack says disconnect: %s", reason);
    if (strcmp(reason, "too_many_websockets") == 0) {
        unsigned up = links_up(links);
        links->crowded_limit = up > 1 ? up : 1;
        links->crowded_until.ms = now(links).ms + CROWDED_FOR;
        log_warn("slack", "too many connections of this app; making do with %u for 10 minutes",
                 links->crowded_limit);
        failed(links, CROWDED_RETRY + (int64_t)world_random_below(links->parts.world, 30000));
    } else if (strcmp(reason, "link_disabled") == 0) {
        log_error("slack", "Socket Mode is switched off in the app's settings: switch it on under "
                           "Settings > Socket Mode; trying again every minute");
        failed(links, SLOW_RETRY);
    } else {
        if (link->state == STANDING && !has_lasted(links, link))
            failed(links, 0);
        leave(links, link, LEAVE_GRACE);
        return;
    }
    if (link->state != CLOSING)
        close_link(links, link, reason);
}

/* What one connection needs now. */
static void tend(struct links *links, struct link *link)
{
    int64_t silent = now(links).ms - link->last_life.ms;
    int64_t in_state = now(links).ms - link->since.ms;
    switch (link->state) {
    case OPENING:
        if (in_state >= OPEN_TIMEOUT) {
            failed(links, 0);
            close_link(links, link, "open_timeout");
        }
        return;
    case GREETING:
        if (in_state >= HELLO_TIMEOUT) {
            failed(links, 0);
            close_link(links, link, "no_hello");
        }
        return;
    case STANDING:
        if (has_lasted(links, link))
            links->failures = 0;
        if (now(links).ms >= link->leave_at.ms)
            leave(links, link, LEAVE_GRACE);
        break;
    case LEAVING:
        if (now(links).ms >= link->leave_at.ms && links_up(links) > 1) {
            close_link(links, link, "replaced");
            return;
        }
        break;
    case FREE:
    case ASKING:
    case CLOSING:
        return;
    }
    if (silent >= DEAD_AFTER) {
        log_warn(whose(links, link), "silent for %lld ms: taken for dead", (long long)silent);
        close_link(links, link, "silent");
    } else if (silent >= PING_AFTER && now(links).ms - link->last_ping.ms >= PING_AFTER) {
        link->last_ping = now(links);
        links->parts.world->ops->socket_ping(links->parts.world, slot_of(links, link));
    }
}

static unsigned wanted(const struct links *links)
{
    unsigned wanted = (unsigned)links->parts.config->slack.connections;
    if (now(links).ms < links->crowded_until.ms && links->crowded_limit < wanted)
        wanted = links->crowded_limit;
    return wanted;
}

static unsigned standing_or_coming(const struct links *links)
{
    unsigned count = 0;
    for (size_t i = 0; i < SOCKET_SLOTS; i++) {
        enum link_state state = links->slots[i].state;
        count += state == ASKING || state == OPENING || state == GREETING || state == STANDING;
    }
    return count;
}

void links_tick(struct links *links)
{
    if (!links->running)
        return;
    for (struct link *link = links->slots; link < links->slots + SOCKET_SLOTS; link++)
        tend(links, link);
    if (now(links).ms < links->not_before.ms)
        return;
    for (unsigned have = standing_or_coming(links); have < wanted(links); have++)
        open_one(links);
}

/* The next moment at which tend() would do something for this link. */
static int64_t next_of(const struct link *link)
{
    switch (link->state) {
    case OPENING:
        return link->since.ms + OPEN_TIMEOUT;
    case GREETING:
        return link->since.ms + HELLO_TIMEOUT;
    case STANDING:
    case LEAVING: {
        int64_t quiet =
            link->last_ping.ms > link->last_life.ms ? link->last_ping.ms : link->last_life.ms;
        int64_t ping = quiet + PING_AFTER, dead = link->last_life.ms + DEAD_AFTER;
        int64_t next = ping < dead ? ping : dead;
        return link->leave_at.ms < next ? link->leave_at.ms : next;
    }
    default:
        return INT64_MAX;
    }
}

struct mono links_wake_at(const struct links *links)
{
    struct mono at = {INT64_MAX};
    if (!links->running)
        return at;
    for (size_t i = 0; i < SOCKET_SLOTS; i++) {
        int64_t next = next_of(&links->slots[i]);
        /* a LEAVING link past its time waits for another to be up; ask again in a moment, not at
         * once */
        if (next <= now(links).ms)
            next = now(links).ms + 100;
        if (next < at.ms)
            at.ms = next;
    }
    if (standing_or_coming(links) < wanted(links) && links->not_before.ms < at.ms)
        at.ms = links->not_before.ms;
    return at;
}

bool links_send(struct links *links, unsigned slot, const char *text, size_t len)
{
    struct world *world = links->parts.world;
    enum link_state state = links->slots[slot].state;
    if ((state == GREETING || can_take(&links->slots[slot])) &&
        world->ops->socket_send(world, slot, text, len))
        return true;
    for (unsigned i = 0; i < SOCKET_SLOTS; i++)
        if (i != slot && can_take(&links->slots[i]) && world->ops->socket_send(world, i, text, len))
            return true;
    return false;
}
