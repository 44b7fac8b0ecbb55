/* The judge of what is sent to Slack; it stands before the fake Slack's servers. */
#include "tests/scenario/slack_judge.h"

#include "base/json.h"
#include "base/json_node.h"
#include "base/text.h"
#include "handlers/card.h"
#include "tests/scenario/scene.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 4000, BLOCKS_MAX = 50, PAYLOAD_MAX = 1 << 20 };

static struct {
    sim_serve *serve[SIM_SERVERS_MAX];
    void *arg[SIM_SERVERS_MAX];
    const char *field, *planted;
    struct arena arena;
    size_t count;
} judge;

#define refuse(what, text)                                                                         \
    fail_at(HERE, "%s, of \"%.60s\" in %s: %.3000s", what, judge.planted, judge.field, text)

/* ---- one text ---- */

static bool is_one_of_us(const char *id, size_t len)
{
    static const char *const ours[] = {MAYA, BO, LEE, KIM, FAY, DEE, ANA, RAJ, GUS};
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (strlen(ours[i]) == len && memcmp(ours[i], id, len) == 0)
            return true;
    return false;
}

/* To a message that stands. */
static bool is_link(const char *markup)
{
    const struct slack_message *message = slack_linked(&the.slack, markup + 1);
    return message && !message->deleted;
}

/* Markup that the code makes itself: dates, the channel, people and a group of this workspace,
 * links to what was said in it. */
static bool is_ours(const char *markup)
{
    static const char date[] = "<!date^", channel[] = "<#" CHANNEL ">",
                      group[] = "<!subteam^S0APPROVE>";
    return strncmp(markup, date, sizeof date - 1) == 0 ||
           strncmp(markup, group, sizeof group - 1) == 0 ||
           strncmp(markup, channel, sizeof channel - 1) == 0 || is_link(markup) ||
           (strncmp(markup, "<@", 2) == 0 && is_one_of_us(markup + 2, strcspn(markup + 2, ">")));
}

static void judge_markup(const char *text)
{
    for (const char *at = text; (at = strchr(at, '<')) != NULL; at++)
        if (!is_ours(at))
            refuse("markup from outside", text);
    static const char note[] = "💬 <@"; /* whose writer may format it */
    bool formatted = strstr(text, "```") || strchr(text, '~');
    if (formatted && strncmp(text, note, sizeof note - 1) != 0)
        refuse("formatting from outside", text);
}

static void judge_characters(const char *text)
{
    bool unsafe;
    size_t len;
    for (const char *at = text; (len = text_character(at, &unsafe)) > 0; at += len)
        if (unsafe && *at != '\n')
            refuse("a control character", text);
    judge.count++;
}

static void judge_text(const char *text)
{
    judge_characters(text);
    judge_markup(text);
    if (text_utf16_len(text) > TEXT_MAX)
        refuse("too long a text", text);
}

/* ---- blocks ---- */

static const char *member(struct json_node *object, const char *name)
{
    return json_node_str(object, name, &judge.arena, "");
}

static void judge_node(struct json_node *node)
{
    bool marked = node->kind == JSON_OBJECT && json_node_says(json_node_at(node, "type"), "mrkdwn");
    if (marked && !json_node_bool(node, "verbatim", false))
        refuse("not verbatim: Slack would look for names to mention", member(node, "text"));
    if (marked)
        judge_markup(member(node, "text"));
    for (struct json_node *at = json_node_first(node); at; at = json_node_next(node, at)) {
        if (at->kind == JSON_STRING)
            judge_characters(json_node_str(at, "", &judge.arena, ""));
        else if (at->kind == JSON_OBJECT || at->kind == JSON_LIST)
            judge_node(at);
    }
}

/* Blocks, or a view. What breaks no limit stays as it is. */
static void judge_layout(const char *json, size_t max_blocks)
{
    struct err err = {0};
    struct json_node *root = json_scan(json, strlen(json), PAYLOAD_MAX, &judge.arena, &err);
    if (!root || !blocks_check(root, max_blocks, &judge.arena, &err))
        refuse(err.msg, json);
    struct buf again = {0};
    json_node_write(root, &again);
    if (strcmp(buf_cstr(&again), json) != 0)
        refuse("above a limit of Block Kit", json);
    buf_release(&again);
    judge_node(root);
}

void slack_judge_payload(const char *json)
{
    struct err err = {0};
    struct json_node *root = json_scan(json, strlen(json), PAYLOAD_MAX, &judge.arena, &err);
    if (!root)
        refuse(err.msg, json);
    static const char *const layouts[] = {"blocks", "view"};
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        struct json_node *layout = json_node_at(root, layouts[i]);
        if (!layout)
            continue;
        struct buf text = {0};
        json_node_write(layout, &text);
        judge_layout(buf_cstr(&text), i == 0 ? BLOCKS_MAX : 0);
        buf_release(&text);
    }
    judge_text(member(root, "text"));
    arena_reset(&judge.arena);
}

/* ---- requests ---- */

static int hex(char c)
{
    return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* A member of a form, decoded; NULL where there is none. */
static const char *form_member(const char *body, const char *name)
{
    size_t len = strlen(name);
    while (body && !(strncmp(body, name, len) == 0 && body[len] == '='))
        body = (body = strchr(body, '&')) != NULL ? body + 1 : NULL;
    if (!body)
        return NULL;
    body += len + 1;
    char *out = arena_strn(&judge.arena, body, strcspn(body, "&")), *to = out;
    for (const char *from = out; *from; from++) {
        if (*from == '%' && from[1] && from[2]) {
            *to++ = (char)(hex(from[1]) * 16 + hex(from[2]));
            from += 2;
        } else {
            *to++ = *from == '+' ? ' ' : *from;
        }
    }
    *to = '\0';
    return out;
}

static void judge_form(const char *body)
{
    const char *text = form_member(body, "text"), *blocks = form_member(body, "blocks"),
               *view = form_member(body, "view");
    if (text)
        judge_text(text);
    if (blocks)
        judge_layout(blocks, BLOCKS_MAX);
    if (view)
        judge_layout(view, 0);
    arena_reset(&judge.arena);
}

static void serve(void *arg, const struct sim_request *request, struct sim_answer *answer)
{
    size_t place = (size_t)((sim_serve **)arg - judge.serve);
    if (strstr(request->url, "https://hooks.slack.com/"))
        slack_judge_payload(request->body);
    else
        judge_form(request->body);
    judge.serve[place](judge.arg[place], request, answer);
}

void slack_judge_begin(void)
{
    arena_reset(&judge.arena);
    judge.count = 0;
    judge.field = judge.planted = "nothing";
    for (size_t i = 0; i < the.sim.server_count; i++) {
        if (!strstr(the.sim.servers[i].prefix, "slack.com/"))
            continue;
        judge.serve[i] = the.sim.servers[i].serve;
        judge.arg[i] = the.sim.servers[i].arg;
        the.sim.servers[i].serve = serve;
        the.sim.servers[i].arg = &judge.serve[i];
    }
}

void slack_judge_name(const char *field, const char *text)
{
    judge.field = field;
    judge.planted = text;
}

size_t slack_judge_count(void)
{
    return judge.count;
}
