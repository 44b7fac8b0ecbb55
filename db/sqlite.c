/* The SQLite driver: statements, transactions, the sticky failure. Their cache is in
 * sqlite_cache.c, opening in sqlite_open.c. */
#include "db/sqlite.h"

#include "base/broken.h"

#include <assert.h>
#include <stdlib.h>

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
    struct db_stmt *stmt = sqlite_find_statement(db, sql);
    if (!stmt->handle) {
        sqlite_compile(stmt);
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
              sqlite3_bind_text(stmt->handle, position(stmt, index), text, -1, SQLITE_STATIC));
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
    bool reads = sqlite3_stmt_readonly(stmt->handle);
    db->version += !reads;
    int result = sqlite3_step(stmt->handle);
    if (result == SQLITE_ROW) {
        set_active(stmt);
        return DB_ROW;
    }
    if (result != SQLITE_DONE)
        fail_by(db, result);
    else if (!reads)
        db->changes = sqlite3_changes64(db->handle);
    db_reset(stmt);
    return result == SQLITE_DONE ? DB_DONE : DB_FAILED;
}

bool db_run(struct db_stmt *stmt)
{
    enum db_row row;
    do
        row = db_step(stmt);
    while (row == DB_ROW);
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
    db->version++;
    if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK &&
        !sqlite3_get_autocommit(db->handle))
        fail(db, ERR_IO, sqlite3_errmsg(db->handle));
}

static bool read_others(struct db *db, int64_t *out)
{
    struct db_stmt *stmt = db_prepare(db, "PRAGMA data_version");
    bool known = db_step(stmt) == DB_ROW;
    *out = db_int(stmt, 0);
    db_reset(stmt);
    return known;
}

bool db_others_wrote(struct db *db, int64_t *seen)
{
    int64_t others;
    if (!read_others(db, &others) || others == *seen)
        return false;
    *seen = others;
    return true;
}

/* Other connections are looked at once in what is one state of the store. */
int64_t db_version(struct db *db)
{
    if (db->version_is_settled)
        return db->version;
    int64_t others;
    bool known = read_others(db, &others);
    db->version += !known || others != db->others;
    db->others = others;
    db->version_is_settled = known && (db->reading || db->in_transaction);
    return db->version;
}

void db_begin_read(struct db *db)
{
    if (!db->in_transaction && !db->reading && !db->failed)
        db->reading = db_run(db_prepare(db, "BEGIN"));
}

void db_end_read(struct db *db)
{
    if (!db->reading)
        return;
    reset_all(db);
    db->reading = db->version_is_settled = false;
    if (!sqlite3_get_autocommit(db->handle) && !db_run(db_prepare(db, "COMMIT")))
        undo(db, "ROLLBACK");
}

bool db_begin(struct db *db)
{
    if (db->in_transaction)
        return !db->failed;
    db_end_read(db);
    db->failed = db->version_is_settled = false;
    if (db->held)
        fail(db, ERR_BUSY, "another process holds it");
    db->in_transaction = db_run(db_prepare(db, db->read_only ? "BEGIN" : "BEGIN IMMEDIATE"));
    db->held = !db->in_transaction && db->failure.code == ERR_BUSY;
    return db->in_transaction;
}

static void roll_back(struct db *db)
{
    reset_all(db);
    db->version += db->in_transaction;
    db->version_is_settled = false;
    if (!sqlite3_get_autocommit(db->handle))
        undo(db, "ROLLBACK");
    db->in_transaction = db->in_savepoint = false;
}

bool db_commit(struct db *db)
{
    if (!db->in_transaction)
        return !db->failed;
    reset_all(db);
    db->version_is_settled = false;
    if (db_run(db_prepare(db, "COMMIT"))) {
        db->in_transaction = db->in_savepoint = false;
        return true;
    }
    roll_back(db);
    return false;
}

void db_rollback(struct db *db)
{
    db->failed = db->held = false;
    roll_back(db);
}

bool db_in_transaction(struct db *db)
{
    return db->in_transaction;
}

bool db_is_held(struct db *db)
{
    if (db->held)
        fail(db, ERR_BUSY, "another process holds it");
    return db->held;
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
    if (!db->in_transaction)
        db->failed = false; /* nothing was begun */
    if (!db->in_savepoint)
        return;
    reset_all(db);
    db->in_savepoint = false;
    if (is_lost(db))
        return; /* more is gone than this savepoint: the failure stays until the transaction ends */
    db->failed = false;
    undo(db, BROKEN(half_written) ? "RELEASE one" : "ROLLBACK TO one; RELEASE one");
}

bool db_execute(struct db *db, const char *sql, struct err *err)
{
    if (!db_ok(db, err))
        return false;
    db->version++;
    int result = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    if (result != SQLITE_OK)
        fail_by(db, result);
    return db_ok(db, err);
}
