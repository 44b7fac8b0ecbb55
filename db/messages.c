/* Messages posted. */
#include "db/messages.h"

#include "db/rows.h"

#define COLUMNS                                                                                    \
    "id, tenant_id, item, onboarding, purpose, user_id, channel, ts, thread_ts, digest, posted_at"

static void read_message(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(struct message *)out = (struct message){
        .id = rows_text(stmt, arena, 0),
        .tenant = rows_text(stmt, arena, 1),
        .item = rows_text(stmt, arena, 2),
        .onboarding = db_int(stmt, 3),
        .purpose = rows_text(stmt, arena, 4),
        .user_id = rows_text(stmt, arena, 5),
        .channel = rows_text(stmt, arena, 6),
        .ts = rows_text(stmt, arena, 7),
        .thread_ts = rows_text(stmt, arena, 8),
        .digest = rows_text(stmt, arena, 9),
        .posted_at = rows_wall(stmt, 10),
    };
}

bool messages_add(struct db *db, const struct message *message)
{
    struct db_stmt *stmt =
        db_prepare(db, "INSERT INTO messages (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
                       "$9, $10, $11) ON CONFLICT (tenant_id, id) DO NOTHING");
    db_bind_text(stmt, 1, message->id);
    db_bind_text(stmt, 2, message->tenant);
    db_bind_text(stmt, 3, message->item);
    db_bind_int(stmt, 4, message->onboarding);
    db_bind_text(stmt, 5, message->purpose);
    db_bind_text(stmt, 6, message->user_id);
    db_bind_text(stmt, 7, message->channel);
    db_bind_text(stmt, 8, message->ts);
    db_bind_text(stmt, 9, message->thread_ts);
    db_bind_text(stmt, 10, message->digest);
    db_bind_int(stmt, 11, message->posted_at.ms);
    return db_run(stmt);
}

bool messages_set_digest(struct db *db, const char *tenant, const char *id, const char *digest)
{
    struct db_stmt *stmt =
        db_prepare(db, "UPDATE messages SET digest = $3 WHERE tenant_id = $1 AND id = $2");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, id);
    db_bind_text(stmt, 3, digest);
    return db_run(stmt) && db_changes(db) == 1;
}

bool messages_get(struct db *db, struct arena *arena, const char *tenant, const char *id,
                  struct message *out)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM messages WHERE tenant_id = $1 AND id = $2");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, id);
    return rows_one(stmt, arena, read_message, out);
}

bool messages_find(struct db *db, struct arena *arena, const char *tenant, const char *item,
                   const char *purpose, const char *place, struct message *out)
{
    struct db_stmt *stmt = db_prepare(
        db, "SELECT " COLUMNS " FROM messages WHERE tenant_id = $1 AND item = $2 AND purpose = $3 "
            "AND COALESCE(user_id, channel) = COALESCE($4, user_id, channel) "
            "ORDER BY posted_at DESC, id DESC LIMIT 1");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, item);
    db_bind_text(stmt, 3, purpose);
    db_bind_text(stmt, 4, place);
    return rows_one(stmt, arena, read_message, out);
}

size_t messages_of_item(struct db *db, struct arena *arena, const char *tenant, const char *item,
                        struct message **out)
{
    size_t count;
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM messages WHERE tenant_id = $1 AND item = $2 "
                       "ORDER BY posted_at, id");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, item);
    *out = rows_all(stmt, arena, read_message, sizeof **out, &count);
    return count;
}
