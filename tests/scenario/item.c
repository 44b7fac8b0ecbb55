/* What people do to a question beside deciding it: snooze, assign, nudge, from the card, from the
 * escalation's DM, and typed. */
#include "tests/scenario/scenarios.h"

#include <stdio.h>
#include <string.h>

/* State of the snooze form. */
static const char *sleep_for(const char *span, const char *day, const char *reason)
{
    static char state[400];
    snprintf(
        state, sizeof state,
        "{\"span\":{\"span\":{\"type\":\"static_select\",\"selected_option\":{\"value\":"
        "\"%s\"}}},\"day\":{\"day\":{\"type\":\"datepicker\",\"selected_date\":%s}},\"reason\":"
        "{\"reason\":{\"type\":\"plain_text_input\",\"value\":\"%s\"}}}",
        span, day, reason);
    return state;
}

/* ---- snooze ---- */

static void a_snoozed_question_sleeps_and_is_asked_again_once(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    until_after_day_0(HOURS(1));
    expect_answer(say(BO, "claim ONB-1001"), "ONB-1001 is yours");
    expect_answer(say(BO, "snooze ONB-1001 4h \"the <bank> pays today\""), "ONB-1001 sleeps until");
    expect_card("ONB-1001", "Snoozed until");
    expect_note("ONB-1001", "<@" BO "> snoozed this until");
    expect_note("ONB-1001", "the &lt;bank&gt; pays today");
    expect_stored("SELECT state FROM items", 7);
    advance(HOURS(4) - MINUTES(1));
    expect_stored("SELECT count(*) FROM messages WHERE purpose = 'again'", 0);
    advance(MINUTES(2));
    expect_stored("SELECT count(*) FROM messages WHERE purpose = 'again'", 1);
    expect_stored("SELECT state FROM items", 1); /* it is Bo's as before */
    expect_note("ONB-1001", "The snooze is over");
    expect_not_on_card("ONB-1001", "Snoozed until");
    expect_card("ONB-1001", "Claimed by <@" BO ">");
    expect_answer(click(MAYA, "approve", "ONB-1001"), "ONB-1001");
    settle();
    expect_stored("SELECT count(*) FROM audit WHERE action = 'woke'", 1);
    scene_end();
}

static void a_snooze_moves_the_manager_s_time_and_not_the_director_s(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    until_after_day_0(HOURS(46));
    int64_t t2 = stored("SELECT t2_at FROM items");
    say(MAYA, "snooze ONB-1001 1d \"waiting for the bank\"");
    expect_number(stored("SELECT t2_at FROM items"), t2);
    int64_t woke = stored("SELECT snoozed_until FROM items");
    expect_number(stored("SELECT t1_at FROM items"), woke + HOURS(4));
    until_after_day_0(HOURS(71));
    expect_no_dm(LEE, "ACME Corp");
    until_after_day_0(HOURS(75));
    expect_dm(LEE, "ACME Corp has waited 3 days");
    until_after_day_0(HOURS(97));
    expect_dm(KIM, "ACME Corp has waited 4 days");
    scene_end();
}

static void a_short_snooze_keeps_the_manager_s_time(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    int64_t t1 = stored("SELECT t1_at FROM items");
    say(MAYA, "snooze ONB-1001 4h \"waiting for the bank\"");
    expect_number(stored("SELECT t1_at FROM items"), t1);
    scene_end();
}

static void nobody_but_a_manager_snoozes_past_the_director_s_time(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    until_after_day_0(HOURS(47));
    expect_answer(say(MAYA, "snooze ONB-1001 2026-04-27 \"they are away\""),
                  "the director hears of it");
    expect_answer(say(MAYA, "snooze ONB-1001 2026-04-27 \"they are away\""), "<@" LEE "> can.");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'snooze.refused'", 2);
    int64_t t2 = stored("SELECT t2_at FROM items");
    expect_answer(say(LEE, "snooze ONB-1001 2026-04-27 \"they are away\""), "sleeps until");
    expect(stored("SELECT t2_at FROM items") > t2);
    advance(t2 + MINUTES(5) - the.sim.world.now.ms);
    expect_no_dm(KIM, "ACME Corp");
    expect_no_dm(LEE, "ACME Corp");
    advance(stored("SELECT t2_at FROM items") + MINUTES(1) - the.sim.world.now.ms);
    expect_dm(KIM, "ACME Corp has waited");
    expect_dm(LEE, "ACME Corp has waited");
    scene_end();
}

/* The manager's time never comes in its sleep: it moves with it, also by a claim that is given back
 * meanwhile. */
static void the_manager_s_time_does_not_come_in_its_sleep(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    until_after_day_0(HOURS(20));
    say(BO, "claim ONB-1001");
    say(BO, "snooze ONB-1001 2d \"the bank is closed\"");
    until_after_day_0(HOURS(43)); /* four working hours from here would be before it wakes */
    say(BO, "release ONB-1001");
    int64_t wakes = stored("SELECT snoozed_until FROM items");
    expect(stored("SELECT t1_at FROM items") >= wakes);
    until_after_day_0(HOURS(67));
    expect_no_dm(LEE, "ACME Corp has waited");
    expect_stored("SELECT state FROM items", 7);
    advance(wakes + MINUTES(1) - the.sim.world.now.ms);
    expect_stored("SELECT state FROM items", 0);
    expect_no_dm(LEE, "ACME Corp has waited");
    advance(stored("SELECT t1_at FROM items") + MINUTES(1) - the.sim.world.now.ms);
    expect_dm(LEE, "ACME Corp has waited");
    scene_end();
}

/* While the bot is down it would have woken, and then the manager's time would have come. */
static void what_slept_and_came_due_while_the_bot_was_down_is_told_once(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    until_after_day_0(HOURS(46));
    say(MAYA, "snooze ONB-1001 4h \"waiting for the bank\"");
    expect(stop());
    until_after_day_0(HOURS(60));
    boot();
    advance(MINUTES(2));
    expect_dm(LEE, "ACME Corp has waited");
    expect_stored("SELECT state FROM items", 2);
    expect_stored("SELECT snoozed_until FROM items", 0);
    expect_stored("SELECT count(*) FROM audit WHERE action = 'escalate.manager'", 1);
    expect(stored("SELECT count(*) FROM audit WHERE action = 'woke'") <= 1);
    expect_note("ONB-1001", "is told now");
    expect_not_on_card("ONB-1001", "Snoozed until");
    scene_end();
}

static void a_question_is_snoozed_twice_and_three_working_days_at_most(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    say(MAYA, "snooze ONB-1001 1h \"first\"");
    expect_answer(say(MAYA, "snooze ONB-1001 1h \"at once\""), "sleeps already");
    advance(HOURS(2));
    expect_answer(say(MAYA, "snooze ONB-1001 3bd \"second\""), "more than 3 working days");
    say(MAYA, "snooze ONB-1001 1h \"second\"");
    advance(HOURS(2));
    expect_answer(say(MAYA, "snooze ONB-1001 1h \"third\""), "was snoozed 2 times already");
    expect_answer(say(LEE, "snooze ONB-1001 1h \"third\""), "sleeps until");
    scene_end();
}

static void who_may_not_snooze_is_told_why(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    expect_answer(say(RAJ, "snooze ONB-1001 4h \"no\""), "that is for whoever claimed it");
    expect_answer(say(FAY, "snooze ONB-1001 4h \"no\""), "it needs the role csm");
    expect_answer(say(MAYA, "snooze ONB-1001 soon \"no\""), "“soon” is no time");
    expect_answer(say(MAYA, "snooze ONB-1001 4h"), "Why? The reason is missing");
    expect_answer(say(MAYA, "snooze ONB-1001"), "For how long?");
    expect_stored("SELECT state FROM items", 0);
    scene_end();
}

static void the_card_s_menu_snoozes_with_a_form(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    click(MAYA, "snooze", "ONB-1001");
    struct slack_act *wrong = submit(MAYA, sleep_for("date", "null", ""));
    expect_answer(wrong, "\"day\":\"Pick the day.\"");
    expect_answer(wrong, "\"reason\":\"Say what you are waiting for.\"");
    expect_answer(submit(MAYA, sleep_for("date", "\"2026-04-19\"", "the bank")),
                  "is not later than now");
    submit(MAYA, sleep_for("date", "\"2026-04-22\"", "the bank"));
    expect_stored("SELECT snoozed_until FROM items", 1776816000000); /* 22 April, 00:00 */
    expect_answer(click(LEE, "recheck", "ONB-1001"), "Looking again");
    scene_end();
}

static void facts_that_move_while_it_sleeps_are_shown(void)
{
    scene();
    struct fake_account *acme = win_overdue("ACME Corp", 12);
    say(MAYA, "snooze ONB-1001 1d \"the bank\"");
    systems_bill(&the.systems, acme, "INV-110", 5, "900.00");
    say(BO, "check ONB-1001");
    settle();
    expect_card("ONB-1001", "INV-110");
    expect_card("ONB-1001", "Snoozed until");
    systems_pay(acme);
    say(BO, "check ONB-1001");
    settle();
    expect_card("ONB-1001", "Cleared by itself");
    advance(DAYS(2));
    expect_stored("SELECT count(*) FROM messages WHERE purpose = 'again'", 0);
    scene_end();
}

static void what_is_decided_in_its_sleep_does_not_wake(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    say(MAYA, "snooze ONB-1001 1d \"the bank\"");
    say(MAYA, "reject ONB-1001 \"they gave up\"");
    expect_card("ONB-1001", "*Rejected*");
    advance(DAYS(5));
    expect_stored("SELECT count(*) FROM audit WHERE action = 'woke'", 0);
    expect_no_dm(LEE, "ACME Corp");
    scene_end();
}

static void a_snooze_outlives_a_crash(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    say(MAYA, "snooze ONB-1001 4h \"the bank\"");
    crash();
    advance(HOURS(5));
    boot();
    settle();
    expect_stored("SELECT count(*) FROM messages WHERE purpose = 'again'", 1);
    expect_stored("SELECT state FROM items", 0);
    scene_end();
}

/* ---- the DM's buttons ---- */

static void the_manager_s_dm_snoozes_assigns_and_nudges(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    until_after_day_0(HOURS(49));
    expect_dm(LEE, "nobody has claimed it");
    expect_dm(LEE, "Suggested:");
    expect_dm(LEE, "Next: <@" KIM ">");
    click_dm(LEE, "nudge", "ONB-1001");
    expect_note("ONB-1001", "<@" LEE "> reminds: nobody has decided this");
    click_dm(LEE, "assign", "ONB-1001");
    submit(LEE,
           "{\"person\":{\"person\":{\"type\":\"users_select\",\"selected_user\":\"" MAYA "\"}}}");
    expect_note("ONB-1001", "<@" LEE "> gave this to <@" MAYA ">");
    expect_dm(MAYA, "ACME Corp is given to you to decide");
    expect_dm(LEE, "claimed by <@" MAYA ">");
    click_dm(LEE, "snooze", "ONB-1001");
    submit(LEE, sleep_for("4h", "null", "Maya is on it"));
    expect_dm(LEE, "Snoozed until");
    advance(HOURS(5));
    expect_stored("SELECT count(*) FROM messages WHERE purpose = 'again'", 1);
    expect_stored("SELECT state FROM items", 2); /* escalated, as before */
    click_dm(MAYA, "approve", "ONB-1001");
    settle();
    expect_dm(MAYA, "Done by <@" MAYA ">");
    expect_dm(LEE, "Done by <@" MAYA ">");
    scene_end();
}

/* ---- assign ---- */

static void an_assignment_stops_the_manager_s_timer(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    expect_answer(say(LEE, "assign ONB-1001 <@" BO "|bo>"), "ONB-1001 is <@" BO ">'s now");
    expect_card("ONB-1001", "Claimed by <@" BO ">");
    expect_answer(say(LEE, "assign ONB-1001 <@" BO ">"), "already");
    until_after_day_0(HOURS(60));
    expect_no_dm(LEE, "ACME Corp");
    expect_dm(BO, "ACME Corp");
    expect_answer(say(LEE, "assign ONB-1001 <@" MAYA ">"), "ONB-1001 is <@" MAYA ">'s now");
    expect_card("ONB-1001", "Claimed by <@" MAYA ">");
    scene_end();
}

static void nobody_is_given_what_they_may_not_decide(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    expect_answer(say(LEE, "assign ONB-1001 <@" ANA ">"), "may not decide"); /* she owns it */
    expect_answer(say(LEE, "assign ONB-1001 <@" FAY ">"), "may not decide");
    expect_answer(say(LEE, "assign ONB-1001 <@" GUS ">"), "may not decide");
    expect_answer(say(LEE, "assign ONB-1001"), "To whom?");
    expect_answer(say(BO, "assign ONB-1001 <@" MAYA ">"), "that is for managers");
    expect_stored("SELECT count(*) FROM items WHERE claimed_by IS NULL", 1);
    expect_stored("SELECT count(*) FROM audit WHERE action = 'assign.refused'", 4);
    scene_end();
}

/* ---- nudge ---- */

static void a_nudge_reminds_once_in_four_working_hours(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    expect_answer(say(BO, "nudge ONB-1001"), "Reminded in the thread of ONB-1001");
    expect_note("ONB-1001", "<@" BO "> reminds");
    expect_answer(say(MAYA, "nudge ONB-1001"), "the next time from");
    advance(HOURS(4));
    say(MAYA, "claim ONB-1001");
    expect_answer(say(BO, "nudge ONB-1001"), "Reminded in the thread of ONB-1001: <@" MAYA ">");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'nudge'", 2);
    expect_stored("SELECT count(*) FROM audit WHERE action = 'nudge.refused'", 1);
    scene_end();
}

/* ---- answers in the thread ---- */

static void an_approver_s_answer_in_the_thread_claims(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    struct slack_act *act =
        answer_in_thread(BO, "ONB-1001", "I asked &lt;them&gt;, ada@corp.example knows", "");
    expect_card("ONB-1001", "Claimed by <@" BO ">");
    expect_note("ONB-1001", "<@" BO "> answered here, so it is theirs");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'comment' AND actor = '" BO "' AND "
                  "reason LIKE '%them%' AND reason NOT LIKE '%ada@corp.example%'",
                  1);
    slack_redeliver(&the.slack, act);
    settle();
    expect_stored("SELECT count(*) FROM audit WHERE action = 'comment'", 1);
    until_after_day_0(HOURS(60));
    expect_no_dm(LEE, "ACME Corp");
    scene_end();
}

static void others_answers_are_remembered_and_claim_nothing(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    answer_in_thread(FAY, "ONB-1001", "I see no payment", "");
    answer_in_thread(GUS, "ONB-1001", "I am a guest", "");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'comment' AND actor = '" FAY "'", 1);
    expect_stored("SELECT count(*) FROM audit WHERE action = 'comment' AND actor = '" GUS "'", 0);
    expect_answer(say(MAYA, "timeline ONB-1001"), "I see no payment");
    scene_end();
}

static void edits_deletions_and_bots_are_no_answers(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    answer_in_thread(BO, "ONB-1001", "never mind", ",\"subtype\":\"message_changed\"");
    answer_in_thread(BO, "ONB-1001", "gone", ",\"subtype\":\"message_deleted\"");
    answer_in_thread(BO, "ONB-1001", "beep", ",\"bot_id\":\"B0OTHER\"");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'comment'", 0);
    expect_stored("SELECT state FROM items", 0);
    scene_end();
}

/* ---- the ledger ---- */

static void the_ledger_tells_each_stretch_and_both_deadlines(void)
{
    scene_start((struct scene_options){
        .calendar = "{\"zone\":\"America/Toronto\",\"holidays\":[\"2026-04-22\"]}"});
    win_overdue("ACME Corp", 12);
    until_after_day_0(HOURS(2));
    say(BO, "claim ONB-1001");
    advance(HOURS(3));
    say(BO, "release ONB-1001");
    say(MAYA, "snooze ONB-1001 1d \"the bank\"");
    struct slack_act *act = say(MAYA, "why ONB-1001 timer");
    expect_answer(act, "Clock: calendar (hours that pass count)");
    expect_answer(act, "America/Toronto, 09:00–17:00, 1 holiday.");
    expect_answer(act, "· open · counted 2 h 00 min");
    expect_answer(act, "the manager's timer is off, the director's counts on · counted 3 h 00 min");
    expect_answer(act, "asleep: the manager's timer moves");
    expect_answer(act, "Manager: <!date^");
    expect_answer(act, "Director: <!date^");
    advance(DAYS(3));
    expect_answer(say(MAYA, "why ONB-1001 timer"), "holiday 24 h 00 min");
    click(MAYA, "timer", "ONB-1001");
    expect(strstr(the.slack.views[the.slack.view_count - 1].text, "The clock of ONB-1001"));
    say(MAYA, "reject ONB-1001 \"they gave up\"");
    expect_answer(say(MAYA, "why ONB-1001 timer"), "the clock has stopped");
    scene_end();
}

const struct scenario item_scenarios[] = {
    {"the ledger tells each stretch and both deadlines",
     the_ledger_tells_each_stretch_and_both_deadlines},
    {"an approver's answer in the thread claims", an_approver_s_answer_in_the_thread_claims},
    {"others' answers are remembered and claim nothing",
     others_answers_are_remembered_and_claim_nothing},
    {"edits, deletions and bots are no answers", edits_deletions_and_bots_are_no_answers},
    {"a snoozed question sleeps and is asked again once",
     a_snoozed_question_sleeps_and_is_asked_again_once},
    {"a snooze moves the manager's time and not the director's",
     a_snooze_moves_the_manager_s_time_and_not_the_director_s},
    {"a short snooze keeps the manager's time", a_short_snooze_keeps_the_manager_s_time},
    {"the manager's time does not come in its sleep",
     the_manager_s_time_does_not_come_in_its_sleep},
    {"what slept and came due while the bot was down is told once",
     what_slept_and_came_due_while_the_bot_was_down_is_told_once},
    {"nobody but a manager snoozes past the director's time",
     nobody_but_a_manager_snoozes_past_the_director_s_time},
    {"a question is snoozed twice and three working days at most",
     a_question_is_snoozed_twice_and_three_working_days_at_most},
    {"who may not snooze is told why", who_may_not_snooze_is_told_why},
    {"the card's menu snoozes with a form", the_card_s_menu_snoozes_with_a_form},
    {"facts that move while it sleeps are shown", facts_that_move_while_it_sleeps_are_shown},
    {"what is decided in its sleep does not wake", what_is_decided_in_its_sleep_does_not_wake},
    {"a snooze outlives a crash", a_snooze_outlives_a_crash},
    {"the manager's DM snoozes, assigns and nudges", the_manager_s_dm_snoozes_assigns_and_nudges},
    {"an assignment stops the manager's timer", an_assignment_stops_the_manager_s_timer},
    {"nobody is given what they may not decide", nobody_is_given_what_they_may_not_decide},
    {"a nudge reminds once in four working hours", a_nudge_reminds_once_in_four_working_hours},
    {0},
};
