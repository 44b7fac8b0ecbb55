/* What the store tests stand on: an empty, migrated database of the engine under test, a world with
 * a clock that the test moves, an arena. A second engine runs the same tests by opening itself in
 * store_open_db. */
#ifndef TESTS_UNIT_STORE_H
#define TESTS_UNIT_STORE_H

#include "base/arena.h"
#include "base/embedded.h"
#include "base/world.h"
#include "db/db.h"
#include "db/migrate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define T0    "T0SANDBOX"
#define OTHER "T0OTHER"

struct store {
    struct world world; /* first: the ops get it back */
    uint64_t seed;
    struct db *db;
    struct arena arena;
};

/* splitmix64 */
static inline uint64_t store_random(struct store *store)
{
    uint64_t z = store->seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static inline void store_fill(struct world *world, void *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        ((unsigned char *)bytes)[i] = (unsigned char)store_random((struct store *)world);
}

static const struct world_ops store_ops = {.random = store_fill};

static inline struct db *store_open_db(void)
{
    struct db *db;
    struct err err = {0};
    if (!db_open(":memory:", DB_OPEN_CREATE, &db, &err))
        fail_msg("%s", err.msg);
    return db;
}

static inline int store_setup(void **state)
{
    struct store *store = calloc(1, sizeof *store);
    struct err err = {0};
    int applied;
    if (!store)
        abort();
    store->world = (struct world){.now = {1000000}, .speed = 1, .ops = &store_ops};
    store->db = store_open_db();
    if (!migrate(store->db, embedded_schema, store->world.now, &applied, &err))
        fail_msg("%s", err.msg);
    *state = store;
    return 0;
}

static inline int store_teardown(void **state)
{
    struct store *store = *state;
    struct err err = {0};
    if (!db_ok(store->db, &err))
        print_error("the db was left failed: %s\n", err.msg);
    db_close(store->db);
    arena_release(&store->arena);
    free(store);
    return 0;
}

#define store_test(name) cmocka_unit_test_setup_teardown(name, store_setup, store_teardown)

static inline void assert_db_ok(struct db *db)
{
    struct err err = {0};
    if (!db_ok(db, &err))
        fail_msg("%s", err.msg);
}

/* The statement's first column, or -1. */
static inline int64_t number_of(struct db *db, const char *sql)
{
    struct db_stmt *stmt = db_prepare(db, sql);
    int64_t number = db_step(stmt) == DB_ROW ? db_int(stmt, 0) : -1;
    db_reset(stmt);
    return number;
}

static inline void execute(struct db *db, const char *sql)
{
    struct err err = {0};
    if (!db_execute(db, sql, &err))
        fail_msg("%s: %s", sql, err.msg);
}

#endif
