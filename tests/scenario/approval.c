/* From a won deal to a decision: the card, and who may press its buttons with what effect. */
#include "tests/scenario/scenarios.h"

#include <stdlib.h>
#include <string.h>

/* ---- what needs nobody, and what becomes a card ---- */

static void a_won_deal_becomes_a_card(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    expect_card("ONB-1001", "ACME Corp: review needed");
    expect_card("ONB-1001", "INV-102 is 12 days overdue (CAD 25,000.00)");
    expect_card("ONB-1001", "manager <@" LEE ">");
    scene_end();
}

static void a_clean_deal_proceeds_without_anyone(void)
{
    scene();
    win("ACME Corp");
    expect_card("ONB-1001", "ACME Corp: proceeding");
    expect_number(the.systems.organizations, 1);
    expect_stored("SELECT count(*) FROM items", 0);
    scene_end();
}

static void a_deal_that_is_polled_again_starts_nothing(void)
{
    scene();
    struct fake_account *acme = win_overdue("ACME Corp", 12);
    acme->changed = the.sim.world.now;
    advance(HOURS(1));
    expect_stored("SELECT count(*) FROM onboardings", 1);
    scene_end();
}

static void someone_can_start_an_account_by_its_name(void)
{
    scene();
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    systems_bill(&the.systems, acme, "INV-102", 12, "25000.00");
    acme->changed.ms -= DAYS(90); /* the poll is past it */
    struct slack_act *act = say(MAYA, "start acme corp");
    expect_answer(act, "Looking up “acme corp”");
    expect_told(MAYA, "ESCALATE: Invoice INV-102 is 12 days overdue");
    expect_card("ONB-1001", "review needed");
    expect_answer(say(BO, "start ACME Corp"), "on its way already: ONB-1001");
    scene_end();
}

static void several_matches_are_offered_as_buttons(void)
{
    scene();
    systems_win(&the.systems, "ACME North")->changed.ms -= DAYS(90);
    systems_win(&the.systems, "ACME South")->changed.ms -= DAYS(90);
    say(MAYA, "start ACME");
    expect_told(MAYA, "2 accounts match “ACME”");
    const struct slack_whisper *choice = &the.slack.whispers[the.slack.whisper_count - 1];
    struct slack_message asked = {.ts = "1.1", .blocks = choice->blocks};
    slack_click(&the.slack, MAYA, &asked, "start");
    settle();
    expect_card("ONB-1001", "ACME North: proceeding");
    scene_end();
}

/* ---- approve ---- */

static void approve_provisions_and_edits_the_card(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    struct slack_act *act = click(MAYA, "approve", "ONB-1001");
    expect_answer(act, "Approved: ONB-1001 r1. Provisioning follows.");
    expect_card("ONB-1001", "*Approved* by <@" MAYA ">");
    expect_card("ONB-1001", "Provisioned · `org-" TEAM "-ONB-1001`");
    expect_not_on_card("ONB-1001", "\"action_id\"");
    expect_note("ONB-1001", "Provisioned: organization");
    expect_number(the.systems.organizations, 1);
    scene_end();
}

static void the_second_click_loses_and_is_told(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    char *value = slack_button(card("ONB-1001"), "approve");
    click(MAYA, "approve", "ONB-1001");
    struct slack_act *late =
        slack_click_value(&the.slack, BO, card("ONB-1001")->ts, "approve", value);
    settle();
    expect_answer(late, "Already approved by <@" MAYA ">");
    expect_stored_text("SELECT decided_by FROM items", MAYA);
    free(value);
    scene_end();
}

static void of_two_people_at_once_one_wins_and_both_are_told(void)
{
    for (uint64_t seed = 1; seed <= 10; seed++) {
        scene_start((struct scene_options){.seed = seed});
        win_overdue("ACME Corp", 12);
        press_approve(MAYA, "ONB-1001");
        press_approve(BO, "ONB-1001");
        struct slack_act *maya = begin_ticks(MAYA, -1, NULL, NULL);
        struct slack_act *bo = begin_ticks(BO, -1, NULL, NULL);
        settle();
        bool maya_won = strcmp(stored_text("SELECT decided_by FROM items"), MAYA) == 0;
        expect_answer(maya_won ? maya : bo, "Approved: ONB-1001 r1");
        expect_answer(maya_won ? bo : maya, maya_won ? "Already approved by <@" MAYA ">"
                                                     : "Already approved by <@" BO ">");
        scene_end();
    }
}

static void approve_and_reject_at_once_give_one_decision(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    click(BO, "reject", "ONB-1001");
    begin_approve(MAYA, "ONB-1001");
    submit_reject(BO, "wrong_owner", "");
    expect_stored("SELECT count(*) FROM audit WHERE action IN ('approve', 'reject')", 1);
    scene_end();
}

static void a_command_does_what_the_button_does(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    expect_answer(say(MAYA, "approve ONB-1001 r7"), "changed since r7");
    expect_answer(say(MAYA, "approve onb-1001 r1 \"paid by wire\" ack all"),
                  "Approved: ONB-1001 r1");
    expect_card("ONB-1001", "paid by wire");
    scene_end();
}

/* ---- two keys, and none ---- */

static void two_overdue_invoices_need_two_people(void)
{
    scene();
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    systems_bill(&the.systems, acme, "INV-102", 5, "25000.00");
    systems_bill(&the.systems, acme, "INV-103", 40, "3000.00");
    advance(MINUTES(11));
    expect_card("ONB-1001", "ACME Corp: blocked");
    expect_dm(FAY, "For Finance");
    expect_answer(click(MAYA, "approve", "ONB-1001"), "Still missing: Finance's key");
    expect_answer(click(BO, "approve", "ONB-1001"), "it needs a Finance approver");
    expect_stored("SELECT state FROM items", 0);
    expect_answer(click(FAY, "approve", "ONB-1001"), "Approved: ONB-1001");
    expect_card("ONB-1001", "*Approved* by <@" MAYA "> and <@" FAY ">");
    scene_end();
}

static void a_draft_contract_can_be_approved_by_nobody(void)
{
    scene();
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    acme->clm_status = "draft";
    advance(MINUTES(11));
    expect_card("ONB-1001", "Nobody can approve this");
    expect(!slack_button(card("ONB-1001"), "approve"));
    expect_answer(say(LEE, "approve ONB-1001"), "can't be approved by anyone");
    acme->clm_status = "executed";
    say(MAYA, "check ONB-1001");
    expect_card("ONB-1001", "Cleared by itself");
    expect_number(the.systems.organizations, 1);
    scene_end();
}

/* ---- reject ---- */

static void reject_asks_why_and_stands_on_the_card(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    click(MAYA, "reject", "ONB-1001");
    expect_number(the.slack.view_count, 1);
    expect_answer(submit_reject(MAYA, "other", ""), "\"response_action\":\"errors\"");
    submit_reject(MAYA, "wrong_owner", "Ana has left the company");
    expect_card("ONB-1001", "*Rejected* by <@" MAYA ">");
    expect_card("ONB-1001", "Wrong owner: Ana has left the company");
    expect_number(the.systems.organizations, 0);
    scene_end();
}

static void after_a_rejection_a_check_asks_again_even_if_it_is_clean(void)
{
    scene();
    struct fake_account *acme = win_overdue("ACME Corp", 12);
    say(MAYA, "reject ONB-1001 \"invoice first\"");
    systems_pay(acme);
    say(MAYA, "check ONB-1001");
    expect_stored("SELECT count(*) FROM items", 2);
    expect_stored("SELECT count(*) FROM items WHERE state = 0 AND previous_id IS NOT NULL", 1);
    expect_answer(click(BO, "approve", "ONB-1001"), "Approved: ONB-1001");
    scene_end();
}

/* ---- facts that move ---- */

static void a_click_on_an_older_revision_is_refused_and_redrawn(void)
{
    scene();
    struct fake_account *acme = win_overdue("ACME Corp", 12);
    char *value = slack_button(card("ONB-1001"), "approve");
    systems_bill(&the.systems, acme, "INV-110", 3, "900.00");
    say(BO, "check ONB-1001");
    expect_card("ONB-1001", "ONB-1001 r2");
    struct slack_act *stale =
        slack_click_value(&the.slack, MAYA, card("ONB-1001")->ts, "approve", value);
    settle();
    expect_answer(stale, "ONB-1001 changed since r1");
    expect_answer(stale, "INV-110");
    expect_answer(stale, "|Open r2>");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'approve.refused'", 1);
    expect_stored("SELECT count(*) FROM approvals", 0);
    free(value);
    scene_end();
}

static void facts_older_than_a_quarter_of_an_hour_are_read_again_first(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    advance(MINUTES(20));
    struct mono since = the.sim.world.mono;
    struct slack_act *act = click(MAYA, "approve", "ONB-1001");
    expect_answer(act, "min old, so I am reading them again now");
    expect_number(sim_count_asked(&the.sim, "/composite", since), 1);
    expect_card("ONB-1001", "*Approved* by <@" MAYA ">");
    scene_end();
}

static void a_held_approval_does_not_count_when_the_facts_have_moved(void)
{
    scene();
    struct fake_account *acme = win_overdue("ACME Corp", 12);
    advance(MINUTES(20));
    systems_bill(&the.systems, acme, "INV-110", 3, "900.00");
    click(MAYA, "approve", "ONB-1001");
    expect_dm(MAYA, "ONB-1001 changed since r1");
    expect_stored("SELECT state FROM items", 0);
    expect_card("ONB-1001", "ONB-1001 r2");
    scene_end();
}

static void a_deleted_account_cancels_the_question(void)
{
    scene();
    struct fake_account *acme = win_overdue("ACME Corp", 12);
    acme->deleted = true;
    say(MAYA, "check ONB-1001");
    expect_card("ONB-1001", "*Cancelled*: the account was deleted in Salesforce");
    scene_end();
}

/* ---- looking ---- */

static void view_details_opens_a_modal_and_writes_nothing(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    int64_t before = stored("SELECT count(*) FROM inbox");
    click(FAY, "view", "ONB-1001");
    expect_number(the.slack.view_count, 1);
    expect(strstr(the.slack.views[0].text, "INVOICE_OVERDUE_ONE"));
    expect_stored("SELECT count(*) FROM inbox", before);
    scene_end();
}

static void status_answers_inside_the_acknowledgement(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    struct slack_act *act = say(BO, "status ACME Corp");
    expect_answer(act, "ONB-1001");
    expect(act->answer == NULL);
    expect_answer(say(BO, "list team"), "ACME Corp");
    expect_answer(say(BO, "why ONB-1001"), "INV-102");
    expect_answer(say(BO, "timeline ONB-1001"), "ONB-1001");
    expect_answer(say(BO, "help"), "/onboard");
    expect_answer(say(BO, "aprove ONB-1001"), "Did you mean approve?");
    scene_end();
}

static void home_shows_what_needs_me_and_follows(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    slack_open_home(&the.slack, MAYA);
    settle();
    expect_number(the.slack.home_count, 1);
    expect(strstr(the.slack.homes[0].text, "ONB-1001"));
    click(BO, "approve", "ONB-1001");
    expect(the.slack.home_count > 1);
    scene_end();
}

const struct scenario approval_scenarios[] = {
    {"a won deal becomes a card", a_won_deal_becomes_a_card},
    {"a clean deal proceeds without anyone", a_clean_deal_proceeds_without_anyone},
    {"a deal that is polled again starts nothing", a_deal_that_is_polled_again_starts_nothing},
    {"someone can start an account by its name", someone_can_start_an_account_by_its_name},
    {"several matches are offered as buttons", several_matches_are_offered_as_buttons},
    {"approve provisions and edits the card", approve_provisions_and_edits_the_card},
    {"the second click loses and is told", the_second_click_loses_and_is_told},
    {"of two people at once one wins and both are told",
     of_two_people_at_once_one_wins_and_both_are_told},
    {"approve and reject at once give one decision", approve_and_reject_at_once_give_one_decision},
    {"a command does what the button does", a_command_does_what_the_button_does},
    {"two overdue invoices need two people", two_overdue_invoices_need_two_people},
    {"a draft contract can be approved by nobody", a_draft_contract_can_be_approved_by_nobody},
    {"reject asks why and stands on the card", reject_asks_why_and_stands_on_the_card},
    {"after a rejection a check asks again, even if it is clean",
     after_a_rejection_a_check_asks_again_even_if_it_is_clean},
    {"a click on an older revision is refused and redrawn",
     a_click_on_an_older_revision_is_refused_and_redrawn},
    {"facts older than a quarter of an hour are read again first",
     facts_older_than_a_quarter_of_an_hour_are_read_again_first},
    {"a held approval does not count when the facts have moved",
     a_held_approval_does_not_count_when_the_facts_have_moved},
    {"a deleted account cancels the question", a_deleted_account_cancels_the_question},
    {"view details opens a modal and writes nothing",
     view_details_opens_a_modal_and_writes_nothing},
    {"status answers inside the acknowledgement", status_answers_inside_the_acknowledgement},
    {"home shows what needs me and follows", home_shows_what_needs_me_and_follows},
    {0},
};
