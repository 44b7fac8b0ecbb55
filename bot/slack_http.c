/* HTTP mode: three paths, three kinds of bodies. Nothing of a body is read before it is proven, but
 * for the form in which Slack asks whether the certificate is good, which nobody signs and which
 * has no effect. */
#include "bot/slack_http.h"

#include "base/form.h"
#include "base/json.h"
#include "connectors/slack_signature.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { RETRY_AFTER_S = 30, CHALLENGE_MAX_BYTES = 1024, BODY_MAX_BYTES = 1024 * 1024 };

static const struct {
    const char *name;
    int status;
    bool again; /* it is worth coming again */
} results[SLACK_HTTP_RESULT_COUNT] = {
    [SLACK_HTTP_TAKEN] = {"taken", 200, false},
    [SLACK_HTTP_CHECKED] = {"checked", 200, false},
    [SLACK_HTTP_REFUSED] = {"refused", 401, false},
    [SLACK_HTTP_STALE] = {"stale", 401, false},
    [SLACK_HTTP_UNREADABLE] = {"unreadable", 400, false},
    [SLACK_HTTP_EARLY] = {"early", 503, true},
    [SLACK_HTTP_FAILED] = {"failed", 503, true},
};

const char *slack_http_result_name(enum slack_http_result result)
{
    return results[result].name;
}

struct http_in_answer slack_http_answer(enum slack_http_result result)
{
    return (struct http_in_answer){.status = results[result].status,
                                   .retry_after_s = results[result].again ? RETRY_AFTER_S : 0};
}

/* ---- the bodies: each gives the payload that Socket Mode would have in its envelope ---- */

/* What a body is made of, and what of it was found. */
struct body {
    const struct http_in_request *request;
    struct arena *nodes;
    struct json_node *payload;
    const char *type; /* of the envelope */
    bool accepts;     /* the answer's body is shown, or acted upon */
};

static bool read_events(struct body *body, struct err *err)
{
    body->type = "events_api";
    body->payload =
        json_scan(body->request->body, body->request->body_len, BODY_MAX_BYTES, body->nodes, err);
    return body->payload != NULL;
}

static bool read_command(struct body *body, struct err *err)
{
    body->type = "slash_commands";
    body->accepts = true;
    body->payload = form_scan(body->request->body, body->request->body_len, body->nodes, err);
    return body->payload != NULL;
}

static bool read_interaction(struct body *body, struct err *err)
{
    struct json_node *form =
        form_scan(body->request->body, body->request->body_len, body->nodes, err);
    struct json_node *text = form ? json_node_at(form, "payload") : NULL;
    if (form && !text)
        return err_set(err, ERR_INVALID, "payload: missing");
    if (!text)
        return false;
    body->type = "interactive";
    body->payload = json_scan(text->text, text->len, BODY_MAX_BYTES, body->nodes, err);
    struct json_node *type = json_node_at(body->payload, "type");
    body->accepts =
        json_node_says(type, "view_submission") || json_node_says(type, "block_suggestion");
    return body->payload != NULL;
}

static const struct way {
    const char *path, *what;
    bool (*read)(struct body *body, struct err *err);
} ways[] = {
    {"/slack/events", "events", read_events},
    {"/slack/commands", "commands", read_command},
    {"/slack/interactions", "interactions", read_interaction},
};

static const struct way *way_at(const char *path)
{
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (strcmp(ways[i].path, path) == 0)
            return &ways[i];
    return NULL;
}

const char *slack_http_what(const char *path)
{
    const struct way *way = way_at(path);
    return way ? way->what : NULL;
}

/* ---- what Slack asks about the address itself ---- */

/* {"type":"url_verification","challenge":…}: whoever can read it and say it back has the address.
 */
static bool is_url_verification(const struct body *body, struct arena *arena,
                                struct http_in_answer *answer)
{
    if (!json_node_says(json_node_at(body->payload, "type"), "url_verification"))
        return false;
    const char *challenge = json_node_str(body->payload, "challenge", arena, "");
    if (strlen(challenge) > CHALLENGE_MAX_BYTES)
        return false;
    *answer = (struct http_in_answer){.status = 200,
                                      .content_type = "text/plain; charset=utf-8",
                                      .body = challenge,
                                      .body_len = strlen(challenge)};
    return true;
}

static bool is_ssl_check(const struct http_in_request *request, struct arena *nodes)
{
    static const char sign[] = "ssl_check=1";
    struct err err;
    if (!memmem(request->body, request->body_len, sign, strlen(sign)))
        return false;
    struct json_node *form = form_scan(request->body, request->body_len, nodes, &err);
    return form && json_node_says(json_node_at(form, "ssl_check"), "1") &&
           !json_node_at(form, "command");
}

/* ---- the request ---- */

enum slack_http_result slack_http_read(const struct config *config,
                                       const struct http_in_request *request, struct wall now,
                                       struct arena *nodes, struct arena *arena,
                                       struct envelope *out, struct http_in_answer *answer,
                                       struct err *err)
{
    const struct way *way = way_at(request->path);
    assert(way);
    struct body body = {.request = request, .nodes = nodes};
    if (way->read == read_command && is_ssl_check(request, nodes)) {
        *answer = slack_http_answer(SLACK_HTTP_CHECKED);
        return SLACK_HTTP_CHECKED;
    }
    if (!slack_signature_verify(request, config->slack.signing_secret, now, err))
        return err->code == ERR_EXPIRED ? SLACK_HTTP_STALE : SLACK_HTTP_REFUSED;
    if (!way->read(&body, err))
        return SLACK_HTTP_UNREADABLE;
    if (is_url_verification(&body, arena, answer))
        return SLACK_HTTP_CHECKED;
    if (!envelope_decode_payload(body.type, body.payload, arena, out, err))
        return SLACK_HTTP_UNREADABLE;
    if (out->kind == ENVELOPE_REQUEST && !out->dedupe_key) {
        err_set(err, ERR_INVALID, "%s: nothing in it tells it from the next one", out->type);
        return SLACK_HTTP_UNREADABLE;
    }
    out->request.answer_in_ack = body.accepts;
    return SLACK_HTTP_TAKEN;
}
