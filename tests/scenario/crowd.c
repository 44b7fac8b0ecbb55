/* A hundred people on the same fifty cards for weeks: whoever presses whatever, nobody is left
 * without a word, nobody learns what is not theirs to see, and what invariants.c asks for holds
 * after every turn. */
#include "tests/scenario/moves.h"
#include "tests/scenario/scenarios.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CROWD = 91, CARDS = 50, WEEKS = 2, ACTIONS_MAX = 24, ACTION_SIZE = 40 };

static const char team_hours[] =
    "{\"zone\":\"America/Toronto\",\"days\":[\"mon\",\"tue\",\"wed\",\"thu\",\"fri\"],"
    "\"start\":\"09:00\",\"end\":\"17:00\",\"holidays\":[\"2026-05-01\"]}";

static char ids[CROWD][8], names[CROWD][16];

/* ---- who is there ---- */

/* Beside the nine: three of eight may approve, one of eight is a guest, one has left. */
static void gather_crowd(void)
{
    for (size_t i = 0; i < CROWD; i++) {
        snprintf(ids[i], sizeof ids[i], "U0P%02zu", i);
        snprintf(names[i], sizeof names[i], "Person %zu", i);
        struct slack_person *person = slack_person_add(&the.slack, ids[i], names[i]);
        person->approver = i % 8 < 3;
        person->guest = i % 8 == 3;
        person->deleted = i % 8 == 4;
    }
}

/* Now and then somebody of whom Slack itself tells nothing. */
static const char *anyone(void)
{
    if (below(50) == 0)
        return "U0GHOST";
    size_t at = (size_t)below(CROWD + 9);
    return at < CROWD ? ids[at] : someone();
}

static bool may_see(const char *user)
{
    const struct slack_person *person = slack_person(&the.slack, user);
    return person && !person->guest && !person->stranger && !person->deleted;
}

/* ---- the cards ---- */

static void deal_cards(void)
{
    for (int i = 0; i < CARDS; i++) {
        char name[32];
        snprintf(name, sizeof name, "Customer %02d", i);
        struct fake_account *account = systems_win(&the.systems, name);
        systems_bill(&the.systems, account, "INV-102", 1 + (int)below(45), "25000.00");
        if (below(4) == 0)
            systems_bill(&the.systems, account, "INV-103", 5, "3000.00");
    }
    advance(HOURS(1));
    expect_number(stored("SELECT count(*) FROM items"), CARDS);
}

/* What one can press on a message: the names of its buttons. */
static size_t buttons_of(const struct slack_message *message, char (*out)[ACTION_SIZE])
{
    static const char mark[] = "\"action_id\":\"";
    size_t count = 0;
    for (const char *at = message->blocks;
         (at = strstr(at, mark)) != NULL && count < ACTIONS_MAX;) {
        at += sizeof mark - 1;
        snprintf(out[count++], ACTION_SIZE, "%.*s", (int)strcspn(at, "\""), at);
    }
    return count;
}

static const struct slack_message *some_message(void)
{
    for (int tries = 0; tries < 50; tries++) {
        const struct slack_message *message = &the.slack.messages[below(the.slack.message_count)];
        if (message->blocks && strstr(message->blocks, "\"action_id\""))
            return message;
    }
    return NULL;
}

/* ---- what they do ---- */

static const char some_state[] =
    "{\"reason\":{\"reason\":{\"value\":\"seen and agreed with\",\"selected_option\":{\"value\":"
    "\"duplicate\"}}},"
    "\"comment\":{\"comment\":{\"value\":\"it came twice already\"}},"
    "\"until\":{\"until\":{\"selected_option\":{\"value\":\"4h\"}}}}";

/* Everything that this person has been shown since: ephemerals, modals, Homes, their DM. */
static size_t shown_to(const char *user)
{
    size_t count = 0;
    char dm[24];
    snprintf(dm, sizeof dm, "D%s", user + 1);
    for (size_t i = 0; i < the.slack.whisper_count; i++)
        count += strcmp(the.slack.whispers[i].user, user) == 0;
    for (size_t i = 0; i < the.slack.view_count; i++)
        count += strcmp(the.slack.views[i].user, user) == 0;
    for (size_t i = 0; i < the.slack.message_count; i++)
        count += strcmp(the.slack.messages[i].channel, dm) == 0;
    return count;
}

static void expect_a_word(const struct slack_act *act, size_t shown_before, const char *what)
{
    bool told = (act->ack && act->ack[0]) || act->answer || act->trigger_used ||
                shown_to(act->user) > shown_before;
    if (!told)
        fail_at(HERE, "%s pressed %s and was told nothing (%u deliveries, %u acknowledgements)",
                act->user, what, act->deliveries, act->acks);
}

static void press_anything(void)
{
    static char actions[ACTIONS_MAX][ACTION_SIZE];
    const struct slack_message *message = some_message();
    size_t count = message ? buttons_of(message, actions) : 0;
    if (count == 0)
        return;
    const char *who = anyone(), *action = actions[below(count)];
    size_t before = shown_to(who);
    struct slack_act *act = slack_click(&the.slack, who, message, action);
    if (!act)
        return;
    advance(SECONDS(3));
    expect_a_word(act, before, action);
    if (act->trigger_used && below(3)) {
        before = shown_to(who);
        act = slack_submit(&the.slack, who, some_state);
        advance(SECONDS(3));
        if (act && !act->acks)
            fail_at(HERE, "the form of %s was not answered", who);
    }
}

/* Two at the very same moment. */
static void press_at_once(void)
{
    const struct slack_message *message = some_message();
    if (!message)
        return;
    for (int i = 0; i < 3; i++)
        slack_click(&the.slack, anyone(), message, below(2) ? "approve" : "claim");
    advance(SECONDS(3));
}

static void facts_move(void)
{
    struct fake_account *account = some_account();
    if (below(3) == 0)
        systems_pay(account);
    else if (account->invoice_count < 6)
        systems_bill(&the.systems, account, "INV-110", 2, "400.00");
}

/* ---- what must hold beside the invariants ---- */

static bool names_a_customer(const char *text)
{
    return text && strstr(text, "Customer ");
}

/* Guests, those who have left and those whom nobody knows are told no and nothing else. */
static void expect_nothing_leaked(void)
{
    for (size_t i = 0; i < the.slack.whisper_count; i++) {
        const struct slack_whisper *whisper = &the.slack.whispers[i];
        if (!may_see(whisper->user) &&
            (names_a_customer(whisper->text) || names_a_customer(whisper->blocks)))
            fail_at(HERE, "%s was told: %s", whisper->user, whisper->text);
    }
    for (size_t i = 0; i < the.slack.view_count + the.slack.home_count; i++) {
        const struct slack_whisper *view = i < the.slack.view_count
                                               ? &the.slack.views[i]
                                               : &the.slack.homes[i - the.slack.view_count];
        if (!may_see(view->user) && names_a_customer(view->text))
            fail_at(HERE, "%s was shown: %s", view->user, view->text);
    }
    for (size_t i = 0; i < CROWD; i++) {
        char dm[24];
        snprintf(dm, sizeof dm, "D%s", ids[i] + 1);
        if (!may_see(ids[i]) && slack_find(&the.slack, dm, "Customer "))
            fail_at(HERE, "%s has a message about a customer", ids[i]);
    }
    for (size_t i = 0; i < the.slack.act_count; i++) {
        const struct slack_act *act = the.slack.acts[i];
        if (!may_see(act->user) && (names_a_customer(act->ack) || names_a_customer(act->answer)))
            fail_at(HERE, "%s was answered: %s %s", act->user, act->ack ? act->ack : "",
                    act->answer ? act->answer : "");
    }
}

static const char one_a_day[] =
    "SELECT item FROM audit WHERE action IN ('escalate.manager', 'escalate.director') AND via = "
    "'timer' GROUP BY item, action, date(at / 1000, 'unixepoch', '-4 hours') HAVING count(*) > 1";

void crowd_play(uint64_t seed, int presses)
{
    scene_start((struct scene_options){.seed = seed, .calendar = team_hours, .look_every = 500});
    gather_crowd();
    advance(MINUTES(15));
    deal_cards();
    for (int i = 0; i < presses; i++) {
        switch (below(16)) {
        case 0:
            press_at_once();
            break;
        case 1:
            facts_move();
            break;
        case 2:
            slack_open_home(&the.slack, anyone());
            break;
        default:
            press_anything();
        }
        advance((int64_t)below((uint64_t)(2 * WEEKS * DAYS(7) / presses)));
    }
    settle();
    expect_nothing_leaked();
    expect_text_at(HERE, stored_text(one_a_day), "");
    expect(stored("SELECT count(*) FROM items WHERE decided_at > 0") > 3);
    scene_end();
}

/* In its short form; `scenario --crowd SEED` plays long ones. */
static void a_hundred_people_on_fifty_cards(void)
{
    crowd_play(1, 200);
}

const struct scenario crowd_scenarios[] = {
    {"a hundred people press whatever they like on fifty cards for two weeks",
     a_hundred_people_on_fifty_cards},
    {0},
};
