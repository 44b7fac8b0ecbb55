/* HTTP mode: what people do comes as signed requests, and nothing that Socket Mode promises is less
 * true for it. */
#include "tests/scenario/scenarios.h"

#include <stdio.h>
#include <string.h>

#define COMMAND                                                                                    \
    "team_id=" TEAM "&channel_id=" CHANNEL "&user_id=" BO                                          \
    "&command=%2Fonboard&text=note+ONB-1001+%22called+them%22&trigger_id=77.1.a"

static void http_scene(void)
{
    scene_start((struct scene_options){.http = true});
    win_overdue("ACME Corp", 12);
}

/* Signed so many seconds from now. */
static struct sim_visit *send_signed(const char *path, const char *body, int64_t from_now_s)
{
    static char headers[16][320];
    char *mine = headers[the.posted_count];
    slack_sign(SIGNING_SECRET, the.sim.world.now.ms / 1000 + from_now_s, body, mine,
               sizeof headers[0]);
    return post(path, mine, body);
}

static void no_connection_is_opened_and_the_whole_path_to_the_decision_works(void)
{
    http_scene();
    expect_number(sim_count_asked(&the.sim, "/apps.connections.open", (struct mono){0}), 0);
    struct slack_act *act = press_approve(MAYA, "ONB-1001");
    expect_number(act->acks, 1);
    expect_text_at(HERE, act->ack, "");
    expect_answer(submit_ticks(MAYA, -1, NULL, NULL), "Approved: ONB-1001");
    expect_card("ONB-1001", "*Approved* by");
    expect_number(the.systems.organizations, 1);
    scene_end();
}

static void a_commands_answer_is_the_body(void)
{
    http_scene();
    struct slack_act *act = say(BO, "status ONB-1001");
    expect_answer(act, "ACME Corp");
    expect(strstr(act->ack, "\"response_type\":\"ephemeral\"") != NULL);
    scene_end();
}

static void a_form_is_refused_in_the_body_and_taken_when_it_is_right(void)
{
    http_scene();
    click(MAYA, "reject", "ONB-1001");
    struct slack_act *act = submit_reject(MAYA, "other", "");
    expect(strstr(act->ack, "\"response_action\":\"errors\"") != NULL);
    submit_reject(MAYA, "other", "They asked us to wait.");
    expect_card("ONB-1001", "*Rejected* by");
    scene_end();
}

static void a_request_that_comes_again_has_the_same_answer_and_no_second_effect(void)
{
    http_scene();
    struct slack_act *act = say(BO, "note ONB-1001 \"called them\"");
    for (int i = 0; i < 3; i++) {
        slack_redeliver(&the.slack, act);
        settle();
    }
    expect_number(act->acks, 4);
    expect(!act->ack_differs);
    expect_stored("SELECT count(*) FROM audit WHERE action = 'note'", 1);
    scene_end();
}

static void a_request_is_answered_within_three_seconds(void)
{
    http_scene();
    struct slack_act *act = begin_click(MAYA, "claim", "ONB-1001");
    settle();
    expect(act->acked_at.ms - act->done_at.ms < 500);
    scene_end();
}

static void a_commit_that_fails_is_not_answered_with_200(void)
{
    http_scene();
    the.commits_fail = true;
    struct slack_act *click_lost = click(MAYA, "approve", "ONB-1001");
    struct slack_act *home = slack_open_home(&the.slack, MAYA);
    settle();
    expect_number(click_lost->acks, 0);
    expect_number(home->acks, 0);
    expect(click_lost->failed && home->answered > 0);
    the.commits_fail = false;
    settle();
    expect_number(home->acks, 1);
    expect_number(the.slack.home_count, 1);
    click(MAYA, "approve", "ONB-1001");
    expect_card("ONB-1001", "*Approved* by");
    scene_end();
}

static void a_crash_before_the_commit_loses_no_event(void)
{
    http_scene();
    crash_around_commit(DEATH_BEFORE_COMMIT);
    struct slack_act *home = slack_open_home(&the.slack, MAYA);
    settle();
    settle();
    expect_number(home->acks, 1);
    expect_number(the.slack.home_count, 1);
    scene_end();
}

static void who_does_not_sign_hears_401_and_has_no_effect(void)
{
    static char headers[3][320];
    http_scene();
    int64_t now_s = the.sim.world.now.ms / 1000;
    slack_sign("another-secret", now_s, COMMAND, headers[0], sizeof headers[0]);
    slack_sign(SIGNING_SECRET, now_s, "another body", headers[1], sizeof headers[1]);
    slack_sign(SIGNING_SECRET, now_s, COMMAND, headers[2], sizeof headers[2]);
    char *digit = headers[2] + strlen(headers[2]) - 2;
    *digit = *digit == '0' ? '1' : '0';
    const char *const wrong[] = {"", headers[0], headers[1], headers[2]};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct sim_visit *visit = post("/slack/commands", wrong[i], COMMAND);
        expect_number(visit->status, 401);
        expect_number(visit->answer.len, 0);
    }
    expect_stored("SELECT count(*) FROM audit WHERE action = 'note'", 0);
    scene_end();
}

static void a_signature_counts_for_five_minutes_to_either_side(void)
{
    http_scene();
    const struct {
        int64_t from_now_s;
        int status;
    } cases[] = {{-301, 401}, {301, 401}, {100000, 401}, {-299, 200}, {299, 200}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_number(send_signed("/slack/commands", COMMAND, cases[i].from_now_s)->status,
                      cases[i].status);
    expect_stored("SELECT count(*) FROM audit WHERE action = 'note'", 1);
    scene_end();
}

static void slack_is_told_that_the_address_is_ours(void)
{
    http_scene();
    struct sim_visit *visit = send_signed(
        "/slack/events",
        "{\"type\":\"url_verification\",\"token\":\"x\",\"challenge\":\"3eZbrw1a\"}", 0);
    expect_number(visit->status, 200);
    expect_text_at(HERE, buf_cstr(&visit->answer), "3eZbrw1a");
    expect_number(post("/slack/commands", "", "ssl_check=1&token=legacy")->status, 200);
    expect_number(post("/slack/commands", "", "ssl_check=1&command=%2Fonboard")->status, 401);
    scene_end();
}

static void what_cannot_be_understood_is_answered_with_400(void)
{
    http_scene();
    expect_number(send_signed("/slack/events", "{\"type\":", 0)->status, 400);
    expect_number(send_signed("/slack/events", "[]", 0)->status, 400);
    expect_number(send_signed("/slack/commands", "command=%zz", 0)->status, 400);
    expect_number(send_signed("/slack/commands", "command=%2Fonboard", 0)->status, 400);
    expect_number(send_signed("/slack/interactions", "other=1", 0)->status, 400);
    expect_number(send_signed("/slack/interactions", "payload=%7B", 0)->status, 400);
    scene_end();
}

static void a_workspace_that_is_not_ours_is_answered_and_not_served(void)
{
    http_scene();
    const char *body =
        "team_id=T0OTHER&user_id=" BO "&command=%2Fonboard&text=note+ONB-1001+x&trigger_id=77.2.a";
    struct sim_visit *visit = send_signed("/slack/commands", body, 0);
    expect_number(visit->status, 200);
    expect_number(visit->answer.len, 0);
    expect_stored("SELECT count(*) FROM audit WHERE action = 'note'", 0);
    scene_end();
}

static void before_slack_has_said_who_we_are_requests_are_to_come_again(void)
{
    scene_start((struct scene_options){.http = true, .asleep = true});
    sim_add_fault(&the.sim, (struct sim_fault){.where = "/auth.test", .kind = SIM_REFUSED});
    struct slack_act *home = slack_open_home(&the.slack, MAYA);
    settle();
    expect_number(home->acks, 0);
    sim_heal(&the.sim, NULL);
    advance(SECONDS(10));
    expect_number(home->acks, 1);
    scene_end();
}

static void in_socket_mode_the_addresses_are_not_there(void)
{
    scene();
    expect_number(send_signed("/slack/commands", COMMAND, 0)->status, 404);
    scene_end();
}

static const char *metrics_page(void)
{
    static struct sim_visit visit;
    buf_release(&visit.answer);
    visit = (struct sim_visit){.method = "GET", .path = "/metrics", .headers = "", .body = ""};
    sim_visit(&the.sim, &visit);
    settle();
    const char *page = arena_str(&the.arena, buf_cstr(&visit.answer));
    buf_release(&visit.answer);
    return page;
}

static void a_missing_connection_is_an_alarm_in_socket_mode_alone(void)
{
    http_scene();
    say(BO, "status ONB-1001");
    const char *page = metrics_page();
    expect(!strstr(page, "usher_slack_connections"));
    expect(strstr(page, "usher_slack_requests_total{what=\"commands\",result=\"taken\"} 1"));
    scene_end();
    scene_start((struct scene_options){.asleep = true});
    sim_add_fault(&the.sim, (struct sim_fault){.where = "/auth.test", .kind = SIM_REFUSED});
    expect(strstr(metrics_page(), "\nusher_slack_connections 0\n"));
    scene_end();
}

const struct scenario http_mode_scenarios[] = {
    {"HTTP mode: no connection is opened, and the whole path to the decision works",
     no_connection_is_opened_and_the_whole_path_to_the_decision_works},
    {"HTTP mode: a command's answer is the body", a_commands_answer_is_the_body},
    {"HTTP mode: a form is refused in the body and taken when it is right",
     a_form_is_refused_in_the_body_and_taken_when_it_is_right},
    {"HTTP mode: a request that comes again has the same answer and no second effect",
     a_request_that_comes_again_has_the_same_answer_and_no_second_effect},
    {"HTTP mode: a request is answered within three seconds",
     a_request_is_answered_within_three_seconds},
    {"HTTP mode: a commit that fails is not answered with 200",
     a_commit_that_fails_is_not_answered_with_200},
    {"HTTP mode: a crash before the commit loses no event",
     a_crash_before_the_commit_loses_no_event},
    {"HTTP mode: who does not sign hears 401 and has no effect",
     who_does_not_sign_hears_401_and_has_no_effect},
    {"HTTP mode: a signature counts for five minutes to either side",
     a_signature_counts_for_five_minutes_to_either_side},
    {"HTTP mode: Slack is told that the address is ours", slack_is_told_that_the_address_is_ours},
    {"HTTP mode: what cannot be understood is answered with 400",
     what_cannot_be_understood_is_answered_with_400},
    {"HTTP mode: a workspace that is not ours is answered and not served",
     a_workspace_that_is_not_ours_is_answered_and_not_served},
    {"HTTP mode: before Slack has said who we are, requests are to come again",
     before_slack_has_said_who_we_are_requests_are_to_come_again},
    {"HTTP mode: in Socket Mode the addresses are not there",
     in_socket_mode_the_addresses_are_not_there},
    {"HTTP mode: a missing connection is an alarm in Socket Mode alone",
     a_missing_connection_is_an_alarm_in_socket_mode_alone},
    {0},
};
