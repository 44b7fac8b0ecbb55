/* Answers that are kept while they would be drawn the same: what happens between two questions of
 * one second is in the second answer. */
#include "tests/scenario/scenarios.h"

#include <sqlite3.h>

/* What follows happens within one second, until something settles. */
static void begin_a_second(void)
{
    advance(1000 - the.sim.world.now.ms % 1000);
}

static struct slack_act *ask(const char *user, const char *text)
{
    struct slack_act *act = begin_say(user, text);
    advance(200);
    expect_number(act->acks, 1);
    return act;
}

static void a_decision_is_told_in_the_second_in_which_it_is_made(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    press_approve(BO, "ONB-1001");
    begin_a_second();
    int64_t second = the.sim.world.now.ms / 1000;
    expect_answer(ask(MAYA, "status ONB-1001"), "WAITING");
    expect_answer(ask(MAYA, "status ONB-1001"), "WAITING");
    begin_ticks(BO, -1, NULL, NULL);
    advance(200);
    expect_answer(ask(MAYA, "status ONB-1001"), "*Approved* by <@" BO ">");
    expect_number(the.sim.world.now.ms / 1000, second);
    scene_end();
}

static void what_another_process_writes_is_told_in_the_same_second(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    begin_a_second();
    int64_t second = the.sim.world.now.ms / 1000;
    expect_answer(ask(MAYA, "status ONB-1001"), "ACME Corp");
    expect(sqlite3_exec(the.outside, "UPDATE onboardings SET account_name = 'Zeta Ltd'", NULL, NULL,
                        NULL) == SQLITE_OK);
    expect_answer(ask(MAYA, "status ONB-1001"), "Zeta Ltd");
    expect_number(the.sim.world.now.ms / 1000, second);
    scene_end();
}

static void what_one_was_told_nobody_else_is(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    begin_a_second();
    int64_t second = the.sim.world.now.ms / 1000;
    expect_answer(ask(MAYA, "status ONB-1001"), "WAITING");
    expect_answer(ask(GUS, "status ONB-1001"), "guests");
    expect_answer(ask(MAYA, "status ONB-1001"), "WAITING");
    expect_number(the.sim.world.now.ms / 1000, second);
    scene_end();
}

const struct scenario answers_scenarios[] = {
    {"a decision is told in the second in which it is made",
     a_decision_is_told_in_the_second_in_which_it_is_made},
    {"what another process writes is told in the same second",
     what_another_process_writes_is_told_in_the_same_second},
    {"what one was told nobody else is", what_one_was_told_nobody_else_is},
    {0},
};
