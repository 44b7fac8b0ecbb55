/* Who stands in for whom: rows that are kept when they are over. */
#include "db/delegations.h"

#include "base/ids.h"
#include "db/rows.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS                                                                                    \
    "id, tenant_id, from_user, to_user, onboarding, starts_at, ends_at, why, created_by, "         \
    "created_at, ended_at, ended_by"
/* $2: the person, $3 and $4: the span. */
#define IN_SPAN "starts_at < $4 AND ends_at > $3 AND ends_at > starts_at"
#define ORDER   " ORDER BY onboarding = 0, starts_at, id"

static void read_delegation(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(struct delegation *)out = (struct delegation){
        .id = rows_text(stmt, arena, 0),
        .tenant = rows_text(stmt, arena, 1),
        .from = rows_text(stmt, arena, 2),
        .to = rows_text(stmt, arena, 3),
        .onboarding = db_int(stmt, 4),
        .starts_at = rows_wall(stmt, 5),
        .ends_at = rows_wall(stmt, 6),
        .why = rows_text(stmt, arena, 7),
        .created_by = rows_text(stmt, arena, 8),
        .created_at = rows_wall(stmt, 9),
        .ended_at = rows_wall(stmt, 10),
        .ended_by = rows_text(stmt, arena, 11),
    };
}

bool delegations_add(struct db *db, struct arena *arena, struct world *world,
                     struct delegation *delegation)
{
    struct db_stmt *stmt =
        db_prepare(db, "INSERT INTO delegations (" COLUMNS ") "
                       "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, NULL)");
    delegation->id = arena_str(arena, id_new(world).text);
    db_bind_text(stmt, 1, delegation->id);
    db_bind_text(stmt, 2, delegation->tenant);
    db_bind_text(stmt, 3, delegation->from);
    db_bind_text(stmt, 4, delegation->to);
    db_bind_int(stmt, 5, delegation->onboarding);
    db_bind_int(stmt, 6, delegation->starts_at.ms);
    db_bind_int(stmt, 7, delegation->ends_at.ms);
    db_bind_text(stmt, 8, delegation->why);
    db_bind_text(stmt, 9, delegation->created_by);
    db_bind_int(stmt, 10, delegation->created_at.ms);
    return db_run(stmt);
}

bool delegations_get(struct db *db, struct arena *arena, const char *tenant, const char *id,
                     struct delegation *out)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM delegations WHERE tenant_id = $1 AND id = $2");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, id);
    return rows_one(stmt, arena, read_delegation, out);
}

bool delegations_end(struct db *db, const char *tenant, const char *id, struct wall now,
                     const char *by)
{
    struct db_stmt *stmt =
        db_prepare(db, "UPDATE delegations SET ended_at = $3, ended_by = $4, "
                       "ends_at = CASE WHEN starts_at > $3 THEN starts_at ELSE $3 END "
                       "WHERE tenant_id = $1 AND id = $2 AND ends_at > $3 AND ended_at = 0");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, id);
    db_bind_int(stmt, 3, now.ms);
    db_bind_text(stmt, 4, by);
    return db_run(stmt) && db_changes(db) == 1;
}

/* As ORDER. */
static int in_order(const void *a, const void *b)
{
    const struct delegation *one = a, *other = b;
    if ((one->onboarding == 0) != (other->onboarding == 0))
        return one->onboarding == 0 ? 1 : -1;
    if (one->starts_at.ms != other->starts_at.ms)
        return one->starts_at.ms < other->starts_at.ms ? -1 : 1;
    return strcmp(one->id, other->id);
}

/* Mostly none: they are sorted here, the engine would make a table for it each time. */
static size_t list(struct db_stmt *stmt, struct arena *arena, const char *tenant, const char *user,
                   struct span span, struct delegation **out)
{
    size_t count;
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, user);
    db_bind_int(stmt, 3, span.from.ms);
    db_bind_int(stmt, 4, span.to.ms);
    *out = rows_all(stmt, arena, read_delegation, sizeof **out, &count);
    if (count)
        qsort(*out, count, sizeof **out, in_order);
    return count;
}

size_t delegations_from(struct db *db, struct arena *arena, const char *tenant, const char *user,
                        struct span span, struct delegation **out)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM delegations WHERE tenant_id = $1 AND "
                       "from_user = $2 AND " IN_SPAN);
    return list(stmt, arena, tenant, user, span, out);
}

size_t delegations_to(struct db *db, struct arena *arena, const char *tenant, const char *user,
                      struct span span, struct delegation **out)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM delegations WHERE tenant_id = $1 AND "
                       "to_user = $2 AND " IN_SPAN);
    return list(stmt, arena, tenant, user, span, out);
}

size_t delegations_list(struct db *db, struct arena *arena, const char *tenant, struct span span,
                        size_t limit, struct delegation **out)
{
    size_t count;
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM delegations WHERE tenant_id = $1 AND " IN_SPAN ORDER
                       " LIMIT $2");
    db_bind_text(stmt, 1, tenant);
    rows_bind_limit(stmt, 2, limit);
    db_bind_int(stmt, 3, span.from.ms);
    db_bind_int(stmt, 4, span.to.ms);
    *out = rows_all(stmt, arena, read_delegation, sizeof **out, &count);
    return count;
}
