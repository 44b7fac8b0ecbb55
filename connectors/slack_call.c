/* Asking a Slack method and reading its answer: form bodies, tokens, pace keys, and one table that
 * puts Slack's words for what went wrong into classes. */
#include "connectors/slack_call.h"

#include "base/json.h"
#include "base/text.h"
#include "connectors/auth.h"
#include "connectors/session.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* ---- asking ---- */

void slack_form_add(struct buf *form, const char *name, const char *value)
{
    if (!value)
        return;
    if (form->len)
        buf_char(form, '&');
    buf_str(form, name);
    buf_char(form, '=');
    buf_percent(form, value, strlen(value));
}

void slack_form_add_job(struct buf *form, const char *job_id)
{
    if (!job_id)
        return;
    struct buf json = {0};
    struct json_writer w;
    json_writer_init(&w, &json);
    json_open(&w, '{');
    json_pair_str(&w, "event_type", "usher");
    json_key(&w, "event_payload");
    json_open(&w, '{');
    json_pair_str(&w, "job", job_id);
    json_close(&w, '}');
    json_close(&w, '}');
    slack_form_add(form, "metadata", buf_cstr(&json));
    buf_release(&json);
}

static void take_form(struct call *call, struct buf *form)
{
    call->request.body = arena_strn(call->arena, buf_cstr(form), form->len);
    call->request.body_len = form->len;
    buf_release(form);
}

/* Client id and secret as RFC 6749, section 2.3.1 has them; Slack's hold nothing to be encoded. */
static const char *basic(struct call *call)
{
    const struct config *config = call->config;
    struct buf pair = {0}, header = {0};
    if (!config->slack.client_id || !config->slack.client_secret)
        return NULL;
    buf_fmt(&pair, "%s:%s", config->slack.client_id, config->slack.client_secret);
    buf_str(&header, "Basic ");
    base64_encode(buf_cstr(&pair), pair.len, &header);
    const char *value = arena_strn(call->arena, buf_cstr(&header), header.len);
    session_wipe(&pair);
    session_wipe(&header);
    return value;
}

/* The value of the Authorization header, NULL where what it needs is not configured. */
static const char *authorization(struct call *call, const struct slack_method *method)
{
    if (method->by_secret)
        return basic(call);
    const char *token =
        method->app_token ? call->config->slack.app_token : call->config->slack.bot_token;
    return token ? arena_fmt(call->arena, "Bearer %s", token) : NULL;
}

/* What is not configured then. */
static const char *missing_of(const struct call *call, const struct slack_method *method)
{
    if (method->by_secret)
        return "slack.client_id is not configured";
    if (method->app_token)
        return "slack.app_token is not configured";
    return call->config->workspace ? "the workspace has given no token, or has taken it back"
                                   : "slack.bot_token is not configured";
}

struct step slack_request(struct call *call, const struct slack_method *method, const char *tenant,
                          struct buf *form)
{
    const char *proof = authorization(call, method);
    assert(!form->overflow);
    if (!proof) {
        buf_release(form);
        return call_fail(call, FAILURE_AUTH, 0, "not_authed", "%s: %s", method->name,
                         missing_of(call, method));
    }
    const char *own = call->config->workspace;
    call->request = (struct http_request){
        .method = HTTP_POST,
        .url = arena_fmt(call->arena, "%s%s", call->config->slack.api_url, method->name),
        .timeout_ms = method->timeout_ms,
        .never_repeat = method->effect,
        .pace_key = arena_fmt(call->arena, "slack:%s:%s",
                              tenant ? tenant
                              : own  ? own
                                     : "*",
                              method->name),
        .pace_parallel = SLACK_PARALLEL,
    };
    http_add_header(&call->request, "Content-Type", "application/x-www-form-urlencoded");
    http_add_header(&call->request, "Authorization", proof);
    take_form(call, form);
    return call_request();
}

struct step slack_failed(void)
{
    return (struct step){.kind = STEP_FAILED};
}

struct step slack_first_step(const struct call *call)
{
    return call->failure.class == FAILURE_NONE ? call_request() : slack_failed();
}

/* ---- the words for what went wrong ---- */

static const struct {
    const char *word;
    enum failure_class class;
} words[] = {
    {"account_inactive", FAILURE_AUTH},
    {"invalid_auth", FAILURE_AUTH},
    {"not_allowed_token_type", FAILURE_AUTH},
    {"not_authed", FAILURE_AUTH},
    {"team_disabled", FAILURE_AUTH},
    {"token_expired", FAILURE_AUTH},
    {"token_revoked", FAILURE_AUTH},
    {"two_factor_setup_required", FAILURE_AUTH},
    {"user_removed_from_team", FAILURE_AUTH},

    {"access_denied", FAILURE_PERMISSION},
    {"accesslimited", FAILURE_PERMISSION},
    {"cannot_dm_bot", FAILURE_PERMISSION},
    {"cannot_reply_to_message", FAILURE_PERMISSION},
    {"cant_update_message", FAILURE_PERMISSION},
    {"ekm_access_denied", FAILURE_PERMISSION},
    {"enterprise_is_restricted", FAILURE_PERMISSION},
    {"forbidden_team", FAILURE_PERMISSION},
    {"is_archived", FAILURE_PERMISSION},
    {"link_disabled", FAILURE_PERMISSION},
    {"messages_tab_disabled", FAILURE_PERMISSION},
    {"missing_scope", FAILURE_PERMISSION},
    {"no_permission", FAILURE_PERMISSION},
    {"not_enabled", FAILURE_PERMISSION},
    {"not_in_channel", FAILURE_PERMISSION},
    {"plan_upgrade_required", FAILURE_PERMISSION},
    {"restricted_action", FAILURE_PERMISSION},
    {"restricted_action_non_threadable_channel", FAILURE_PERMISSION},
    {"restricted_action_read_only_channel", FAILURE_PERMISSION},
    {"restricted_action_thread_locked", FAILURE_PERMISSION},
    {"restricted_action_thread_only_channel", FAILURE_PERMISSION},
    {"team_access_not_granted", FAILURE_PERMISSION},
    {"user_is_restricted", FAILURE_PERMISSION},
    {"user_not_in_channel", FAILURE_PERMISSION},

    {"channel_not_found", FAILURE_NOT_FOUND},
    {"expired_url", FAILURE_NOT_FOUND},
    {"message_not_found", FAILURE_NOT_FOUND},
    {"no_such_subteam", FAILURE_NOT_FOUND},
    {"not_found", FAILURE_NOT_FOUND},
    {"team_not_found", FAILURE_NOT_FOUND},
    {"thread_not_found", FAILURE_NOT_FOUND},
    {"used_url", FAILURE_NOT_FOUND},
    {"user_disabled", FAILURE_NOT_FOUND},
    {"user_not_found", FAILURE_NOT_FOUND},
    {"user_not_visible", FAILURE_NOT_FOUND},
    {"users_not_found", FAILURE_NOT_FOUND},
    {"view_not_found", FAILURE_NOT_FOUND},

    {"block_mismatch", FAILURE_INVALID},
    {"invalid_arg_name", FAILURE_INVALID},
    {"invalid_arguments", FAILURE_INVALID},
    {"invalid_array_arg", FAILURE_INVALID},
    {"invalid_blocks", FAILURE_INVALID},
    {"invalid_blocks_format", FAILURE_INVALID},
    {"invalid_charset", FAILURE_INVALID},
    {"invalid_cursor", FAILURE_INVALID},
    {"invalid_form_data", FAILURE_INVALID},
    {"invalid_metadata_format", FAILURE_INVALID},
    {"invalid_metadata_schema", FAILURE_INVALID},
    {"invalid_post_type", FAILURE_INVALID},
    {"metadata_too_large", FAILURE_INVALID},
    {"missing_args", FAILURE_INVALID},
    {"missing_argument", FAILURE_INVALID},
    {"missing_post_type", FAILURE_INVALID},
    {"msg_blocks_too_long", FAILURE_INVALID},
    {"msg_too_long", FAILURE_INVALID},
    {"no_text", FAILURE_INVALID},
    {"push_limit_reached", FAILURE_INVALID},
    {"too_many_attachments", FAILURE_INVALID},
    {"view_too_large", FAILURE_INVALID},

    {"duplicate_external_id", FAILURE_CONFLICT},
    {"hash_conflict", FAILURE_CONFLICT},
    {"streaming_state_conflict", FAILURE_CONFLICT},

    {"rate_limited", FAILURE_RATE_LIMITED},
    {"ratelimited", FAILURE_RATE_LIMITED},
    {"message_limit_exceeded", FAILURE_QUOTA},
    {"org_login_required", FAILURE_QUOTA}, /* the workspace is being moved: much later */
    {"team_added_to_org", FAILURE_QUOTA},

    /* The request's body was missing or cut: nothing was done. */
    {"request_timeout", FAILURE_TRANSIENT},
    /* "Some aspect of the operation" may have succeeded. */
    {"fatal_error", FAILURE_AMBIGUOUS},
    {"internal_error", FAILURE_AMBIGUOUS},
    {"service_unavailable", FAILURE_AMBIGUOUS},
    {"update_failed", FAILURE_AMBIGUOUS},
};

enum failure_class slack_class_of(const char *word, bool effect)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].word, word) == 0)
            return words[i].class == FAILURE_AMBIGUOUS && !effect ? FAILURE_TRANSIENT
                                                                  : words[i].class;
    return FAILURE_PERMANENT;
}

/* ---- reading ---- */

/* Text from outside as one clean line that ends at a whole character. */
static void set_line(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%s", text);
    size_t len = strlen(out);
    while (len && !text_is_utf8(out, len))
        out[--len] = '\0';
    for (char *c = out; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = ' ';
}

/* Why, in Slack's words: the pointers into the blocks, the scope that is needed, or the bare word.
 */
static void explain(struct call *call, const struct slack_method *method, struct json_node *body)
{
    struct buf text;
    buf_init(&text, sizeof call->failure.message * 4);
    buf_fmt(&text, "%s: %s", method->name, call->failure.code);
    const char *needed = json_node_str(body, "needed", call->arena, NULL);
    if (needed)
        buf_fmt(&text, ", needs the scope %s", needed);
    struct json_node *messages = json_node_at(body, "response_metadata.messages");
    struct json_node *at = json_list_first(messages);
    for (; at && !text.overflow; at = json_node_next(messages, at))
        if (at->kind == JSON_STRING)
            buf_fmt(&text, "; %.*s", at->len < 300 ? (int)at->len : 300, at->text);
    set_line(call->failure.message, sizeof call->failure.message, buf_cstr(&text));
    buf_release(&text);
}

static void set_class(struct failure *failure, enum failure_class class, const char *word,
                      const struct http_reply *reply)
{
    failure->class = class;
    set_line(failure->code, sizeof failure->code, word);
    failure->retry_after_ms = 0;
    if (class == FAILURE_RATE_LIMITED)
        failure->retry_after_ms = http_retry_after_ms(reply, SLACK_RETRY_AFTER_MS);
}

/* {"ok":false,"error":…}. A word that is not known does not overrule a status that is an outage. */
static void read_refusal(struct call *call, const struct slack_method *method,
                         struct json_node *body, const struct http_reply *reply)
{
    const char *word = json_node_str(body, "error", call->arena, "unknown_error");
    enum failure_class class = slack_class_of(word, method->effect);
    struct failure by_status;
    if (!call_check_reply(reply, method->effect, &by_status) &&
        (reply->status == 429 || class == FAILURE_PERMANENT))
        class = by_status.class;
    call->failure = (struct failure){.status = reply->status};
    set_class(&call->failure, class, word, reply);
    explain(call, method, body);
}

/* No JSON with `ok` in it: an outage's page, a cut body, a proxy's opinion. */
static void read_nonsense(struct call *call, const struct slack_method *method,
                          const struct http_reply *reply, const char *why)
{
    struct failure failure;
    char message[512];
    if (call_check_reply(reply, method->effect, &failure)) {
        failure.class = method->effect ? FAILURE_AMBIGUOUS : FAILURE_TRANSIENT;
        snprintf(failure.code, sizeof failure.code, "invalid_reply");
        snprintf(message, sizeof message, "%s: the answer is not Slack's JSON: %s", method->name,
                 why);
    } else {
        snprintf(message, sizeof message, "%s: %s", method->name, failure.message);
    }
    /* Slack refuses in JSON: whoever said this stands before it, and nothing was passed on. A bare
     * 404 must not read as "that message is gone". */
    if (failure.status >= 400 && failure.status < 500)
        failure.class = failure.status == 429 ? FAILURE_RATE_LIMITED : FAILURE_TRANSIENT;
    if (failure.class == FAILURE_RATE_LIMITED)
        set_class(&failure, FAILURE_RATE_LIMITED, "ratelimited", reply);
    set_line(failure.message, sizeof failure.message, message);
    call->failure = failure;
}

static void note(struct call *call, bool reached)
{
    struct session *session = &call->sessions->systems[SYSTEM_SLACK];
    if (reached)
        session_note_ok(session, call->world->now);
    else
        session_note_failure(session, call->failure.message);
}

struct json_node *slack_reply(struct call *call, const struct slack_method *method,
                              const struct http_reply *reply, struct arena *scratch)
{
    struct err err = {0};
    struct json_node *body = NULL;
    if (reply->outcome == HTTP_ANSWERED)
        body = json_scan(reply->body, reply->body_len, HTTP_MAX_REPLY_BYTES, scratch, &err);
    struct json_node *ok = json_node_at(body, "ok");
    bool said = json_node_is(ok, JSON_TRUE) || json_node_is(ok, JSON_FALSE);
    bool status_ok = reply->status >= 200 && reply->status < 300;
    if (json_node_is(ok, JSON_TRUE) && status_ok) {
        call->failure = (struct failure){0};
        note(call, true);
        return body;
    }
    if (json_node_is(ok, JSON_FALSE))
        read_refusal(call, method, body, reply);
    else
        read_nonsense(call, method, reply, err.code ? err.msg : "no `ok` in it");
    note(call, said && call->failure.class != FAILURE_AUTH && reply->status < 500);
    arena_release(scratch);
    return NULL;
}

struct step slack_garbled(struct call *call, const struct slack_method *method, const char *missing)
{
    return call_fail(call, method->effect ? FAILURE_AMBIGUOUS : FAILURE_TRANSIENT, 200,
                     "invalid_reply", "%s: the answer has no %s", method->name, missing);
}

const char *slack_copy(struct call *call, struct json_node *body, const char *path)
{
    struct json_node *text = json_node_at(body, path);
    return json_node_is(text, JSON_STRING) && text->len
               ? arena_strn(call->arena, text->text, text->len)
               : NULL;
}
