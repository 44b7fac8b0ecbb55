/* A rejection says why, who mends it and by when; they are reminded on that day. */
#include "tests/scenario/scenarios.h"

#include <string.h>

static const char state[] =
    "{\"reason\":{\"reason\":{\"selected_option\":{\"value\":\"wrong_owner\"}}},"
    "\"fixer\":{\"fixer\":{\"type\":\"users_select\",\"selected_user\":%s}},"
    "\"fix_by\":{\"fix_by\":{\"type\":\"datepicker\",\"selected_date\":%s}},"
    "\"comment\":{\"comment\":{\"value\":\"Ana has left the company\"}},"
    "\"tell\":{\"tell\":{\"type\":\"checkboxes\",\"selected_options\":[%s]}}}";

static struct slack_act *submit_rejection(const char *user, const char *fixer, const char *day,
                                          const char *tell)
{
    struct slack_act *act =
        slack_submit(&the.slack, user, arena_fmt(&the.arena, state, fixer, day, tell));
    settle();
    return act;
}

static void open_form(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    click(MAYA, "reject", "ONB-1001");
    const char *form = the.slack.views[the.slack.view_count - 1].text;
    expect(strstr(form, "\"initial_user\":\"" ANA "\""));
}

static void whoever_mends_it_and_the_day_stand_on_card_thread_and_timeline(void)
{
    open_form();
    submit_rejection(MAYA, "\"" BO "\"", "\"2026-04-22\"", "");
    expect_card("ONB-1001", "Wrong owner: Ana has left the company");
    expect_card("ONB-1001", "<@" BO "> mends it by 22 Apr");
    expect_note("ONB-1001", "<@" BO "> mends it by 22 Apr.");
    expect_answer(say(LEE, "timeline ONB-1001"), "to be mended by " BO " until 2026-04-22");
    advance(DAYS(1));
    expect_no_dm(BO, "is to be mended by you");
    advance(DAYS(1));
    expect_dm(BO, "Today *ACME Corp* (ONB-1001) is to be mended by you. <@" MAYA "> rejected it");
    scene_end();
}

static void what_slack_does_not_take_for_a_while_is_told_then(void)
{
    open_form();
    sim_add_fault(&the.sim,
                  (struct sim_fault){.where = "https://slack.com/api/chat.", .kind = SIM_REFUSED});
    submit_rejection(MAYA, "\"" BO "\"", "\"2026-04-22\"", "{\"value\":\"owner\"}");
    advance(MINUTES(30));
    sim_heal(&the.sim, NULL);
    advance(MINUTES(30));
    expect_dm(ANA, "of which you own the deal, was rejected by <@" MAYA ">");
    sim_add_fault(&the.sim,
                  (struct sim_fault){.where = "https://slack.com/api/chat.", .kind = SIM_REFUSED});
    advance(HOURS(34) + MINUTES(30)); /* past the morning of that day */
    sim_heal(&the.sim, NULL);
    advance(HOURS(2));
    expect_dm(BO, "Today *ACME Corp* (ONB-1001) is to be mended by you");
    scene_end();
}

static void what_moved_on_reminds_nobody(void)
{
    open_form();
    submit_rejection(MAYA, "\"" BO "\"", "\"2026-04-22\"", "");
    say(LEE, "check ONB-1001");
    advance(DAYS(3));
    expect_no_dm(BO, "is to be mended by you");
    scene_end();
}

static void the_owner_is_told_once_where_it_is_asked_for(void)
{
    open_form();
    struct slack_act *act = submit_rejection(MAYA, "\"" ANA "\"", "null", "{\"value\":\"owner\"}");
    slack_redeliver(&the.slack, act);
    settle();
    expect_dm(ANA, "of which you own the deal, was rejected by <@" MAYA ">: Wrong owner");
    expect_dm(ANA, "Nobody outside was told");
    scene_end();
}

static void the_owner_is_not_told_otherwise(void)
{
    open_form();
    submit_rejection(MAYA, "null", "null", "");
    expect_no_dm(ANA, "was rejected");
    expect_not_on_card("ONB-1001", "mends it");
    scene_end();
}

static void a_day_that_is_over_or_someone_who_is_gone_is_refused(void)
{
    open_form();
    expect_answer(submit_rejection(MAYA, "null", "\"2026-04-19\"", ""),
                  "\"fix_by\":\"That day is over.\"");
    expect_answer(submit_rejection(MAYA, "\"" GUS "\"", "null", ""),
                  "\"fixer\":\"They can do nothing here");
    expect_stored("SELECT count(*) FROM items WHERE decision IS NOT NULL", 0);
    scene_end();
}

static void the_command_says_it_too(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    expect_answer(say(MAYA, "reject ONB-1001"), "Say why, in quotes");
    struct slack_act *act =
        say(MAYA, "reject ONB-1001 \"invoice first\" fix &lt;@" BO "|bo&gt; by wed tell owner");
    expect_answer(act, "Rejected: ONB-1001 r1. <@" BO "> mends it by 22 Apr.");
    expect_dm(ANA, "was rejected by <@" MAYA ">: invoice first");
    advance(DAYS(2));
    expect_dm(BO, "is to be mended by you");
    scene_end();
}

const struct scenario reject_scenarios[] = {
    {"whoever mends it and the day stand on card, thread and timeline",
     whoever_mends_it_and_the_day_stand_on_card_thread_and_timeline},
    {"what Slack does not take for a while is told then",
     what_slack_does_not_take_for_a_while_is_told_then},
    {"what moved on reminds nobody", what_moved_on_reminds_nobody},
    {"the owner is told once, where it is asked for", the_owner_is_told_once_where_it_is_asked_for},
    {"the owner is not told otherwise", the_owner_is_not_told_otherwise},
    {"a day that is over, or someone who is gone, is refused",
     a_day_that_is_over_or_someone_who_is_gone_is_refused},
    {"the command says who mends it, too", the_command_says_it_too},
    {0},
};
