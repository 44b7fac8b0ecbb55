/* Stored runs decided again, and what the store remembers between two decisions. */
#include "tests/unit/decide_words.h"
#include "tests/unit/store.h"

#include "db/tenants.h"
#include "handlers/remember.h"
#include "handlers/replay.h"

static const char *kept(struct scene *scene, struct buf *buf)
{
    const char *text = arena_str(&scene->arena, buf_cstr(buf));
    buf_release(buf);
    return text;
}

/* As it is stored. */
static struct run run_of(struct scene *scene)
{
    struct buf facts = {0}, findings = {0}, sources = {0};
    scene_decide(scene);
    facts_write(&scene->facts, &facts);
    decision_write(&scene->decision, &findings);
    sources_write(&scene->facts, &sources);
    return (struct run){.onboarding = 1042,
                        .revision = 3,
                        .facts = kept(scene, &facts),
                        .facts_digest = scene->decision.facts_digest,
                        .findings = kept(scene, &findings),
                        .level = scene->decision.level,
                        .rules_version = "2026.04",
                        .today = "2026-04-20",
                        .sources = kept(scene, &sources)};
}

static void test_a_stored_run_comes_out_as_it_did(void **state)
{
    (void)state;
    static const char *const lines[] = {"invoice INV-1 9000.00 9000.00 due 2026-04-08",
                                        "source netsuite down",
                                        "source clm absent",
                                        "provisioned",
                                        "changed seen 2026-04-01",
                                        "deal D-2 1.00 closed 2026-04-15 contract none",
                                        "child 0021 Alpha won"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct scene scene;
        struct replay replay;
        struct err err;
        scene_init(&scene);
        apply_line(&scene, lines[i]);
        struct run run = run_of(&scene);
        assert_true(replay_run(&run, &scene.config, &scene.arena, &replay, &err));
        assert_true(replay_is_identical(&replay));
        assert_false(replay_flips(&replay));
        scene_release(&scene);
    }
}

static void test_other_thresholds_are_told_by_what_came_and_went(void **state)
{
    (void)state;
    static const char rules[] = "{\"rules\":{\"tolerance_minor\":1000000}}";
    struct scene scene;
    struct replay replay;
    struct err err;
    scene_init(&scene);
    apply_line(&scene, "invoice INV-1 9000.00 9000.00 due 2026-04-08");
    struct run run = run_of(&scene);
    assert_true(config_parse_rules(&scene.config, "r", rules, strlen(rules), &err));
    assert_true(replay_run(&run, &scene.config, &scene.arena, &replay, &err));
    assert_false(replay_is_identical(&replay));
    assert_true(replay_flips(&replay));
    assert_int_equal(replay.after.level, LEVEL_NONE);
    assert_int_equal(replay.change_count, 2);
    assert_int_equal(replay.changes[0].kind, REPLAY_WENT);
    assert_string_equal(replay.changes[0].code, "INVOICE_OVERDUE_ONE");
    assert_string_equal(replay.changes[1].code, "fix");
    scene_release(&scene);
}

static void test_a_run_that_was_tampered_with_is_noticed(void **state)
{
    (void)state;
    struct scene scene;
    struct replay replay;
    struct err err;
    scene_init(&scene);
    struct run run = run_of(&scene);
    char *facts = arena_str(&scene.arena, run.facts);
    memcpy(strstr(facts, "ACME Corp"), "ACMX", 4);
    run.facts = facts;
    assert_true(replay_run(&run, &scene.config, &scene.arena, &replay, &err));
    assert_true(replay.facts_are_damaged);
    assert_false(replay_is_identical(&replay));
    run.facts = "{";
    assert_false(replay_run(&run, &scene.config, &scene.arena, &replay, &err));
    scene_release(&scene);
}

static void test_other_words_of_the_same_finding_are_a_difference(void **state)
{
    (void)state;
    struct scene scene;
    struct replay replay;
    struct err err;
    scene_init(&scene);
    apply_line(&scene, "invoice INV-1 9000.00 9000.00 due 2026-04-08");
    struct run run = run_of(&scene);
    run.today = "2026-04-21";
    assert_true(replay_run(&run, &scene.config, &scene.arena, &replay, &err));
    assert_int_equal(replay.change_count, 1);
    assert_int_equal(replay.changes[0].kind, REPLAY_DIFFERS);
    assert_non_null(strstr(replay.changes[0].text, "is 12 days overdue"));
    assert_non_null(strstr(replay.changes[0].text, "is 13 days overdue"));
    scene_release(&scene);
}

/* ---- what is remembered ---- */

static void test_an_owner_of_before_is_remembered_from_run_to_run(void **state)
{
    struct store *store = *state;
    struct scene scene;
    struct remembered now;
    struct err err;
    scene_init(&scene);
    struct onboarding onboarding = {.tenant = T0,
                                    .account_id = "001",
                                    .account_name = "ACME Corp",
                                    .opportunity_id = "006",
                                    .started_by = "usher"};
    const struct facts *facts = &scene.facts;
    int64_t existing;
    assert_true(tenants_put(store->db, &(struct tenant){.id = T0, .name = "T"}, store->world.now));
    assert_true(onboardings_add(store->db, &onboarding, store->world.now, &existing));
    assert_true(remember(store->db, &scene.arena, &scene.config, &onboarding, facts, &now, &err));
    assert_null(now.previous_owner_id);
    assert_false(now.provisioned);

    struct run run = run_of(&scene);
    run.tenant = T0;
    run.onboarding = onboarding.number;
    run.created_at = run.checked_at = (struct wall){INT64_C(1776693720000)}; /* 20 April 2026 */
    assert_true(runs_add(store->db, &scene.arena, &store->world, &run));
    assert_true(remember(store->db, &scene.arena, &scene.config, &onboarding, facts, &now, &err));
    assert_null(now.previous_owner_id);

    scene.facts.account.owner_id = "006B";
    assert_true(remember(store->db, &scene.arena, &scene.config, &onboarding, facts, &now, &err));
    assert_string_equal(now.previous_owner_id, "005");
    assert_int_equal(now.previous_owner_on.day, day("2026-04-20").day);

    scene.remembered = now;
    struct run second = run_of(&scene);
    second.tenant = T0;
    second.onboarding = onboarding.number;
    assert_true(runs_add(store->db, &scene.arena, &store->world, &second));
    onboarding.state = ONBOARDING_PROVISIONED;
    assert_true(remember(store->db, &scene.arena, &scene.config, &onboarding, facts, &now, &err));
    assert_string_equal(now.previous_owner_id, "005");
    assert_string_equal(now.owner_id, "006B");
    assert_true(now.provisioned);
    scene_release(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_stored_run_comes_out_as_it_did),
        cmocka_unit_test(test_other_thresholds_are_told_by_what_came_and_went),
        cmocka_unit_test(test_a_run_that_was_tampered_with_is_noticed),
        cmocka_unit_test(test_other_words_of_the_same_finding_are_a_difference),
        cmocka_unit_test_setup_teardown(test_an_owner_of_before_is_remembered_from_run_to_run,
                                        store_setup, store_teardown),
    };
    return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
