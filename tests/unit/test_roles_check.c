/* Whether every role can still be exercised by someone, and what admins can look up. */
#include "tests/unit/job_fixture.h"

#include "db/tenants.h"
#include "handlers/commands/commands.h"
#include "handlers/delegation.h"
#include "handlers/jobs/later.h"
#include "handlers/roles_check.h"

static void list(struct house *house, enum role role, const char **ids, size_t count)
{
    house->config.roles[role] = (struct config_list){ids, count};
}

/* All that is wrong, as one text. */
static const char *found(struct house *house)
{
    const char **problems, *text = "";
    size_t count = roles_check(&house->turn, TENANT, &problems);
    for (size_t i = 0; i < count; i++)
        text = arena_fmt(&house->arena, "%s\n%s", text, problems[i]);
    return text;
}

static void read_whole(struct house *house)
{
    assert_true(cursors_put(house->db, TENANT, "people_read", "1776693720000"));
}

static void put(struct house *house, struct person person)
{
    assert_true(people_put(house->db, TENANT, &person));
}

static void test_a_whole_team_has_no_problem(void **state)
{
    struct house *house = *state;
    read_whole(house);
    assert_string_equal(found(house), "");
}

static void test_a_key_that_nobody_can_turn_is_told(void **state)
{
    struct house *house = *state;
    static const char *gone[] = {"U0BO"};
    house->config.roster.cs_manager = house->config.roster.cs_director = NULL;
    list(house, ROLE_MANAGER, NULL, 0);
    list(house, ROLE_DIRECTOR, NULL, 0);
    list(house, ROLE_APPROVER, gone, 1);
    assert_says(found(house), "Only <@U0BO> can turn the CS key");
    put(house, (struct person){.user_id = "U0BO", .deleted = true});
    assert_says(found(house), "*Nobody can turn the CS key.* List a member of this workspace in "
                              "`roles.approver`");
    assert_says(found(house), "<@U0BO> is deactivated: take them out of `roles.approver`");
    assert_says(found(house), "`roster.cs_manager` names nobody");
}

static void test_guests_strangers_and_the_unknown_hold_no_role(void **state)
{
    struct house *house = *state;
    static const char *approvers[] = {"U0GUS", "U0FAR", "U0NEVER", "U0MAYA", "U0BO"};
    list(house, ROLE_APPROVER, approvers, 5);
    put(house, (struct person){.user_id = "U0FAR", .restricted = true, .stranger = true});
    assert_says(found(house), "<@U0GUS> is a guest");
    assert_says(found(house), "<@U0FAR> belongs to another organisation");
    assert_silent_on(found(house), "U0NEVER"); /* the directory was not read yet */
    read_whole(house);
    assert_says(found(house), "<@U0NEVER> is not in this workspace");
}

static void test_two_keys_need_two_people_who_are_there(void **state)
{
    struct house *house = *state;
    static const char *one[] = {"U0BO"};
    house->config.netsuite.enabled = true;
    house->config.roster.cs_manager = house->config.roster.cs_director = NULL;
    list(house, ROLE_MANAGER, NULL, 0);
    list(house, ROLE_DIRECTOR, NULL, 0);
    list(house, ROLE_APPROVER, one, 1);
    list(house, ROLE_FINANCE, one, 1);
    list(house, ROLE_FINANCE_DIRECTOR, one, 1);
    assert_says(found(house), "*<@U0BO> alone holds the CS key and Finance's key");
    assert_says(found(house), "*<@U0BO> alone holds the CS key and the Finance director's key");
}

static void test_a_roster_of_people_who_left_is_told(void **state)
{
    struct house *house = *state;
    put(house, (struct person){.user_id = "U0KIM", .deleted = true});
    assert_says(found(house), "<@U0KIM> is deactivated: `roster.cs_director` needs another person");
}

static void test_an_empty_group_is_told(void **state)
{
    struct house *house = *state;
    static const char *groups[] = {"S0EMPTY", "U0BO", "U0MAYA"};
    list(house, ROLE_APPROVER, groups, 3);
    assert_says(found(house), "The user group <!subteam^S0EMPTY> in `roles.approver` holds nobody");
}

static void test_an_item_whose_owner_is_the_only_approver_is_told(void **state)
{
    struct house *house = *state;
    static const char *one[] = {"U0ANA"};
    house->config.roster.cs_manager = house->config.roster.cs_director = NULL;
    list(house, ROLE_MANAGER, NULL, 0);
    list(house, ROLE_DIRECTOR, NULL, 0);
    list(house, ROLE_APPROVER, one, 1);
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    assert_says(found(house), "*ONB-1001 waits for the CS key and nobody may turn it*");
}

static void test_admins_hear_of_it_once_a_week(void **state)
{
    struct house *house = *state;
    struct plan nothing = {0};
    put(house, (struct person){.user_id = "U0KIM", .deleted = true});
    assert_true(later_standing(&house->turn, TENANT));
    struct job job = job_of(house, "check_roles");
    assert_done(finished(house, &job, &nothing));
    assert_int_equal(count_jobs(house, "tell"), 0); /* nobody can be missed yet */
    read_whole(house);
    job = job_of(house, "check_roles");
    assert_done(finished(house, &job, &nothing));
    struct job tell = job_of(house, "tell");
    assert_string_equal(payload_of(house, &tell).user, "U0RAJ");
    assert_says(payload_of(house, &tell).text, "needs another person");
    for (int day = 0; day < 6; day++) {
        advance(house, HOURS(24));
        job = job_of(house, "check_roles");
        assert_done(finished(house, &job, &nothing));
    }
    assert_int_equal(count_jobs(house, "tell"), 1);
    advance(house, HOURS(24)); /* Monday again */
    job = job_of(house, "check_roles");
    assert_done(finished(house, &job, &nothing));
    assert_int_equal(count_jobs(house, "tell"), 2);
}

/* ---- what admins look up ---- */

static const char *asks(struct house *house, const char *user, const char *page)
{
    const struct request request = {.kind = REQUEST_COMMAND,
                                    .actor = actor_of(user),
                                    .text = page,
                                    .answer_in_ack = true,
                                    .reference = "abc"};
    house->reply = (struct reply){0};
    house->err = (struct err){0};
    if (!command_admin(&house->turn, &request, &house->reply, &house->err))
        fail_msg("%s", house->err.msg);
    return house->reply.ack;
}

static void test_admin_pages_are_for_admins_and_auditors(void **state)
{
    struct house *house = *state;
    static const char *auditors[] = {"U0ANA"};
    assert_says(asks(house, "U0MAYA", "rules"), "for admins and auditors. Ask <@U0RAJ>");
    list(house, ROLE_AUDITOR, auditors, 1);
    assert_says(asks(house, "U0ANA", "rules"), "*Rules*");
    assert_says(asks(house, "U0RAJ", ""), "Usage: `/onboard admin rules|roles");
    assert_says(asks(house, "U0RAJ", "keys"), "There is no page “keys”");
    assert_says(asks(house, "U0RAJ", "r"), "There is no page"); /* rules or roles */
}

static void test_rules_say_what_is_in_force(void **state)
{
    struct house *house = *state;
    house->config.rules.overdue_urgent_days = 45;
    const char *page = asks(house, "U0RAJ", "RULES");
    assert_says(page, "● `rules.overdue_urgent_days` 45, default 30");
    assert_says(page, "· `escalation.t1_h` 48");
}

static void test_roles_say_who_holds_them_and_through_what(void **state)
{
    struct house *house = *state;
    static const char *approvers[] = {"S0APPROVE", "U0GUS"};
    static const char *members[] = {"U0MAYA", "U0BO"};
    list(house, ROLE_APPROVER, approvers, 2);
    assert_true(groups_put(house->db, TENANT, "S0APPROVE", members, 2, house->world.now));
    struct actor lee = actor_of("U0LEE");
    const struct delegation_wish wish = {
        .to = "U0KIM", .starts_at = house->world.now, .ends_at = {house->world.now.ms + HOURS(24)}};
    assert_int_equal(delegation_give(&house->turn, &lee, &wish, &house->err).how, MOVE_DONE);
    const char *page = asks(house, "U0RAJ", "roles");
    assert_says(page, "*approver* <!subteam^S0APPROVE>: <@U0BO> <@U0MAYA> · <@U0GUS> (is a guest)");
    assert_says(page, "roster: <@U0LEE> (away: <@U0KIM>)");
    assert_says(page, "take them out of `roles.approver`");
}

static void test_the_calendar_says_hours_and_holidays(void **state)
{
    struct house *house = *state;
    struct civil holidays[] = {civil_of(2026, 1, 1), civil_of(2026, 5, 18), civil_of(2026, 7, 1)};
    house->config.calendar.holidays = holidays;
    house->config.calendar.holiday_count = 3;
    const char *page = asks(house, "U0RAJ", "cal");
    assert_says(page, "Mon Tue Wed Thu Fri, 09:00 to 17:00");
    assert_says(page, "Next holidays: 2026-05-18, 2026-07-01");
    house->config.calendar.holidays = NULL;
    house->config.calendar.holiday_count = 0;
}

static void test_health_says_what_is_down_and_late(void **state)
{
    struct house *house = *state;
    const struct vitals vitals = {.connections = 1, .identified = true};
    house->turn.vitals = &vitals;
    house->config.salesforce.enabled = house->config.netsuite.enabled = true;
    assert_true(later_outage(&house->turn, TENANT, SOURCE_NETSUITE));
    const char *page = asks(house, "U0RAJ", "health");
    assert_says(page, "✅ ok Slack: 1 of 2 connections up");
    assert_says(page, "✅ ok Salesforce");
    assert_says(page, "❌ not ok NetSuite");
    assert_says(page, "none is late");
    advance(house, HOURS(3));
    assert_says(asks(house, "U0RAJ", "health"), "❌ late Jobs: the oldest has waited");
}

static void test_dead_letters_are_the_tenants_own_with_what_to_do(void **state)
{
    struct house *house = *state;
    struct id mine, other;
    assert_says(asks(house, "U0RAJ", "dead"), "none");
    assert_true(jobs_add(house->db, &house->world,
                         &(struct job_new){.tenant = TENANT, .kind = "tell", .payload = "{}"},
                         &mine));
    assert_true(jobs_add(house->db, &house->world,
                         &(struct job_new){.tenant = "T0OTHER", .kind = "tell", .payload = "{}"},
                         &other));
    assert_true(jobs_dead(house->db, mine.text, house->world.now, "it said <no> & no"));
    assert_true(jobs_dead(house->db, other.text, house->world.now, "secret"));
    const char *page = asks(house, "U0RAJ", "deadletters");
    assert_says(page, arena_fmt(&house->arena, "`usher jobs retry %s`", mine.text));
    assert_says(page, "it said &lt;no&gt; &amp; no");
    assert_says(page, "*Dead letters*: 1,");
    assert_silent_on(page, "secret");
}

#define roles_test(name) cmocka_unit_test_setup_teardown(name, house_setup, house_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        roles_test(test_a_whole_team_has_no_problem),
        roles_test(test_a_key_that_nobody_can_turn_is_told),
        roles_test(test_guests_strangers_and_the_unknown_hold_no_role),
        roles_test(test_two_keys_need_two_people_who_are_there),
        roles_test(test_a_roster_of_people_who_left_is_told),
        roles_test(test_an_empty_group_is_told),
        roles_test(test_an_item_whose_owner_is_the_only_approver_is_told),
        roles_test(test_admins_hear_of_it_once_a_week),
        roles_test(test_admin_pages_are_for_admins_and_auditors),
        roles_test(test_rules_say_what_is_in_force),
        roles_test(test_roles_say_who_holds_them_and_through_what),
        roles_test(test_the_calendar_says_hours_and_holidays),
        roles_test(test_health_says_what_is_down_and_late),
        roles_test(test_dead_letters_are_the_tenants_own_with_what_to_do),
    };
    return cmocka_run_group_tests_name("roles_check", tests, NULL, NULL);
}
