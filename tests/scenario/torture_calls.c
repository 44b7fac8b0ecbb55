/* Failures before what libraries do: the linker leads the bot's own calls of these functions here
 * (--wrap, in the Makefile), and __real_… is the function itself. What looks at the store from
 * outside is left alone. */
#include "tests/scenario/scene.h"
#include "tests/scenario/torture.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WRAP(type, name, ...)                                                                      \
    type __real_##name(__VA_ARGS__);                                                               \
    type __wrap_##name(__VA_ARGS__);                                                               \
    type __wrap_##name(__VA_ARGS__)

/* ---- the store ---- */

/* Fails and leaves the transaction as it was, or takes all of it along: SQLite does both. */
WRAP(int, sqlite3_step, sqlite3_stmt *stmt)
{
    sqlite3 *handle = sqlite3_db_handle(stmt);
    unsigned way = handle == the.outside ? 0 : torture_way(sqlite3_sql(stmt), 2);
    if (!way)
        return __real_sqlite3_step(stmt);
    if (way == 2 && !sqlite3_get_autocommit(handle)) {
        sqlite3_stmt *rollback = NULL;
        if (sqlite3_prepare_v2(handle, "ROLLBACK", -1, &rollback, NULL) == SQLITE_OK)
            __real_sqlite3_step(rollback);
        sqlite3_finalize(rollback);
    }
    return way == 1 ? SQLITE_IOERR : SQLITE_FULL;
}

/* The way back, ROLLBACK, cannot fail. */
WRAP(int, sqlite3_exec, sqlite3 *handle, const char *sql, int (*row)(void *, int, char **, char **),
     void *arg, char **message)
{
    if (strncmp(sql, "ROLLBACK", strlen("ROLLBACK")) != 0 && torture_way(sql, 1))
        return SQLITE_IOERR;
    return __real_sqlite3_exec(handle, sql, row, arg, message);
}

WRAP(int, sqlite3_prepare_v3, sqlite3 *handle, const char *sql, int len, unsigned flags,
     sqlite3_stmt **out, const char **rest)
{
    if (!torture_way(sql, 1))
        return __real_sqlite3_prepare_v3(handle, sql, len, flags, out, rest);
    *out = NULL;
    return SQLITE_IOERR;
}

WRAP(int, sqlite3_open_v2, const char *path, sqlite3 **out, int flags, const char *vfs)
{
    bool fails = out != &the.outside && torture_way("sqlite3_open_v2", 1);
    return __real_sqlite3_open_v2(fails ? "/dev/null/usher.db" : path, out, flags, vfs);
}

WRAP(sqlite3_backup *, sqlite3_backup_init, sqlite3 *to, const char *to_name, sqlite3 *from,
     const char *from_name)
{
    return torture_way("sqlite3_backup_init", 1)
               ? NULL
               : __real_sqlite3_backup_init(to, to_name, from, from_name);
}

WRAP(int, sqlite3_backup_step, sqlite3_backup *backup, int pages)
{
    return torture_way("sqlite3_backup_step", 1) ? SQLITE_FULL
                                                 : __real_sqlite3_backup_step(backup, pages);
}

/* ---- files ---- */

static bool fails(const char *what, int why)
{
    if (!torture_way(what, 1))
        return false;
    errno = why;
    return true;
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    if (flags & O_CREAT) {
        va_list args;
        va_start(args, flags);
        mode = va_arg(args, mode_t);
        va_end(args);
    }
    return fails("open", EMFILE) ? -1 : __real_open(path, flags, mode);
}

WRAP(FILE *, fopen, const char *path, const char *mode)
{
    return fails("fopen", EMFILE) ? NULL : __real_fopen(path, mode);
}

/* Nothing, or less than was asked for. */
static ssize_t part(unsigned way, size_t len, int why)
{
    errno = why;
    return way == 1 ? -1 : (ssize_t)(len + 1) / 2;
}

WRAP(ssize_t, read, int fd, void *bytes, size_t len)
{
    unsigned way = len > 1 ? torture_way("read", 2) : 0;
    if (way == 1)
        return part(way, len, EIO);
    return __real_read(fd, bytes, way == 2 ? (len + 1) / 2 : len);
}

WRAP(ssize_t, write, int fd, const void *bytes, size_t len)
{
    unsigned way = len > 1 ? torture_way("write", 2) : 0;
    if (way == 1)
        return part(way, len, ENOSPC);
    return __real_write(fd, bytes, way == 2 ? (len + 1) / 2 : len);
}

/* There is no way to say of a stream that it has failed but to make it fail. */
static void spoil(FILE *file, int why)
{
    int fd = fileno(file), other = __real_open("/dev/null", O_PATH);
    if (other >= 0) {
        dup3(other, fd, O_CLOEXEC);
        close(other);
    }
    errno = why;
}

WRAP(size_t, fread, void *bytes, size_t size, size_t count, FILE *file)
{
    if (torture_way("fread", 1))
        spoil(file, EIO);
    return __real_fread(bytes, size, count, file);
}

WRAP(size_t, fwrite, const void *bytes, size_t size, size_t count, FILE *file)
{
    if (torture_way("fwrite", 1))
        spoil(file, ENOSPC);
    return __real_fwrite(bytes, size, count, file);
}

WRAP(int, fflush, FILE *file)
{
    return file && fails("fflush", ENOSPC) ? EOF : __real_fflush(file);
}

WRAP(int, fsync, int fd)
{
    return fails("fsync", EIO) ? -1 : __real_fsync(fd);
}

WRAP(int, fchmod, int fd, mode_t mode)
{
    return fails("fchmod", EPERM) ? -1 : __real_fchmod(fd, mode);
}

WRAP(int, rename, const char *from, const char *to)
{
    return fails("rename", EIO) ? -1 : __real_rename(from, to);
}
