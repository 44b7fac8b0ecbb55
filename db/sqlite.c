/* The SQLite driver: prepared statements and their cache, steps, transactions, the sticky failure.
 * Opening is in sqlite_open.c. */
#include "db/sqlite.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- failures ---- */

static const struct {
    int primary;
    enum err_code code;
} codes[] = {
    {SQLITE_CONSTRAINT, ERR_CONFLICT},
    {SQLITE_BUSY, ERR_BUSY},
    {SQLITE_LOCKED, ERR_BUSY},
    {SQLITE_READONLY, ERR_READ_ONLY},
    {SQLITE_CORRUPT, ERR_CORRUPT},
    {SQLITE_NOTADB, ERR_CORRUPT},
    {SQLITE_FULL, ERR_IO},
    {SQLITE_IOERR, ERR_IO},
    {SQLITE_CANTOPEN, ERR_IO},
    {SQLITE_PERM, ERR_FORBIDDEN},
    {SQLITE_AUTH, ERR_FORBIDDEN},
    {SQLITE_TOOBIG, ERR_TOO_LARGE},
};

enum err_code sqlite_code(int result)
{
    if ((result & 0xff) == SQLITE_NOMEM)
        abort();
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (codes[i].primary == (result & 0xff))
            return codes[i].code;
    return ERR_INTERNAL;
}

static void fail(struct db *db, enum err_code code, const char *what)
{
    if (db->failed)
        return;
    db->failed = true;
    err_set(&db->failure, code, "the database %s: %s", db->path, what);
}

static void fail_by(struct db *db, int result)
{
    fail(db, sqlite_code(result), sqlite3_errmsg(db->handle));
}

bool db_ok(struct db *db, struct err *err)
{
    if (!db->failed)
        return true;
    if (err)
        *err = db->failure;
    return false;
}

/* After some errors (disk full, I/O) SQLite rolls the whole transaction back by itself. What came
 * before in the turn is gone then, so nothing more may be written as if it were not. */
static bool is_lost(const struct db *db)
{
    return db->in_transaction && sqlite3_get_autocommit(db->handle);
}

/* ---- the cache of statements ---- */

static size_t hash_pointer(const char *pointer)
{
    return (size_t)(((uintptr_t)pointer >> 3) * UINT64_C(0x9E3779B97F4A7C15) >> 20);
}

static size_t hash_text(const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return (size_t)(hash >> 8);
}

static void table_put(struct stmt_table *table, size_t hash, struct stmt_slot slot)
{
    size_t at = hash & (table->size - 1);
    while (table->slots[at].stmt)
        at = (at + 1) & (table->size - 1);
    table->slots[at] = slot;
    table->count++;
}

static void table_grow(struct stmt_table *table)
{
    struct stmt_table old = *table;
    table->size = old.size ? old.size * 2 : 128;
    table->count = 0;
    table->slots = calloc(table->size, sizeof *table->slots);
    if (!table->slots)
        abort();
    for (size_t i = 0; i < old.size; i++) {
        const struct stmt_slot *slot = &old.slots[i];
        if (slot->stmt)
            table_put(table,
                      slot->pointer ? hash_pointer(slot->pointer) : hash_text(slot->stmt->sql),
                      *slot);
    }
    free(old.slots);
}

static void table_add(struct stmt_table *table, size_t hash, struct stmt_slot slot)
{
    if (table->count * 2 >= table->size)
        table_grow(table);
    table_put(table, hash, slot);
}

/* The slot of a pointer, NULL if it is new. */
static struct stmt_slot *find_pointer(struct stmt_table *table, const char *pointer)
{
    if (!table->size)
        return NULL;
    size_t at = hash_pointer(pointer) & (table->size - 1);
    for (; table->slots[at].stmt; at = (at + 1) & (table->size - 1))
        if (table->slots[at].pointer == pointer)
            return &table->slots[at];
    return NULL;
}

static struct db_stmt *find_text(const struct stmt_table *table, const char *sql, size_t hash)
{
    if (!table->size)
        return NULL;
    size_t at = hash & (table->size - 1);
    for (; table->slots[at].stmt; at = (at + 1) & (table->size - 1))
        if (strcmp(table->slots[at].stmt->sql, sql) == 0)
            return table->slots[at].stmt;
    return NULL;
}

static int number_of(const char *name)
{
    char *end;
    long number = name && name[0] == '$' ? strtol(name + 1, &end, 10) : 0;
    return number > 0 && number < 1000 && *end == '\0' ? (int)number : 0;
}

/* SQLite numbers named parameters by first appearance; ours are numbered by name. */
static void map_parameters(struct db_stmt *stmt)
{
    int count = sqlite3_bind_parameter_count(stmt->handle), highest = 0;
    for (int i = 1; i <= count; i++) {
        int number = number_of(sqlite3_bind_parameter_name(stmt->handle, i));
        assert(number > 0); /* parameters are $1, $2 …: see db.h */
        highest = number > highest ? number : highest;
    }
    stmt->position_count = highest;
    stmt->positions = calloc((size_t)highest + 1, sizeof *stmt->positions);
    if (!stmt->positions)
        abort();
    for (int i = 1; i <= count; i++)
        stmt->positions[number_of(sqlite3_bind_parameter_name(stmt->handle, i))] = i;
}

/* Tried again at each prepare until it compiles: a migration may make its table. */
static void compile(struct db_stmt *stmt)
{
    struct db *db = stmt->db;
    int result = sqlite3_prepare_v3(db->handle, stmt->sql, -1, SQLITE_PREPARE_PERSISTENT,
                                    &stmt->handle, NULL);
    if (result == SQLITE_OK && stmt->handle)
        map_parameters(stmt);
    else if (result == SQLITE_OK)
        err_set(&stmt->why, ERR_INTERNAL, "a statement without SQL");
    else
        err_set(&stmt->why, sqlite_code(result), "%s", sqlite3_errmsg(db->handle));
}

static struct db_stmt *stmt_new(struct db *db, const char *sql)
{
    struct db_stmt *stmt = calloc(1, sizeof *stmt);
    if (!stmt)
        abort();
    stmt->db = db;
    stmt->sql = strdup(sql);
    if (!stmt->sql)
        abort();
    return stmt;
}

static void stmt_free(struct db_stmt *stmt)
{
    sqlite3_finalize(stmt->handle);
    free(stmt->positions);
    free(stmt->sql);
    free(stmt);
}

void sqlite_drop_statements(struct db *db)
{
    for (size_t i = 0; i < db->by_text.size; i++)
        if (db->by_text.slots[i].stmt)
            stmt_free(db->by_text.slots[i].stmt);
    free(db->by_text.slots);
    free(db->by_pointer.slots);
    db->by_text = db->by_pointer = (struct stmt_table){0};
    db->active = NULL;
}

static struct db_stmt *find(struct db *db, const char *sql)
{
    struct stmt_slot *known = find_pointer(&db->by_pointer, sql);
    /* The same address may hold another text when it is no literal. */
    if (known && strcmp(known->stmt->sql, sql) == 0)
        return known->stmt;
    size_t hash = hash_text(sql);
    struct db_stmt *stmt = find_text(&db->by_text, sql, hash);
    if (!stmt) {
        stmt = stmt_new(db, sql);
        table_add(&db->by_text, hash, (struct stmt_slot){NULL, stmt});
    }
    if (known)
        known->stmt = stmt;
    else
        table_add(&db->by_pointer, hash_pointer(sql), (struct stmt_slot){sql, stmt});
    return stmt;
}

/* ---- statements ---- */

static void set_active(struct db_stmt *stmt)
{
    if (stmt->active)
        return;
    stmt->active = true;
    stmt->link = &stmt->db->active;
    stmt->next_active = stmt->db->active;
    if (stmt->next_active)
        stmt->next_active->link = &stmt->next_active;
    stmt->db->active = stmt;
}

void db_reset(struct db_stmt *stmt)
{
    if (stmt->handle)
        sqlite3_reset(stmt->handle);
    if (!stmt->active)
        return;
    stmt->active = false;
    *stmt->link = stmt->next_active;
    if (stmt->next_active)
        stmt->next_active->link = stmt->link;
}

static void reset_all(struct db *db)
{
    while (db->active)
        db_reset(db->active);
}

struct db_stmt *db_prepare(struct db *db, const char *sql)
{
    struct db_stmt *stmt = find(db, sql);
    if (!stmt->handle) {
        compile(stmt);
        return stmt;
    }
    db_reset(stmt);
    sqlite3_clear_bindings(stmt->handle);
    return stmt;
}

static int position(const struct db_stmt *stmt, int index)
{
    assert(index > 0 && index <= stmt->position_count && stmt->positions[index]);
    return stmt->positions[index];
}

static void bound(struct db_stmt *stmt, int result)
{
    if (result != SQLITE_OK)
        fail_by(stmt->db, result);
}

void db_bind_int(struct db_stmt *stmt, int index, int64_t value)
{
    if (stmt->handle)
        bound(stmt, sqlite3_bind_int64(stmt->handle, position(stmt, index), value));
}

void db_bind_text(struct db_stmt *stmt, int index, const char *text)
{
    if (stmt->handle)
        bound(stmt,
              sqlite3_bind_text(stmt->handle, position(stmt, index), text, -1, SQLITE_TRANSIENT));
}

void db_bind_null(struct db_stmt *stmt, int index)
{
    if (stmt->handle)
        bound(stmt, sqlite3_bind_null(stmt->handle, position(stmt, index)));
}

static bool may_step(struct db_stmt *stmt)
{
    struct db *db = stmt->db;
    if (db->failed)
        return false;
    if (!stmt->handle)
        fail(db, stmt->why.code, stmt->why.msg);
    else if (is_lost(db))
        fail(db, ERR_IO, "the transaction was rolled back by the engine");
    return !db->failed;
}

enum db_row db_step(struct db_stmt *stmt)
{
    struct db *db = stmt->db;
    if (!may_step(stmt)) {
        db_reset(stmt);
        return DB_FAILED;
    }
    int result = sqlite3_step(stmt->handle);
    if (result == SQLITE_ROW) {
        set_active(stmt);
        return DB_ROW;
    }
    if (result != SQLITE_DONE)
        fail_by(db, result);
    else if (!sqlite3_stmt_readonly(stmt->handle))
        db->changes = sqlite3_changes64(db->handle);
    db_reset(stmt);
    return result == SQLITE_DONE ? DB_DONE : DB_FAILED;
}

bool db_run(struct db_stmt *stmt)
{
    enum db_row row;
    while ((row = db_step(stmt)) == DB_ROW)
        continue;
    return row == DB_DONE;
}

int64_t db_int(struct db_stmt *stmt, int column)
{
    return stmt->active ? sqlite3_column_int64(stmt->handle, column) : 0;
}

const char *db_text(struct db_stmt *stmt, int column)
{
    return stmt->active ? (const char *)sqlite3_column_text(stmt->handle, column) : NULL;
}

bool db_is_null(struct db_stmt *stmt, int column)
{
    return !stmt->active || sqlite3_column_type(stmt->handle, column) == SQLITE_NULL;
}

int64_t db_changes(struct db *db)
{
    return db->changes;
}

struct db_hints *db_hints(struct db *db)
{
    return &db->hints;
}

bool db_has_table(struct db *db, const char *name)
{
    struct db_stmt *stmt = db_prepare(
        db, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' "
            "ESCAPE '\\' AND (name = $1 OR $1 IS NULL)");
    db_bind_text(stmt, 1, name);
    bool found = db_step(stmt) == DB_ROW;
    db_reset(stmt);
    return found;
}

/* ---- transactions ---- */

/* For what must go through even where the db has failed: the way back. */
static void undo(struct db *db, const char *sql)
{
    if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK &&
        !sqlite3_get_autocommit(db->handle))
        fail(db, ERR_IO, sqlite3_errmsg(db->handle));
}

bool db_begin(struct db *db)
{
    if (db->in_transaction)
        return !db->failed;
    db->failed = false;
    db->in_transaction = db_run(db_prepare(db, db->read_only ? "BEGIN" : "BEGIN IMMEDIATE"));
    return db->in_transaction;
}

static void roll_back(struct db *db)
{
    reset_all(db);
    if (!sqlite3_get_autocommit(db->handle))
        undo(db, "ROLLBACK");
    db->in_transaction = db->in_savepoint = false;
}

bool db_commit(struct db *db)
{
    if (!db->in_transaction)
        return !db->failed;
    reset_all(db);
    if (db_run(db_prepare(db, "COMMIT"))) {
        db->in_transaction = db->in_savepoint = false;
        return true;
    }
    roll_back(db);
    return false;
}

void db_rollback(struct db *db)
{
    db->failed = false;
    roll_back(db);
}

bool db_in_transaction(struct db *db)
{
    return db->in_transaction;
}

bool db_savepoint(struct db *db)
{
    assert(!db->in_savepoint); /* one level */
    if (!db_begin(db))
        return false;
    db->in_savepoint = db_run(db_prepare(db, "SAVEPOINT one"));
    return db->in_savepoint;
}

bool db_release_savepoint(struct db *db)
{
    if (!db->in_savepoint || db->failed)
        return false;
    reset_all(db);
    if (!db_run(db_prepare(db, "RELEASE one")))
        return false;
    db->in_savepoint = false;
    return true;
}

void db_rollback_savepoint(struct db *db)
{
    if (!db->in_savepoint)
        return;
    reset_all(db);
    db->in_savepoint = false;
    if (is_lost(db))
        return; /* more is gone than this savepoint: the failure stays until the transaction ends */
    db->failed = false;
    undo(db, "ROLLBACK TO one; RELEASE one");
}

bool db_execute(struct db *db, const char *sql, struct err *err)
{
    if (!db_ok(db, err))
        return false;
    int result = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    if (result != SQLITE_OK)
        fail_by(db, result);
    return db_ok(db, err);
}
