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

/* ---- overdue ---- */

static void what_becomes_overdue_is_said_once(void)
{
    scene_with_playbook(); /* work around the clock: T-1 is due on Tuesday at midnight */
    advance(stored("SELECT due_at FROM tasks WHERE number = 1") - the.sim.world.now.ms -
            MINUTES(2));
    expect_no_dm(ANA, "overdue");
    advance(HOURS(2));
    expect_dm(ANA, "1 task has become overdue");
    expect_dm(ANA, "T-1 Welcome message with the plan");
    crash_and_restart();
    advance(HOURS(30));
    expect_dm(ANA, "T-1 Welcome message with the plan");
    advance(DAYS(1)); /* T-2 is due after three working days */
    expect_dm(ANA, "T-2 Questions for the first call");
    expect_dm(ANA, "T-1 Welcome message with the plan");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'task.overdue'", 2);
    expect_stored("SELECT count(*) FROM messages WHERE purpose = 'overdue'", 2);
    scene_end();
}

static void who_stands_in_hears_of_it(void)
{
    scene_with_playbook();
    expect_answer(say(ANA, "delegate ONB-1001 <@" BO "|bo> until fri \"away\""),
                  "stands in for you");
    expect_answer(task(BO, "done", 2, NULL), "is done");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'task.done' AND behalf_of = '" ANA "'",
                  1);
    advance(DAYS(2));
    expect_dm(BO, "T-1 Welcome message with the plan");
    expect_no_dm(ANA, "overdue");
    scene_end();
}

static void none_is_left_out_where_there_are_many(void)
{
    enum { MANY = 45 }; /* more than one look takes */
    scene();
    for (int i = 0; i < MANY; i++) {
        char name[32];
        snprintf(name, sizeof name, "Customer %d", i);
        systems_win(&the.systems, name);
    }
    advance(HOURS(1));
    expect_stored("SELECT count(*) FROM journeys", MANY);
    advance(HOURS(36)); /* T-1 of each was due at midnight */
    expect_stored("SELECT count(*) FROM audit WHERE action = 'task.overdue'", MANY);
    expect_stored("SELECT count(*) FROM messages WHERE purpose = 'overdue' AND posted_at > 0",
                  MANY);
    expect_stored("SELECT count(*) FROM health WHERE day = '2026-04-21' AND score = 100", MANY);
    scene_end();
}

static void it_is_said_once_even_when_the_process_dies(void)
{
    static const enum death deaths[] = {DEATH_BEFORE_COMMIT, DEATH_AFTER_COMMIT, DEATH_IN_SEND,
                                        DEATH_IN_WRITE};
    for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++)
        for (unsigned nth = 1; nth < 6; nth++) {
            scene_with_playbook();
            advance(stored("SELECT due_at FROM tasks WHERE number = 1") - the.sim.world.now.ms);
            if (deaths[i] == DEATH_IN_SEND || deaths[i] == DEATH_IN_WRITE)
                crash_in(deaths[i], nth, nth * UINT64_C(997));
            else
                crash_around_commit(deaths[i]);
            advance(HOURS(3));
            expect_dm(ANA, "T-1 Welcome message with the plan");
            expect_stored("SELECT count(*) FROM audit WHERE action = 'task.overdue'", 1);
            scene_end();
        }
}

static void while_it_is_paused_nothing_is_overdue(void)
{
    scene_with_playbook();
    say(MAYA, "pause ONB-1001 \"they move\"");
    advance(DAYS(9));
    expect_no_dm(ANA, "overdue");
    expect_stored("SELECT count(*) FROM tasks WHERE told_at > 0", 0);
    say(MAYA, "resume ONB-1001 \"they have moved\"");
    advance(HOURS(2));
    expect_no_dm(ANA, "overdue");
    advance(DAYS(2));
    expect_dm(ANA, "T-1 Welcome message with the plan");
    scene_end();
}

static void what_becomes_overdue_at_night_is_said_in_the_morning(void)
{
    scene_start((struct scene_options){.calendar = OFFICE});
    provisioned();
    task(MAYA, "done", 2, NULL);
    advance(due_of(1) + HOURS(15) - the.sim.world.now.ms); /* Wednesday, 08:00 */
    expect_no_dm(ANA, "overdue");
    expect_stored("SELECT count(*) FROM audit WHERE action = 'notice.held'", 1);
    advance(HOURS(2));
    expect_dm(ANA, "T-1 Welcome message with the plan");
    scene_end();
}

static void what_was_done_by_the_morning_is_not_said(void)
{
    scene_start((struct scene_options){.calendar = OFFICE});
    provisioned();
    advance(due_of(1) + HOURS(15) - the.sim.world.now.ms);
    task(MAYA, "done", 1, NULL);
    advance(HOURS(4));
    expect_no_dm(ANA, "overdue");
    scene_end();
}

/* ---- status ---- */

static void status_says_how_far_it_is(void)
{
    scene_start((struct scene_options){.calendar = OFFICE});
    provisioned();
    for (int i = 1; i <= 4; i++)
        task(MAYA, "done", i, NULL);
    task(BO, "block", 6, "their <IT> changes its directory");
    advance(DAYS(18)); /* T-5 was due on Thursday 7 May, 12 working days after the start */
    const char *said = answer_of(say(ANA, "status ONB-1001"));
    static const char *const words[] = {
        "day 18 of 60",
        "IN PROGRESS",
        "go-live forecast 22 Jun (goal 19 Jun)",
        "██░░░░░░ 4/14 tasks",
        "stage 2 Technical setup 33 %",
        "*Overdue 1:*",
        "T-5 Single sign-on works (customer, 0 d)",
        "*Blocked 1:*",
        "T-6 Accounts are provisioned from the directory (SCIM): their &lt;IT&gt; changes",
        "said <@" BO ">",
        "*Next:* 7 May Single sign-on works (customer)",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strstr(said, words[i]))
            fail_at(HERE, "“%s” is not in %s", words[i], said);
    expect_stored("SELECT score FROM health WHERE day = '2026-05-08'", 82);
    expect(strstr(said, "health 82 (▼8)") != NULL); /* a week ago T-5 was not overdue */
    say(MAYA, "pause ONB-1001 \"they merge\"");
    expect_answer(say(ANA, "status ONB-1001"), "PAUSED");
    expect_answer(say(ANA, "status ONB-1001"), "they merge");
    advance(DAYS(30));
    expect_answer(say(ANA, "status ONB-1001"), "day 18 of 60");
    expect_answer(say(ANA, "status ONB-1001"), "health 82");
    scene_end();
}

static void what_is_shared_is_fit_for_the_customer(void)
{
    scene_with_playbook();
    for (int i = 1; i <= 3; i++)
        task(MAYA, "done", i, NULL);
    task(MAYA, "block", 7, "their architect is a fool");
    advance(DAYS(30));
    const char *said = answer_of(say(MAYA, "status ONB-1001 --share"));
    static const char *const words[] = {"in_channel", "3 of 14 steps done", "Technical setup: 0 %",
                                        "*For you to do:*", "Single sign-on works (by "};
    static const char *const internal[] = {"health",   "fool", "verdue",         "locked",
                                           "forecast", "csm",  "implementation", "customer"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strstr(said, words[i]))
            fail_at(HERE, "“%s” is not in %s", words[i], said);
    for (size_t i = 0; i < sizeof internal / sizeof *internal; i++)
        if (strstr(said, internal[i]))
            fail_at(HERE, "“%s” is in %s", internal[i], said);
    say(MAYA, "pause ONB-1001 \"they do not pay\"");
    said = answer_of(say(MAYA, "status ONB-1001 --share"));
    expect(strstr(said, "*Paused.*") && !strstr(said, "they do not pay"));
    scene_end();
}

static struct slack_act *press_status(const char *user, const char *action)
{
    return press_answer(user, say(user, "status ONB-1001"), action);
}

static void a_blocker_is_added_by_a_form(void)
{
    static const char state[] =
        "{\"task\":{\"task\":{\"type\":\"static_select\",\"selected_option\":{\"value\":\"%s\"}}},"
        "\"reason\":{\"reason\":{\"type\":\"plain_text_input\",\"value\":\"%s\"}}}";
    char filled[400];
    scene_with_playbook();
    press_status(MAYA, "block");
    snprintf(filled, sizeof filled, state, "4", "");
    expect_answer(submit(MAYA, filled), "Say what is in its way.");
    snprintf(filled, sizeof filled, state, "4", "their security team is away");
    expect_answer(submit(MAYA, filled), "T-4");
    expect_stored("SELECT count(*) FROM tasks WHERE number = 4 AND state = 1", 1);
    expect_answer(press_status(MAYA, "timeline"), "ONB-1001 · timeline");
    expect_answer(press_status(FAY, "block"), "it needs the role csm");
    scene_end();
}

static void an_answer_kept_for_the_next_who_asks_is_forgotten_with_the_change(void)
{
    scene_with_playbook();
    expect_answer(say(ANA, "status ONB-1001"), "0/14 tasks");
    begin_say(MAYA, "task done ONB-1001 T-1");
    struct slack_act *asked = begin_say(ANA, "status ONB-1001");
    settle();
    const char *said = answer_of(asked);
    expect(strstr(said, "0/14") || strstr(said, "1/14"));
    expect_answer(say(ANA, "status ONB-1001"), "1/14 tasks");
    scene_end();
}

/* ---- Home, digest, lists ---- */

static const char *home_of(const char *user)
{
    slack_open_home(&the.slack, user);
    settle();
    for (size_t i = the.slack.home_count; i-- > 0;)
        if (strcmp(the.slack.homes[i].user, user) == 0)
            return the.slack.homes[i].text;
    fail_at(HERE, "%s has no Home", user);
}

static void expect_in(const char *text, const char *words, bool there)
{
    if ((strstr(text, words) != NULL) != there)
        fail_at(HERE, "“%s” is%s in %s", words, there ? " not" : "", text);
}

static void home_shows_how_far_each_is(void)
{
    scene_with_playbook();
    expect_in(home_of(ANA), "░░░░░░░░ 0/14 · health 100 · next 21 Apr Welcome message", true);
    expect_in(home_of(ANA), "Waiting on the customer", false);
    task(MAYA, "done", 1, NULL);
    task(MAYA, "done", 3, NULL);
    advance(DAYS(6));
    expect_in(home_of(ANA), "*Waiting on the customer* (1)", true);
    expect_in(home_of(ANA), "T-2 Questions for the first call answered · 2 d", true);
    expect_in(home_of(LEE), "not moved for", false);
    advance(DAYS(2));
    expect_in(home_of(LEE), "*ACME Corp* · ONB-1001 · stage 1 · not moved for 8 days", true);
    expect_in(home_of(ANA), "not moved for", false); /* a manager's alone */
    say(MAYA, "pause ONB-1001 \"they move\"");
    expect_in(home_of(LEE), "not moved for", false);
    expect_in(home_of(ANA), "⏸️ paused", true);
    expect_in(home_of(ANA), "Waiting on the customer", false);
    scene_end();
}

static void lists_are_cut_by_stage(void)
{
    scene_with_playbook();
    win("Bolt Ltd");
    settle();
    for (int i = 1; i <= KICK_OFF; i++)
        task(MAYA, "done", i, NULL);
    expect_answer(say(MAYA, "list --stage 2"), "in stage 2: 1");
    expect_answer(say(MAYA, "list --stage 2"), "ACME Corp");
    expect_answer(say(MAYA, "list team --stage 1"), "Bolt Ltd");
    expect_answer(say(MAYA, "list --stage 9"), "None.");
    expect_answer(say(MAYA, "list --stage two"), "--stage takes a stage's number");
    scene_end();
}

static void the_digest_says_what_is_due_overdue_and_at_risk(void)
{
    scene_start((struct scene_options){.digest = true, .calendar = OFFICE});
    provisioned();
    advance(INT64_C(1776762000000) + MINUTES(1) - the.sim.world.now.ms); /* Tuesday, 09:00 */
    expect_in(digest_of(ANA), "Due today", true);
    expect_in(digest_of(ANA), "ONB-1001 · 1 task: T-1 Welcome message", true);
    expect_in(digest_of(LEE), "T-1 Welcome message", true);
    advance(DAYS(1));
    expect_in(digest_of(ANA), "Overdue", true);
    expect_in(digest_of(ANA), "At risk", false);
    for (int i = 4; i <= 6; i++)
        task(MAYA, "block", i, "nobody answers");
    advance(DAYS(1));
    expect_in(digest_of(ANA), "At risk", true);
    expect_in(digest_of(ANA), "0/14 tasks · 3 blocked", true);
    say(MAYA, "pause ONB-1001 \"they move\"");
    advance(DAYS(1));
    const char *paused = digest_of(ANA);
    expect_in(paused, "3 blocked", true); /* still that of yesterday: there was nothing to say */
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
    expect_answer(say(ANA, "status ONB-1001"), "COMPLETE");
    expect_answer(say(ANA, "status ONB-1001"), "████████ 14/14 tasks");
    expect_answer(task(BO, "open", 3, NULL), "is complete since");
    expect_answer(say(BO, "pause ONB-1001 \"late\""), "is complete since");
    expect_stored("SELECT count(*) FROM tasks WHERE state = 2", TASKS);
    scene_end();
}

/* ---- the longest there can be ---- */

/* Twelve stages, a hundred tasks, names of eighty characters that each take five when escaped. */
static void write_longest_playbook(void)
{
    static const char name[] =
        "&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&"
        "&&&&";
    char path[120];
    snprintf(path, sizeof path, "%s/playbook-enterprise.json", the.folder);
    FILE *file = fopen(path, "w");
    expect(file != NULL);
    fprintf(file, "{\"name\":\"%s\",\"goal_days\":366,\"stages\":[", name);
    for (int i = 0; i < 12; i++) {
        fprintf(file, "%s{\"name\":\"%02d%s\",\"tasks\":[", i ? "," : "", i, name);
        for (int k = 0; k < (i < 11 ? 8 : 12); k++)
            fprintf(file, "%s{\"name\":\"%s\",\"owner\":\"%s\",\"due\":1}", k ? "," : "", name,
                    k % 2 ? "customer" : "implementation");
        fprintf(file, "]}");
    }
    fprintf(file, "]}");
    fclose(file);
}

static void the_longest_playbook_is_still_shown(void)
{
    char why[400];
    scene();
    write_longest_playbook();
    the.templates.override_dir = the.folder;
    provisioned();
    expect_stored("SELECT count(*) FROM tasks", 100);
    memset(why, '<', sizeof why);
    why[300] = '\0';
    for (int i = 1; i < 100; i += 3) {
        char text[500];
        snprintf(text, sizeof text, "task block ONB-1001 T-%d \"%s\"", i, why);
        expect_answer(say(MAYA, text), "is blocked");
    }
    advance(DAYS(3));
    expect_answer(say(MAYA, "task list ONB-1001"), "ONB-1001 · tasks"); /* too long for an ack */
    expect_answer(say(MAYA, "stage done ONB-1001 00"), "is not done: 8 tasks are to do");
    expect_answer(say(MAYA, "status ONB-1001"), "0/100 tasks");
    expect_answer(say(MAYA, "status ONB-1001 --share"), "0 of 100 steps done");
    expect_answer(say(MAYA, "list team --stage 1"), "ONB-1001");
    press_status(MAYA, "block");
    expect(the.slack.view_count == 1);
    expect_in(home_of(ANA), "Waiting on the customer", true);
    expect_dm(ANA, "tasks have become overdue");
    advance(DAYS(8));
    expect_in(home_of(LEE), "not moved for", true);
    for (int i = 1; i <= 100; i++) {
        char text[60];
        snprintf(text, sizeof text, "task done ONB-1001 T-%d", i);
        say(MAYA, text);
    }
    expect_note("ONB-1001", "all 100 tasks");
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
    {"a task that becomes overdue is told once", what_becomes_overdue_is_said_once},
    {"of many playbooks none is left out", none_is_left_out_where_there_are_many},
    {"who stands in hears of a task that becomes overdue", who_stands_in_hears_of_it},
    {"a task that becomes overdue is told once through crashes",
     it_is_said_once_even_when_the_process_dies},
    {"no task of a paused playbook becomes overdue", while_it_is_paused_nothing_is_overdue},
    {"a task that becomes overdue at night is told in the morning",
     what_becomes_overdue_at_night_is_said_in_the_morning},
    {"a task that is done by the morning is not told of", what_was_done_by_the_morning_is_not_said},
    {"status says how far a playbook is", status_says_how_far_it_is},
    {"what is shared of a playbook is fit for the customer",
     what_is_shared_is_fit_for_the_customer},
    {"a blocker is added by a form", a_blocker_is_added_by_a_form},
    {"a status that was kept goes when a task changes",
     an_answer_kept_for_the_next_who_asks_is_forgotten_with_the_change},
    {"Home shows how far each playbook is", home_shows_how_far_each_is},
    {"lists are cut by the stage of the playbook", lists_are_cut_by_stage},
    {"the digest says which tasks are due and overdue, and what is at risk",
     the_digest_says_what_is_due_overdue_and_at_risk},
    {"the last task completes it, and that is said once",
     the_last_task_completes_it_and_that_is_said_once},
    {"the longest playbook is still shown", the_longest_playbook_is_still_shown},
    {0},
};
