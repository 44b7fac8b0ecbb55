/* An installation for all of an organisation: people and groups are read workspace by workspace, by
 * name; any other installation names none. */
#include "connectors/slack.h"
#include "db/people.h"
#include "handlers/jobs/later.h"
#include "handlers/teams.h"
#include "tests/unit/job_fixture.h"

#define ORG "E0CORP"

static const char *const two[] = {"T2", "T1"};

static int setup(void **state)
{
    int failed = house_setup(state);
    ((struct house *)*state)->config.slack.bot_token = "xoxb-1-secret";
    return failed;
}

static int teardown(void **state)
{
    ((struct house *)*state)->config.slack.bot_token = NULL; /* a release wipes it */
    return house_teardown(state);
}

static void know_teams(struct house *house, const char *const *ids, size_t count)
{
    bool changed;
    assert_true(teams_keep(&house->turn, ORG, ids, count, &changed));
}

static struct job begun(struct house *house, const char *tenant, const char *kind)
{
    assert_true(later_again(&house->turn, tenant, kind, NULL, 0));
    return job_of(house, kind);
}

static void test_a_workspace_is_one_without_a_name(void **state)
{
    struct house *house = *state;
    const char **teams;
    assert_int_equal(teams_of(&house->turn, TENANT, &teams), 1);
    assert_null(teams[0]);
    struct job job = begun(house, TENANT, "sync_people");
    struct plan plan = planned(house, &job);
    assert_silent_on(first_body(plan.calls[0]), "team_id");
}

static void test_an_organisations_workspaces_are_kept_in_order(void **state)
{
    struct house *house = *state;
    const char **teams;
    static const char *const odd[] = {"T2", "not an id", "E9", "T1"};
    bool changed;
    assert_int_equal(teams_of(&house->turn, ORG, &teams), 0);
    assert_true(teams_keep(&house->turn, ORG, odd, 4, &changed));
    assert_true(changed);
    assert_int_equal(teams_of(&house->turn, ORG, &teams), 2);
    assert_string_equal(teams[0], "T1");
    assert_string_equal(teams[1], "T2");
    assert_true(teams_keep(&house->turn, ORG, two, 2, &changed));
    assert_false(changed);
}

static void test_the_directory_is_read_one_workspace_after_the_other(void **state)
{
    struct house *house = *state;
    static const char *const asked[] = {"team_id=T1", "cursor=c2&team_id=T1", "team_id=T2"};
    know_teams(house, two, 2);
    struct job job = begun(house, ORG, "sync_people");
    for (size_t i = 0; i < 3; i++) {
        struct plan plan = planned(house, &job);
        assert_says(first_body(plan.calls[0]), asked[i]);
        ((struct slack_people *)plan.calls[0])->next = i == 0 ? "c2" : NULL;
        assert_done(finished(house, &job, &plan));
        job = job_of(house, "sync_people");
    }
    assert_true(job.run_at.ms - house->world.now.ms > HOURS(23)); /* tomorrow */
    assert_null(payload_of(house, &job).team);
}

static void test_a_workspace_that_tells_nothing_does_not_keep_the_next_from_being_read(void **state)
{
    struct house *house = *state;
    know_teams(house, two, 2);
    struct job job = begun(house, ORG, "sync_people");
    struct plan plan = planned(house, &job);
    fails_with(plan.calls[0], FAILURE_PERMISSION, "team_access_not_granted");
    assert_done(finished(house, &job, &plan));
    job = job_of(house, "sync_people");
    assert_string_equal(payload_of(house, &job).team, "T2");
}

static void test_where_no_workspace_is_known_they_are_asked_for_first(void **state)
{
    struct house *house = *state;
    struct job job = begun(house, ORG, "sync_people");
    struct plan plan = planned(house, &job);
    assert_int_equal(plan.count, 0);
    assert_done(finished(house, &job, &plan));
    job = job_of(house, "learn_workspace");
    plan = planned(house, &job);
    assert_int_equal(plan.count, 2);
    struct slack_teams *teams = (struct slack_teams *)plan.calls[1];
    teams->ids = arena_array(&house->arena, 2, sizeof *teams->ids);
    memcpy(teams->ids, two, sizeof two);
    teams->count = 2;
    ((struct slack_identity *)plan.calls[0])->url = "https://corp.enterprise.slack.com/";
    assert_done(finished(house, &job, &plan));
    job = job_of(house, "sync_people"); /* at once */
    assert_int_equal(job.run_at.ms, house->world.now.ms);
    assert_int_equal(count_jobs(house, "sync_groups"), 1);
}

static void test_a_group_is_looked_for_in_each_workspace(void **state)
{
    struct house *house = *state;
    static const char *approvers[] = {"S0APPROVE"}, *members[] = {"U0NEW"};
    house->config.roles[ROLE_APPROVER] = (struct config_list){approvers, 1};
    know_teams(house, two, 2);
    struct job job = begun(house, ORG, "sync_groups");
    struct plan plan = planned(house, &job);
    assert_int_equal(plan.count, 2);
    assert_says(first_body(plan.calls[0]), "usergroup=S0APPROVE&team_id=T1");
    fails_with(plan.calls[0], FAILURE_NOT_FOUND, "no_such_subteam");
    struct slack_group *group = (struct slack_group *)plan.calls[1];
    group->user_ids = members;
    group->count = 1;
    assert_done(finished(house, &job, &plan));
    assert_true(groups_has(house->db, ORG, "S0APPROVE", "U0NEW"));
    /* One that does not answer may be its own: it keeps whom it had. */
    advance(house, MINUTES(10));
    job = job_of(house, "sync_groups");
    plan = planned(house, &job);
    fails_with(plan.calls[0], FAILURE_NOT_FOUND, "no_such_subteam");
    fails_with(plan.calls[1], FAILURE_TRANSIENT, "no_answer");
    assert_done(finished(house, &job, &plan));
    assert_true(groups_has(house->db, ORG, "S0APPROVE", "U0NEW"));
    /* All say that it is not theirs: it is gone. */
    advance(house, MINUTES(10));
    job = job_of(house, "sync_groups");
    plan = planned(house, &job);
    fails_with(plan.calls[0], FAILURE_NOT_FOUND, "no_such_subteam");
    fails_with(plan.calls[1], FAILURE_NOT_FOUND, "no_such_subteam");
    assert_done(finished(house, &job, &plan));
    assert_false(groups_has(house->db, ORG, "S0APPROVE", "U0NEW"));
}

/* More workspaces than calls fit into a plan: the one that holds the group is among the last. */
static void test_many_workspaces_are_asked_a_few_at_a_time(void **state)
{
    struct house *house = *state;
    static const char *approvers[] = {"S0APPROVE"}, *members[] = {"U0NEW"};
    const char *ids[PLAN_MAX_CALLS + 2];
    for (size_t i = 0; i < PLAN_MAX_CALLS + 2; i++)
        ids[i] = arena_fmt(&house->arena, "T%02zu", i);
    house->config.roles[ROLE_APPROVER] = (struct config_list){approvers, 1};
    know_teams(house, ids, PLAN_MAX_CALLS + 2);
    struct job job = begun(house, ORG, "sync_groups");
    struct plan plan = planned(house, &job);
    assert_int_equal(plan.count, PLAN_MAX_CALLS);
    for (size_t i = 0; i < plan.count; i++)
        fails_with(plan.calls[i], FAILURE_NOT_FOUND, "no_such_subteam");
    assert_done(finished(house, &job, &plan));
    job = job_of(house, "sync_groups");
    plan = planned(house, &job);
    assert_int_equal(plan.count, 2);
    struct slack_group *group = (struct slack_group *)plan.calls[1];
    group->user_ids = members;
    group->count = 1;
    fails_with(plan.calls[0], FAILURE_NOT_FOUND, "no_such_subteam");
    assert_done(finished(house, &job, &plan));
    assert_true(groups_has(house->db, ORG, "S0APPROVE", "U0NEW"));
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_a_workspace_is_one_without_a_name),
        T(test_an_organisations_workspaces_are_kept_in_order),
        T(test_the_directory_is_read_one_workspace_after_the_other),
        T(test_a_workspace_that_tells_nothing_does_not_keep_the_next_from_being_read),
        T(test_where_no_workspace_is_known_they_are_asked_for_first),
        T(test_a_group_is_looked_for_in_each_workspace),
        T(test_many_workspaces_are_asked_a_few_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
