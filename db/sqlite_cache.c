/* The SQLite driver's prepared statements: kept for the life of the connection, found by the
 * address of their text first, by the text second. */
#include "db/sqlite.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static size_t hash_pointer(const char *pointer)
{
    return (size_t)(((uintptr_t)pointer >> 3) * UINT64_C(0x9E3779B97F4A7C15) >> 20);
}

static size_t hash_text(const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return (size_t)(hash >> 8);
}

static void table_put(struct stmt_table *table, size_t hash, struct stmt_slot slot)
{
    size_t at = hash & (table->size - 1);
    while (table->slots[at].stmt)
        at = (at + 1) & (table->size - 1);
    table->slots[at] = slot;
    table->count++;
}

static void table_grow(struct stmt_table *table)
{
    struct stmt_table old = *table;
    table->size = old.size ? old.size * 2 : 128;
    table->count = 0;
    table->slots = calloc(table->size, sizeof *table->slots);
    if (!table->slots)
        abort();
    for (size_t i = 0; i < old.size; i++) {
        const struct stmt_slot *slot = &old.slots[i];
        if (slot->stmt)
            table_put(table,
                      slot->pointer ? hash_pointer(slot->pointer) : hash_text(slot->stmt->sql),
                      *slot);
    }
    free(old.slots);
}

static void table_add(struct stmt_table *table, size_t hash, struct stmt_slot slot)
{
    if (table->count * 2 >= table->size)
        table_grow(table);
    table_put(table, hash, slot);
}

/* The slot of a pointer, NULL if it is new. */
static struct stmt_slot *find_pointer(struct stmt_table *table, const char *pointer)
{
    if (!table->size)
        return NULL;
    size_t at = hash_pointer(pointer) & (table->size - 1);
    for (; table->slots[at].stmt; at = (at + 1) & (table->size - 1))
        if (table->slots[at].pointer == pointer)
            return &table->slots[at];
    return NULL;
}

static struct db_stmt *find_text(const struct stmt_table *table, const char *sql, size_t hash)
{
    if (!table->size)
        return NULL;
    size_t at = hash & (table->size - 1);
    for (; table->slots[at].stmt; at = (at + 1) & (table->size - 1))
        if (strcmp(table->slots[at].stmt->sql, sql) == 0)
            return table->slots[at].stmt;
    return NULL;
}

static int number_of(const char *name)
{
    char *end;
    long number = name && name[0] == '$' ? strtol(name + 1, &end, 10) : 0;
    return number > 0 && number < 1000 && *end == '\0' ? (int)number : 0;
}

/* SQLite numbers named parameters by first appearance; ours are numbered by name. */
static void map_parameters(struct db_stmt *stmt)
{
    int count = sqlite3_bind_parameter_count(stmt->handle), highest = 0;
    for (int i = 1; i <= count; i++) {
        int number = number_of(sqlite3_bind_parameter_name(stmt->handle, i));
        assert(number > 0); /* parameters are $1, $2 …: see db.h */
        highest = number > highest ? number : highest;
    }
    stmt->position_count = highest;
    stmt->positions = calloc((size_t)highest + 1, sizeof *stmt->positions);
    if (!stmt->positions)
        abort();
    for (int i = 1; i <= count; i++)
        stmt->positions[number_of(sqlite3_bind_parameter_name(stmt->handle, i))] = i;
}

void sqlite_compile(struct db_stmt *stmt)
{
    struct db *db = stmt->db;
    int result = sqlite3_prepare_v3(db->handle, stmt->sql, -1, SQLITE_PREPARE_PERSISTENT,
                                    &stmt->handle, NULL);
    if (result == SQLITE_OK && stmt->handle)
        map_parameters(stmt);
    else if (result == SQLITE_OK)
        err_set(&stmt->why, ERR_INTERNAL, "a statement without SQL");
    else
        err_set(&stmt->why, sqlite_code(result), "%s", sqlite3_errmsg(db->handle));
}

static struct db_stmt *stmt_new(struct db *db, const char *sql)
{
    struct db_stmt *stmt = calloc(1, sizeof *stmt);
    if (!stmt)
        abort();
    stmt->db = db;
    stmt->sql = strdup(sql);
    if (!stmt->sql)
        abort();
    return stmt;
}

static void stmt_free(struct db_stmt *stmt)
{
    sqlite3_finalize(stmt->handle);
    free(stmt->positions);
    free(stmt->sql);
    free(stmt);
}

void sqlite_drop_statements(struct db *db)
{
    for (size_t i = 0; i < db->by_text.size; i++)
        if (db->by_text.slots[i].stmt)
            stmt_free(db->by_text.slots[i].stmt);
    free(db->by_text.slots);
    free(db->by_pointer.slots);
    db->by_text = db->by_pointer = (struct stmt_table){0};
    db->active = NULL;
}

struct db_stmt *sqlite_find_statement(struct db *db, const char *sql)
{
    struct stmt_slot *known = find_pointer(&db->by_pointer, sql);
    /* The same address may hold another text when it is no literal. */
    if (known && strcmp(known->stmt->sql, sql) == 0)
        return known->stmt;
    size_t hash = hash_text(sql);
    struct db_stmt *stmt = find_text(&db->by_text, sql, hash);
    if (!stmt) {
        stmt = stmt_new(db, sql);
        table_add(&db->by_text, hash, (struct stmt_slot){NULL, stmt});
    }
    if (known)
        known->stmt = stmt;
    else
        table_add(&db->by_pointer, hash_pointer(sql), (struct stmt_slot){sql, stmt});
    return stmt;
}
