/* The simulated world: a virtual clock, randomness from a seed, servers that are functions, and
 * faults by rule. Everything that crosses a wire takes virtual time; the same seed gives the same
 * run to the last byte.
 *
 *   the bot's turn: http_send, socket_* -> queue -> (time passes) -> a server's function
 *                   bot_on_http_reply, bot_on_socket <- (time passes) <- queue <--'
 *                   bot_on_http_request <- (time passes) <- sim_visit; http_answer: at once
 */
#ifndef TESTS_SCENARIO_WORLD_SIM_H
#define TESTS_SCENARIO_WORLD_SIM_H

#include "base/buf.h"
#include "base/world.h"
#include "bot/bot.h"

#define SECONDS(n) ((n)*INT64_C(1000))
#define MINUTES(n) ((n)*INT64_C(60000))
#define HOURS(n)   ((n)*INT64_C(3600000))
#define DAYS(n)    ((n)*INT64_C(86400000))

/* ---- servers ---- */

/* A request as it arrives; borrowed for the call. */
struct sim_request {
    enum http_method method;
    const char *url;
    const char *authorization; /* "" where there is none; of a mail: the username */
    const char *body;
    const char *mail_from, *mail_to; /* of a mail; "" */
};
struct sim_answer {
    int status;
    struct buf headers; /* "name: value\n" lines */
    struct buf body;
};
typedef void sim_serve(void *arg, const struct sim_request *request, struct sim_answer *answer);

/* The other end of Socket Mode; connections are numbered from 1 and never again. */
struct sim_listener {
    void *arg;
    bool (*accept)(void *arg, const char *url); /* false: the upgrade is refused */
    void (*opened)(void *arg, uint64_t connection, const char *url);
    void (*frame)(void *arg, uint64_t connection, const char *text, size_t len);
    void (*closed)(void *arg, uint64_t connection);
};

/* A request of ours to the bot's own server, and what it answered. Kept by the caller until it is
 * answered, or for good. */
struct sim_visit {
    uint64_t id;
    const char *method, *path, *headers, *body;
    const char *query; /* NULL: none */
    int status;        /* 0: not answered */
    int64_t retry_after_s;
    struct buf answer; /* the caller releases it */
    char content_type[64];
    char more_headers[2048];                   /* "Name: value\r\n" lines */
    void (*answered)(struct sim_visit *visit); /* NULL: nobody waits to be told */
    struct sim_visit *next;
};

/* ---- faults ---- */

enum sim_fault_kind {
    SIM_REFUSED,        /* no connection: nothing was sent */
    SIM_TLS_REFUSED,    /* no certificate that we believe */
    SIM_CUT_REQUEST,    /* a part of it arrives, and the connection is reset: no effect */
    SIM_LOST_REQUEST,   /* it never arrives; the sender's time-out ends it */
    SIM_LOST_REPLY,     /* it has its effect, and the sender's time-out ends it */
    SIM_RESET_REPLY,    /* it has its effect, and the connection is reset at once */
    SIM_CUT_REPLY,      /* it has its effect, and the answer ends at some byte */
    SIM_ANSWERED,       /* without any effect: `status`, `headers`, `body` */
    SIM_ANSWERED_AFTER, /* the same after it had its effect */
    SIM_SLOW,           /* it arrives `slow_ms` later */
};

struct sim_fault {
    const char *where; /* a part of the URL */
    enum sim_fault_kind kind;
    int status;
    const char *headers, *body;
    int64_t slow_ms;
    unsigned after;    /* so many pass first */
    unsigned times;    /* 0: until healed */
    unsigned permille; /* chance; 0: always */
};

/* ---- the world ---- */

struct sim_event;
struct sim_asked {
    struct mono at;
    char what[64]; /* the end of the URL's path */
};

struct sim_socket {
    uint64_t connection; /* 0: free */
    bool open;           /* both ends know of it */
    bool held;           /* half-open: nothing passes any more, in either direction */
    bool closing;
    int64_t last_ms; /* what is sent on one connection arrives in order */
};

enum { SIM_SERVERS_MAX = 8, SIM_FAULTS_MAX = 32 };

struct sim {
    struct world world; /* first: the bot's */
    struct bot *bot;    /* NULL while it is down */
    uint64_t seed;
    uint64_t bot_random, own_random;
    struct wall started_at;
    int64_t stepped_ms; /* by how much the wall clock was set */

    struct sim_event **queue; /* a heap */
    size_t queued, queue_cap;
    uint64_t order;
    unsigned life;      /* of the bot: what an earlier one asked is answered to nobody */
    size_t in_flight;   /* requests of the bot's that were not answered */
    unsigned still;     /* turns in a row without time passing */
    bool mute;          /* the process is dying: nothing gets out any more */
    unsigned die_after; /* it dies in the nth frame or request from now; 0: it does not */
    void (*on_die)(void);

    struct {
        const char *prefix;
        sim_serve *serve;
        void *arg;
    } servers[SIM_SERVERS_MAX];
    size_t server_count;
    struct sim_fault faults[SIM_FAULTS_MAX];
    size_t fault_count;
    struct sim_asked *asked; /* every request that was sent */
    size_t asked_count, asked_cap;

    struct sim_visit *visits; /* that the bot has not answered */
    uint64_t last_visit;

    struct sim_listener listener;
    struct sim_socket sockets[SOCKET_SLOTS];
    uint64_t last_connection;

    void (*after_turn)(void *arg); /* NULL: none */
    void *arg;
    char trouble[160]; /* what no world may see: the bot spins, asks a stranger; "" */
};

void sim_init(struct sim *sim, uint64_t seed, struct wall start, int64_t speed);
void sim_release(struct sim *sim);

/* Requests to URLs that begin with prefix. */
void sim_serve_at(struct sim *sim, const char *prefix, sim_serve *serve, void *arg);

void sim_add_fault(struct sim *sim, struct sim_fault fault);
void sim_heal(struct sim *sim, const char *where); /* NULL: everything */

/* Uniform in [0, bound), of the world's own stream. */
uint64_t sim_below(struct sim *sim, uint64_t bound);

/* From here on its randomness, and the bot's, is that of this number of this seed. */
void sim_reseed(struct sim *sim, uint64_t seed, uint64_t number);

/* Calls back once, after so much machine time, between two turns. */
void sim_after(struct sim *sim, int64_t ms, void (*call)(void *arg, uint64_t number), void *arg,
               uint64_t number);

/* Runs to the next thing that happens, or to `until`; false when `until` is reached. */
bool sim_step(struct sim *sim, struct mono until);
/* So much machine time. */
void sim_run(struct sim *sim, int64_t ms);
/* Sets the wall clock, as an operator or a virtual machine's host would. */
void sim_set_clock(struct sim *sim, int64_t by_ms);

/* The process is gone between two turns; its requests are under way all the same. The caller frees
 * the bot. */
void sim_bot_died(struct sim *sim);

/* Requests sent so far whose URL's path ends with `what`; since: not those before. */
size_t sim_count_asked(const struct sim *sim, const char *what, struct mono since);

/* Sends it; method, path, headers ("name: value\n" lines) and body are filled by the caller. */
void sim_visit(struct sim *sim, struct sim_visit *visit);

/* The server's side of a connection. */
void sim_socket_say(struct sim *sim, uint64_t connection, const char *text);
void sim_socket_drop(struct sim *sim, uint64_t connection, const char *why);
void sim_socket_hold(struct sim *sim, uint64_t connection);

#endif
