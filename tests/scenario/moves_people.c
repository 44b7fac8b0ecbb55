/* People press, claim, reject and type; Slack delivers some of it again. */
#include "tests/scenario/moves.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OLD_VALUES = 16 };

/* Buttons that people may still have on their screens. */
static struct {
    char action[12], ts[24];
    char *value;
} old[OLD_VALUES];
static size_t old_count;

bool press_some(void)
{
    static const char *const actions[] = {"approve", "approve", "approve", "reject", "claim",
                                          "release", "view",    "undo",    "snooze"};
    const char *action = ONE_OF(actions), *number = some_number(), *who = someone();
    const struct slack_message *message = slack_find(&the.slack, CHANNEL, number);
    char *value = message ? slack_button(message, action) : NULL;
    if (!value)
        return false;
    struct slack_act *act = slack_click_value(&the.slack, who, message->ts, action, value);
    told("%s presses %s on %s, act %" PRIu64, who, action, number, act->number);
    size_t at = old_count++ % OLD_VALUES;
    free(old[at].value);
    old[at].value = value;
    snprintf(old[at].action, sizeof old[at].action, "%s", action);
    snprintf(old[at].ts, sizeof old[at].ts, "%s", message->ts);
    return true;
}

static void press(void)
{
    press_some();
}

static void press_old(void)
{
    size_t at = below(OLD_VALUES);
    const char *who = someone();
    if (!old[at].value)
        return;
    struct slack_act *act =
        slack_click_value(&the.slack, who, old[at].ts, old[at].action, old[at].value);
    told("%s presses an old %s, act %" PRIu64, who, old[at].action, act->number);
}

/* Several people, the same button, the same moment. */
static void press_together(void)
{
    const char *number = some_number();
    const struct slack_message *message = slack_find(&the.slack, CHANNEL, number);
    for (size_t i = 0; message && i < 4; i++) {
        const char *who = someone(), *action = below(2) ? "approve" : "claim";
        const struct slack_act *act = slack_click(&the.slack, who, message, action);
        if (act)
            told("%s presses %s on %s, act %" PRIu64, who, action, number, act->number);
    }
}

static void press_dm(void)
{
    bool lee = below(2);
    const char *number = some_number(), *who = below(2) ? LEE : KIM;
    const struct slack_message *message = slack_find(&the.slack, lee ? "D0LEE" : "D0KIM", number);
    const struct slack_act *act = message ? slack_click(&the.slack, who, message, "approve") : NULL;
    if (act)
        told("%s presses approve in the DM of %s about %s, act %" PRIu64, who, lee ? LEE : KIM,
             number, act->number);
}

static void press_desk(void)
{
    static const char *const actions[] = {"approve", "recheck", "recheck", "view"};
    const char *channel = below(2) ? "D0FAY" : "D0ANA", *number = some_number();
    const char *who = below(4) ? FAY : someone(), *action = ONE_OF(actions);
    const struct slack_message *message = slack_find(&the.slack, channel, number);
    const struct slack_act *act = message ? slack_click(&the.slack, who, message, action) : NULL;
    if (act)
        told("%s presses %s in %s about %s, act %" PRIu64, who, action, channel, number,
             act->number);
}

static void submit_some(void)
{
    static const char state[] = "{\"reason\":{\"reason\":{\"selected_option\":{\"value\":"
                                "\"duplicate\"},\"value\":\"the bank\"}},"
                                "\"span\":{\"span\":{\"selected_option\":{\"value\":\"4h\"}}},"
                                "\"person\":{\"person\":{\"selected_user\":\"" BO "\"}},"
                                "\"comment\":{\"comment\":{\"value\":\"it came twice already\"}}}";
    const char *who = someone();
    const struct slack_act *act = slack_submit(&the.slack, who, state);
    if (act)
        told("%s submits the form, act %" PRIu64, who, act->number);
}

static void command(const char *who, const char *text)
{
    const struct slack_act *act = slack_command(&the.slack, who, text);
    told("%s types /onboard %s, act %" PRIu64, who, text, act->number);
}

static void type_some(void)
{
    static const char *const verbs[] = {"approve",  "claim",  "release", "check",     "status",
                                        "timeline", "why",    "list",    "note",      "start",
                                        "check",    "reject", "help",    "gibberish", "undo"};
    char text[96];
    const char *verb = ONE_OF(verbs);
    snprintf(text, sizeof text, "%s %s \"said in passing\"", verb, some_number());
    command(someone(), text);
}

/* A question is put to sleep, given to someone, or its thread is reminded. */
static void put_off_some(void)
{
    static const char *const spans[] = {"4h", "1d", "2bd", "tomorrow", "fri"};
    const char *number = some_number();
    switch (below(3)) {
    case 0:
        command(someone(),
                arena_fmt(&the.arena, "snooze %s %s \"the bank\"", number, ONE_OF(spans)));
        break;
    case 1:
        command(below(2) ? LEE : someone(),
                arena_fmt(&the.arena, "assign %s <@%s>", number, someone()));
        break;
    default:
        command(someone(), arena_fmt(&the.arena, "nudge %s", number));
    }
}

static void answer_some(void)
{
    const char *number = some_number(), *who = someone();
    const struct slack_message *message = slack_find(&the.slack, CHANNEL, number);
    if (!message)
        return;
    const struct slack_act *act = slack_answer(&the.slack, who, message, "I asked them", "");
    told("%s answers in the thread of %s, act %" PRIu64, who, number, act->number);
}

/* Someone stands in for someone, for one onboarding or all, or no longer. */
static void stand_in(void)
{
    const char *to = someone(), *text;
    switch (below(4)) {
    case 0:
        text = arena_fmt(&the.arena, "delegate %s <@%s> until fri", some_number(), to);
        break;
    case 1:
        text = arena_fmt(&the.arena, "delegate all <@%s> \"knows them\"", to);
        break;
    case 2:
        text = arena_fmt(&the.arena, "ooo on <@%s> today tomorrow", to);
        break;
    default:
        text = below(2) ? "ooo off" : "delegate all off";
    }
    command(someone(), text);
}

static void start_some(void)
{
    const struct fake_account *account = some_account();
    char text[96];
    if (!account)
        return;
    snprintf(text, sizeof text, "%s \"%s\"", below(2) ? "start" : "check", account->name);
    command(someone(), text);
}

static void open_home(void)
{
    const char *who = someone();
    const struct slack_act *act = slack_open_home(&the.slack, who);
    told("%s opens the Home, act %" PRIu64, who, act->number);
}

static void redeliver_some(void)
{
    if (!the.slack.act_count)
        return;
    struct slack_act *act = the.slack.acts[below(the.slack.act_count)];
    slack_redeliver(&the.slack, act);
    told("Slack delivers act %" PRIu64 " again", act->number);
}

void moves_of_people_end(void)
{
    for (size_t i = 0; i < OLD_VALUES; i++) {
        free(old[i].value);
        old[i].value = NULL;
    }
    old_count = 0;
}

const struct move moves_of_people[] = {
    {20, press},         {5, press_old},
    {5, press_together}, {4, press_dm},
    {5, press_desk},     {6, submit_some},
    {14, type_some},     {4, stand_in},
    {4, start_some},     {2, open_home},
    {6, redeliver_some}, {6, put_off_some},
    {4, answer_some},    {0},
};
