/* Days of a team at random: people press, claim, reject and comment, deals are won and paid,
 * systems fail, connections break, processes die. What happens is drawn from the seed; what must
 * hold is in invariants.c. */
#include "tests/scenario/scenarios.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOVES = 90, PAUSE_MAX_MS = 12000, DEALS_MAX = 10, FAULT_MAX_MS = 40000, OLD_VALUES = 16 };

/* Buttons that people may still have on their screens. */
static struct {
    char action[12], ts[24];
    char *value;
} old[OLD_VALUES];
static size_t old_count;

/* Hints on their way, or answered. */
static struct hint {
    struct sim_visit visit;
    char body[96];
    uint64_t delivery;
} hints[MOVES];
static size_t hint_count;

static uint64_t below(uint64_t bound)
{
    return sim_below(&the.sim, bound);
}

#define ONE_OF(array) (array)[below(sizeof(array) / sizeof *(array))]

static const char *someone(void)
{
    static const char *const people[] = {MAYA, BO, LEE, KIM, FAY, DEE, ANA, RAJ, GUS};
    return ONE_OF(people);
}

/* "ONB-1003"; there may be no such one. */
static const char *some_number(void)
{
    static char number[24];
    snprintf(number, sizeof number, "ONB-%llu",
             (unsigned long long)(1001 + below(the.systems.count + 1)));
    return number;
}

static struct fake_account *some_account(void)
{
    return the.systems.count ? &the.systems.accounts[below(the.systems.count)] : NULL;
}

/* ---- deals ---- */

static void win_some(void)
{
    static const char *const names[DEALS_MAX] = {"ACME Corp", "Bolt Ltd", "Cargo AG",  "Dune Inc",
                                                 "Echo SA",   "Fjord AS", "Grain LLC", "Haven BV",
                                                 "Iris & Co", "Jolt <x>"};
    if (the.systems.count == DEALS_MAX)
        return;
    struct fake_account *account = systems_win(&the.systems, names[the.systems.count]);
    switch (below(6)) {
    case 0:
        return; /* nothing against it */
    case 1:
        account->clm_status = "draft";
        return;
    case 2:
        systems_bill(&the.systems, account, "INV-103", 40, "3000.00");
        break;
    case 3:
        account->country = NULL;
        return;
    default:
        break;
    }
    systems_bill(&the.systems, account, "INV-102", 12, "25000.00");
}

static void pay_some(void)
{
    struct fake_account *account = some_account();
    if (account)
        systems_pay(account);
}

static void bill_some(void)
{
    struct fake_account *account = some_account();
    if (account && account->invoice_count < 7)
        systems_bill(&the.systems, account, "INV-110", (int)below(50), "900.00");
}

static void credit_some(void)
{
    struct fake_account *account = some_account();
    if (account)
        account->credit = account->credit ? NULL : below(2) ? "20000.00" : "5000.00";
}

static void sign_some(void)
{
    struct fake_account *account = some_account();
    if (account) {
        account->clm_status = "executed";
        account->country = "Canada";
    }
}

/* ---- people ---- */

static void press_some(void)
{
    static const char *const actions[] = {"approve", "approve", "approve", "reject",
                                          "claim",   "release", "view",    "undo"};
    const char *action = ONE_OF(actions);
    const struct slack_message *message = slack_find(&the.slack, CHANNEL, some_number());
    char *value = message ? slack_button(message, action) : NULL;
    if (!value)
        return;
    slack_click_value(&the.slack, someone(), message->ts, action, value);
    size_t at = old_count++ % OLD_VALUES;
    free(old[at].value);
    old[at].value = value;
    snprintf(old[at].action, sizeof old[at].action, "%s", action);
    snprintf(old[at].ts, sizeof old[at].ts, "%s", message->ts);
}

static void press_old(void)
{
    size_t at = below(OLD_VALUES);
    if (old[at].value)
        slack_click_value(&the.slack, someone(), old[at].ts, old[at].action, old[at].value);
}

/* Several people, the same button, the same moment. */
static void press_together(void)
{
    const struct slack_message *message = slack_find(&the.slack, CHANNEL, some_number());
    for (size_t i = 0; message && i < 4; i++)
        slack_click(&the.slack, someone(), message, below(2) ? "approve" : "claim");
}

static void press_dm(void)
{
    const struct slack_message *message =
        slack_find(&the.slack, below(2) ? "D0LEE" : "D0KIM", some_number());
    if (message)
        slack_click(&the.slack, below(2) ? LEE : KIM, message, "approve");
}

static void press_desk(void)
{
    static const char *const actions[] = {"approve", "recheck", "recheck", "view"};
    const struct slack_message *message =
        slack_find(&the.slack, below(2) ? "D0FAY" : "D0ANA", some_number());
    if (message)
        slack_click(&the.slack, below(4) ? FAY : someone(), message, ONE_OF(actions));
}

static void submit_some(void)
{
    static const char state[] =
        "{\"reason\":{\"reason\":{\"selected_option\":{\"value\":\"duplicate\"}}},"
        "\"comment\":{\"comment\":{\"value\":\"it came twice already\"}}}";
    slack_submit(&the.slack, someone(), state);
}

static void type_some(void)
{
    static const char *const verbs[] = {"approve",  "claim",  "release", "check",     "status",
                                        "timeline", "why",    "list",    "note",      "start",
                                        "check",    "reject", "help",    "gibberish", "undo"};
    char text[96];
    snprintf(text, sizeof text, "%s %s \"said in passing\"", ONE_OF(verbs), some_number());
    slack_command(&the.slack, someone(), text);
}

static void start_some(void)
{
    const struct fake_account *account = some_account();
    char text[96];
    if (!account)
        return;
    snprintf(text, sizeof text, "%s \"%s\"", below(2) ? "start" : "check", account->name);
    slack_command(&the.slack, someone(), text);
}

static void open_home(void)
{
    slack_open_home(&the.slack, someone());
}

static void redeliver_some(void)
{
    if (the.slack.act_count)
        slack_redeliver(&the.slack, the.slack.acts[below(the.slack.act_count)]);
}

/* Of an account or a deal; now and then one that was told of before. */
static void hint_some(void)
{
    const struct fake_account *account = some_account();
    if (!account || hint_count == MOVES)
        return;
    struct hint *hint = &hints[hint_count++];
    bool deal = below(2);
    hint->delivery = below(4) ? hint_count : 1 + below(hint_count);
    snprintf(hint->body, sizeof hint->body, "{\"%s\":\"%s\",\"id\":\"delivery-%llu\"}",
             deal ? "opportunity_id" : "account_id", deal ? account->opportunity : account->id,
             (unsigned long long)hint->delivery);
    hint->visit = (struct sim_visit){.method = "POST",
                                     .path = "/hooks/salesforce",
                                     .headers = "x-usher-secret: " HOOK_SECRET "\n",
                                     .body = hint->body};
    sim_visit(&the.sim, &hint->visit);
}

/* What was answered is kept. */
static void forget_hints(void)
{
    for (size_t i = 0; i < hint_count; i++) {
        if (hints[i].visit.status == 200)
            expect_number(stored(arena_fmt(&the.arena,
                                           "SELECT count(*) FROM inbox WHERE key = "
                                           "'hook:salesforce:delivery-%llu'",
                                           (unsigned long long)hints[i].delivery)),
                          1);
        buf_release(&hints[i].visit.answer);
    }
    hint_count = 0;
}

/* ---- misfortune ---- */

static void heal(void *arg, uint64_t number)
{
    (void)arg;
    (void)number;
    sim_heal(&the.sim, NULL);
}

static void break_some(void)
{
    static const char *const places[] = {
        "/chat.postMessage", "/chat.postMessage", "/chat.update",    "/conversations.history",
        "/conversations.",   "slack.com/api/",    "hooks.slack.com", "/apps.connections.open",
        NETSUITE_URL,        SALESFORCE_URL,      CLM_URL,           PLATFORM_URL};
    static const struct sim_fault kinds[] = {
        {.kind = SIM_REFUSED},
        {.kind = SIM_LOST_REQUEST},
        {.kind = SIM_LOST_REPLY},
        {.kind = SIM_RESET_REPLY},
        {.kind = SIM_CUT_REPLY},
        {.kind = SIM_SLOW, .slow_ms = 2000},
        {.kind = SIM_ANSWERED, .status = 500, .body = "oops"},
        {.kind = SIM_ANSWERED, .status = 200, .body = "<html>"},
        {.kind = SIM_ANSWERED, .status = 429, .headers = "retry-after: 9\n", .body = "{}"},
        {.kind = SIM_ANSWERED, .status = 429, .body = ""},
        {.kind = SIM_ANSWERED_AFTER, .status = 500, .body = "oops"},
        {.kind = SIM_ANSWERED_AFTER,
         .status = 200,
         .body = "{\"ok\":false,\"error\":\"fatal_error\"}"},
    };
    if (the.sim.fault_count > 4)
        return;
    struct sim_fault fault = ONE_OF(kinds);
    fault.where = ONE_OF(places);
    fault.permille = below(3) ? 0 : 500;
    sim_add_fault(&the.sim, fault);
    sim_after(&the.sim, 1 + (int64_t)below(FAULT_MAX_MS), heal, NULL, 0);
}

static void cut_connection(void)
{
    uint64_t connection = slack_oldest(&the.slack, below(2) ? slack_oldest(&the.slack, 0) : 0);
    switch (below(4)) {
    case 0:
        sim_socket_hold(&the.sim, connection);
        break;
    case 1:
        slack_disconnect(&the.slack, connection, "warning", SECONDS(10));
        break;
    case 2:
        slack_disconnect(&the.slack, connection, "refresh_requested", (int64_t)below(2000));
        break;
    default:
        sim_socket_drop(&the.sim, connection, "connection reset");
    }
}

static void garbage(void)
{
    if (slack_live(&the.slack))
        slack_raw(&the.slack,
                  below(2) ? "{\"envelope_id\":\"raw-1\",\"type\":\"interactive\"}" : "{");
}

static void die(void)
{
    switch (below(5)) {
    case 0:
        crash_around_commit(DEATH_BEFORE_COMMIT);
        break;
    case 1:
        crash_around_commit(DEATH_AFTER_COMMIT);
        break;
    default: /* in the middle of what was just begun */
        press_some();
        advance((int64_t)below(500) * the.options.speed);
        crash_and_restart();
    }
}

static void be_down_for_a_while(void)
{
    crash();
    advance((int64_t)below(PAUSE_MAX_MS) * the.options.speed);
    boot();
}

static void fail_commits_for_a_while(void)
{
    the.commits_fail = true;
    advance((int64_t)below(3000) * the.options.speed);
    the.commits_fail = false;
}

static void set_the_clock(void)
{
    sim_set_clock(&the.sim, (int64_t)below(HOURS(2)) - MINUTES(10));
}

/* ---- the days ---- */

static const struct {
    unsigned weight;
    void (*happen)(void);
} moves[] = {
    {8, win_some},
    {4, pay_some},
    {4, bill_some},
    {3, credit_some},
    {3, sign_some},
    {20, press_some},
    {5, press_old},
    {5, press_together},
    {4, press_dm},
    {5, press_desk},
    {6, submit_some},
    {14, type_some},
    {4, start_some},
    {2, open_home},
    {6, redeliver_some},
    {5, hint_some},
    {10, break_some},
    {6, cut_connection},
    {2, garbage},
    {6, die},
    {1, be_down_for_a_while},
    {1, fail_commits_for_a_while},
    {1, set_the_clock},
};

static void something_happens(void)
{
    unsigned all = 0;
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        all += moves[i].weight;
    unsigned pick = (unsigned)below(all);
    size_t i = 0;
    for (; pick >= moves[i].weight; i++)
        pick -= moves[i].weight;
    moves[i].happen();
}

void random_days(uint64_t seed)
{
    /* Most seeds live through days, some through minutes as they really pass. */
    scene_start((struct scene_options){.seed = seed,
                                       .speed = seed % 4 ? 300 : 1,
                                       .connections = 1 + (int)(seed % 3),
                                       .undo_s = 60});
    the.slack.duplicate_permille = 100;
    the.may_die = "find_account";
    old_count = 0;
    for (size_t i = 0; i < MOVES; i++) {
        something_happens();
        /* Often at once, mostly after a moment. */
        if (below(3))
            advance((int64_t)below(PAUSE_MAX_MS) * the.options.speed);
    }
    settle();
    forget_hints();
    scene_end();
    for (size_t i = 0; i < OLD_VALUES; i++) {
        free(old[i].value);
        old[i].value = NULL;
    }
}
