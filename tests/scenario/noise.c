/* Noise: a budget a person and day, the same words once, nothing at night; what is not said at once
 * is counted, and not lost. */
#include "tests/scenario/scenarios.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Tuesday 21 April 2026, 09:00 UTC; the scene begins on Monday at 14:00. */
#define TUESDAY_NINE INT64_C(1776762000000)

static void start_with_budget(int budget)
{
    scene_start((struct scene_options){.digest = true, .budget = budget});
}

static void until(int64_t wall_ms)
{
    if (wall_ms > the.sim.world.now.ms)
        advance(wall_ms - the.sim.world.now.ms);
}

/* Messages in this person's DMs that hold the words, but for digests. */
static size_t heard(const char *user, const char *words)
{
    char channel[24];
    size_t count = 0;
    snprintf(channel, sizeof channel, "D%s", user + 1);
    for (size_t i = 0; i < the.slack.message_count; i++)
        count += strcmp(the.slack.messages[i].channel, channel) == 0 &&
                 !strstr(the.slack.messages[i].text, "Your day") &&
                 (strstr(the.slack.messages[i].text, words) ||
                  strstr(the.slack.messages[i].blocks, words));
    return count;
}

/* So many deals, each with one invoice 45 days overdue: urgent, so that Finance hears of it. */
static void win_many(int count)
{
    for (int i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof name, "Company %d", i + 1);
        systems_bill(&the.systems, systems_win(&the.systems, name), "INV-102", 45, "25000.00");
    }
    advance(SECONDS(605));
    settle();
}

/* Each with two invoices overdue: blocked, Finance's key is missing. */
static void win_many_blocked(int count)
{
    for (int i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof name, "Company %d", i + 1);
        struct fake_account *account = systems_win(&the.systems, name);
        systems_bill(&the.systems, account, "INV-102", 12, "25000.00");
        systems_bill(&the.systems, account, "INV-103", 12, "25000.00");
    }
    advance(SECONDS(605));
    settle();
}

static void beyond_the_budget_what_is_said_waits_for_the_digest_and_is_counted(void)
{
    start_with_budget(3);
    win_many(5);
    advance(MINUTES(1));
    expect_number(heard(FAY, "For Finance"), 3);
    expect_dm(FAY, "You have had 3 messages from me today. 2 more are in your digest");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'notice.folded'", 2);
    expect_answer(say(BO, "timeline ONB-1005"), "notice.folded");
    until(TUESDAY_NINE + SECONDS(5));
    expect_dm(FAY, "Kept for this digest");
    expect_stored("SELECT count(*) FROM notices WHERE fate = 1 AND told_in IS NULL", 0);
    until(TUESDAY_NINE + DAYS(1) + SECONDS(5));
    expect_dm(FAY, "Kept for this digest");
    scene_end();
}

static void the_count_is_one_line_that_is_edited(void)
{
    start_with_budget(1);
    win_many(2);
    advance(MINUTES(1));
    expect_dm(FAY, "1 more is in your digest");
    systems_bill(&the.systems, systems_win(&the.systems, "Another"), "INV-102", 45, "25000.00");
    advance(SECONDS(605));
    advance(MINUTES(1));
    expect_no_dm(FAY, "1 more is in your digest");
    expect_dm(FAY, "2 more are in your digest");
    scene_end();
}

static struct slack_message *count_of(const char *user)
{
    char channel[24];
    snprintf(channel, sizeof channel, "D%s", user + 1);
    for (size_t i = the.slack.message_count; i-- > 0;)
        if (strcmp(the.slack.messages[i].channel, channel) == 0 &&
            strstr(the.slack.messages[i].text, "in your digest"))
            return &the.slack.messages[i];
    return NULL;
}

static void a_count_that_somebody_deleted_is_said_anew(void)
{
    start_with_budget(1);
    win_many(2);
    advance(MINUTES(1));
    slack_delete(count_of(FAY));
    systems_bill(&the.systems, systems_win(&the.systems, "Another"), "INV-102", 45, "25000.00");
    advance(SECONDS(605));
    advance(MINUTES(1));
    expect_dm(FAY, "2 more are in your digest");
    expect_stored("SELECT count(*) FROM jobs WHERE kind = 'tell_folded' AND state = 2", 0);
    scene_end();
}

static void a_new_day_has_a_new_budget(void)
{
    start_with_budget(1);
    win_many(2);
    until(TUESDAY_NINE + HOURS(1));
    systems_bill(&the.systems, systems_win(&the.systems, "Another"), "INV-102", 45, "25000.00");
    advance(SECONDS(605));
    settle();
    expect_number(heard(FAY, "For Finance"), 2);
    scene_end();
}

static void what_is_blocked_is_always_said(void)
{
    start_with_budget(2);
    win_many_blocked(5);
    advance(MINUTES(1));
    expect_number(heard(FAY, "For Finance"), 5);
    expect_stored("SELECT count(*) FROM audit WHERE action = 'notice.folded' AND reason LIKE "
                  "'%" FAY "'",
                  0);
    scene_end();
}

static void the_director_always_hears_and_the_manager_within_the_budget(void)
{
    start_with_budget(2);
    win_many(5);
    advance(HOURS(49));
    expect_number(heard(LEE, "has waited 2 days"), 2);
    advance(HOURS(48));
    expect_number(heard(KIM, "has waited 4 days"), 5);
    scene_end();
}

static void who_wants_no_digest_gets_everything(void)
{
    start_with_budget(1);
    say(FAY, "digest off");
    win_many(4);
    advance(MINUTES(1));
    expect_number(heard(FAY, "For Finance"), 4);
    scene_end();
}

static void at_night_nothing_is_said_and_in_the_morning_it_is(void)
{
    scene_start((struct scene_options){
        .calendar = "{\"zone\":\"America/Toronto\",\"holidays\":[\"2026-04-21\"]}"});
    advance(HOURS(8)); /* Monday, 18:00 in Toronto */
    win_many(1);
    expect_number(heard(FAY, "For Finance"), 0);
    expect_answer(say(BO, "timeline ONB-1001"), "notice.held");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'notice.held'", 1);
    /* Tuesday is a holiday; FAY is in UTC, where the working day begins at 09:00. */
    until(TUESDAY_NINE + DAYS(1) - SECONDS(5));
    expect_number(heard(FAY, "For Finance"), 0);
    until(TUESDAY_NINE + DAYS(1) + SECONDS(5));
    expect_number(heard(FAY, "For Finance"), 1);
    scene_end();
}

static void what_is_held_is_not_said_when_it_was_decided_meanwhile(void)
{
    scene_start((struct scene_options){.calendar = "{\"zone\":\"UTC\"}"});
    advance(HOURS(5)); /* 19:00 */
    win_many(1);
    expect_answer(say(MAYA, "approve ONB-1001 r1 \"they pay on Friday\" ack all"), "Approved");
    until(TUESDAY_NINE + MINUTES(1));
    expect_number(heard(FAY, "For Finance"), 0);
    scene_end();
}

static void a_crash_keeps_the_count(void)
{
    for (int64_t ms = 100; ms < 4000; ms += 700) {
        start_with_budget(2);
        for (int i = 0; i < 4; i++) {
            char name[32];
            snprintf(name, sizeof name, "Company %d", i + 1);
            systems_bill(&the.systems, systems_win(&the.systems, name), "INV-102", 45, "25000.00");
        }
        say(MAYA, "start \"Company 1\"");
        advance(ms);
        crash_and_restart();
        advance(MINUTES(12));
        expect_number(heard(FAY, "For Finance"), 2);
        expect_stored("SELECT count(*) FROM notices WHERE user_id = '" FAY "' AND fate = 1", 2);
        expect_dm(FAY, "2 more are in your digest");
        scene_end();
    }
}

const struct scenario noise_scenarios[] = {
    {"beyond the budget what is said waits for the digest and is counted",
     beyond_the_budget_what_is_said_waits_for_the_digest_and_is_counted},
    {"the count of what is kept back is one line that is edited",
     the_count_is_one_line_that_is_edited},
    {"a count that somebody deleted is said anew", a_count_that_somebody_deleted_is_said_anew},
    {"a new day has a new budget", a_new_day_has_a_new_budget},
    {"what is blocked is always said", what_is_blocked_is_always_said},
    {"the director always hears, the manager within the budget",
     the_director_always_hears_and_the_manager_within_the_budget},
    {"who wants no digest gets everything", who_wants_no_digest_gets_everything},
    {"at night nothing is said, and in the morning it is",
     at_night_nothing_is_said_and_in_the_morning_it_is},
    {"what is held is not said when it was decided meanwhile",
     what_is_held_is_not_said_when_it_was_decided_meanwhile},
    {"a crash keeps the count of what was kept back", a_crash_keeps_the_count},
    {0},
};
