/* Jobs: everything that is to happen later is a row. See docs/jobs.md.
 *
 *            insert                take               done
 *   (none) ---------> JOB_READY ---------> JOB_RUNNING ------> (row deleted)
 *                        ^  retry, lease over |   \
 *                        +--------------------+    \ attempts or time used up
 *   dead: kept, visible, retryable  <---------------+
 */
#ifndef DB_JOBS_H
#define DB_JOBS_H

#include "base/arena.h"
#include "base/ids.h"
#include "base/world.h"
#include "db/db.h"

#include <stdbool.h>
#include <stdint.h>

/* last_error of a job whose lease ran out (its process died): the outcome of its last attempt is
 * unknown. Set by jobs_release_leases; any jobs_retry replaces it. */
#define JOB_CUT_OFF "cut off: the outcome of the last attempt is unknown"

/* last_error of a job that was dead and has not failed since. */
#define JOB_REVIVED "revived by hand"

enum job_state { JOB_READY, JOB_RUNNING, JOB_DEAD };

struct job {
    const char *id;
    const char *tenant;
    const char *kind;   /* a row of the table of job kinds */
    const char *key;    /* unique among the tenant's waiting ones: see jobs_add; NULL: none */
    const char *lane;   /* worked one at a time, in order of due_at, then id; NULL: no order */
    struct wall due_at; /* when it was first to run: its place in the lane */
    struct wall run_at; /* when it runs next */
    int64_t attempt;    /* 0 before the first; counts attempts begun */
    int64_t max_attempts;
    struct wall expires_at; /* 0: never; past it the job dies instead of running */
    int64_t generation;     /* of the object it acts on, when it was made */
    const char *payload;    /* JSON */
    const char *last_error;
    enum job_state state;
    struct wall lease_until;
    struct wall first_try_at; /* when the first attempt began that was not given back; 0: not yet.
                                 Bounds the search of a post that may have happened; earlier than
                                 the attempt under way: there was one before */
};

/* What is needed to make one. Zero values: no key, no lane, run now, kind's default attempts. */
struct job_new {
    const char *tenant, *kind, *key, *lane, *payload;
    struct wall run_at;
    int64_t max_attempts;
    struct wall expires_at;
    int64_t generation;
};

/* Inserts a job and gives its id. A key is for one waiting job: when a JOB_READY one has it,
 * nothing is inserted, *out_id is that one's id, and its run_at becomes the earlier of the two (its
 * payload and generation stay: put into the key what tells requests apart). A JOB_RUNNING one does
 * not count: it may have read the world before this was asked, so a new row is inserted, which runs
 * after that one has ended or stepped back. If the running one then becomes ready again, both are
 * kept, and one runs after the other; the newer one stands for the key.
 * Jobs of one connection that are added in the same millisecond keep their order in a lane.
 * out_id may be NULL. max_attempts 0 is stored as it is. */
bool jobs_add(struct db *db, struct world *world, const struct job_new *job, struct id *out_id);

/* Takes up to `max` due jobs, the longest due first, whose lane is free and of whose key none runs:
 * state running, lease set, attempt + 1, first_try_at at the first. Of a lane (a tenant's lane of
 * that name) only the first by due_at, then id, may run, and none while one runs; a job that waits
 * for its retry is still the first and holds its lane. One whose due_at is in the future holds
 * nobody up: whatever is due comes before it. Call inside a transaction. Jobs are copied into the
 * arena. expires_at is the engine's to check. The work done does not grow with what is pending. */
size_t jobs_take(struct db *db, struct arena *arena, struct wall now, struct wall lease_until,
                 struct job *jobs, size_t max);

/* When the next ready job wants to run that is held up by no lane or key, or a lease runs out;
 * INT64_MAX when there is none. What is held up comes with jobs_touched. */
struct wall jobs_next_at(struct db *db);

/* These are false without a failure of the db when there is no such job (not running, for retry
 * and renew; dead already, for dead). */
bool jobs_done(struct db *db, const char *id);
/* Back to ready. count_attempt false gives the attempt back (rate limits and waits are no
 * failures). */
bool jobs_retry(struct db *db, const char *id, struct wall run_at, const char *error,
                bool count_attempt);
/* run_at of a dead job says when it died. */
bool jobs_dead(struct db *db, const char *id, struct wall now, const char *error);
bool jobs_set_payload(struct db *db, const char *id, const char *payload);
/* Longer leases for what this process works on. */
bool jobs_renew(struct db *db, const char *id, struct wall lease_until);
/* Leases that ran out become ready; at start-up, with now = the far future, all of them: a dead
 * process's. Returns how many. */
int64_t jobs_release_leases(struct db *db, struct wall now);

/* The wall clock was set by so much, and is `now` since. Ready jobs that were to wait wait as long
 * as they were to; those of the kind `promised` that were not tried yet keep the time they were
 * promised for. jobs_shift_running does so with leases. */
bool jobs_shift(struct db *db, const char *promised, struct wall now, int64_t by_ms);
bool jobs_shift_running(struct db *db, int64_t by_ms);

/* Drops ready jobs of a kind and key prefix ("escalate:<item>:"); running ones finish. True when
 * there was none, too. */
bool jobs_cancel(struct db *db, const char *tenant, const char *kind, const char *key_prefix);

/* For `usher jobs` and /metrics. Lists are ordered by run_at (all: by id); limit 0: no limit. */
bool jobs_get(struct db *db, struct arena *arena, const char *id, struct job *out);
size_t jobs_list(struct db *db, struct arena *arena, int state /* enum job_state, -1 all */,
                 size_t limit, struct job **out);
int64_t jobs_count(struct db *db, enum job_state state);
/* Of one tenant: the dead ones, newest first; how many there are; when its next ready job wants to
 * run that is held up by no lane, INT64_MAX where there is none. */
size_t jobs_dead_list(struct db *db, struct arena *arena, const char *tenant, size_t limit,
                      struct job **out);
int64_t jobs_dead_of(struct db *db, const char *tenant);
struct wall jobs_next_of(struct db *db, const char *tenant);
/* True while a ready job of the tenant has this key. */
bool jobs_waits(struct db *db, const char *tenant, const char *key);
/* Of all states: of a million a third of the time that jobs_count takes. */
int64_t jobs_total(struct db *db);
/* A dead job becomes ready with its attempts given back, its error and expiry forgotten (someone
 * wants it now) and first_try_at kept (it may have happened); false if there is no such dead job.
 */
bool jobs_revive(struct db *db, const char *id, struct wall now);
bool jobs_delete_dead(struct db *db, const char *id);

/* Grows when a job of this connection was added, retried or revived, or ended and may have let
 * another go: the engine looks for work when it moved. */
int64_t jobs_touched(struct db *db);

/* A workspace that has ended: what waits keeps its place, its time and its last error, and is not
 * due until jobs_resume; jobs_park_taken: one that was taken, as if it had not been. */
bool jobs_park(struct db *db, const char *tenant);
bool jobs_park_taken(struct db *db, const struct job *job, struct wall now);
bool jobs_resume(struct db *db, const char *tenant);

#endif
