/* Envelopes of every shape: redelivered, unparsable, unknown, foreign, too large to answer. */
#include "tests/scenario/scenarios.h"

#include <stdio.h>
#include <string.h>

/* ---- redelivery ---- */

static void a_redelivered_command_gives_the_same_answer_and_no_second_effect(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    struct slack_act *act = say(BO, "note ONB-1001 \"called them\"");
    for (int i = 0; i < 3; i++) {
        slack_redeliver(&the.slack, act);
        settle();
    }
    expect_number(act->acks, 4);
    expect(!act->ack_differs);
    expect_note("ONB-1001", "called them");
    scene_end();
}

static void a_redelivered_click_decides_once(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    struct slack_act *act = begin_approve(MAYA, "ONB-1001");
    slack_redeliver(&the.slack, act);
    slack_redeliver(&the.slack, act);
    settle();
    expect_number(act->acks, 3);
    expect_stored("SELECT count(*) FROM audit WHERE action = 'approve'", 1);
    expect_stored("SELECT count(*) FROM audit WHERE action = 'approve.refused'", 0);
    expect(!act->ack_differs);
    expect_answer(act, "Approved: ONB-1001 r1. Provisioning follows.");
    scene_end();
}

static void a_redelivered_form_gives_the_same_answer(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    click(MAYA, "reject", "ONB-1001");
    struct slack_act *act = submit_reject(MAYA, "other", "");
    slack_redeliver(&the.slack, act);
    settle();
    expect_number(act->acks, 2);
    expect(!act->ack_differs);
    scene_end();
}

static void an_answer_survives_the_process_that_gave_it(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    struct slack_act *act = say(BO, "note ONB-1001 \"called them\"");
    crash_and_restart();
    settle();
    slack_redeliver(&the.slack, act);
    settle();
    expect_number(act->acks, 2);
    expect(!act->ack_differs);
    expect_note("ONB-1001", "called them");
    scene_end();
}

static void a_retried_event_is_taken(void)
{
    scene();
    struct slack_act *act = slack_open_home(&the.slack, MAYA);
    act->deliveries = 3; /* the next one bears a retry_attempt */
    settle();
    expect_number(the.slack.home_count, 1);
    slack_redeliver(&the.slack, act);
    settle();
    expect_number(the.slack.home_count, 1);
    scene_end();
}

/* ---- what cannot be understood ---- */

static void an_unparsable_envelope_is_acknowledged(void)
{
    static const char *const frames[] = {
        "{\"envelope_id\":\"raw-1\",\"type\":\"interactive\",\"payload\":{\"type\":\"blo",
        "{\"envelope_id\":\"raw-2\",\"type\":\"interactive\"}",
        "{\"envelope_id\":\"raw-3\",\"type\":\"slash_commands\",\"payload\":{\"team_id\":\"" TEAM
        "\"}}",
        "{\"envelope_id\":\"raw-4\",\"type\":\"interactive\",\"payload\":{\"type\":\"block_"
        "actions\","
        "\"team\":{\"id\":\"" TEAM "\"},\"user\":{\"id\":\"" MAYA "\"},\"actions\":[]}}",
        "{\"envelope_id\":\"raw-5\",\"type\":\"events_api\",\"payload\":7}",
    };
    scene();
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        slack_raw(&the.slack, frames[i]);
        settle();
        expect_number(the.slack.raw_acks, i + 1);
    }
    scene_end();
}

static void frames_that_are_nothing_at_all_are_survived(void)
{
    static const char *const frames[] = {
        "",
        "[]",
        "null",
        "UNAUTHENTICATED: cache_error",
        "{}",
        "{\"type\":\"hello\"}",
        "{\"type\":7}",
        "\"text\"",
        "{\"envelope_id\":\"\"}",
        "\xff\xfe",
    };
    scene();
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++)
        slack_raw(&the.slack, frames[i]);
    settle();
    expect_answer(say(BO, "help"), "/onboard");
    scene_end();
}

static void unknown_types_are_acknowledged(void)
{
    static const char *const frames[] = {
        "{\"envelope_id\":\"raw-1\",\"type\":\"weather\",\"payload\":{}}",
        "{\"envelope_id\":\"raw-2\",\"type\":\"interactive\",\"payload\":{\"type\":\"shortcut\"}}",
        "{\"envelope_id\":\"raw-3\",\"type\":\"interactive\",\"payload\":{\"type\":\"view_closed\"}"
        "}",
        "{\"envelope_id\":\"raw-4\",\"type\":\"events_api\",\"payload\":{\"type\":\"event_"
        "callback\","
        "\"team_id\":\"" TEAM "\",\"event_id\":\"Ev0\",\"event\":{\"type\":\"star_added\","
        "\"user\":\"" MAYA "\"}}}",
    };
    scene();
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++)
        slack_raw(&the.slack, frames[i]);
    settle();
    expect_number(the.slack.raw_acks, sizeof frames / sizeof *frames);
    scene_end();
}

static void app_rate_limited_is_acknowledged(void)
{
    scene();
    slack_raw(&the.slack, "{\"envelope_id\":\"raw-1\",\"type\":\"events_api\",\"payload\":"
                          "{\"type\":\"app_rate_limited\",\"team_id\":\"" TEAM
                          "\",\"minute_rate_limited\":1518467820,\"api_app_id\":\"A0USHER\"}}");
    settle();
    expect_number(the.slack.raw_acks, 1);
    scene_end();
}

static void an_envelope_of_another_workspace_is_ignored_and_acknowledged(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    slack_raw(&the.slack,
              "{\"envelope_id\":\"raw-1\",\"type\":\"slash_commands\",\"accepts_response_payload\":"
              "true,\"payload\":{\"team_id\":\"T0OTHER\",\"channel_id\":\"C1\",\"user_id\":\"" MAYA
              "\",\"command\":\"/onboard\",\"text\":\"approve ONB-1001\",\"trigger_id\":\"9.9\"}}");
    settle();
    expect_number(the.slack.raw_acks, 1);
    expect_stored("SELECT state FROM items", 0);
    expect_stored("SELECT count(*) FROM inbox WHERE key = 'cmd:9.9'", 0);
    scene_end();
}

static void events_of_bots_are_acknowledged_and_ignored(void)
{
    scene();
    slack_raw(&the.slack,
              "{\"envelope_id\":\"raw-1\",\"type\":\"events_api\",\"payload\":{\"type\":"
              "\"event_callback\",\"team_id\":\"" TEAM "\",\"event_id\":\"Ev0\","
              "\"event\":{\"type\":\"app_home_opened\",\"bot_id\":\"B1\",\"tab\":"
              "\"home\",\"user\":\"" MAYA "\"}}}");
    settle();
    expect_number(the.slack.raw_acks, 1);
    expect_number(the.slack.home_count, 0);
    scene_end();
}

/* ---- acknowledging ---- */

/* Thirty remarks of 200 characters, three bytes each, are more than 16 KiB. */
static void an_answer_that_no_frame_can_carry_comes_by_the_response_url(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    struct buf note = {0};
    buf_str(&note, "note ONB-1001 \"");
    for (int i = 0; i < 200; i++)
        buf_str(&note, "注");
    buf_str(&note, "\"");
    for (int i = 0; i < 30; i++)
        say(BO, buf_cstr(&note));
    buf_release(&note);
    struct slack_act *act = say(BO, "timeline ONB-1001");
    expect(act->ack_bytes < 200);
    expect_answer(act, "ACME Corp · ONB-1001 · timeline");
    scene_end();
}

static void a_commit_that_fails_is_not_acknowledged(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    press_approve(MAYA, "ONB-1001");
    the.commits_fail = true;
    struct slack_act *act = begin_ticks(MAYA, -1, NULL, NULL);
    advance(SECONDS(40));
    expect_number(act->acks, 0);
    expect(act->answer == NULL);
    expect(act->deliveries > 1);
    expect_not_on_card("ONB-1001", "Approved");
    the.commits_fail = false;
    advance(SECONDS(40));
    expect_number(act->acks, 1);
    expect_answer(act, "Approved: ONB-1001");
    scene_end();
}

static void what_only_reads_is_answered_while_commits_fail(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    the.commits_fail = true;
    expect_answer(say(BO, "status ONB-1001"), "ONB-1001");
    the.commits_fail = false;
    scene_end();
}

static void an_acknowledgement_is_within_three_seconds(void)
{
    scene();
    win_overdue("ACME Corp", 12);
    struct slack_act *acts[60];
    for (size_t i = 0; i < 60; i++)
        acts[i] = begin_say(i % 2 ? BO : MAYA, i % 3 ? "status ONB-1001" : "note ONB-1001 \"x\"");
    settle();
    for (size_t i = 0; i < 60; i++)
        expect(acts[i]->acks == 1 && acts[i]->acked_at.ms - acts[i]->done_at.ms < 500);
    advance(MINUTES(2));
    scene_end();
}

const struct scenario envelopes_scenarios[] = {
    {"a redelivered command gives the same answer and no second effect",
     a_redelivered_command_gives_the_same_answer_and_no_second_effect},
    {"a redelivered click decides once", a_redelivered_click_decides_once},
    {"a redelivered form gives the same answer", a_redelivered_form_gives_the_same_answer},
    {"an answer survives the process that gave it", an_answer_survives_the_process_that_gave_it},
    {"a retried event is taken", a_retried_event_is_taken},
    {"an unparsable envelope is acknowledged", an_unparsable_envelope_is_acknowledged},
    {"frames that are nothing at all are survived", frames_that_are_nothing_at_all_are_survived},
    {"unknown types are acknowledged", unknown_types_are_acknowledged},
    {"app_rate_limited is acknowledged", app_rate_limited_is_acknowledged},
    {"an envelope of another workspace is ignored and acknowledged",
     an_envelope_of_another_workspace_is_ignored_and_acknowledged},
    {"events of bots are acknowledged and ignored", events_of_bots_are_acknowledged_and_ignored},
    {"an answer that no frame can carry comes by the response URL",
     an_answer_that_no_frame_can_carry_comes_by_the_response_url},
    {"a commit that fails is not acknowledged", a_commit_that_fails_is_not_acknowledged},
    {"what only reads is answered while commits fail",
     what_only_reads_is_answered_while_commits_fail},
    {"an acknowledgement is within three seconds", an_acknowledgement_is_within_three_seconds},
    {0},
};
