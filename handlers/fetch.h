/* One account's facts from all systems at once: which calls are made, and what their ends mean. The
 * job run_checks and `usher decide` both fetch by this. */
#ifndef HANDLERS_FETCH_H
#define HANDLERS_FETCH_H

#include "connectors/facts.h"
#include "connectors/rates.h"

/* Whose facts; borrowed until the calls have ended. */
struct fetch_account {
    const char *id;           /* Salesforce id */
    const char *name;         /* as known so far; NULL: not yet */
    const char *contract_ids; /* Salesforce contracts of its won deals as known so far,
                                 comma-separated; "" none */
    struct civil today;       /* the day to decide for; {0}: the calendar's */
};

enum { FETCH_MAX_CALLS = SOURCE_COUNT + 1 };

struct fetch {
    struct arena *arena;                  /* borrowed */
    struct facts *facts;                  /* what the calls fill; the arena's */
    struct call *of_source[SOURCE_COUNT]; /* NULL: not configured, or part of another's answer */
    struct call *calls[FETCH_MAX_CALLS];  /* all of them, to be run side by side */
    size_t call_count;
    struct civil today;
    struct published_rates published; /* for where NetSuite has no rates; unknown: not configured,
                                         or a failure, which is none of the fetch */
};

/* Makes the calls and the facts, in the env's arena. Each call ends before its system's own
 * deadline and before fetch.deadline_s. */
void fetch_begin(struct fetch *fetch, const struct call_env *env,
                 const struct fetch_account *account);

/* Once all calls have ended: the state of each source, and what is made of several; facts are
 * normalised. */
void fetch_settle(struct fetch *fetch, const struct config *config, struct wall now);

#endif
