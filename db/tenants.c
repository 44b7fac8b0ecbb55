/* Tenants, and the small values remembered for each. */
#include "db/tenants.h"

#include "db/rows.h"

#define COLUMNS "tenant_id, name, bot_user_id, bot_id, app_id"

static void read_tenant(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(struct tenant *)out = (struct tenant){
        .id = rows_text(stmt, arena, 0),
        .name = rows_text(stmt, arena, 1),
        .bot_user_id = rows_text(stmt, arena, 2),
        .bot_id = rows_text(stmt, arena, 3),
        .app_id = rows_text(stmt, arena, 4),
    };
}

bool tenants_put(struct db *db, const struct tenant *tenant, struct wall now)
{
    struct db_stmt *stmt = db_prepare(
        db, "INSERT INTO tenants (" COLUMNS ", updated_at) VALUES ($1, $2, $3, $4, $5, $6) "
            "ON CONFLICT (tenant_id) DO UPDATE SET name = excluded.name, "
            "bot_user_id = excluded.bot_user_id, bot_id = excluded.bot_id, "
            "app_id = excluded.app_id, updated_at = excluded.updated_at");
    db_bind_text(stmt, 1, tenant->id);
    db_bind_text(stmt, 2, tenant->name);
    db_bind_text(stmt, 3, tenant->bot_user_id);
    db_bind_text(stmt, 4, tenant->bot_id);
    db_bind_text(stmt, 5, tenant->app_id);
    db_bind_int(stmt, 6, now.ms);
    return db_run(stmt);
}

bool tenants_get(struct db *db, struct arena *arena, const char *id, struct tenant *out)
{
    struct db_stmt *stmt = db_prepare(db, "SELECT " COLUMNS " FROM tenants WHERE tenant_id = $1");
    db_bind_text(stmt, 1, id);
    return rows_one(stmt, arena, read_tenant, out);
}

size_t tenants_list(struct db *db, struct arena *arena, struct tenant **out)
{
    size_t count;
    struct db_stmt *stmt = db_prepare(db, "SELECT " COLUMNS " FROM tenants ORDER BY tenant_id");
    *out = rows_all(stmt, arena, read_tenant, sizeof **out, &count);
    return count;
}

static void read_value(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(const char **)out = rows_text(stmt, arena, 0);
}

const char *cursors_get(struct db *db, struct arena *arena, const char *tenant, const char *name)
{
    const char *value = NULL;
    struct db_stmt *stmt =
        db_prepare(db, "SELECT value FROM cursors WHERE tenant_id = $1 AND name = $2");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, name);
    rows_one(stmt, arena, read_value, &value);
    return value;
}

bool cursors_put(struct db *db, const char *tenant, const char *name, const char *value)
{
    struct db_stmt *stmt =
        db_prepare(db, "INSERT INTO cursors (tenant_id, name, value) VALUES ($1, $2, $3) "
                       "ON CONFLICT (tenant_id, name) DO UPDATE SET value = excluded.value");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, name);
    db_bind_text(stmt, 3, value);
    return db_run(stmt);
}
