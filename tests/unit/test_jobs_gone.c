/* Jobs and people who are not there: nothing is sent to them, and what they were to hear is not
 * lost for that. */
#include "tests/unit/job_fixture.h"

#include "connectors/slack.h"
#include "handlers/directory.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/posting.h"

static void deactivate(struct house *house, const char *user)
{
    assert_true(people_put(house->db, TENANT, &(struct person){.user_id = user, .deleted = true}));
}

static void test_admins_who_are_gone_leave_room_for_those_who_are_there(void **state)
{
    struct house *house = *state;
    static const char *const admins[] = {"U0OLD1", "U0OLD2", "U0OLD3", "U0RAJ"};
    house->config.roles[ROLE_ADMIN] = (struct config_list){(const char **)admins, 4};
    for (size_t i = 0; i < 3; i++)
        deactivate(house, admins[i]);
    posting_tell_admins(&house->turn, TENANT, "🚨 NetSuite has given no usable answer");
    struct job told = job_of(house, "tell");
    assert_string_equal(payload_of(house, &told).user, "U0RAJ");
}

static void test_the_home_of_someone_who_is_gone_is_drawn_no_more(void **state)
{
    struct house *house = *state;
    assert_true(cursors_put(house->db, TENANT, "home:U0MAYA", "opened"));
    assert_true(cursors_put(house->db, TENANT, "home:U0BO", "opened"));
    deactivate(house, "U0BO");
    assert_true(later_publish_home(&house->turn, TENANT, NULL));
    struct job job = job_of(house, "publish_home");
    struct plan plan = planned(house, &job);
    assert_done(finished(house, &job, &plan));
    job = job_of(house, "publish_home");
    assert_string_equal(payload_of(house, &job).user, "U0MAYA");
}

static void test_an_owner_who_cannot_be_looked_up_is_said_in_the_thread(void **state)
{
    struct house *house = *state;
    struct finding finding = finding_of(LEVEL_BLOCK_HARD, "The contract is not executed", "signed");
    finding.code = "CONTRACT_NOT_EXECUTED";
    finding.routes = ROUTE_OWNER;
    given(house, "ACME Corp", &finding, 1);
    struct onboarding onboarding = onboarding_now(house);
    onboarding.owner_user_id = NULL;
    assert_true(onboardings_update(house->db, &onboarding, house->world.now));
    drop_jobs(house, "post_note");
    assert_true(
        later_learn_owner(&house->turn, TENANT, onboarding.number, "ana@elsewhere.example"));
    struct job job = job_of(house, "learn_person");
    buried(house, &job, "permission missing_scope");
    struct job note = job_of(house, "post_note");
    assert_says(payload_of(house, &note).text,
                "Nobody is there to hear of this for the deal's owner");
}

static void test_what_someone_claimed_who_is_gone_is_nobodys_again(void **state)
{
    struct house *house = *state;
    given_one(house, "ACME Corp", LEVEL_ESCALATE_WARN);
    struct actor maya = actor_of("U0MAYA");
    assert_int_equal(item_claim(&house->turn, &maya, 1001, &house->err).how, MOVE_DONE);
    const struct slack_profile left = {.user_id = "U0MAYA", .team_id = TENANT, .deleted = true};
    assert_true(directory_put(&house->turn, TENANT, &left));
    struct item item = item_now(house);
    assert_int_equal(item.state, ITEM_OPEN);
    assert_null(item.claimed_by);
    struct job timer = job_of(house, "escalate");
    assert_int_equal(payload_of(house, &timer).level, TIMER_MANAGER);
    struct job note = job_of(house, "post_note");
    assert_says(payload_of(house, &note).text, "<@U0MAYA> claimed this and is deactivated");
    assert_says(payload_of(house, &note).text, "The manager hears of it");
    assert_string_equal(audited(house, "release")->reason, "U0MAYA claimed it and is gone");
    assert_true(directory_put(&house->turn, TENANT, &left)); /* known: nothing more follows */
    assert_int_equal(count_jobs(house, "post_note"), 1);
}

#define gone_test(name) cmocka_unit_test_setup_teardown(name, slack_house_setup, house_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        gone_test(test_admins_who_are_gone_leave_room_for_those_who_are_there),
        gone_test(test_the_home_of_someone_who_is_gone_is_drawn_no_more),
        gone_test(test_what_someone_claimed_who_is_gone_is_nobodys_again),
        gone_test(test_an_owner_who_cannot_be_looked_up_is_said_in_the_thread),
    };
    return cmocka_run_group_tests_name("jobs_gone", tests, NULL, NULL);
}
