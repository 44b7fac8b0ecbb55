/* What an approver acknowledges: a tick a finding, a reason where it is urgent, by form and by
 * command, each for their own key, on the facts that they saw. */
#include "tests/scenario/scenarios.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Two findings that warn: an invoice, and a billing country that is missing. */
static struct fake_account *win_two_warnings(void)
{
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    systems_bill(&the.systems, acme, "INV-102", 12, "25000.00");
    acme->country = NULL;
    advance(MINUTES(11));
    return acme;
}

static const char *last_form(void)
{
    return the.slack.view_count ? the.slack.views[the.slack.view_count - 1].text : "";
}

static void approve_opens_a_form_with_a_tick_a_finding(void)
{
    scene();
    win_two_warnings();
    struct slack_act *act = press_approve(MAYA, "ONB-1001");
    expect(act->trigger_used);
    expect(strstr(last_form(), "\"callback_id\":\"approve\""));
    expect(strstr(last_form(), "INV-102 is 12 days overdue"));
    expect(strstr(last_form(), "FIELD_MISSING"));
    expect_stored("SELECT count(*) FROM approvals", 0);
    expect_stored("SELECT count(*) FROM audit WHERE action LIKE 'approve%'", 0);
    expect_answer(submit_ticks(MAYA, 1, NULL, NULL),
                  "\"ticks_1\":\"Tick each one that you accept: 1 is missing.\"");
    expect_answer(submit_ticks(MAYA, 0, NULL, NULL), "2 are missing");
    expect_stored("SELECT count(*) FROM approvals", 0);
    expect_answer(submit_ticks(MAYA, 2, "they pay on Friday", NULL), "Approved: ONB-1001 r1");
    expect_card("ONB-1001", "they pay on Friday");
    expect_stored_text("SELECT acknowledged FROM approvals",
                       "FIELD_MISSING ACME Corp; INVOICE_OVERDUE_ONE INV-102");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'approve' AND reason LIKE "
                  "'%acknowledged: %INVOICE_OVERDUE_ONE INV-102%'",
                  1);
    scene_end();
}

static void what_is_urgent_needs_a_reason(void)
{
    scene();
    win_overdue("ACME Corp", 40);
    press_approve(MAYA, "ONB-1001");
    expect_answer(submit_ticks(MAYA, 1, NULL, NULL),
                  "\"reason\":\"Say why: one of these is urgent.\"");
    expect_answer(submit_ticks(MAYA, 1, "   ", NULL), "Say why");
    expect_answer(submit_ticks(MAYA, 1, "Finance agreed", NULL), "Approved: ONB-1001");
    scene_end();
}

static void the_command_is_no_way_around_the_ticks(void)
{
    scene();
    win_two_warnings();
    struct slack_act *act = say(MAYA, "approve ONB-1001");
    expect_answer(act, "`INVOICE_OVERDUE_ONE` Invoice INV-102 is 12 days overdue");
    expect_answer(act, "`FIELD_MISSING`");
    expect_answer(act, "`/onboard approve ONB-1001 r1 ack all`");
    expect_answer(say(MAYA, "approve ONB-1001 ack all"), "have to acknowledge first");
    act = say(MAYA, "approve ONB-1001 ack INVOICE_OVERDUE_ONE");
    expect_answer(act, "`FIELD_MISSING`");
    expect(!strstr(answer_of(act), "`INVOICE_OVERDUE_ONE`"));
    expect_stored("SELECT count(*) FROM audit WHERE action = 'approve.refused'", 3);
    expect_stored("SELECT count(*) FROM approvals", 0);
    expect_answer(say(MAYA, "approve ONB-1001 \"ok\" ack INVOICE_OVERDUE_ONE FIELD_MISSING"),
                  "Approved: ONB-1001");
    scene_end();
}

static void an_item_without_findings_to_tick_is_approved_in_one_click(void)
{
    scene();
    struct fake_account *acme = win_overdue("ACME Corp", 12);
    say(MAYA, "reject ONB-1001 \"invoice first\"");
    systems_pay(acme);
    say(MAYA, "check ONB-1001");
    expect_answer(press_approve(BO, "ONB-1001"), "Approved: ONB-1001");
    expect_number(the.slack.view_count, 0);
    scene_end();
}

/* A money block beside a warning: CS ticks the warning; Finance, whose it is not, has none. */
static void each_key_ticks_its_own(void)
{
    scene();
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    systems_bill(&the.systems, acme, "INV-102", 5, "25000.00");
    systems_bill(&the.systems, acme, "INV-103", 40, "3000.00");
    acme->country = NULL;
    advance(MINUTES(11));
    expect_answer(press_approve(FAY, "ONB-1001"), "You turned Finance's key");
    press_approve(MAYA, "ONB-1001");
    expect(strstr(last_form(), "you turn the CS key"));
    expect_answer(submit_ticks(MAYA, 0, NULL, NULL), "Tick each one");
    expect_answer(submit_ticks(MAYA, 1, NULL, NULL), "Approved: ONB-1001");
    expect_stored_text("SELECT acknowledged FROM approvals WHERE key = 'cs'",
                       "FIELD_MISSING ACME Corp");
    expect(stored_text("SELECT acknowledged FROM approvals WHERE key = 'finance'") == NULL);
    scene_end();
}

static void a_form_opened_on_older_facts_becomes_the_form_of_the_new_ones(void)
{
    scene();
    struct fake_account *acme = win_overdue("ACME Corp", 12);
    press_approve(MAYA, "ONB-1001");
    acme->country = NULL;
    say(BO, "check ONB-1001");
    struct slack_act *act = submit_ticks(MAYA, 1, NULL, NULL);
    expect_answer(act, "\"response_action\":\"update\"");
    expect_answer(act, "ONB-1001 changed since r1");
    expect_answer(act, "FIELD_MISSING");
    expect_stored("SELECT count(*) FROM approvals", 0);
    expect_stored("SELECT count(*) FROM audit WHERE action = 'approve.refused'", 1);
    expect_answer(submit_ticks(MAYA, 1, NULL, NULL), "Tick each one"); /* the new form has two */
    expect_answer(submit_ticks(MAYA, 2, NULL, NULL), "Approved: ONB-1001 r2");
    scene_end();
}

static void a_form_that_comes_too_late_is_told_who_was_first(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    press_approve(MAYA, "ONB-1001");
    click(BO, "approve", "ONB-1001");
    expect_answer(submit_ticks(MAYA, 1, NULL, NULL), "Already approved by <@" BO ">");
    scene_end();
}

static void ticks_are_kept_while_old_facts_are_read_again(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    advance(MINUTES(20));
    press_approve(MAYA, "ONB-1001");
    expect_answer(submit_ticks(MAYA, 1, "fine", NULL), "I am reading them again now");
    expect_card("ONB-1001", "*Approved* by <@" MAYA ">");
    expect_stored_text("SELECT acknowledged FROM approvals", "INVOICE_OVERDUE_ONE INV-102");
    scene_end();
}

const struct scenario ticks_scenarios[] = {
    {"approve opens a form with a tick a finding", approve_opens_a_form_with_a_tick_a_finding},
    {"what is urgent needs a reason", what_is_urgent_needs_a_reason},
    {"the command is no way around the ticks", the_command_is_no_way_around_the_ticks},
    {"an item without findings to tick is approved in one click",
     an_item_without_findings_to_tick_is_approved_in_one_click},
    {"each key ticks its own", each_key_ticks_its_own},
    {"a form opened on older facts becomes the form of the new ones",
     a_form_opened_on_older_facts_becomes_the_form_of_the_new_ones},
    {"a form that comes too late is told who was first",
     a_form_that_comes_too_late_is_told_who_was_first},
    {"ticks are kept while old facts are read again",
     ticks_are_kept_while_old_facts_are_read_again},
    {0},
};
