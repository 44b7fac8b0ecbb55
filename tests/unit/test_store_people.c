/* The store of tenants, people, groups and secrets: what every engine must keep. */
#include "db/people.h"
#include "db/secrets.h"
#include "db/tenants.h"
#include "tests/unit/store.h"

static const struct person maya = {.user_id = "U0MAYA",
                                   .name = "Maya",
                                   .email = "Maya@Corp.Example",
                                   .zone = "America/Toronto",
                                   .updated_at = {5}};

static struct person person(struct store *store, const char *user_id)
{
    struct person out = {0};
    assert_true(people_get(store->db, &store->arena, T0, user_id, &out));
    return out;
}

static void test_a_tenant_is_put_and_put_again(void **state)
{
    struct store *store = *state;
    struct tenant tenant = {.id = T0,
                            .name = "Sandbox",
                            .bot_user_id = "U0USHER",
                            .bot_id = "B0USHER",
                            .app_id = "A0USHER"},
                  out = {0}, *all;
    assert_true(tenants_put(store->db, &tenant, store->world.now));
    tenant.name = "Renamed";
    tenant.app_id = NULL;
    assert_true(tenants_put(store->db, &tenant, store->world.now));
    assert_true(tenants_get(store->db, &store->arena, T0, &out));
    assert_string_equal(out.name, "Renamed");
    assert_string_equal(out.bot_user_id, "U0USHER");
    assert_string_equal(out.bot_id, "B0USHER");
    assert_null(out.app_id);
    assert_false(tenants_get(store->db, &store->arena, OTHER, &out));
    tenant.id = OTHER;
    assert_true(tenants_put(store->db, &tenant, store->world.now));
    assert_int_equal(tenants_list(store->db, &store->arena, &all), 2);
    assert_string_equal(all[0].id, OTHER);
    assert_null(all[1].url);
    assert_true(tenants_set_url(store->db, T0, "https://corp.slack.com/"));
    assert_true(tenants_put(store->db, &(struct tenant){.id = T0}, store->world.now));
    assert_true(tenants_get(store->db, &store->arena, T0, &out));
    assert_string_equal(out.url, "https://corp.slack.com/");
    assert_true(tenants_get(store->db, &store->arena, OTHER, &out));
    assert_null(out.url);
}

static void test_a_cursor_is_a_tenants_own(void **state)
{
    struct store *store = *state;
    assert_null(cursors_get(store->db, &store->arena, T0, "poll"));
    assert_true(cursors_put(store->db, T0, "poll", "2026-04-20"));
    assert_true(cursors_put(store->db, T0, "poll", "2026-04-21"));
    assert_string_equal(cursors_get(store->db, &store->arena, T0, "poll"), "2026-04-21");
    assert_null(cursors_get(store->db, &store->arena, OTHER, "poll"));
    assert_db_ok(store->db);
}

static void test_a_person_comes_back_whole(void **state)
{
    struct store *store = *state;
    struct person gus = {.user_id = "U0GUS", .restricted = true, .deleted = true, .bot = true};
    assert_true(people_put(store->db, T0, &maya));
    assert_true(people_put(store->db, T0, &gus));
    struct person out = person(store, "U0MAYA");
    assert_string_equal(out.name, "Maya");
    assert_string_equal(out.email, "Maya@Corp.Example");
    assert_string_equal(out.zone, "America/Toronto");
    assert_int_equal(out.updated_at.ms, 5);
    assert_false(out.deleted || out.restricted || out.bot);
    out = person(store, "U0GUS");
    assert_true(out.deleted && out.restricted && out.bot);
    assert_null(out.name);
    assert_true(people_is_deleted(store->db, T0, "U0GUS"));
    assert_false(people_is_deleted(store->db, T0, "U0MAYA"));
    assert_false(people_is_deleted(store->db, OTHER, "U0GUS"));
    assert_false(people_get(store->db, &store->arena, OTHER, "U0MAYA", &out));
}

static void test_learning_of_a_person_again_keeps_the_locale(void **state)
{
    struct store *store = *state;
    struct person first = maya, renamed = maya;
    first.locale = "de-DE";
    assert_true(people_put(store->db, T0, &first));
    renamed.name = "Maya B";
    assert_true(people_put(store->db, T0, &renamed));
    assert_string_equal(person(store, "U0MAYA").locale, "de-DE");
    assert_string_equal(person(store, "U0MAYA").name, "Maya B");
    renamed.locale = "fr-CA";
    assert_true(people_put(store->db, T0, &renamed));
    assert_string_equal(person(store, "U0MAYA").locale, "fr-CA");
}

static void test_an_address_finds_its_active_person_in_any_case(void **state)
{
    struct store *store = *state;
    struct person out, gone = maya;
    gone.user_id = "U0AAA";
    gone.deleted = true;
    gone.updated_at.ms = 99;
    assert_true(people_put(store->db, T0, &gone));
    assert_true(people_by_email(store->db, &store->arena, T0, "maya@corp.example", &out));
    assert_string_equal(out.user_id, "U0AAA");
    assert_true(people_put(store->db, T0, &maya));
    assert_true(people_by_email(store->db, &store->arena, T0, "MAYA@corp.example", &out));
    assert_string_equal(out.user_id, "U0MAYA");
    assert_false(people_by_email(store->db, &store->arena, T0, "nobody@corp.example", &out));
    assert_false(people_by_email(store->db, &store->arena, OTHER, "maya@corp.example", &out));
}

static void test_a_groups_members_are_replaced(void **state)
{
    struct store *store = *state;
    const char *const first[] = {"U0MAYA", "U0BO", "U0BO"}, *const second[] = {"U0LEE"};
    const char **members;
    assert_true(groups_put(store->db, T0, "S1", first, 3, store->world.now));
    assert_true(groups_put(store->db, T0, "S2", first, 1, store->world.now));
    assert_true(groups_has(store->db, T0, "S1", "U0BO"));
    assert_false(groups_has(store->db, OTHER, "S1", "U0BO"));
    assert_int_equal(groups_members(store->db, &store->arena, T0, "S1", &members), 2);
    assert_string_equal(members[0], "U0BO");
    assert_true(groups_put(store->db, T0, "S1", second, 1, store->world.now));
    assert_false(groups_has(store->db, T0, "S1", "U0BO"));
    assert_true(groups_has(store->db, T0, "S2", "U0MAYA"));
    assert_true(groups_put(store->db, T0, "S1", NULL, 0, store->world.now));
    assert_int_equal(groups_members(store->db, &store->arena, T0, "S1", &members), 0);
}

static void test_a_secret_is_kept_as_it_was_sealed(void **state)
{
    struct store *store = *state;
    assert_null(secrets_get(store->db, &store->arena, T0, "token"));
    assert_true(secrets_put(store->db, T0, "token", "sealed-1", store->world.now));
    assert_true(secrets_put(store->db, T0, "token", "sealed-2", store->world.now));
    assert_string_equal(secrets_get(store->db, &store->arena, T0, "token"), "sealed-2");
    assert_null(secrets_get(store->db, &store->arena, OTHER, "token"));
    assert_true(secrets_delete(store->db, T0, "token"));
    assert_null(secrets_get(store->db, &store->arena, T0, "token"));
    assert_true(secrets_delete(store->db, T0, "token"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(test_a_tenant_is_put_and_put_again),
        store_test(test_a_cursor_is_a_tenants_own),
        store_test(test_a_person_comes_back_whole),
        store_test(test_learning_of_a_person_again_keeps_the_locale),
        store_test(test_an_address_finds_its_active_person_in_any_case),
        store_test(test_a_groups_members_are_replaced),
        store_test(test_a_secret_is_kept_as_it_was_sealed),
    };
    return cmocka_run_group_tests_name("store: tenants, people, secrets", tests, NULL, NULL);
}
