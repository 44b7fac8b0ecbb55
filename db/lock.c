/* The process lock on a database: flock on a file beside it that holds the pid. */
#include "db/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* 0 when the file does not say. */
static long pid_of_holder(int fd)
{
    char text[32] = {0};
    if (pread(fd, text, sizeof text - 1, 0) <= 0)
        return 0;
    long pid = strtol(text, NULL, 10);
    return pid > 0 ? pid : 0;
}

static void write_pid(int fd)
{
    char text[32];
    int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    /* The lock holds without it: only the other's error would be poorer. */
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)len, 0) != len)
        return;
}

static bool say_busy(int fd, const char *path, struct err *err)
{
    long pid = pid_of_holder(fd);
    if (pid)
        return err_set(err, ERR_BUSY,
                       "%s is in use by process %ld; stop that one first, or use another file",
                       path, pid);
    return err_set(err, ERR_BUSY,
                   "%s is in use by another process; stop that one first, or use another file",
                   path);
}

static bool say_not_opened(const char *path, int error, struct err *err)
{
    if (error == EACCES || error == EPERM || error == EROFS)
        return err_set(err, ERR_READ_ONLY,
                       "%s cannot be written: its folder takes no files (%s); give the user who "
                       "runs usher write permission on it",
                       path, strerror(error));
    return err_set(err, ERR_IO, "%s.lock cannot be opened: %s", path, strerror(error));
}

bool process_lock_take(struct process_lock *lock, const char *path, struct err *err)
{
    char *name = NULL;
    if (asprintf(&name, "%s.lock", path) < 0)
        abort();
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int error = errno;
    free(name);
    if (fd < 0)
        return say_not_opened(path, error, err);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            say_busy(fd, path, err);
        else
            err_set(err, ERR_IO, "%s cannot be locked: %s", path, strerror(errno));
        close(fd);
        return false;
    }
    write_pid(fd);
    lock->fd = fd;
    return true;
}

void process_lock_release(struct process_lock *lock)
{
    if (lock->fd < 0)
        return;
    /* A stale pid would name the wrong process in the moment between another's lock and its pid. */
    bool cleared = ftruncate(lock->fd, 0) == 0;
    (void)cleared;
    close(lock->fd);
    lock->fd = -1;
}
