/* The standing connections: refreshed, dropped, half-open, refused; and what never happens: a gap
 * where two stand, a storm where Slack says no. docs/socket-mode.md. */
#include "tests/scenario/scenarios.h"

#include <string.h>

#define ASK "/apps.connections.open"

static struct mono now(void)
{
    return the.sim.world.mono;
}

/* Clicks and commands come through; nothing was lost up to here. */
static void expect_alive(void)
{
    struct slack_act *act = say(BO, "help");
    expect(act->acks > 0 && !act->failed);
}

/* Steps through so much time; true if at some moment no connection could take an envelope. */
static bool gap_within(int64_t ms)
{
    struct mono until = {now().ms + ms};
    bool gap = false;
    do
        gap = gap || !bot_is_connected(the.bot) || slack_live(&the.slack) == 0;
    while (sim_step(&the.sim, until));
    return gap;
}

/* ---- replacing one ---- */

static void expect_no_gap_after(int connections, const char *reason, int64_t dropped_after_ms)
{
    scene_start((struct scene_options){.connections = connections});
    advance(MINUTES(1));
    uint64_t old = slack_oldest(&the.slack, 0);
    slack_disconnect(&the.slack, old, reason, dropped_after_ms);
    expect(!gap_within(SECONDS(30)));
    expect_number(slack_live(&the.slack), connections);
    expect(slack_oldest(&the.slack, 0) != old);
    expect_alive();
    scene_end();
}

static void a_warning_leaves_no_gap(void)
{
    expect_no_gap_after(2, "warning", SECONDS(10));
}

static void a_warning_of_the_only_connection_leaves_no_gap(void)
{
    expect_no_gap_after(1, "warning", SECONDS(10));
}

static void a_refresh_that_drops_at_once_leaves_no_gap(void)
{
    expect_no_gap_after(2, "refresh_requested", 0);
}

static void an_unknown_reason_is_taken_for_a_refresh(void)
{
    expect_no_gap_after(1, "coffee", SECONDS(10));
}

static void two_reasons_for_one_connection_open_one_replacement(void)
{
    scene();
    struct mono since = now();
    uint64_t old = slack_oldest(&the.slack, 0);
    slack_disconnect(&the.slack, old, "warning", -1);
    slack_disconnect(&the.slack, old, "refresh_requested", SECONDS(10));
    advance(SECONDS(30));
    expect_number(sim_count_asked(&the.sim, ASK, since), 1);
    expect_number(slack_live(&the.slack), 2);
    scene_end();
}

static void connections_are_replaced_before_they_are_too_old(void)
{
    scene();
    expect(!gap_within(HOURS(24)));
    expect_number(slack_live(&the.slack), 2);
    /* both were replaced several times, never in step */
    size_t asked = sim_count_asked(&the.sim, ASK, (struct mono){0});
    expect(asked >= 10 && asked <= 20);
    expect_alive();
    scene_end();
}

static void one_connection_is_replaced_before_it_goes(void)
{
    scene_start((struct scene_options){.connections = 1});
    expect(!gap_within(HOURS(12)));
    expect_alive();
    scene_end();
}

static void an_envelope_on_a_connection_that_is_leaving_is_acknowledged(void)
{
    scene_start((struct scene_options){.connections = 1});
    slack_disconnect(&the.slack, slack_oldest(&the.slack, 0), "warning", SECONDS(10));
    advance(60); /* the warning is there, its replacement is not */
    struct slack_act *act = begin_say(BO, "help");
    advance(SECONDS(2));
    expect_number(act->acks, 1);
    expect_number(act->deliveries, 1);
    scene_end();
}

/* ---- losing one ---- */

static void a_reset_loses_nothing(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    for (int i = 0; i < 20; i++) {
        struct slack_act *act = begin_say(BO, "note ONB-1001 \"again\"");
        sim_socket_drop(&the.sim, slack_oldest(&the.slack, 0), "connection reset");
        advance(SECONDS(15));
        expect(act->acks > 0);
    }
    expect_note_at(HERE, "ONB-1001", "again", 20);
    scene_end();
}

static void both_reset_at_once_are_back_within_seconds(void)
{
    scene();
    sim_socket_drop(&the.sim, slack_oldest(&the.slack, 0), "connection reset");
    sim_socket_drop(&the.sim, slack_oldest(&the.slack, slack_oldest(&the.slack, 0)),
                    "connection reset");
    advance(SECONDS(2));
    expect_number(slack_live(&the.slack), 2);
    expect_alive();
    scene_end();
}

static void a_half_open_connection_is_noticed_within_half_a_minute(void)
{
    scene();
    uint64_t held = slack_oldest(&the.slack, 0);
    sim_socket_hold(&the.sim, held);
    struct mono since = now();
    advance(SECONDS(30));
    expect(!gap_within(SECONDS(5)));
    expect(sim_count_asked(&the.sim, ASK, since) >= 1);
    expect(bot_is_connected(the.bot));
    advance(MINUTES(1));
    expect_number(slack_live(&the.slack), 2);
    expect_alive();
    scene_end();
}

static void an_act_lost_in_a_half_open_connection_comes_again(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    sim_socket_hold(&the.sim, slack_oldest(&the.slack, 0));
    struct slack_act *acts[6];
    for (size_t i = 0; i < 6; i++)
        acts[i] = begin_say(BO, "note ONB-1001 \"heard\"");
    advance(MINUTES(3));
    for (size_t i = 0; i < 6; i++)
        expect(acts[i]->acks > 0);
    expect_note_at(HERE, "ONB-1001", "heard", 6);
    scene_end();
}

static void a_quiet_connection_is_kept_alive_by_pings(void)
{
    scene();
    struct mono since = now();
    advance(HOURS(2));
    expect_number(sim_count_asked(&the.sim, ASK, since), 0);
    scene_end();
}

/* ---- Slack says no ---- */

static void too_many_websockets_does_not_loop(void)
{
    scene();
    the.slack.instead_of_hello =
        "{\"type\":\"disconnect\",\"reason\":\"too_many_websockets\",\"num_connections\":11,"
        "\"debug_info\":{\"host\":\"applink-10\"}}";
    sim_socket_drop(&the.sim, slack_oldest(&the.slack, 0), "connection reset");
    struct mono since = now();
    advance(MINUTES(9));
    expect(sim_count_asked(&the.sim, ASK, since) <= 2);
    expect_alive();
    the.slack.instead_of_hello = NULL;
    advance(MINUTES(3));
    expect_number(slack_live(&the.slack), 2);
    scene_end();
}

static void too_many_websockets_from_the_first_on_keeps_trying(void)
{
    scene_start((struct scene_options){.asleep = true});
    the.slack.instead_of_hello =
        "{\"type\":\"disconnect\",\"reason\":\"too_many_websockets\",\"num_connections\":11}";
    advance(MINUTES(10));
    expect(!bot_is_connected(the.bot));
    size_t asked = sim_count_asked(&the.sim, ASK, (struct mono){0});
    expect(asked >= 8 && asked <= 25);
    the.slack.instead_of_hello = NULL;
    advance(MINUTES(2));
    expect(bot_is_connected(the.bot));
    scene_end();
}

static void link_disabled_does_not_loop(void)
{
    scene();
    uint64_t first = slack_oldest(&the.slack, 0), second = slack_oldest(&the.slack, first);
    the.slack.instead_of_hello = "{\"type\":\"disconnect\",\"reason\":\"link_disabled\"}";
    slack_disconnect(&the.slack, first, "link_disabled", 0);
    slack_disconnect(&the.slack, second, "link_disabled", 0);
    struct mono since = now();
    advance(MINUTES(30));
    expect(sim_count_asked(&the.sim, ASK, since) <= 2 * 31);
    the.slack.instead_of_hello = NULL;
    advance(MINUTES(2));
    expect_number(slack_live(&the.slack), 2);
    expect_alive();
    scene_end();
}

static void ask_fails(const char *body, int status, const char *headers)
{
    sim_add_fault(&the.sim, (struct sim_fault){.where = ASK,
                                               .kind = SIM_ANSWERED,
                                               .status = status,
                                               .headers = headers,
                                               .body = body});
}

/* While Slack refuses: at least so often and at most so often in an hour; then up at once. */
static void expect_patience(size_t least, size_t most)
{
    sim_socket_drop(&the.sim, slack_oldest(&the.slack, 0), "connection reset");
    sim_socket_drop(&the.sim, slack_oldest(&the.slack, slack_oldest(&the.slack, 0)),
                    "connection reset");
    struct mono since = now();
    advance(HOURS(1));
    size_t asked = sim_count_asked(&the.sim, ASK, since);
    if (asked < least || asked > most)
        fail_at(HERE, "asked %zu times in an hour, not %zu to %zu", asked, least, most);
    sim_heal(&the.sim, NULL);
    the.slack.refuse_upgrades = the.slack.silent = false;
    advance(SECONDS(70));
    expect_number(slack_live(&the.slack), 2);
    expect_alive();
    scene_end();
}

static void invalid_auth_keeps_trying_slowly(void)
{
    scene();
    ask_fails("{\"ok\":false,\"error\":\"invalid_auth\"}", 200, NULL);
    expect_patience(50, 125);
}

static void internal_error_keeps_trying(void)
{
    scene();
    ask_fails("{\"ok\":false,\"error\":\"internal_error\"}", 200, NULL);
    expect_patience(100, 600);
}

static void a_429_is_waited_for(void)
{
    scene();
    ask_fails("{\"ok\":false,\"error\":\"ratelimited\"}", 429, "retry-after: 30\n");
    expect_patience(100, 250);
}

static void a_429_without_a_time_is_waited_for(void)
{
    scene();
    ask_fails("", 429, NULL);
    expect_patience(60, 250);
}

static void refused_upgrades_keep_trying(void)
{
    scene();
    the.slack.refuse_upgrades = true;
    expect_patience(100, 600);
}

static void no_hello_is_not_waited_for_for_ever(void)
{
    scene();
    the.slack.silent = true;
    expect_patience(100, 600);
}

static void no_network_keeps_trying(void)
{
    scene();
    sim_add_fault(&the.sim, (struct sim_fault){.where = ASK, .kind = SIM_REFUSED});
    expect_patience(100, 600);
}

/* hello, and gone at once: again and again. */
static void a_connection_that_never_lasts_does_not_storm(void)
{
    scene();
    struct mono since = now();
    for (int i = 0; i < 3000; i++) {
        advance(200);
        for (uint64_t id; (id = slack_oldest(&the.slack, 0)) != 0;) {
            sim_socket_drop(&the.sim, id, "connection reset");
            advance(1);
        }
    }
    size_t asked = sim_count_asked(&the.sim, ASK, since);
    if (asked > 200) /* in ten minutes */
        fail_at(HERE, "asked %zu times in ten minutes", asked);
    advance(MINUTES(1));
    expect_alive();
    scene_end();
}

static void refreshes_without_end_do_not_storm(void)
{
    scene();
    struct mono since = now();
    for (int i = 0; i < 600; i++) {
        advance(SECONDS(1));
        for (size_t c = 0; c < the.slack.connection_count; c++)
            if (the.slack.connections[c].live)
                slack_disconnect(&the.slack, the.slack.connections[c].id, "refresh_requested", 500);
    }
    size_t asked = sim_count_asked(&the.sim, ASK, since);
    if (asked > 200)
        fail_at(HERE, "asked %zu times in ten minutes", asked);
    advance(MINUTES(1));
    expect_alive();
    scene_end();
}

/* ---- others ---- */

static void a_workspace_that_is_unknown_is_learned_before_anything_is_taken(void)
{
    scene_start((struct scene_options){.asleep = true});
    sim_add_fault(&the.sim,
                  (struct sim_fault){.where = "/auth.test",
                                     .kind = SIM_ANSWERED,
                                     .status = 200,
                                     .body = "{\"ok\":false,\"error\":\"invalid_auth\"}"});
    advance(MINUTES(10));
    expect_number(sim_count_asked(&the.sim, ASK, (struct mono){0}), 0);
    size_t asked = sim_count_asked(&the.sim, "/auth.test", (struct mono){0});
    expect(asked >= 8 && asked <= 12);
    sim_heal(&the.sim, NULL);
    advance(SECONDS(65));
    expect(bot_is_connected(the.bot));
    scene_end();
}

static void a_known_workspace_is_served_while_auth_test_fails(void)
{
    scene();
    expect(stop());
    sim_add_fault(&the.sim, (struct sim_fault){.where = "/auth.test", .kind = SIM_REFUSED});
    boot();
    settle();
    expect_alive();
    scene_end();
}

static void a_graceful_stop_ends_what_is_under_way(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    struct slack_act *act = begin_say(BO, "note ONB-1001 \"before the end\"");
    advance(70);
    expect(stop());
    boot();
    settle();
    expect(act->acks > 0);
    expect_note("ONB-1001", "before the end");
    scene_end();
}

static void a_stop_does_not_wait_longer_than_ten_seconds(void)
{
    scene();
    sim_add_fault(&the.sim, (struct sim_fault){
                                .where = PLATFORM_URL, .kind = SIM_SLOW, .slow_ms = SECONDS(60)});
    win("ACME Corp");
    advance(SECONDS(10));
    struct mono since = now();
    expect(!stop());
    expect(now().ms - since.ms <= SECONDS(10));
    sim_heal(&the.sim, NULL);
    boot();
    scene_end();
}

const struct scenario socket_mode_scenarios[] = {
    {"a warning leaves no gap", a_warning_leaves_no_gap},
    {"a warning of the only connection leaves no gap",
     a_warning_of_the_only_connection_leaves_no_gap},
    {"a refresh that drops at once leaves no gap", a_refresh_that_drops_at_once_leaves_no_gap},
    {"an unknown reason is taken for a refresh", an_unknown_reason_is_taken_for_a_refresh},
    {"two reasons for one connection open one replacement",
     two_reasons_for_one_connection_open_one_replacement},
    {"connections are replaced before they are too old",
     connections_are_replaced_before_they_are_too_old},
    {"one connection is replaced before it goes", one_connection_is_replaced_before_it_goes},
    {"an envelope on a connection that is leaving is acknowledged",
     an_envelope_on_a_connection_that_is_leaving_is_acknowledged},
    {"a reset loses nothing", a_reset_loses_nothing},
    {"both reset at once are back within seconds", both_reset_at_once_are_back_within_seconds},
    {"a half-open connection is noticed within half a minute",
     a_half_open_connection_is_noticed_within_half_a_minute},
    {"an act lost in a half-open connection comes again",
     an_act_lost_in_a_half_open_connection_comes_again},
    {"a quiet connection is kept alive by pings", a_quiet_connection_is_kept_alive_by_pings},
    {"too_many_websockets does not loop", too_many_websockets_does_not_loop},
    {"too_many_websockets from the first on keeps trying",
     too_many_websockets_from_the_first_on_keeps_trying},
    {"link_disabled does not loop", link_disabled_does_not_loop},
    {"invalid_auth keeps trying slowly", invalid_auth_keeps_trying_slowly},
    {"internal_error keeps trying", internal_error_keeps_trying},
    {"a 429 for a connection is waited for", a_429_is_waited_for},
    {"a 429 without a time for a connection is waited for", a_429_without_a_time_is_waited_for},
    {"refused upgrades keep trying", refused_upgrades_keep_trying},
    {"no hello is not waited for for ever", no_hello_is_not_waited_for_for_ever},
    {"no network keeps trying", no_network_keeps_trying},
    {"a connection that never lasts does not storm", a_connection_that_never_lasts_does_not_storm},
    {"refreshes without end do not storm", refreshes_without_end_do_not_storm},
    {"a workspace that is unknown is learned before anything is taken",
     a_workspace_that_is_unknown_is_learned_before_anything_is_taken},
    {"a known workspace is served while auth.test fails",
     a_known_workspace_is_served_while_auth_test_fails},
    {"a graceful stop ends what is under way", a_graceful_stop_ends_what_is_under_way},
    {"a stop does not wait longer than ten seconds", a_stop_does_not_wait_longer_than_ten_seconds},
    {0},
};
