/* The process lock: one process at a time writes to a database. It is a flock on "<path>.lock", a
 * file that holds the pid, so that the second one can say who the first one is; the system drops
 * it with the process, however that ends. The file itself stays: removing it would race. */
#ifndef DB_LOCK_H
#define DB_LOCK_H

#include "base/err.h"

struct process_lock {
    int fd; /* -1: not held */
};

/* ERR_BUSY (names the pid where known), ERR_READ_ONLY (the folder takes no files), ERR_IO. */
bool process_lock_take(struct process_lock *lock, const char *path, struct err *err)
    __attribute__((warn_unused_result));
void process_lock_release(struct process_lock *lock); /* one that is not held: nothing */

#endif
