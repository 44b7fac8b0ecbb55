/* The store fails at one call: what that does to whoever waits for it. */
#include "tests/scenario/scenarios.h"
#include "tests/scenario/torture.h"

static void an_act_that_could_not_be_released_is_not_said_to_be_done(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    the.apologies = 1;
    struct slack_act *act = begin_approve(MAYA, "ONB-1001");
    torture_next("RELEASE");
    settle();
    expect_answer(act, "Something went wrong");
    expect_stored("SELECT count(*) FROM items WHERE decision IS NOT NULL", 0);
    expect_answer(click(MAYA, "approve", "ONB-1001"), "Approved: ONB-1001");
    scene_end();
}

static void of_an_act_that_failed_halfway_nothing_stays(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    the.apologies = 1;
    struct slack_act *act = begin_approve(MAYA, "ONB-1001");
    torture_next("INSERT INTO inbox");
    settle();
    expect_answer(act, "Something went wrong");
    expect_stored("SELECT count(*) FROM items WHERE decision IS NOT NULL", 0);
    expect_stored("SELECT count(*) FROM approvals", 0);
    scene_end();
}

static void no_job_begins_whose_lease_was_not_committed(void)
{
    scene();
    struct mono since = the.sim.world.mono;
    the.commits_fail = true;
    for (int minute = 0; minute < 15; minute++) { /* meanwhile the next poll is due */
        advance(MINUTES(1));
        expect_number(sim_count_asked(&the.sim, "/query", since), 0);
    }
    the.commits_fail = false;
    advance(MINUTES(1));
    expect(sim_count_asked(&the.sim, "/query", since) > 0);
    scene_end();
}

static void a_workspace_that_was_not_committed_is_asked_for_again(void)
{
    scene_start((struct scene_options){.asleep = true});
    the.commits_fail = true;
    settle();
    the.commits_fail = false;
    settle();
    expect_stored("SELECT count(*) FROM tenants", 1);
    win_overdue("ACME Corp", 12);
    expect_answer(say(BO, "status ONB-1001"), "ACME Corp");
    scene_end();
}

const struct scenario store_failures_scenarios[] = {
    {"an act that could not be released is not said to be done",
     an_act_that_could_not_be_released_is_not_said_to_be_done},
    {"of an act that failed halfway nothing stays", of_an_act_that_failed_halfway_nothing_stays},
    {"no job begins whose lease was not committed", no_job_begins_whose_lease_was_not_committed},
    {"a workspace that was not committed is asked for again",
     a_workspace_that_was_not_committed_is_asked_for_again},
    {0},
};
