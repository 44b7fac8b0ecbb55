/* Approvals: one key is turned once on a revision, whoever is quicker. */
#include "db/approvals.h"

#include "db/rows.h"

#define COLUMNS "tenant_id, item, user_id, revision, key, action, reason, via, at"

static void read_approval(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(struct approval *)out = (struct approval){
        .tenant = rows_text(stmt, arena, 0),
        .item = rows_text(stmt, arena, 1),
        .user_id = rows_text(stmt, arena, 2),
        .revision = db_int(stmt, 3),
        .key = rows_text(stmt, arena, 4),
        .action = rows_text(stmt, arena, 5),
        .reason = rows_text(stmt, arena, 6),
        .via = rows_text(stmt, arena, 7),
        .at = rows_wall(stmt, 8),
    };
}

bool approvals_add(struct db *db, const struct approval *approval)
{
    struct db_stmt *stmt = db_prepare(
        db, "INSERT INTO approvals (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
            "ON CONFLICT (tenant_id, item, revision, key) DO NOTHING");
    db_bind_text(stmt, 1, approval->tenant);
    db_bind_text(stmt, 2, approval->item);
    db_bind_text(stmt, 3, approval->user_id);
    db_bind_int(stmt, 4, approval->revision);
    db_bind_text(stmt, 5, approval->key);
    db_bind_text(stmt, 6, approval->action);
    db_bind_text(stmt, 7, approval->reason);
    db_bind_text(stmt, 8, approval->via);
    db_bind_int(stmt, 9, approval->at.ms);
    return db_run(stmt) && db_changes(db) == 1;
}

size_t approvals_list(struct db *db, struct arena *arena, const char *tenant, const char *item,
                      struct approval **out)
{
    size_t count;
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM approvals WHERE tenant_id = $1 AND item = $2 "
                       "ORDER BY at, revision, key");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, item);
    *out = rows_all(stmt, arena, read_approval, sizeof **out, &count);
    return count;
}
