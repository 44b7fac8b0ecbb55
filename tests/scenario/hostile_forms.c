/* Every form, page and short way in, while names, numbers and reasons are the nastiest and the
 * longest that anyone can type or a CRM can hold: nothing breaks a limit, pings or marks up. */
#include "tests/scenario/hostile.h"
#include "tests/scenario/scenarios.h"
#include "tests/scenario/slack_judge.h"
#include "tests/scenario/slack_limits.h"

#include <stdlib.h>
#include <string.h>

enum { TYPED_MAX = 900, COMMAND_MAX = 2500, NAME_MAX_BYTES = 400 };

static struct {
    char *json, *typed; /* as in a form, as in a command */
    size_t played;      /* playbooks that were worked through */
    char *name;         /* of everyone in the directory; kept as long as the scene */
} nasty;

/* ---- ways to ask; what is acknowledged is judged here, the rest on its way ---- */

static void judged(const struct slack_act *act)
{
    if (act && act->ack && act->ack[0])
        slack_judge_payload(act->ack);
}

/* %s in the line is what is typed. */
static void ask(const char *user, const char *line)
{
    struct buf text = {0};
    const char *at = strstr(line, "%s");
    buf_add(&text, line, at ? (size_t)(at - line) : strlen(line));
    if (at) {
        buf_str(&text, nasty.typed);
        buf_str(&text, at + 2);
    }
    judged(say(user, buf_cstr(&text)));
    buf_release(&text);
}

/* %s in the state is what is typed. */
static void fill_in(const char *user, const char *state)
{
    struct buf text = {0};
    for (const char *at; (at = strstr(state, "%s")) != NULL; state = at + 2) {
        buf_add(&text, state, (size_t)(at - state));
        buf_str(&text, nasty.json);
    }
    buf_str(&text, state);
    judged(submit(user, buf_cstr(&text)));
    buf_release(&text);
}

static void press(const char *user, const char *action, const char *onb)
{
    judged(click(user, action, onb));
}

static void press_dm(const char *user, const char *action, const char *onb)
{
    judged(click_dm(user, action, onb));
}

static void open_home(const char *user)
{
    slack_open_home(&the.slack, user);
    settle();
}

static const char *last_view(void)
{
    return the.slack.view_count ? the.slack.views[the.slack.view_count - 1].text : "";
}

static void expect_form(const char *callback)
{
    const char *wanted = arena_fmt(&the.arena, "\"callback_id\":\"%s\"", callback);
    if (!strstr(last_view(), wanted))
        fail_at(HERE, "the form %s did not open: %s", callback, last_view());
}

/* ---- what is asked of six deals ---- */

static const struct {
    const char *user, *line;
} questions[] = {
    {MAYA, "help"},
    {MAYA, "help approve"},
    {MAYA, "%s"},
    {MAYA, "help %s"},
    {MAYA, "status"},
    {MAYA, "status ONB-1001"},
    {MAYA, "status \"%s\""},
    {MAYA, "status ONB-1001 --share"},
    {MAYA, "list"},
    {MAYA, "list team"},
    {MAYA, "list escalated"},
    {MAYA, "list blocked"},
    {MAYA, "list stale"},
    {MAYA, "list team --csm <@" ANA ">"},
    {MAYA, "why ONB-1001"},
    {MAYA, "why ONB-1001 FIELD_MISSING"},
    {MAYA, "why ONB-1001 %s"},
    {MAYA, "why ONB-1001 timer"},
    {MAYA, "timeline ONB-1001"},
    {MAYA, "check \"%s\""},
    {MAYA, "start \"%s\""},
    {MAYA, "digest"},
    {MAYA, "digest %s"},
    {MAYA, "ooo"},
    {RAJ, "admin rules"},
    {RAJ, "admin roles"},
    {RAJ, "admin calendar"},
    {RAJ, "admin health"},
    {RAJ, "admin deadletters"},
    {RAJ, "admin %s"},
};

static void ask_all(void)
{
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
        ask(questions[i].user, questions[i].line);
    press(MAYA, "view", "ONB-1001");
    press(MAYA, "timer", "ONB-1001");
    press(MAYA, "recheck", "ONB-1001");
    static const char *const readers[] = {MAYA, LEE, KIM, FAY, DEE, ANA, RAJ, GUS};
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        open_home(readers[i]);
}

/* ---- what is done to them ---- */

static void stand_in(void)
{
    ask(LEE, "delegate ONB-1001 <@" KIM "> \"%s\"");
    ask(LEE, "delegate ONB-1001 off");
    ask(MAYA, "ooo on <@" BO "> 2026-04-27 2026-04-28 \"%s\"");
    ask(MAYA, "ooo");
    press(LEE, "delegate", "ONB-1001");
    expect_form("delegate");
    fill_in(LEE, "{\"delegate\":{\"delegate\":{\"selected_user\":\"" KIM
                 "\"}},\"until\":{\"until\":{\"selected_date\":\"2026-04-24\"}},\"why\":{\"why\":{"
                 "\"value\":\"%s\"}}}");
    open_home(LEE);
    open_home(KIM);
}

static void work_on_it(void)
{
    ask(MAYA, "note ONB-1001 \"%s\"");
    ask(MAYA, "release ONB-1001");
    ask(MAYA, "claim ONB-1001");
    ask(BO, "claim ONB-1001");
    ask(MAYA, "release ONB-1001");
    ask(MAYA, "nudge ONB-1001");
    ask(LEE, "assign ONB-1001 <@" MAYA ">");
    press(MAYA, "snooze", "ONB-1001");
    expect_form("snooze");
    fill_in(MAYA, "{\"span\":{\"span\":{\"selected_option\":{\"value\":\"%s\"}}},\"day\":{\"day\":{"
                  "\"selected_date\":\"%s\"}},\"reason\":{\"reason\":{\"value\":\"%s\"}}}");
    fill_in(MAYA, "{\"span\":{\"span\":{\"selected_option\":{\"value\":\"4h\"}}},\"reason\":{"
                  "\"reason\":{\"value\":\"%s\"}}}");
    ask(MAYA, "snooze ONB-1002 4h \"%s\"");
    judged(answer_in_thread(BO, "ONB-1003", nasty.typed, ""));
}

static void decide(void)
{
    press_approve(MAYA, "ONB-1001");
    expect_form("approve");
    judged(submit_ticks(MAYA, 0, nasty.json, NULL));
    judged(submit_ticks(MAYA, -1, nasty.json, "2026-05-01"));
    press_approve(BO, "ONB-1004"); /* urgent: a reason is needed */
    judged(submit_ticks(BO, -1, "", NULL));
    judged(submit_ticks(BO, -1, nasty.json, NULL));
    ask(MAYA, "undo ONB-1001");
    press_approve(MAYA, "ONB-1005"); /* Finance's key is asked for */
    judged(submit_ticks(MAYA, -1, nasty.json, NULL));
    ask(ANA, "approve ONB-1002 \"%s\" ack all");
    judged(say(MAYA, "bulk"));
    expect_form("bulk");
    fill_in(MAYA, arena_fmt(&the.arena,
                            "{\"reason\":{\"reason\":{\"value\":\"%%s\"}},\"items_1\":{\"items_1\":"
                            "{\"selected_options\":[{\"value\":\"%s:1\"},{\"value\":\"%%s\"}]}}}",
                            stored_text("SELECT id FROM items WHERE onboarding = 1003")));
    press(MAYA, "reject", "ONB-1002");
    expect_form("reject");
    fill_in(MAYA, "{\"reason\":{\"reason\":{\"selected_option\":{\"value\":\"%s\"}}},\"comment\":{"
                  "\"comment\":{\"value\":\"%s\"}}}");
    fill_in(MAYA,
            "{\"reason\":{\"reason\":{\"selected_option\":{\"value\":\"wrong_owner\"}}},"
            "\"fixer\":{\"fixer\":{\"selected_user\":\"" ANA "\"}},\"fix_by\":{\"fix_by\":{"
            "\"selected_date\":\"2026-04-23\"}},\"comment\":{\"comment\":{\"value\":\"%s, ten and "
            "more\"}},\"tell\":{\"tell\":{\"selected_options\":[{\"value\":\"owner\"}]}}}");
}

/* What follows provisioning, of the deal that Bo has approved. */
static void work_through_the_playbook(void)
{
    static const char *const lines[] = {
        "task list ONB-1004",
        "task block ONB-1004 T-1 \"%s\"",
        "task skip ONB-1004 T-2 \"%s\"",
        "task done ONB-1004 T-1 \"%s\"",
        "task open ONB-1004 T-1 \"%s\"",
        "task done ONB-1004 %s",
        "task %s ONB-1004 T-1",
        "stage done ONB-1004 \"%s\"",
        "stage done ONB-1004 kick",
        "list --stage %s",
        "list team --stage 1",
        "pause ONB-1004 \"%s\"",
        "task list ONB-1004",
        "status ONB-1004 --share",
        "resume ONB-1004 \"%s\"",
        "timeline ONB-1004",
    };
    advance(MINUTES(3));
    if (stored("SELECT count(*) FROM journeys WHERE onboarding = 1004") == 0)
        return; /* his reason could not be seen */
    nasty.played++;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        ask(MAYA, lines[i]);
    struct slack_act *status = say(MAYA, "status ONB-1004");
    judged(status);
    judged(press_answer(MAYA, status, "timeline"));
    judged(press_answer(MAYA, status, "block"));
    expect_form("block");
    fill_in(MAYA, "{\"task\":{\"task\":{\"selected_option\":{\"value\":\"%s\"}}},\"reason\":{"
                  "\"reason\":{\"value\":\"%s\"}}}");
    fill_in(MAYA, "{\"task\":{\"task\":{\"selected_option\":{\"value\":\"3\"}}},\"reason\":{"
                  "\"reason\":{\"value\":\"%s\"}}}");
    ask(MAYA, "status ONB-1004");
    open_home(ANA);
}

static void everyone_has_that_name(size_t text)
{
    static const char *const people[] = {MAYA, BO, LEE, KIM, FAY, DEE, ANA, RAJ, GUS};
    nasty.name = hostile_json(text, NAME_MAX_BYTES);
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        slack_person(&the.slack, people[i])->name = nasty.name;
        slack_person_changed(&the.slack, people[i], "user_change");
    }
    settle();
}

static void six_deals(void)
{
    static const int overdue[] = {12, 12, 12, 40, 12, 12};
    for (size_t i = 0; i < sizeof overdue / sizeof *overdue; i++) {
        struct fake_account *account = systems_win(&the.systems, "ACME Corp");
        systems_bill(&the.systems, account, "INV-102", overdue[i], "25000.00");
        if (i == 4)
            systems_bill(&the.systems, account, "INV-103", overdue[i], "25000.00");
        advance(MINUTES(11));
    }
}

static void wait_for_days(void)
{
    ask_all();
    advance(HOURS(50)); /* the manager hears of what is left, digests come */
    open_home(LEE);
    open_home(FAY);
    press_dm(LEE, "assign", "ONB-1006");
    expect_form("assign");
    fill_in(LEE, "{\"person\":{\"person\":{\"selected_user\":\"%s\"}}}");
    fill_in(LEE, "{\"person\":{\"person\":{\"selected_user\":\"" BO "\"}}}");
    advance(DAYS(3)); /* and the director */
    open_home(KIM);
    ask_all();
}

static void live_through(size_t text)
{
    nasty.json = hostile_json(text, TYPED_MAX);
    nasty.typed = hostile_typed(text, COMMAND_MAX);
    everyone_has_that_name(text);
    six_deals();
    ask_all();
    stand_in();
    work_on_it();
    decide();
    work_through_the_playbook();
    if (text % 7 == 1) /* they take long */
        wait_for_days();
    free(nasty.json);
    free(nasty.typed);
}

static void nasty_texts_in_every_form(void)
{
    size_t text = 0;
    do {
        scene_start((struct scene_options){.digest = true, .undo_s = 60, .look_every = 400});
        hostile_furnish();
        slack_judge_begin();
        if (hostile_everywhere(text)) {
            live_through(text);
            expect(slack_judge_count() > 500);
        }
        bool last = hostile_everywhere(text + 1) == NULL;
        hostile_release();
        scene_end();
        free(nasty.name);
        nasty.name = NULL;
        if (last)
            break;
    } while (++text);
    expect(nasty.played > text / 2);
}

/* As many as nobody should have, all of the longest names: what does not fit is counted, not shown,
 * and no list, Home, form or digest grows beyond what Slack takes. */
static void sixty_questions_fit_every_page(void)
{
    static const char *const lines[] = {"list team", "list mine", "list blocked", "list stale",
                                        "bulk",      "status",    "admin health", "ooo"};
    size_t text = hostile_longest();
    scene_start((struct scene_options){.digest = true, .look_every = 4000});
    hostile_furnish();
    slack_judge_begin();
    (void)hostile_everywhere(text);
    nasty.json = hostile_json(text, TYPED_MAX);
    nasty.typed = hostile_typed(text, COMMAND_MAX);
    for (int i = 0; i < 60; i++) {
        struct fake_account *account = systems_win(&the.systems, "ACME Corp");
        systems_bill(&the.systems, account, "INV-102", i % 3 ? 12 : 40, "25000.00");
        if (i % 5 == 0)
            systems_bill(&the.systems, account, "INV-103", 20, "25000.00");
    }
    advance(MINUTES(30));
    expect(stored("SELECT count(*) FROM items WHERE decision IS NULL") >= 60);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        ask(MAYA, lines[i]);
    static const char *const readers[] = {MAYA, BO, LEE, KIM, FAY, DEE, ANA};
    advance(HOURS(50)); /* all of them are escalated, and digests tell of them */
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        open_home(readers[i]);
    ask(LEE, "list escalated");
    ask(LEE, "bulk");
    slack_judge_name("every field", "of sixty questions");
    expect(stored("SELECT count(*) FROM items WHERE state = 2") >= 60);
    expect(stored("SELECT count(*) FROM digests WHERE message IS NOT NULL") > 3);
    hostile_release();
    free(nasty.json);
    free(nasty.typed);
    scene_end();
}

/* ---- the judge itself ---- */

#define PLAIN(text)       "{\"type\":\"plain_text\",\"text\":\"" text "\"}"
#define OPTION(text)      "{\"text\":" PLAIN(text) ",\"value\":\"" text "\"}"
#define BUTTON(more)      "{\"type\":\"button\",\"action_id\":\"a\",\"text\":" PLAIN("Go") more "}"
#define ACTIONS(elements) "[{\"type\":\"actions\",\"elements\":[" elements "]}]"
#define MODAL(more, blocks)                                                                        \
    "{\"type\":\"modal\",\"title\":" PLAIN("A view") more ",\"blocks\":[" blocks "]}"
#define INPUT(element)                                                                             \
    "{\"type\":\"input\",\"block_id\":\"b\",\"label\":" PLAIN("Label") ",\"element\":" element "}"
#define SUBMIT ",\"submit\":" PLAIN("Send")
#define CHECKS(more)                                                                               \
    "{\"type\":\"checkboxes\",\"action_id\":\"a\",\"options\":[" OPTION("x") "]" more "}"
#define X25       "xxxxxxxxxxxxxxxxxxxxxxxxx"
#define X76       X25 X25 X25 "x"
#define DATE(day) "{\"type\":\"datepicker\",\"action_id\":\"a\",\"initial_date\":\"" day "\"}"

static const struct {
    const char *json, *why; /* NULL: it is taken */
} layouts[] = {
    {ACTIONS(BUTTON("")), NULL},
    {ACTIONS(BUTTON(",\"style\":\"primary\"")), NULL},
    {ACTIONS(BUTTON(",\"style\":\"loud\"")), "no style"},
    {ACTIONS(BUTTON(",\"size\":1")), "invalid additional property: size"},
    {ACTIONS(BUTTON(",\"confirm\":{\"title\":" PLAIN("?") "}")), "confirm.text: missing"},
    {ACTIONS(BUTTON("") "," BUTTON("")), "action_id \"a\" stands twice"},
    {ACTIONS(""), "a list of 0"},
    {"[{\"type\":\"actions\",\"elements\":[{\"type\":\"mrkdwn\",\"text\":\"x\"}]}]",
     "may not stand there"},
    {"[{\"type\":\"divider\",\"block_id\":\"b\"},{\"type\":\"divider\",\"block_id\":\"b\"}]",
     "block_id \"b\" stands twice"},
    {"[{\"type\":\"section\"}]", "without text or fields"},
    {"[{\"type\":\"header\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"x\"}}]",
     "no plain_text object"},
    {"[{\"type\":\"header\",\"text\":" PLAIN("") "}]", "0 characters"},
    {"[{\"type\":\"header\",\"text\":" PLAIN(X76 X76) "}]", "152 characters, of 1 to 150"},
    {ACTIONS("{\"type\":\"overflow\",\"action_id\":\"a\",\"options\":[" OPTION("1") "," OPTION(
         "2") "," OPTION("3") "," OPTION("4") "," OPTION("5") "," OPTION("6") "]}"),
     "a list of 6, of 1 to 5"},
    {ACTIONS("{\"type\":\"overflow\",\"action_id\":\"a\",\"options\":[" OPTION(X76) "]}"),
     "76 characters, of 1 to 75"},
    {MODAL(SUBMIT, INPUT(CHECKS(""))), NULL},
    {MODAL("", INPUT(CHECKS(""))), "nothing to submit it"},
    {MODAL(SUBMIT, INPUT(CHECKS(",\"initial_options\":[" OPTION("x") "]"))), NULL},
    {MODAL(SUBMIT, INPUT(CHECKS(",\"initial_options\":[" OPTION("y") "]"))), "none of the options"},
    {MODAL(SUBMIT, INPUT(DATE("2026-04-20"))), NULL},
    {MODAL(SUBMIT, INPUT(DATE("2026-02-30"))), "no date"},
    {MODAL(SUBMIT, INPUT(BUTTON(""))), "a button may not stand there"},
    {MODAL(",\"private_metadata\":\"\"", ""), "0 characters"},
    {"{\"type\":\"modal\",\"title\":" PLAIN(X25) ",\"blocks\":[]}", "25 characters, of 1 to 24"},
    {"{\"type\":\"home\",\"blocks\":[]}", NULL},
    {"{\"type\":\"home\",\"submit\":" PLAIN("Send") ",\"blocks\":[]}",
     "invalid additional property: submit"},
};

static void the_fake_slack_refuses_what_slack_refuses(void)
{
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        const char *json = layouts[i].json, *wanted = layouts[i].why;
        const char *why = json[0] == '[' ? slack_refuses_blocks(json) : slack_refuses_view(json);
        if (!why != !wanted || (why && !strstr(why, wanted)))
            fail_at(HERE, "%s: %s, where it is %s", json, why ? why : "taken",
                    wanted ? wanted : "taken");
    }
    const char *view = MODAL(SUBMIT, INPUT(CHECKS("")));
    expect(!slack_refuses_errors("{\"errors\":{\"b\":\"Tick it.\"}}", view));
    expect(slack_refuses_errors("{\"errors\":{\"c\":\"Tick it.\"}}", view));
}

const struct scenario hostile_forms_scenarios[] = {
    {"the fake Slack refuses what Slack refuses", the_fake_slack_refuses_what_slack_refuses},
    {"sixty questions of the longest names fit every page", sixty_questions_fit_every_page},
    {"nasty and long texts break no form, page or digest", nasty_texts_in_every_form},
    {0},
};
