/* People and the members of user groups. */
#include "db/people.h"

#include "db/rows.h"

#define COLUMNS                                                                                    \
    "user_id, name, email, zone, deleted, restricted, bot, updated_at, handle, "                   \
    "real_name, locale, stranger"

static void read_person(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(struct person *)out = (struct person){
        .user_id = rows_text(stmt, arena, 0),
        .name = rows_text(stmt, arena, 1),
        .email = rows_text(stmt, arena, 2),
        .zone = rows_text(stmt, arena, 3),
        .deleted = db_int(stmt, 4) != 0,
        .restricted = db_int(stmt, 5) != 0,
        .bot = db_int(stmt, 6) != 0,
        .updated_at = rows_wall(stmt, 7),
        .handle = rows_text(stmt, arena, 8),
        .real_name = rows_text(stmt, arena, 9),
        .locale = rows_text(stmt, arena, 10),
        .stranger = db_int(stmt, 11) != 0,
    };
}

bool people_put(struct db *db, const char *tenant, const struct person *person)
{
    struct db_stmt *stmt =
        db_prepare(db, "INSERT INTO people (" COLUMNS ", tenant_id) "
                       "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) "
                       "ON CONFLICT (tenant_id, user_id) DO UPDATE SET name = excluded.name, "
                       "email = excluded.email, zone = excluded.zone, deleted = excluded.deleted, "
                       "restricted = excluded.restricted, bot = excluded.bot, "
                       "updated_at = excluded.updated_at, handle = excluded.handle, "
                       "real_name = excluded.real_name, "
                       "locale = coalesce(excluded.locale, people.locale), "
                       "stranger = excluded.stranger");
    db_bind_text(stmt, 1, person->user_id);
    db_bind_text(stmt, 2, person->name);
    db_bind_text(stmt, 3, person->email);
    db_bind_text(stmt, 4, person->zone);
    db_bind_int(stmt, 5, person->deleted);
    db_bind_int(stmt, 6, person->restricted);
    db_bind_int(stmt, 7, person->bot);
    db_bind_int(stmt, 8, person->updated_at.ms);
    db_bind_text(stmt, 9, person->handle);
    db_bind_text(stmt, 10, person->real_name);
    db_bind_text(stmt, 11, person->locale);
    db_bind_int(stmt, 12, person->stranger);
    db_bind_text(stmt, 13, tenant);
    return db_run(stmt);
}

bool people_get(struct db *db, struct arena *arena, const char *tenant, const char *user_id,
                struct person *out)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM people WHERE tenant_id = $1 AND user_id = $2");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, user_id);
    return rows_one(stmt, arena, read_person, out);
}

bool people_is_deleted(struct db *db, const char *tenant, const char *user_id)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT deleted FROM people WHERE tenant_id = $1 AND user_id = $2");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, user_id);
    return rows_number(stmt) != 0;
}

bool people_by_email(struct db *db, struct arena *arena, const char *tenant, const char *email,
                     struct person *out)
{
    struct db_stmt *stmt = db_prepare(
        db, "SELECT " COLUMNS " FROM people WHERE tenant_id = $1 AND lower(email) = lower($2) "
            "ORDER BY deleted, bot, restricted, updated_at DESC, user_id LIMIT 1");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, email);
    return rows_one(stmt, arena, read_person, out);
}

size_t people_by_name(struct db *db, struct arena *arena, const char *tenant, const char *name,
                      size_t limit, struct person **out)
{
    size_t count;
    struct db_stmt *stmt = db_prepare(
        db,
        "SELECT " COLUMNS " FROM people WHERE tenant_id = $1 AND deleted = 0 AND "
        "(lower(name) = lower($2) OR lower(handle) = lower($2) OR lower(real_name) = lower($2)) "
        "ORDER BY bot, restricted, user_id LIMIT $3");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, name);
    rows_bind_limit(stmt, 3, limit);
    *out = rows_all(stmt, arena, read_person, sizeof **out, &count);
    return count;
}

bool people_tell_status(struct db *db, const char *tenant, const char *user_id, const char *status)
{
    struct db_stmt *stmt =
        db_prepare(db, "UPDATE people SET status_told = $3 WHERE tenant_id = $1 AND user_id = $2 "
                       "AND coalesce(status_told, '') <> coalesce($3, '')");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, user_id);
    db_bind_text(stmt, 3, status);
    return db_run(stmt) && db_changes(db) == 1;
}

static bool drop_members(struct db *db, const char *tenant, const char *group_id)
{
    struct db_stmt *stmt =
        db_prepare(db, "DELETE FROM group_members WHERE tenant_id = $1 AND group_id = $2");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, group_id);
    return db_run(stmt);
}

bool groups_put(struct db *db, const char *tenant, const char *group_id,
                const char *const *user_ids, size_t count, struct wall now)
{
    bool done = drop_members(db, tenant, group_id);
    for (size_t i = 0; i < count && done; i++) {
        struct db_stmt *stmt = db_prepare(
            db, "INSERT INTO group_members (tenant_id, group_id, user_id, updated_at) "
                "VALUES ($1, $2, $3, $4) ON CONFLICT (tenant_id, group_id, user_id) DO NOTHING");
        db_bind_text(stmt, 1, tenant);
        db_bind_text(stmt, 2, group_id);
        db_bind_text(stmt, 3, user_ids[i]);
        db_bind_int(stmt, 4, now.ms);
        done = db_run(stmt);
    }
    return done;
}

bool groups_has(struct db *db, const char *tenant, const char *group_id, const char *user_id)
{
    struct db_stmt *stmt = db_prepare(db, "SELECT 1 FROM group_members WHERE tenant_id = $1 AND "
                                          "group_id = $2 AND user_id = $3");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, group_id);
    db_bind_text(stmt, 3, user_id);
    return rows_number(stmt) == 1;
}

static void read_user_id(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(const char **)out = rows_text(stmt, arena, 0);
}

size_t groups_members(struct db *db, struct arena *arena, const char *tenant, const char *group_id,
                      const char ***out)
{
    size_t count;
    struct db_stmt *stmt = db_prepare(db, "SELECT user_id FROM group_members WHERE tenant_id = $1 "
                                          "AND group_id = $2 ORDER BY user_id");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, group_id);
    *out = rows_all(stmt, arena, read_user_id, sizeof **out, &count);
    return count;
}
