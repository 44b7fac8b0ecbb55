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
    {0},
};
