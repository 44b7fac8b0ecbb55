/* Tenants, and the small values remembered for each. */
#include "db/tenants.h"

#include "db/rows.h"

#define COLUMNS                                                                                    \
    "tenant_id, name, bot_user_id, bot_id, app_id, source, enterprise_id, installer, scopes, "     \
    "expires_at, url"

static void touch(struct db *db)
{
    db_hints(db)->tenants_touched++;
}

int64_t tenants_touched(struct db *db)
{
    return db_hints(db)->tenants_touched;
}

static void read_tenant(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(struct tenant *)out = (struct tenant){
        .id = rows_text(stmt, arena, 0),
        .name = rows_text(stmt, arena, 1),
        .bot_user_id = rows_text(stmt, arena, 2),
        .bot_id = rows_text(stmt, arena, 3),
        .app_id = rows_text(stmt, arena, 4),
        .source = (enum tenant_source)db_int(stmt, 5),
        .enterprise_id = rows_text(stmt, arena, 6),
        .installer = rows_text(stmt, arena, 7),
        .scopes = rows_text(stmt, arena, 8),
        .expires_at = {db_int(stmt, 9)},
        .url = rows_text(stmt, arena, 10),
    };
}

bool tenants_put(struct db *db, const struct tenant *tenant, struct wall now)
{
    struct db_stmt *stmt = db_prepare(
        db,
        "INSERT INTO tenants (" COLUMNS ", updated_at, state) VALUES ($1, $2, $3, $4, $5, $6, "
        "$7, $8, $9, $10, $11, $12, 0) ON CONFLICT (tenant_id) DO UPDATE SET name = excluded.name, "
        "bot_user_id = excluded.bot_user_id, bot_id = excluded.bot_id, "
        "app_id = excluded.app_id, source = excluded.source, "
        "enterprise_id = excluded.enterprise_id, installer = excluded.installer, "
        "scopes = excluded.scopes, expires_at = excluded.expires_at, "
        "url = COALESCE(excluded.url, tenants.url), "
        "updated_at = excluded.updated_at, state = 0, ended_why = NULL");
    touch(db);
    db_bind_text(stmt, 1, tenant->id);
    db_bind_text(stmt, 2, tenant->name);
    db_bind_text(stmt, 3, tenant->bot_user_id);
    db_bind_text(stmt, 4, tenant->bot_id);
    db_bind_text(stmt, 5, tenant->app_id);
    db_bind_int(stmt, 6, tenant->source);
    db_bind_text(stmt, 7, tenant->enterprise_id);
    db_bind_text(stmt, 8, tenant->installer);
    db_bind_text(stmt, 9, tenant->scopes);
    db_bind_int(stmt, 10, tenant->expires_at.ms);
    db_bind_text(stmt, 11, tenant->url);
    db_bind_int(stmt, 12, now.ms);
    return db_run(stmt);
}

bool tenants_get(struct db *db, struct arena *arena, const char *id, struct tenant *out)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM tenants WHERE tenant_id = $1 AND state = 0");
    db_bind_text(stmt, 1, id);
    return rows_one(stmt, arena, read_tenant, out);
}

size_t tenants_list(struct db *db, struct arena *arena, struct tenant **out)
{
    size_t count;
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM tenants WHERE state = 0 ORDER BY tenant_id");
    *out = rows_all(stmt, arena, read_tenant, sizeof **out, &count);
    return count;
}

bool tenants_end(struct db *db, const char *id, const char *why, struct wall now)
{
    struct db_stmt *stmt =
        db_prepare(db, "UPDATE tenants SET state = 1, ended_why = $2, updated_at = $3, "
                       "expires_at = 0 WHERE tenant_id = $1 AND state = 0");
    touch(db);
    db_bind_text(stmt, 1, id);
    db_bind_text(stmt, 2, why);
    db_bind_int(stmt, 3, now.ms);
    return db_run(stmt) && db_changes(db) == 1;
}

bool tenants_end_others(struct db *db, const char *configured_id, struct wall now)
{
    struct db_stmt *stmt = db_prepare(
        db, "UPDATE tenants SET state = 1, updated_at = $2, ended_why = 'slack.bot_token is of "
            "another workspace' WHERE tenant_id <> $1 AND source = 0 AND state = 0");
    touch(db);
    db_bind_text(stmt, 1, configured_id);
    db_bind_int(stmt, 2, now.ms);
    return db_run(stmt);
}

bool tenants_set_url(struct db *db, const char *id, const char *url)
{
    struct db_stmt *stmt =
        db_prepare(db, "UPDATE tenants SET url = $2 WHERE tenant_id = $1 AND state = 0");
    touch(db);
    db_bind_text(stmt, 1, id);
    db_bind_text(stmt, 2, url);
    return db_run(stmt);
}

bool tenants_set_expiry(struct db *db, const char *id, struct wall expires_at)
{
    struct db_stmt *stmt =
        db_prepare(db, "UPDATE tenants SET expires_at = $2 WHERE tenant_id = $1 AND state = 0");
    touch(db);
    db_bind_text(stmt, 1, id);
    db_bind_int(stmt, 2, expires_at.ms);
    return db_run(stmt);
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
