/* Escalation items: one row each, changed only by whoever read its last generation. */
#include "db/items.h"

#include "base/ids.h"
#include "db/rows.h"

#include <assert.h>

#define COLUMNS                                                                                    \
    "id, tenant_id, onboarding, revision, state, generation, level, opened_at, t1_at, t2_at, "     \
    "claimed_by, claimed_at, decided_by, decision, reason, decided_at, previous_id, "              \
    "apply_at, undo_state, cause, fixer, fix_by, snoozed_until, snoozed_from, snoozes, "           \
    "snoozed_ms, told1_at, told2_at, again_at, nudged_at"

static void read_item(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(struct item *)out = (struct item){
        .id = rows_text(stmt, arena, 0),
        .tenant = rows_text(stmt, arena, 1),
        .onboarding = db_int(stmt, 2),
        .revision = db_int(stmt, 3),
        .state = db_int(stmt, 4),
        .generation = db_int(stmt, 5),
        .level = db_int(stmt, 6),
        .opened_at = rows_wall(stmt, 7),
        .t1_at = rows_wall(stmt, 8),
        .t2_at = rows_wall(stmt, 9),
        .claimed_by = rows_text(stmt, arena, 10),
        .claimed_at = rows_wall(stmt, 11),
        .decided_by = rows_text(stmt, arena, 12),
        .decision = rows_text(stmt, arena, 13),
        .reason = rows_text(stmt, arena, 14),
        .decided_at = rows_wall(stmt, 15),
        .previous_id = rows_text(stmt, arena, 16),
        .apply_at = rows_wall(stmt, 17),
        .undo_state = db_int(stmt, 18),
        .cause = db_int(stmt, 19),
        .fixer = rows_text(stmt, arena, 20),
        .fix_by = rows_text(stmt, arena, 21),
        .snoozed_until = rows_wall(stmt, 22),
        .snoozed_from = db_int(stmt, 23),
        .snoozes = db_int(stmt, 24),
        .snoozed_ms = db_int(stmt, 25),
        .told1_at = rows_wall(stmt, 26),
        .told2_at = rows_wall(stmt, 27),
        .again_at = rows_wall(stmt, 28),
        .nudged_at = rows_wall(stmt, 29),
    };
}

/* $1 and $2: which; $3 to $26: what may change. */
static void bind_item(struct db_stmt *stmt, const struct item *item)
{
    db_bind_text(stmt, 1, item->tenant);
    db_bind_text(stmt, 2, item->id);
    db_bind_int(stmt, 3, item->revision);
    db_bind_int(stmt, 4, item->state);
    db_bind_int(stmt, 5, item->generation);
    db_bind_int(stmt, 6, item->level);
    db_bind_int(stmt, 7, item->t1_at.ms);
    db_bind_int(stmt, 8, item->t2_at.ms);
    db_bind_text(stmt, 9, item->claimed_by);
    db_bind_int(stmt, 10, item->claimed_at.ms);
    db_bind_text(stmt, 11, item->decided_by);
    db_bind_text(stmt, 12, item->decision);
    db_bind_text(stmt, 13, item->reason);
    db_bind_int(stmt, 14, item->decided_at.ms);
    db_bind_int(stmt, 15, item->apply_at.ms);
    db_bind_int(stmt, 16, item->undo_state);
    db_bind_text(stmt, 17, item->fixer);
    db_bind_text(stmt, 18, item->fix_by);
    db_bind_int(stmt, 19, item->snoozed_until.ms);
    db_bind_int(stmt, 20, item->snoozed_from);
    db_bind_int(stmt, 21, item->snoozes);
    db_bind_int(stmt, 22, item->snoozed_ms);
    db_bind_int(stmt, 23, item->told1_at.ms);
    db_bind_int(stmt, 24, item->told2_at.ms);
    db_bind_int(stmt, 25, item->again_at.ms);
    db_bind_int(stmt, 26, item->nudged_at.ms);
}

bool items_add(struct db *db, struct arena *arena, struct world *world, struct item *item)
{
    struct id id = id_new(world);
    item->id = arena_str(arena, id.text);
    struct db_stmt *stmt = db_prepare(
        db, "INSERT INTO items (tenant_id, id, revision, state, generation, level, t1_at, t2_at, "
            "claimed_by, claimed_at, decided_by, decision, reason, decided_at, apply_at, "
            "undo_state, fixer, fix_by, snoozed_until, snoozed_from, snoozes, snoozed_ms, "
            "told1_at, told2_at, again_at, nudged_at, opened_at, onboarding, previous_id, cause, "
            "nth) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, "
            "$18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, "
            "(SELECT coalesce(max(nth), 0) + 1 FROM items WHERE tenant_id = $1 AND onboarding = "
            "$28))");
    bind_item(stmt, item);
    db_bind_int(stmt, 27, item->opened_at.ms);
    db_bind_int(stmt, 28, item->onboarding);
    db_bind_text(stmt, 29, item->previous_id);
    db_bind_int(stmt, 30, item->cause);
    return db_run(stmt);
}

bool items_get(struct db *db, struct arena *arena, const char *tenant, const char *id,
               struct item *out)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM items WHERE tenant_id = $1 AND id = $2");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, id);
    return rows_one(stmt, arena, read_item, out);
}

bool items_latest(struct db *db, struct arena *arena, const char *tenant, int64_t onboarding,
                  struct item *out)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM items WHERE tenant_id = $1 AND onboarding = $2 "
                       "ORDER BY nth DESC LIMIT 1");
    db_bind_text(stmt, 1, tenant);
    db_bind_int(stmt, 2, onboarding);
    return rows_one(stmt, arena, read_item, out);
}

bool items_update(struct db *db, struct item *item)
{
    struct db_stmt *stmt = db_prepare(
        db, "UPDATE items SET revision = $3, state = $4, generation = generation + 1, level = $6, "
            "t1_at = $7, t2_at = $8, claimed_by = $9, claimed_at = $10, decided_by = $11, "
            "decision = $12, reason = $13, decided_at = $14, apply_at = $15, undo_state = $16, "
            "fixer = $17, fix_by = $18, snoozed_until = $19, snoozed_from = $20, snoozes = $21, "
            "snoozed_ms = $22, told1_at = $23, told2_at = $24, again_at = $25, nudged_at = $26 "
            "WHERE tenant_id = $1 AND id = $2 AND generation = $5");
    bind_item(stmt, item);
    if (!db_run(stmt) || db_changes(db) != 1)
        return false;
    item->generation++;
    return true;
}

/* A mask becomes a list of states, which an index (items_standing) can be asked for. */
enum { STATES_MAX = 12, NO_STATE = -1 };
#define ANY_STATE " state IN (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11) "
#define STATE_IN  " state IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) "

static void bind_states(struct db_stmt *stmt, unsigned states)
{
    assert(states >> STATES_MAX == 0);
    for (int state = 0; state < STATES_MAX; state++)
        db_bind_int(stmt, 2 + state, states >> state & 1 ? state : NO_STATE);
}

/* One select a state, each in the order of the index: they are merged as far as the limit goes. */
enum { LISTED_STATES = 6 };
#define OF_STATE(parameter)                                                                        \
    "SELECT " COLUMNS " FROM items WHERE tenant_id = $1 AND decided_at = 0 AND state = " parameter
#define OR_OF_STATE(parameter) " UNION ALL " OF_STATE(parameter)
#define OPEN_OLDEST_FIRST                                                                          \
    OF_STATE("$2")                                                                                 \
    OR_OF_STATE("$3")                                                                              \
    OR_OF_STATE("$4")                                                                              \
    OR_OF_STATE("$5")                                                                              \
    OR_OF_STATE("$6")                                                                              \
    OR_OF_STATE("$7")                                                                              \
    " ORDER BY opened_at, id LIMIT $8"

size_t items_list(struct db *db, struct arena *arena, const char *tenant, unsigned states,
                  size_t limit, struct item **out)
{
    size_t count;
    struct db_stmt *stmt = db_prepare(db, OPEN_OLDEST_FIRST);
    int parameter = 2;
    db_bind_text(stmt, 1, tenant);
    for (int state = 0; state < STATES_MAX; state++)
        if (states >> state & 1) {
            assert(parameter < 2 + LISTED_STATES);
            db_bind_int(stmt, parameter++, state);
        }
    while (parameter < 2 + LISTED_STATES)
        db_bind_int(stmt, parameter++, NO_STATE);
    rows_bind_limit(stmt, 8, limit);
    *out = rows_all(stmt, arena, read_item, sizeof **out, &count);
    return count;
}

static size_t list_between(struct db_stmt *stmt, struct arena *arena, const char *tenant,
                           struct wall from, struct wall to, size_t limit, struct item **out)
{
    size_t count;
    db_bind_text(stmt, 1, tenant);
    db_bind_int(stmt, 2, from.ms);
    db_bind_int(stmt, 3, to.ms);
    rows_bind_limit(stmt, 4, limit);
    *out = rows_all(stmt, arena, read_item, sizeof **out, &count);
    return count;
}

size_t items_ended_between(struct db *db, struct arena *arena, const char *tenant, struct wall from,
                           struct wall to, size_t limit, struct item **out)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM items WHERE tenant_id = $1 AND" ANY_STATE
                       "AND decided_at > 0 AND decided_at >= $2 AND decided_at < $3 "
                       "ORDER BY decided_at, id LIMIT $4");
    return list_between(stmt, arena, tenant, from, to, limit, out);
}

/* A timer of what was decided before `from` told nobody after it. */
#define TIMED_BETWEEN                                                                              \
    "((t1_at > 0 AND t1_at >= $2 AND t1_at < $3) OR (t2_at > 0 AND t2_at >= $2 AND t2_at < $3)) "

size_t items_timed_between(struct db *db, struct arena *arena, const char *tenant, struct wall from,
                           struct wall to, size_t limit, struct item **out)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " COLUMNS " FROM items WHERE tenant_id = $1 AND" ANY_STATE
                       "AND decided_at = 0 AND " TIMED_BETWEEN "UNION ALL SELECT " COLUMNS
                       " FROM items WHERE tenant_id = $1 AND" ANY_STATE
                       "AND decided_at > 0 AND decided_at >= $2 AND " TIMED_BETWEEN
                       "ORDER BY opened_at, id LIMIT $4");
    return list_between(stmt, arena, tenant, from, to, limit, out);
}

int64_t items_count(struct db *db, const char *tenant, unsigned states)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT count(*) FROM items WHERE tenant_id = $1 AND" STATE_IN);
    db_bind_text(stmt, 1, tenant);
    bind_states(stmt, states);
    return rows_number(stmt);
}

static void read_time(struct db_stmt *stmt, struct arena *arena, void *out)
{
    (void)arena;
    *(int64_t *)out = db_int(stmt, 0);
}

size_t items_decision_times(struct db *db, struct arena *arena, const char *tenant, int64_t state,
                            struct wall since, size_t limit, int64_t **out)
{
    size_t count;
    struct db_stmt *stmt = db_prepare(
        db, "SELECT decided_at - opened_at FROM items WHERE tenant_id = $1 AND state = $2 AND "
            "decided_at >= $3 ORDER BY opened_at DESC LIMIT $4");
    db_bind_text(stmt, 1, tenant);
    db_bind_int(stmt, 2, state);
    db_bind_int(stmt, 3, since.ms);
    rows_bind_limit(stmt, 4, limit);
    *out = rows_all(stmt, arena, read_time, sizeof **out, &count);
    return count;
}
