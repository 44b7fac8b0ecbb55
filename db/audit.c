/* The audit log: a chain of hashes over rows in a canonical form, with its end kept apart. */
#include "db/audit.h"

#include "base/broken.h"
#include "db/rows.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>

enum { HASH_BYTES = 32, HASH_HEX_SIZE = HASH_BYTES * 2 + 1 };
_Static_assert((int)HASH_HEX_SIZE == (int)AUDIT_HASH_SIZE, "a hash in hex");

#define COLUMNS                                                                                    \
    "seq, tenant_id, at, actor, role, via, behalf_of, action, object, item, from_state, "          \
    "to_state, revision, facts_digest, rules_version, reason, prev_hash, hash"

static void read_entry(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(struct audit_entry *)out = (struct audit_entry){
        .seq = db_int(stmt, 0),
        .tenant = rows_text(stmt, arena, 1),
        .at = rows_wall(stmt, 2),
        .actor = rows_text(stmt, arena, 3),
        .role = rows_text(stmt, arena, 4),
        .via = rows_text(stmt, arena, 5),
        .behalf_of = rows_text(stmt, arena, 6),
        .action = rows_text(stmt, arena, 7),
        .object = rows_text(stmt, arena, 8),
        .item = rows_text(stmt, arena, 9),
        .from = rows_text(stmt, arena, 10),
        .to = rows_text(stmt, arena, 11),
        .revision = db_int(stmt, 12),
        .facts_digest = rows_text(stmt, arena, 13),
        .rules_version = rows_text(stmt, arena, 14),
        .reason = rows_text(stmt, arena, 15),
        .prev_hash = rows_text(stmt, arena, 16),
        .hash = rows_text(stmt, arena, 17),
    };
}

/* ---- the canonical form (docs/store.md, "The audit chain") ---- */

static void hash_number(crypto_generichash_state *state, char tag, uint64_t number)
{
    unsigned char bytes[9] = {(unsigned char)tag};
    for (int i = 8; i > 0; i--, number >>= 8)
        bytes[i] = (unsigned char)(number & 0xff);
    crypto_generichash_update(state, bytes, sizeof bytes);
}

static void hash_text(crypto_generichash_state *state, const char *text)
{
    if (!text) {
        crypto_generichash_update(state, (const unsigned char *)"n", 1);
        return;
    }
    size_t len = strlen(text);
    hash_number(state, 't', len);
    crypto_generichash_update(state, (const unsigned char *)text, len);
}

static void hash_entry(const struct audit_entry *entry, char out[HASH_HEX_SIZE])
{
    crypto_generichash_state state;
    unsigned char hash[HASH_BYTES];
    const char *const texts[] = {
        entry->tenant,       entry->actor,         entry->role,   entry->via,  entry->behalf_of,
        entry->action,       entry->object,        entry->item,   entry->from, entry->to,
        entry->facts_digest, entry->rules_version, entry->reason,
    };
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    hash_text(&state, entry->prev_hash);
    hash_number(&state, 'i', (uint64_t)entry->seq);
    hash_number(&state, 'i', (uint64_t)entry->at.ms);
    hash_number(&state, 'i', (uint64_t)entry->revision);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        hash_text(&state, texts[i]);
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(out, HASH_HEX_SIZE, hash, sizeof hash);
}

/* ---- the end of the chain ---- */

bool audit_head(struct db *db, struct audit_head *tip)
{
    *tip = (struct audit_head){0};
    struct db_stmt *stmt = db_prepare(db, "SELECT seq, hash FROM audit_tip WHERE id = 1");
    bool found = db_step(stmt) == DB_ROW;
    if (found) {
        const char *hash = db_text(stmt, 1);
        tip->seq = db_int(stmt, 0);
        if (hash && strlen(hash) < sizeof tip->hash)
            memcpy(tip->hash, hash, strlen(hash));
    }
    db_reset(stmt);
    return found;
}

static bool move_tip(struct db *db, int64_t seq, const char *hash)
{
    struct db_stmt *stmt = db_prepare(db, "UPDATE audit_tip SET seq = $1, hash = $2 WHERE id = 1");
    db_bind_int(stmt, 1, seq);
    db_bind_text(stmt, 2, hash);
    return db_run(stmt);
}

/* ---- appending ---- */

static bool insert(struct db *db, const struct audit_entry *entry)
{
    struct db_stmt *stmt =
        db_prepare(db, "INSERT INTO audit (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
                       "$9, $10, $11, $12, $13, $14, $15, $16, $17, $18)");
    db_bind_int(stmt, 1, entry->seq);
    db_bind_text(stmt, 2, entry->tenant);
    db_bind_int(stmt, 3, entry->at.ms);
    db_bind_text(stmt, 4, entry->actor);
    db_bind_text(stmt, 5, entry->role);
    db_bind_text(stmt, 6, entry->via);
    db_bind_text(stmt, 7, entry->behalf_of);
    db_bind_text(stmt, 8, entry->action);
    db_bind_text(stmt, 9, entry->object);
    db_bind_text(stmt, 10, entry->item);
    db_bind_text(stmt, 11, entry->from);
    db_bind_text(stmt, 12, entry->to);
    db_bind_int(stmt, 13, entry->revision);
    db_bind_text(stmt, 14, entry->facts_digest);
    db_bind_text(stmt, 15, entry->rules_version);
    db_bind_text(stmt, 16, entry->reason);
    db_bind_text(stmt, 17, entry->prev_hash);
    db_bind_text(stmt, 18, entry->hash);
    return db_run(stmt);
}

/* The end is read anew each time: after a rollback, or another process's row, a remembered one
 * would be wrong. */
bool audit_append(struct db *db, const struct audit_entry *entry)
{
    struct audit_head tip;
    char hash[HASH_HEX_SIZE];
    if (!audit_head(db, &tip))
        return false;
    struct audit_entry next = *entry;
    next.tenant = entry->tenant ? entry->tenant : "";
    next.seq = tip.seq + 1;
    next.prev_hash = BROKEN(audit_unchained) ? "" : tip.hash;
    hash_entry(&next, hash);
    next.hash = hash;
    return insert(db, &next) && move_tip(db, next.seq, hash);
}

size_t audit_list(struct db *db, struct arena *arena, const char *tenant, const char *object,
                  size_t limit, struct audit_entry **out)
{
    size_t count;
    struct db_stmt *stmt = db_prepare(
        db, "SELECT " COLUMNS " FROM (SELECT " COLUMNS " FROM audit WHERE tenant_id = $1 AND "
            "object = $2 ORDER BY seq DESC LIMIT $3) AS newest ORDER BY seq");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, object);
    rows_bind_limit(stmt, 3, limit);
    *out = rows_all(stmt, arena, read_entry, sizeof **out, &count);
    return count;
}

/* ---- counting ---- */

bool audit_last(struct db *db, int64_t *seq)
{
    struct audit_head tip;
    bool found = audit_head(db, &tip);
    *seq = tip.seq;
    return found;
}

static void read_count(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(struct audit_count *)out = (struct audit_count){
        .action = rows_text(stmt, arena, 0),
        .to = rows_text(stmt, arena, 1),
        .rows = db_int(stmt, 2),
    };
}

size_t audit_count_after(struct db *db, struct arena *arena, int64_t *seq, int64_t limit,
                         struct audit_count **out)
{
    size_t count;
    struct db_stmt *stmt =
        db_prepare(db, "SELECT action, to_state, count(*) FROM audit WHERE seq > $1 AND seq <= $2 "
                       "GROUP BY action, to_state");
    db_bind_int(stmt, 1, *seq);
    db_bind_int(stmt, 2, *seq + limit);
    *out = rows_all(stmt, arena, read_count, sizeof **out, &count);
    for (size_t i = 0; i < count; i++)
        *seq += (*out)[i].rows; /* no number is left out */
    return count;
}

/* ---- walking ---- */

bool audit_walk(struct db *db, const struct audit_range *range, audit_taker *take, void *context,
                struct err *err)
{
    struct arena arena = {0};
    enum db_row row = DB_DONE;
    bool taken = true;
    struct db_stmt *stmt = db_prepare(
        db, "SELECT " COLUMNS " FROM audit WHERE at >= $1 AND ($2 = 0 OR at < $2) AND "
            "($3 IS NULL OR tenant_id = $3) AND ($4 IS NULL OR object = $4) ORDER BY seq");
    db_bind_int(stmt, 1, range->since.ms);
    db_bind_int(stmt, 2, range->until.ms);
    db_bind_text(stmt, 3, range->tenant);
    db_bind_text(stmt, 4, range->object);
    while (taken && (row = db_step(stmt)) == DB_ROW) {
        struct audit_entry entry;
        read_entry(stmt, &arena, &entry);
        taken = take(&entry, context, err);
        arena_reset(&arena);
    }
    db_reset(stmt);
    arena_release(&arena);
    return row == DB_FAILED ? db_ok(db, err) : taken;
}

/* ---- verifying ---- */

static bool check_entry(const struct audit_entry *entry, struct audit_head *before, struct err *err)
{
    char hash[HASH_HEX_SIZE];
    if (entry->seq != before->seq + 1)
        return err_set(err, ERR_CORRUPT,
                       "audit row %" PRId64 " is missing: the next one is %" PRId64,
                       before->seq + 1, entry->seq);
    if (strcmp(entry->prev_hash, before->hash) != 0)
        return err_set(err, ERR_CORRUPT,
                       "audit row %" PRId64 " does not follow the one before it: one of the two "
                       "was replaced or moved",
                       entry->seq);
    hash_entry(entry, hash);
    if (strcmp(entry->hash, hash) != 0)
        return err_set(err, ERR_CORRUPT, "audit row %" PRId64 " was altered", entry->seq);
    before->seq = entry->seq;
    memcpy(before->hash, hash, sizeof hash);
    return true;
}

static bool check_end(struct db *db, const struct audit_head *last, struct err *err)
{
    struct audit_head tip;
    bool found = audit_head(db, &tip);
    if (!db_ok(db, err))
        return false;
    if (found && tip.seq == last->seq && strcmp(tip.hash, last->hash) == 0)
        return true;
    return err_set(err, ERR_CORRUPT,
                   "audit row %" PRId64 " is not the end of the log as it was left (row %" PRId64
                   "): rows were cut off or added",
                   last->seq, tip.seq);
}

static bool verify(struct db *db, int64_t *count, struct err *err)
{
    struct audit_head last = {0};
    struct arena arena = {0};
    enum db_row row = DB_DONE;
    bool sound = true;
    struct db_stmt *stmt = db_prepare(db, "SELECT " COLUMNS " FROM audit ORDER BY seq");
    while (sound && (row = db_step(stmt)) == DB_ROW) {
        struct audit_entry entry;
        read_entry(stmt, &arena, &entry);
        sound = check_entry(&entry, &last, err);
        *count += sound;
        arena_reset(&arena);
    }
    db_reset(stmt);
    arena_release(&arena);
    if (row == DB_FAILED)
        return db_ok(db, err);
    return sound && check_end(db, &last, err);
}

/* In a transaction, so that rows and end are of one moment while another process writes. */
bool audit_verify(struct db *db, int64_t *count, struct err *err)
{
    bool ours = !db_in_transaction(db);
    *count = 0;
    if (!db_begin(db))
        return db_ok(db, err);
    bool sound = verify(db, count, err);
    if (ours)
        db_rollback(db);
    return sound;
}
