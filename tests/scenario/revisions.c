/* Facts that move under an open question: worse, better, clean, or only older. The question stays
 * one, its clock runs on, and everybody reads what changed. */
#include "tests/scenario/scenarios.h"

#include <stdio.h>

#define CLOCK "SELECT opened_at || ' ' || t1_at || ' ' || t2_at FROM items"

static char clock_text[80];

/* The question's clock, to be compared later. */
static void note_clock(void)
{
    snprintf(clock_text, sizeof clock_text, "%s", stored_text(CLOCK));
}

static void check_again(const char *user)
{
    say(user, "check ONB-1001");
    settle();
}

static void worse_asks_for_another_key_and_the_clock_runs_on(void)
{
    scene();
    struct fake_account *acme = win_overdue("ACME Corp", 12);
    note_clock();
    advance(HOURS(20));
    systems_bill(&the.systems, acme, "INV-110", 3, "900.00");
    check_again(BO);
    expect_told(BO, "(ONB-1001 r2): BLOCK: 2 invoices are overdue");
    expect_told(BO, "Since r1: worse: 2 invoices are overdue");
    expect_card("ONB-1001", "*Since r1:* worse: 2 invoices are overdue");
    expect_card("ONB-1001", "(was ESCALATE)");
    expect_note("ONB-1001", "this is r2 now: worse: 2 invoices are overdue");
    expect_stored("SELECT count(*) FROM items", 1);
    expect_stored_text(CLOCK, clock_text);
    expect_card("ONB-1001", "Finance *still missing*");
    advance(HOURS(29));
    expect_dm(LEE, "ACME Corp has waited 2 days");
    expect_dm(LEE, "*Since r1:* worse: 2 invoices are overdue");
    check_again(BO);
    click(MAYA, "approve", "ONB-1001");
    expect_stored("SELECT state NOT IN (4, 5, 6) FROM items", 1);
    click(FAY, "approve", "ONB-1001");
    expect_card("ONB-1001", "*Approved* by <@" MAYA "> and <@" FAY ">");
    scene_end();
}

static void better_needs_fewer_keys_and_the_clock_runs_on(void)
{
    scene();
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    systems_bill(&the.systems, acme, "INV-110", 3, "900.00");
    systems_bill(&the.systems, acme, "INV-102", 12, "25000.00");
    advance(SECONDS(605));
    settle();
    note_clock();
    expect_card("ONB-1001", "ACME Corp: blocked");
    click(FAY, "approve", "ONB-1001");
    expect_card("ONB-1001", "Finance ✅");
    advance(HOURS(5));
    snprintf(acme->invoices[1].remaining, sizeof acme->invoices[1].remaining, "0.00");
    check_again(BO);
    expect_card("ONB-1001", "ACME Corp: review needed");
    expect_card("ONB-1001", "*Since r1:* better: Invoice INV-102 is 12 days overdue");
    expect_card("ONB-1001", "(was BLOCK, Finance)");
    expect_note("ONB-1001", "The key that was turned before no longer counts.");
    expect_stored_text(CLOCK, clock_text);
    click(MAYA, "approve", "ONB-1001");
    expect_card("ONB-1001", "*Approved* by <@" MAYA ">");
    scene_end();
}

static void clean_ends_it_with_its_timers(void)
{
    scene();
    struct fake_account *acme = win_overdue("ACME Corp", 12);
    advance(HOURS(30));
    systems_pay(acme);
    check_again(BO);
    expect_told(BO, "PROCEED. Since r1: no longer: Invoice INV-102 is 12 days overdue");
    expect_card("ONB-1001", "Cleared by itself");
    expect_card("ONB-1001", "*Since r1:* no longer: Invoice INV-102 is 12 days overdue");
    expect(!slack_button(card("ONB-1001"), "approve"));
    expect_stored("SELECT state FROM items", 5);
    expect_stored("SELECT count(*) FROM jobs WHERE kind = 'escalate'", 0);
    advance(DAYS(5));
    expect_no_dm(LEE, "ACME Corp");
    expect_no_dm(KIM, "ACME Corp");
    expect_number(the.systems.organizations, 1);
    scene_end();
}

static void a_manager_who_was_told_reads_that_it_is_clean(void)
{
    scene();
    struct fake_account *acme = win_overdue("ACME Corp", 12);
    advance(HOURS(50));
    expect_dm(LEE, "ACME Corp has waited 2 days");
    systems_pay(acme);
    check_again(BO);
    expect_dm(LEE, "nothing left to do");
    scene_end();
}

static void the_same_again_says_that_nothing_changed(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    char read[64];
    snprintf(read, sizeof read, "Nothing changed since r1, read <!date^%lld^",
             (long long)stored("SELECT checked_at / 1000 FROM runs"));
    advance(MINUTES(7));
    check_again(BO);
    expect_told(BO, read);
    expect_stored("SELECT max(revision) FROM runs", 1);
    expect_not_on_card("ONB-1001", "Since r");
    scene_end();
}

static void a_day_that_went_by_is_no_news(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    advance(HOURS(24));
    check_again(BO);
    expect_told(BO, "(ONB-1001 r2): ESCALATE: Invoice INV-102 is 13 days overdue");
    expect_told(BO, "Since r1: nothing that matters changed.");
    expect_card("ONB-1001", "ONB-1001 r2");
    expect_not_on_card("ONB-1001", "Since r");
    expect_no_note("ONB-1001", "The facts changed");
    scene_end();
}

static void what_a_system_that_is_away_knew_is_not_said_to_be_gone(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    sim_add_fault(&the.sim, (struct sim_fault){.where = NETSUITE_URL,
                                               .kind = SIM_ANSWERED,
                                               .status = 503,
                                               .body = "<html>Service Unavailable</html>"});
    say(BO, "check ONB-1001");
    advance(MINUTES(2));
    expect_card("ONB-1001", "*Since r1:* NetSuite");
    expect_not_on_card("ONB-1001", "no longer");
    sim_heal(&the.sim, NETSUITE_URL);
    advance(MINUTES(17));
    expect_card("ONB-1001", "*Since r2:* Invoice INV-102 is 12 days overdue");
    expect_card("ONB-1001", "no longer: NetSuite");
    scene_end();
}

static void why_explains_and_shows_one_code_whole(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    struct slack_act *act = say(BO, "why ONB-1001");
    expect_answer(act, "*Rule* (invoices): exactly one overdue, for less than that many days");
    expect_answer(act, "*Threshold* `rules.overdue_urgent_days` = 30");
    expect_answer(act, "*Read* NetSuite <!date^");
    act = say(BO, "why ONB-1001 invoice_overdue_one");
    expect_answer(act, "Invoice INV-102 is 12 days overdue");
    expect_answer(say(BO, "why ONB-1001 NO_INVOICE"), "was checked and has nothing against it");
    expect_answer(say(BO, "why ONB-1001 NO_INVOICES"), "the nearest is NO_INVOICE");
    scene_end();
}

const struct scenario revisions_scenarios[] = {
    {"worse asks for another key and the clock runs on",
     worse_asks_for_another_key_and_the_clock_runs_on},
    {"better needs fewer keys and the clock runs on",
     better_needs_fewer_keys_and_the_clock_runs_on},
    {"clean ends it with its timers", clean_ends_it_with_its_timers},
    {"a manager who was told reads that it is clean",
     a_manager_who_was_told_reads_that_it_is_clean},
    {"the same again says that nothing changed", the_same_again_says_that_nothing_changed},
    {"a day that went by is no news", a_day_that_went_by_is_no_news},
    {"what a system that is away knew is not said to be gone",
     what_a_system_that_is_away_knew_is_not_said_to_be_gone},
    {"why explains, and shows one code whole", why_explains_and_shows_one_code_whole},
    {0},
};
