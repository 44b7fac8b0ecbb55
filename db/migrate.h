/* Numbered migrations (db/schema/NNNN_name.sql, embedded), each applied in a
 * transaction and recorded with its checksum. */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "base/template.h"
#include "base/world.h"
#include "db/db.h"

/* Brings the database to the newest schema. `files` is the embedded folder, ordered by name.
 * ERR_TOO_NEW: the database knows a migration that this binary does not; ERR_CORRUPT: a recorded
 * checksum differs. *applied counts what was done. */
bool migrate(struct db *db, const struct embedded_file *files, struct wall now, int *applied,
             struct err *err) __attribute__((warn_unused_result));

/* True when nothing is left to apply; errors as migrate. */
bool migrate_check(struct db *db, const struct embedded_file *files, struct err *err)
    __attribute__((warn_unused_result));

#endif
