/* The SQLite driver: opening and closing a database, and what is said when that does not work. */
#include "db/sqlite.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    OPEN_PATIENCE_MS = 250,    /* for a reader that is just closing */
    SHARED_PATIENCE_MS = 2000, /* an operator's command, for the service's short writes */
    /* The service, for theirs. Who clicks is told within the three seconds that Slack allows: a
     * turn that was waiting when the click came, and its own. */
    SERVICE_PATIENCE_MS = 1000,
    /* What a savepoint can undo is kept in memory up to here, as one piece: with temp_store =
     * MEMORY it would be a list of kilobytes, five allocations for each page that an event touches.
     */
    SAVEPOINT_BYTES = 1024 * 1024,
    WALKED_BYTES = 256 * 1024 * 1024 /* a file up to this is walked at the start */
};

/* A reader that does not end makes the log grow; once it has gone, the file shrinks to this, which
 * is above what the checkpoints of every 1000 pages leave. */
#define LOG_KEPT_BYTES "8388608"

static bool is_memory(const char *path)
{
    return strcmp(path, ":memory:") == 0;
}

bool sqlite_error(sqlite3 *handle, const char *path, struct err *err)
{
    int result = sqlite3_extended_errcode(handle);
    const char *why = sqlite3_errmsg(handle);
    enum err_code code = sqlite_code(result);
    switch (code) {
    case ERR_CORRUPT:
        return err_set(err, code,
                       "%s is not a sound database (%s); restore a backup with `usher restore`",
                       path, why);
    case ERR_BUSY:
        return err_set(err, code, "%s is locked by another program; close that one first", path);
    case ERR_READ_ONLY:
        return err_set(err, code,
                       "%s cannot be written (%s); give the user who runs usher write permission "
                       "on the file and its folder",
                       path, why);
    default:
        if ((result & 0xff) == SQLITE_FULL)
            return err_set(err, code, "%s: the disk is full; make room", path);
        return err_set(err, code, "%s cannot be opened: %s", path, why);
    }
}

/* For the whole process, before SQLite's first use: no counting of memory under a lock, and a path
 * is a path even where it begins with "file:". Later calls are refused, which is as well. */
static void configure_once(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_URI, 0);
    sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, SAVEPOINT_BYTES);
}

bool sqlite_open_raw(const char *path, int flags, sqlite3 **out, struct err *err)
{
    *out = NULL;
    configure_once();
    int result = sqlite3_open_v2(path, out, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (!*out)
        abort(); /* SQLite documents: only when out of memory */
    sqlite3_extended_result_codes(*out, 1);
    if (result != SQLITE_OK)
        return sqlite_error(*out, path, err);
    sqlite3_busy_timeout(*out, OPEN_PATIENCE_MS);
    sqlite3_db_config(*out, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(*out, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(*out, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(*out, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    return true;
}

bool sqlite_check(sqlite3 *handle, const char *path, const char *pragma, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool sound = sqlite3_prepare_v2(handle, pragma, -1, &stmt, NULL) == SQLITE_OK &&
                 sqlite3_step(stmt) == SQLITE_ROW;
    if (!sound) {
        sqlite_error(handle, path, err);
    } else {
        const char *found = (const char *)sqlite3_column_text(stmt, 0);
        sound = found && strcmp(found, "ok") == 0;
        if (!sound)
            err_set(err, ERR_CORRUPT,
                    "%s is damaged (%.80s); restore a backup with `usher restore`", path,
                    found ? found : "no answer");
    }
    sqlite3_finalize(stmt);
    return sound;
}

/* ---- the file ---- */

static bool say_missing(const char *path, int error, struct err *err)
{
    if (error == ENOENT || error == ENOTDIR)
        return err_set(err, ERR_NOT_FOUND,
                       "%s: there is no such database; check store.path (or USHER_DB), or make "
                       "one with `usher migrate`",
                       path);
    return err_set(err, error == EACCES ? ERR_FORBIDDEN : ERR_IO, "%s cannot be reached: %s", path,
                   strerror(error));
}

static bool check_file(const char *path, bool read_only, struct err *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return say_missing(path, errno, err);
    if (!S_ISREG(st.st_mode))
        return err_set(err, ERR_IO, "%s is no file: a database is one file, not a %s", path,
                       S_ISDIR(st.st_mode) ? "folder" : "device");
    /* Not by opening it: closing that would drop SQLite's own locks on the file. */
    if (faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) != 0)
        return err_set(err, ERR_FORBIDDEN,
                       "%s cannot be read (%s); run usher as the user who owns it", path,
                       strerror(errno));
    if (!read_only && faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0)
        return err_set(err, ERR_READ_ONLY,
                       "%s is read-only (%s); give the user who runs usher write permission on it",
                       path, strerror(errno));
    return true;
}

char *sqlite_resolve(const char *path, bool may_create, struct err *err)
{
    char *whole = realpath(path, NULL);
    if (whole)
        return whole;
    if (errno != ENOENT || !may_create) {
        say_missing(path, errno, err);
        return NULL;
    }
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    if (!folder)
        abort();
    char *real_folder = realpath(folder, NULL);
    if (!real_folder)
        err_set(err, ERR_CANNOT_CREATE, "%s cannot be made: the folder %s: %s; make it first", path,
                folder, strerror(errno));
    else if (asprintf(&whole, "%s/%s", real_folder, slash ? slash + 1 : path) < 0)
        abort();
    free(folder);
    free(real_folder);
    return whole;
}

/* Customers' data: for its owner alone. SQLite gives its side files the same mode. */
static bool make_file(const char *path, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) {
        close(fd);
        return true;
    }
    if (errno == EEXIST)
        return true;
    return err_set(err, ERR_CANNOT_CREATE, "%s cannot be made: %s", path, strerror(errno));
}

/* ---- opening ---- */

static bool apply(struct db *db, const char *sql, struct err *err)
{
    if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
        return true;
    return sqlite_error(db->handle, db->path, err);
}

/* Walking a file takes a second a gigabyte at best, in which nobody is answered. Of a larger one,
 * each backup walks its copy. */
static bool is_small(const struct db *db)
{
    struct stat st;
    return stat(db->path, &st) != 0 || st.st_size <= WALKED_BYTES;
}

static bool set_up_writer(struct db *db, struct err *err)
{
    if (!apply(db, "SELECT count(*) FROM sqlite_master", err)) /* the first real read */
        return false;
    if (sqlite3_db_readonly(db->handle, "main") == 1)
        return err_set(err, ERR_READ_ONLY,
                       "%s is read-only; give the user who runs usher write permission on it",
                       db->path);
    return (!is_small(db) || sqlite_check(db->handle, db->path, "PRAGMA quick_check(1)", err)) &&
           apply(db,
                 "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                 "PRAGMA journal_size_limit = " LOG_KEPT_BYTES ";",
                 err);
}

static bool set_up(struct db *db, struct err *err)
{
    bool ready = db->read_only
                     ? apply(db, "PRAGMA query_only = 1; SELECT count(*) FROM sqlite_master", err)
                     : set_up_writer(db, err);
    if (!ready || !apply(db, "PRAGMA foreign_keys = ON", err))
        return false;
    bool service = db->lock.fd >= 0;
    sqlite3_busy_timeout(db->handle, service ? SERVICE_PATIENCE_MS : SHARED_PATIENCE_MS);
    return true;
}

static bool open_file(struct db *db, const char *path, unsigned flags, struct err *err)
{
    bool create = (flags & DB_OPEN_CREATE) && !db->read_only;
    db->path = sqlite_resolve(path, create, err);
    if (!db->path)
        return false;
    bool there = faccessat(AT_FDCWD, db->path, F_OK, AT_EACCESS) == 0;
    if (there && !check_file(db->path, db->read_only, err))
        return false;
    bool alone = !db->read_only && !(flags & DB_OPEN_SHARED);
    if (alone && !process_lock_take(&db->lock, db->path, err))
        return false;
    if (!there && !make_file(db->path, err))
        return false;
    return sqlite_open_raw(db->path, db->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE,
                           &db->handle, err);
}

static bool open_memory(struct db *db, struct err *err)
{
    db->path = strdup(":memory:");
    if (!db->path)
        abort();
    return sqlite_open_raw(db->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, &db->handle, err);
}

bool db_open(const char *path, unsigned flags, struct db **out, struct err *err)
{
    struct db *db = calloc(1, sizeof *db);
    if (!db)
        abort();
    db->lock.fd = -1;
    db->read_only = (flags & DB_OPEN_READ_ONLY) && !is_memory(path);
    bool opened = is_memory(path) ? open_memory(db, err) : open_file(db, path, flags, err);
    if (opened && set_up(db, err)) {
        *out = db;
        return true;
    }
    db_close(db);
    *out = NULL;
    return false;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    if (db->handle)
        db_rollback(db);
    sqlite_drop_statements(db);
    int result = sqlite3_close(db->handle);
    assert(result == SQLITE_OK); /* nothing of ours is left on it */
    (void)result;
    process_lock_release(&db->lock);
    free(db->path);
    free(db);
}
