/* What follows provisioning: the playbook begins once, its tasks are done, blocked and skipped by
 * those who may, it stands still and goes on, and it is complete once. */
#include "tests/scenario/scenarios.h"

#include <stdio.h>
#include <string.h>

#define OFFICE                                                                                     \
    "{\"zone\":\"UTC\",\"days\":[\"mon\",\"tue\",\"wed\",\"thu\",\"fri\"],\"start\":\"09:00\","    \
    "\"end\":\"17:00\",\"holidays\":[\"2026-04-27\"]}"

/* Of the standard playbook. */
enum { TASKS = 14, KICK_OFF = 3 };

/* A clean deal, provisioned a moment later. */
static void provisioned(void)
{
    win("ACME Corp");
    settle();
    expect_stored("SELECT state FROM onboardings", 3);
}

static void scene_with_playbook(void)
{
    scene();
    provisioned();
}

static struct slack_act *task(const char *user, const char *act, int number, const char *why)
{
    char text[200];
    snprintf(text, sizeof text, "task %s ONB-1001 T-%d%s%s%s", act, number, why ? " \"" : "",
             why ? why : "", why ? "\"" : "");
    return say(user, text);
}

/* ---- it begins ---- */

static void a_playbook_begins_when_its_customer_is_provisioned(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    expect_answer(say(MAYA, "task list ONB-1001"), "ONB-1001 has no tasks");
    expect_answer(task(MAYA, "done", 1, NULL), "its playbook begins when it is provisioned");
    click(MAYA, "approve", "ONB-1001");
    settle();
    expect_note("ONB-1001", "What follows is “Enterprise onboarding”: 14 tasks");
    expect_stored("SELECT count(*) FROM tasks WHERE state = 0 AND due_at > 0", TASKS);
    expect_stored("SELECT count(*) FROM audit WHERE action = 'playbook.begun'", 1);
    expect_answer(say(BO, "task list \"ACME Corp\""), "Kick-off call held");
    expect_answer(say(BO, "task li ONB-1001"), "Stage 5: Go-live");
    scene_end();
}

static void it_begins_once_even_when_the_process_dies(void)
{
    static const enum death deaths[] = {DEATH_BEFORE_COMMIT, DEATH_AFTER_COMMIT};
    for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++)
        for (int turns = 0; turns < 6; turns++) {
            scene();
            win_overdue("ACME Corp", 12);
            begin_approve(MAYA, "ONB-1001");
            advance(100 * turns);
            crash_around_commit(deaths[i]);
            settle();
            if (!the.bot)
                boot();
            advance(MINUTES(5));
            expect_stored("SELECT count(*) FROM journeys", 1);
            expect_stored("SELECT count(*) FROM tasks", TASKS);
            expect_stored("SELECT count(*) FROM audit WHERE action = 'playbook.begun'", 1);
            expect_note("ONB-1001", "What follows is");
            scene_end();
        }
}

static void the_playbook_is_the_one_that_was_asked_for(void)
{
    scene();
    systems_win(&the.systems, "Beta Ltd");
    expect_answer(say(MAYA, "start \"Beta Ltd\" --playbook slow"),
                  "--playbook takes enterprise or fast-track; I know no “slow”");
    say(MAYA, "start \"Beta Ltd\" --playbook Fast-Track");
    advance(MINUTES(1));
    expect_stored_text("SELECT playbook FROM journeys", "fast-track");
    expect_stored("SELECT count(*) FROM tasks", 6);
    scene_end();
}

static void a_small_deal_takes_the_fast_track(void)
{
    scene();
    struct fake_account *account = systems_win(&the.systems, "Beta Ltd");
    account->amount = "24999.99";
    say(MAYA, "start \"Beta Ltd\"");
    advance(MINUTES(1));
    expect_stored_text("SELECT playbook FROM journeys", "fast-track");
    scene_end();
}

/* ---- tasks ---- */

static void tasks_are_done_blocked_skipped_and_opened_again(void)
{
    scene_with_playbook();
    expect_answer(task(MAYA, "done", 1, NULL), "is done. 13 of 14 are left to do");
    expect_answer(task(BO, "done", 1, NULL), "is done already, by <@" MAYA ">");
    expect_answer(task(BO, "block", 2, NULL), "What blocks it? The reason is missing");
    expect_answer(task(BO, "block", 2, "their <IT> is away"), "is blocked");
    expect_answer(say(MAYA, "task list ONB-1001"), "their &lt;IT&gt; is away");
    expect_answer(task(BO, "skip", 3, NULL), "Why need it not be done?");
    expect_answer(task(BO, "skip", 3, "they know us"), "is skipped. 12 of 14 are left");
    expect_answer(task(BO, "open", 3, NULL), "is open again. 13 of 14 are left");
    expect_answer(task(BO, "done", 99, NULL), "has no such task");
    expect_answer(say(BO, "task dnoe ONB-1001 T-1"), "Did you mean done?");
    expect_answer(say(BO, "task done ONB-1001"), "Which task?");
    expect_answer(say(BO, "task done ONB-7777 T-1"), "There is no ONB-7777");
    expect_stored("SELECT count(*) FROM audit WHERE action IN ('task.done', 'task.block', "
                  "'task.skip', 'task.open')",
                  4);
    expect_stored("SELECT count(*) FROM audit WHERE action = 'task.refused'", 5);
    expect_answer(say(MAYA, "timeline ONB-1001"), "T-2 Questions for the first call answered");
    scene_end();
}

static void a_stage_is_done_when_its_tasks_are(void)
{
    scene_with_playbook();
    task(MAYA, "done", 1, NULL);
    expect_answer(say(MAYA, "stage done ONB-1001 kick"), "is not done: 2 tasks are to do");
    expect_answer(say(MAYA, "stage done ONB-1001 kick"), "T-2 “Questions for the first call");
    expect_answer(say(MAYA, "stage done ONB-1001 lunch"), "They are: Kick-off, Technical setup");
    task(MAYA, "skip", 2, "asked on the phone");
    task(MAYA, "done", 3, NULL);
    expect_answer(say(MAYA, "stage done ONB-1001 \"kick-off\""), "Stage 1 of ONB-1001 is done");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'stage.done'", 1);
    expect_stored("SELECT count(*) FROM audit WHERE action = 'stage.refused'", 3);
    scene_end();
}

static void who_may_not_work_changes_nothing(void)
{
    scene_with_playbook();
    expect_answer(task(FAY, "done", 1, NULL), "it needs the role csm");
    expect_answer(say(FAY, "pause ONB-1001 \"no\""), "it needs the role csm");
    expect_answer(say(FAY, "stage done ONB-1001 kick"), "it needs the role csm");
    task(GUS, "done", 1, NULL);
    expect_stored("SELECT count(*) FROM tasks WHERE state <> 0", 0);
    expect_stored("SELECT paused_at FROM journeys", 0);
    expect_stored("SELECT count(*) FROM audit WHERE action IN ('task.refused', 'pause.refused', "
                  "'stage.refused')",
                  3);
    scene_end();
}

/* ---- standing still ---- */

static int64_t due_of(int number)
{
    char sql[100];
    snprintf(sql, sizeof sql, "SELECT due_at FROM tasks WHERE number = %d", number);
    return stored(sql);
}

static void a_pause_moves_what_is_due_by_its_working_time(void)
{
    scene_start((struct scene_options){.calendar = OFFICE}); /* Monday 20 April, 14:00 */
    provisioned();
    expect_number(due_of(1), INT64_C(1776790800000)); /* Tuesday 21, 17:00 */
    expect_number(due_of(3), INT64_C(1777395600000)); /* five working days: Tuesday 28, 17:00 */
    advance(DAYS(4));                                 /* Friday 24, 14:00 */
    int64_t late = due_of(1), third = due_of(3);
    expect_answer(say(MAYA, "pause ONB-1001"), "Why? The reason is missing");
    expect_answer(say(MAYA, "pause ONB-1001 \"they move house\""), "ONB-1001 is paused");
    expect_answer(say(BO, "pause ONB-1001 \"again\""), "is paused already, by <@" MAYA ">");
    expect_answer(say(BO, "task list ONB-1001"), "they move house");
    advance(DAYS(4) - MINUTES(10)); /* over the weekend and the holiday on Monday */
    task(MAYA, "done", 2, NULL);
    int64_t done = due_of(2);
    expect_answer(say(BO, "resume ONB-1001 \"they have moved\""), "due 7 hours of working time");
    int64_t by = due_of(1) - late; /* almost one working day, not four */
    expect(by > DAYS(1) - MINUTES(10) && by < DAYS(1));
    expect_number(due_of(3) - third, by);
    expect_number(due_of(2), done);
    expect_answer(say(BO, "resume ONB-1001 \"again\""), "is not paused");
    expect(stored("SELECT paused_ms FROM journeys") >= DAYS(4) - MINUTES(10));
    expect_stored("SELECT count(*) FROM audit WHERE action IN ('pause', 'resume')", 2);
    scene_end();
}

static void what_waits_for_a_decision_is_not_paused(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    expect_answer(say(MAYA, "pause ONB-1001 \"no\""), "its playbook begins when");
    settle();
    expect_stored("SELECT count(*) FROM journeys", 0);
    scene_end();
}

/* ---- the end ---- */

static void the_last_task_completes_it_and_that_is_said_once(void)
{
    scene_with_playbook();
    for (int i = 1; i < TASKS; i++)
        task(MAYA, "done", i, NULL);
    expect_no_note("ONB-1001", "is complete");
    crash_around_commit(DEATH_AFTER_COMMIT);
    task(MAYA, "done", TASKS, NULL);
    if (!the.bot)
        boot();
    advance(MINUTES(1));
    expect_note("ONB-1001", "*ACME Corp* is complete: all 14 tasks");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'playbook.complete'", 1);
    expect_answer(task(BO, "open", 3, NULL), "is complete since");
    expect_answer(say(BO, "pause ONB-1001 \"late\""), "is complete since");
    expect_stored("SELECT count(*) FROM tasks WHERE state = 2", TASKS);
    scene_end();
}

const struct scenario playbook_scenarios[] = {
    {"a playbook begins when its customer is provisioned",
     a_playbook_begins_when_its_customer_is_provisioned},
    {"a playbook begins once even when the process dies",
     it_begins_once_even_when_the_process_dies},
    {"the playbook is the one that was asked for", the_playbook_is_the_one_that_was_asked_for},
    {"a small deal takes the fast track", a_small_deal_takes_the_fast_track},
    {"tasks are done, blocked, skipped and opened again",
     tasks_are_done_blocked_skipped_and_opened_again},
    {"a stage is done when its tasks are", a_stage_is_done_when_its_tasks_are},
    {"who may not work changes no task", who_may_not_work_changes_nothing},
    {"a pause moves what is due by its working time",
     a_pause_moves_what_is_due_by_its_working_time},
    {"what waits for a decision is not paused", what_waits_for_a_decision_is_not_paused},
    {"the last task completes it, and that is said once",
     the_last_task_completes_it_and_that_is_said_once},
    {0},
};
