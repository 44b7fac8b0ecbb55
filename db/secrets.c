/* Sealed secrets by name. */
#include "db/secrets.h"

#include "db/rows.h"

bool secrets_put(struct db *db, const char *tenant, const char *name, const char *sealed,
                 struct wall now)
{
    struct db_stmt *stmt = db_prepare(
        db, "INSERT INTO secrets (tenant_id, name, sealed, updated_at) VALUES ($1, $2, $3, $4) "
            "ON CONFLICT (tenant_id, name) DO UPDATE SET sealed = excluded.sealed, "
            "updated_at = excluded.updated_at");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, name);
    db_bind_text(stmt, 3, sealed);
    db_bind_int(stmt, 4, now.ms);
    return db_run(stmt);
}

static void read_sealed(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(const char **)out = rows_text(stmt, arena, 0);
}

const char *secrets_get(struct db *db, struct arena *arena, const char *tenant, const char *name)
{
    const char *sealed = NULL;
    struct db_stmt *stmt =
        db_prepare(db, "SELECT sealed FROM secrets WHERE tenant_id = $1 AND name = $2");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, name);
    rows_one(stmt, arena, read_sealed, &sealed);
    return sealed;
}

bool secrets_delete(struct db *db, const char *tenant, const char *name)
{
    struct db_stmt *stmt = db_prepare(db, "DELETE FROM secrets WHERE tenant_id = $1 AND name = $2");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, name);
    return db_run(stmt);
}

bool secrets_delete_all(struct db *db, const char *tenant)
{
    struct db_stmt *stmt = db_prepare(db, "DELETE FROM secrets WHERE tenant_id = $1");
    db_bind_text(stmt, 1, tenant);
    return db_run(stmt);
}
