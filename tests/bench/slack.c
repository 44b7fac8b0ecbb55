/* Slack's answers. */
#include "tests/bench/slack.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SALESFORCE "salesforce/services/"

enum { ANSWER_SIZE = 64 * 1024, VALUE_SIZE = 512 };

/* A value of a form, decoded; "" when it is not there or too long to matter. */
static void form_value(const struct http_in *request, const char *name, char out[VALUE_SIZE])
{
    size_t name_len = strlen(name), len = 0;
    const char *at = request->body, *end = request->body + request->body_len;
    out[0] = '\0';
    while (at < end && !((size_t)(end - at) > name_len && memcmp(at, name, name_len) == 0 &&
                         at[name_len] == '=')) {
        at = memchr(at, '&', (size_t)(end - at));
        if (!at)
            return;
        at++;
    }
    for (at += name_len + 1; at < end && *at != '&' && len + 1 < VALUE_SIZE; at++) {
        unsigned code;
        char c = *at == '+' ? ' ' : *at;
        if (c == '%' && end - at > 2 && sscanf(at + 1, "%2x", &code) == 1) {
            c = (char)code;
            at += 2;
        }
        out[len++] = c;
    }
    out[len] = '\0';
}

/* Whether these words came before; they are kept. */
static bool seen_before(struct slack *slack, const char *words)
{
    uint64_t hash = 14695981039346656037u;
    for (const char *c = words; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 1099511628211u;
    hash |= 1; /* 0: a free slot */
    size_t at = hash % SEEN_SLOTS;
    for (; slack->seen[at]; at = (at + 1) % SEEN_SLOTS)
        if (slack->seen[at] == hash)
            return true;
    if (++slack->seen_count > SEEN_SLOTS / 2)
        die("too many messages and organisations to remember");
    slack->seen[at] = hash;
    return false;
}

static void say_open(struct slack *slack, const struct http_in *request, char *out)
{
    static unsigned ticket;
    (void)request;
    snprintf(out, ANSWER_SIZE, "{\"ok\":true,\"url\":\"ws://127.0.0.1:%d/link/?ticket=%u\"}",
             slack->port, ++ticket);
}

static void say_identity(struct slack *slack, const struct http_in *request, char *out)
{
    (void)slack;
    (void)request;
    snprintf(out, ANSWER_SIZE,
             "{\"ok\":true,\"url\":\"https://bench.slack.com/\",\"team\":\"Bench\",\"user\":"
             "\"usher\",\"team_id\":\"T0SANDBOX\",\"user_id\":\"U0USHER\",\"bot_id\":\"B0USHER\","
             "\"is_enterprise_install\":false}");
}

static void say_posted(struct slack *slack, const struct http_in *request, char *out)
{
    char value[VALUE_SIZE];
    struct post *post = &slack->last[slack->posts % SLACK_POSTS];
    form_value(request, "channel", value);
    snprintf(post->channel, sizeof post->channel, "%.30s", value);
    snprintf(post->ts, sizeof post->ts, "%" PRId64 ".%06" PRIu64, (int64_t)time(NULL),
             slack->posts);
    form_value(request, "metadata", value);
    snprintf(post->metadata, sizeof post->metadata, "%s", value);
    slack->posts++;
    slack->posted += slack->lost && strcmp(value, slack->lost_metadata) == 0;
    slack->posts_again += value[0] && seen_before(slack, value);
    snprintf(out, ANSWER_SIZE,
             "{\"ok\":true,\"channel\":\"%s\",\"ts\":\"%s\",\"message\":{\"type\":\"message\","
             "\"user\":\"U0USHER\",\"bot_id\":\"B0USHER\",\"text\":\"…\",\"ts\":\"%s\"}}",
             post->channel, post->ts, post->ts);
}

static void say_updated(struct slack *slack, const struct http_in *request, char *out)
{
    char channel[VALUE_SIZE], ts[VALUE_SIZE];
    (void)slack;
    form_value(request, "channel", channel);
    form_value(request, "ts", ts);
    snprintf(out, ANSWER_SIZE,
             "{\"ok\":true,\"channel\":\"%.40s\",\"ts\":\"%.40s\",\"text\":\"…\",\"message\":{}}",
             channel, ts);
}

/* Newest first, as Slack does. */
static void say_history(struct slack *slack, const struct http_in *request, char *out)
{
    char channel[VALUE_SIZE];
    size_t len = (size_t)snprintf(out, ANSWER_SIZE, "{\"ok\":true,\"messages\":[");
    bool first = true;
    slack->looks++;
    form_value(request, "channel", channel);
    for (uint64_t i = slack->posts; i > 0 && slack->posts - i < SLACK_POSTS; i--) {
        const struct post *post = &slack->last[(i - 1) % SLACK_POSTS];
        if (strcmp(post->channel, channel) != 0 || len > ANSWER_SIZE - 2048)
            continue;
        len += (size_t)snprintf(out + len, ANSWER_SIZE - len,
                                "%s{\"type\":\"message\",\"user\":\"U0USHER\",\"bot_id\":\"B0USHER"
                                "\",\"text\":\"…\",\"ts\":\"%s\"%s%s}",
                                first ? "" : ",", post->ts,
                                post->metadata[0] ? ",\"metadata\":" : "", post->metadata);
        first = false;
    }
    snprintf(out + len, ANSWER_SIZE - len, "],\"has_more\":false}");
}

static void say_person(struct slack *slack, const struct http_in *request, char *out)
{
    char user[VALUE_SIZE];
    (void)slack;
    form_value(request, "user", user);
    snprintf(out, ANSWER_SIZE,
             "{\"ok\":true,\"user\":{\"id\":\"%.30s\",\"team_id\":\"T0SANDBOX\",\"name\":\"maya\","
             "\"deleted\":false,\"tz\":\"UTC\",\"is_bot\":false,\"is_restricted\":false,"
             "\"is_ultra_restricted\":false,\"profile\":{\"display_name\":\"Maya\",\"real_name\":"
             "\"Maya\",\"email\":\"maya@corp.example\"}}}",
             user);
}

/* Everybody has a channel of their own. */
static void say_channel(struct slack *slack, const struct http_in *request, char *out)
{
    char users[VALUE_SIZE];
    (void)slack;
    form_value(request, "users", users);
    snprintf(out, ANSWER_SIZE, "{\"ok\":true,\"channel\":{\"id\":\"D%.30s\"}}",
             users[0] ? users + 1 : "0");
}

/* PUT /platform/organizations/<external id> */
static void say_organization(struct slack *slack, const struct http_in *request, char *out)
{
    const char *id = strrchr(request->path, '/');
    slack->organizations++;
    slack->organizations_again += seen_before(slack, id);
    snprintf(out, ANSWER_SIZE, "{\"id\":\"org_%.60s\",\"external_id\":\"%.60s\",\"name\":\"Acme\"}",
             id + 1, id + 1);
}

/* What takes no thought. */
static void say_fixed(struct slack *slack, const struct http_in *request, char *out)
{
    (void)slack;
    (void)request;
    snprintf(out, ANSWER_SIZE,
             "{\"ok\":true,\"channel\":{\"id\":\"D0MAYA\"},\"message_ts\":\"1700000000.000001\","
             "\"view\":{\"id\":\"V0BENCH\",\"hash\":\"1.a\"},\"users\":[\"U0MAYA\",\"U0BO\"],"
             "\"members\":[],\"response_metadata\":{\"next_cursor\":\"\"}}");
}

static const struct {
    const char *name; /* the path's end, or its part before the id */
    void (*say)(struct slack *slack, const struct http_in *request, char *out);
} methods[SLACK_METHODS] = {
    {"apps.connections.open", say_open},
    {"auth.test", say_identity},
    {"chat.postMessage", say_posted},
    {"chat.update", say_updated},
    {"chat.postEphemeral", say_fixed},
    {"conversations.open", say_channel},
    {"conversations.history", say_history},
    {"conversations.replies", say_history},
    {"users.info", say_person},
    {"usergroups.users.list", say_fixed},
    {"views.open", say_fixed},
    {"views.publish", say_fixed},
    {"platform/organizations/", say_organization},
    {"actions/T0SANDBOX/", say_fixed}, /* response URLs */
    {"commands/T0SANDBOX/", say_fixed},
    {SALESFORCE, say_fixed},
    {"", say_fixed}, /* all others */
};

const char *slack_method_name(size_t index)
{
    return index < SLACK_METHODS ? methods[index].name : NULL;
}

void slack_answer(struct slack *slack, struct wire *wire, struct conn *conn,
                  const struct http_in *request)
{
    static char answer[ANSWER_SIZE];
    size_t i = 0;
    while (!strstr(request->path, methods[i].name))
        i++;
    slack->requests++;
    slack->by_method[i]++;
    if (strcmp(methods[i].name, SALESFORCE) == 0 && slack->salesforce) {
        if (strcmp(slack->salesforce, "silent") != 0)
            conn_reply(conn, "503 Service Unavailable", "[]");
        return;
    }
    methods[i].say(slack, request, answer);
    if (methods[i].say == say_posted && slack->lose_a_reply) {
        slack->lose_a_reply = false;
        slack->lost++;
        slack->posted = 1;
        memcpy(slack->lost_metadata, slack->last[(slack->posts - 1) % SLACK_POSTS].metadata,
               sizeof slack->lost_metadata);
        conn_reset(wire, conn);
        return;
    }
    conn_reply(conn, "200 OK", answer);
}

void slack_greet(struct conn *conn, unsigned connections)
{
    char text[256];
    int len = snprintf(text, sizeof text,
                       "{\"type\":\"hello\",\"num_connections\":%u,\"debug_info\":{\"host\":"
                       "\"applink-bench\",\"build_number\":10,\"approximate_connection_time\":"
                       "18060},\"connection_info\":{\"app_id\":\"A0USHER\"}}",
                       connections);
    conn_send_text(conn, text, (size_t)len);
    conn->greeted = true;
}

void slack_dismiss(struct conn *conn, const char *reason)
{
    char text[128];
    int len = snprintf(
        text, sizeof text,
        "{\"type\":\"disconnect\",\"reason\":\"%s\",\"debug_info\":{\"host\":\"applink-bench\"}}",
        reason);
    conn_send_text(conn, text, (size_t)len);
}
