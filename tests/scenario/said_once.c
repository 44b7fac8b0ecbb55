/* Slack answers 429, 500, garbage, or nothing: what is said is said once. */
#include "tests/scenario/scenarios.h"

#include <string.h>

#define POST "/chat.postMessage"

static void post_fault(enum sim_fault_kind kind, int status, const char *headers, const char *body,
                       unsigned times)
{
    sim_add_fault(&the.sim, (struct sim_fault){.where = POST,
                                               .kind = kind,
                                               .status = status,
                                               .headers = headers,
                                               .body = body,
                                               .times = times});
}

static size_t messages_about(const char *words)
{
    size_t count = 0;
    for (size_t i = 0; i < the.slack.message_count; i++)
        count += !the.slack.messages[i].thread_ts[0] && strstr(the.slack.messages[i].blocks, words);
    return count;
}

/* The card comes through, once. */
static void expect_one_card(void)
{
    systems_bill(&the.systems, systems_win(&the.systems, "ACME Corp"), "INV-102", 12, "25000.00");
    advance(MINUTES(15));
    expect_number(messages_about("ONB-1001"), 1);
    expect_card("ONB-1001", "review needed");
    expect_stored("SELECT count(*) FROM messages WHERE purpose = 'card'", 1);
    scene_end();
}

static void a_429_is_waited_for(void)
{
    scene();
    post_fault(SIM_ANSWERED, 429, "retry-after: 20\n", "{\"ok\":false,\"error\":\"ratelimited\"}",
               2);
    expect_one_card();
}

static void a_429_without_a_time_is_waited_for(void)
{
    scene();
    post_fault(SIM_ANSWERED, 429, NULL, "", 1);
    expect_one_card();
}

static void a_500_without_effect(void)
{
    scene();
    post_fault(SIM_ANSWERED, 500, NULL, "oops", 2);
    expect_one_card();
}

static void a_500_after_the_effect(void)
{
    scene();
    post_fault(SIM_ANSWERED_AFTER, 500, NULL, "oops", 1);
    expect_one_card();
}

static void internal_error_after_the_effect(void)
{
    scene();
    post_fault(SIM_ANSWERED_AFTER, 200, NULL, "{\"ok\":false,\"error\":\"internal_error\"}", 1);
    expect_one_card();
}

static void garbage_after_the_effect(void)
{
    scene();
    post_fault(SIM_ANSWERED_AFTER, 200, NULL, "<!doctype html>", 1);
    expect_one_card();
}

static void half_an_answer(void)
{
    scene();
    post_fault(SIM_CUT_REPLY, 0, NULL, NULL, 1);
    expect_one_card();
}

static void a_lost_reply(void)
{
    scene();
    post_fault(SIM_LOST_REPLY, 0, NULL, NULL, 1);
    expect_one_card();
}

static void a_lost_request(void)
{
    scene();
    post_fault(SIM_LOST_REQUEST, 0, NULL, NULL, 1);
    expect_one_card();
}

static void a_reset_and_a_history_that_fails(void)
{
    scene();
    post_fault(SIM_RESET_REPLY, 0, NULL, NULL, 1);
    sim_add_fault(&the.sim, (struct sim_fault){.where = "/conversations.history",
                                               .kind = SIM_ANSWERED,
                                               .status = 503,
                                               .body = "",
                                               .times = 3});
    expect_one_card();
}

static void slack_away_for_an_hour(void)
{
    scene();
    sim_add_fault(&the.sim,
                  (struct sim_fault){.where = "https://slack.com/api/chat.", .kind = SIM_REFUSED});
    win_overdue("ACME Corp", 12);
    advance(HOURS(1));
    expect_number(the.slack.message_count, 0);
    sim_heal(&the.sim, NULL);
    advance(MINUTES(6));
    expect_card("ONB-1001", "review needed");
    scene_end();
}

static void a_dm_whose_answer_is_lost(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    post_fault(SIM_LOST_REPLY, 0, NULL, NULL, 2);
    advance(HOURS(49));
    expect_dm(LEE, "ACME Corp has waited 2 days");
    scene_end();
}

/* What becomes of the next DM, and whoever looks for it is put off by an hour each time: whether it
 * was said is not known. */
static void leave_the_managers_dm_unknown(enum sim_fault_kind what)
{
    scene();
    win_overdue("ACME Corp", 12);
    until_after_day_0(HOURS(48) - SECONDS(5));
    post_fault(what, 0, NULL, NULL, 2); /* the line in the thread, and the DM */
    sim_add_fault(&the.sim, (struct sim_fault){.where = "/conversations.history",
                                               .kind = SIM_ANSWERED,
                                               .status = 429,
                                               .headers = "retry-after: 3600\n",
                                               .body = "{\"ok\":false,\"error\":\"ratelimited\"}"});
    advance(MINUTES(2));
    expect_stored("SELECT count(*) FROM messages WHERE purpose = 'dm1'", 0);
}

static void a_dm_that_may_have_been_said_is_found_after_another_was_told(void)
{
    leave_the_managers_dm_unknown(SIM_LOST_REPLY);
    say(LEE, "ooo on <@" KIM "> today 2026-04-25");
    advance(HOURS(25)); /* the next working day's reminder is for who stands in */
    expect_dm(KIM, "ACME Corp has waited 3 days");
    expect_stored("SELECT count(*) FROM messages WHERE user_id = '" LEE "'", 0);
    sim_heal(&the.sim, NULL);
    advance(HOURS(1));
    expect_dm(LEE, "asked again since");
    expect_dm(KIM, "ACME Corp has waited 3 days");
    scene_end();
}

static void a_dm_that_may_have_been_said_is_found_once_it_is_decided(void)
{
    leave_the_managers_dm_unknown(SIM_LOST_REPLY);
    click(MAYA, "approve", "ONB-1001");
    sim_heal(&the.sim, NULL);
    advance(HOURS(1));
    expect_dm(LEE, "nothing left to do");
    scene_end();
}

static void a_dm_that_was_not_said_stays_unsaid_once_it_is_decided(void)
{
    leave_the_managers_dm_unknown(SIM_LOST_REQUEST);
    click(MAYA, "approve", "ONB-1001");
    sim_heal(&the.sim, NULL);
    advance(HOURS(1));
    expect_no_dm(LEE, "ACME Corp");
    scene_end();
}

static void a_note_whose_answer_is_lost_is_found_in_its_thread(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    post_fault(SIM_LOST_REPLY, 0, NULL, NULL, 1);
    begin_say(BO, "note ONB-1001 \"called them\"");
    advance(MINUTES(1));
    expect_note("ONB-1001", "called them");
    scene_end();
}

static void an_organisation_whose_answers_are_lost_is_made_once(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    sim_add_fault(&the.sim, (struct sim_fault){.where = PLATFORM_URL, .kind = SIM_LOST_REPLY});
    click(MAYA, "approve", "ONB-1001");
    advance(MINUTES(4));
    expect(stored("SELECT attempt FROM jobs WHERE kind = 'provision'") > 1);
    sim_heal(&the.sim, NULL);
    advance(MINUTES(15));
    expect_card("ONB-1001", "Provisioned");
    expect_number(the.systems.organizations, 1);
    scene_end();
}

static void a_429_of_one_method_delays_no_other(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    sim_add_fault(&the.sim, (struct sim_fault){.where = "/chat.update",
                                               .kind = SIM_ANSWERED,
                                               .status = 429,
                                               .headers = "retry-after: 300\n",
                                               .body = "{\"ok\":false,\"error\":\"ratelimited\"}",
                                               .times = 1});
    click(MAYA, "claim", "ONB-1001"); /* its edit runs into the 429 */
    expect_not_on_card("ONB-1001", "Claimed by");
    click(FAY, "view", "ONB-1001");
    expect_number(the.slack.view_count, 1);
    slack_open_home(&the.slack, MAYA);
    settle();
    expect_number(the.slack.home_count, 1);
    advance(MINUTES(6));
    expect_card("ONB-1001", "Claimed by <@" MAYA ">");
    scene_end();
}

static void a_429_pauses_its_own_method_for_everyone(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    win_overdue("Bolt Ltd", 12);
    sim_add_fault(&the.sim, (struct sim_fault){.where = "/chat.update",
                                               .kind = SIM_ANSWERED,
                                               .status = 429,
                                               .headers = "retry-after: 60\n",
                                               .body = "{\"ok\":false,\"error\":\"ratelimited\"}",
                                               .times = 1});
    click(MAYA, "claim", "ONB-1001");
    struct mono since = the.sim.world.mono;
    click(MAYA, "claim", "ONB-1002");
    expect_number(sim_count_asked(&the.sim, "/chat.update", since), 0);
    advance(MINUTES(2));
    expect_card("ONB-1002", "Claimed by <@" MAYA ">");
    scene_end();
}

static void a_long_429_in_the_channel_is_waited_for(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    sim_add_fault(&the.sim, (struct sim_fault){.where = POST,
                                               .kind = SIM_ANSWERED,
                                               .status = 429,
                                               .headers = "retry-after: 600\n",
                                               .body = "{\"ok\":false,\"error\":\"ratelimited\"}",
                                               .times = 1});
    say(BO, "note ONB-1001 \"they paid\"");
    expect_no_note("ONB-1001", "they paid");
    advance(MINUTES(16));
    say(MAYA, "approve ONB-1001"); /* held: the outcome comes by DM or on the card */
    expect_note("ONB-1001", "they paid");
    scene_end();
}

static void a_message_that_is_gone_is_not_redrawn_for_ever(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    sim_add_fault(&the.sim, (struct sim_fault){.where = "/chat.update",
                                               .kind = SIM_ANSWERED,
                                               .status = 200,
                                               .body = "{\"ok\":false,\"error\":"
                                                       "\"message_not_found\"}"});
    click(MAYA, "claim", "ONB-1001");
    expect_stored("SELECT count(*) FROM jobs WHERE kind = 'edit_message'", 0);
    sim_heal(&the.sim, NULL);
    say(MAYA, "release ONB-1001");
    scene_end();
}

static void an_answer_where_the_bot_is_no_member_comes_by_dm(void)
{
    scene();
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    acme->changed.ms -= DAYS(90);
    the.slack.bot_left = CHANNEL;
    say(MAYA, "check ACME Corp");
    expect_dm(MAYA, "PROCEED");
    the.slack.bot_left = NULL;
    scene_end();
}

const struct scenario said_once_scenarios[] = {
    {"a 429 is waited for and the card said once", a_429_is_waited_for},
    {"a 429 without a time is waited for", a_429_without_a_time_is_waited_for},
    {"after a 500 without effect the card is said once", a_500_without_effect},
    {"after a 500 with effect the card is said once", a_500_after_the_effect},
    {"after an internal_error the card is said once", internal_error_after_the_effect},
    {"after garbage the card is said once", garbage_after_the_effect},
    {"after half an answer the card is said once", half_an_answer},
    {"after a lost reply the card is said once", a_lost_reply},
    {"after a lost request the card is said once", a_lost_request},
    {"a reset, and a history that fails: the card is said once", a_reset_and_a_history_that_fails},
    {"Slack away for an hour: the card comes after it", slack_away_for_an_hour},
    {"a DM whose answer is lost is said once", a_dm_whose_answer_is_lost},
    {"a DM that may have been said is found after another was told",
     a_dm_that_may_have_been_said_is_found_after_another_was_told},
    {"a DM that may have been said is found once it is decided",
     a_dm_that_may_have_been_said_is_found_once_it_is_decided},
    {"a DM that was not said stays unsaid once it is decided",
     a_dm_that_was_not_said_stays_unsaid_once_it_is_decided},
    {"a note whose answer is lost is found in its thread",
     a_note_whose_answer_is_lost_is_found_in_its_thread},
    {"an organisation whose answers are lost is made once",
     an_organisation_whose_answers_are_lost_is_made_once},
    {"a 429 of one method delays no other", a_429_of_one_method_delays_no_other},
    {"a 429 pauses its own method for everyone", a_429_pauses_its_own_method_for_everyone},
    {"a long 429 in the channel is waited for, not failed",
     a_long_429_in_the_channel_is_waited_for},
    {"a message that is gone is not redrawn for ever",
     a_message_that_is_gone_is_not_redrawn_for_ever},
    {"an answer where the bot is no member comes by DM",
     an_answer_where_the_bot_is_no_member_comes_by_dm},
    {0},
};
