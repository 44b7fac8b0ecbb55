/* Approved on condition that it is paid by a day: looked at when the day is over. */
#include "tests/scenario/scenarios.h"

#include <stdio.h>
#include <string.h>

/* Approved on Monday 20 April, to be paid by Thursday 23 April. */
static struct fake_account *approved_until_thursday(void)
{
    scene();
    struct fake_account *acme = win_overdue("ACME Corp", 12);
    press_approve(MAYA, "ONB-1001");
    expect_answer(submit_ticks(MAYA, 1, "they promised", "2026-04-23"), "Approved: ONB-1001 r1");
    return acme;
}

static void what_is_paid_by_then_closes_the_condition(void)
{
    struct fake_account *acme = approved_until_thursday();
    expect_card("ONB-1001", "On condition that INV-102 is paid by 23 Apr");
    expect_number(the.systems.organizations, 1);
    expect_answer(say(BO, "status ONB-1001"), "is paid by 23 Apr");
    slack_open_home(&the.slack, ANA);
    settle();
    expect(strstr(the.slack.homes[the.slack.home_count - 1].text, "to be paid by 23 Apr"));
    advance(DAYS(2));
    systems_pay(acme);
    advance(DAYS(2));
    expect_note("ONB-1001", "💳 Paid: INV-102");
    expect_card("ONB-1001", "Condition met");
    expect_answer(say(BO, "timeline ONB-1001"), "condition.met");
    expect_stored("SELECT count(*) FROM items", 1);
    scene_end();
}

static void what_is_not_paid_by_then_asks_finance_and_the_manager_anew(void)
{
    approved_until_thursday();
    advance(DAYS(3) - HOURS(1));
    expect_stored("SELECT state FROM conditions", 0);
    expect_no_dm(LEE, "ACME Corp");
    advance(DAYS(1));
    expect_stored("SELECT count(*) FROM items WHERE cause = 1 AND previous_id IS NOT NULL", 1);
    expect_dm(LEE, "ACME Corp has waited");
    expect_card("ONB-1001", "on condition that INV-102 is paid by 23 Apr: it is not");
    expect_card("ONB-1001", "\"action_id\":\"approve\"");
    expect_stored("SELECT state FROM onboardings", 3);
    expect_number(the.systems.organizations, 1);
    expect_answer(say(BO, "timeline ONB-1001"), "condition.broken");
    say(BO, "check ONB-1001");
    expect_answer(say(BO, arena_fmt(&the.arena, "approve ONB-1001 r%lld ack all",
                                    (long long)stored("SELECT max(revision) FROM items"))),
                  "What is provisioned stands.");
    expect_stored("SELECT state FROM onboardings", 3);
    scene_end();
}

static void a_condition_is_about_all_that_is_unpaid_however_much(void)
{
    enum { BILLS = 10 };
    char number[16];
    scene();
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    for (int i = 0; i < BILLS; i++) {
        snprintf(number, sizeof number, "INV-%d", 200 + i);
        systems_bill(&the.systems, acme, number, 20 - i, "1000.00");
    }
    advance(SECONDS(605));
    settle();
    say(FAY, "approve ONB-1001 r1 ack all");
    expect_answer(say(MAYA, "approve ONB-1001 r1 ack all pay by thu"), "Approved: ONB-1001");
    for (size_t i = 0; i + 1 < acme->invoice_count; i++) /* the one that is due last stays unpaid */
        snprintf(acme->invoices[i].remaining, sizeof acme->invoices[i].remaining, "0.00");
    advance(DAYS(4));
    expect_note("ONB-1001", "💳 Not paid by 2026-04-23");
    expect_stored("SELECT count(*) FROM items WHERE cause = 1", 1);
    scene_end();
}

static void invoices_that_are_gone_are_not_taken_for_paid(void)
{
    struct fake_account *acme = approved_until_thursday();
    acme->invoice_count = 0; /* the customer was merged into another one */
    advance(DAYS(4));
    expect_note("ONB-1001", "💳 Not seen to be paid by 2026-04-23");
    expect_stored("SELECT count(*) FROM items WHERE cause = 1", 1);
    expect_dm(LEE, "ACME Corp has waited");
    scene_end();
}

static void a_broken_condition_that_is_rejected_is_not_asked_about_again(void)
{
    approved_until_thursday();
    advance(DAYS(4));
    struct slack_act *act = say(MAYA, "reject ONB-1001 \"we stop\"");
    expect_answer(act, "is to be taken back on the platform, by hand");
    expect(!strstr(answer_of(act), "asks again"));
    say(BO, "check ONB-1001");
    expect_stored("SELECT count(*) FROM items WHERE state < 4", 0);
    scene_end();
}

static void what_is_paid_late_clears_the_new_question(void)
{
    struct fake_account *acme = approved_until_thursday();
    advance(DAYS(4));
    expect_stored("SELECT count(*) FROM items WHERE state < 4", 1);
    systems_pay(acme);
    say(BO, "check ONB-1001");
    expect_stored("SELECT count(*) FROM items WHERE state < 4", 0);
    expect_note("ONB-1001", "what it waited for is paid");
    struct slack_act *late = say(MAYA, "approve ONB-1001");
    expect_answer(late, "its facts became clean");
    expect(!strstr(answer_of(late), "proceeds"));
    expect_stored("SELECT state FROM onboardings", 3);
    scene_end();
}

static void a_condition_waits_while_the_invoices_cannot_be_read(void)
{
    struct fake_account *acme = approved_until_thursday();
    advance(DAYS(3));
    sim_add_fault(&the.sim, (struct sim_fault){.kind = SIM_REFUSED, .where = NETSUITE_URL});
    advance(DAYS(1));
    expect_stored("SELECT state FROM conditions", 0);
    systems_pay(acme);
    sim_heal(&the.sim, NULL);
    advance(HOURS(1));
    expect_note("ONB-1001", "💳 Paid: INV-102");
    scene_end();
}

static void an_undone_approval_takes_its_condition_along(void)
{
    scene_start((struct scene_options){.undo_s = 60});
    win_overdue("ACME Corp", 12);
    press_approve(MAYA, "ONB-1001");
    submit_ticks(MAYA, 1, NULL, "2026-04-21");
    click(MAYA, "undo", "ONB-1001");
    expect_stored("SELECT state FROM conditions", 3);
    advance(DAYS(3));
    expect_stored("SELECT count(*) FROM audit WHERE action LIKE 'condition.%'", 0);
    scene_end();
}

static void a_day_that_is_over_is_refused_under_its_input(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    press_approve(MAYA, "ONB-1001");
    expect_answer(submit_ticks(MAYA, 1, NULL, "2026-04-19"), "\"pay_by\":\"That day is over.\"");
    expect_answer(submit_ticks(MAYA, 1, NULL, "2026-09-01"), "At most 90 days");
    expect_answer(say(MAYA, "approve ONB-1001 r1 ack all pay by thu"), "Approved: ONB-1001");
    expect_stored_text("SELECT pay_by FROM conditions", "2026-04-23");
    scene_end();
}

const struct scenario conditions_scenarios[] = {
    {"what is paid by then closes the condition", what_is_paid_by_then_closes_the_condition},
    {"what is not paid by then asks Finance and the manager anew",
     what_is_not_paid_by_then_asks_finance_and_the_manager_anew},
    {"a condition is about all that is unpaid, however much",
     a_condition_is_about_all_that_is_unpaid_however_much},
    {"invoices that are gone are not taken for paid",
     invoices_that_are_gone_are_not_taken_for_paid},
    {"a broken condition that is rejected is not asked about again",
     a_broken_condition_that_is_rejected_is_not_asked_about_again},
    {"what is paid late clears the new question", what_is_paid_late_clears_the_new_question},
    {"a condition waits while the invoices cannot be read",
     a_condition_waits_while_the_invoices_cannot_be_read},
    {"an undone approval takes its condition along", an_undone_approval_takes_its_condition_along},
    {"a day that is over is refused under its input",
     a_day_that_is_over_is_refused_under_its_input},
    {0},
};
