/* Runs: facts, findings and verdict together, never changed once written. A run's
 * revision counts per onboarding from 1; a new one is written only when facts or findings changed.
 */
#ifndef DB_RUNS_H
#define DB_RUNS_H

#include "base/arena.h"
#include "base/world.h"
#include "db/db.h"

struct run {
    const char *id;
    const char *tenant;
    int64_t onboarding; /* number */
    int64_t revision;
    const char *facts;        /* canonical JSON */
    const char *facts_digest; /* hex */
    const char *findings;     /* canonical JSON of the decision (handlers/decide.h) */
    const char *brief;        /* JSON of what short answers need of it; NULL: see the findings */
    int64_t level;            /* enum level */
    const char *rules_version;
    const char *today;   /* YYYY-MM-DD */
    const char *sources; /* JSON: fetched_at, ms, failure of each */
    struct wall created_at;
    struct wall checked_at; /* the last time the same facts were found again */
};

/* Sets revision (last + 1) and id (its text is from the arena). */
bool runs_add(struct db *db, struct arena *arena, struct world *world, struct run *run);
bool runs_get(struct db *db, struct arena *arena, const char *tenant, int64_t onboarding,
              int64_t revision, struct run *out);
/* Of a run only what its decision was: facts are large. Sets revision, findings, level,
 * rules_version and created_at; the others are NULL or 0. */
bool runs_get_decision(struct db *db, struct arena *arena, const char *tenant, int64_t onboarding,
                       int64_t revision, struct run *out);
/* The same without the large texts: facts, sources and today are NULL, and so are the findings
 * where there is a brief. */
bool runs_get_brief(struct db *db, struct arena *arena, const char *tenant, int64_t onboarding,
                    int64_t revision, struct run *out);
bool runs_latest_brief(struct db *db, struct arena *arena, const char *tenant, int64_t onboarding,
                       struct run *out);
bool runs_latest(struct db *db, struct arena *arena, const char *tenant, int64_t onboarding,
                 struct run *out);
/* The same facts were fetched again: sources and checked_at move, the revision stays. */
bool runs_touch(struct db *db, const char *tenant, const char *id, const char *sources,
                struct wall now);

#endif
