/* What is remembered of each outside system between calls: tokens in memory, what
 * describe told, usage limits. One struct for the process, owned by the bot, loop thread only. */
#ifndef CONNECTORS_SESSION_H
#define CONNECTORS_SESSION_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/world.h"
#include "connectors/call.h"
#include "connectors/rates.h"

#include <stdbool.h>
#include <stdint.h>

enum system {
    SYSTEM_SLACK,
    SYSTEM_SALESFORCE,
    SYSTEM_NETSUITE,
    SYSTEM_CLM,
    SYSTEM_PLATFORM,
    SYSTEM_RATES,
    SYSTEM_COUNT
};
const char *system_name(enum system system);  /* "salesforce" … */
const char *system_title(enum system system); /* "Salesforce", "NetSuite", "CLM" … */

/* A system that gives no usable answer is left alone for a while: no run waits out its deadline for
 * it, and it gets air. In memory and by machine time; a restart begins closed.
 *
 *   closed ── breaker_failures in a row ──> open ── breaker_s ──> half-open ── an answer ──> closed
 *                                            ^─────── none ──────────┘ one call finds out
 */
enum circuit_state { CIRCUIT_CLOSED, CIRCUIT_HALF_OPEN, CIRCUIT_OPEN };
const char *circuit_state_name(enum circuit_state state); /* "closed" "half_open" "open" */

struct circuit {
    bool used;             /* this system's calls go through it */
    unsigned failures;     /* in a row */
    struct failure last;   /* of them */
    struct mono retry_at;  /* 0: closed; nobody asks before, but who finds out */
    struct wall opened_at; /* first, of this outage */
    bool trial;            /* a call is finding out; if it never ends, another may at retry_at */
};

struct session {
    char *token;               /* owned; NULL: none; wiped when dropped */
    char *base_url;            /* owned; Salesforce's instance_url; NULL: the configured one */
    struct mono expires;       /* 0: unknown (until refused) */
    bool changed;              /* token or base_url, since whoever keeps them cleared this */
    bool refreshing;           /* one call fetches the token, the others wait (single flight) */
    struct mono refresh_until; /* …and if it never ends (its owner is gone), until then */
    int64_t used, limit;       /* Sforce-Limit-Info; limit 0: unknown */
    struct mono usage_at;      /* when used and limit were told */
    unsigned failures;         /* in a row, for health */
    struct wall last_ok;
    char last_error[160];
    struct circuit circuit;
};

/* Objects of Salesforce whose fields are asked for before they are named. */
enum salesforce_object {
    SALESFORCE_OPPORTUNITY,
    SALESFORCE_ACCOUNT,
    SALESFORCE_USER,
    SALESFORCE_CONTRACT,
    SALESFORCE_ACCOUNT_HISTORY,
    SALESFORCE_OBJECT_COUNT
};

/* The fields of an object that this organisation has, from describe; of an object that it lacks,
 * none. */
struct field_set {
    bool known;
    char **names; /* sorted, owned */
    size_t count;
};

struct sessions {
    struct session systems[SYSTEM_COUNT];
    struct rate_cache rates; /* of SYSTEM_RATES */
    struct field_set fields[SALESFORCE_OBJECT_COUNT];
};

void sessions_release(struct sessions *sessions); /* wipes tokens; zeroed memory allowed */
/* Its section of the configuration has changed: token, circuit and what was learned go. */
void sessions_forget(struct sessions *sessions, enum system system);
void session_set_token(struct session *session, const char *token, const char *base_url,
                       struct mono expires);
void session_drop_token(struct session *session);
bool session_has_token(const struct session *session,
                       struct mono now); /* refreshed 60 s before expiry */

/* Single flight: true makes the caller the one that fetches the token; it ends with
 * session_set_token or session_end_refresh. False: another does; wait and look again. A flight
 * that was never ended is taken over after SESSION_REFRESH_MS. */
enum { SESSION_REFRESH_MS = 60 * 1000 };
bool session_begin_refresh(struct session *session, struct mono now);
void session_end_refresh(struct session *session);

/* May a call of this system be made? Where the circuit is half-open, true makes the caller the one
 * that finds out. Each true is followed by session_learn. */
bool session_may_ask(struct session *session, struct mono now, const struct config *config);
/* How such a call ended (FAILURE_NONE: well). Silence, rate limits that outlasted the retries and
 * replies that make no sense count as failures; a refusal is an answer; what was our own doing (a
 * shutdown, our own pace, a deadline between two answers) is neither. */
void session_learn(struct session *session, const struct failure *failure,
                   const struct world *world, const struct config *config);
enum circuit_state session_circuit(const struct session *session, struct mono now);

enum { SESSION_TEXT_BYTES = 16 * 1024 };
/* Token and base URL in clear, with the wall time at which they end, for whoever seals them: out is
 * fresh (one allocation: growing would leave pieces behind) and goes through session_wipe. False:
 * there is no token, or it is longer than SESSION_TEXT_BYTES. */
bool session_write(const struct session *session, const struct world *world, struct buf *out);
/* Takes that back, where it has not ended meanwhile; leaves `changed` as it is. */
bool session_read(struct session *session, const struct world *world, const char *text);
void session_wipe(struct buf *buf); /* overwrites and releases */

/* What health shows. The error is copied and must hold no secret. */
void session_note_ok(struct session *session, struct wall now);
void session_note_failure(struct session *session, const char *error);

/* False while nothing is known. */
bool field_set_has(const struct field_set *set, const char *name);
/* Replaces what is known by a copy of these names (any order). */
void field_set_learn(struct field_set *set, const char *const *names, size_t count);
void field_set_forget(struct field_set *set); /* nothing is known again */

#endif
