/* The item's clock: manager on day two, director on day four, each once and when it was promised.
 */
#include "tests/scenario/scenarios.h"

#include <stdio.h>

static void manager_hears_on_day_two_and_director_on_day_four(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    until_after_day_0(HOURS(48) - SECONDS(5));
    expect_no_dm(LEE, "ACME Corp");
    until_after_day_0(HOURS(48) + SECONDS(5));
    expect_dm(LEE, "ACME Corp has waited 2 days for a CS decision");
    expect_note("ONB-1001", "<@" LEE "> is told now");
    until_after_day_0(HOURS(96) - SECONDS(5));
    expect_no_dm(KIM, "ACME Corp");
    until_after_day_0(HOURS(96) + SECONDS(5));
    expect_dm(KIM, "ACME Corp has waited 4 days");
    expect_dm(KIM, "Told so far");
    advance(DAYS(3));
    expect_dm(KIM, "ACME Corp");
    scene_end();
}

static void the_manager_hears_again_on_each_working_day(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    until_after_day_0(HOURS(72) - SECONDS(5));
    expect_dm(LEE, "ACME Corp");
    until_after_day_0(HOURS(72) + SECONDS(90));
    expect_dm(LEE, "ACME Corp has waited 3 days");
    expect_dm(LEE, "asked again since");
    expect_no_dm(LEE, "has waited 2 days");
    until_after_day_0(HOURS(96) + MINUTES(5));
    expect_dm(LEE, "ACME Corp has waited 4 days");
    click(MAYA, "claim", "ONB-1001");
    until_after_day_0(HOURS(200));
    expect_no_dm(LEE, "has waited 5 days");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'remind.manager'", 2);
    scene_end();
}

static void the_card_promises_the_times_that_come(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    int64_t t1_s = stored("SELECT t1_at FROM items") / 1000;
    char date[48];
    snprintf(date, sizeof date, "manager <@" LEE "> <!date^%lld^", (long long)t1_s);
    expect_card("ONB-1001", date);
    expect_number(t1_s * 1000, stored("SELECT (opened_at + 172800000) / 1000 * 1000 FROM items"));
    scene_end();
}

static void a_claim_stops_the_manager_not_the_director(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    expect_answer(click(MAYA, "claim", "ONB-1001"), "ONB-1001 is yours.");
    expect_card("ONB-1001", "Claimed by <@" MAYA ">");
    until_after_day_0(HOURS(72));
    expect_no_dm(LEE, "ACME Corp");
    until_after_day_0(HOURS(97));
    expect_dm(KIM, "claimed by <@" MAYA ">");
    expect_no_dm(LEE, "ACME Corp");
    scene_end();
}

static void a_release_sets_the_manager_s_clock_again(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    click(MAYA, "claim", "ONB-1001");
    expect_answer(say(BO, "claim ONB-1001"), "was claimed by <@" MAYA ">");
    until_after_day_0(HOURS(60));
    expect_answer(say(BO, "release ONB-1001"), "You can't release ONB-1001");
    expect_answer(click(MAYA, "release", "ONB-1001"), "nobody's again");
    advance(HOURS(4) - MINUTES(1));
    expect_no_dm(LEE, "ACME Corp");
    advance(MINUTES(2));
    expect_dm(LEE, "ACME Corp");
    scene_end();
}

static void a_release_in_time_keeps_the_promised_time(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    click(MAYA, "claim", "ONB-1001");
    advance(HOURS(1));
    click(MAYA, "release", "ONB-1001");
    until_after_day_0(HOURS(48) - SECONDS(5));
    expect_no_dm(LEE, "ACME Corp");
    until_after_day_0(HOURS(48) + SECONDS(5));
    expect_dm(LEE, "ACME Corp");
    scene_end();
}

static void an_approver_s_note_claims(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    expect_answer(say(BO, "note ONB-1001 \"asked the <customer>\""), "ONB-1001 is yours");
    expect_note("ONB-1001", "<@" BO ">: asked the &lt;customer&gt;");
    until_after_day_0(HOURS(50));
    expect_no_dm(LEE, "ACME Corp");
    scene_end();
}

static void a_decision_in_time_stops_both(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    click(MAYA, "approve", "ONB-1001");
    advance(DAYS(5));
    expect_no_dm(LEE, "ACME Corp");
    expect_no_dm(KIM, "ACME Corp");
    scene_end();
}

static void the_director_decides_from_the_dm_and_every_copy_says_so(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    until_after_day_0(HOURS(97));
    click_dm(KIM, "approve", "ONB-1001"); /* old facts: they are read again first */
    settle();
    expect_dm(KIM, "Done by <@" KIM ">, nothing left to do");
    expect_dm(LEE, "Done by <@" KIM ">, nothing left to do");
    expect_no_dm(LEE, "asked again since");
    expect_card("ONB-1001", "*Approved* by <@" KIM ">");
    scene_end();
}

/* Monday, 27 April 2026 is a holiday by this calendar. */
static void lee_hears_on_tuesday(const char *calendar)
{
    scene_start((struct scene_options){.calendar = calendar});
    slack_person(&the.slack, LEE)->zone = "America/Toronto";
    slack_person_changed(&the.slack, LEE, "user_change");
    advance(DAYS(3)); /* Thursday, 10:00 in Toronto */
    win_overdue("ACME Corp", 12);
    until_after_day_0(HOURS(48)); /* Saturday */
    expect_no_dm(LEE, "ACME Corp");
    advance(DAYS(2)); /* Monday is a holiday */
    expect_no_dm(LEE, "ACME Corp");
    /* Tuesday, 09:00 in Toronto */
    advance(INT64_C(1777381200000) - SECONDS(5) - the.sim.world.now.ms);
    expect_no_dm(LEE, "ACME Corp");
    advance(SECONDS(10));
    expect_dm(LEE, "ACME Corp");
}

static void delivery_is_held_to_working_time(void)
{
    lee_hears_on_tuesday("{\"zone\":\"America/Toronto\",\"holidays\":[\"2026-04-27\"]}");
    scene_end();
}

static void delivery_is_held_over_a_holiday_of_a_file(void)
{
    lee_hears_on_tuesday("{\"zone\":\"America/Toronto\","
                         "\"holidays_ics\":[\"tests/scenario/holidays.ics\"]}");
    expect_answer(say(RAJ, "admin calendar"), "Next holidays: 2027-04-27, 2028-04-27");
    scene_end();
}

static void what_came_due_while_the_bot_was_down_comes_once(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    expect(stop());
    advance(DAYS(5));
    boot();
    settle();
    expect_dm(LEE, "ACME Corp");
    expect_dm(KIM, "ACME Corp");
    scene_end();
}

static void a_manager_who_is_gone_is_passed_over(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    the.slack.deactivated = LEE; /* noticed within a day */
    until_after_day_0(HOURS(49));
    expect_no_dm(LEE, "ACME Corp");
    expect_dm(KIM, "ACME Corp has waited 2 days");
    scene_end();
}

static void a_manager_whom_no_list_names_is_told_and_hears_how_it_ends(void)
{
    scene_start((struct scene_options){.unlisted = LEE});
    win_overdue("ACME Corp", 12);
    until_after_day_0(HOURS(49));
    expect_stored("SELECT count(*) FROM people WHERE user_id = '" LEE "'", 0);
    expect_dm(LEE, "ACME Corp has waited 2 days");
    expect_stored("SELECT count(*) FROM messages WHERE purpose = 'dm1' AND posted_at > 0", 1);
    click(MAYA, "approve", "ONB-1001");
    expect_dm(LEE, "Approved");
    expect_no_dm(KIM, "ACME Corp");
    scene_end();
}

/* Salesforce says who stands above the owner, Slack who that is. */
static void without_the_roster_s_manager_the_owner_s_is_told(void)
{
    scene();
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    acme->manager_email = "dee@corp.example";
    systems_bill(&the.systems, acme, "INV-102", 12, "25000.00");
    the.slack.deactivated = LEE;
    advance(SECONDS(605));
    settle();
    until_after_day_0(HOURS(49));
    expect_dm(DEE, "ACME Corp has waited 2 days");
    expect_no_dm(LEE, "ACME Corp");
    expect_no_dm(KIM, "ACME Corp");
    until_after_day_0(HOURS(97));
    expect_dm(KIM, "ACME Corp has waited 4 days");
    scene_end();
}

/* Whatever Slack says against a DM for good: the next person, aloud. */
static void every_reason_why_a_dm_cannot_go_leads_to_the_next_person(void)
{
    static const char *const errors[] = {"cannot_dm_bot",         "user_disabled",
                                         "user_not_found",        "user_not_visible",
                                         "messages_tab_disabled", "is_archived"};
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        char body[80];
        scene();
        win_overdue("ACME Corp", 12);
        snprintf(body, sizeof body, "{\"ok\":false,\"error\":\"%s\"}", errors[i]);
        sim_add_fault(&the.sim, (struct sim_fault){.where = "/conversations.open",
                                                   .kind = SIM_ANSWERED,
                                                   .status = 200,
                                                   .body = body,
                                                   .times = 1});
        the.may_die = "post_dm";
        until_after_day_0(HOURS(49));
        expect_no_dm(LEE, "ACME Corp has waited");
        expect_dm(KIM, "ACME Corp has waited 2 days");
        expect_note("ONB-1001", "<@" LEE "> could not be reached by DM");
        scene_end();
    }
}

static void a_manager_who_cannot_be_reached_is_passed_over_aloud(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    sim_add_fault(&the.sim, (struct sim_fault){.where = "/conversations.open",
                                               .kind = SIM_ANSWERED,
                                               .status = 200,
                                               .body = "{\"ok\":false,\"error\":"
                                                       "\"cannot_dm_bot\"}",
                                               .times = 1});
    the.may_die = "post_dm";
    until_after_day_0(HOURS(49));
    expect_no_dm(LEE, "ACME Corp");
    expect_dm(KIM, "ACME Corp has waited 2 days");
    expect_note("ONB-1001", "<@" LEE "> could not be reached by DM");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'escalate.undelivered'", 1);
    scene_end();
}

static void facts_that_become_clean_stop_the_clock(void)
{
    scene();
    struct fake_account *acme = win_overdue("ACME Corp", 12);
    until_after_day_0(HOURS(49));
    systems_pay(acme);
    say(BO, "check ONB-1001");
    expect_card("ONB-1001", "Cleared by itself");
    expect_dm(LEE, "nothing left to do");
    expect_number(the.systems.organizations, 1);
    advance(DAYS(4));
    expect_no_dm(KIM, "ACME Corp");
    scene_end();
}

static void a_clock_that_is_set_forward_repeats_nothing(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    sim_add_fault(
        &the.sim,
        (struct sim_fault){.where = "chat.postMessage", .kind = SIM_SLOW, .slow_ms = SECONDS(8)});
    begin_say(BO, "note ONB-1001 \"called them\"");
    for (int i = 0; i < 5; i++) { /* while the post is under way */
        advance(MINUTES(1) / 40);
        sim_set_clock(&the.sim, HOURS(1));
    }
    advance(MINUTES(2));
    expect_note("ONB-1001", "called them");
    scene_end();
}

/* What waits for machine time must not wait for the days that the clock was set by. */
static void a_clock_that_is_set_holds_up_nothing(void)
{
    static const int64_t steps[] = {-DAYS(4), -HOURS(3), HOURS(3)};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        scene();
        sim_add_fault(&the.sim, (struct sim_fault){.where = "chat.postMessage",
                                                   .kind = SIM_ANSWERED,
                                                   .status = 503,
                                                   .times = 3});
        struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
        systems_bill(&the.systems, acme, "INV-102", 12, "25000.00");
        begin_say(MAYA, "start ACME Corp");
        advance(SECONDS(2));
        sim_set_clock(&the.sim, steps[i]);
        advance(MINUTES(1));
        expect_card("ONB-1001", "review needed");
        int64_t poll_in =
            stored("SELECT run_at FROM jobs WHERE kind = 'poll_deals' AND state = 0") -
            the.sim.world.now.ms;
        expect(poll_in <= MINUTES(10));
        expect_number(stored("SELECT count(*) FROM jobs WHERE state = 1"), 0);
        scene_end();
    }
}

/* What the store calls earlier came later. */
static void what_is_asked_after_the_clock_was_set_back_is_the_newest(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    say(KIM, "reject ONB-1001 \"not yet\"");
    sim_set_clock(&the.sim, -HOURS(3));
    say(MAYA, "check ONB-1001");
    expect_stored("SELECT count(*) FROM items", 2);
    say(MAYA, "check ONB-1001");
    expect_stored("SELECT count(*) FROM items", 2);
    click(MAYA, "approve", "ONB-1001");
    expect_stored("SELECT count(*) FROM items WHERE decision = 'approve'", 1);
    scene_end();
}

/* What is asked for in the very turn that sees the new time has it already. */
static void a_note_at_the_moment_when_the_clock_is_set_is_said(void)
{
    static const int64_t steps[] = {-DAYS(4), DAYS(1)};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        scene();
        win_overdue("ACME Corp", 12);
        sim_set_clock(&the.sim, steps[i]);
        begin_say(BO, "note ONB-1001 \"called them\"");
        advance(SECONDS(10));
        expect_note("ONB-1001", "called them");
        scene_end();
    }
}

static void a_clock_that_is_set_by_days_forgets_no_act(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    struct slack_act *act = say(BO, "note ONB-1001 \"called them\"");
    sim_set_clock(&the.sim, DAYS(4));
    advance(HOURS(2)); /* and the inbox is purged */
    slack_redeliver(&the.slack, act);
    settle();
    expect_note("ONB-1001", "called them");
    scene_end();
}

static void a_promise_keeps_its_time_however_the_clock_is_set(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    int64_t promised = stored("SELECT t1_at FROM items");
    sim_set_clock(&the.sim, HOURS(3));
    advance(MINUTES(5));
    sim_set_clock(&the.sim, -HOURS(6));
    advance(SECONDS(1));
    advance(promised - MINUTES(1) - the.sim.world.now.ms);
    expect_no_dm(LEE, "ACME Corp");
    advance(MINUTES(2));
    expect_dm(LEE, "ACME Corp has waited 2 days");
    sim_set_clock(&the.sim, -DAYS(4)); /* and back again: nobody is told twice */
    advance(MINUTES(5));
    sim_set_clock(&the.sim, DAYS(8));
    advance(MINUTES(5));
    expect_dm(KIM, "ACME Corp");
    scene_end();
}

const struct scenario escalation_scenarios[] = {
    {"the manager hears on day two and the director on day four",
     manager_hears_on_day_two_and_director_on_day_four},
    {"the manager hears again on each working day", the_manager_hears_again_on_each_working_day},
    {"the card promises the times that come", the_card_promises_the_times_that_come},
    {"a claim stops the manager, not the director", a_claim_stops_the_manager_not_the_director},
    {"a release sets the manager's clock again", a_release_sets_the_manager_s_clock_again},
    {"a release in time keeps the promised time", a_release_in_time_keeps_the_promised_time},
    {"an approver's note claims", an_approver_s_note_claims},
    {"a decision in time stops both", a_decision_in_time_stops_both},
    {"the director decides from the DM and every copy says so",
     the_director_decides_from_the_dm_and_every_copy_says_so},
    {"delivery is held to working time", delivery_is_held_to_working_time},
    {"delivery is held over a holiday of an iCalendar file",
     delivery_is_held_over_a_holiday_of_a_file},
    {"what came due while the bot was down comes once",
     what_came_due_while_the_bot_was_down_comes_once},
    {"a clock that is set holds up nothing", a_clock_that_is_set_holds_up_nothing},
    {"what is asked after the clock was set back is the newest",
     what_is_asked_after_the_clock_was_set_back_is_the_newest},
    {"a note at the moment when the clock is set is said",
     a_note_at_the_moment_when_the_clock_is_set_is_said},
    {"a clock that is set by days forgets no act", a_clock_that_is_set_by_days_forgets_no_act},
    {"a promise keeps its time however the clock is set",
     a_promise_keeps_its_time_however_the_clock_is_set},
    {"a manager who is gone is passed over", a_manager_who_is_gone_is_passed_over},
    {"a manager whom no list names is told and hears how it ends",
     a_manager_whom_no_list_names_is_told_and_hears_how_it_ends},
    {"without the roster's manager the owner's is told",
     without_the_roster_s_manager_the_owner_s_is_told},
    {"every reason why a DM cannot go leads to the next person",
     every_reason_why_a_dm_cannot_go_leads_to_the_next_person},
    {"a manager who cannot be reached is passed over aloud",
     a_manager_who_cannot_be_reached_is_passed_over_aloud},
    {"facts that become clean stop the clock", facts_that_become_clean_stop_the_clock},
    {"a clock that is set forward repeats nothing", a_clock_that_is_set_forward_repeats_nothing},
    {0},
};
