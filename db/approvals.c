/* Approvals: one key is turned once on a revision, whoever is quicker. */
#include "db/approvals.h"

#include "db/rows.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS                                                                                    \
    "tenant_id, item, user_id, revision, key, action, reason, via, at, acknowledged, pay_by, "     \
    "behalf_of"

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
        .acknowledged = rows_text(stmt, arena, 9),
        .pay_by = rows_text(stmt, arena, 10),
        .behalf_of = rows_text(stmt, arena, 11),
    };
}

bool approvals_add(struct db *db, const struct approval *approval)
{
    struct db_stmt *stmt =
        db_prepare(db, "INSERT INTO approvals (" COLUMNS ", undone, undone_at) "
                       "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0) "
                       "ON CONFLICT (tenant_id, item, revision, key, undone) DO NOTHING");
    db_bind_text(stmt, 1, approval->tenant);
    db_bind_text(stmt, 2, approval->item);
    db_bind_text(stmt, 3, approval->user_id);
    db_bind_int(stmt, 4, approval->revision);
    db_bind_text(stmt, 5, approval->key);
    db_bind_text(stmt, 6, approval->action);
    db_bind_text(stmt, 7, approval->reason);
    db_bind_text(stmt, 8, approval->via);
    db_bind_int(stmt, 9, approval->at.ms);
    db_bind_text(stmt, 10, approval->acknowledged);
    db_bind_text(stmt, 11, approval->pay_by);
    db_bind_text(stmt, 12, approval->behalf_of);
    return db_run(stmt) && db_changes(db) == 1;
}

bool approvals_undo(struct db *db, const struct item *item, const char *user_id, int64_t undone,
                    const char *by, struct wall at)
{
    struct db_stmt *stmt = db_prepare(
        db, "UPDATE approvals SET undone = $4, undone_by = $5, undone_at = $6 WHERE tenant_id = $1 "
            "AND item = $2 AND revision = $3 AND undone = 0 AND ($7 = '' OR user_id = $7)");
    db_bind_text(stmt, 1, item->tenant);
    db_bind_text(stmt, 2, item->id);
    db_bind_int(stmt, 3, item->revision);
    db_bind_int(stmt, 4, undone);
    db_bind_text(stmt, 5, by);
    db_bind_int(stmt, 6, at.ms);
    db_bind_text(stmt, 7, user_id ? user_id : "");
    return db_run(stmt);
}

static int by_time(const void *a, const void *b)
{
    const struct approval *one = a, *other = b;
    if (one->at.ms != other->at.ms)
        return one->at.ms < other->at.ms ? -1 : 1;
    if (one->revision != other->revision)
        return one->revision < other->revision ? -1 : 1;
    return strcmp(one->key, other->key);
}

size_t approvals_list(struct db *db, struct arena *arena, const char *tenant, const char *item,
                      struct approval **out)
{
    size_t count;
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM approvals WHERE tenant_id = $1 AND item = $2 "
                       "AND undone = 0");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, item);
    *out = rows_all(stmt, arena, read_approval, sizeof **out, &count);
    if (count) /* a few: sorted here, the engine would build a table for it */
        qsort(*out, count, sizeof **out, by_time);
    return count;
}
