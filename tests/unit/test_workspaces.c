/* The workspaces that are known, where the store fails in the middle of reading them. */
#include "bot/workspaces.h"
#include "tests/unit/store.h"

#include "base/log.h"
#include "db/tenants.h"
#include "handlers/grant.h"

static const struct tenant tenant = {.id = T0, .source = TENANT_INSTALLED};

static const char *token_in(const struct workspaces *workspaces)
{
    return workspaces_config(workspaces, T0)->slack.bot_token;
}

static void run(struct store *store, const char *sql)
{
    struct err err = {0};
    if (!db_execute(store->db, sql, &err))
        fail_msg("%s", err.msg);
}

static void install(struct store *store, const struct keyring *keyring)
{
    struct turn turn = {.world = &store->world, .db = store->db, .keyring = keyring};
    const struct grant grant = {.token = "xoxb-granted"};
    assert_true(tenants_put(store->db, &tenant, store->world.now));
    assert_true(grant_put(&turn, T0, GRANT_IN_FORCE, &grant));
}

static void test_a_token_that_could_not_be_read_is_not_given_up(void **state)
{
    struct store *store = *state;
    struct keyring keyring = {0};
    struct config config = {0};
    struct sessions sessions = {0};
    log_configure(LOG_ERROR, LOG_FORMAT_TEXT, NULL, NULL, NULL);
    keyring_init(&keyring, &store->world);
    install(store, &keyring);
    run(store, "ALTER TABLE secrets RENAME TO away");
    struct workspaces *workspaces =
        workspaces_new(&(struct workspaces_parts){.world = &store->world,
                                                  .db = store->db,
                                                  .keyring = &keyring,
                                                  .config = &config,
                                                  .sessions = &sessions},
                       &store->arena);
    db_rollback(store->db);
    assert_null(token_in(workspaces));

    run(store, "ALTER TABLE away RENAME TO secrets");
    workspaces_follow(workspaces, &store->arena);
    assert_string_equal(token_in(workspaces), "xoxb-granted");

    run(store, "ALTER TABLE secrets RENAME TO away");
    workspaces_doubt(workspaces);
    workspaces_follow(workspaces, &store->arena);
    db_rollback(store->db);
    assert_string_equal(token_in(workspaces), "xoxb-granted");
    workspaces_free(workspaces);
    keyring_release(&keyring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_token_that_could_not_be_read_is_not_given_up,
                                        store_setup, store_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
