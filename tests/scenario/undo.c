/* An approval can be taken back until it is applied: by whom, until when, and what is left of it.
 */
#include "tests/scenario/scenarios.h"

#include <stdlib.h>
#include <string.h>

static void scene_with_undo(void)
{
    scene_start((struct scene_options){.undo_s = 60});
    win_overdue("ACME Corp", 12);
}

static void an_approval_is_applied_a_minute_later(void)
{
    scene_with_undo();
    expect_answer(click(MAYA, "approve", "ONB-1001"),
                  "you can take it back: `/onboard undo ONB-1001`");
    expect_card("ONB-1001", "⏳ *Applying*, approved by <@" MAYA ">");
    expect_card("ONB-1001", "\"action_id\":\"undo\"");
    advance(SECONDS(45));
    expect_number(the.systems.organizations, 0);
    advance(SECONDS(10));
    expect_number(the.systems.organizations, 1);
    expect_card("ONB-1001", "✅ *Approved* by <@" MAYA ">");
    expect_not_on_card("ONB-1001", "\"action_id\"");
    scene_end();
}

static void undo_opens_the_question_again_with_its_timers(void)
{
    scene_with_undo();
    int64_t t1 = stored("SELECT t1_at FROM items");
    click(MAYA, "approve", "ONB-1001");
    expect_answer(click(MAYA, "undo", "ONB-1001"), "Undone: ONB-1001 r1 is open again");
    expect_note("ONB-1001", "<@" MAYA "> took the approval back");
    expect_card("ONB-1001", "\"action_id\":\"approve\"");
    advance(MINUTES(2));
    expect_number(the.systems.organizations, 0);
    expect_stored_text("SELECT user_id FROM approvals WHERE undone > 0 AND undone_at > 0", MAYA);
    expect_stored("SELECT t1_at FROM items", t1);
    advance(HOURS(48));
    expect_dm(LEE, "ACME Corp has waited 2 days");
    scene_end();
}

static void what_was_undone_can_be_approved_again(void)
{
    scene_with_undo();
    click(MAYA, "approve", "ONB-1001");
    advance(SECONDS(30));
    click(MAYA, "undo", "ONB-1001");
    expect_answer(click(BO, "approve", "ONB-1001"), "Approved: ONB-1001 r1");
    advance(SECONDS(30)); /* the first one would be over */
    expect_number(the.systems.organizations, 0);
    advance(SECONDS(30));
    expect_number(the.systems.organizations, 1);
    expect_card("ONB-1001", "*Approved* by <@" BO ">");
    scene_end();
}

static void undo_is_for_whoever_approved_and_for_managers(void)
{
    scene_with_undo();
    click(MAYA, "approve", "ONB-1001");
    expect_answer(click(BO, "undo", "ONB-1001"), "<@" MAYA "> gave it. They can, or a manager.");
    expect_answer(say(GUS, "undo ONB-1001"), "guests");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'undo.refused'", 1);
    expect_answer(say(LEE, "undo ONB-1001"), "Undone: ONB-1001");
    expect_stored_text("SELECT undone_by FROM approvals", LEE);
    scene_end();
}

static void provisioning_that_began_is_not_undone(void)
{
    scene_with_undo();
    click(MAYA, "approve", "ONB-1001");
    char *value = slack_button(card("ONB-1001"), "undo");
    sim_add_fault(&the.sim, (struct sim_fault){.kind = SIM_REFUSED, .where = PLATFORM_URL});
    advance(SECONDS(61));
    struct slack_act *late =
        slack_click_value(&the.slack, MAYA, card("ONB-1001")->ts, "undo", value);
    settle();
    expect_answer(late, "is being provisioned already, so the approval can't be undone any more");
    expect_not_on_card("ONB-1001", "\"action_id\"");
    sim_heal(&the.sim, NULL);
    advance(MINUTES(15));
    expect_number(the.systems.organizations, 1);
    expect_answer(say(LEE, "undo ONB-1001"), "is provisioned already");
    free(value);
    scene_end();
}

static void a_crash_while_an_approval_waits_applies_it_once(void)
{
    scene_with_undo();
    click(MAYA, "approve", "ONB-1001");
    crash_and_restart();
    advance(SECONDS(61));
    crash_and_restart();
    settle();
    expect_number(the.systems.organizations, 1);
    expect_stored("SELECT count(*) FROM audit WHERE action = 'apply'", 1);
    scene_end();
}

static void of_two_keys_one_is_taken_back_and_the_other_stands(void)
{
    scene_start((struct scene_options){.undo_s = 60});
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    systems_bill(&the.systems, acme, "INV-102", 5, "25000.00");
    systems_bill(&the.systems, acme, "INV-103", 40, "3000.00");
    advance(MINUTES(11));
    click(MAYA, "approve", "ONB-1001");
    click(FAY, "approve", "ONB-1001");
    expect_answer(click(FAY, "undo", "ONB-1001"), "Undone: ONB-1001");
    expect_card("ONB-1001", "CS ✅ <@" MAYA ">");
    expect_card("ONB-1001", "Finance *still missing*");
    scene_end();
}

static void there_is_nothing_to_undo_where_nothing_was_approved(void)
{
    scene_with_undo();
    expect_answer(say(MAYA, "undo ONB-1001"), "ONB-1001 is not approved");
    expect_answer(say(MAYA, "undo ONB-4711"), "There is no ONB-4711");
    say(MAYA, "reject ONB-1001 \"wrong customer\"");
    expect_answer(say(MAYA, "undo ONB-1001"), "Only an approval can be undone");
    scene_end();
}

static void a_timer_whose_time_passed_meanwhile_comes_a_moment_later(void)
{
    scene_with_undo();
    int64_t t1 = stored("SELECT t1_at FROM items");
    advance(t1 - the.sim.world.now.ms - SECONDS(40));
    say(MAYA, "check ONB-1001");
    click(MAYA, "approve", "ONB-1001");
    advance(t1 - the.sim.world.now.ms + SECONDS(1));
    expect_answer(say(MAYA, "undo ONB-1001"), "Undone");
    expect_no_dm(LEE, "ACME Corp");
    advance(MINUTES(14));
    expect_no_dm(LEE, "ACME Corp");
    advance(MINUTES(2));
    expect_dm(LEE, "ACME Corp has waited 2 days");
    scene_end();
}

static void on_a_scaled_clock_a_person_has_five_seconds(void)
{
    scene_start((struct scene_options){.undo_s = 60, .speed = 300});
    win_overdue("ACME Corp", 12);
    begin_approve(MAYA, "ONB-1001");
    advance(SECONDS(3) * 300);
    expect_number(the.systems.organizations, 0);
    expect_card("ONB-1001", "\"action_id\":\"undo\"");
    advance(SECONDS(6) * 300);
    expect_number(the.systems.organizations, 1);
    scene_end();
}

const struct scenario undo_scenarios[] = {
    {"an approval is applied a minute later", an_approval_is_applied_a_minute_later},
    {"undo opens the question again with its timers",
     undo_opens_the_question_again_with_its_timers},
    {"what was undone can be approved again", what_was_undone_can_be_approved_again},
    {"undo is for whoever approved, and for managers",
     undo_is_for_whoever_approved_and_for_managers},
    {"provisioning that began is not undone", provisioning_that_began_is_not_undone},
    {"a crash while an approval waits applies it once",
     a_crash_while_an_approval_waits_applies_it_once},
    {"of two keys one is taken back and the other stands",
     of_two_keys_one_is_taken_back_and_the_other_stands},
    {"there is nothing to undo where nothing was approved",
     there_is_nothing_to_undo_where_nothing_was_approved},
    {"a timer whose time passed meanwhile comes a moment later",
     a_timer_whose_time_passed_meanwhile_comes_a_moment_later},
    {"on a scaled clock a person has five seconds", on_a_scaled_clock_a_person_has_five_seconds},
    {0},
};
