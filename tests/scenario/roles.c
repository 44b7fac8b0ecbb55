/* Who may decide: roles at the click, separation of duties, guests. */
#include "tests/scenario/scenarios.h"

static void whoever_started_it_cannot_approve_it(void)
{
    scene();
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    systems_bill(&the.systems, acme, "INV-102", 12, "25000.00");
    acme->changed.ms -= DAYS(90);
    say(MAYA, "start ACME Corp");
    expect_answer(click(MAYA, "approve", "ONB-1001"),
                  "You can't approve ONB-1001: you started it. <@" BO ">");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'approve.refused'", 1);
    expect_answer(click(BO, "approve", "ONB-1001"), "Approved: ONB-1001");
    scene_end();
}

static void the_deal_s_owner_cannot_approve_it(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    expect_answer(click(ANA, "approve", "ONB-1001"),
                  "You can't approve ONB-1001: you own the deal");
    expect_stored("SELECT state FROM items", 0);
    scene_end();
}

static void a_guest_can_do_nothing_even_with_a_role(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    expect_answer(click(GUS, "approve", "ONB-1001"), "guests");
    expect_answer(say(GUS, "status ACME Corp"), "guests");
    expect_answer(say(GUS, "approve ONB-1001"), "guests");
    expect_stored("SELECT count(*) FROM approvals", 0);
    scene_end();
}

static void someone_without_a_role_is_told_who_can(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    struct slack_act *act = click(RAJ, "approve", "ONB-1001");
    expect_answer(act, "it needs a CS approver");
    expect_answer(act, "<@" MAYA ">");
    scene_end();
}

static void someone_who_was_deactivated_counts_no_longer(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    slack_send(&the.slack, "events_api",
               "{\"type\":\"event_callback\",\"team_id\":\"" TEAM
               "\",\"event_id\":\"%s\",\"event\":{\"type\":\"user_change\",\"user\":{\"id\":\"" BO
               "\",\"team_id\":\"" TEAM "\",\"deleted\":true,\"profile\":{}}}}");
    settle();
    expect_answer(click(BO, "approve", "ONB-1001"), "deactivated");
    scene_end();
}

static void a_stranger_is_read_from_slack_and_can_look_at_once(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    expect_answer(say(DEE, "status ONB-1001"), "ONB-1001");
    expect_stored("SELECT count(*) FROM people WHERE user_id = '" DEE "'", 1);
    scene_end();
}

const struct scenario roles_scenarios[] = {
    {"whoever started it cannot approve it", whoever_started_it_cannot_approve_it},
    {"the deal's owner cannot approve it", the_deal_s_owner_cannot_approve_it},
    {"a guest can do nothing, even with a role", a_guest_can_do_nothing_even_with_a_role},
    {"someone without a role is told who can", someone_without_a_role_is_told_who_can},
    {"someone who was deactivated counts no longer", someone_who_was_deactivated_counts_no_longer},
    {"a stranger is read from Slack and can look at once",
     a_stranger_is_read_from_slack_and_can_look_at_once},
    {0},
};
