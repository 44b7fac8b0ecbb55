/* The Socket Mode half: connections, envelopes, acknowledgements, redelivery.
 *
 *   act -> delivered on one connection -> acknowledged
 *            ^    | the connection dies, or nothing comes for a while
 *            +----+
 */
#include "base/json.h"
#include "tests/scenario/fake_slack_inside.h"
#include "tests/scenario/slack_limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NEW_TICKET_MS = 1000,
    WARNING_MS = 10000,
    GIVE_UP_AFTER = 400,
    FRAME_LIMIT = 20480,
    LATE_MAX_MS = 4000
};

/* ---- connections ---- */

static struct slack_connection *connection_of(struct fake_slack *slack, uint64_t id)
{
    for (size_t i = 0; i < slack->connection_count; i++)
        if (slack->connections[i].id == id)
            return &slack->connections[i];
    return NULL;
}

size_t slack_live(const struct fake_slack *slack)
{
    size_t live = 0;
    for (size_t i = 0; i < slack->connection_count; i++)
        live += slack->connections[i].live;
    return live;
}

uint64_t slack_oldest(const struct fake_slack *slack, uint64_t but)
{
    for (size_t i = 0; i < slack->connection_count; i++)
        if (slack->connections[i].live && slack->connections[i].id != but)
            return slack->connections[i].id;
    return 0;
}

/* Any live one: Slack promises no pattern. Not `but` where there is another. */
static uint64_t any_live(struct fake_slack *slack, uint64_t but)
{
    size_t live = slack_live(slack);
    if (live == 0)
        return 0;
    size_t pick = sim_below(slack->sim, live);
    for (size_t round = 0; round < 2; round++)
        for (size_t i = 0; i < slack->connection_count; i++) {
            const struct slack_connection *connection = &slack->connections[i];
            if (!connection->live)
                continue;
            if (pick > 0)
                pick--;
            else if (connection->id != but || live == 1)
                return connection->id;
        }
    return slack_oldest(slack, but);
}

static void on_lifetime(void *arg, uint64_t id)
{
    struct fake_slack *slack = arg;
    struct slack_connection *connection = connection_of(slack, id);
    if (connection && connection->live)
        slack_disconnect(slack, id, "warning", WARNING_MS);
}

static bool on_accept(void *arg, const char *url)
{
    struct fake_slack *slack = arg;
    return !slack->refuse_upgrades && strncmp(url, "wss://wss.slack.com/link/?ticket=", 33) == 0;
}

static void say_hello(struct fake_slack *slack, uint64_t id)
{
    char frame[320], lifetime[64] = "";
    if (slack->lifetime_s)
        snprintf(lifetime, sizeof lifetime, ",\"approximate_connection_time\":%" PRId64,
                 slack->lifetime_s);
    snprintf(frame, sizeof frame,
             "{\"type\":\"hello\",\"num_connections\":%" PRId64
             ",\"debug_info\":{\"host\":\"applink-1\",\"build_number\":10%s},"
             "\"connection_info\":{\"app_id\":\"A0USHER\"}}",
             (int64_t)slack_live(slack) + slack->others, lifetime);
    sim_socket_say(slack->sim, id, frame);
    if (slack->lifetime_s)
        sim_after(slack->sim, SECONDS(slack->lifetime_s) - WARNING_MS, on_lifetime, slack, id);
}

static void on_opened(void *arg, uint64_t id, const char *url)
{
    struct fake_slack *slack = arg;
    (void)url;
    slack->connections = slack_grown(slack->connections, slack->connection_count,
                                     &slack->connection_cap, sizeof *slack->connections);
    bool greets = !slack->instead_of_hello && !slack->silent;
    slack->connections[slack->connection_count++] =
        (struct slack_connection){.id = id, .live = greets, .opened_at = slack->sim->world.mono};
    if (slack->instead_of_hello)
        sim_socket_say(slack->sim, id, slack->instead_of_hello);
    else if (greets)
        say_hello(slack, id);
}

static void on_redeliver(void *arg, uint64_t number);

static void on_closed(void *arg, uint64_t id)
{
    struct fake_slack *slack = arg;
    struct slack_connection *connection = connection_of(slack, id);
    if (!connection || !connection->live)
        return;
    connection->live = false;
    for (size_t i = 0; i < slack->act_count; i++)
        if (slack->acts[i]->connection == id && slack->acts[i]->acks == 0)
            sim_after(slack->sim, NEW_TICKET_MS, on_redeliver, slack, slack->acts[i]->number);
}

static void on_drop(void *arg, uint64_t id)
{
    struct fake_slack *slack = arg;
    sim_socket_drop(slack->sim, id, "closed by Slack");
}

void slack_disconnect(struct fake_slack *slack, uint64_t connection, const char *reason,
                      int64_t after_ms)
{
    char frame[160];
    snprintf(frame, sizeof frame,
             "{\"type\":\"disconnect\",\"reason\":\"%s\",\"debug_info\":{\"host\":\"applink-2\"}}",
             reason);
    sim_socket_say(slack->sim, connection, frame);
    if (after_ms >= 0)
        sim_after(slack->sim, after_ms, on_drop, slack, connection);
}

/* ---- delivering ---- */

static void deliver_on(struct fake_slack *slack, struct slack_act *act, uint64_t connection)
{
    struct buf frame = {0};
    bool event = strcmp(act->type, "events_api") == 0;
    /* A retry may bear an envelope id of its own, and Slack's member order varies. */
    bool own_id = act->deliveries > 0 && sim_below(slack->sim, 2);
    buf_fmt(&frame, "{\"envelope_id\":\"act-%" PRIu64 "-%u\",\"payload\":%s,\"type\":\"%s\"",
            act->number, own_id ? act->deliveries : 0, act->payload, act->type);
    if (event)
        buf_fmt(&frame, ",\"retry_attempt\":%u,\"retry_reason\":\"%s\"", act->deliveries,
                act->deliveries ? "timeout" : "");
    buf_fmt(&frame, ",\"accepts_response_payload\":%s}", act->accepts ? "true" : "false");
    act->deliveries++;
    act->connection = connection;
    sim_socket_say(slack->sim, connection, buf_cstr(&frame));
    buf_release(&frame);
    if (slack->redeliver_ms)
        sim_after(slack->sim, slack->redeliver_ms, on_redeliver, slack, act->number);
}

void slack_redeliver(struct fake_slack *slack, struct slack_act *act)
{
    if (slack->signing_secret) {
        slack_send_http(slack, act);
        return;
    }
    uint64_t connection = any_live(slack, act->connection);
    if (connection)
        deliver_on(slack, act, connection);
}

static void on_redeliver(void *arg, uint64_t number)
{
    struct fake_slack *slack = arg;
    struct slack_act *act = slack->acts[number - 1];
    if (act->acks > 0 || act->gave_up)
        return;
    uint64_t connection = any_live(slack, act->connection);
    if (act->deliveries >= GIVE_UP_AFTER)
        act->gave_up = true;
    else if (connection)
        deliver_on(slack, act, connection);
    else
        sim_after(slack->sim, NEW_TICKET_MS, on_redeliver, slack, number);
}

static void deliver(struct fake_slack *slack, struct slack_act *act)
{
    if (slack->signing_secret) {
        slack_send_http(slack, act);
        return;
    }
    uint64_t connection = any_live(slack, 0);
    if (!connection) {
        /* A person sees an error at once; an event waits. */
        act->failed = act->gave_up = strcmp(act->type, "events_api") != 0;
        if (!act->failed)
            sim_after(slack->sim, NEW_TICKET_MS, on_redeliver, slack, act->number);
        return;
    }
    if (slack->late_permille && sim_below(slack->sim, 1000) < slack->late_permille) {
        sim_after(slack->sim, 1 + (int64_t)sim_below(slack->sim, LATE_MAX_MS), on_redeliver, slack,
                  act->number);
        return;
    }
    deliver_on(slack, act, connection);
    if (slack->duplicate_permille && sim_below(slack->sim, 1000) < slack->duplicate_permille)
        slack_redeliver(slack, act);
}

void slack_raw(struct fake_slack *slack, const char *frame)
{
    for (size_t i = slack->connection_count; i-- > 0;)
        if (slack->connections[i].live) {
            sim_socket_say(slack->sim, slack->connections[i].id, frame);
            return;
        }
    slack_trouble(slack, "no connection for the frame %s", frame);
}

/* ---- acknowledgements ---- */

/* A submitted form may turn into another form. */
static void take_update(struct fake_slack *slack, const struct slack_act *act, const char *payload)
{
    struct err err;
    struct json_object *json = json_parse(payload, strlen(payload), strlen(payload) + 1, &err);
    struct json_object *view = json ? json_at(json, "view") : NULL;
    if (view && json_at(view, "submit"))
        slack_view_updated(slack, act->user,
                           json_object_to_json_string_ext(
                               view, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(json);
}

/* The form that was submitted, which need not be the newest: an answer is also given again. */
static const char *form_of(const struct fake_slack *slack, const struct slack_act *act)
{
    static const char before[] = "\"view\":{\"id\":\"";
    const char *id =
        strstr(act->payload, "\"view_submission\"") ? strstr(act->payload, before) : NULL;
    size_t len = id ? strcspn(id += strlen(before), "\"") : 0;
    for (size_t i = 0; i < slack->view_count; i++)
        if (id && strlen(slack->views[i].where) == len &&
            strncmp(slack->views[i].where, id, len) == 0)
            return slack->views[i].text;
    return NULL;
}

/* What it shows, and where the errors of a form stand. */
static void judge_ack(struct fake_slack *slack, const struct slack_act *act, const char *payload)
{
    const char *why = slack_refuses_payload(payload), *view = form_of(slack, act);
    if (!why && view)
        why = slack_refuses_errors(payload, view);
    if (why)
        slack_trouble(slack, "Slack refuses an acknowledgement: %s", why);
}

void slack_take_ack(struct fake_slack *slack, struct slack_act *act, const char *payload,
                    size_t bytes)
{
    if (payload[0] && !act->accepts)
        slack_trouble(slack, "a payload where none is taken: %s", payload);
    if (payload[0])
        judge_ack(slack, act, payload);
    slack_check_told(slack, act, payload);
    if (act->acks++ == 0) {
        act->ack = slack_copied(payload);
        act->acked_at = slack->sim->world.mono;
        if (payload[0])
            take_update(slack, act, payload);
    } else if (strcmp(act->ack, payload) != 0) {
        act->ack_differs = true;
    }
    if (bytes > act->ack_bytes)
        act->ack_bytes = bytes;
}

void slack_check_told(struct fake_slack *slack, const struct slack_act *act, const char *text)
{
    if (act->foreign && strstr(text, "INV-"))
        slack_trouble(slack, "another workspace was told: %s", text);
}

static void take_ack(struct fake_slack *slack, struct slack_act *act, struct json_object *frame,
                     size_t len)
{
    struct json_object *payload = json_at(frame, "payload");
    slack_take_ack(slack, act,
                   payload ? json_object_to_json_string_ext(
                                 payload, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)
                           : "",
                   len);
}

static void on_frame(void *arg, uint64_t connection, const char *text, size_t len)
{
    struct fake_slack *slack = arg;
    struct err err;
    uint64_t number = 0;
    (void)connection;
    if (len >= FRAME_LIMIT) {
        slack_trouble(slack, "a frame that Slack drops: %.60s", text);
        return;
    }
    struct json_object *frame = json_parse(text, len, FRAME_LIMIT, &err);
    const char *id = json_get_str(frame, "envelope_id", "");
    if (sscanf(id, "act-%" SCNu64, &number) == 1 && number >= 1 && number <= slack->act_count)
        take_ack(slack, slack->acts[number - 1], frame, len);
    else if (strncmp(id, "raw-", 4) == 0)
        slack->raw_acks++;
    else
        slack_trouble(slack, "a frame that Slack does not understand: %.100s", text);
    json_object_put(frame);
}

struct sim_listener slack_listener(struct fake_slack *slack)
{
    return (struct sim_listener){.arg = slack,
                                 .accept = on_accept,
                                 .opened = on_opened,
                                 .frame = on_frame,
                                 .closed = on_closed};
}

/* ---- what people do ---- */

struct slack_act *slack_act_by_trigger(struct fake_slack *slack, const char *trigger)
{
    for (size_t i = 0; i < slack->act_count; i++)
        if (strcmp(slack->acts[i]->trigger, trigger) == 0)
            return slack->acts[i];
    return NULL;
}

static struct slack_act *act_new(struct fake_slack *slack, const char *type, const char *user)
{
    slack->acts = slack_grown(slack->acts, slack->act_count, &slack->act_cap, sizeof *slack->acts);
    struct slack_act *act = calloc(1, sizeof *act);
    if (!act)
        abort();
    slack->acts[slack->act_count++] = act;
    act->number = slack->act_count;
    act->type = type;
    act->accepts = strcmp(type, "slash_commands") == 0;
    act->done_at = slack->sim->world.mono;
    act->foreign = slack->elsewhere;
    snprintf(act->user, sizeof act->user, "%s", user);
    snprintf(act->trigger, sizeof act->trigger, "%" PRIu64 ".798.f00", act->number);
    return act;
}

/* "user", trigger and response URL of every interaction. */
static void put_person(struct json_writer *w, const struct fake_slack *slack,
                       const struct slack_act *act)
{
    char url[96];
    snprintf(url, sizeof url, "https://hooks.slack.com/actions/%s/%" PRIu64, slack->team,
             act->number);
    json_pair_str(w, "trigger_id", act->trigger);
    json_pair_str(w, "response_url", url);
    json_pair_str(w, "token", "legacy");
    json_pair_str(w, "api_app_id", "A0USHER");
}

static const char *team_of(const struct fake_slack *slack, const struct slack_act *act)
{
    return act->foreign ? OTHER_TEAM : slack->team;
}

static void put_user(struct json_writer *w, const struct fake_slack *slack,
                     const struct slack_act *act)
{
    json_key(w, "user");
    json_open(w, '{');
    json_pair_str(w, "id", act->user);
    json_pair_str(w, "team_id", team_of(slack, act));
    json_close(w, '}');
    json_key(w, "team");
    if (slack->org_wide) {
        json_put_raw(w, "null");
    } else {
        json_open(w, '{');
        json_pair_str(w, "id", team_of(slack, act));
        json_close(w, '}');
    }
    if (!slack->enterprise)
        return;
    json_key(w, "enterprise");
    json_open(w, '{');
    json_pair_str(w, "id", slack->enterprise);
    json_close(w, '}');
}

static struct slack_act *done(struct fake_slack *slack, struct slack_act *act, struct buf *payload)
{
    act->payload = buf_take(payload);
    deliver(slack, act);
    return act;
}

struct slack_act *slack_command(struct fake_slack *slack, const char *user, const char *text)
{
    struct slack_act *act = act_new(slack, "slash_commands", user);
    struct buf payload = {0};
    struct json_writer w;
    json_writer_init(&w, &payload);
    json_open(&w, '{');
    json_pair_str(&w, "team_id", team_of(slack, act));
    if (slack->enterprise)
        json_pair_str(&w, "enterprise_id", slack->enterprise);
    json_pair_str(&w, "channel_id", CHANNEL);
    json_pair_str(&w, "user_id", user);
    json_pair_str(&w, "command", "/onboard");
    json_pair_str(&w, "text", text);
    json_pair_str(&w, "is_enterprise_install", "false");
    put_person(&w, slack, act);
    json_close(&w, '}');
    return done(slack, act, &payload);
}

/* An option of the menu holds the action before its state. */
static void put_action(struct json_writer *w, const char *action, const char *value)
{
    size_t len = strlen(action);
    bool menu = strncmp(value, action, len) == 0 && value[len] == '.';
    json_pair_str(w, "type", menu ? "overflow" : "button");
    json_pair_str(w, "action_id", menu ? "more" : action);
    if (!menu) {
        json_pair_str(w, "value", value);
        return;
    }
    json_key(w, "selected_option");
    json_open(w, '{');
    json_pair_str(w, "value", value);
    json_close(w, '}');
}

struct slack_act *slack_click_value(struct fake_slack *slack, const char *user, const char *ts,
                                    const char *action, const char *value)
{
    struct slack_act *act = act_new(slack, "interactive", user);
    struct buf payload = {0};
    struct json_writer w;
    json_writer_init(&w, &payload);
    json_open(&w, '{');
    json_pair_str(&w, "type", "block_actions");
    put_user(&w, slack, act);
    put_person(&w, slack, act);
    json_key(&w, "container");
    json_open(&w, '{');
    json_pair_str(&w, "type", "message");
    json_pair_str(&w, "message_ts", ts);
    json_pair_str(&w, "channel_id", CHANNEL);
    json_close(&w, '}');
    json_key(&w, "actions");
    json_open(&w, '[');
    json_open(&w, '{');
    put_action(&w, action, value);
    json_pair_str(&w, "action_ts", "1.2");
    json_close(&w, '}');
    json_close(&w, ']');
    json_close(&w, '}');
    return done(slack, act, &payload);
}

struct slack_act *slack_click(struct fake_slack *slack, const char *user,
                              const struct slack_message *message, const char *action)
{
    char *value = slack_button(message, action);
    struct slack_act *act =
        value ? slack_click_value(slack, user, message->ts, action, value) : NULL;
    free(value);
    return act;
}

struct slack_act *slack_answer(struct fake_slack *slack, const char *user,
                               const struct slack_message *message, const char *text,
                               const char *more)
{
    struct buf payload = {0};
    buf_fmt(&payload,
            "{\"type\":\"event_callback\",\"team_id\":\"" TEAM "\",\"event_id\":\"%%s\",\"event\":"
            "{\"type\":\"message\",\"channel\":\"%s\",\"user\":\"%s\",\"ts\":\"99%" PRId64
            ".1\",\"thread_ts\":\"%s\",\"text\":",
            message->channel, user, slack->sim->world.now.ms, message->ts);
    json_quote(&payload, text, strlen(text));
    buf_fmt(&payload, "%s}}", more);
    struct slack_act *act = slack_send(slack, "events_api", buf_cstr(&payload));
    buf_release(&payload);
    return act;
}

struct slack_act *slack_submit(struct fake_slack *slack, const char *user, const char *state)
{
    const struct slack_whisper *view = NULL;
    struct err err;
    for (size_t i = 0; i < slack->view_count; i++)
        if (strcmp(slack->views[i].user, user) == 0)
            view = &slack->views[i];
    if (!view)
        return NULL;
    struct json_object *json =
        json_parse(view->text, strlen(view->text), strlen(view->text) + 1, &err);
    struct slack_act *act = act_new(slack, "interactive", user);
    act->accepts = true;
    struct buf payload = {0};
    struct json_writer w;
    json_writer_init(&w, &payload);
    json_open(&w, '{');
    json_pair_str(&w, "type", "view_submission");
    put_user(&w, slack, act);
    json_pair_str(&w, "trigger_id", act->trigger);
    json_key(&w, "view");
    json_open(&w, '{');
    json_pair_str(&w, "id", view->where);
    json_pair_str(&w, "hash", "1.a");
    json_pair_str(&w, "type", "modal");
    json_pair_str(&w, "callback_id", json_get_str(json, "callback_id", ""));
    json_pair_str(&w, "private_metadata", json_get_str(json, "private_metadata", ""));
    json_key(&w, "state");
    json_open(&w, '{');
    json_key(&w, "values");
    json_put_raw(&w, state);
    json_close(&w, '}');
    json_close(&w, '}');
    json_close(&w, '}');
    json_object_put(json);
    return done(slack, act, &payload);
}

struct slack_act *slack_send(struct fake_slack *slack, const char *type, const char *payload)
{
    struct slack_act *act = act_new(slack, type, "");
    struct buf text = {0};
    const char *place = strstr(payload, "%s");
    buf_add(&text, payload, place ? (size_t)(place - payload) : strlen(payload));
    if (place)
        buf_fmt(&text, "Ev%" PRIu64 "%s", act->number, place + 2);
    return done(slack, act, &text);
}

struct slack_act *slack_open_home(struct fake_slack *slack, const char *user)
{
    char payload[320];
    snprintf(payload, sizeof payload,
             "{\"type\":\"event_callback\",\"team_id\":\"%s\",%s%s%s\"event_id\":\"%%s\","
             "\"event\":{\"type\":\"app_home_opened\",\"user\":\"%s\",\"tab\":\"home\"}}",
             slack->team, slack->enterprise ? "\"enterprise_id\":\"" : "",
             slack->enterprise ? slack->enterprise : "", slack->enterprise ? "\"," : "", user);
    return slack_send(slack, "events_api", payload);
}
