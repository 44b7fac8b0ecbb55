/* Systems fail, connections break, processes die, the disk is full, the clock is set. */
#include "tests/scenario/moves.h"

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
        NETSUITE_URL,        SALESFORCE_URL,      CLM_URL,           PLATFORM_URL};
    static const struct {
        const char *words;
        struct sim_fault fault;
    } kinds[] = {
        {"refuses connections", {.kind = SIM_REFUSED}},
        {"gets no request", {.kind = SIM_LOST_REQUEST}},
        {"does it, and its answer is lost", {.kind = SIM_LOST_REPLY}},
        {"does it and resets the connection", {.kind = SIM_RESET_REPLY}},
        {"does it and answers half", {.kind = SIM_CUT_REPLY}},
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
    told("for %lld ms %s%s %s", (long long)lasts_ms, fault.permille ? "now and then " : "",
         fault.where, kinds[kind].words);
}

static void cut_connection(void)
{
    uint64_t connection = slack_oldest(&the.slack, below(2) ? slack_oldest(&the.slack, 0) : 0);
    int64_t after_ms = (int64_t)below(2000);
    unsigned long long number = connection;
    switch (below(4)) {
    case 0:
        sim_socket_hold(&the.sim, connection);
        told("nothing passes any more on connection %llu", number);
        break;
    case 1:
        slack_disconnect(&the.slack, connection, "warning", SECONDS(10));
        told("Slack will close connection %llu in 10 s", number);
        break;
    case 2:
        slack_disconnect(&the.slack, connection, "refresh_requested", after_ms);
        told("Slack will close connection %llu in %lld ms", number, (long long)after_ms);
        break;
    default:
        sim_socket_drop(&the.sim, connection, "connection reset");
        told("connection %llu is reset", number);
    }
}

static void garbage(void)
{
    bool half = below(2);
    if (!slack_live(&the.slack))
        return;
    slack_raw(&the.slack, half ? "{" : "{\"envelope_id\":\"raw-1\",\"type\":\"interactive\"}");
    told("a frame comes that is no envelope");
}

static void die(void)
{
    switch (below(5)) {
    case 0:
        told("the process is killed before its next commit");
        crash_around_commit(DEATH_BEFORE_COMMIT);
        break;
    case 1:
        told("the process is killed after its next commit");
        crash_around_commit(DEATH_AFTER_COMMIT);
        break;
    default: /* in the middle of what was just begun */
        press_some();
        int64_t after_ms = (int64_t)below(500);
        told("the process is killed after %lld ms", (long long)after_ms);
        advance(after_ms * the.options.speed);
        crash_and_restart();
    }
}

static void be_down_for_a_while(void)
{
    int64_t down_ms = (int64_t)below(PAUSE_MAX_MS);
    told("the process is killed, and is down for %lld ms", (long long)down_ms);
    crash();
    advance(down_ms * the.options.speed);
    boot();
}

static void fail_commits_for_a_while(void)
{
    int64_t full_ms = (int64_t)below(3000);
    told("no commit succeeds for %lld ms", (long long)full_ms);
    the.commits_fail = true;
    advance(full_ms * the.options.speed);
    the.commits_fail = false;
}

static void set_the_clock(void)
{
    int64_t by_ms = (int64_t)below(HOURS(2)) - MINUTES(10);
    told("the clock is set by %lld s", (long long)by_ms / 1000);
    sim_set_clock(&the.sim, by_ms);
}

const struct move moves_of_trouble[] = {
    {10, break_some},         {6, cut_connection},           {2, garbage},       {6, die},
    {1, be_down_for_a_while}, {1, fail_commits_for_a_while}, {1, set_the_clock}, {0},
};
