/* kill -9 at the worst moments: nothing lost, nothing said or done twice. */
#include "tests/scenario/scenarios.h"

static void a_crash_before_the_commit_loses_the_turn_and_nothing_else(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    press_approve(MAYA, "ONB-1001");
    crash_around_commit(DEATH_BEFORE_COMMIT);
    struct slack_act *act = begin_ticks(MAYA, -1, NULL, NULL);
    advance(MINUTES(1));
    expect_number(the.crashes, 1);
    expect(act->acks > 0);
    expect_answer(act, "Approved: ONB-1001");
    expect_number(the.systems.organizations, 1);
    scene_end();
}

static void a_crash_after_the_commit_keeps_the_decision(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    press_approve(MAYA, "ONB-1001");
    crash_around_commit(DEATH_AFTER_COMMIT);
    struct slack_act *act = begin_ticks(MAYA, -1, NULL, NULL);
    advance(MINUTES(1));
    expect_number(the.crashes, 1);
    expect(act->acks > 0);
    expect_card("ONB-1001", "*Approved* by <@" MAYA ">");
    expect_number(the.systems.organizations, 1);
    scene_end();
}

/* At every moment of the second in which a deal is found, fetched, decided and posted. */
static void a_crash_while_a_card_is_posted_says_it_once(void)
{
    for (int64_t ms = 0; ms < 1000; ms += 25) {
        scene();
        struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
        systems_bill(&the.systems, acme, "INV-102", 12, "25000.00");
        acme->changed.ms -= DAYS(90);
        begin_say(MAYA, "start ACME Corp");
        advance(ms);
        crash_and_restart();
        advance(MINUTES(2));
        expect_card("ONB-1001", "review needed");
        scene_end();
    }
}

static void a_crash_while_slack_still_works_on_the_post_says_it_once(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    sim_add_fault(&the.sim,
                  (struct sim_fault){
                      .where = "/chat.postMessage", .kind = SIM_SLOW, .slow_ms = 1500, .times = 1});
    begin_say(BO, "note ONB-1001 \"called them\"");
    advance(300);
    crash_and_restart(); /* its request is under way all the same */
    advance(MINUTES(1));
    expect_note("ONB-1001", "called them");
    scene_end();
}

static void a_crash_between_a_click_and_its_effects_finishes_them(void)
{
    for (int64_t ms = 0; ms < 600; ms += 20) {
        scene();
        win_overdue("ACME Corp", 12);
        struct slack_act *act = begin_approve(MAYA, "ONB-1001");
        advance(ms);
        crash_and_restart();
        advance(MINUTES(2));
        expect(act->acks > 0);
        expect_card("ONB-1001", "Provisioned");
        expect_number(the.systems.organizations, 1);
        scene_end();
    }
}

/* Until there is no nth one any more. */
static void die_in_each(enum death death, unsigned stride)
{
    unsigned nth = 1, crashes = 1;
    for (; crashes > 0; nth += stride) {
        scene();
        win_overdue("ACME Corp", 12);
        press_approve(MAYA, "ONB-1001");
        crash_in(death, nth, nth * UINT64_C(997));
        struct slack_act *act = begin_ticks(MAYA, -1, NULL, NULL);
        advance(SECONDS(40));
        expect(act->acks > 0);
        expect_card("ONB-1001", "Provisioned");
        expect_number(the.systems.organizations, 1);
        crashes = the.crashes;
        scene_end();
    }
    expect(nth > 5 * stride);
}

static void a_crash_in_any_write_of_an_approval_finishes_it(void)
{
    die_in_each(DEATH_IN_WRITE, 4);
}

static void a_crash_in_any_frame_or_request_of_an_approval_finishes_it(void)
{
    die_in_each(DEATH_IN_SEND, 1);
}

static void a_crash_at_the_deadline_escalates_once(void)
{
    for (int64_t ms = -100; ms < 500; ms += 50) {
        scene();
        win_overdue("ACME Corp", 12);
        advance(stored("SELECT t1_at FROM items") - the.sim.world.now.ms + ms);
        crash_and_restart();
        advance(MINUTES(2));
        expect_dm(LEE, "ACME Corp has waited 2 days");
        expect_note("ONB-1001", "is told now");
        scene_end();
    }
}

static void a_crash_loop_ends_when_the_crashes_do(void)
{
    scene();
    systems_bill(&the.systems, systems_win(&the.systems, "ACME Corp"), "INV-102", 12, "25000.00");
    for (int i = 0; i < 30; i++) {
        advance(SECONDS(21) + 37 * i);
        crash_and_restart();
    }
    advance(MINUTES(15));
    expect_card("ONB-1001", "review needed");
    scene_end();
}

static void a_whisper_that_may_have_been_said_is_not_repeated(void)
{
    scene();
    systems_win(&the.systems, "ACME Corp")->changed.ms -= DAYS(90);
    sim_add_fault(&the.sim,
                  (struct sim_fault){.where = "/chat.postEphemeral", .kind = SIM_LOST_REPLY});
    say(MAYA, "check ACME Corp");
    advance(MINUTES(5));
    expect_number(the.slack.whisper_count, 1);
    scene_end();
}

const struct scenario crashes_scenarios[] = {
    {"a crash before the commit loses the turn and nothing else",
     a_crash_before_the_commit_loses_the_turn_and_nothing_else},
    {"a crash after the commit keeps the decision", a_crash_after_the_commit_keeps_the_decision},
    {"a crash while a card is posted says it once", a_crash_while_a_card_is_posted_says_it_once},
    {"a crash while Slack still works on the post says it once",
     a_crash_while_slack_still_works_on_the_post_says_it_once},
    {"a crash between a click and its effects finishes them",
     a_crash_between_a_click_and_its_effects_finishes_them},
    {"a crash in any write of an approval finishes it",
     a_crash_in_any_write_of_an_approval_finishes_it},
    {"a crash in any frame or request of an approval finishes it",
     a_crash_in_any_frame_or_request_of_an_approval_finishes_it},
    {"a crash at the deadline escalates once", a_crash_at_the_deadline_escalates_once},
    {"a crash loop ends when the crashes do", a_crash_loop_ends_when_the_crashes_do},
    {"a whisper that may have been said is not repeated",
     a_whisper_that_may_have_been_said_is_not_repeated},
    {0},
};
