/* Rows into structs in an arena. */
#include "db/rows.h"

#include <string.h>

bool rows_one(struct db_stmt *stmt, struct arena *arena, row_reader *read, void *out)
{
    bool found = db_step(stmt) == DB_ROW;
    if (found)
        read(stmt, arena, out);
    db_reset(stmt);
    return found;
}

static void *grow(struct arena *arena, const void *rows, size_t count, size_t size, size_t *room)
{
    *room = *room ? *room * 2 : 8;
    void *wider = arena_array(arena, *room, size);
    if (count)
        memcpy(wider, rows, count * size);
    return wider;
}

void *rows_all(struct db_stmt *stmt, struct arena *arena, row_reader *read, size_t size,
               size_t *count)
{
    unsigned char *rows = NULL;
    size_t room = 0, n = 0;
    enum db_row row;
    while ((row = db_step(stmt)) == DB_ROW) {
        if (n == room)
            rows = grow(arena, rows, n, size, &room);
        read(stmt, arena, rows + n * size);
        n++;
    }
    *count = row == DB_DONE ? n : 0;
    return *count ? rows : NULL;
}

int64_t rows_number(struct db_stmt *stmt)
{
    int64_t number = db_step(stmt) == DB_ROW ? db_int(stmt, 0) : 0;
    db_reset(stmt);
    return number;
}

const char *rows_text(struct db_stmt *stmt, struct arena *arena, int column)
{
    return arena_str(arena, db_text(stmt, column));
}

struct wall rows_wall(struct db_stmt *stmt, int column)
{
    return (struct wall){db_int(stmt, column)};
}

void rows_bind_limit(struct db_stmt *stmt, int index, size_t limit)
{
    db_bind_int(stmt, index, limit == 0 || limit > INT64_MAX ? INT64_MAX : (int64_t)limit);
}
