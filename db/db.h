/* The driver's interface: prepare, bind, step, transactions, savepoints. SQL is
 * portable between SQLite and PostgreSQL: $1 parameters, RETURNING, ON CONFLICT, BIGINT, TEXT;
 * times are UTC ms, ids are made by the application. sqlite.c is the first driver.
 *
 * A database belongs to the loop thread. A failed statement leaves an error in the db: every later
 * call is a no-op that fails, until the savepoint or transaction is rolled back, so that a
 * handler may check once. */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct db_stmt;

enum db_row { DB_ROW, DB_DONE, DB_FAILED };

enum db_open_flags {
    DB_OPEN_CREATE = 1,    /* make the file if it is not there */
    DB_OPEN_READ_ONLY = 2, /* audit verify, jobs list: never writes, needs no lock */
};

/* Opens a database file (":memory:" for tests) and takes the process lock on it. Errors, each with
 * its own words: ERR_NOT_FOUND, ERR_READ_ONLY, ERR_CORRUPT (not a database, or its quick check
 * fails), ERR_BUSY (another process has it; names the pid where known), ERR_IO. Does not migrate.
 */
bool db_open(const char *path, unsigned flags, struct db **out, struct err *err)
    __attribute__((warn_unused_result));
void db_close(struct db *db); /* NULL allowed; rolls back what is open */

/* The prepared statement for a string literal, kept for the life of the db and reset: keyed by the
 * pointer first, by the text second. Never NULL: a bad SQL fails at step. */
struct db_stmt *db_prepare(struct db *db, const char *sql);

/* Parameters count from 1. text is copied; NULL binds NULL. */
void db_bind_int(struct db_stmt *stmt, int index, int64_t value);
void db_bind_text(struct db_stmt *stmt, int index, const char *text);
void db_bind_null(struct db_stmt *stmt, int index);

enum db_row db_step(struct db_stmt *stmt);

/* Runs to the end, ignoring rows; false on failure. */
bool db_run(struct db_stmt *stmt);

/* Columns count from 0; text is borrowed until the next step, prepare of the same SQL, or commit.
 * db_text of NULL is NULL. */
int64_t db_int(struct db_stmt *stmt, int column);
const char *db_text(struct db_stmt *stmt, int column);
bool db_is_null(struct db_stmt *stmt, int column);

/* Rows changed by the last statement that ran to its end. */
int64_t db_changes(struct db *db);

bool db_begin(struct db *db); /* no-op when one is open */
bool db_commit(
    struct db *db); /* false: nothing was kept, rolled back; no-op true when none is open */
void db_rollback(struct db *db);
bool db_in_transaction(struct db *db);

/* One level of savepoint: what one event or job of the turn did. */
bool db_savepoint(struct db *db);
bool db_release_savepoint(struct db *db);
void db_rollback_savepoint(struct db *db); /* also clears the failure */

/* The failure, if any: copied into err; true when there is none. */
bool db_ok(struct db *db, struct err *err);

/* Statements of several lines, no parameters (migrations). */
bool db_execute(struct db *db, const char *sql, struct err *err)
    __attribute__((warn_unused_result));

/* Online copy to a new file, verified by opening it and checking its integrity, then renamed into
 * place. */
bool db_backup(struct db *db, const char *path, struct err *err)
    __attribute__((warn_unused_result));
/* Checks that `from` is a whole Usher database and puts it at `to` (which no process may have open;
 * a file there is kept as "<to>.before-restore"). */
bool db_restore(const char *from, const char *to, struct err *err)
    __attribute__((warn_unused_result));

#endif
