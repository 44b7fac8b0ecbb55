/* Migrations: applied once, in order, each whole; what does not fit is refused. */
#include "db/migrate.h"
#include "tests/unit/store.h"

#define FILE_OF(name, text)                                                                        \
    {                                                                                              \
        name, text, sizeof text - 1                                                                \
    }

#define FIRST                                                                                      \
    FILE_OF("0001_first.sql", "CREATE TABLE one (a BIGINT);\nCREATE TABLE two (a BIGINT);")
#define SECOND FILE_OF("0002_second.sql", "ALTER TABLE one ADD COLUMN b TEXT;")

static const struct embedded_file old_files[] = {FIRST, {0}};
static const struct embedded_file new_files[] = {FIRST, SECOND, {0}};

static int open_empty(void **state)
{
    *state = store_open_db();
    return 0;
}

static int close_it(void **state)
{
    db_close(*state);
    return 0;
}

static void expect_applied(struct db *db, const struct embedded_file *files, int count)
{
    struct err err = {0};
    int applied;
    if (!migrate(db, files, (struct wall){77}, &applied, &err))
        fail_msg("%s", err.msg);
    assert_int_equal(applied, count);
    if (!migrate_check(db, files, &err))
        fail_msg("%s", err.msg);
}

static void expect_refusal(struct db *db, const struct embedded_file *files, enum err_code code,
                           const char *words)
{
    struct err err = {0};
    int applied;
    assert_false(migrate(db, files, (struct wall){77}, &applied, &err));
    assert_int_equal(err.code, code);
    if (!strstr(err.msg, words))
        fail_msg("\"%s\" lacks \"%s\"", err.msg, words);
    assert_db_ok(db);
}

static void test_an_empty_database_gets_everything_once(void **state)
{
    struct db *db = *state;
    expect_applied(db, new_files, 2);
    expect_applied(db, new_files, 0);
    assert_true(db_has_table(db, "two"));
    assert_int_equal(number_of(db, "SELECT count(*) FROM schema_migrations WHERE applied_at = 77"),
                     2);
}

static void test_an_older_database_gets_the_rest(void **state)
{
    struct db *db = *state;
    struct err err = {0};
    expect_applied(db, old_files, 1);
    assert_false(migrate_check(db, new_files, &err));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_non_null(strstr(err.msg, "1 migration to apply; run `usher migrate`"));
    expect_applied(db, new_files, 1);
    execute(db, "INSERT INTO one (a, b) VALUES (1, 'x')");
}

static void test_a_newer_database_is_refused(void **state)
{
    struct db *db = *state;
    struct err err = {0};
    expect_applied(db, new_files, 2);
    expect_refusal(db, old_files, ERR_TOO_NEW, "0002_second.sql");
    assert_false(migrate_check(db, old_files, &err));
    assert_int_equal(err.code, ERR_TOO_NEW);
}

static void test_a_migration_that_was_changed_afterwards_is_refused(void **state)
{
    static const struct embedded_file changed[] = {
        FILE_OF("0001_first.sql", "CREATE TABLE one (a BIGINT, c TEXT);"), {0}};
    struct db *db = *state;
    expect_applied(db, old_files, 1);
    expect_refusal(db, changed, ERR_CORRUPT, "another 0001_first.sql");
}

static void test_a_hole_in_what_was_applied_is_refused(void **state)
{
    struct db *db = *state;
    expect_applied(db, new_files, 2);
    execute(db, "DELETE FROM schema_migrations WHERE version = 1");
    expect_refusal(db, new_files, ERR_CORRUPT, "misses a migration before number 2");
}

static void test_a_migration_that_fails_leaves_nothing_of_itself(void **state)
{
    static const struct embedded_file broken[] = {
        FIRST,
        FILE_OF("0002_broken.sql", "CREATE TABLE three (a BIGINT);\nCREATE TABL four;"),
        {0}};
    struct db *db = *state;
    expect_refusal(db, broken, ERR_INTERNAL, "migration 0002_broken.sql: ");
    assert_true(db_has_table(db, "one")); /* the first stands by itself */
    assert_false(db_has_table(db, "three"));
    expect_applied(db, new_files, 1);
}

static void test_a_failure_of_the_very_first_leaves_an_empty_database(void **state)
{
    static const struct embedded_file broken[] = {FILE_OF("0001_broken.sql", "CREATE TABL x;"),
                                                  {0}};
    struct db *db = *state;
    expect_refusal(db, broken, ERR_INTERNAL, "0001_broken.sql");
    assert_false(db_has_table(db, NULL));
    expect_applied(db, old_files, 1);
}

static void test_a_database_of_another_program_is_left_alone(void **state)
{
    struct db *db = *state;
    execute(db, "CREATE TABLE bookmarks (url TEXT)");
    expect_refusal(db, new_files, ERR_CORRUPT, "not one of usher's");
    assert_false(db_has_table(db, "schema_migrations"));
}

static void test_names_out_of_order_are_refused(void **state)
{
    static const struct embedded_file swapped[] = {SECOND, FIRST, {0}};
    static const struct embedded_file unnamed[] = {FILE_OF("first.sql", ""), {0}};
    struct db *db = *state;
    expect_refusal(db, swapped, ERR_INTERNAL, "0001_first.sql");
    expect_refusal(db, unnamed, ERR_INTERNAL, "first.sql");
}

static void test_the_schema_of_this_binary_is_whole(void **state)
{
    struct db *db = *state;
    struct err err = {0};
    int applied;
    assert_true(migrate(db, embedded_schema, (struct wall){1}, &applied, &err));
    assert_true(applied > 0);
    assert_true(migrate_check(db, embedded_schema, &err));
}

/* A database of the first schema with a run in it. */
static void test_runs_of_before_there_were_briefs_are_kept(void **state)
{
    struct db *db = *state;
    struct err err = {0};
    const struct embedded_file first[] = {embedded_schema[0], {0}};
    expect_applied(db, first, 1);
    if (!db_execute(db,
                    "INSERT INTO onboardings (tenant_id, number, account_id, state, created_at, "
                    "updated_at) VALUES ('T0', 1001, '001A', 1, 5, 5);"
                    "INSERT INTO runs (tenant_id, onboarding, revision, id, facts, findings, level,"
                    " created_at, checked_at) VALUES ('T0', 1001, 2, 'R2', '{\"n\":1}', '{}', 3, "
                    "5, 6)",
                    &err))
        fail_msg("%s", err.msg);
    int applied;
    assert_true(migrate(db, embedded_schema, (struct wall){1}, &applied, &err));
    assert_int_equal(number_of(db, "SELECT count(*) FROM runs WHERE tenant_id = 'T0' AND "
                                   "onboarding = 1001 AND revision = 2 AND id = 'R2' AND level = 3 "
                                   "AND facts LIKE '%n%' AND findings = '{}' AND brief IS NULL AND "
                                   "created_at = 5 AND checked_at = 6 AND sources IS NULL"),
                     1);
    assert_false(db_execute(db,
                            "INSERT INTO runs (tenant_id, onboarding, revision, id, level, "
                            "created_at, checked_at) VALUES ('T0', 7, 1, 'R3', 0, 0, 0)",
                            &err)); /* still of an onboarding */
    db_rollback(db);
}

/* SQLite's catalogue; every table but the record of migrations belongs to tenants. */
static void test_every_table_has_its_tenant(void **state)
{
    struct db *db = *state;
    struct err err = {0};
    int applied;
    assert_true(migrate(db, embedded_schema, (struct wall){1}, &applied, &err));
    assert_int_equal(number_of(db, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND "
                                   "name <> 'schema_migrations' AND sql NOT LIKE '%tenant_id%'"),
                     0);
}

#define migrate_test(name) cmocka_unit_test_setup_teardown(name, open_empty, close_it)

int main(void)
{
    const struct CMUnitTest tests[] = {
        migrate_test(test_an_empty_database_gets_everything_once),
        migrate_test(test_an_older_database_gets_the_rest),
        migrate_test(test_runs_of_before_there_were_briefs_are_kept),
        migrate_test(test_a_newer_database_is_refused),
        migrate_test(test_a_migration_that_was_changed_afterwards_is_refused),
        migrate_test(test_a_hole_in_what_was_applied_is_refused),
        migrate_test(test_a_migration_that_fails_leaves_nothing_of_itself),
        migrate_test(test_a_failure_of_the_very_first_leaves_an_empty_database),
        migrate_test(test_a_database_of_another_program_is_left_alone),
        migrate_test(test_names_out_of_order_are_refused),
        migrate_test(test_the_schema_of_this_binary_is_whole),
        migrate_test(test_every_table_has_its_tenant),
    };
    return cmocka_run_group_tests_name("migrate", tests, NULL, NULL);
}
