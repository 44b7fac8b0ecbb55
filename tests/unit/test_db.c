/* The driver: statements and their cache, the sticky failure, transactions and savepoints. */
#include "db/db.h"
#include "tests/unit/store.h"

static int open_empty(void **state)
{
    struct db *db = store_open_db();
    execute(db, "CREATE TABLE t (a BIGINT PRIMARY KEY, b TEXT)");
    *state = db;
    return 0;
}

static int close_it(void **state)
{
    db_close(*state);
    return 0;
}

static bool insert(struct db *db, int64_t a, const char *b)
{
    struct db_stmt *stmt = db_prepare(db, "INSERT INTO t (a, b) VALUES ($1, $2)");
    db_bind_int(stmt, 1, a);
    db_bind_text(stmt, 2, b);
    return db_run(stmt);
}

static int64_t count(struct db *db)
{
    return number_of(db, "SELECT count(*) FROM t");
}

static void test_parameters_are_known_by_their_numbers(void **state)
{
    struct db *db = *state;
    struct db_stmt *stmt = db_prepare(db, "SELECT $2, $1, $2, $3");
    db_bind_int(stmt, 1, 10);
    db_bind_text(stmt, 2, "zwölf");
    db_bind_null(stmt, 3);
    assert_int_equal(db_step(stmt), DB_ROW);
    assert_string_equal(db_text(stmt, 0), "zwölf");
    assert_int_equal(db_int(stmt, 1), 10);
    assert_string_equal(db_text(stmt, 2), "zwölf");
    assert_true(db_is_null(stmt, 3));
    assert_null(db_text(stmt, 3));
    assert_int_equal(db_step(stmt), DB_DONE);
}

static void test_whole_numbers_keep_all_their_bits(void **state)
{
    struct db *db = *state;
    assert_true(insert(db, INT64_MAX, NULL));
    assert_true(insert(db, INT64_MIN, ""));
    assert_int_equal(number_of(db, "SELECT max(a) FROM t"), INT64_MAX);
    assert_int_equal(number_of(db, "SELECT min(a) FROM t"), INT64_MIN);
    assert_int_equal(number_of(db, "SELECT count(*) FROM t WHERE b IS NULL"), 1);
}

static void test_the_same_text_is_prepared_once_and_comes_back_clean(void **state)
{
    struct db *db = *state;
    char copy[] = "SELECT $1";
    struct db_stmt *first = db_prepare(db, "SELECT $1");
    db_bind_int(first, 1, 5);
    assert_int_equal(db_step(first), DB_ROW);
    assert_ptr_equal(db_prepare(db, copy), first);
    assert_int_equal(db_step(first), DB_ROW);
    assert_true(db_is_null(first, 0)); /* reset, and its bindings cleared */
}

static void test_an_address_with_another_text_is_another_statement(void **state)
{
    struct db *db = *state;
    char sql[32] = "SELECT 1";
    struct db_stmt *one = db_prepare(db, sql);
    snprintf(sql, sizeof sql, "SELECT 2");
    assert_ptr_not_equal(db_prepare(db, sql), one);
    assert_int_equal(number_of(db, sql), 2);
}

static void test_a_thousand_statements_are_kept(void **state)
{
    struct db *db = *state;
    struct db_stmt *stmts[1000];
    char sql[32];
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 1000; i++) {
            snprintf(sql, sizeof sql, "SELECT %d", i);
            if (round == 0)
                stmts[i] = db_prepare(db, sql);
            else
                assert_ptr_equal(db_prepare(db, sql), stmts[i]);
        }
    assert_int_equal(number_of(db, "SELECT 999"), 999);
}

static void test_bad_sql_fails_at_the_step_and_names_itself(void **state)
{
    struct db *db = *state;
    struct err err = {0};
    struct db_stmt *stmt = db_prepare(db, "SELECT a FROM nowhere");
    db_bind_int(stmt, 1, 1);
    assert_true(db_ok(db, NULL));
    assert_int_equal(db_step(stmt), DB_FAILED);
    assert_false(db_ok(db, &err));
    assert_int_equal(err.code, ERR_INTERNAL);
    assert_non_null(strstr(err.msg, "nowhere"));
    db_rollback(db);
    execute(db, "CREATE TABLE nowhere (a BIGINT)");
    assert_int_equal(db_step(db_prepare(db, "SELECT a FROM nowhere")), DB_DONE);
}

static void test_after_a_failure_everything_fails_until_the_rollback(void **state)
{
    struct db *db = *state;
    struct err err = {0};
    assert_true(db_begin(db));
    assert_true(insert(db, 1, "a"));
    assert_false(insert(db, 1, "again"));
    assert_false(insert(db, 2, "innocent"));
    assert_int_equal(number_of(db, "SELECT count(*) FROM t"), -1);
    assert_false(db_ok(db, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_non_null(strstr(err.msg, "t.a"));
    assert_false(db_commit(db));
    assert_false(db_in_transaction(db));
    assert_false(db_ok(db, &err)); /* still says why */
    db_rollback(db);
    assert_int_equal(count(db), 0);
}

static void test_a_new_transaction_forgets_the_failure_of_the_last(void **state)
{
    struct db *db = *state;
    assert_true(db_begin(db));
    assert_true(insert(db, 1, "a"));
    assert_false(insert(db, 1, "a"));
    assert_true(!db_begin(db)); /* one is open: nothing is forgotten */
    assert_false(db_commit(db));
    assert_true(db_begin(db));
    assert_true(insert(db, 1, "a"));
    assert_true(db_commit(db));
    assert_int_equal(count(db), 1);
}

static void test_a_savepoint_takes_back_its_own_work_alone(void **state)
{
    struct db *db = *state;
    assert_true(db_savepoint(db)); /* begins the transaction too */
    assert_true(insert(db, 1, "first"));
    assert_true(db_release_savepoint(db));
    assert_true(db_savepoint(db));
    assert_true(insert(db, 2, "second"));
    assert_false(insert(db, 1, "clash"));
    assert_false(db_release_savepoint(db));
    db_rollback_savepoint(db);
    assert_true(db_ok(db, NULL));
    assert_true(db_savepoint(db));
    assert_true(insert(db, 3, "third"));
    assert_true(db_release_savepoint(db));
    assert_true(db_commit(db));
    assert_int_equal(number_of(db, "SELECT sum(a) FROM t"), 4);
}

static void test_a_rollback_of_the_savepoint_ends_open_reads(void **state)
{
    struct db *db = *state;
    assert_true(db_savepoint(db));
    assert_true(insert(db, 1, "a"));
    struct db_stmt *read = db_prepare(db, "SELECT a FROM t");
    assert_int_equal(db_step(read), DB_ROW);
    db_rollback_savepoint(db);
    assert_int_equal(db_int(read, 0), 0);
    assert_null(db_text(read, 0));
    assert_true(db_commit(db));
    assert_int_equal(count(db), 0);
}

static void test_a_transaction_that_the_engine_dropped_cannot_be_committed(void **state)
{
    struct db *db = *state;
    struct err err = {0};
    assert_true(db_begin(db));
    assert_true(insert(db, 1, "lost"));
    assert_true(db_savepoint(db));
    execute(db, "ROLLBACK"); /* as SQLite does by itself when the disk is full */
    assert_false(insert(db, 2, "must not be written alone"));
    db_rollback_savepoint(db);
    assert_false(db_ok(db, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_false(insert(db, 3, "nor this"));
    assert_false(db_commit(db));
    db_rollback(db);
    assert_int_equal(count(db), 0);
    assert_true(insert(db, 4, "a new start"));
}

static void test_commit_without_a_transaction_is_true(void **state)
{
    struct db *db = *state;
    assert_true(db_commit(db));
    assert_true(db_begin(db));
    assert_true(db_begin(db));
    assert_true(db_commit(db));
    assert_false(db_in_transaction(db));
    db_rollback(db);
}

static void test_changes_are_those_of_the_last_statement_that_ended(void **state)
{
    struct db *db = *state;
    for (int i = 0; i < 5; i++)
        assert_true(insert(db, i, "x"));
    assert_int_equal(db_changes(db), 1);
    assert_true(db_run(db_prepare(db, "UPDATE t SET b = 'y' WHERE a < 3")));
    assert_int_equal(db_changes(db), 3);
    assert_int_equal(count(db), 5); /* reading changes nothing */
    assert_int_equal(db_changes(db), 3);
    assert_true(db_run(db_prepare(db, "DELETE FROM t WHERE a > 100")));
    assert_int_equal(db_changes(db), 0);
}

static void test_a_statement_that_returns_rows_has_its_whole_effect_at_the_first(void **state)
{
    struct db *db = *state;
    for (int i = 0; i < 5; i++)
        assert_true(insert(db, i, "x"));
    struct db_stmt *stmt = db_prepare(db, "DELETE FROM t WHERE a < 4 RETURNING a");
    assert_int_equal(db_step(stmt), DB_ROW);
    assert_int_equal(count(db), 1);
    db_reset(stmt);
    assert_int_equal(count(db), 1);
}

static void test_foreign_keys_are_kept(void **state)
{
    struct db *db = *state;
    execute(db, "CREATE TABLE child (a BIGINT REFERENCES t (a))");
    assert_false(db_run(db_prepare(db, "INSERT INTO child (a) VALUES (7)")));
    db_rollback(db);
}

/* Whether the version moved since it was last asked for. */
static bool is_another(struct db *db, int64_t *version)
{
    int64_t before = *version;
    *version = db_version(db);
    return *version != before;
}

static void test_the_version_moves_with_what_is_written_and_what_is_taken_back(void **state)
{
    struct db *db = *state;
    int64_t version = db_version(db);
    assert_int_equal(count(db), 0);
    assert_false(is_another(db, &version));
    assert_true(insert(db, 1, "alone"));
    assert_true(is_another(db, &version));
    assert_true(db_savepoint(db));
    is_another(db, &version);
    assert_true(insert(db, 2, "taken back"));
    assert_true(is_another(db, &version));
    db_rollback_savepoint(db);
    assert_true(is_another(db, &version));
    assert_int_equal(count(db), 1);
    assert_false(is_another(db, &version));
    assert_true(insert(db, 3, "kept"));
    assert_true(is_another(db, &version));
    assert_true(db_commit(db));
    assert_true(db_begin(db));
    is_another(db, &version);
    assert_true(insert(db, 4, "taken back with all"));
    is_another(db, &version);
    db_rollback(db);
    assert_true(is_another(db, &version));
    db_begin_read(db);
    assert_int_equal(count(db), 2);
    db_end_read(db);
    db_rollback(db); /* of nothing */
    assert_false(is_another(db, &version));
    execute(db, "DELETE FROM t");
    assert_true(is_another(db, &version));
}

static void test_tables_are_known_by_name(void **state)
{
    struct db *db = *state;
    assert_true(db_has_table(db, "t"));
    assert_true(db_has_table(db, NULL));
    assert_false(db_has_table(db, "u"));
    execute(db, "DROP TABLE t");
    assert_false(db_has_table(db, NULL));
}

#define db_test(name) cmocka_unit_test_setup_teardown(name, open_empty, close_it)

int main(void)
{
    const struct CMUnitTest tests[] = {
        db_test(test_parameters_are_known_by_their_numbers),
        db_test(test_whole_numbers_keep_all_their_bits),
        db_test(test_the_same_text_is_prepared_once_and_comes_back_clean),
        db_test(test_an_address_with_another_text_is_another_statement),
        db_test(test_a_thousand_statements_are_kept),
        db_test(test_bad_sql_fails_at_the_step_and_names_itself),
        db_test(test_after_a_failure_everything_fails_until_the_rollback),
        db_test(test_a_new_transaction_forgets_the_failure_of_the_last),
        db_test(test_a_savepoint_takes_back_its_own_work_alone),
        db_test(test_a_rollback_of_the_savepoint_ends_open_reads),
        db_test(test_a_transaction_that_the_engine_dropped_cannot_be_committed),
        db_test(test_commit_without_a_transaction_is_true),
        db_test(test_changes_are_those_of_the_last_statement_that_ended),
        db_test(test_a_statement_that_returns_rows_has_its_whole_effect_at_the_first),
        db_test(test_foreign_keys_are_kept),
        db_test(test_the_version_moves_with_what_is_written_and_what_is_taken_back),
        db_test(test_tables_are_known_by_name),
    };
    return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
