/* Backup and restore of an SQLite database: always a whole copy under another name first, checked
 * by opening it, then put in place by a rename. */
#include "db/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *name_of(const char *path, const char *suffix)
{
    char *name = NULL;
    if (asprintf(&name, "%s%s", path, suffix) < 0)
        abort();
    return name;
}

static bool exists(const char *path)
{
    return faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static void remove_with_sides(const char *path)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char *name = name_of(path, suffixes[i]);
        unlink(name);
        free(name);
    }
}

static bool sync_path(const char *path, int flags, struct err *err)
{
    int fd = open(path, flags | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;
    if (!synced)
        err_set(err, ERR_IO, "%s cannot be made durable: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return synced;
}

static bool sync_folder_of(const char *path, struct err *err)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    if (!folder)
        abort();
    bool synced = sync_path(folder, O_RDONLY | O_DIRECTORY, err);
    free(folder);
    return synced;
}

static bool rename_into(const char *from, const char *to, struct err *err)
{
    if (rename(from, to) == 0)
        return sync_folder_of(to, err);
    return err_set(err, ERR_IO, "%s cannot be renamed to %s: %s", from, to, strerror(errno));
}

/* ---- copying and checking ---- */

/* A new file of mode 0600, whatever the umask. */
static bool make_new(const char *path, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err, ERR_CANNOT_CREATE, "%s cannot be made: %s", path, strerror(errno));
    close(fd);
    return true;
}

/* In one go: a copy in steps would start again at every write of another process. */
static bool copy_pages(sqlite3 *from, sqlite3 *to, const char *path, struct err *err)
{
    int step = SQLITE_ERROR;
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (backup) {
        step = sqlite3_backup_step(backup, -1);
        sqlite3_backup_finish(backup);
    }
    return step == SQLITE_DONE || err_set(err, sqlite_code(step), "the copy to %s stopped: %s",
                                          path, sqlite3_errstr(step));
}

static bool copy_to(sqlite3 *from, const char *path, struct err *err)
{
    sqlite3 *to = NULL;
    bool done = make_new(path, err) && sqlite_open_raw(path, SQLITE_OPEN_READWRITE, &to, err) &&
                copy_pages(from, to, path, err);
    /* One plain file, without side files that could be left behind. */
    if (done && sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) != SQLITE_OK)
        done = sqlite_error(to, path, err);
    sqlite3_close(to);
    return done;
}

static bool has_record(sqlite3 *handle, const char *path, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool found = sqlite3_prepare_v2(handle, "SELECT count(*) FROM schema_migrations", -1, &stmt,
                                    NULL) == SQLITE_OK &&
                 sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_int64(stmt, 0) > 0;
    sqlite3_finalize(stmt);
    if (found)
        return true;
    return err_set(err, ERR_INVALID, "%s is a database, but not one of usher's", path);
}

static bool check_whole(sqlite3 *handle, const char *path, struct err *err)
{
    return sqlite_check(handle, path, "PRAGMA integrity_check(1)", err) &&
           has_record(handle, path, err);
}

/* Opens the copy as a stranger would, and reads every page of it. */
static bool verify_copy(const char *path, struct err *err)
{
    sqlite3 *copy = NULL;
    bool whole = sqlite_open_raw(path, SQLITE_OPEN_READONLY, &copy, err) &&
                 check_whole(copy, path, err) && sync_path(path, O_RDONLY, err);
    sqlite3_close(copy);
    return whole;
}

/* Leaves a verified copy at "<path>.partial" (malloc'd name), or nothing and NULL. */
static char *make_partial(sqlite3 *from, const char *path, struct err *err)
{
    char *partial = name_of(path, ".partial");
    remove_with_sides(partial); /* of one that was cut off */
    if (copy_to(from, partial, err) && verify_copy(partial, err))
        return partial;
    remove_with_sides(partial);
    free(partial);
    return NULL;
}

bool db_backup(struct db *db, const char *path, struct err *err)
{
    if (exists(path))
        return err_set(err, ERR_CONFLICT, "%s is there already; give another name, or move it away",
                       path);
    char *partial = make_partial(db->handle, path, err);
    if (!partial)
        return err_prefix(err, "backup");
    bool done = rename_into(partial, path, err);
    if (!done)
        remove_with_sides(partial);
    free(partial);
    return done || err_prefix(err, "backup");
}

/* ---- restore ---- */

/* The new name stands before the old one goes: a crash leaves no moment without a store, which the
 * next start would take for a new one. A file system without hard links has that moment. */
static bool name_too(const char *from, const char *to, struct err *err)
{
    return link(from, to) == 0 ? sync_folder_of(to, err) : rename_into(from, to, err);
}

/* True where a restore was cut off between the two names. */
static bool is_one_file(const char *a, const char *b)
{
    struct stat of_a, of_b;
    return stat(a, &of_a) == 0 && stat(b, &of_b) == 0 && of_a.st_dev == of_b.st_dev &&
           of_a.st_ino == of_b.st_ino;
}

/* What is at `to` may have commits in its write-ahead log alone: they go into the file, or, if it
 * cannot be opened, the log goes along under the new name. A log left there would be taken for the
 * new file's. */
static bool set_aside(const char *to, const char *aside, struct err *err)
{
    sqlite3 *old = NULL;
    struct err ignored;
    if (sqlite_open_raw(to, SQLITE_OPEN_READWRITE, &old, &ignored))
        sqlite3_exec(old, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
    sqlite3_close(old);
    char *wal = name_of(to, "-wal"), *aside_wal = name_of(aside, "-wal");
    char *shm = name_of(to, "-shm");
    unlink(shm);
    bool done = (!exists(wal) || rename_into(wal, aside_wal, err)) && name_too(to, aside, err);
    free(wal);
    free(aside_wal);
    free(shm);
    return done;
}

static bool put_in_place(const char *partial, const char *to, struct err *err)
{
    char *aside = name_of(to, ".before-restore");
    bool done = true;
    if (is_one_file(to, aside))
        unlink(aside);
    if (exists(to) && exists(aside))
        done = err_set(err, ERR_CONFLICT, "%s, kept by an earlier restore, is there; move it away",
                       aside);
    else if (exists(to))
        done = set_aside(to, aside, err);
    free(aside);
    return done && rename_into(partial, to, err);
}

static bool restore_locked(const char *from, const char *to, struct err *err)
{
    sqlite3 *source = NULL;
    char *partial = NULL;
    bool done = sqlite_open_raw(from, SQLITE_OPEN_READONLY, &source, err) &&
                check_whole(source, from, err) && (partial = make_partial(source, to, err)) &&
                put_in_place(partial, to, err);
    sqlite3_close(source);
    if (!done && partial)
        remove_with_sides(partial);
    free(partial);
    return done;
}

bool db_restore(const char *from, const char *to, struct err *err)
{
    struct process_lock lock = {.fd = -1};
    if (!exists(from))
        return err_set(err, ERR_NOT_FOUND, "restore: %s: there is no such file", from);
    char *target = sqlite_resolve(to, true, err);
    bool done =
        target && process_lock_take(&lock, target, err) && restore_locked(from, target, err);
    process_lock_release(&lock);
    free(target);
    return done || err_prefix(err, "restore");
}
