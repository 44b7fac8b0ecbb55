/* What is known of channels. */
#include "db/channels.h"

#include "db/rows.h"

bool channels_put(struct db *db, const char *tenant, const struct channel *channel)
{
    struct db_stmt *stmt = db_prepare(
        db, "INSERT INTO channels (tenant_id, channel_id, name, shared, checked_at, open) VALUES "
            "($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, channel_id) DO UPDATE SET name = "
            "excluded.name, shared = excluded.shared, checked_at = excluded.checked_at, "
            "open = excluded.open");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, channel->id);
    db_bind_text(stmt, 3, channel->name);
    db_bind_int(stmt, 4, channel->shared);
    db_bind_int(stmt, 5, channel->checked_at.ms);
    db_bind_int(stmt, 6, channel->open);
    return db_run(stmt);
}

static void read_channel(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(struct channel *)out = (struct channel){.id = rows_text(stmt, arena, 0),
                                              .name = rows_text(stmt, arena, 1),
                                              .shared = db_int(stmt, 2) != 0,
                                              .checked_at = {db_int(stmt, 3)},
                                              .open = db_int(stmt, 4) != 0};
}

bool channels_get(struct db *db, struct arena *arena, const char *tenant, const char *id,
                  struct channel *out)
{
    struct db_stmt *stmt = db_prepare(db, "SELECT channel_id, name, shared, checked_at, open FROM "
                                          "channels WHERE tenant_id = $1 AND channel_id = $2");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, id);
    return rows_one(stmt, arena, read_channel, out);
}
