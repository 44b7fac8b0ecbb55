/* A folder of backups: what is in it, by the time in each name ("usher-20260420T100203Z.sealed"),
 * and which of them are kept. Files of other names are never looked at. */
#ifndef DB_BACKUP_FOLDER_H
#define DB_BACKUP_FOLDER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/world.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One of them; memory from the arena. */
struct backup_file {
    const char *path;
    struct wall at; /* when it was begun */
};

enum { BACKUP_NAME_SIZE = 32 };

/* The name of one that is begun at this time. */
const char *backup_file_name(struct wall at, char out[BACKUP_NAME_SIZE]);
/* The time in a name; false: no backup's. */
bool backup_file_time(const char *name, struct wall *out);

/* Oldest first. A folder that cannot be read is an error. */
bool backup_folder_list(struct arena *arena, const char *folder, struct backup_file **out,
                        size_t *count, struct err *err) __attribute__((warn_unused_result));

/* The newest that was begun at `at` or before; NULL: there is none. */
const struct backup_file *backup_folder_at(const struct backup_file *files, size_t count,
                                           struct wall at);

/* Removes what is not kept: of the last 48 hours all, of each UTC day before that the last, nothing
 * of more than `days` days ago; the newest stays in any case. *removed counts them. */
bool backup_folder_prune(struct arena *arena, const char *folder, struct wall now, int64_t days,
                         size_t *removed, struct err *err) __attribute__((warn_unused_result));

#endif
