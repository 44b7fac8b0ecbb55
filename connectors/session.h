/* What is remembered of each outside system between calls: tokens in memory, what
 * describe told, usage limits. One struct for the process, owned by the bot, loop thread only. */
#ifndef CONNECTORS_SESSION_H
#define CONNECTORS_SESSION_H

#include "base/arena.h"
#include "base/world.h"

#include <stdbool.h>
#include <stdint.h>

enum system {
    SYSTEM_SLACK,
    SYSTEM_SALESFORCE,
    SYSTEM_NETSUITE,
    SYSTEM_CLM,
    SYSTEM_PLATFORM,
    SYSTEM_COUNT
};
const char *system_name(enum system system);  /* "salesforce" … */
const char *system_title(enum system system); /* "Salesforce", "NetSuite", "CLM" … */

struct session {
    char *token;               /* owned; NULL: none; wiped when dropped */
    char *base_url;            /* owned; Salesforce's instance_url; NULL: the configured one */
    struct mono expires;       /* 0: unknown (until refused) */
    bool refreshing;           /* one call fetches the token, the others wait (single flight) */
    struct mono refresh_until; /* …and if it never ends (its owner is gone), until then */
    int64_t used, limit;       /* Sforce-Limit-Info; limit 0: unknown */
    struct mono usage_at;      /* when used and limit were told */
    unsigned failures;         /* in a row, for health */
    struct wall last_ok;
    char last_error[160];
};

/* Optional fields of Salesforce objects that this organisation has, from describe. */
struct field_set {
    bool known;
    char **names; /* sorted, owned */
    size_t count;
};

struct sessions {
    struct session systems[SYSTEM_COUNT];
    struct field_set opportunity_fields, account_fields;
};

void sessions_release(struct sessions *sessions); /* wipes tokens; zeroed memory allowed */
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

/* What health shows. The error is copied and must hold no secret. */
void session_note_ok(struct session *session, struct wall now);
void session_note_failure(struct session *session, const char *error);

/* False while nothing is known. */
bool field_set_has(const struct field_set *set, const char *name);
/* Replaces what is known by a copy of these names (any order). */
void field_set_learn(struct field_set *set, const char *const *names, size_t count);
void field_set_forget(struct field_set *set); /* nothing is known again */

#endif
