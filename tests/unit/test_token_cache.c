/* Tokens in the store: sealed, for one workspace, one system and its credentials; a copy that is
 * left out where it does not fit. */
#include "bot/token_cache.h"

#include "base/log.h"
#include "db/secrets.h"
#include "db/tenants.h"
#include "tests/unit/store.h"

#define TOKEN    "00D!AQcAQH.a-token-of-forty-characters-at-least"
#define INSTANCE "https://corp.my.salesforce.com"

enum { HOUR_MS = 60 * 60 * 1000 };

struct scene {
    struct store *store;
    struct keyring keyring;
    struct config config;
    struct token_cache cache;
    struct sessions sessions;
    unsigned warnings;
};

static void silent(void *arg, const char *line)
{
    struct scene *scene = arg;
    scene->warnings += strstr(line, "WARN") != NULL || strstr(line, "warn") != NULL;
}

static void scene_init(struct scene *scene, void **state)
{
    *scene = (struct scene){.store = *state};
    log_configure(LOG_DEBUG, LOG_FORMAT_TEXT, NULL, silent, scene);
    scene->store->world.mono.ms = 5000;
    keyring_init(&scene->keyring, &scene->store->world);
    scene->config.salesforce.login_url = "https://login.salesforce.com";
    scene->config.salesforce.client_id = "id";
    scene->config.salesforce.client_secret = "hunter2";
    token_cache_init(&scene->cache, scene->store->db, &scene->keyring, &scene->store->world,
                     &scene->config);
}

static void know_workspace(struct scene *scene)
{
    const struct tenant tenant = {.id = T0, .name = "Sandbox"};
    assert_true(tenants_put(scene->store->db, &tenant, scene->store->world.now));
}

static void scene_release(struct scene *scene)
{
    sessions_release(&scene->sessions);
    keyring_release(&scene->keyring);
    log_configure(LOG_DEBUG, LOG_FORMAT_TEXT, NULL, NULL, NULL);
}

static struct session *salesforce(struct scene *scene)
{
    return &scene->sessions.systems[SYSTEM_SALESFORCE];
}

/* As a turn does: its transaction takes what the cache writes. */
static void keep(struct scene *scene)
{
    token_cache_store(&scene->cache, &scene->store->arena, &scene->sessions);
    assert_true(db_commit(scene->store->db));
}

static void keep_token(struct scene *scene, const char *token)
{
    struct mono ends = {scene->store->world.mono.ms + 2 * HOUR_MS};
    session_set_token(salesforce(scene), token, INSTANCE, ends);
    keep(scene);
}

/* As the next process does. */
static void begin_anew(struct scene *scene)
{
    sessions_release(&scene->sessions);
    token_cache_load(&scene->cache, &scene->store->arena, &scene->sessions);
}

static int64_t rows(struct scene *scene)
{
    return number_of(scene->store->db, "SELECT count(*) FROM secrets");
}

static void test_a_kept_token_is_there_for_the_next_process(void **state)
{
    struct scene scene;
    scene_init(&scene, state);
    know_workspace(&scene);
    keep_token(&scene, TOKEN);
    assert_false(salesforce(&scene)->changed);
    begin_anew(&scene);
    assert_string_equal(salesforce(&scene)->token, TOKEN);
    assert_string_equal(salesforce(&scene)->base_url, INSTANCE);
    assert_int_equal(salesforce(&scene)->expires.ms, scene.store->world.mono.ms + 2 * HOUR_MS);
    assert_false(salesforce(&scene)->changed);
    scene_release(&scene);
}

static void test_what_is_stored_shows_nothing_of_it(void **state)
{
    struct scene scene;
    scene_init(&scene, state);
    know_workspace(&scene);
    keep_token(&scene, TOKEN);
    const char *sealed =
        secrets_get(scene.store->db, &scene.store->arena, T0, "session:salesforce");
    assert_non_null(sealed);
    assert_null(strstr(sealed, "00D"));
    assert_null(strstr(sealed, "corp"));
    assert_null(strstr(sealed, "hunter2"));
    scene_release(&scene);
}

static void test_other_credentials_do_not_get_it(void **state)
{
    struct scene scene;
    scene_init(&scene, state);
    know_workspace(&scene);
    keep_token(&scene, TOKEN);
    const char **members[] = {&scene.config.salesforce.login_url,
                              &scene.config.salesforce.client_id,
                              &scene.config.salesforce.client_secret};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const char *was = *members[i];
        *members[i] = "another";
        token_cache_init(&scene.cache, scene.store->db, &scene.keyring, &scene.store->world,
                         &scene.config);
        begin_anew(&scene);
        assert_null(salesforce(&scene)->token);
        *members[i] = was;
    }
    scene.config.netsuite.client_id = "of another system";
    token_cache_init(&scene.cache, scene.store->db, &scene.keyring, &scene.store->world,
                     &scene.config);
    begin_anew(&scene);
    assert_string_equal(salesforce(&scene)->token, TOKEN);
    scene_release(&scene);
}

static void test_a_sealed_token_serves_its_own_system_and_workspace_only(void **state)
{
    struct scene scene;
    scene_init(&scene, state);
    know_workspace(&scene);
    keep_token(&scene, TOKEN);
    execute(scene.store->db, "UPDATE secrets SET name = 'session:netsuite'");
    begin_anew(&scene);
    assert_null(scene.sessions.systems[SYSTEM_NETSUITE].token);
    execute(scene.store->db, "UPDATE secrets SET name = 'session:salesforce', tenant_id = 'T0A'");
    execute(scene.store->db, "UPDATE tenants SET tenant_id = 'T0A'");
    begin_anew(&scene);
    assert_null(salesforce(&scene)->token);
    scene_release(&scene);
}

static void test_damaged_or_foreign_text_is_left_out_and_replaced(void **state)
{
    struct scene scene;
    struct keyring other;
    scene_init(&scene, state);
    know_workspace(&scene);
    keep_token(&scene, TOKEN);
    execute(scene.store->db, "UPDATE secrets SET sealed = 'x' || sealed");
    begin_anew(&scene);
    assert_null(salesforce(&scene)->token);
    execute(scene.store->db, "UPDATE secrets SET sealed = ''");
    begin_anew(&scene);
    assert_null(salesforce(&scene)->token);
    keep_token(&scene, "00D!new");
    begin_anew(&scene);
    assert_string_equal(salesforce(&scene)->token, "00D!new");
    keyring_init(&other, &scene.store->world);
    scene.cache.keyring = &other;
    begin_anew(&scene);
    assert_null(salesforce(&scene)->token);
    assert_int_equal(rows(&scene), 1);
    keyring_release(&other);
    scene_release(&scene);
}

static void test_an_older_key_still_opens_it(void **state)
{
    struct scene scene;
    scene_init(&scene, state);
    know_workspace(&scene);
    keep_token(&scene, TOKEN);
    keyring_rotate(&scene.keyring, &scene.store->world);
    begin_anew(&scene);
    assert_string_equal(salesforce(&scene)->token, TOKEN);
    scene_release(&scene);
}

static void test_a_dropped_token_goes_from_the_store(void **state)
{
    struct scene scene;
    scene_init(&scene, state);
    know_workspace(&scene);
    keep_token(&scene, TOKEN);
    session_drop_token(salesforce(&scene));
    keep(&scene);
    assert_int_equal(rows(&scene), 0);
    scene_release(&scene);
}

static void test_a_token_that_has_ended_is_left_out(void **state)
{
    struct scene scene;
    scene_init(&scene, state);
    know_workspace(&scene);
    keep_token(&scene, TOKEN);
    scene.store->world.now.ms += 2 * HOUR_MS;
    begin_anew(&scene);
    assert_null(salesforce(&scene)->token);
    scene_release(&scene);
}

static void test_before_the_workspace_is_known_it_waits(void **state)
{
    struct scene scene;
    scene_init(&scene, state);
    keep_token(&scene, TOKEN);
    assert_int_equal(rows(&scene), 0);
    assert_true(salesforce(&scene)->changed);
    know_workspace(&scene);
    keep(&scene);
    assert_int_equal(rows(&scene), 1);
    scene_release(&scene);
}

static void test_nothing_is_written_where_nothing_changed(void **state)
{
    struct scene scene;
    scene_init(&scene, state);
    know_workspace(&scene);
    keep_token(&scene, TOKEN);
    execute(scene.store->db, "DELETE FROM secrets");
    token_cache_store(&scene.cache, &scene.store->arena, &scene.sessions);
    assert_false(db_in_transaction(scene.store->db));
    assert_int_equal(rows(&scene), 0);
    scene_release(&scene);
}

static void test_a_store_that_refuses_loses_nothing_else_of_the_turn(void **state)
{
    struct scene scene;
    scene_init(&scene, state);
    know_workspace(&scene);
    execute(scene.store->db, "CREATE TRIGGER no BEFORE INSERT ON secrets BEGIN "
                             "SELECT RAISE(FAIL, 'no room'); END");
    assert_true(db_begin(scene.store->db));
    assert_true(cursors_put(scene.store->db, T0, "of the turn", "1"));
    keep_token(&scene, TOKEN);
    assert_int_equal(scene.warnings, 1);
    assert_int_equal(number_of(scene.store->db, "SELECT count(*) FROM cursors"), 1);
    assert_string_equal(salesforce(&scene)->token, TOKEN); /* in memory it serves on */
    scene_release(&scene);
}

static void test_a_reload_forgets_what_has_changed_and_keeps_the_rest(void **state)
{
    struct scene scene;
    scene_init(&scene, state);
    know_workspace(&scene);
    keep_token(&scene, TOKEN);
    session_set_token(&scene.sessions.systems[SYSTEM_NETSUITE], "ns", NULL, (struct mono){0});
    scene.config.rules.max_age_min = 99;
    token_cache_reload(&scene.cache, &scene.config, &scene.sessions);
    assert_string_equal(salesforce(&scene)->token, TOKEN);
    scene.config.salesforce.client_secret = "hunter3";
    token_cache_reload(&scene.cache, &scene.config, &scene.sessions);
    assert_null(salesforce(&scene)->token);
    assert_string_equal(scene.sessions.systems[SYSTEM_NETSUITE].token, "ns");
    keep(&scene);
    assert_null(secrets_get(scene.store->db, &scene.store->arena, T0, "session:salesforce"));
    keep_token(&scene, "00D!hunter3");
    begin_anew(&scene);
    assert_string_equal(salesforce(&scene)->token, "00D!hunter3");
    scene_release(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(test_a_kept_token_is_there_for_the_next_process),
        store_test(test_what_is_stored_shows_nothing_of_it),
        store_test(test_other_credentials_do_not_get_it),
        store_test(test_a_sealed_token_serves_its_own_system_and_workspace_only),
        store_test(test_damaged_or_foreign_text_is_left_out_and_replaced),
        store_test(test_an_older_key_still_opens_it),
        store_test(test_a_dropped_token_goes_from_the_store),
        store_test(test_a_token_that_has_ended_is_left_out),
        store_test(test_before_the_workspace_is_known_it_waits),
        store_test(test_nothing_is_written_where_nothing_changed),
        store_test(test_a_store_that_refuses_loses_nothing_else_of_the_turn),
        store_test(test_a_reload_forgets_what_has_changed_and_keeps_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
