/* Copies: one question stands in the channel (twice, after a snooze), in the DMs of manager and
 * director, in Finance's message and on the Homes of those whom it concerns. Whatever anybody does
 * shows on every one of them; and whoever comes later is told what was done, wherever they press.
 */
#include "tests/scenario/scenarios.h"

#include <stdlib.h>
#include <string.h>

/* ---- the copies ---- */

static const char *message_of(const char *channel, const char *words)
{
    const struct slack_message *message = slack_find(&the.slack, channel, words);
    return message ? message->blocks : "";
}

/* The first copy in the channel: slack_find gives the newest. */
static const char *oldest_card(void)
{
    for (size_t i = 0; i < the.slack.message_count; i++) {
        const struct slack_message *message = &the.slack.messages[i];
        if (strcmp(message->channel, CHANNEL) == 0 && !message->thread_ts[0] &&
            strstr(message->blocks, "ONB-1001"))
            return message->blocks;
    }
    return "";
}

static const char *newest_card(void)
{
    return message_of(CHANNEL, "ONB-1001");
}

static const char *manager_s_dm(void)
{
    return message_of("D0LEE", "ONB-1001");
}

static const char *director_s_dm(void)
{
    return message_of("D0KIM", "ONB-1001");
}

static const char *finance_s_message(void)
{
    return message_of("D0FAY", "ONB-1001");
}

static const char *home_of(const char *user)
{
    for (size_t i = the.slack.home_count; i-- > 0;)
        if (strcmp(the.slack.homes[i].user, user) == 0)
            return the.slack.homes[i].text;
    return "";
}

static const char *approver_s_home(void)
{
    return home_of(BO);
}

static const char *manager_s_home(void)
{
    return home_of(LEE);
}

static const char *finance_s_home(void)
{
    return home_of(FAY);
}

enum copy { FIRST, AGAIN, MANAGER, DIRECTOR, DESK, HOME_BO, HOME_LEE, HOME_FAY, COPIES };
static const struct {
    const char *name;
    const char *(*look)(void);
} copies[COPIES] = {
    [FIRST] = {"the first card", oldest_card},
    [AGAIN] = {"the card that was said again", newest_card},
    [MANAGER] = {"the manager's DM", manager_s_dm},
    [DIRECTOR] = {"the director's DM", director_s_dm},
    [DESK] = {"Finance's message", finance_s_message},
    [HOME_BO] = {"an approver's Home", approver_s_home},
    [HOME_LEE] = {"the manager's Home", manager_s_home},
    [HOME_FAY] = {"Finance's Home", finance_s_home},
};

/* ---- acts ---- */

static void claim(void)
{
    say(MAYA, "claim ONB-1001");
}

static void release(void)
{
    claim();
    say(MAYA, "release ONB-1001");
}

static void assign(void)
{
    say(LEE, "assign ONB-1001 <@" BO ">");
}

static void turn_one_key(void)
{
    click(MAYA, "approve", "ONB-1001");
}

static void turn_both_keys(void)
{
    turn_one_key();
    approve_in(FAY, slack_find(&the.slack, "D0FAY", "ONB-1001"));
}

static void undo(void)
{
    turn_both_keys();
    say(FAY, "undo ONB-1001");
    say(MAYA, "undo ONB-1001");
}

static void apply(void)
{
    turn_both_keys();
    advance(MINUTES(3));
}

static void reject(void)
{
    click(MAYA, "reject", "ONB-1001");
    submit_reject(MAYA, "duplicate", "it came twice already");
}

#define MISSING_BOTH "CS *still missing* · Finance *still missing*"
#define CS_GIVEN     "CS ✅ <@" MAYA ">"
#define BOTH         "<@" MAYA "> and <@" FAY ">"
#define DONE         "Done by " BOTH ", nothing left to do"
#define IDLE         "Nothing waits for you"

/* What stands on each afterwards, and where there is a button to approve it. */
static const struct {
    const char *name;
    void (*act)(void);
    const char *shows[COPIES];
    bool approve[COPIES];
} acts[] = {
    {"a claim",
     claim,
     {"Claimed by <@" MAYA ">", "Claimed by <@" MAYA ">", "claimed by <@" MAYA ">",
      "claimed by <@" MAYA ">", MISSING_BOTH, "claimed by <@" MAYA ">", "<@" MAYA "> · 1 claimed",
      "claimed by <@" MAYA ">"},
     {true, true, true, true, true, true, true, true}},
    {"a release",
     release,
     {"\"action_id\":\"claim\"", "\"action_id\":\"claim\"", "nobody has claimed it",
      "nobody has claimed it", MISSING_BOTH, "nobody has claimed it", "*1* claimed by nobody",
      "nobody has claimed it"},
     {true, true, true, true, true, true, true, true}},
    {"an assignment",
     assign,
     {"Claimed by <@" BO ">", "Claimed by <@" BO ">", "claimed by <@" BO ">",
      "claimed by <@" BO ">", MISSING_BOTH, "claimed by <@" BO ">", "<@" BO "> · 1 claimed",
      "claimed by <@" BO ">"},
     {true, true, true, true, true, true, true, true}},
    {"one key",
     turn_one_key,
     {CS_GIVEN, CS_GIVEN, CS_GIVEN, CS_GIVEN, CS_GIVEN, IDLE, "1 wait for Finance's key",
      "ACME Corp"},
     {true, true, true, true, true, false, false, true}},
    {"both keys",
     turn_both_keys,
     {"*Applying*, approved by " BOTH, "*Applying*, approved by " BOTH, DONE, DONE,
      "*Applying*, approved by " BOTH, IDLE, "*0* open", IDLE},
     {false}},
    {"an undo",
     undo,
     {CS_GIVEN, CS_GIVEN, CS_GIVEN, CS_GIVEN, "Finance *still missing*", IDLE,
      "1 wait for Finance's key", "ACME Corp"},
     {true, true, true, true, true, false, false, true}},
    {"what is applied",
     apply,
     {"*Approved* by " BOTH, "ACME Corp: provisioned", DONE, DONE, "*Approved* by " BOTH, IDLE,
      "*0* open", IDLE},
     {false}},
    {"a rejection",
     reject,
     {"*Rejected* by <@" MAYA ">", "*Rejected* by <@" MAYA ">", "Done by <@" MAYA ">",
      "*Rejected* by <@" MAYA ">", "*Rejected* by <@" MAYA ">", IDLE, "*0* open", IDLE},
     {false}},
};

static void every_copy_stands(void)
{
    scene_start((struct scene_options){.undo_s = 60});
    struct fake_account *acme = systems_win(&the.systems, "ACME Corp");
    systems_bill(&the.systems, acme, "INV-102", 5, "25000.00");
    systems_bill(&the.systems, acme, "INV-103", 40, "3000.00");
    advance(MINUTES(11));
    say(MAYA, "snooze ONB-1001 1h \"the bank is closed\"");
    advance(HOURS(2));
    until_after_day_0(HOURS(97));
    slack_open_home(&the.slack, BO);
    slack_open_home(&the.slack, LEE);
    slack_open_home(&the.slack, FAY);
    say(MAYA, "check ONB-1001");
    settle();
    expect(oldest_card() != newest_card());
}

static void every_act_shows_on_every_copy(void)
{
    for (size_t a = 0; a < sizeof acts / sizeof *acts; a++) {
        every_copy_stands();
        acts[a].act();
        advance(SECONDS(8)); /* Homes are drawn a moment later */
        for (size_t c = 0; c < COPIES; c++) {
            const char *text = copies[c].look();
            bool approve = strstr(text, "\"action_id\":\"approve\"") != NULL;
            if (!strstr(text, acts[a].shows[c]))
                fail_at(HERE, "after %s %s does not show \"%s\": %s", acts[a].name, copies[c].name,
                        acts[a].shows[c], text);
            if (approve != acts[a].approve[c])
                fail_at(HERE, "after %s %s has %s to approve it: %s", acts[a].name, copies[c].name,
                        approve ? "a button" : "no button", text);
        }
        scene_end();
    }
}

/* ---- who comes later ---- */

/* Each presses what they had before them, in the copy that is theirs. */
static const struct {
    const char *user;
    enum copy copy;
} latecomers[] = {
    {BO, FIRST}, {BO, AGAIN},   {LEE, MANAGER},  {KIM, DIRECTOR},
    {DEE, DESK}, {BO, HOME_BO}, {LEE, HOME_LEE},
};
enum { LATECOMERS = sizeof latecomers / sizeof *latecomers };

static char *state_of(const char *json, const char *action)
{
    const char *wanted = arena_fmt(&the.arena, "\"action_id\":\"%s\"", action),
               *at = strstr(json, wanted);
    at = at ? strstr(at, "\"value\":\"") : NULL;
    if (!at)
        fail_at(HERE, "no button \"%s\" in: %s", action, json);
    at += strlen("\"value\":\"");
    return strndup(at, strcspn(at, "\""));
}

static void press_late(void (*act)(void), const char *action, const char *words)
{
    char *states[LATECOMERS];
    every_copy_stands();
    for (size_t i = 0; i < LATECOMERS; i++)
        states[i] = state_of(copies[latecomers[i].copy].look(), action);
    act();
    for (size_t i = 0; i < LATECOMERS; i++) {
        struct slack_act *late = slack_click_value(&the.slack, latecomers[i].user,
                                                   card("ONB-1001")->ts, action, states[i]);
        settle();
        if (!strstr(answer_of(late), words))
            fail_at(HERE, "by %s %s is told: %s", copies[latecomers[i].copy].name,
                    latecomers[i].user, answer_of(late));
        free(states[i]);
    }
    scene_end();
}

static void whoever_comes_later_is_told_by_every_copy(void)
{
    press_late(turn_both_keys, "approve", "Already approved by <@" FAY ">");
    press_late(reject, "approve", "Already rejected by <@" MAYA ">");
}

const struct scenario copies_scenarios[] = {
    {"every act shows on every copy", every_act_shows_on_every_copy},
    {"whoever comes later is told so by every copy", whoever_comes_later_is_told_by_every_copy},
    {0},
};
