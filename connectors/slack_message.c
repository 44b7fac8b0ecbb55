/* Messages beside the one that is said once: editing it, whispering to one person, and answering
 * through the address that came with a click or a command. */
#include "base/broken.h"
#include "base/json_node.h"
#include "base/text.h"
#include "connectors/slack.h"
#include "connectors/slack_call.h"

#include <string.h>

static const struct slack_method chat_update = {.name = "chat.update"};
static const struct slack_method post_ephemeral = {.name = "chat.postEphemeral", .effect = true};
static const struct slack_method response_url = {.name = "response_url", .effect = true};

/* ---- chat.update ---- */

static struct step step_update(struct call *call, const struct http_reply *reply)
{
    if (!reply)
        return slack_first_step(call);
    struct arena scratch = {0};
    struct json_node *body = slack_reply(call, &chat_update, reply, &scratch);
    if (!body)
        return slack_failed();
    arena_release(&scratch);
    return call_done();
}

struct call *slack_update(const struct call_env *env, const char *tenant, const char *channel,
                          const char *ts, const char *text, const char *blocks, const char *job_id)
{
    static const struct call_type type = {"slack", "chat.update", step_update};
    struct call *call = call_new(env, &type, sizeof *call);
    struct buf form = {0};
    slack_form_add(&form, "channel", channel);
    slack_form_add(&form, "ts", ts);
    slack_form_add(&form, "text", text_cut(env->arena, text, SLACK_TEXT_MAX));
    slack_form_add(&form, "blocks", blocks);
    slack_form_add_job(&form, job_id);
    slack_request(call, &chat_update, tenant, &form);
    return call;
}

/* ---- chat.postEphemeral ---- */

static struct step step_ephemeral(struct call *call, const struct http_reply *reply)
{
    if (!reply)
        return slack_first_step(call);
    struct arena scratch = {0};
    struct json_node *body = slack_reply(call, &post_ephemeral, reply, &scratch);
    if (!body)
        return slack_failed();
    arena_release(&scratch);
    return call_done();
}

struct call *slack_post_ephemeral(const struct call_env *env, const char *tenant,
                                  const char *channel, const char *user_id, const char *thread_ts,
                                  const char *text, const char *blocks)
{
    static const struct call_type type = {"slack", "chat.postEphemeral", step_ephemeral};
    struct call *call = call_new(env, &type, sizeof *call);
    struct buf form = {0};
    slack_form_add(&form, "channel", channel);
    slack_form_add(&form, "user", user_id);
    slack_form_add(&form, "text", text_cut(env->arena, text, SLACK_TEXT_MAX));
    slack_form_add(&form, "blocks", blocks);
    slack_form_add(&form, "thread_ts", thread_ts);
    slack_request(call, &post_ephemeral, tenant, &form);
    return call;
}

/* ---- response URLs ---- */

enum { URL_MAX = 2048 };

/* The host in an http or https URL, brackets of an IPv6 address included; false for anything that
 * two readers could understand differently. */
static bool host_of(const char *url, const char **host, size_t *len)
{
    for (const char *c = url; *c; c++)
        if (*c <= 0x20 || *c == 0x7f || *c == '@' || *c == '\\' || c - url >= URL_MAX)
            return false;
    size_t scheme = text_has_prefix_fold(url, "https://")  ? 8
                    : text_has_prefix_fold(url, "http://") ? 7
                                                           : 0;
    if (!scheme)
        return false;
    *host = url + scheme;
    size_t end = **host == '[' ? strcspn(*host, "]") + 1 : strcspn(*host, ":/?#");
    if (end > strlen(*host))
        return false;
    *len = end;
    const char *rest = *host + end;
    if (*rest == ':')
        rest += 1 + strspn(rest + 1, "0123456789");
    return end > 0 && (*rest == '\0' || strchr("/?#", *rest));
}

static bool is_loopback(const char *host, size_t len)
{
    char name[64];
    if (len >= sizeof name)
        return false;
    memcpy(name, host, len);
    name[len] = '\0';
    if (text_equal_fold(name, "localhost") || strcmp(name, "[::1]") == 0)
        return true;
    return strncmp(name, "127.", 4) == 0 && strspn(name, "0123456789.") == len;
}

bool slack_may_respond_to(const char *url, const char *api_url)
{
    const char *host, *api_host;
    size_t len, api_len;
    if (!url || !host_of(url, &host, &len))
        return false;
    if (strncmp(url, "https://hooks.slack.com/", 24) == 0)
        return true;
    return host_of(api_url, &api_host, &api_len) && is_loopback(api_host, api_len) &&
           len == api_len && strncmp(host, api_host, len) == 0;
}

static struct step respond_failed(struct call *call, const struct http_reply *reply,
                                  struct failure *failure)
{
    if (failure->class == FAILURE_RATE_LIMITED)
        failure->retry_after_ms = http_retry_after_ms(reply, SLACK_RETRY_AFTER_MS);
    call->failure = *failure;
    return slack_failed();
}

/* Answers are the word "ok", or {"ok":true}, or nothing at all; refusals are 404 with or without
 * {"ok":false,"error":"used_url"}. */
static struct step step_respond(struct call *call, const struct http_reply *reply)
{
    struct failure failure;
    if (!reply)
        return slack_first_step(call);
    bool fine = call_check_reply(reply, true, &failure);
    struct err err;
    struct arena scratch = {0};
    struct json_node *body =
        reply->outcome == HTTP_ANSWERED
            ? json_scan(reply->body, reply->body_len, HTTP_MAX_REPLY_BYTES, &scratch, &err)
            : NULL;
    bool refused = !json_node_bool(body, "ok", true);
    arena_release(&scratch);
    if (refused && !slack_reply(call, &response_url, reply, &scratch))
        return slack_failed();
    return fine ? call_done() : respond_failed(call, reply, &failure);
}

struct call *slack_respond(const struct call_env *env, const char *url, const char *body_json)
{
    static const struct call_type type = {"slack", "response_url", step_respond};
    struct call *call = call_new(env, &type, sizeof *call);
    if (!slack_may_respond_to(url, env->config->slack.api_url) && !BROKEN(any_response_url)) {
        call_fail(call, FAILURE_PERMANENT, 0, "foreign_response_url",
                  "response_url: not an address of Slack's");
        return call;
    }
    call->request = (struct http_request){
        .method = HTTP_POST,
        .url = arena_str(env->arena, url),
        .body = arena_str(env->arena, body_json),
        .body_len = strlen(body_json),
        .never_repeat = true,
        .pace_key = "slack:response_url",
        .pace_parallel = SLACK_PARALLEL,
    };
    http_add_header(&call->request, "Content-Type", "application/json; charset=utf-8");
    return call;
}
