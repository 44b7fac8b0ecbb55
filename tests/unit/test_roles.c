/* Roles: who holds one, who may look, work and decide, and what the others are told. */
#include "tests/unit/job_fixture.h"

#include "handlers/roles.h"

static void list(struct house *house, enum role role, const char **ids, size_t count)
{
    house->config.roles[role] = (struct config_list){ids, count};
}

static bool has(struct house *house, const char *user, enum role role)
{
    return roles_has(&house->turn, TENANT, user, role);
}

static const char *looks(struct house *house, const char *user)
{
    struct actor actor = actor_of(user);
    const char *why = NULL;
    return roles_may_look(&house->turn, &actor, &why) ? NULL : why;
}

static void know(struct house *house, const char *user)
{
    assert_true(people_put(house->db, TENANT, &(struct person){.user_id = user}));
}

static const char *works(struct house *house, const char *user)
{
    struct actor actor = actor_of(user);
    const char *why = NULL;
    return roles_may_work(&house->turn, &actor, &why) ? NULL : why;
}

static const char *decides(struct house *house, const char *user, unsigned key)
{
    struct actor actor = actor_of(user);
    const char *why = NULL;
    return roles_may_decide(&house->turn, &actor, &house->onboarding, &house->item, key, &why)
               ? NULL
               : why;
}

static void test_a_role_is_held_by_id_or_by_group(void **state)
{
    struct house *house = *state;
    static const char *approvers[] = {"U0BO", "S0APPROVE"};
    static const char *members[] = {"U0MAYA", "U0FAY"};
    list(house, ROLE_APPROVER, approvers, 2);
    assert_true(has(house, "U0BO", ROLE_APPROVER));
    assert_false(has(house, "U0MAYA", ROLE_APPROVER));
    assert_true(groups_put(house->db, TENANT, "S0APPROVE", members, 2, house->world.now));
    assert_true(has(house, "U0MAYA", ROLE_APPROVER));
    assert_true(groups_put(house->db, TENANT, "S0APPROVE", members + 1, 1, house->world.now));
    assert_false(has(house, "U0MAYA", ROLE_APPROVER));
    assert_false(has(house, NULL, ROLE_APPROVER));
    assert_false(roles_has(&house->turn, "T0OTHER", "U0FAY", ROLE_APPROVER));
}

static void test_managers_and_directors_are_approvers_and_the_roster_counts(void **state)
{
    struct house *house = *state;
    list(house, ROLE_MANAGER, NULL, 0);
    assert_true(has(house, "U0LEE", ROLE_MANAGER));
    assert_true(has(house, "U0LEE", ROLE_APPROVER));
    assert_true(has(house, "U0KIM", ROLE_APPROVER));
    assert_true(has(house, "U0DEE", ROLE_FINANCE));
    assert_false(has(house, "U0FAY", ROLE_FINANCE_DIRECTOR));
    assert_false(has(house, "U0RAJ", ROLE_APPROVER));
}

static void test_guests_bots_and_deactivated_people_may_not_look(void **state)
{
    struct house *house = *state;
    assert_true(people_put(house->db, TENANT, &(struct person){.user_id = "U0APP", .bot = true}));
    assert_true(
        people_put(house->db, TENANT, &(struct person){.user_id = "U0OLD", .deleted = true}));
    assert_null(looks(house, "U0ANA"));
    know(house, "U0NEW");
    assert_null(looks(house, "U0NEW"));
    assert_says(looks(house, "U0GUS"), "guests");
    assert_says(looks(house, "U0APP"), "people, not apps");
    assert_says(looks(house, "U0OLD"), "deactivated");
    assert_says(looks(house, NULL), "can't tell who");
}

static void test_a_list_of_viewers_shuts_out_people_without_a_role(void **state)
{
    struct house *house = *state;
    static const char *viewers[] = {"U0ANA"};
    list(house, ROLE_VIEWER, viewers, 1);
    assert_null(looks(house, "U0ANA"));
    assert_null(looks(house, "U0FAY"));
    know(house, "U0NEW");
    assert_says(looks(house, "U0NEW"), "Ask <@U0RAJ>.");
}

static void test_work_takes_a_working_role(void **state)
{
    struct house *house = *state;
    assert_null(works(house, "U0MAYA"));
    assert_null(works(house, "U0RAJ"));
    assert_says(works(house, "U0FAY"), "<@U0MAYA> can.");
    assert_says(works(house, "U0GUS"), "guests");
}

static void test_an_admin_decides_nothing(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    house->onboarding.started_by = "usher";
    assert_says(decides(house, "U0RAJ", KEY_CS), "it needs a CS approver");
}

static void test_someone_unknown_may_not_even_look_yet(void **state)
{
    struct house *house = *state;
    static const char *approvers[] = {"U0NEW"};
    list(house, ROLE_APPROVER, approvers, 1);
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_says(looks(house, "U0NEW"), "reading your profile");
    assert_says(works(house, "U0NEW"), "reading your profile");
    assert_says(decides(house, "U0NEW", KEY_CS), "reading your profile");
    know(house, "U0NEW");
    assert_null(looks(house, "U0NEW"));
    assert_null(decides(house, "U0NEW", KEY_CS));
}

static void test_a_guest_with_a_role_decides_nothing(void **state)
{
    struct house *house = *state;
    static const char *approvers[] = {"U0GUS"};
    list(house, ROLE_APPROVER, approvers, 1);
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_says(decides(house, "U0GUS", KEY_CS), "guests");
}

static void test_nobody_is_named_who_could_not_do_it_either(void **state)
{
    struct house *house = *state;
    static const char *approvers[] = {"U0ANA", "U0GUS", "U0BO"};
    list(house, ROLE_APPROVER, approvers, 3);
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_says(
        decides(house, "U0ANA", KEY_CS),
        "You can't approve ONB-1001: you own the deal. <@U0BO>, <@U0LEE> and <@U0KIM> can.");
}

static void test_where_nobody_else_can_the_admin_is_named(void **state)
{
    struct house *house = *state;
    static const char *directors[] = {"U0ANA"};
    list(house, ROLE_FINANCE_DIRECTOR, directors, 1);
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE_DIRECTOR);
    assert_says(decides(house, "U0ANA", KEY_FINANCE_DIRECTOR),
                "Nobody else holds that role: ask <@U0RAJ> to give it to someone.");
}

/* The owner's Slack id is looked up after the first run; her click may come before. */
static void test_the_owner_is_known_by_address_before_slack_has_told_her_id(void **state)
{
    struct house *house = *state;
    static const char *approvers[] = {"U0ANA", "U0BO"};
    list(house, ROLE_APPROVER, approvers, 2);
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    house->onboarding.owner_user_id = NULL;
    assert_null(decides(house, "U0ANA", KEY_CS));
    struct facts facts = {
        .base_currency = "CAD",
        .account = {.found = true, .id = "001A1", .name = "ACME Corp"},
        .owner = {.found = true, .email = "Ana@Corp.example", .last_login = CIVIL_NONE}};
    struct buf text = {0};
    facts_write(&facts, &text);
    struct run run = house->run;
    run.facts = buf_cstr(&text);
    assert_true(runs_add(house->db, &house->arena, &house->world, &run));
    buf_release(&text);
    house->item.revision = run.revision;
    assert_says(decides(house, "U0ANA", KEY_CS), "you own the deal");
    assert_null(decides(house, "U0BO", KEY_CS));
}

static void test_the_reason_that_is_told_is_the_one_that_bars(void **state)
{
    struct house *house = *state;
    static const char *finance[] = {"U0RAJ"};
    list(house, ROLE_FINANCE, finance, 1);
    given_one(house, "ACME Corp", LEVEL_BLOCK_FINANCE); /* U0RAJ started it */
    struct actor raj = actor_of("U0RAJ"), fay = actor_of("U0FAY");
    const char *why = NULL;
    assert_int_equal(roles_key_for(&house->turn, &raj, &house->onboarding, &house->item,
                                   KEY_CS | KEY_FINANCE, &why),
                     0);
    assert_says(why, "you started it");
    assert_int_equal(
        roles_key_for(&house->turn, &fay, &house->onboarding, &house->item, KEY_CS, &why), 0);
    assert_says(why, "it needs a CS approver");
}

static void test_owner_and_starter_may_reject(void **state)
{
    struct house *house = *state;
    static const char *approvers[] = {"U0ANA", "U0RAJ"};
    list(house, ROLE_APPROVER, approvers, 2);
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    struct actor ana = actor_of("U0ANA"), raj = actor_of("U0RAJ"), eve = actor_of("U0EVE");
    const char *why = NULL;
    know(house, "U0EVE");
    assert_true(roles_may_reject(&house->turn, &ana, &house->onboarding, &why));
    assert_true(roles_may_reject(&house->turn, &raj, &house->onboarding, &why));
    assert_false(roles_may_reject(&house->turn, &eve, &house->onboarding, &why));
    assert_says(why, "You can't reject ONB-1001: it needs a CS approver or a Finance approver.");
}

#define role_test(name) cmocka_unit_test_setup_teardown(name, house_setup, house_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        role_test(test_a_role_is_held_by_id_or_by_group),
        role_test(test_managers_and_directors_are_approvers_and_the_roster_counts),
        role_test(test_guests_bots_and_deactivated_people_may_not_look),
        role_test(test_a_list_of_viewers_shuts_out_people_without_a_role),
        role_test(test_work_takes_a_working_role),
        role_test(test_an_admin_decides_nothing),
        role_test(test_someone_unknown_may_not_even_look_yet),
        role_test(test_a_guest_with_a_role_decides_nothing),
        role_test(test_nobody_is_named_who_could_not_do_it_either),
        role_test(test_where_nobody_else_can_the_admin_is_named),
        role_test(test_the_owner_is_known_by_address_before_slack_has_told_her_id),
        role_test(test_the_reason_that_is_told_is_the_one_that_bars),
        role_test(test_owner_and_starter_may_reject),
    };
    return cmocka_run_group_tests_name("roles", tests, NULL, NULL);
}
