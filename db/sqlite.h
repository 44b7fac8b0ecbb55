/* Inside the SQLite driver: what sqlite.c (statements, transactions), sqlite_cache.c (prepared
 * statements), sqlite_open.c (opening) and backup.c share. Nobody else includes this. */
#ifndef DB_SQLITE_H
#define DB_SQLITE_H

#include "db/db.h"
#include "db/lock.h"

#include <sqlite3.h>

struct db_stmt {
    struct db *db;
    sqlite3_stmt *handle; /* NULL: it did not compile; `why` says so at the step */
    char *sql;            /* owned copy */
    int *positions;       /* SQLite's parameter index of $1, $2 …; 0: not in the text */
    int position_count;
    bool active; /* stepped to a row and not reset: in the db's list of active ones */
    struct db_stmt *next_active, **link;
    struct err why;
};

/* Open addressing, a power of two of slots, at most half full. */
struct stmt_slot {
    const char *pointer; /* by_pointer only */
    struct db_stmt *stmt;
};
struct stmt_table {
    struct stmt_slot *slots;
    size_t size, count;
};

struct db {
    sqlite3 *handle;
    char *path; /* resolved; ":memory:" */
    struct process_lock lock;
    bool read_only;
    bool in_transaction; /* ours; SQLite may have rolled it back by itself: see is_lost */
    bool in_savepoint;
    bool reading; /* db_begin_read: never together with in_transaction */
    bool held;    /* another process would not let us write; until the rollback */
    bool failed;
    struct err failure;
    int64_t changes;
    int64_t version;         /* db_version: counts what we did */
    int64_t others;          /* SQLite's count of what other connections committed */
    bool version_is_settled; /* for the reading or the transaction that is open */
    struct stmt_table by_pointer, by_text;
    struct db_stmt *active;
    struct db_hints hints;
};

/* Our code for one of SQLite's results. */
enum err_code sqlite_code(int result);

/* Fills err with what SQLite says about the last call on the handle. Returns false. */
bool sqlite_error(sqlite3 *handle, const char *path, struct err *err);

/* The one name of a file, however it was reached: two names must not make two locks. With
 * may_create the file may be missing, its folder may not. malloc'd; NULL with err. */
char *sqlite_resolve(const char *path, bool may_create, struct err *err);

/* Opens the file as it is: no lock, no checks, no settings. *out must be closed even on failure. */
bool sqlite_open_raw(const char *path, int flags, sqlite3 **out, struct err *err)
    __attribute__((warn_unused_result));

/* "PRAGMA quick_check" or "PRAGMA integrity_check": false with ERR_CORRUPT and what it found. */
bool sqlite_check(sqlite3 *handle, const char *path, const char *pragma, struct err *err)
    __attribute__((warn_unused_result));

/* The statement of a text, made if it is new; as it was left. */
struct db_stmt *sqlite_find_statement(struct db *db, const char *sql);
/* For one without a handle; tried at each prepare until it compiles: a migration may make its
 * table. Where it does not, `why` says so. */
void sqlite_compile(struct db_stmt *stmt);
/* Forgets all prepared statements. */
void sqlite_drop_statements(struct db *db);

#endif
