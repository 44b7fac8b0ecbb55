/* People: who is away and who stands in, and what happens when someone comes, goes or changes. */
#include "tests/scenario/scenarios.h"

#include <string.h>

#define KIM_NAMED "<@" KIM "|kim>"

/* ---- who stands in is told, and acts in the other's name ---- */

static void the_escalation_goes_to_who_stands_in_for_the_manager(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    expect_answer(say(LEE, "ooo on " KIM_NAMED " today 2026-04-25 \"at a fair\""),
                  "<@" KIM "> stands in for you for everything");
    expect_dm(KIM, "<@" LEE "> asks you to stand in");
    expect_card("ONB-1001", "manager <@" KIM "> (for <@" LEE ">)");
    advance(DAYS(2) + HOURS(1));
    expect_dm(KIM, "ACME Corp has waited 2 days");
    expect_dm(KIM, "<@" KIM "> stands in for <@" LEE ">");
    expect_no_dm(LEE, "ACME Corp has waited 2 days");
    expect_note("ONB-1001", "<@" KIM "> (standing in for <@" LEE ">) is told now");
    expect_answer(click_dm(KIM, "approve", "ONB-1001"), "ONB-1001");
    settle();
    expect_stored("SELECT count(*) FROM audit WHERE action = 'approve' AND actor = '" KIM
                  "' AND behalf_of = '" LEE "'",
                  1);
    scene_end();
}

static void the_clock_runs_on_while_someone_is_away(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    int64_t before = stored("SELECT t1_at + t2_at FROM items");
    say(LEE, "delegate all " KIM_NAMED " until 2026-04-25");
    settle();
    expect_number(stored("SELECT t1_at + t2_at FROM items"), before);
    scene_end();
}

static void a_delegation_begins_and_ends_by_itself(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    say(LEE, "ooo on " KIM_NAMED " tomorrow tomorrow");
    expect_card("ONB-1001", "manager <@" LEE ">");
    advance(HOURS(11)); /* past midnight */
    expect_card("ONB-1001", "manager <@" KIM "> (for <@" LEE ">)");
    advance(DAYS(1));
    expect_card("ONB-1001", "manager <@" LEE ">");
    expect_not_on_card("ONB-1001", "for <@" LEE ">");
    expect_dm(KIM, "You no longer stand in for <@" LEE ">: its time is over");
    expect_dm(LEE, "no longer stands in for you");
    scene_end();
}

static void one_onboarding_is_handed_over_and_taken_back(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    win_overdue("Bolt Ltd", 12);
    expect_answer(say(LEE, "delegate ONB-1001 " KIM_NAMED " until fri \"knows them\""),
                  "stands in for you for ONB-1001");
    expect_note("ONB-1001", "<@" KIM "> stands in for <@" LEE "> here");
    expect_no_note("ONB-1002", "stands in");
    expect_card("ONB-1002", "manager <@" LEE ">");
    expect_answer(say(LEE, "delegate ONB-1001 off"), "nobody stands in for you for ONB-1001");
    expect_dm(KIM, "you no longer stand in for them for ONB-1001");
    expect_card("ONB-1001", "manager <@" LEE ">");
    scene_end();
}

static void a_circle_is_refused(void)
{
    scene();
    say(MAYA, "ooo on <@" BO "> today 2026-04-25");
    expect_answer(say(BO, "ooo on <@" MAYA "|maya> today tomorrow"), "circle");
    expect_stored("SELECT count(*) FROM delegations", 1);
    expect_stored("SELECT count(*) FROM audit WHERE action = 'delegate.refused'", 1);
    scene_end();
}

static void who_stands_in_may_not_approve_what_the_other_may_not(void)
{
    scene();
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    systems_bill(&the.systems, acme, "INV-102", 12, "25000.00");
    acme->changed.ms -= DAYS(90);
    say(MAYA, "start ACME Corp");
    say(MAYA, "ooo on <@" BO "> today 2026-04-25");
    expect_answer(click(BO, "approve", "ONB-1001"),
                  "You can't approve ONB-1001: <@" MAYA ">, for whom you stand in, started it");
    say(MAYA, "ooo off");
    expect_answer(click(BO, "approve", "ONB-1001"), "Approved: ONB-1001");
    scene_end();
}

static void a_delegate_who_is_away_is_stood_in_for(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    say(MAYA, "ooo on <@" LEE "> today 2026-04-25");
    expect_answer(say(LEE, "ooo on " KIM_NAMED " today 2026-04-25"), "stands in for you");
    click(MAYA, "claim", "ONB-1001");
    advance(DAYS(4) + HOURS(1)); /* the director hears of it himself */
    expect_dm(KIM, "ACME Corp has waited 4 days");
    scene_end();
}

/* ---- days in the person's own zone ---- */

static void days_are_whole_in_the_zone_of_who_is_away(void)
{
    scene();
    slack_person(&the.slack, MAYA)->zone = "America/Toronto";
    slack_person_changed(&the.slack, MAYA, "user_change");
    settle();
    /* Daylight saving ends there on 1 November 2026: -4 h before, -5 h after. */
    say(MAYA, "ooo on <@" BO "> 2026-10-31 2026-11-02");
    expect_stored("SELECT starts_at / 1000 FROM delegations", 1793419200); /* 31 Oct 04:00 UTC */
    expect_stored("SELECT ends_at / 1000 FROM delegations", 1793682000);   /* 3 Nov 05:00 UTC */
    expect_answer(say(MAYA, "ooo"), "<@" BO "> stands in for you from");
    scene_end();
}

static void days_are_whole_in_auckland_too(void)
{
    scene();
    slack_person(&the.slack, MAYA)->zone = "Pacific/Auckland";
    slack_person_changed(&the.slack, MAYA, "user_change");
    settle();
    say(MAYA, "ooo on <@" BO "> 2026-09-26 2026-09-27"); /* +12 h, +13 h from the 27th */
    expect_stored("SELECT starts_at / 1000 FROM delegations", 1790337600); /* 25 Sep 12:00 UTC */
    expect_stored("SELECT (ends_at - starts_at) / 3600000 FROM delegations", 47);
    scene_end();
}

/* ---- people as they are named ---- */

static void a_person_is_named_by_mention_name_or_address(void)
{
    scene();
    expect_answer(say(LEE, "delegate all @kim"), "<@" KIM "> stands in");
    say(LEE, "ooo off");
    expect_answer(say(LEE, "delegate all <mailto:Kim@corp.example|kim@corp.example>"),
                  "<@" KIM "> stands in");
    say(LEE, "ooo off");
    expect_answer(say(LEE, "delegate all @nobody"), "@nobody is not known here");
    expect_answer(say(LEE, "delegate all <@U0NEVER>"), "I don't know <@U0NEVER> yet");
    slack_person_add(&the.slack, "U0KIM2", "Kim");
    slack_person_changed(&the.slack, "U0KIM2", "team_join");
    settle();
    expect_answer(say(LEE, "delegate all @kim"), "Several people are called @kim");
    scene_end();
}

/* ---- people come, go and change ---- */

static void everyone_is_read_page_by_page(void)
{
    scene();
    advance(MINUTES(1));
    expect_stored("SELECT count(*) FROM people", 9);
    expect_stored_text("SELECT handle FROM people WHERE user_id = '" ANA "'", "Ana Silva");
    slack_person_add(&the.slack, "W0ZOE", "Zoe");
    slack_person(&the.slack, RAJ)->deleted = true;
    advance(DAYS(1) + MINUTES(1));
    expect_stored("SELECT count(*) FROM people WHERE user_id = 'W0ZOE'", 1);
    expect_stored("SELECT deleted FROM people WHERE user_id = '" RAJ "'", 1);
    scene_end();
}

static void someone_deactivated_while_an_approval_is_held_does_not_approve(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    advance(HOURS(1)); /* the facts are read again before it counts */
    begin_click(BO, "approve", "ONB-1001");
    slack_person(&the.slack, BO)->deleted = true;
    slack_person_changed(&the.slack, BO, "user_change");
    settle();
    expect_stored("SELECT count(*) FROM approvals", 0);
    expect_stored("SELECT state FROM items", 0);
    scene_end();
}

static void who_leaves_the_group_before_the_click_decides_nothing(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    slack_approver_changed(&the.slack, BO, false);
    settle();
    expect_answer(click(BO, "approve", "ONB-1001"), "it needs a CS approver");
    slack_approver_changed(&the.slack, BO, true);
    settle();
    expect_answer(click(BO, "approve", "ONB-1001"), "Approved: ONB-1001");
    scene_end();
}

static void a_group_that_is_switched_off_holds_nobody(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    slack_person(&the.slack, BO)->approver = slack_person(&the.slack, MAYA)->approver = false;
    slack_send(&the.slack, "events_api",
               "{\"type\":\"event_callback\",\"team_id\":\"" TEAM
               "\",\"event_id\":\"%s\",\"event\":{\"type\":\"subteam_updated\",\"subteam\":"
               "{\"id\":\"S0APPROVE\",\"date_delete\":1776693600}}}");
    settle();
    expect_stored("SELECT count(*) FROM group_members", 0);
    expect_answer(click(BO, "approve", "ONB-1001"), "it needs a CS approver");
    scene_end();
}

static void a_delegate_who_is_deactivated_stands_in_no_more(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    say(LEE, "ooo on " KIM_NAMED " today 2026-04-25");
    slack_person(&the.slack, KIM)->deleted = true;
    slack_person_changed(&the.slack, KIM, "user_change");
    settle();
    expect_dm(LEE, "<@" KIM "> can't stand in for you any more");
    expect_stored("SELECT count(*) FROM delegations WHERE ended_at > 0", 1);
    advance(DAYS(2) + HOURS(1));
    expect_dm(LEE, "ACME Corp has waited 2 days");
    scene_end();
}

static void who_became_a_guest_or_a_stranger_can_do_nothing(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    slack_person(&the.slack, BO)->guest = true;
    slack_person_changed(&the.slack, BO, "user_change");
    slack_person(&the.slack, MAYA)->team = "T0ELSEWHERE";
    slack_person_changed(&the.slack, MAYA, "user_change");
    settle();
    expect_answer(click(BO, "approve", "ONB-1001"), "guests");
    expect_answer(click(MAYA, "approve", "ONB-1001"), "other organisations");
    expect_stored("SELECT stranger FROM people WHERE user_id = '" MAYA "'", 1);
    expect_stored("SELECT count(*) FROM approvals", 0);
    scene_end();
}

static void a_status_only_suggests_and_once(void)
{
    scene();
    advance(MINUTES(1));
    slack_person(&the.slack, LEE)->status_emoji = ":palm_tree:";
    slack_person(&the.slack, LEE)->status_text = "Vacationing";
    slack_person_changed(&the.slack, LEE, "user_change");
    settle();
    slack_person_changed(&the.slack, LEE, "user_change");
    advance(DAYS(1) + MINUTES(1)); /* the directory is read again */
    expect_dm(LEE, "Delegate while you are?");
    expect_stored("SELECT count(*) FROM delegations", 0);
    slack_person(&the.slack, ANA)->status_text = "zoom"; /* no "ooo" in it */
    slack_person_changed(&the.slack, ANA, "user_change");
    settle();
    expect_no_dm(ANA, "Delegate while you are?");
    scene_end();
}

static void a_form_left_open_beyond_the_delegation_counts_in_ones_own_name(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    say(LEE, "delegate ONB-1001 " KIM_NAMED " until today");
    click(KIM, "reject", "ONB-1001");
    advance(HOURS(11)); /* past midnight */
    submit_reject(KIM, "duplicate", "it came twice already");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'reject' AND actor = '" KIM
                  "' AND behalf_of IS NULL",
                  1);
    scene_end();
}

static void an_id_that_begins_with_w_is_a_person_too(void)
{
    scene();
    slack_person_add(&the.slack, "W0ZOE", "Zoe");
    slack_person_changed(&the.slack, "W0ZOE", "team_join");
    settle();
    expect_answer(say(LEE, "delegate all <@W0ZOE|zoe>"),
                  "<@W0ZOE> can't stand in for you: you are CS manager");
    expect_answer(say("W0ZOE", "list team"), "");
    scene_end();
}

/* ---- what admins hear and look up ---- */

static void admins_hear_weekly_which_role_nobody_can_exercise(void)
{
    scene();
    slack_person(&the.slack, FAY)->deleted = true;
    slack_person_changed(&the.slack, FAY, "user_change");
    advance(MINUTES(30));
    expect_dm(RAJ, "<@" FAY "> is deactivated: take them out of `roles.finance`");
    expect_dm(RAJ, "Only <@" DEE "> can turn Finance's key");
    expect_answer(say(RAJ, "admin roles"), "<@" FAY "> (is deactivated)");
    slack_person(&the.slack, KIM)->deleted = true;
    advance(DAYS(2));
    expect_no_dm(RAJ, "`roster.cs_director` needs another person");
    expect_answer(say(RAJ, "admin roles"), "`roster.cs_director` needs another person");
    advance(DAYS(5)); /* the next Monday */
    expect_dm(RAJ, "`roster.cs_director` needs another person");
    scene_end();
}

static void admin_pages_are_turned_away_from_others(void)
{
    scene();
    expect_answer(say(MAYA, "admin deadletters"), "for admins and auditors. Ask <@" RAJ ">");
    expect_answer(say(RAJ, "admin deadletters"), "*Dead letters*: none");
    expect_answer(say(RAJ, "admin health"), "2 of 2 connections up");
    expect_answer(say(RAJ, "admin rules"), "`rules.overdue_urgent_days` 30");
    expect_answer(say(RAJ, "admin calendar"), "00:00 to 24:00");
    scene_end();
}

const struct scenario people_scenarios[] = {
    {"the escalation goes to who stands in for the manager",
     the_escalation_goes_to_who_stands_in_for_the_manager},
    {"the clock runs on while someone is away", the_clock_runs_on_while_someone_is_away},
    {"a delegation begins and ends by itself", a_delegation_begins_and_ends_by_itself},
    {"one onboarding is handed over and taken back", one_onboarding_is_handed_over_and_taken_back},
    {"a circle of delegates is refused", a_circle_is_refused},
    {"who stands in may not approve what the other may not",
     who_stands_in_may_not_approve_what_the_other_may_not},
    {"a delegate who is away is stood in for", a_delegate_who_is_away_is_stood_in_for},
    {"a delegation's days are whole in the zone of who is away",
     days_are_whole_in_the_zone_of_who_is_away},
    {"a delegation's days are whole in Auckland too", days_are_whole_in_auckland_too},
    {"a person is named by mention, name or address", a_person_is_named_by_mention_name_or_address},
    {"everyone in the workspace is read page by page", everyone_is_read_page_by_page},
    {"someone deactivated while an approval is held does not approve",
     someone_deactivated_while_an_approval_is_held_does_not_approve},
    {"who leaves the group before the click decides nothing",
     who_leaves_the_group_before_the_click_decides_nothing},
    {"a group that is switched off holds nobody", a_group_that_is_switched_off_holds_nobody},
    {"a delegate who is deactivated stands in no more",
     a_delegate_who_is_deactivated_stands_in_no_more},
    {"who became a guest or a stranger can do nothing",
     who_became_a_guest_or_a_stranger_can_do_nothing},
    {"a Slack status only suggests, and once", a_status_only_suggests_and_once},
    {"a form left open beyond the delegation counts in one's own name",
     a_form_left_open_beyond_the_delegation_counts_in_ones_own_name},
    {"admins hear weekly which role nobody can exercise",
     admins_hear_weekly_which_role_nobody_can_exercise},
    {"admin pages are turned away from others", admin_pages_are_turned_away_from_others},
    {"an id that begins with W is a person too", an_id_that_begins_with_w_is_a_person_too},
    {0},
};
