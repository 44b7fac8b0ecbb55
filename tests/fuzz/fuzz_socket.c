/* The whole bot behind its Socket Mode connections, on a store in memory. Each line of the input is
 * one thing that happens; the second byte says who does it:
 *   c W TEXT     a command            b W ACTION[|VALUE]  a button; its genuine state unless a
 * VALUE v W VALUES   the form is sent in  e W EVENT           an inner event, JSON j TEXT       a
 * frame as it is     r O BODY            the next answer from outside (drive.h) t            ten
 * minutes pass     x                   a connection breaks What Slack would send as a whole
 * envelope is acknowledged exactly once; every frame and every message that leaves is whole JSON;
 * and the bot can be stopped at any point. */
#include "base/json.h"
#include "base/text.h"
#include "bot/bot.h"
#include "db/audit.h"

#include "tests/fuzz/drive.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/house.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SENT_MAX = 256, EVENTS_MAX = 24, DRAIN_TURNS = 100 };

static struct {
    struct bot *bot;
    struct house *house;
    struct {
        uint64_t id;
        const struct http_request *request;
    } sent[SENT_MAX]; /* not answered yet */
    size_t sent_count;
    const char *answer; /* of the input, for the next request that is not part of getting up */
    bool open[SOCKET_SLOTS], opening[SOCKET_SLOTS], closing[SOCKET_SLOTS];
    unsigned up; /* slots that said hello */
    char id[32]; /* of the envelope under way */
    unsigned envelopes, acknowledged;
} stage;

static void stage_send(struct world *world, uint64_t id, const struct http_request *request)
{
    (void)world;
    assert(stage.sent_count < SENT_MAX);
    stage.sent[stage.sent_count].id = id;
    stage.sent[stage.sent_count++].request = request;
    if (request->body && request->body[0] == '{')
        house_check_json(request->body);
}

static void stage_open(struct world *world, unsigned slot, const char *url)
{
    (void)world;
    assert(slot < SOCKET_SLOTS && !stage.open[slot] && url[0]);
    stage.opening[slot] = true;
}

static bool stage_say(struct world *world, unsigned slot, const char *text, size_t len)
{
    (void)world;
    assert(len == strlen(text));
    house_check_json(text);
    if (stage.id[0] && strstr(text, stage.id))
        stage.acknowledged++;
    return stage.open[slot];
}

static bool stage_ping(struct world *world, unsigned slot)
{
    (void)world;
    return stage.open[slot];
}

static void stage_close(struct world *world, unsigned slot)
{
    (void)world;
    stage.closing[slot] = true;
}

static void stage_answer(struct world *world, uint64_t id, const struct http_in_answer *answer)
{
    (void)world;
    (void)id;
    (void)answer;
}

static int64_t stage_stopwatch(struct world *world)
{
    return world->mono.ms * 1000;
}

static void stage_usage(struct world *world, struct usage *out)
{
    (void)world;
    *out = (struct usage){0};
}

static const struct world_ops stage_ops = {
    .random = house_random,
    .http_send = stage_send,
    .socket_open = stage_open,
    .socket_send = stage_say,
    .socket_ping = stage_ping,
    .socket_close = stage_close,
    .http_answer = stage_answer,
    .stopwatch_us = stage_stopwatch,
    .usage = stage_usage,
};

/* What Slack says to what a bot must ask to get up, and to a message. */
static const char *usual_answer(const char *url)
{
    static const char *const answers[][2] = {
        {"auth.test", "a{\"ok\":true,\"team\":\"Sandbox\",\"team_id\":\"T0SANDBOX\","
                      "\"user_id\":\"U0USHER\",\"bot_id\":\"B0USHER\"}"},
        {"apps.connections.open", "a{\"ok\":true,\"url\":\"wss://slack.example/link\"}"},
        {"chat.", "a{\"ok\":true,\"channel\":\"C0ONBOARD\",\"ts\":\"1.1\"}"},
        {"conversations.open", "a{\"ok\":true,\"channel\":{\"id\":\"D1\"}}"},
        {"slack.example", "a{\"ok\":true}"},
    };
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        if (strstr(url, answers[i][0]))
            return answers[i][1];
    return "e";
}

static void answer_all(bool cancel)
{
    size_t count = stage.sent_count;
    for (size_t i = 0; i < count; i++) {
        const char *url = stage.sent[i].request->url, *text = usual_answer(url);
        bool rising = strstr(url, "auth.test") || strstr(url, "connections.open");
        if (stage.answer && !rising) {
            text = stage.answer;
            stage.answer = NULL;
        }
        struct http_reply reply = {.headers = "", .body = "", .error = "fuzz"};
        drive_outcome(&reply, (uint8_t)text[0]);
        if (cancel)
            reply = (struct http_reply){.outcome = HTTP_CANCELLED, .headers = "", .body = ""};
        else if (text[0] && reply.outcome == HTTP_ANSWERED) {
            reply.body = text + 1;
            reply.body_len = strlen(text + 1);
        }
        bot_on_http_reply(stage.bot, stage.sent[i].id, &reply);
    }
    stage.sent_count -= count;
    memmove(stage.sent, stage.sent + count, stage.sent_count * sizeof *stage.sent);
}

static void hear(unsigned slot, const char *text, size_t len)
{
    if (len > 0)
        bot_on_socket(stage.bot, slot, SOCKET_TEXT, text, len);
}

static void move_sockets(void)
{
    static const char hello[] = "{\"type\":\"hello\",\"num_connections\":1}";
    for (unsigned slot = 0; slot < SOCKET_SLOTS; slot++) {
        bool closing = stage.closing[slot], opening = stage.opening[slot];
        stage.closing[slot] = stage.opening[slot] = false;
        if (closing) {
            stage.open[slot] = false;
            bot_on_socket(stage.bot, slot, SOCKET_CLOSED, "closed", 6);
        } else if (opening) {
            stage.open[slot] = true;
            bot_on_socket(stage.bot, slot, SOCKET_OPENED, NULL, 0);
            hear(slot, hello, sizeof hello - 1);
        }
    }
}

static void turn(int64_t ms, unsigned slot, const char *frame, size_t len)
{
    stage.house->world.mono.ms += ms;
    stage.house->world.now.ms += ms;
    bot_turn_begin(stage.bot);
    answer_all(false);
    move_sockets();
    hear(slot, frame, len);
    bot_turn_end(stage.bot);
}

/* A connection that is up; false: none, and a while passes. */
static bool up(unsigned *slot)
{
    for (*slot = 0; *slot < SOCKET_SLOTS; (*slot)++)
        if (stage.open[*slot] && !stage.closing[*slot])
            return true;
    return false;
}

static const char *quoted(struct arena *arena, const char *text)
{
    struct buf out = {0};
    struct json_writer w;
    json_writer_init(&w, &out);
    json_put_str(&w, text);
    const char *copy = arena_str(arena, buf_cstr(&out));
    buf_release(&out);
    return copy;
}

static const char *command(struct arena *arena, const char *who, const char *text)
{
    return arena_fmt(arena,
                     "\"type\":\"slash_commands\",\"accepts_response_payload\":true,\"payload\":{"
                     "\"team_id\":\"%s\",\"channel_id\":\"C0ONBOARD\",\"user_id\":\"%s\","
                     "\"command\":\"/onboard\",\"text\":%s,\"trigger_id\":\"%s\","
                     "\"response_url\":\"https://slack.example/r\"}",
                     HOUSE_TENANT, who, quoted(arena, text), stage.id);
}

static const char *button(struct arena *arena, const char *who, const char *text)
{
    const char *bar = strchr(text, '|');
    const char *action = bar ? arena_strn(arena, text, (size_t)(bar - text)) : text;
    const char *value = bar ? bar + 1 : house_token(stage.house, action);
    return arena_fmt(arena,
                     "\"type\":\"interactive\",\"payload\":{\"type\":\"block_actions\",\"team\":{"
                     "\"id\":\"%s\"},\"user\":{\"id\":\"%s\"},\"trigger_id\":\"%s\",\"channel\":{"
                     "\"id\":\"C0ONBOARD\"},\"message\":{\"ts\":\"1.1\"},\"response_url\":"
                     "\"https://slack.example/r\",\"actions\":[{\"action_id\":%s,\"value\":%s}]}",
                     HOUSE_TENANT, who, stage.id, quoted(arena, action), quoted(arena, value));
}

static const char *form(struct arena *arena, const char *who, const char *values)
{
    return arena_fmt(arena,
                     "\"type\":\"interactive\",\"accepts_response_payload\":true,\"payload\":{"
                     "\"type\":\"view_submission\",\"team\":{\"id\":\"%s\"},\"user\":{\"id\":"
                     "\"%s\"},\"trigger_id\":\"%s\",\"view\":{\"id\":\"V1\",\"callback_id\":"
                     "\"reject\",\"private_metadata\":\"%s\",\"state\":{\"values\":%s}}}",
                     HOUSE_TENANT, who, stage.id, house_token(stage.house, "reject"), values);
}

static const char *event(struct arena *arena, const char *who, const char *inner)
{
    (void)who;
    return arena_fmt(arena,
                     "\"type\":\"events_api\",\"payload\":{\"type\":\"event_callback\",\"team_id\":"
                     "\"%s\",\"event_id\":\"%s\",\"event\":%s}",
                     HOUSE_TENANT, stage.id, inner);
}

static const struct {
    char letter;
    const char *(*write)(struct arena *arena, const char *who, const char *text);
} envelopes[] = {{'c', command}, {'b', button}, {'v', form}, {'e', event}};

/* Delivered, and acknowledged once in its turn. */
static void deliver(size_t kind, uint8_t who, const char *text)
{
    struct arena *arena = &stage.house->arena;
    struct err err;
    unsigned slot;
    if (!up(&slot))
        return;
    snprintf(stage.id, sizeof stage.id, "env-%u-", stage.envelopes++);
    const char *frame = arena_fmt(arena, "{\"envelope_id\":\"%s\",%s}", stage.id,
                                  envelopes[kind].write(arena, house_person(who), text));
    bool whole = json_scan(frame, strlen(frame), 1 << 20, arena, &err) != NULL;
    stage.acknowledged = 0;
    turn(1, slot, frame, strlen(frame));
    assert(!whole || stage.acknowledged == 1);
    stage.id[0] = '\0';
}

static void happen(const char *line, size_t len)
{
    unsigned slot;
    for (size_t i = 0; i < sizeof envelopes / sizeof *envelopes; i++)
        if (len > 1 && line[0] == envelopes[i].letter && text_is_utf8(line + 2, len - 2))
            deliver(i, (uint8_t)line[1], arena_strn(&stage.house->arena, line + 2, len - 2));
    if (line[0] == 'j' && up(&slot))
        turn(1, slot, line + 1, len - 1);
    if (line[0] == 'r')
        stage.answer = arena_strn(&stage.house->arena, line + 1, len - 1);
    if (line[0] == 't')
        turn(600000, 0, "", 0);
    if (line[0] == 'x' && up(&slot))
        stage.closing[slot] = true;
    turn(1500, 0, "", 0);
}

static void rise(void)
{
    memset(&stage, 0, sizeof stage);
    stage.house = house_again();
    stage.house->world.ops = &stage_ops;
    stage.bot = bot_new(&(struct bot_parts){.world = &stage.house->world,
                                            .config = &stage.house->config,
                                            .db = stage.house->db,
                                            .keyring = &stage.house->keyring,
                                            .templates = &stage.house->templates});
    for (int i = 0; i < 4; i++)
        turn(1, 0, "", 0);
    assert(bot_is_connected(stage.bot));
}

static void set(void)
{
    struct err err;
    int64_t rows;
    bool whole = audit_verify(stage.house->db, &rows, &err);
    assert(whole);
    bot_drain(stage.bot);
    for (int i = 0; i < DRAIN_TURNS && !bot_is_drained(stage.bot); i++) {
        int64_t wait = bot_wake_at(stage.bot).ms - stage.house->world.mono.ms;
        turn(wait < 1 ? 1 : wait > 10000 ? 10000 : wait, 0, "", 0);
    }
    assert(bot_is_drained(stage.bot));
    bot_turn_begin(stage.bot);
    answer_all(true);
    bot_turn_end(stage.bot);
    bot_free(stage.bot);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rise();
    for (int i = 0; i < EVENTS_MAX && size > 0; i++) {
        const uint8_t *end = memchr(data, '\n', size);
        size_t len = end ? (size_t)(end - data) : size;
        if (len > 0)
            happen((const char *)data, len);
        data += len + (end != NULL);
        size -= len + (end != NULL);
    }
    set();
    return 0;
}
