/* The Web API's half: methods as rows of a table. */
#include "tests/scenario/fake_slack.h"

#include "base/json.h"
#include "tests/scenario/fake_slack_inside.h"
#include "tests/scenario/slack_limits.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- small things ---- */

void *slack_grown(void *items, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return items;
    *cap = *cap ? *cap * 2 : 16;
    items = realloc(items, *cap * size);
    if (!items)
        abort();
    return items;
}

char *slack_copied(const char *text)
{
    char *out = strdup(text ? text : "");
    if (!out)
        abort();
    return out;
}

static int hex(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : toupper((unsigned char)c) - 'A' + 10;
}

/* The decoded member of a form; owned by the caller, NULL where there is none. */
static char *form(const char *body, const char *name)
{
    size_t name_len = strlen(name);
    const char *at = body;
    while (at && !(strncmp(at, name, name_len) == 0 && at[name_len] == '=')) {
        at = strchr(at, '&');
        at = at ? at + 1 : NULL;
    }
    if (!at)
        return NULL;
    at += name_len + 1;
    size_t len = strcspn(at, "&"), used = 0;
    char *out = malloc(len + 1);
    if (!out)
        abort();
    for (size_t i = 0; i < len; i++) {
        if (at[i] == '%' && i + 2 < len) {
            out[used++] = (char)(hex(at[i + 1]) * 16 + hex(at[i + 2]));
            i += 2;
        } else {
            out[used++] = at[i] == '+' ? ' ' : at[i];
        }
    }
    out[used] = '\0';
    return out;
}

void slack_form(char *out, size_t size, const char *body, const char *name)
{
    char *value = form(body, name);
    snprintf(out, size, "%s", value ? value : "");
    free(value);
}

void slack_trouble(struct fake_slack *slack, const char *fmt, const char *what)
{
    if (!slack->trouble[0])
        snprintf(slack->trouble, sizeof slack->trouble, fmt, what);
}

void slack_refuse(struct sim_answer *answer, const char *error)
{
    buf_fmt(&answer->body, "{\"ok\":false,\"error\":\"%s\"}", error);
}

/* ---- messages ---- */

static void next_ts(struct fake_slack *slack, char out[24])
{
    int64_t us = slack->sim->world.now.ms * 1000;
    slack->last_ts_us = us > slack->last_ts_us ? us : slack->last_ts_us + 1;
    snprintf(out, 24, "%" PRId64 ".%06" PRId64, slack->last_ts_us / 1000000,
             slack->last_ts_us % 1000000);
}

static void take_job(char out[32], const char *body)
{
    char *metadata = form(body, "metadata");
    struct err err;
    struct json_object *json =
        metadata ? json_parse(metadata, strlen(metadata), strlen(metadata) + 1, &err) : NULL;
    snprintf(out, 32, "%s", json_get_str(json, "event_payload.job", ""));
    json_object_put(json);
    free(metadata);
}

/* What Slack would refuse never gets there, in whatever a scene does. */
static bool takes(struct fake_slack *slack, const char *refusal, struct sim_answer *answer,
                  const char *error)
{
    if (!refusal)
        return true;
    slack_trouble(slack, "Slack refuses: %s", refusal);
    slack_refuse(answer, error);
    return false;
}

static bool takes_blocks(struct fake_slack *slack, const char *blocks, struct sim_answer *answer)
{
    return takes(slack, blocks ? slack_refuses_blocks(blocks) : NULL, answer, "invalid_blocks");
}

static void check_once(struct fake_slack *slack, const struct slack_message *message)
{
    for (size_t i = 0; message->job[0] && i < slack->message_count; i++)
        if (strcmp(slack->messages[i].job, message->job) == 0)
            slack_trouble(slack, "said twice: %s", message->text);
}

static void post_message(struct fake_slack *slack, const char *body, struct sim_answer *answer)
{
    struct slack_message message = {0};
    slack_form(message.channel, sizeof message.channel, body, "channel");
    slack_form(message.thread_ts, sizeof message.thread_ts, body, "thread_ts");
    char *text = form(body, "text"), *blocks = form(body, "blocks");
    if (slack->bot_left && strcmp(slack->bot_left, message.channel) == 0) {
        slack_refuse(answer, "not_in_channel");
    } else if (takes(slack, text ? NULL : "a post without text", answer, "no_text") &&
               takes_blocks(slack, blocks, answer)) {
        next_ts(slack, message.ts);
        take_job(message.job, body);
        message.text = slack_copied(text);
        message.blocks = slack_copied(blocks);
        slack_check_links(slack, text);
        slack_check_links(slack, blocks);
        check_once(slack, &message);
        slack->messages =
            slack_grown(slack->messages, slack->message_count, &slack->message_cap, sizeof message);
        slack->messages[slack->message_count++] = message;
        buf_fmt(&answer->body, "{\"ok\":true,\"channel\":\"%s\",\"ts\":\"%s\"}", message.channel,
                message.ts);
    }
    free(text);
    free(blocks);
}

static void update_message(struct fake_slack *slack, const char *body, struct sim_answer *answer)
{
    char channel[24], ts[24];
    slack_form(channel, sizeof channel, body, "channel");
    slack_form(ts, sizeof ts, body, "ts");
    for (size_t i = 0; i < slack->message_count; i++) {
        struct slack_message *message = &slack->messages[i];
        if (strcmp(message->channel, channel) != 0 || strcmp(message->ts, ts) != 0 ||
            message->deleted)
            continue;
        char *text = form(body, "text"), *blocks = form(body, "blocks");
        if (!takes(slack, text ? NULL : "an edit without text", answer, "no_text") ||
            !takes_blocks(slack, blocks, answer)) {
            free(text);
            free(blocks);
            return;
        }
        free(message->text);
        free(message->blocks);
        message->text = text ? text : slack_copied("");
        message->blocks = blocks ? blocks : slack_copied("");
        message->edits++;
        slack_check_links(slack, message->blocks);
        buf_fmt(&answer->body, "{\"ok\":true,\"channel\":\"%s\",\"ts\":\"%s\"}", channel, ts);
        return;
    }
    slack_refuse(answer, "message_not_found");
}

static void post_ephemeral(struct fake_slack *slack, const char *body, struct sim_answer *answer)
{
    struct slack_whisper whisper = {0};
    slack_form(whisper.where, sizeof whisper.where, body, "channel");
    slack_form(whisper.user, sizeof whisper.user, body, "user");
    if (slack->bot_left && strcmp(slack->bot_left, whisper.where) == 0) {
        slack_refuse(answer, "not_in_channel");
        return;
    }
    whisper.text = form(body, "text");
    whisper.blocks = form(body, "blocks");
    if (!takes(slack, whisper.text ? NULL : "a whisper without text", answer, "no_text") ||
        !takes_blocks(slack, whisper.blocks, answer)) {
        free(whisper.text);
        free(whisper.blocks);
        return;
    }
    slack_check_links(slack, whisper.blocks);
    slack->whispers =
        slack_grown(slack->whispers, slack->whisper_count, &slack->whisper_cap, sizeof whisper);
    slack->whispers[slack->whisper_count++] = whisper;
    buf_str(&answer->body, "{\"ok\":true,\"message_ts\":\"1.1\"}");
}

static void open_conversation(struct fake_slack *slack, const char *body, struct sim_answer *answer)
{
    char user[24];
    (void)slack;
    slack_form(user, sizeof user, body, "users");
    if (slack->deactivated && strcmp(slack->deactivated, user) == 0)
        slack_refuse(answer, "user_disabled");
    else
        buf_fmt(&answer->body, "{\"ok\":true,\"channel\":{\"id\":\"D%s\"}}", user + 1);
}

/* Newest first in a channel, oldest first in a thread; small pages, so that paging is walked. */
static void list_messages(struct fake_slack *slack, const char *body, struct sim_answer *answer)
{
    enum { PAGE = 5 };
    char channel[24], thread[24], oldest[24], cursor[24];
    slack_form(channel, sizeof channel, body, "channel");
    slack_form(thread, sizeof thread, body, "ts");
    slack_form(oldest, sizeof oldest, body, "oldest");
    slack_form(cursor, sizeof cursor, body, "cursor");
    size_t skip = (size_t)strtoul(cursor, NULL, 10), seen = 0;
    buf_str(&answer->body, "{\"ok\":true,\"messages\":[");
    for (size_t i = slack->message_count; i-- > 0;) {
        const struct slack_message *message = &slack->messages[i];
        bool here = strcmp(message->channel, channel) == 0 &&
                    strcmp(message->thread_ts, thread) == 0 &&
                    strtod(message->ts, NULL) >= strtod(oldest, NULL);
        if (!here || seen++ < skip || seen > skip + PAGE)
            continue;
        buf_fmt(&answer->body,
                "%s{\"type\":\"message\",\"ts\":\"%s\",\"metadata\":{\"event_type\":\"usher\","
                "\"event_payload\":{\"job\":\"%s\"}}}",
                seen > skip + 1 ? "," : "", message->ts, message->job);
    }
    buf_fmt(&answer->body, "],\"has_more\":%s,\"response_metadata\":{\"next_cursor\":\"",
            seen > skip + PAGE ? "true" : "false");
    if (seen > skip + PAGE)
        buf_fmt(&answer->body, "%zu", skip + PAGE);
    buf_str(&answer->body, "\"}}");
}

/* ---- views ---- */

static bool keep_view(struct fake_slack *slack, struct sim_answer *answer, const char *where,
                      const char *user, const char *body)
{
    bool home = strcmp(where, "home") == 0;
    struct slack_whisper view = {.text = form(body, "view")},
                         **list = home ? &slack->homes : &slack->views;
    size_t *count = home ? &slack->home_count : &slack->view_count,
           *cap = home ? &slack->home_cap : &slack->view_cap;
    if (!takes(slack, slack_refuses_view(view.text ? view.text : ""), answer,
               "invalid_arguments")) {
        free(view.text);
        return false;
    }
    snprintf(view.where, sizeof view.where, "%s", where);
    snprintf(view.user, sizeof view.user, "%s", user);
    slack_check_links(slack, view.text);
    *list = slack_grown(*list, *count, cap, sizeof view);
    (*list)[(*count)++] = view;
    return true;
}

void slack_view_updated(struct fake_slack *slack, const char *user, const char *view)
{
    struct slack_whisper updated = {.text = slack_copied(view)};
    snprintf(updated.where, sizeof updated.where, "V%zu", slack->view_count + 1);
    snprintf(updated.user, sizeof updated.user, "%s", user);
    slack->views = slack_grown(slack->views, slack->view_count, &slack->view_cap, sizeof updated);
    slack->views[slack->view_count++] = updated;
}

static void views_open(struct fake_slack *slack, const char *body, struct sim_answer *answer)
{
    char trigger[32], id[24];
    slack_form(trigger, sizeof trigger, body, "trigger_id");
    struct slack_act *act = slack_act_by_trigger(slack, trigger);
    if (!act) {
        slack_refuse(answer, "invalid_trigger_id");
    } else if (act->trigger_used) {
        slack_refuse(answer, "exchanged_trigger_id");
    } else if (slack->sim->world.mono.ms - act->done_at.ms > SECONDS(3)) {
        slack_refuse(answer, "expired_trigger_id");
    } else {
        act->trigger_used = true;
        snprintf(id, sizeof id, "V%zu", slack->view_count + 1);
        if (keep_view(slack, answer, id, act->user, body))
            buf_fmt(&answer->body, "{\"ok\":true,\"view\":{\"id\":\"%s\",\"hash\":\"1.a\"}}", id);
    }
}

static void views_publish(struct fake_slack *slack, const char *body, struct sim_answer *answer)
{
    char user[24];
    slack_form(user, sizeof user, body, "user_id");
    if (keep_view(slack, answer, "home", user, body))
        buf_str(&answer->body, "{\"ok\":true,\"view\":{\"id\":\"VHOME\",\"hash\":\"1.a\"}}");
}

/* ---- who and where ---- */

static void auth_test(struct fake_slack *slack, const char *body, struct sim_answer *answer)
{
    (void)body;
    char url[64];
    buf_str(&answer->headers, "x-oauth-scopes: chat:write,commands\n");
    buf_fmt(&answer->body,
            "{\"ok\":true,\"url\":\"%s\",\"team\":\"Sandbox\","
            "\"user\":\"usher\",\"team_id\":\"%s\",\"user_id\":\"U0USHER\","
            "\"bot_id\":\"B0USHER\"}",
            slack->addressless ? "" : slack_url(slack, url), slack->team);
}

static void connections_open(struct fake_slack *slack, const char *body, struct sim_answer *answer)
{
    (void)body;
    buf_fmt(&answer->body,
            "{\"ok\":true,\"url\":\"wss:\\/\\/wss.slack.com\\/link\\/?ticket=%" PRIu64 "\"}",
            sim_below(slack->sim, UINT32_MAX));
}

/* ---- installing ---- */

#define CLIENT "Basic MTEuMjI6c2NlbmFyaW8tY2xpZW50LXNlY3JldA==" /* 11.22:scenario-client-secret */

static void grant(struct fake_slack *slack, struct sim_answer *answer)
{
    bool rotates = slack->rotates_s > 0;
    slack->grants++;
    snprintf(slack->token, sizeof slack->token, "%sxoxb-%s-%u", rotates ? "xoxe." : "", slack->team,
             slack->grants);
    snprintf(slack->refresh_token, sizeof slack->refresh_token, "%s%s%u", rotates ? "xoxe-1-" : "",
             rotates ? slack->team : "", rotates ? slack->grants : 0);
    buf_fmt(&answer->body,
            "{\"ok\":true,\"app_id\":\"A0USHER\",\"authed_user\":{\"id\":\"" RAJ
            "\"},\"scope\":\"chat:write,commands\",\"token_type\":\"bot\","
            "\"access_token\":\"%s\",\"bot_user_id\":\"U0USHER\"",
            slack->token);
    if (slack->org_wide)
        buf_str(&answer->body, ",\"team\":null");
    else
        buf_fmt(&answer->body, ",\"team\":{\"id\":\"%s\",\"name\":\"Other\"}", slack->team);
    if (slack->enterprise)
        buf_fmt(&answer->body, ",\"enterprise\":{\"id\":\"%s\",\"name\":\"Corp\"}",
                slack->enterprise);
    buf_fmt(&answer->body, ",\"is_enterprise_install\":%s", slack->org_wide ? "true" : "false");
    if (rotates)
        buf_fmt(&answer->body, ",\"refresh_token\":\"%s\",\"expires_in\":%" PRId64,
                slack->refresh_token, slack->rotates_s);
    buf_str(&answer->body, "}");
}

static void oauth_access(struct fake_slack *first, const struct sim_request *request,
                         struct sim_answer *answer)
{
    char *code = form(request->body, "code"), *refresh = form(request->body, "refresh_token");
    bool found = false;
    if (strcmp(request->authorization, CLIENT) != 0) {
        slack_refuse(answer, "bad_client_secret");
        found = true;
    }
    for (struct fake_slack *at = first; at && !found; at = at->another) {
        found = (code && at->code && strcmp(code, at->code) == 0) ||
                (refresh && at->refresh_token[0] && strcmp(refresh, at->refresh_token) == 0);
        if (!found)
            continue;
        at->code = NULL; /* each counts once */
        grant(at, answer);
    }
    if (!found)
        slack_refuse(answer, refresh ? "invalid_refresh_token" : "invalid_code");
    free(code);
    free(refresh);
}

static void conversation_info(struct fake_slack *slack, const char *body, struct sim_answer *answer)
{
    char channel[24];
    slack_form(channel, sizeof channel, body, "channel");
    bool shared = slack->shared && strcmp(slack->shared, channel) == 0;
    bool closed = slack->closed && strcmp(slack->closed, channel) == 0;
    buf_fmt(&answer->body,
            "{\"ok\":true,\"channel\":{\"id\":\"%s\",\"name\":\"cs\",\"is_private\":%s,\"is_"
            "shared\":%s,"
            "\"is_ext_shared\":%s,\"is_pending_ext_shared\":false,\"is_org_shared\":true}}",
            channel, closed ? "true" : "false", shared ? "true" : "false",
            shared ? "true" : "false");
}

static const struct {
    const char *name;
    void (*answer)(struct fake_slack *slack, const char *body, struct sim_answer *answer);
    bool app_token;
} methods[] = {
    {"auth.test", auth_test, false},
    {"apps.connections.open", connections_open, true},
    {"chat.postMessage", post_message, false},
    {"chat.update", update_message, false},
    {"chat.postEphemeral", post_ephemeral, false},
    {"conversations.open", open_conversation, false},
    {"conversations.info", conversation_info, false},
    {"conversations.history", list_messages, false},
    {"conversations.replies", list_messages, false},
    {"views.open", views_open, false},
    {"views.publish", views_publish, false},
    {"users.info", slack_users_info_answer, false},
    {"auth.teams.list", slack_teams_list_answer, false},
    {"users.list", slack_users_list_answer, false},
    {"users.lookupByEmail", slack_users_by_email_answer, false},
    {"usergroups.users.list", slack_group_users_answer, false},
};

/* Whoever acts in the other workspace is a member of it. */
static void answer_of_theirs(const char *body, struct sim_answer *answer)
{
    char user[64];
    slack_form(user, sizeof user, body, "user");
    buf_fmt(&answer->body,
            "{\"ok\":true,\"user\":{\"id\":\"%s\",\"team_id\":\"" OTHER_TEAM
            "\",\"name\":\"theirs\",\"deleted\":false,\"tz\":\"UTC\",\"profile\":{\"real_name\":"
            "\"Theirs\"},\"is_bot\":false,\"is_restricted\":false,\"is_stranger\":false,"
            "\"is_ultra_restricted\":false}}",
            user);
}

/* Of the other workspace it is only kept what was said there. */
static void serve_elsewhere(struct fake_slack *slack, const char *name, const char *body,
                            struct sim_answer *answer)
{
    static const struct {
        const char *name, *answer;
    } answers[] = {
        {"auth.test",
         "{\"ok\":true,\"url\":\"https://other.slack.com/\",\"team\":\"Other\",\"user\":"
         "\"usher\",\"team_id\":\"" OTHER_TEAM "\",\"user_id\":\"U0OTHERBOT\",\"bot_id\":"
         "\"B0OTHERBOT\"}"},
        {"conversations.open", "{\"ok\":true,\"channel\":{\"id\":\"D0THEIRS\"}}"},
        {"views.", "{\"ok\":true,\"view\":{\"id\":\"V0THEIRS\",\"hash\":\"1.a\"}}"},
        {"users.", "{\"ok\":false,\"error\":\"user_not_found\"}"},
        {"", "{\"ok\":true,\"channel\":\"D0THEIRS\",\"ts\":\"1.1\",\"messages\":[],\"users\":[]}"},
    };
    size_t i = 0;
    while (strncmp(name, answers[i].name, strlen(answers[i].name)) != 0)
        i++;
    if (strcmp(name, "users.info") == 0)
        answer_of_theirs(body, answer);
    else
        buf_str(&answer->body, answers[i].answer);
    buf_fmt(&slack->said_elsewhere, "%s %s\n", name, body);
}

/* The workspace that a token is of, NULL: nobody's. */
static struct fake_slack *by_token(struct fake_slack *first, const char *authorization)
{
    static const char bearer[] = "Bearer ";
    if (strncmp(authorization, bearer, strlen(bearer)) != 0)
        return NULL;
    for (struct fake_slack *at = first; at; at = at->another)
        if (at->token[0] && strcmp(authorization + strlen(bearer), at->token) == 0)
            return at;
    return NULL;
}

static void serve_api(void *arg, const struct sim_request *request, struct sim_answer *answer)
{
    const char *name = strrchr(request->url, '/') + 1;
    if (strcmp(name, "oauth.v2.access") == 0) {
        oauth_access(arg, request, answer);
        return;
    }
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (strcmp(methods[i].name, name) != 0)
            continue;
        bool by_app = strcmp(request->authorization, "Bearer xapp-1-A0-1-secret") == 0;
        struct fake_slack *whose =
            methods[i].app_token && by_app ? arg : by_token(arg, request->authorization);
        if (strcmp(request->authorization, "Bearer " OTHER_TOKEN) == 0)
            serve_elsewhere(arg, name, request->body, answer);
        else if (whose && by_app == methods[i].app_token)
            methods[i].answer(whose, request->body, answer);
        else
            slack_refuse(answer, "invalid_auth");
        return;
    }
    slack_trouble(arg, "no such method: %s", name);
    slack_refuse(answer, "unknown_method");
}

/* ---- response URLs: https://hooks.slack.com/actions/<team>/<number of the act> ---- */

static void serve_response(void *arg, const struct sim_request *request, struct sim_answer *answer)
{
    struct fake_slack *slack = arg;
    while (slack->another && !strstr(request->url, slack->team))
        slack = slack->another;
    uint64_t number = strtoull(strrchr(request->url, '/') + 1, NULL, 10);
    struct slack_act *act = number - 1 < slack->act_count ? slack->acts[number - 1] : NULL;
    struct err err;
    struct json_object *json =
        json_parse(request->body, strlen(request->body), strlen(request->body) + 1, &err);
    const char *text = json_get_str(json, "text", NULL);
    if (!act || !text) {
        slack_trouble(slack, "a response URL cannot take this: %s", request->body);
        answer->status = 404;
    } else if (takes(slack, slack_refuses_payload(request->body), answer, "invalid_blocks")) {
        slack_check_told(slack, act, text);
        char *before = act->answer;
        if (asprintf(&act->answer, "%s%s%s", before ? before : "", before ? "\n" : "", text) < 0)
            abort();
        free(before);
        buf_str(&answer->body, "ok");
    }
    json_object_put(json);
}

/* ---- looking ---- */

void slack_delete(struct slack_message *message)
{
    message->deleted = true;
}

struct slack_message *slack_find(struct fake_slack *slack, const char *channel, const char *words)
{
    for (size_t i = slack->message_count; i-- > 0;) {
        struct slack_message *message = &slack->messages[i];
        if (strcmp(message->channel, channel) == 0 && !message->thread_ts[0] &&
            (strstr(message->text, words) || strstr(message->blocks, words)))
            return message;
    }
    return NULL;
}

/* The option of a menu that begins with the action; NULL. */
static char *option_in(struct json_object *options, const char *action)
{
    size_t count = options ? json_object_array_length(options) : 0, len = strlen(action);
    for (size_t i = 0; i < count; i++) {
        const char *value = json_get_str(json_object_array_get_idx(options, i), "value", "");
        if (strncmp(value, action, len) == 0 && value[len] == '.')
            return slack_copied(value);
    }
    return NULL;
}

static char *button_in(struct json_object *elements, const char *action)
{
    size_t count = elements ? json_object_array_length(elements) : 0, len = strlen(action);
    for (size_t i = 0; i < count; i++) {
        struct json_object *element = json_object_array_get_idx(elements, i);
        const char *id = json_get_str(element, "action_id", "");
        if (strncmp(id, action, len) == 0 && (id[len] == '\0' || id[len] == ':'))
            return slack_copied(json_get_str(element, "value", ""));
        char *option = option_in(json_at(element, "options"), action);
        if (option)
            return option;
    }
    return NULL;
}

char *slack_button(const struct slack_message *message, const char *action)
{
    struct err err;
    char *value = NULL;
    struct json_object *blocks =
        json_parse(message->blocks, strlen(message->blocks), strlen(message->blocks) + 1, &err);
    size_t count = blocks ? json_object_array_length(blocks) : 0;
    for (size_t i = 0; i < count && !value; i++) {
        struct json_object *block = json_object_array_get_idx(blocks, i);
        if (strcmp(json_get_str(block, "type", ""), "actions") == 0)
            value = button_in(json_at(block, "elements"), action);
    }
    json_object_put(blocks);
    return value;
}

/* ---- its life ---- */

void slack_init(struct fake_slack *slack, struct sim *sim)
{
    *slack = (struct fake_slack){.sim = sim,
                                 .team = TEAM,
                                 .token = "xoxb-1-secret",
                                 .lifetime_s = SLACK_LIFETIME_S,
                                 .redeliver_ms = SECONDS(10)};
    sim_serve_at(sim, "https://slack.com/api/", serve_api, slack);
    sim_serve_at(sim, "https://hooks.slack.com/", serve_response, slack);
    slack_directory_init(slack);
    sim->listener = slack_listener(slack);
}

void slack_init_another(struct fake_slack *slack, struct fake_slack *first, const char *team)
{
    *slack = (struct fake_slack){
        .sim = first->sim, .team = team, .signing_secret = first->signing_secret};
    slack_directory_init(slack);
    first->another = slack;
}

static void whispers_free(struct slack_whisper *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(list[i].text);
        free(list[i].blocks);
    }
    free(list);
}

void slack_release(struct fake_slack *slack)
{
    for (size_t i = 0; i < slack->message_count; i++) {
        free(slack->messages[i].text);
        free(slack->messages[i].blocks);
    }
    free(slack->messages);
    whispers_free(slack->whispers, slack->whisper_count);
    whispers_free(slack->views, slack->view_count);
    whispers_free(slack->homes, slack->home_count);
    for (size_t i = 0; i < slack->act_count; i++) {
        free(slack->acts[i]->payload);
        free(slack->acts[i]->ack);
        free(slack->acts[i]->answer);
        free(slack->acts[i]);
    }
    free(slack->acts);
    slack_posts_free(slack);
    free(slack->connections);
    buf_release(&slack->said_elsewhere);
    *slack = (struct fake_slack){0};
}
