/* SQLite's VFS lets its system calls be replaced one by one. */
#include "tests/scenario/disk.h"

#include <errno.h>
#include <sqlite3.h>
#include <stddef.h>
#include <sys/types.h>

struct disk disk;

/* The calls themselves. */
static ssize_t (*real_write)(int fd, const void *bytes, size_t len);
static ssize_t (*real_pwrite)(int fd, const void *bytes, size_t len, off_t at);
static ssize_t (*real_read)(int fd, void *bytes, size_t len);
static ssize_t (*real_pread)(int fd, void *bytes, size_t len, off_t at);
static int (*real_unlink)(const char *path);
static int (*real_ftruncate)(int fd, off_t len);

static bool fails_now(int why)
{
    if (disk.outside || !disk.failing_permille)
        return false;
    disk.random = disk.random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    if ((disk.random >> 33) % 1000 >= disk.failing_permille)
        return false;
    disk.failures++;
    errno = why;
    return true;
}

/* How many of the bytes may be written, or -1 with errno. */
static ssize_t allowed(size_t len)
{
    if (disk.dead || (disk.full && !disk.outside)) {
        errno = disk.dead ? EIO : ENOSPC;
        disk.failures++;
        return -1;
    }
    if (disk.cut_after && --disk.cut_after == 0) {
        disk.dead = true;
        if (disk.on_cut)
            disk.on_cut();
        return (ssize_t)(disk.cut_at % (len + 1));
    }
    return fails_now(ENOSPC) ? -1 : (ssize_t)len;
}

static ssize_t disk_write(int fd, const void *bytes, size_t len)
{
    ssize_t some = allowed(len);
    return some > 0 ? real_write(fd, bytes, (size_t)some) : some;
}

static ssize_t disk_pwrite(int fd, const void *bytes, size_t len, off_t at)
{
    ssize_t some = allowed(len);
    return some > 0 ? real_pwrite(fd, bytes, (size_t)some, at) : some;
}

static ssize_t disk_read(int fd, void *bytes, size_t len)
{
    return fails_now(EIO) ? -1 : real_read(fd, bytes, len);
}

static ssize_t disk_pread(int fd, void *bytes, size_t len, off_t at)
{
    return fails_now(EIO) ? -1 : real_pread(fd, bytes, len, at);
}

/* What a dead process would have tidied up stays as it was. */
static int disk_unlink(const char *path)
{
    if (!disk.dead)
        return real_unlink(path);
    errno = EIO;
    return -1;
}

static int disk_ftruncate(int fd, off_t len)
{
    if (!disk.dead)
        return real_ftruncate(fd, len);
    errno = EIO;
    return -1;
}

static void replace(const char *name, sqlite3_syscall_ptr ours, sqlite3_syscall_ptr *real)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    sqlite3_syscall_ptr was = vfs->xGetSystemCall(vfs, name);
    if (!was) /* SQLite was built without */
        return;
    *real = was;
    vfs->xSetSystemCall(vfs, name, ours);
}

void disk_install(void)
{
#define REPLACE(name, call)                                                                        \
    replace(name, (sqlite3_syscall_ptr)disk_##call, (sqlite3_syscall_ptr *)&real_##call)
    if (real_write)
        return;
    REPLACE("write", write);
    REPLACE("pwrite", pwrite);
    REPLACE("pwrite64", pwrite);
    REPLACE("read", read);
    REPLACE("pread", pread);
    REPLACE("pread64", pread);
    REPLACE("unlink", unlink);
    REPLACE("ftruncate", ftruncate);
#undef REPLACE
}
