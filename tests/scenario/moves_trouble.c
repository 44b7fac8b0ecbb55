/* Systems fail, connections break, processes die, the disk is full, the clock is set. */
#include "tests/scenario/disk.h"
#include "tests/scenario/moves.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { FAULT_MAX_MS = 40000 };

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
        NETSUITE_URL,        SALESFORCE_URL,      CLM_URL,           PLATFORM_URL,
        RATES_URL,           "/views.open",       MAIL_URL};
    static const struct {
        const char *words;
        struct sim_fault fault;
    } kinds[] = {
        {"refuses connections", {.kind = SIM_REFUSED}},
        {"gets no request", {.kind = SIM_LOST_REQUEST}},
        {"gets half a request", {.kind = SIM_CUT_REQUEST}},
        {"does it, and its answer is lost", {.kind = SIM_LOST_REPLY}},
        {"does it and resets the connection", {.kind = SIM_RESET_REPLY}},
        {"does it and answers in part", {.kind = SIM_CUT_REPLY}},
        {"takes 2 s", {.kind = SIM_SLOW, .slow_ms = 2000}},
        {"answers 500", {.kind = SIM_ANSWERED, .status = 500, .body = "oops"}},
        {"answers HTML", {.kind = SIM_ANSWERED, .status = 200, .body = "<html>"}},
        {"answers 429, in 9 s",
         {.kind = SIM_ANSWERED, .status = 429, .headers = "retry-after: 9\n", .body = "{}"}},
        {"answers 429", {.kind = SIM_ANSWERED, .status = 429, .body = ""}},
        {"does it and answers 500", {.kind = SIM_ANSWERED_AFTER, .status = 500, .body = "oops"}},
        {"does it and answers that it failed",
         {.kind = SIM_ANSWERED_AFTER,
          .status = 200,
          .body = "{\"ok\":false,\"error\":\"fatal_error\"}"}},
    };
    if (the.sim.fault_count > 4)
        return;
    size_t kind = below(sizeof kinds / sizeof *kinds);
    struct sim_fault fault = kinds[kind].fault;
    fault.where = ONE_OF(places);
    fault.permille = below(3) ? 0 : 500;
    int64_t lasts_ms = 1 + (int64_t)below(FAULT_MAX_MS);
    sim_add_fault(&the.sim, fault);
    sim_after(&the.sim, lasts_ms, heal, NULL, 0);
    told("for %" PRId64 " ms %s%s %s", lasts_ms, fault.permille ? "now and then " : "", fault.where,
         kinds[kind].words);
}

static void cut_connection(void)
{
    uint64_t connection = slack_oldest(&the.slack, below(2) ? slack_oldest(&the.slack, 0) : 0);
    int64_t after_ms = (int64_t)below(2000);
    switch (below(4)) {
    case 0:
        sim_socket_hold(&the.sim, connection);
        told("nothing passes any more on connection %" PRIu64, connection);
        break;
    case 1:
        slack_disconnect(&the.slack, connection, "warning", SECONDS(10));
        told("Slack will close connection %" PRIu64 " in 10 s", connection);
        break;
    case 2:
        slack_disconnect(&the.slack, connection, "refresh_requested", after_ms);
        told("Slack will close connection %" PRIu64 " in %" PRId64 " ms", connection, after_ms);
        break;
    default:
        sim_socket_drop(&the.sim, connection, "connection reset");
        told("connection %" PRIu64 " is reset", connection);
    }
}

/* A frame that is no envelope; the beginning of one that somebody's act would have had. */
static void garbage(void)
{
    static const char *const frames[] = {"{",
                                         "{\"envelope_id\":\"raw-1\",\"type\":\"interactive\"}"};
    if (!slack_live(&the.slack))
        return;
    if (below(2) || !the.slack.act_count) {
        slack_raw(&the.slack, ONE_OF(frames));
        told("a frame comes that is no envelope");
        return;
    }
    const struct slack_act *act = the.slack.acts[below(the.slack.act_count)];
    const char *frame = arena_fmt(
        &the.arena, "{\"envelope_id\":\"raw-%" PRIu64 "\",\"type\":\"%s\",\"payload\":%s}",
        act->number, act->type, act->payload);
    size_t len = below(strlen(frame));
    slack_raw(&the.slack, arena_fmt(&the.arena, "%.*s", (int)len, frame));
    told("the first %zu bytes of act %" PRIu64 " come as a frame", len, act->number);
}

/* ---- processes ---- */

static void die_in(enum death death, unsigned most, const char *what)
{
    unsigned nth = 1 + (unsigned)below(most);
    uint64_t byte = below(8192);
    told("the process is killed in %s %u from now (byte %" PRIu64 ")", what, nth, byte);
    crash_in(death, nth, byte);
}

static void die_soon(void)
{
    int64_t after_ms = (int64_t)below(500);
    press_some(); /* in the middle of what was just begun */
    told("the process is killed after %" PRId64 " ms", after_ms);
    advance(after_ms * the.options.speed);
    crash_and_restart();
}

static void die(void)
{
    switch (below(6)) {
    case 0:
        told("the process is killed before its next commit");
        crash_around_commit(DEATH_BEFORE_COMMIT);
        return;
    case 1:
        told("the process is killed after its next commit");
        crash_around_commit(DEATH_AFTER_COMMIT);
        return;
    case 2:
        die_in(DEATH_IN_WRITE, 40, "the store's write");
        return;
    case 3:
        die_in(DEATH_IN_SEND, 8, "the frame or request");
        return;
    default:
        die_soon();
    }
}

static void restart(void)
{
    told("the process is asked to end, and is started again");
    stop();
    boot();
}

static void be_down_for_a_while(void)
{
    int64_t down_ms = (int64_t)below(PAUSE_MAX_MS);
    told("the process is killed, and is down for %" PRId64 " ms", down_ms);
    crash();
    advance(down_ms * the.options.speed);
    boot();
}

/* ---- the store ---- */

static void fail_commits_for_a_while(void)
{
    int64_t full_ms = (int64_t)below(3000);
    told("no commit succeeds for %" PRId64 " ms", full_ms);
    the.commits_fail = true;
    advance(full_ms * the.options.speed);
    the.commits_fail = false;
}

static void fill_the_disk(void)
{
    int64_t full_ms = (int64_t)below(5000);
    told("the disk is full for %" PRId64 " ms", full_ms);
    disk.full = true;
    advance(full_ms * the.options.speed);
    disk.full = false;
}

/* Whoever asks meanwhile may be told that it did not work. */
static void spoil_the_disk(void)
{
    int64_t bad_ms = (int64_t)below(5000);
    unsigned permille = 1 + (unsigned)below(200);
    told("for %" PRId64 " ms %u of 1000 reads and writes fail", bad_ms, permille);
    the.apologies = UINT_MAX;
    disk.random = below(UINT64_MAX);
    disk.failing_permille = permille;
    advance(bad_ms * the.options.speed);
    disk.failing_permille = 0;
}

/* The process sees it, at its next turn: what is set while none runs, or in the turn in which it
 * dies, is seen by nobody (docs/jobs.md). */
static void set_the_clock(void)
{
    int64_t by_ms = below(4) ? (int64_t)below(HOURS(4)) - HOURS(2) : (int64_t)below(DAYS(4));
    if (the.death != DEATH_NONE || disk.cut_after || the.sim.die_after)
        return;
    told("the clock is set by %" PRId64 " s", by_ms / 1000);
    sim_set_clock(&the.sim, by_ms);
    sim_run(&the.sim, 1);
}

/* ---- strangers ---- */

/* Somebody in a workspace that is not ours, with the words and buttons of ours. No customer is
 * named: who is told a name has it from us. */
static void act_elsewhere(void)
{
    const char *number = some_number(), *who = someone();
    const struct fake_account *account = some_account();
    const struct slack_message *message = slack_find(&the.slack, CHANNEL, number);
    const char *text = account && below(2) ? arena_fmt(&the.arena, "start %s", account->id)
                                           : arena_fmt(&the.arena, "status %s", number);
    char *value = message && below(2) ? slack_button(message, "approve") : NULL;
    const struct slack_act *act;
    the.slack.elsewhere = true;
    if (value)
        act = slack_click_value(&the.slack, who, message->ts, "approve", value);
    else
        act = slack_command(&the.slack, who, text);
    the.slack.elsewhere = false;
    told("%s of another workspace %s %s, act %" PRIu64, who, value ? "approves" : "types /onboard",
         value ? number : text, act->number);
    free(value);
}

const struct move moves_of_trouble[] = {
    {10, break_some},
    {6, cut_connection},
    {2, garbage},
    {6, die},
    {1, restart},
    {1, be_down_for_a_while},
    {1, fail_commits_for_a_while},
    {1, fill_the_disk},
    {1, spoil_the_disk},
    {2, set_the_clock},
    {3, act_elsewhere},
    {0},
};
