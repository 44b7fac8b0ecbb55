/* The driver's interface: prepare, bind, step, transactions, savepoints. SQL is
 * portable between SQLite and PostgreSQL: $1 parameters, RETURNING, ON CONFLICT, BIGINT, TEXT;
 * times are UTC ms, ids are made by the application. sqlite.c is the first driver.
 *
 * A database belongs to the loop thread. A failed statement leaves an error in the db: every later
 * call is a no-op that fails, until the savepoint or transaction is rolled back, so that a
 * handler may check once. What a rollback of the savepoint cannot heal (the engine dropped the
 * whole transaction: disk full) stays until the transaction is. docs/store.md. */
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
    DB_OPEN_SHARED = 4,    /* an operator's single small write beside the running process: takes no
                              process lock, waits its turn for the database */
};

/* Opens a database file (":memory:" for tests) and takes the process lock on it. Errors, each with
 * its own words: ERR_NOT_FOUND, ERR_CANNOT_CREATE (no such folder), ERR_FORBIDDEN (may not be
 * read), ERR_READ_ONLY, ERR_CORRUPT (not a database, or its quick check fails), ERR_BUSY (another
 * process has it; names the pid where known), ERR_IO. Does not migrate. *out is NULL on failure. */
bool db_open(const char *path, unsigned flags, struct db **out, struct err *err)
    __attribute__((warn_unused_result));
void db_close(struct db *db); /* NULL allowed; rolls back what is open */

/* The prepared statement for a string literal, kept for the life of the db and reset: keyed by the
 * pointer first, by the text second. Never NULL: a bad SQL fails at step. */
struct db_stmt *db_prepare(struct db *db, const char *sql);

/* Parameters count from 1. text is borrowed until the last step; NULL binds NULL. */
void db_bind_int(struct db_stmt *stmt, int index, int64_t value);
void db_bind_text(struct db_stmt *stmt, int index, const char *text);
void db_bind_null(struct db_stmt *stmt, int index);

enum db_row db_step(struct db_stmt *stmt);

/* Ends a statement that was not stepped to DB_DONE, so that it holds nothing open; its bindings
 * stay. Commit and rollback do this for all. */
void db_reset(struct db_stmt *stmt);

/* Runs to the end, ignoring rows; false on failure. */
bool db_run(struct db_stmt *stmt);

/* Columns count from 0; text is borrowed until the next step, prepare of the same SQL, or commit.
 * db_text of NULL is NULL. */
int64_t db_int(struct db_stmt *stmt, int column);
const char *db_text(struct db_stmt *stmt, int column);
bool db_is_null(struct db_stmt *stmt, int column);

/* Rows changed by the last statement that ran to its end. */
int64_t db_changes(struct db *db);

/* What is read from here to db_end_read is one state of the store, and costs one lock instead of
 * one a statement. No-op inside a transaction; db_begin ends it. */
void db_begin_read(struct db *db);
void db_end_read(struct db *db);

/* The same number as before: what is read now is what was read then, whoever writes to the store,
 * uncommitted changes of ours and those that were rolled back included. Another number: it may
 * differ. Costs nothing where a reading or a transaction is open and it was asked for before. */
int64_t db_version(struct db *db);

/* Whether another process has committed something since *seen, which is what is to be given the
 * next time (0 at first, which every store differs from). */
bool db_others_wrote(struct db *db, int64_t *seen);

/* No-op when one is open; else forgets an earlier failure. Another process's lock is waited for
 * once, for a second: then every db_begin up to the next db_rollback is ERR_BUSY at once, so that a
 * turn of many events stands still no longer than one. Reading goes on. */
bool db_begin(struct db *db);
/* False: nothing was kept, rolled back; db_ok says why until the next begin or rollback. No-op,
 * true unless the db has failed, when none is open. */
bool db_commit(struct db *db);
void db_rollback(struct db *db); /* also clears the failure, and tries anew what was held */
bool db_in_transaction(struct db *db);
/* Another process would not let us write, since the last db_rollback; db_ok says so. */
bool db_is_held(struct db *db);

/* One level of savepoint (a second one asserts): what one event or job of the turn did. Begins a
 * transaction where none is open. */
bool db_savepoint(struct db *db);
bool db_release_savepoint(struct db *db); /* false: roll it back */
/* Also clears the failure, unless the engine dropped the whole transaction: then all of the turn is
 * lost, nothing more is written, and the commit fails. */
void db_rollback_savepoint(struct db *db);

/* The failure, if any: copied into err; true when there is none. */
bool db_ok(struct db *db, struct err *err);

/* Statements of several lines, no parameters (migrations). Its failure is the db's, too. */
bool db_execute(struct db *db, const char *sql, struct err *err)
    __attribute__((warn_unused_result));

/* True when there is a table of that name; NULL: any table. */
bool db_has_table(struct db *db, const char *name);

/* What the stores remember beside a connection: hints, never truth, and not rolled back. */
struct db_hints {
    int64_t jobs_touched;    /* db/jobs.h */
    int64_t tenants_touched; /* db/tenants.h */
    char last_job_id[32];    /* so that jobs added in the same millisecond stay in order */
};
struct db_hints *db_hints(struct db *db);

/* Online copy to a new file (ERR_CONFLICT when there is one), through "<path>.partial", verified by
 * opening it and checking its integrity, synced, then renamed into place. Mode 0600. Works on a
 * database that was opened read-only while another process writes to it. */
bool db_backup(struct db *db, const char *path, struct err *err)
    __attribute__((warn_unused_result));
/* Checks that `from` is a whole Usher database and puts it at `to` (which no process may have open;
 * a file there is kept as "<to>.before-restore", ERR_CONFLICT when that name is taken). */
bool db_restore(const char *from, const char *to, struct err *err)
    __attribute__((warn_unused_result));

#endif
