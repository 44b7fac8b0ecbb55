/* The store of onboardings and their runs: what every engine must keep. */
#include "base/ids.h"
#include "db/onboardings.h"
#include "db/runs.h"
#include "tests/unit/store.h"

static int64_t start(struct store *store, const char *tenant, const char *account, const char *name)
{
    struct onboarding onboarding = {.tenant = tenant,
                                    .account_id = account,
                                    .account_name = name,
                                    .started_by = "U0MAYA",
                                    .state = ONBOARDING_CHECKING};
    int64_t existing = -1;
    assert_true(onboardings_add(store->db, &onboarding, store->world.now, &existing));
    assert_int_equal(existing, 0);
    return onboarding.number;
}

static struct onboarding get(struct store *store, int64_t number)
{
    struct onboarding out = {0};
    assert_true(onboardings_get(store->db, &store->arena, T0, number, &out));
    return out;
}

static void set_state(struct store *store, int64_t number, enum onboarding_state to)
{
    assert_true(onboardings_set_state(store->db, T0, number, to, store->world.now));
}

static void test_numbers_are_written_and_read(void **state)
{
    (void)state;
    char text[ONB_TEXT_SIZE];
    assert_string_equal(onb_format(1042, text), "ONB-1042");
    assert_int_equal(onb_parse("ONB-1042"), 1042);
    assert_int_equal(onb_parse("onb-7"), 7);
    static const char *const wrong[] = {
        "",     "ONB-",     "ONB-0",  "ONB-12x", "ONB--1",
        "1042", "ONB-0012", "ONB 12", "ONB-+12", "ONB-9999999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(onb_parse(wrong[i]), 0);
    assert_int_equal(onb_parse(NULL), 0);
}

static void test_numbers_count_per_tenant_from_1001(void **state)
{
    struct store *store = *state;
    assert_int_equal(start(store, T0, "001A", "ACME"), 1001);
    assert_int_equal(start(store, T0, "001B", "Beta"), 1002);
    assert_int_equal(start(store, OTHER, "001A", "ACME"), 1001);
}

static void test_an_account_has_one_live_onboarding(void **state)
{
    struct store *store = *state;
    int64_t first = start(store, T0, "001A", "ACME"), existing = 0;
    for (int live = ONBOARDING_CHECKING; live <= ONBOARDING_PROVISIONED; live++) {
        struct onboarding again = {.tenant = T0, .account_id = "001A"};
        set_state(store, first, (enum onboarding_state)live);
        assert_false(onboardings_add(store->db, &again, store->world.now, &existing));
        assert_int_equal(existing, first);
        assert_db_ok(store->db);
    }
    set_state(store, first, ONBOARDING_REJECTED);
    assert_int_equal(start(store, T0, "001A", "ACME"), 1002);
}

static void test_the_database_itself_refuses_a_second_live_one(void **state)
{
    struct store *store = *state;
    int64_t first = start(store, T0, "001A", "ACME");
    set_state(store, first, ONBOARDING_CANCELLED);
    start(store, T0, "001A", "ACME");
    assert_false(onboardings_set_state(store->db, T0, first, ONBOARDING_WAITING, store->world.now));
    assert_false(db_ok(store->db, NULL));
    db_rollback(store->db);
}

static void test_an_onboarding_comes_back_whole(void **state)
{
    struct store *store = *state;
    struct onboarding out = get(store, start(store, T0, "001A", "ACME"));
    assert_string_equal(out.account_id, "001A");
    assert_string_equal(out.started_by, "U0MAYA");
    assert_null(out.opportunity_id);
    assert_int_equal(out.created_at.ms, store->world.now.ms);
    out.account_name = "ACME Ltd";
    out.opportunity_id = "006A";
    out.contract_ids = "800A,800B";
    out.owner_user_id = "U0ANA";
    out.organization_id = "org-1";
    assert_true(onboardings_update(store->db, &out, (struct wall){2000000}));
    struct onboarding again = get(store, out.number);
    assert_string_equal(again.account_name, "ACME Ltd");
    assert_string_equal(again.opportunity_id, "006A");
    assert_string_equal(again.contract_ids, "800A,800B");
    assert_string_equal(again.owner_user_id, "U0ANA");
    assert_string_equal(again.organization_id, "org-1");
    assert_int_equal(again.state, ONBOARDING_CHECKING);
    assert_int_equal(again.created_at.ms, store->world.now.ms);
    assert_int_equal(again.updated_at.ms, 2000000);
    out.number = 9;
    assert_false(onboardings_update(store->db, &out, store->world.now));
    assert_false(onboardings_set_state(store->db, T0, 9, ONBOARDING_WAITING, store->world.now));
}

static void test_account_and_opportunity_give_the_newest(void **state)
{
    struct store *store = *state;
    struct onboarding out;
    int64_t old = start(store, T0, "001A", "ACME");
    set_state(store, old, ONBOARDING_REJECTED);
    struct onboarding now = get(store, start(store, T0, "001A", "ACME"));
    now.opportunity_id = "006A";
    assert_true(onboardings_update(store->db, &now, store->world.now));
    assert_true(onboardings_by_account(store->db, &store->arena, T0, "001A", &out));
    assert_int_equal(out.number, now.number);
    assert_true(onboardings_by_opportunity(store->db, &store->arena, T0, "006A", &out));
    assert_int_equal(out.number, now.number);
    assert_false(onboardings_by_account(store->db, &store->arena, T0, "001Z", &out));
    assert_false(onboardings_by_account(store->db, &store->arena, OTHER, "001A", &out));
}

static size_t named(struct store *store, const char *name, size_t limit, struct onboarding **out)
{
    return onboardings_by_name(store->db, &store->arena, T0, name, limit, out);
}

static void test_a_name_finds_the_equal_first_then_what_holds_it(void **state)
{
    struct store *store = *state;
    struct onboarding *found;
    start(store, T0, "001A", "Acme");
    start(store, T0, "001B", "ACME Holding");
    start(store, T0, "001C", "The acme group");
    start(store, T0, "001D", "Beta");
    assert_int_equal(named(store, "acme", 10, &found), 3);
    assert_string_equal(found[0].account_id, "001A");
    assert_string_equal(found[1].account_id, "001C");
    assert_int_equal(named(store, "ACME", 1, &found), 1);
    assert_string_equal(found[0].account_id, "001A");
    assert_int_equal(named(store, "ACME", 2, &found), 2);
    assert_int_equal(named(store, "acme", 0, &found), 3);
    assert_int_equal(named(store, "gamma", 10, &found), 0);
}

static void test_signs_in_a_name_are_no_wildcards(void **state)
{
    struct store *store = *state;
    struct onboarding *found;
    start(store, T0, "001A", "100% Pure_Water \\ Co");
    start(store, T0, "001B", "1000 Purer Waters");
    assert_int_equal(named(store, "100%", 10, &found), 1);
    assert_int_equal(named(store, "pure_w", 10, &found), 1);
    assert_int_equal(named(store, "\\ co", 10, &found), 1);
    assert_int_equal(named(store, "' OR 1=1 --", 10, &found), 0);
}

static void test_a_name_gives_an_account_once(void **state)
{
    struct store *store = *state;
    struct onboarding *found;
    set_state(store, start(store, T0, "001A", "ACME"), ONBOARDING_REJECTED);
    int64_t now = start(store, T0, "001A", "ACME");
    assert_int_equal(named(store, "acme", 10, &found), 1);
    assert_int_equal(found[0].number, now);
}

static void test_lists_filter_by_state_and_person_newest_first(void **state)
{
    struct store *store = *state;
    struct onboarding *list;
    int64_t a = start(store, T0, "001A", "A"), b = start(store, T0, "001B", "B");
    start(store, OTHER, "001C", "C");
    set_state(store, a, ONBOARDING_WAITING);
    struct onboarding owned = get(store, b);
    owned.owner_user_id = "U0ANA";
    assert_true(onboardings_update(store->db, &owned, store->world.now));
    assert_int_equal(onboardings_list(store->db, &store->arena, T0, -1, NULL, 10, &list), 2);
    assert_int_equal(list[0].number, b);
    assert_int_equal(onboardings_list(store->db, &store->arena, T0, -1, NULL, 1, &list), 1);
    assert_int_equal(
        onboardings_list(store->db, &store->arena, T0, ONBOARDING_WAITING, NULL, 10, &list), 1);
    assert_int_equal(list[0].number, a);
    assert_int_equal(onboardings_list(store->db, &store->arena, T0, -1, "U0ANA", 10, &list), 1);
    assert_int_equal(onboardings_list(store->db, &store->arena, T0, -1, "U0MAYA", 10, &list), 2);
    assert_int_equal(onboardings_count(store->db, T0, ONBOARDING_CHECKING), 1);
}

static struct run run_of(int64_t onboarding, const char *facts)
{
    return (struct run){.tenant = T0,
                        .onboarding = onboarding,
                        .facts = facts,
                        .facts_digest = "d1",
                        .findings = "{}",
                        .level = 3,
                        .rules_version = "1",
                        .today = "2026-04-20",
                        .sources = "{}",
                        .created_at = {7},
                        .checked_at = {7}};
}

static void test_revisions_count_per_onboarding(void **state)
{
    struct store *store = *state;
    int64_t a = start(store, T0, "001A", "A"), b = start(store, T0, "001B", "B");
    struct run first = run_of(a, "{\"n\":1}"), second = run_of(a, "{\"n\":2}"),
               other = run_of(b, "");
    assert_true(runs_add(store->db, &store->arena, &store->world, &first));
    assert_true(runs_add(store->db, &store->arena, &store->world, &second));
    assert_true(runs_add(store->db, &store->arena, &store->world, &other));
    assert_int_equal(first.revision, 1);
    assert_int_equal(second.revision, 2);
    assert_int_equal(other.revision, 1);
    assert_true(id_is_valid(first.id));
    struct run out;
    assert_true(runs_latest(store->db, &store->arena, T0, a, &out));
    assert_string_equal(out.facts, "{\"n\":2}");
    assert_true(runs_get(store->db, &store->arena, T0, a, 1, &out));
    assert_string_equal(out.id, first.id);
    assert_string_equal(out.today, "2026-04-20");
    assert_int_equal(out.level, 3);
    assert_false(runs_get(store->db, &store->arena, T0, a, 3, &out));
    assert_false(runs_latest(store->db, &store->arena, OTHER, a, &out));
}

static void test_a_run_in_brief_leaves_its_large_texts(void **state)
{
    struct store *store = *state;
    struct run run = run_of(start(store, T0, "001A", "A"), "{\"n\":1}"), out;
    assert_true(runs_add(store->db, &store->arena, &store->world, &run));
    assert_true(runs_get_brief(store->db, &store->arena, T0, run.onboarding, 1, &out));
    assert_null(out.brief);
    assert_string_equal(out.findings, "{}"); /* a run of before there were briefs */
    run.brief = "{\"keys\":1}";
    assert_true(runs_add(store->db, &store->arena, &store->world, &run));
    assert_true(runs_latest_brief(store->db, &store->arena, T0, run.onboarding, &out));
    assert_int_equal(out.revision, 2);
    assert_string_equal(out.brief, "{\"keys\":1}");
    assert_string_equal(out.id, run.id);
    assert_string_equal(out.facts_digest, "d1");
    assert_int_equal(out.level, 3);
    assert_int_equal(out.checked_at.ms, 7);
    assert_null(out.findings);
    assert_null(out.facts);
    assert_false(runs_latest_brief(store->db, &store->arena, OTHER, run.onboarding, &out));
}

static void test_the_same_facts_again_move_only_the_time_and_sources(void **state)
{
    struct store *store = *state;
    struct run run = run_of(start(store, T0, "001A", "A"), "{}"), out;
    assert_true(runs_add(store->db, &store->arena, &store->world, &run));
    assert_true(runs_touch(store->db, T0, run.id, "{\"clm\":{}}", (struct wall){99}));
    assert_true(runs_latest(store->db, &store->arena, T0, run.onboarding, &out));
    assert_int_equal(out.revision, 1);
    assert_int_equal(out.checked_at.ms, 99);
    assert_int_equal(out.created_at.ms, 7);
    assert_string_equal(out.sources, "{\"clm\":{}}");
    assert_false(runs_touch(store->db, OTHER, run.id, "{}", store->world.now));
    assert_false(runs_touch(store->db, T0, "nobody", "{}", store->world.now));
}

static void test_a_run_belongs_to_an_onboarding(void **state)
{
    struct store *store = *state;
    struct run run = run_of(4711, "{}");
    assert_false(runs_add(store->db, &store->arena, &store->world, &run));
    assert_false(db_ok(store->db, NULL));
    db_rollback(store->db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(test_numbers_are_written_and_read),
        store_test(test_numbers_count_per_tenant_from_1001),
        store_test(test_an_account_has_one_live_onboarding),
        store_test(test_the_database_itself_refuses_a_second_live_one),
        store_test(test_an_onboarding_comes_back_whole),
        store_test(test_account_and_opportunity_give_the_newest),
        store_test(test_a_name_finds_the_equal_first_then_what_holds_it),
        store_test(test_signs_in_a_name_are_no_wildcards),
        store_test(test_a_name_gives_an_account_once),
        store_test(test_lists_filter_by_state_and_person_newest_first),
        store_test(test_revisions_count_per_onboarding),
        store_test(test_a_run_in_brief_leaves_its_large_texts),
        store_test(test_the_same_facts_again_move_only_the_time_and_sources),
        store_test(test_a_run_belongs_to_an_onboarding),
    };
    return cmocka_run_group_tests_name("store: onboardings, runs", tests, NULL, NULL);
}
