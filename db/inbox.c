/* The inbox: keys of what had its effect, with the answer given. */
#include "db/inbox.h"

#include "db/rows.h"

static void read_answer(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(const char **)out = rows_text(stmt, arena, 0);
}

const char *inbox_find(struct db *db, struct arena *arena, const char *tenant, const char *key)
{
    const char *answer = NULL;
    struct db_stmt *stmt =
        db_prepare(db, "SELECT answer FROM inbox WHERE tenant_id = $1 AND key = $2");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, key);
    rows_one(stmt, arena, read_answer, &answer);
    return answer;
}

bool inbox_add(struct db *db, const char *tenant, const char *key, const char *answer,
               struct wall now)
{
    struct db_stmt *stmt =
        db_prepare(db, "INSERT INTO inbox (tenant_id, key, answer, at) VALUES ($1, $2, $3, $4)");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, key);
    db_bind_text(stmt, 3, answer ? answer : "");
    db_bind_int(stmt, 4, now.ms);
    return db_run(stmt);
}

bool inbox_purge(struct db *db, struct wall older_than, int64_t limit, int64_t *gone)
{
    struct db_stmt *stmt = db_prepare(db, "DELETE FROM inbox WHERE (tenant_id, key) IN (SELECT "
                                          "tenant_id, key FROM inbox WHERE at < $1 ORDER BY at "
                                          "LIMIT $2)");
    db_bind_int(stmt, 1, older_than.ms);
    db_bind_int(stmt, 2, limit);
    bool ok = db_run(stmt);
    *gone = ok ? db_changes(db) : 0;
    return ok;
}

bool inbox_shift(struct db *db, int64_t by_ms)
{
    struct db_stmt *stmt = db_prepare(db, "UPDATE inbox SET at = at + $1");
    db_bind_int(stmt, 1, by_ms);
    return db_run(stmt);
}
