/* The digest: once a working day, at nine where its reader is, whatever happens; nothing where
 * there is nothing to say. */
#include "tests/scenario/scenarios.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Tuesday 21 April 2026, 09:00 UTC; the scene begins on Monday at 14:00. */
#define TUESDAY_NINE INT64_C(1776762000000)

static void start_with_digest(void)
{
    scene_start((struct scene_options){.digest = true});
}

static void until(int64_t wall_ms)
{
    if (wall_ms > the.sim.world.now.ms)
        advance(wall_ms - the.sim.world.now.ms);
}

/* How many digests this person has. */
static size_t digests_of(const char *user)
{
    char channel[24];
    size_t count = 0;
    snprintf(channel, sizeof channel, "D%s", user + 1);
    for (size_t i = 0; i < the.slack.message_count; i++)
        count += strcmp(the.slack.messages[i].channel, channel) == 0 &&
                 strstr(the.slack.messages[i].text, "Your day") != NULL;
    return count;
}

static void it_comes_at_nine_and_says_what_waits(void)
{
    start_with_digest();
    win_overdue("ACME Corp", 12);
    until(TUESDAY_NINE - SECONDS(2));
    expect_number(digests_of(BO), 0);
    until(TUESDAY_NINE + SECONDS(5));
    expect_number(digests_of(BO), 1);
    expect(strstr(digest_of(BO), "Waiting on you"));
    expect(strstr(digest_of(BO), "*ACME Corp* · <https://sandbox.slack.com/archives/"));
    expect(strstr(digest_of(BO), "|ONB-1001>"));
    expect_number(digests_of(FAY), 0); /* nothing is hers */
    until(TUESDAY_NINE + DAYS(1) + SECONDS(5));
    expect_number(digests_of(BO), 2);
    expect(strstr(digest_of(BO), "Due today"));
    until(TUESDAY_NINE + DAYS(2) + SECONDS(5));
    expect(strstr(digest_of(BO), "Overdue"));
    scene_end();
}

static void with_nothing_to_say_nothing_is_said(void)
{
    start_with_digest();
    until(TUESDAY_NINE + DAYS(3));
    for (size_t i = 0; i < the.slack.message_count; i++)
        expect(!strstr(the.slack.messages[i].text, "Your day"));
    expect(stored("SELECT count(*) FROM digests WHERE message IS NULL") > 0);
    scene_end();
}

static void it_comes_once_a_day_whatever_happens(void)
{
    for (int64_t ms = 0; ms < 200; ms += 26) {
        start_with_digest();
        win_overdue("ACME Corp", 12);
        until(TUESDAY_NINE + ms);
        crash_and_restart();
        advance(MINUTES(10));
        expect_number(digests_of(BO), 1);
        expect(stop());
        advance(HOURS(1));
        boot();
        advance(MINUTES(90));
        sim_set_clock(&the.sim, -HOURS(5)); /* nine comes again */
        advance(HOURS(4));
        expect_number(digests_of(BO), 1);
        expect_number(digests_of(LEE), 1);
        scene_end();
    }
}

static void one_that_was_slept_through_comes_once_and_late(void)
{
    start_with_digest();
    win_overdue("ACME Corp", 12);
    expect(stop());
    until(TUESDAY_NINE + HOURS(3));
    boot();
    advance(MINUTES(5));
    expect_number(digests_of(BO), 1);
    expect(stop());
    until(TUESDAY_NINE + DAYS(2) + HOURS(12)); /* Thursday night: too late for that day's */
    boot();
    advance(MINUTES(5));
    expect_number(digests_of(BO), 1);
    until(TUESDAY_NINE + DAYS(3) + SECONDS(5));
    expect_number(digests_of(BO), 2);
    scene_end();
}

/* In Cairo the clock goes forward at midnight before Friday 24 April 2026. */
static void nine_is_nine_where_the_reader_is_and_across_a_change_of_clocks(void)
{
    start_with_digest();
    slack_person(&the.slack, LEE)->zone = "Africa/Cairo";
    win_overdue("ACME Corp", 12);
    crash_and_restart();
    advance(HOURS(25)); /* the profile is read again within a day */
    size_t before = digests_of(LEE);
    until(TUESDAY_NINE + DAYS(2) - HOURS(2) - SECONDS(2)); /* Thursday, 07:00 UTC */
    expect_number(digests_of(LEE), before + (before == 1));
    until(TUESDAY_NINE + DAYS(2) - HOURS(2) + SECONDS(5));
    expect_number(digests_of(LEE), 3);
    until(TUESDAY_NINE + DAYS(3) - HOURS(3) - SECONDS(2)); /* Friday, 06:00 UTC */
    expect_number(digests_of(LEE), 3);
    until(TUESDAY_NINE + DAYS(3) - HOURS(3) + SECONDS(5));
    expect_number(digests_of(LEE), 4);
    until(TUESDAY_NINE + DAYS(3) + HOURS(1));
    expect_number(digests_of(LEE), 4);
    scene_end();
}

static void weekends_and_holidays_have_none(void)
{
    scene_start((struct scene_options){
        .digest = true,
        .calendar = "{\"zone\":\"UTC\",\"start\":\"00:00\",\"end\":\"24:00\","
                    "\"holidays\":[\"2026-04-21\",\"2026-04-27\"]}"});
    win_overdue("ACME Corp", 12);
    until(TUESDAY_NINE + HOURS(10));
    expect_number(digests_of(BO), 0);
    until(TUESDAY_NINE + DAYS(3) + HOURS(1));
    expect_number(digests_of(BO), 3); /* Wednesday to Friday */
    until(TUESDAY_NINE + DAYS(6) + HOURS(10));
    expect_number(digests_of(BO), 3);
    until(TUESDAY_NINE + DAYS(7) + HOURS(1));
    expect_number(digests_of(BO), 4);
    scene_end();
}

static void a_manager_also_sees_missed_deadlines_and_overrides(void)
{
    start_with_digest();
    win_overdue("ACME Corp", 45);             /* urgent */
    until(TUESDAY_NINE + DAYS(1) + HOURS(6)); /* the manager's time, Wednesday 14:10, is over */
    say(MAYA, "check ONB-1001");
    expect_answer(say(MAYA, "approve ONB-1001 r2 \"they pay on Friday\" ack all"), "Approved");
    until(TUESDAY_NINE + DAYS(2) + SECONDS(5));
    expect(strstr(digest_of(LEE), "Missed deadlines"));
    expect(strstr(digest_of(LEE), "the manager was told"));
    expect(strstr(digest_of(LEE), "Decided"));
    expect(strstr(digest_of(LEE), "approved by <@" MAYA ">"));
    expect(strstr(digest_of(LEE), "Overrides"));
    expect(strstr(digest_of(MAYA), "approved by <@" MAYA ">"));
    expect(!strstr(digest_of(MAYA), "Missed deadlines"));
    expect(!strstr(digest_of(MAYA), "Overrides"));
    scene_end();
}

static void what_was_decided_on_friday_is_told_on_monday(void)
{
    scene_start((struct scene_options){
        .digest = true, .calendar = "{\"zone\":\"UTC\",\"start\":\"00:00\",\"end\":\"24:00\"}"});
    win_overdue("ACME Corp", 12);
    until(TUESDAY_NINE + DAYS(3) + HOURS(3)); /* Friday at noon */
    click(MAYA, "approve", "ONB-1001");
    settle();
    until(TUESDAY_NINE + DAYS(6) + SECONDS(5));
    expect(strstr(digest_of(MAYA), "approved by <@" MAYA ">"));
    scene_end();
}

static void each_says_whether_and_when(void)
{
    start_with_digest();
    win_overdue("ACME Corp", 12);
    expect_answer(say(BO, "digest"), "on working days at 09:00 (UTC)");
    expect_answer(say(BO, "digest off"), "You get no digest");
    expect_answer(say(MAYA, "digest 10:30"), "on working days at 10:30 (UTC)");
    expect_answer(say(MAYA, "digest 25:00"), "Say on, off or a time");
    until(TUESDAY_NINE + MINUTES(1));
    expect_number(digests_of(BO), 0);
    expect_number(digests_of(MAYA), 0);
    until(TUESDAY_NINE + MINUTES(90) + SECONDS(5));
    expect_number(digests_of(MAYA), 1);
    say(BO, "digest on");
    say(MAYA, "digest 08:00");
    until(TUESDAY_NINE + DAYS(1) - HOURS(1) + SECONDS(5));
    expect_number(digests_of(MAYA), 2);
    until(TUESDAY_NINE + DAYS(1) + SECONDS(5));
    expect_number(digests_of(BO), 1);
    scene_end();
}

static void it_fits_however_much_there_is(void)
{
    start_with_digest();
    for (int i = 0; i < 12; i++) {
        char name[48];
        snprintf(name, sizeof name, "<!here> & *&<>&<>&<>&<>&<>&<>&<> %d", i);
        systems_bill(&the.systems, systems_win(&the.systems, name), "INV-102", 12, "25000.00");
    }
    advance(SECONDS(605));
    settle();
    until(TUESDAY_NINE + SECONDS(5));
    expect(strstr(digest_of(BO), "(12)"));
    expect(strstr(digest_of(BO), "and 6 more"));
    expect(!strstr(digest_of(BO), "<!here>"));
    scene_end();
}

static void one_that_cannot_be_delivered_is_not_lost(void)
{
    start_with_digest();
    the.may_die = "digest";
    win_overdue("ACME Corp", 12);
    until(TUESDAY_NINE - SECONDS(5));
    sim_add_fault(&the.sim,
                  (struct sim_fault){.where = "/conversations.open",
                                     .kind = SIM_ANSWERED,
                                     .status = 200,
                                     .body = "{\"ok\":false,\"error\":\"cannot_dm_bot\"}"});
    until(TUESDAY_NINE + MINUTES(1));
    sim_heal(&the.sim, NULL);
    expect_number(digests_of(BO), 0);
    expect(stored("SELECT count(*) FROM audit WHERE action = 'digest.failed'") > 0);
    until(TUESDAY_NINE + DAYS(1) + SECONDS(5));
    expect_number(digests_of(BO), 1);
    scene_end();
}

/* At nine the answers to what is said are lost, and nobody can look for it. */
static void lose_the_answers_at_nine(void)
{
    start_with_digest();
    win_overdue("ACME Corp", 12);
    until(TUESDAY_NINE - SECONDS(1));
    sim_add_fault(&the.sim,
                  (struct sim_fault){.where = "/chat.postMessage", .kind = SIM_LOST_REPLY});
    sim_add_fault(
        &the.sim,
        (struct sim_fault){.where = "/conversations.history", .kind = SIM_ANSWERED, .status = 503});
    until(TUESDAY_NINE + MINUTES(3));
    expect_number(digests_of(BO), 1);
    expect_stored("SELECT count(*) FROM digests WHERE message IS NOT NULL", 0);
}

static void one_that_may_have_been_said_is_not_the_next_days(void)
{
    lose_the_answers_at_nine();
    crash();
    sim_heal(&the.sim, NULL);
    until(TUESDAY_NINE + DAYS(1) + MINUTES(5));
    boot();
    advance(MINUTES(5));
    expect_number(digests_of(BO), 2);
    expect_stored("SELECT count(*) FROM digests WHERE user_id = '" BO "' AND message IS NOT NULL "
                  "AND day IN ('2026-04-21', '2026-04-22')",
                  2);
    until(TUESDAY_NINE + DAYS(2) + SECONDS(5));
    expect_number(digests_of(BO), 3);
    scene_end();
}

static void one_that_may_have_been_said_is_found_though_nobody_wants_it_any_more(void)
{
    lose_the_answers_at_nine();
    say(BO, "digest off");
    sim_heal(&the.sim, NULL);
    advance(MINUTES(10));
    expect_stored("SELECT count(*) FROM digests d JOIN messages m ON m.id = d.message WHERE "
                  "d.user_id = '" BO "' AND m.purpose = 'digest:2026-04-21'",
                  1);
    until(TUESDAY_NINE + DAYS(1) + MINUTES(5));
    expect_number(digests_of(BO), 1);
    scene_end();
}

static void someone_who_is_gone_gets_none(void)
{
    start_with_digest();
    win_overdue("ACME Corp", 12);
    say(BO, "claim ONB-1001");
    slack_person(&the.slack, BO)->deleted = true;
    slack_person_changed(&the.slack, BO, "user_change");
    the.slack.deactivated = BO;
    until(TUESDAY_NINE + DAYS(1) + HOURS(1));
    expect_number(digests_of(BO), 0);
    expect_stored("SELECT count(*) FROM audit WHERE action = 'digest.failed'", 0);
    expect_stored("SELECT count(*) FROM jobs WHERE state = 2", 0);
    scene_end();
}

const struct scenario digest_scenarios[] = {
    {"a digest comes at nine and says what waits", it_comes_at_nine_and_says_what_waits},
    {"a digest with nothing to say is not said", with_nothing_to_say_nothing_is_said},
    {"a digest comes once a day whatever happens", it_comes_once_a_day_whatever_happens},
    {"a digest that was slept through comes once and late",
     one_that_was_slept_through_comes_once_and_late},
    {"a digest's nine is nine where its reader is, across a change of clocks",
     nine_is_nine_where_the_reader_is_and_across_a_change_of_clocks},
    {"weekends and holidays have no digest", weekends_and_holidays_have_none},
    {"a manager's digest also has missed deadlines and overrides",
     a_manager_also_sees_missed_deadlines_and_overrides},
    {"a digest on Monday tells what was decided on Friday",
     what_was_decided_on_friday_is_told_on_monday},
    {"each says whether and when their digest comes", each_says_whether_and_when},
    {"a digest fits however much there is", it_fits_however_much_there_is},
    {"a digest that cannot be delivered is not lost", one_that_cannot_be_delivered_is_not_lost},
    {"a digest that may have been said is not the next day's",
     one_that_may_have_been_said_is_not_the_next_days},
    {"a digest that may have been said is found though nobody wants it any more",
     one_that_may_have_been_said_is_found_though_nobody_wants_it_any_more},
    {"someone who is gone gets no digest", someone_who_is_gone_gets_none},
    {0},
};
