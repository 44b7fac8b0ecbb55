/* The audit log's head is said once a week, where the team's administrators can't take it back. */
#include "tests/scenario/scenarios.h"

#include <string.h>

#define AUDITORS "C0AUDIT"

static const char team_hours[] =
    "{\"zone\":\"America/Toronto\",\"days\":[\"mon\",\"tue\",\"wed\",\"thu\",\"fri\"],"
    "\"start\":\"09:00\",\"end\":\"17:00\"}";

static size_t heads(void)
{
    size_t count = 0;
    for (size_t i = 0; i < the.slack.message_count; i++)
        count += strcmp(the.slack.messages[i].channel, AUDITORS) == 0 &&
                 strstr(the.slack.messages[i].text, "Audit log, week of") != NULL;
    return count;
}

/* Monday 20 April 2026, 14:00 UTC: ten in Toronto. */
static void begin(void)
{
    scene_start((struct scene_options){.calendar = team_hours, .asleep = true});
    the.config.audit.channel = AUDITORS;
    settle();
    win_overdue("ACME Corp", 12);
    advance(MINUTES(20));
}

static void the_head_is_said_once_a_week(void)
{
    begin();
    expect_number((int64_t)heads(), 1);
    advance(DAYS(6) + HOURS(20));
    expect_number((int64_t)heads(), 1); /* Monday again, but not yet nine */
    advance(HOURS(4));
    expect_number((int64_t)heads(), 2);
    const char *hash = stored_text("SELECT hash FROM audit_tip");
    expect(strlen(hash) == 64);
    scene_end();
}

static void a_restart_and_a_lost_answer_say_the_head_no_second_time(void)
{
    begin();
    crash_and_restart();
    advance(MINUTES(30));
    expect_number((int64_t)heads(), 1);
    sim_add_fault(&the.sim, (struct sim_fault){
                                .where = "/chat.postMessage", .kind = SIM_LOST_REPLY, .times = 1});
    advance(DAYS(7));
    expect_number((int64_t)heads(), 2);
    scene_end();
}

/* The head of the second week is in the channel, but its answer was lost and the machine then off.
 */
static void what_was_said_of_a_week_is_not_taken_for_the_next(void)
{
    begin();
    advance(DAYS(6) + HOURS(20));
    sim_add_fault(&the.sim,
                  (struct sim_fault){.where = "/chat.postMessage", .kind = SIM_LOST_REPLY});
    while (heads() < 2)
        advance(1000);
    expect_number(stored("SELECT count(*) FROM jobs WHERE kind = 'audit_head' AND attempt > 0"), 1);
    crash();
    sim_heal(&the.sim, NULL);
    advance(DAYS(7));
    boot();
    advance(HOURS(2));
    expect_number((int64_t)heads(), 3);
    scene_end();
}

static void where_no_channel_is_named_nothing_is_said(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    advance(DAYS(15));
    expect_number((int64_t)heads(), 0);
    scene_end();
}

static void a_channel_that_refuses_is_told_to_the_admins(void)
{
    scene_start((struct scene_options){.calendar = team_hours, .asleep = true});
    the.config.audit.channel = AUDITORS;
    the.slack.bot_left = AUDITORS;
    the.may_die = "audit_head";
    settle();
    win_overdue("ACME Corp", 12);
    advance(MINUTES(20));
    expect_dm(RAJ, "The audit log's head can't be said");
    expect_number((int64_t)heads(), 0);
    the.slack.bot_left = NULL;
    advance(DAYS(7));
    expect_number((int64_t)heads(), 1);
    scene_end();
}

const struct scenario audit_head_scenarios[] = {
    {"the log's head is said once a week", the_head_is_said_once_a_week},
    {"a restart and a lost answer say the head no second time",
     a_restart_and_a_lost_answer_say_the_head_no_second_time},
    {"a head that was said before a week off is not taken for this week's",
     what_was_said_of_a_week_is_not_taken_for_the_next},
    {"where no channel is named no head is said", where_no_channel_is_named_nothing_is_said},
    {"a channel that refuses the head is told to the admins",
     a_channel_that_refuses_is_told_to_the_admins},
    {0},
};
