/* Messages, and whether they reached their readers. */
#include "db/messages.h"

#include "db/rows.h"

#define COLUMNS                                                                                    \
    "id, tenant_id, item, onboarding, purpose, user_id, channel, ts, thread_ts, digest, "          \
    "posted_at, edited_at, failed_at, failure, instead_of"

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
        .edited_at = rows_wall(stmt, 11),
        .failed_at = rows_wall(stmt, 12),
        .failure = rows_text(stmt, arena, 13),
        .instead_of = rows_text(stmt, arena, 14),
    };
}

static bool put(struct db_stmt *stmt, const struct message *message)
{
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
    db_bind_int(stmt, 12, message->edited_at.ms);
    db_bind_int(stmt, 13, message->failed_at.ms);
    db_bind_text(stmt, 14, message->failure);
    db_bind_text(stmt, 15, message->instead_of);
    return db_run(stmt);
}

#define INSERT                                                                                     \
    "INSERT INTO messages (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "    \
    "$12, $13, $14, $15) ON CONFLICT (tenant_id, id) DO UPDATE SET "

bool messages_add(struct db *db, const struct message *message)
{
    return put(db_prepare(db, INSERT "channel = excluded.channel, ts = excluded.ts, "
                                     "thread_ts = excluded.thread_ts, digest = excluded.digest, "
                                     "posted_at = excluded.posted_at, failed_at = 0, "
                                     "failure = NULL WHERE messages.posted_at = 0"),
               message);
}

bool messages_failed(struct db *db, const struct message *message)
{
    return put(db_prepare(db, INSERT "failed_at = excluded.failed_at, failure = excluded.failure"),
               message);
}

bool messages_edited(struct db *db, const char *tenant, const char *id, const char *digest,
                     struct wall now)
{
    struct db_stmt *stmt =
        db_prepare(db, "UPDATE messages SET digest = $3, edited_at = $4, failed_at = 0, "
                       "failure = NULL WHERE tenant_id = $1 AND id = $2");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, id);
    db_bind_text(stmt, 3, digest);
    db_bind_int(stmt, 4, now.ms);
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
            "AND COALESCE(user_id, channel) = COALESCE($4, user_id, channel) AND posted_at > 0 "
            "ORDER BY posted_at DESC, id DESC LIMIT 1");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, item);
    db_bind_text(stmt, 3, purpose);
    db_bind_text(stmt, 4, place);
    return rows_one(stmt, arena, read_message, out);
}

bool messages_at(struct db *db, struct arena *arena, const char *tenant, const char *channel,
                 const char *ts, struct message *out)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM messages WHERE tenant_id = $1 AND channel = $2 AND "
                       "ts = $3 LIMIT 1");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, channel);
    db_bind_text(stmt, 3, ts);
    return rows_one(stmt, arena, read_message, out);
}

size_t messages_of_item(struct db *db, struct arena *arena, const char *tenant, const char *item,
                        struct message **out)
{
    size_t count;
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM messages WHERE tenant_id = $1 AND item = $2 "
                       "AND posted_at > 0 AND ts IS NOT NULL ORDER BY posted_at, id");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, item);
    *out = rows_all(stmt, arena, read_message, sizeof **out, &count);
    return count;
}

size_t messages_of_onboarding(struct db *db, struct arena *arena, const char *tenant,
                              int64_t onboarding, struct message **out)
{
    size_t count;
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM messages WHERE tenant_id = $1 AND onboarding = $2 "
                       "ORDER BY id");
    db_bind_text(stmt, 1, tenant);
    db_bind_int(stmt, 2, onboarding);
    *out = rows_all(stmt, arena, read_message, sizeof **out, &count);
    return count;
}

bool messages_mailed(struct db *db, struct arena *arena, const struct message *missed,
                     struct message *out)
{
    struct db_stmt *stmt = db_prepare(
        db, "SELECT " COLUMNS " FROM messages WHERE tenant_id = $1 AND item = $2 "
            "AND user_id = $3 AND purpose = 'mail' AND (instead_of = $4 OR "
            "posted_at >= $5 OR failed_at >= $5) ORDER BY posted_at DESC, id DESC LIMIT 1");
    db_bind_text(stmt, 1, missed->tenant);
    db_bind_text(stmt, 2, missed->item);
    db_bind_text(stmt, 3, missed->user_id);
    db_bind_text(stmt, 4, missed->id);
    db_bind_int(stmt, 5, missed->failed_at.ms - MESSAGES_MAIL_HOLDS_MS);
    return rows_one(stmt, arena, read_message, out);
}

/* A Slack message counts from then on, a mail for a while after it too. */
size_t messages_undelivered(struct db *db, struct arena *arena, const char *tenant,
                            const char *user_id, size_t limit, struct message **out)
{
    size_t count;
    struct db_stmt *stmt = db_prepare(
        db, "SELECT " COLUMNS " FROM messages m WHERE tenant_id = $1 AND failed_at > 0 "
            "AND posted_at = 0 AND item IS NOT NULL AND user_id IS NOT NULL "
            "AND user_id = COALESCE($2, user_id) AND purpose <> 'mail' AND NOT EXISTS (SELECT 1 "
            "FROM messages d WHERE d.tenant_id = m.tenant_id AND d.item = m.item "
            "AND d.user_id = m.user_id AND d.posted_at > 0 AND d.posted_at >= m.failed_at - "
            "CASE WHEN d.purpose = 'mail' THEN $3 ELSE 0 END) "
            "ORDER BY failed_at DESC, id DESC LIMIT $4");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, user_id);
    db_bind_int(stmt, 3, MESSAGES_MAIL_HOLDS_MS);
    rows_bind_limit(stmt, 4, limit);
    *out = rows_all(stmt, arena, read_message, sizeof **out, &count);
    return count;
}

static int64_t count_where(struct db *db, const char *sql, const char *tenant)
{
    struct db_stmt *stmt = db_prepare(db, sql);
    db_bind_text(stmt, 1, tenant);
    return rows_number(stmt);
}

struct message_counts messages_count(struct db *db, const char *tenant)
{
    return (struct message_counts){
        .sent = count_where(
            db, "SELECT count(*) FROM messages WHERE tenant_id = $1 AND posted_at > 0", tenant),
        .edited = count_where(
            db, "SELECT count(*) FROM messages WHERE tenant_id = $1 AND edited_at > 0", tenant),
        .failed = count_where(
            db, "SELECT count(*) FROM messages WHERE tenant_id = $1 AND failed_at > 0", tenant),
    };
}
