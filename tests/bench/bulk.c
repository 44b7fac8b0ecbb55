/* Rows by the hundred thousand. */
#include "tests/bench/bulk.h"

#include "db/audit.h"
#include "db/inbox.h"
#include "db/jobs.h"

enum { PER_COMMIT = 5000, FIRST_ONBOARDING = 1001 };

#define DAY_MS INT64_C(86400000)

struct row {
    struct turn *turn;
    const char *tenant;
    size_t nth, onboarding;
};

static bool add_note(const struct row *row)
{
    struct arena *arena = row->turn->arena;
    const struct audit_entry entry = {
        .tenant = row->tenant,
        .at = row->turn->world->now,
        .actor = "U0MAYA",
        .role = "approver",
        .via = "command",
        .action = "note",
        .object = arena_fmt(arena, "ONB-%zu", row->onboarding),
        .reason = arena_fmt(arena, "called them for the %zu. time", row->nth),
    };
    return audit_append(row->turn->db, &entry);
}

static bool add_check(const struct row *row)
{
    struct arena *arena = row->turn->arena;
    struct id id;
    const struct job_new job = {
        .tenant = row->tenant,
        .kind = "run_checks",
        .key = arena_fmt(arena, "later:%zu", row->nth),
        .lane = arena_fmt(arena, "onboarding:%zu", row->onboarding),
        .payload = arena_fmt(arena, "{\"onboarding\":%zu}", row->onboarding),
        .run_at = {row->turn->world->now.ms + 30 * DAY_MS + (int64_t)row->nth},
    };
    return jobs_add(row->turn->db, row->turn->world, &job, &id);
}

static bool add_answer(const struct row *row)
{
    struct wall long_ago = {row->turn->world->now.ms - 4 * DAY_MS};
    return inbox_add(row->turn->db, row->tenant,
                     arena_fmt(row->turn->arena, "ev:EvOLD%010zu", row->nth), "", long_ago);
}

static bool add_rows(struct turn *turn, const char *tenant, size_t onboardings, size_t count,
                     bool (*add)(const struct row *row))
{
    struct row row = {.turn = turn, .tenant = tenant};
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        if (i % PER_COMMIT == 0)
            ok = db_commit(turn->db) && db_begin(turn->db);
        row.nth = i;
        row.onboarding = FIRST_ONBOARDING + (onboardings ? i % onboardings : 0);
        ok = ok && add(&row);
        arena_reset(turn->arena);
    }
    return ok && db_commit(turn->db);
}

static bool count_rows(struct db *db, const char *statement, size_t *count)
{
    struct db_stmt *stmt = db_prepare(db, statement);
    bool found = db_step(stmt) == DB_ROW;
    *count = found ? (size_t)db_int(stmt, 0) : 0;
    db_reset(stmt);
    return found;
}

static size_t missing(size_t there, size_t total)
{
    return total > there ? total - there : 0;
}

bool bulk_audit(struct turn *turn, const char *tenant, size_t onboardings, size_t total)
{
    size_t there;
    return count_rows(turn->db, "SELECT count(*) FROM audit", &there) &&
           add_rows(turn, tenant, onboardings, missing(there, total), add_note);
}

bool bulk_jobs(struct turn *turn, const char *tenant, size_t onboardings, size_t total)
{
    size_t there;
    return count_rows(turn->db, "SELECT count(*) FROM jobs", &there) &&
           add_rows(turn, tenant, onboardings, missing(there, total), add_check);
}

bool bulk_inbox(struct turn *turn, const char *tenant, size_t count)
{
    return add_rows(turn, tenant, 0, count, add_answer);
}
