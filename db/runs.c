/* Runs: written once, looked at often. */
#include "db/runs.h"

#include "base/ids.h"
#include "db/rows.h"

#define COLUMNS                                                                                    \
    "id, tenant_id, onboarding, revision, facts, facts_digest, findings, level, rules_version, "   \
    "today, sources, created_at, checked_at, brief"

static void read_run(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(struct run *)out = (struct run){
        .id = rows_text(stmt, arena, 0),
        .tenant = rows_text(stmt, arena, 1),
        .onboarding = db_int(stmt, 2),
        .revision = db_int(stmt, 3),
        .facts = rows_text(stmt, arena, 4),
        .facts_digest = rows_text(stmt, arena, 5),
        .findings = rows_text(stmt, arena, 6),
        .level = db_int(stmt, 7),
        .rules_version = rows_text(stmt, arena, 8),
        .today = rows_text(stmt, arena, 9),
        .sources = rows_text(stmt, arena, 10),
        .created_at = rows_wall(stmt, 11),
        .checked_at = rows_wall(stmt, 12),
        .brief = rows_text(stmt, arena, 13),
    };
}

static int64_t next_revision(struct db *db, const char *tenant, int64_t onboarding)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT coalesce(max(revision), 0) + 1 FROM runs WHERE tenant_id = $1 AND "
                       "onboarding = $2");
    db_bind_text(stmt, 1, tenant);
    db_bind_int(stmt, 2, onboarding);
    return rows_number(stmt);
}

static bool insert(struct db *db, const struct run *run)
{
    struct db_stmt *stmt =
        db_prepare(db, "INSERT INTO runs (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
                       "$10, $11, $12, $13, $14)");
    db_bind_text(stmt, 1, run->id);
    db_bind_text(stmt, 2, run->tenant);
    db_bind_int(stmt, 3, run->onboarding);
    db_bind_int(stmt, 4, run->revision);
    db_bind_text(stmt, 5, run->facts);
    db_bind_text(stmt, 6, run->facts_digest);
    db_bind_text(stmt, 7, run->findings);
    db_bind_int(stmt, 8, run->level);
    db_bind_text(stmt, 9, run->rules_version);
    db_bind_text(stmt, 10, run->today);
    db_bind_text(stmt, 11, run->sources);
    db_bind_int(stmt, 12, run->created_at.ms);
    db_bind_int(stmt, 13, run->checked_at.ms);
    db_bind_text(stmt, 14, run->brief);
    return db_run(stmt);
}

bool runs_add(struct db *db, struct arena *arena, struct world *world, struct run *run)
{
    struct id id = id_new(world);
    run->id = arena_str(arena, id.text);
    run->revision = next_revision(db, run->tenant, run->onboarding);
    return insert(db, run);
}

bool runs_get(struct db *db, struct arena *arena, const char *tenant, int64_t onboarding,
              int64_t revision, struct run *out)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM runs WHERE tenant_id = $1 AND onboarding = $2 AND "
                       "revision = $3");
    db_bind_text(stmt, 1, tenant);
    db_bind_int(stmt, 2, onboarding);
    db_bind_int(stmt, 3, revision);
    return rows_one(stmt, arena, read_run, out);
}

static void read_decision(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(struct run *)out = (struct run){
        .revision = db_int(stmt, 0),
        .findings = rows_text(stmt, arena, 1),
        .level = db_int(stmt, 2),
        .rules_version = rows_text(stmt, arena, 3),
        .created_at = rows_wall(stmt, 4),
    };
}

bool runs_get_decision(struct db *db, struct arena *arena, const char *tenant, int64_t onboarding,
                       int64_t revision, struct run *out)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT revision, findings, level, rules_version, created_at FROM runs "
                       "WHERE tenant_id = $1 AND onboarding = $2 AND revision = $3");
    db_bind_text(stmt, 1, tenant);
    db_bind_int(stmt, 2, onboarding);
    db_bind_int(stmt, 3, revision);
    return rows_one(stmt, arena, read_decision, out);
}

#define BRIEF_COLUMNS                                                                              \
    "id, tenant_id, onboarding, revision, level, created_at, checked_at, facts_digest, "           \
    "rules_version, brief, CASE WHEN brief IS NULL THEN findings END"

static void read_brief(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(struct run *)out = (struct run){
        .id = rows_text(stmt, arena, 0),
        .tenant = rows_text(stmt, arena, 1),
        .onboarding = db_int(stmt, 2),
        .revision = db_int(stmt, 3),
        .level = db_int(stmt, 4),
        .created_at = rows_wall(stmt, 5),
        .checked_at = rows_wall(stmt, 6),
        .facts_digest = rows_text(stmt, arena, 7),
        .rules_version = rows_text(stmt, arena, 8),
        .brief = rows_text(stmt, arena, 9),
        .findings = rows_text(stmt, arena, 10),
    };
}

bool runs_get_brief(struct db *db, struct arena *arena, const char *tenant, int64_t onboarding,
                    int64_t revision, struct run *out)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " BRIEF_COLUMNS " FROM runs WHERE tenant_id = $1 AND "
                       "onboarding = $2 AND revision = $3");
    db_bind_text(stmt, 1, tenant);
    db_bind_int(stmt, 2, onboarding);
    db_bind_int(stmt, 3, revision);
    return rows_one(stmt, arena, read_brief, out);
}

bool runs_latest_brief(struct db *db, struct arena *arena, const char *tenant, int64_t onboarding,
                       struct run *out)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " BRIEF_COLUMNS " FROM runs WHERE tenant_id = $1 AND "
                       "onboarding = $2 ORDER BY revision DESC LIMIT 1");
    db_bind_text(stmt, 1, tenant);
    db_bind_int(stmt, 2, onboarding);
    return rows_one(stmt, arena, read_brief, out);
}

bool runs_latest(struct db *db, struct arena *arena, const char *tenant, int64_t onboarding,
                 struct run *out)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM runs WHERE tenant_id = $1 AND onboarding = $2 "
                       "ORDER BY revision DESC LIMIT 1");
    db_bind_text(stmt, 1, tenant);
    db_bind_int(stmt, 2, onboarding);
    return rows_one(stmt, arena, read_run, out);
}

bool runs_touch(struct db *db, const char *tenant, const char *id, const char *sources,
                struct wall now)
{
    struct db_stmt *stmt = db_prepare(
        db, "UPDATE runs SET sources = $2, checked_at = $3 WHERE id = $1 AND tenant_id = $4");
    db_bind_text(stmt, 1, id);
    db_bind_text(stmt, 2, sources);
    db_bind_int(stmt, 3, now.ms);
    db_bind_text(stmt, 4, tenant);
    return db_run(stmt) && db_changes(db) == 1;
}
