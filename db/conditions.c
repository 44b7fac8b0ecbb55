/* Conditions of approvals. */
#include "db/conditions.h"

#include "db/rows.h"

#define COLUMNS                                                                                    \
    "tenant_id, item, onboarding, state, pay_by, subjects, given_by, given_at, check_at, "         \
    "closed_at"

static void read_condition(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(struct condition *)out = (struct condition){
        .tenant = rows_text(stmt, arena, 0),
        .item = rows_text(stmt, arena, 1),
        .onboarding = db_int(stmt, 2),
        .state = (enum condition_state)db_int(stmt, 3),
        .pay_by = rows_text(stmt, arena, 4),
        .subjects = rows_text(stmt, arena, 5),
        .given_by = rows_text(stmt, arena, 6),
        .given_at = rows_wall(stmt, 7),
        .check_at = rows_wall(stmt, 8),
        .closed_at = rows_wall(stmt, 9),
    };
}

bool conditions_put(struct db *db, const struct condition *condition)
{
    struct db_stmt *stmt = db_prepare(
        db, "INSERT INTO conditions (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0) "
            "ON CONFLICT (tenant_id, item) DO UPDATE SET state = $4, pay_by = $5, subjects = $6, "
            "given_by = $7, given_at = $8, check_at = $9, closed_at = 0");
    db_bind_text(stmt, 1, condition->tenant);
    db_bind_text(stmt, 2, condition->item);
    db_bind_int(stmt, 3, condition->onboarding);
    db_bind_int(stmt, 4, condition->state);
    db_bind_text(stmt, 5, condition->pay_by);
    db_bind_text(stmt, 6, condition->subjects);
    db_bind_text(stmt, 7, condition->given_by);
    db_bind_int(stmt, 8, condition->given_at.ms);
    db_bind_int(stmt, 9, condition->check_at.ms);
    return db_run(stmt);
}

bool conditions_get(struct db *db, struct arena *arena, const char *tenant, const char *item,
                    struct condition *out)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM conditions WHERE tenant_id = $1 AND item = $2");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, item);
    return rows_one(stmt, arena, read_condition, out);
}

bool conditions_close(struct db *db, const struct condition *condition, enum condition_state state,
                      struct wall at)
{
    struct db_stmt *stmt =
        db_prepare(db, "UPDATE conditions SET state = $3, closed_at = $4 WHERE tenant_id = $1 AND "
                       "item = $2 AND state = 0");
    db_bind_text(stmt, 1, condition->tenant);
    db_bind_text(stmt, 2, condition->item);
    db_bind_int(stmt, 3, state);
    db_bind_int(stmt, 4, at.ms);
    return db_run(stmt) && db_changes(db) == 1;
}
