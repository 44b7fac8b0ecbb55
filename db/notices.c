/* Notices to people. */
#include "db/notices.h"

#include "db/rows.h"

#define COLUMNS "id, tenant_id, user_id, day, at, fate, onboarding, purpose, summary, content"

static void read_notice(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(struct notice *)out = (struct notice){
        .id = rows_text(stmt, arena, 0),
        .tenant = rows_text(stmt, arena, 1),
        .user_id = rows_text(stmt, arena, 2),
        .day = rows_text(stmt, arena, 3),
        .at = rows_wall(stmt, 4),
        .fate = db_int(stmt, 5),
        .onboarding = db_int(stmt, 6),
        .purpose = rows_text(stmt, arena, 7),
        .summary = rows_text(stmt, arena, 8),
        .content = rows_text(stmt, arena, 9),
    };
}

bool notices_add(struct db *db, const struct notice *notice)
{
    struct db_stmt *stmt =
        db_prepare(db, "INSERT INTO notices (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
                       "$9, $10) ON CONFLICT (tenant_id, id) DO NOTHING");
    db_bind_text(stmt, 1, notice->id);
    db_bind_text(stmt, 2, notice->tenant);
    db_bind_text(stmt, 3, notice->user_id);
    db_bind_text(stmt, 4, notice->day);
    db_bind_int(stmt, 5, notice->at.ms);
    db_bind_int(stmt, 6, notice->fate);
    db_bind_int(stmt, 7, notice->onboarding);
    db_bind_text(stmt, 8, notice->purpose);
    db_bind_text(stmt, 9, notice->summary);
    db_bind_text(stmt, 10, notice->content);
    return db_run(stmt);
}

int64_t notices_count(struct db *db, const char *tenant, const char *user_id, const char *day,
                      enum notice_fate fate)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT count(*) FROM notices WHERE tenant_id = $1 AND user_id = $2 "
                       "AND day = $3 AND fate = $4");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, user_id);
    db_bind_text(stmt, 3, day);
    db_bind_int(stmt, 4, fate);
    return rows_number(stmt);
}

#define UNTOLD "WHERE tenant_id = $1 AND user_id = $2 AND fate = 1 AND told_in IS NULL "

int64_t notices_count_untold(struct db *db, const char *tenant, const char *user_id)
{
    struct db_stmt *stmt = db_prepare(db, "SELECT count(*) FROM notices " UNTOLD);
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, user_id);
    return rows_number(stmt);
}

bool notices_was_sent(struct db *db, const char *tenant, const char *user_id, const char *content,
                      struct wall since)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT count(*) FROM notices WHERE tenant_id = $1 AND user_id = $2 "
                       "AND at >= $3 AND fate = 0 AND content = $4");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, user_id);
    db_bind_int(stmt, 3, since.ms);
    db_bind_text(stmt, 4, content);
    return rows_number(stmt) > 0;
}

size_t notices_untold(struct db *db, struct arena *arena, const char *tenant, const char *user_id,
                      size_t limit, struct notice **out)
{
    size_t count;
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM notices " UNTOLD "ORDER BY at, id LIMIT $3");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, user_id);
    rows_bind_limit(stmt, 3, limit);
    *out = rows_all(stmt, arena, read_notice, sizeof **out, &count);
    return count;
}

bool notices_is_folded(struct db *db, const char *tenant, const char *user_id, int64_t onboarding,
                       const char *purpose)
{
    struct db_stmt *stmt = db_prepare(db, "SELECT count(*) FROM notices " UNTOLD
                                          "AND onboarding = $3 AND purpose = $4");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, user_id);
    db_bind_int(stmt, 3, onboarding);
    db_bind_text(stmt, 4, purpose);
    return rows_number(stmt) > 0;
}

bool notices_told(struct db *db, const char *tenant, const char *user_id, struct wall until,
                  const char *day)
{
    struct db_stmt *stmt = db_prepare(db, "UPDATE notices SET told_in = $3 " UNTOLD "AND at <= $4");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, user_id);
    db_bind_text(stmt, 3, day);
    db_bind_int(stmt, 4, until.ms);
    return db_run(stmt);
}

bool notices_purge(struct db *db, struct wall older_than, size_t limit)
{
    struct db_stmt *stmt = db_prepare(
        db, "DELETE FROM notices WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM notices WHERE "
            "at < $1 AND (fate <> 1 OR told_in IS NOT NULL) ORDER BY at LIMIT $2)");
    db_bind_int(stmt, 1, older_than.ms);
    rows_bind_limit(stmt, 2, limit);
    return db_run(stmt);
}
