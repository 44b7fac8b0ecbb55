/* Digests said, and wishes about them. */
#include "db/digests.h"

#include "db/rows.h"

static void read_preference(struct db_stmt *stmt, struct arena *arena, void *out)
{
    (void)arena;
    *(struct preference *)out =
        (struct preference){.digest = db_int(stmt, 0), .digest_minute = db_int(stmt, 1)};
}

void preferences_get(struct db *db, struct arena *arena, const char *tenant, const char *user_id,
                     struct preference *out)
{
    *out = (struct preference){.digest_minute = -1};
    struct db_stmt *stmt = db_prepare(
        db, "SELECT digest, digest_minute FROM preferences WHERE tenant_id = $1 AND user_id = $2");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, user_id);
    rows_one(stmt, arena, read_preference, out);
}

bool preferences_put(struct db *db, const char *tenant, const char *user_id,
                     const struct preference *preference, struct wall now)
{
    struct db_stmt *stmt = db_prepare(
        db, "INSERT INTO preferences (tenant_id, user_id, digest, digest_minute, updated_at) "
            "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id, user_id) DO UPDATE SET "
            "digest = excluded.digest, digest_minute = excluded.digest_minute, "
            "updated_at = excluded.updated_at");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, user_id);
    db_bind_int(stmt, 3, preference->digest);
    db_bind_int(stmt, 4, preference->digest_minute);
    db_bind_int(stmt, 5, now.ms);
    return db_run(stmt);
}

bool digests_has(struct db *db, const char *tenant, const char *user_id, const char *day)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT count(*) FROM digests WHERE tenant_id = $1 AND user_id = $2 "
                       "AND day = $3");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, user_id);
    db_bind_text(stmt, 3, day);
    return rows_number(stmt) > 0;
}

bool digests_add(struct db *db, const char *tenant, const char *user_id, const char *day,
                 const char *message, bool failed, struct wall now)
{
    struct db_stmt *stmt = db_prepare(
        db, "INSERT INTO digests (tenant_id, user_id, day, message, failed, at) VALUES ($1, $2, "
            "$3, $4, $5, $6) ON CONFLICT (tenant_id, user_id, day) DO NOTHING");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, user_id);
    db_bind_text(stmt, 3, day);
    db_bind_text(stmt, 4, message);
    db_bind_int(stmt, 5, failed);
    db_bind_int(stmt, 6, now.ms);
    return db_run(stmt) && db_changes(db) == 1;
}
