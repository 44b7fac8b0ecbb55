/* Rows into structs: one, or all that a statement yields, copied into an arena. */
#ifndef DB_ROWS_H
#define DB_ROWS_H

#include "base/arena.h"
#include "base/world.h"
#include "db/db.h"

/* Fills a zeroed struct from the statement's current row. */
typedef void row_reader(struct db_stmt *stmt, struct arena *arena, void *out);

/* Runs the statement for its first row. False: there is none, or the db failed; out is untouched.
 */
bool rows_one(struct db_stmt *stmt, struct arena *arena, row_reader *read, void *out);

/* Runs the statement to its end: an array of *count structs of `size` bytes, NULL when none. A
 * failure on the way gives none. */
void *rows_all(struct db_stmt *stmt, struct arena *arena, row_reader *read, size_t size,
               size_t *count);

/* The first column of the first row, 0 when there is none. */
int64_t rows_number(struct db_stmt *stmt);

/* A column, copied; NULL stays NULL. */
const char *rows_text(struct db_stmt *stmt, struct arena *arena, int column);
struct wall rows_wall(struct db_stmt *stmt, int column);

void rows_bind_limit(struct db_stmt *stmt, int index, size_t limit); /* 0: no limit */

#endif
