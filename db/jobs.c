/* Jobs: rows that wait, run and die. What makes a take quick however much is pending: of each lane
 * one job is marked as its head, the one that runs or may run next, and only heads are looked at.
 * Every function here that changes who is in a lane, or in what order, settles its head. */
#include "db/jobs.h"

#include "base/broken.h"
#include "db/rows.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

_Static_assert(JOB_READY == 0 && JOB_RUNNING == 1 && JOB_DEAD == 2,
               "the schema's indexes hold these numbers");

#define COLUMNS                                                                                    \
    "id, tenant_id, kind, key, lane, due_at, run_at, attempt, max_attempts, expires_at, "          \
    "generation, payload, last_error, state, lease_until, first_try_at"

static void read_job(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(struct job *)out = (struct job){
        .id = rows_text(stmt, arena, 0),
        .tenant = rows_text(stmt, arena, 1),
        .kind = rows_text(stmt, arena, 2),
        .key = rows_text(stmt, arena, 3),
        .lane = rows_text(stmt, arena, 4),
        .due_at = rows_wall(stmt, 5),
        .run_at = rows_wall(stmt, 6),
        .attempt = db_int(stmt, 7),
        .max_attempts = db_int(stmt, 8),
        .expires_at = rows_wall(stmt, 9),
        .generation = db_int(stmt, 10),
        .payload = rows_text(stmt, arena, 11),
        .last_error = rows_text(stmt, arena, 12),
        .state = (enum job_state)db_int(stmt, 13),
        .lease_until = rows_wall(stmt, 14),
        .first_try_at = rows_wall(stmt, 15),
    };
}

static void touch(struct db *db)
{
    db_hints(db)->jobs_touched++;
}

int64_t jobs_touched(struct db *db)
{
    return db_hints(db)->jobs_touched;
}

/* ---- lanes ---- */

#define FIRST_OF_LANE                                                                              \
    "(SELECT id FROM jobs WHERE tenant_id = $1 AND lane = $2 AND state < 2 "                       \
    "ORDER BY due_at, id LIMIT 1)"

/* A head that has not begun gives way to one that is due before it. */
static bool demote_head(struct db *db, const char *tenant, const char *lane)
{
    struct db_stmt *stmt =
        db_prepare(db, "UPDATE jobs SET head = 0 WHERE tenant_id = $1 AND "
                       "lane = $2 AND head = 1 AND state = 0 AND id <> " FIRST_OF_LANE);
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, lane);
    return db_run(stmt);
}

static bool promote_first(struct db *db, const char *tenant, const char *lane)
{
    struct db_stmt *stmt = db_prepare(
        db, "UPDATE jobs SET head = 1 WHERE id = " FIRST_OF_LANE " AND NOT EXISTS (SELECT 1 FROM "
            "jobs h WHERE h.tenant_id = $1 AND h.lane = $2 AND h.head = 1)");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, lane);
    if (!db_run(stmt))
        return false;
    if (db_changes(db))
        touch(db);
    return true;
}

/* For a lane that has a head: it may no longer be the first. */
static bool reorder_lane(struct db *db, const char *tenant, const char *lane)
{
    return demote_head(db, tenant, lane) && (!db_changes(db) || promote_first(db, tenant, lane));
}

static bool settle_lane(struct db *db, const char *tenant, const char *lane)
{
    return demote_head(db, tenant, lane) && promote_first(db, tenant, lane);
}

struct place {
    const char *id, *tenant, *lane; /* lane NULL: none */
};

static void read_place(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(struct place *)out = (struct place){rows_text(stmt, arena, 0), rows_text(stmt, arena, 1),
                                          rows_text(stmt, arena, 2)};
}

static bool find_place(struct db *db, struct arena *arena, const char *id, struct place *out)
{
    struct db_stmt *stmt = db_prepare(db, "SELECT id, tenant_id, lane FROM jobs WHERE id = $1");
    db_bind_text(stmt, 1, id);
    return rows_one(stmt, arena, read_place, out);
}

/* Runs a statement that changes this job at most, then settles its lane: `settle` is promote_first
 * where the job left the lane, reorder_lane where it stays in it, settle_lane where it came into
 * it. False: nothing was changed. (A RETURNING would tell the lane, by way of a table of its own.)
 */
static bool change_one(struct db *db, struct db_stmt *stmt, const char *id,
                       bool (*settle)(struct db *, const char *, const char *))
{
    struct arena scratch = {0};
    struct place place;
    bool done = find_place(db, &scratch, id, &place) && db_run(stmt) && db_changes(db) == 1 &&
                (!place.lane || settle(db, place.tenant, place.lane));
    arena_release(&scratch);
    return done && db_ok(db, NULL);
}

/* ---- adding ---- */

/* The next id after `last`, so that what is added in one millisecond stays in order. */
static void put_after(struct id *id, const char *last)
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    enum { TIME_CHARS = 10 };
    if (strncmp(id->text, last, TIME_CHARS) != 0 || strcmp(id->text, last) > 0)
        return;
    memcpy(id->text, last, ID_LEN);
    for (int i = ID_LEN - 1; i >= TIME_CHARS; i--) {
        const char *digit = strchr(digits, id->text[i]);
        assert(digit && *digit);
        if (digit[1]) {
            id->text[i] = digit[1];
            return;
        }
        id->text[i] = '0';
    }
}

static struct id next_id(struct db *db, struct world *world)
{
    struct db_hints *hints = db_hints(db);
    struct id id = id_new(world);
    put_after(&id, hints->last_job_id);
    snprintf(hints->last_job_id, sizeof hints->last_job_id, "%s", id.text);
    return id;
}

/* What stands where a new job wants to: the head of its lane, or the ready job with its key. */
struct standing {
    bool found;
    char id[ID_LEN + 1];
    enum job_state state;
    struct wall run_at, due_at;
};

#define STANDING "SELECT id, state, run_at, due_at FROM jobs WHERE tenant_id = $1 AND "

static struct standing find_standing(struct db *db, const char *sql, const char *tenant,
                                     const char *name)
{
    struct standing out = {0};
    struct db_stmt *stmt = db_prepare(db, sql);
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, name);
    if (db_step(stmt) == DB_ROW) {
        out = (struct standing){.found = true,
                                .state = (enum job_state)db_int(stmt, 1),
                                .run_at = rows_wall(stmt, 2),
                                .due_at = rows_wall(stmt, 3)};
        snprintf(out.id, sizeof out.id, "%s", db_text(stmt, 0));
    }
    db_reset(stmt);
    return out;
}

/* *is_new false: a ready job with this key stands there already, and nothing was written. */
static bool insert(struct db *db, const struct job_new *job, const struct id *id,
                   struct wall run_at, bool head, bool *is_new)
{
    struct db_stmt *stmt =
        db_prepare(db, "INSERT INTO jobs (" COLUMNS ", head, apart) VALUES ($1, $2, $3, $4, $5, "
                       "$6, $6, 0, $7, $8, $9, $10, NULL, 0, 0, 0, $11, '') ON CONFLICT "
                       "(tenant_id, key, apart) WHERE key IS NOT NULL AND state = 0 DO NOTHING");
    db_bind_text(stmt, 1, id->text);
    db_bind_text(stmt, 2, job->tenant);
    db_bind_text(stmt, 3, job->kind);
    db_bind_text(stmt, 4, BROKEN(job_key_ignored) ? NULL : job->key);
    db_bind_text(stmt, 5, job->lane);
    db_bind_int(stmt, 6, run_at.ms);
    db_bind_int(stmt, 7, job->max_attempts);
    db_bind_int(stmt, 8, job->expires_at.ms);
    db_bind_int(stmt, 9, job->generation);
    db_bind_text(stmt, 10, job->payload ? job->payload : "{}");
    db_bind_int(stmt, 11, head || BROKEN(lane_ignored));
    bool done = db_run(stmt);
    *is_new = done && db_changes(db) == 1;
    return done;
}

/* The job that stands for the key runs at the earlier of both times. */
static bool hasten(struct db *db, const struct job_new *job, struct wall run_at, struct id *id)
{
    struct standing standing =
        find_standing(db, STANDING "key = $2 AND apart = '' AND state = 0", job->tenant, job->key);
    if (!standing.found)
        return false;
    memcpy(id->text, standing.id, sizeof id->text);
    if (standing.run_at.ms <= run_at.ms && standing.due_at.ms <= run_at.ms)
        return true;
    struct db_stmt *stmt =
        db_prepare(db, "UPDATE jobs SET run_at = CASE WHEN run_at > $2 THEN $2 ELSE run_at END, "
                       "due_at = CASE WHEN due_at > $2 THEN $2 ELSE due_at END WHERE id = $1");
    db_bind_text(stmt, 1, id->text);
    db_bind_int(stmt, 2, run_at.ms);
    touch(db);
    return change_one(db, stmt, id->text, reorder_lane);
}

bool jobs_add(struct db *db, struct world *world, const struct job_new *job, struct id *out_id)
{
    struct id id = next_id(db, world);
    struct wall run_at = job->run_at.ms ? job->run_at : world->now;
    struct standing head = {0};
    bool is_new;
    if (job->lane)
        head = find_standing(db, STANDING "lane = $2 AND head = 1", job->tenant, job->lane);
    if (!insert(db, job, &id, run_at, !head.found, &is_new) ||
        (!is_new && !hasten(db, job, run_at, &id)))
        return false;
    if (out_id)
        *out_id = id;
    if (!is_new)
        return true;
    touch(db);
    bool waits = head.state == JOB_RUNNING || head.due_at.ms < run_at.ms ||
                 (head.due_at.ms == run_at.ms && strcmp(head.id, id.text) < 0);
    return !head.found || waits || reorder_lane(db, job->tenant, job->lane);
}

/* ---- taking ---- */

/* A job waits while another with its key runs: it was asked for after that one had begun. */
#define KEY_IS_FREE                                                                                \
    "NOT EXISTS (SELECT 1 FROM jobs r WHERE r.state = 1 AND r.tenant_id = jobs.tenant_id AND "     \
    "r.key = jobs.key)"

static void read_id(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(const char **)out = rows_text(stmt, arena, 0);
}

static const char **due_ids(struct db *db, struct arena *arena, struct wall now, size_t max,
                            size_t *count)
{
    struct db_stmt *stmt = db_prepare(
        db, "SELECT id FROM jobs WHERE state = 0 AND head = 1 AND run_at <= $1 AND " KEY_IS_FREE
            " ORDER BY run_at, id LIMIT $2");
    db_bind_int(stmt, 1, now.ms);
    db_bind_int(stmt, 2, max > INT64_MAX ? INT64_MAX : (int64_t)max);
    return rows_all(stmt, arena, read_id, sizeof(char *), count);
}

/* False when one with the same key was taken just before. */
static bool take_one(struct db *db, struct arena *arena, const char *id, struct wall now,
                     struct wall lease_until, struct job *out)
{
    struct db_stmt *stmt = db_prepare(
        db, "UPDATE jobs SET state = 1, attempt = attempt + 1, lease_until = $2, apart = '', "
            "first_try_at = CASE WHEN first_try_at = 0 THEN $3 ELSE first_try_at END "
            "WHERE id = $1 AND state = 0 AND " KEY_IS_FREE " RETURNING " COLUMNS);
    db_bind_text(stmt, 1, id);
    db_bind_int(stmt, 2, lease_until.ms);
    db_bind_int(stmt, 3, now.ms);
    return rows_one(stmt, arena, read_job, out);
}

size_t jobs_take(struct db *db, struct arena *arena, struct wall now, struct wall lease_until,
                 struct job *jobs, size_t max)
{
    if (!max)
        return 0;
    struct arena scratch = {0};
    size_t due, taken = 0;
    const char **ids = due_ids(db, &scratch, now, max, &due);
    for (size_t i = 0; i < due; i++)
        taken += take_one(db, arena, ids[i], now, lease_until, &jobs[taken]);
    arena_release(&scratch);
    return db_ok(db, NULL) ? taken : 0;
}

struct wall jobs_next_at(struct db *db)
{
    struct wall at = {INT64_MAX};
    struct db_stmt *ready =
        db_prepare(db, "SELECT run_at FROM jobs WHERE state = 0 AND head = 1 AND " KEY_IS_FREE
                       " ORDER BY run_at, id LIMIT 1");
    if (db_step(ready) == DB_ROW)
        at = rows_wall(ready, 0);
    db_reset(ready);
    struct db_stmt *running = db_prepare(db, "SELECT min(lease_until) FROM jobs WHERE state = 1");
    if (db_step(running) == DB_ROW && !db_is_null(running, 0) && db_int(running, 0) < at.ms)
        at = rows_wall(running, 0);
    db_reset(running);
    return at;
}

/* ---- how an attempt ends ---- */

bool jobs_done(struct db *db, const char *id)
{
    struct db_stmt *stmt = db_prepare(db, "DELETE FROM jobs WHERE id = $1");
    db_bind_text(stmt, 1, id);
    touch(db); /* what waited for its lane or its key may run */
    return change_one(db, stmt, id, promote_first);
}

/* A job with a key steps aside where a newer one stands for that key. */
#define APART                                                                                      \
    "apart = CASE WHEN EXISTS (SELECT 1 FROM jobs n WHERE n.tenant_id = jobs.tenant_id AND "       \
    "n.key = jobs.key AND n.state = 0 AND n.apart = '') THEN id ELSE '' END"

#define DUE_NOT_AFTER_RUN "due_at = CASE WHEN due_at > $2 THEN $2 ELSE due_at END"

bool jobs_retry(struct db *db, const char *id, struct wall run_at, const char *error,
                bool count_attempt)
{
    struct db_stmt *stmt = db_prepare(
        db, "UPDATE jobs SET state = 0, lease_until = 0, run_at = $2, last_error = $3, "
            "attempt = attempt - $4, first_try_at = CASE WHEN $4 = 1 AND attempt = 1 AND "
            "last_error IS NULL THEN 0 ELSE first_try_at END, " DUE_NOT_AFTER_RUN ", " APART
            " WHERE id = $1 AND state = 1");
    db_bind_text(stmt, 1, id);
    db_bind_int(stmt, 2, run_at.ms);
    db_bind_text(stmt, 3, error);
    db_bind_int(stmt, 4, count_attempt ? 0 : 1);
    touch(db);
    return change_one(db, stmt, id, reorder_lane);
}

bool jobs_dead(struct db *db, const char *id, struct wall now, const char *error)
{
    struct db_stmt *stmt =
        db_prepare(db, "UPDATE jobs SET state = 2, head = 0, apart = '', lease_until = 0, "
                       "run_at = $2, last_error = $3 WHERE id = $1 AND state < 2");
    db_bind_text(stmt, 1, id);
    db_bind_int(stmt, 2, now.ms);
    db_bind_text(stmt, 3, error);
    touch(db);
    return change_one(db, stmt, id, promote_first);
}

bool jobs_set_payload(struct db *db, const char *id, const char *payload)
{
    struct db_stmt *stmt = db_prepare(db, "UPDATE jobs SET payload = $2 WHERE id = $1");
    db_bind_text(stmt, 1, id);
    db_bind_text(stmt, 2, payload ? payload : "{}");
    return db_run(stmt) && db_changes(db) == 1;
}

bool jobs_renew(struct db *db, const char *id, struct wall lease_until)
{
    struct db_stmt *stmt =
        db_prepare(db, "UPDATE jobs SET lease_until = $2 WHERE id = $1 AND state = 1");
    db_bind_text(stmt, 1, id);
    db_bind_int(stmt, 2, lease_until.ms);
    return db_run(stmt) && db_changes(db) == 1;
}

static bool release_one(struct db *db, const char *id)
{
    struct db_stmt *stmt =
        db_prepare(db, "UPDATE jobs SET state = 0, lease_until = 0, last_error = $2, " APART
                       " WHERE id = $1 AND state = 1");
    db_bind_text(stmt, 1, id);
    db_bind_text(stmt, 2, JOB_CUT_OFF);
    touch(db);
    return change_one(db, stmt, id, reorder_lane);
}

int64_t jobs_release_leases(struct db *db, struct wall now)
{
    struct arena scratch = {0};
    size_t count;
    int64_t released = 0;
    if (BROKEN(lease_not_released))
        return 0;
    struct db_stmt *stmt = db_prepare(
        db, "SELECT id FROM jobs WHERE state = 1 AND lease_until <= $1 ORDER BY run_at, id");
    db_bind_int(stmt, 1, now.ms);
    const char **ids = rows_all(stmt, &scratch, read_id, sizeof(char *), &count);
    for (size_t i = 0; i < count; i++)
        released += release_one(db, ids[i]);
    arena_release(&scratch);
    return released;
}

/* ---- when the clock was set ---- */

/* A time that is not known, 0, stays so. */
#define SHIFTED(column) column " = CASE WHEN " column " = 0 THEN 0 ELSE " column " + $2 END"

static bool shift_one(struct db *db, const char *id, struct wall after, int64_t by_ms)
{
    struct db_stmt *stmt = db_prepare(
        db, "UPDATE jobs SET run_at = run_at + $2, " SHIFTED("expires_at") ", " SHIFTED(
                "first_try_at") ", due_at = CASE WHEN due_at > $3 THEN due_at + $2 "
                                "WHEN due_at > run_at + $2 THEN run_at + $2 ELSE due_at END "
                                "WHERE id = $1 AND state = 0");
    db_bind_text(stmt, 1, id);
    db_bind_int(stmt, 2, by_ms);
    db_bind_int(stmt, 3, after.ms);
    return change_one(db, stmt, id, reorder_lane);
}

bool jobs_shift(struct db *db, const char *promised, struct wall now, int64_t by_ms)
{
    struct arena scratch = {0};
    size_t count;
    struct wall after = {by_ms > 0 ? now.ms - by_ms : now.ms}; /* what is before has its time */
    struct db_stmt *stmt =
        db_prepare(db, "SELECT id FROM jobs WHERE state = 0 AND run_at > $2 AND (kind <> $1 OR "
                       "attempt > 0) ORDER BY run_at, id");
    db_bind_text(stmt, 1, promised);
    db_bind_int(stmt, 2, after.ms);
    const char **ids = rows_all(stmt, &scratch, read_id, sizeof(char *), &count);
    bool done = true;
    for (size_t i = 0; i < count && done; i++)
        done = shift_one(db, ids[i], after, by_ms);
    arena_release(&scratch);
    touch(db);
    return done && db_ok(db, NULL);
}

bool jobs_shift_running(struct db *db, int64_t by_ms)
{
    struct db_stmt *stmt = db_prepare(
        db, "UPDATE jobs SET lease_until = lease_until + $1, first_try_at = first_try_at "
            "+ $1 WHERE state = 1");
    db_bind_int(stmt, 1, by_ms);
    return db_run(stmt);
}

/* ---- dropping ---- */

static bool delete_one(struct db *db, const char *id)
{
    struct db_stmt *stmt = db_prepare(db, "DELETE FROM jobs WHERE id = $1");
    db_bind_text(stmt, 1, id);
    return db_run(stmt);
}

bool jobs_cancel(struct db *db, const char *tenant, const char *kind, const char *key_prefix)
{
    struct arena scratch = {0};
    size_t count;
    struct db_stmt *stmt =
        db_prepare(db, "SELECT id, tenant_id, lane FROM jobs WHERE tenant_id = $1 AND key >= $2 "
                       "AND key < $3 AND state = 0 AND kind = $4");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, key_prefix);
    db_bind_text(stmt, 3, arena_fmt(&scratch, "%s\U0010FFFF", key_prefix)); /* sorts last */
    db_bind_text(stmt, 4, kind);
    const struct place *places = rows_all(stmt, &scratch, read_place, sizeof *places, &count);
    bool done = true;
    for (size_t i = 0; i < count && done; i++) {
        const char *lane = places[i].lane;
        const char *next = i + 1 < count ? places[i + 1].lane : NULL;
        bool last_of_lane = lane && (!next || strcmp(lane, next) != 0);
        done = delete_one(db, places[i].id) &&
               (!last_of_lane || promote_first(db, places[i].tenant, lane));
    }
    arena_release(&scratch);
    return done && db_ok(db, NULL);
}

/* ---- looking, and what an operator does ---- */

bool jobs_get(struct db *db, struct arena *arena, const char *id, struct job *out)
{
    struct db_stmt *stmt = db_prepare(db, "SELECT " COLUMNS " FROM jobs WHERE id = $1");
    db_bind_text(stmt, 1, id);
    return rows_one(stmt, arena, read_job, out);
}

size_t jobs_list(struct db *db, struct arena *arena, int state, size_t limit, struct job **out)
{
    size_t count;
    struct db_stmt *stmt;
    if (state < 0) {
        stmt = db_prepare(db, "SELECT " COLUMNS " FROM jobs ORDER BY id LIMIT $1");
        rows_bind_limit(stmt, 1, limit);
    } else {
        stmt = db_prepare(db, "SELECT " COLUMNS
                              " FROM jobs WHERE state = $2 ORDER BY run_at, id LIMIT $1");
        rows_bind_limit(stmt, 1, limit);
        db_bind_int(stmt, 2, state);
    }
    *out = rows_all(stmt, arena, read_job, sizeof **out, &count);
    return count;
}

size_t jobs_dead_list(struct db *db, struct arena *arena, const char *tenant, size_t limit,
                      struct job **out)
{
    size_t count;
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM jobs WHERE state = 2 AND tenant_id = $2 "
                       "ORDER BY run_at DESC, id DESC LIMIT $1");
    rows_bind_limit(stmt, 1, limit);
    db_bind_text(stmt, 2, tenant);
    *out = rows_all(stmt, arena, read_job, sizeof **out, &count);
    return count;
}

int64_t jobs_dead_of(struct db *db, const char *tenant)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT count(*) FROM jobs WHERE state = 2 AND tenant_id = $1");
    db_bind_text(stmt, 1, tenant);
    return rows_number(stmt);
}

struct wall jobs_next_of(struct db *db, const char *tenant)
{
    struct db_stmt *stmt = db_prepare(db, "SELECT run_at FROM jobs WHERE state = 0 AND head = 1 "
                                          "AND tenant_id = $1 ORDER BY run_at LIMIT 1");
    db_bind_text(stmt, 1, tenant);
    int64_t at = rows_number(stmt);
    return (struct wall){at ? at : INT64_MAX};
}

bool jobs_waits(struct db *db, const char *tenant, const char *key)
{
    struct db_stmt *stmt = db_prepare(
        db, "SELECT 1 FROM jobs WHERE tenant_id = $1 AND key = $2 AND state = 0 LIMIT 1");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, key);
    return rows_number(stmt) == 1;
}

int64_t jobs_count(struct db *db, enum job_state state)
{
    struct db_stmt *stmt = db_prepare(db, "SELECT count(*) FROM jobs WHERE state = $1");
    db_bind_int(stmt, 1, state);
    return rows_number(stmt);
}

/* Without a condition SQLite adds up pages and looks at no row. */
int64_t jobs_total(struct db *db)
{
    return rows_number(db_prepare(db, "SELECT count(*) FROM jobs"));
}

bool jobs_revive(struct db *db, const char *id, struct wall now)
{
    struct db_stmt *stmt = db_prepare(
        db, "UPDATE jobs SET state = 0, attempt = 0, run_at = $2, last_error = $3, "
            "expires_at = 0, head = CASE WHEN lane IS NULL THEN 1 ELSE 0 END, " DUE_NOT_AFTER_RUN
            ", " APART " WHERE id = $1 AND state = 2");
    db_bind_text(stmt, 1, id);
    db_bind_int(stmt, 2, now.ms);
    db_bind_text(stmt, 3, JOB_REVIVED);
    touch(db);
    return change_one(db, stmt, id, settle_lane);
}

bool jobs_delete_dead(struct db *db, const char *id)
{
    struct db_stmt *stmt = db_prepare(db, "DELETE FROM jobs WHERE id = $1 AND state = 2");
    db_bind_text(stmt, 1, id);
    return db_run(stmt) && db_changes(db) == 1;
}

/* ---- parking: a time that never comes, from which the job's own can be told ---- */

#define PARKED_MS "1000000000000000"

bool jobs_park(struct db *db, const char *tenant)
{
    struct db_stmt *stmt =
        db_prepare(db, "UPDATE jobs SET run_at = run_at + " PARKED_MS
                       " WHERE tenant_id = $1 AND state = 0 AND run_at < " PARKED_MS);
    db_bind_text(stmt, 1, tenant);
    touch(db);
    return db_run(stmt);
}

bool jobs_park_taken(struct db *db, const struct job *job, struct wall now)
{
    struct db_stmt *stmt = db_prepare(db, "UPDATE jobs SET run_at = run_at + " PARKED_MS
                                          " WHERE id = $1 AND state = 0");
    db_bind_text(stmt, 1, job->id);
    return jobs_retry(db, job->id, now, job->last_error, false) && db_run(stmt);
}

bool jobs_resume(struct db *db, const char *tenant)
{
    struct db_stmt *stmt =
        db_prepare(db, "UPDATE jobs SET run_at = run_at - " PARKED_MS
                       " WHERE tenant_id = $1 AND state = 0 AND run_at >= " PARKED_MS);
    db_bind_text(stmt, 1, tenant);
    touch(db);
    return db_run(stmt);
}
