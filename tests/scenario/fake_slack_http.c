/* The HTTP half: what people do comes as a signed request to the bot's own server, as Slack sends
 * it in HTTP mode. Events come again while they are not answered with 200; a person sees an error.
 *
 *   act -> POST, signed -> 200: its body is the acknowledgement
 *            ^       | another status, or nothing within 3 s; events only
 *            +-------+
 */
#include "base/json.h"
#include "tests/scenario/fake_slack_inside.h"

#include <inttypes.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEADLINE_MS = 3000, ASK_AGAIN_MS = 1000, GIVE_UP_AFTER = 400, MAC_BYTES = 32 };

/* One POST; the strings of the visit are its own. */
struct delivery {
    struct sim_visit visit; /* first: it comes back by it */
    struct fake_slack *slack;
    struct slack_act *act;
    char headers[320];
    char *body;
    struct delivery *next;
};

static void encode(struct buf *out, const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                     (*c >= '0' && *c <= '9') || strchr("*-._", *c);
        if (plain)
            buf_char(out, (char)*c);
        else if (*c == ' ')
            buf_char(out, '+');
        else
            buf_fmt(out, "%%%02X", *c);
    }
}

/* A command's members as fields; anything else as the field `payload`. */
static char *body_of(const struct slack_act *act)
{
    struct buf body = {0};
    struct err err;
    if (strcmp(act->type, "events_api") == 0)
        return slack_copied(act->payload);
    if (strcmp(act->type, "interactive") == 0) {
        buf_str(&body, "payload=");
        encode(&body, act->payload);
        return buf_take(&body);
    }
    struct json_object *members =
        json_parse(act->payload, strlen(act->payload), strlen(act->payload) + 1, &err);
    struct json_object_iterator at = json_object_iter_begin(members);
    struct json_object_iterator end = json_object_iter_end(members);
    for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
        buf_fmt(&body, "%s%s=", body.len ? "&" : "", json_object_iter_peek_name(&at));
        encode(&body, json_object_get_string(json_object_iter_peek_value(&at)));
    }
    json_object_put(members);
    return buf_take(&body);
}

void slack_sign(const char *secret, int64_t at_s, const char *body, char *out, size_t size)
{
    unsigned char mac[MAC_BYTES];
    char hex[2 * MAC_BYTES + 1] = "";
    struct buf base = {0};
    buf_fmt(&base, "v0:%" PRId64 ":%s", at_s, body);
    HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)buf_cstr(&base),
         base.len, mac, NULL);
    buf_release(&base);
    for (size_t i = 0; i < sizeof mac; i++)
        snprintf(hex + 2 * i, 3, "%02x", mac[i]);
    snprintf(out, size, "x-slack-request-timestamp: %" PRId64 "\nx-slack-signature: v0=%s\n", at_s,
             hex);
}

static const char *path_of(const char *type)
{
    return strcmp(type, "events_api") == 0       ? "/slack/events"
           : strcmp(type, "slash_commands") == 0 ? "/slack/commands"
                                                 : "/slack/interactions";
}

static void on_again(void *arg, uint64_t number)
{
    struct fake_slack *slack = arg;
    struct slack_act *act = slack->acts[number - 1];
    if (act->acks == 0 && !act->gave_up)
        slack_send_http(slack, act);
}

/* What was not answered with 200 in time. */
static void failed(struct fake_slack *slack, struct slack_act *act)
{
    bool event = strcmp(act->type, "events_api") == 0;
    if (act->acks > 0 || act->gave_up)
        return;
    if (!event || act->deliveries >= GIVE_UP_AFTER)
        act->failed = act->gave_up = true;
    else
        sim_after(slack->sim, ASK_AGAIN_MS, on_again, slack, act->number);
}

static void on_deadline(void *arg, uint64_t number)
{
    struct fake_slack *slack = arg;
    struct slack_act *act = slack->acts[number - 1];
    if (act->answered < act->deliveries)
        failed(slack, act);
}

static void on_answer(struct sim_visit *visit)
{
    struct delivery *delivery = (struct delivery *)visit;
    struct slack_act *act = delivery->act;
    act->answered++;
    if (visit->status != 200)
        failed(delivery->slack, act);
    else
        slack_take_ack(delivery->slack, act, visit->answer.len ? buf_cstr(&visit->answer) : "",
                       visit->answer.len);
}

void slack_send_http(struct fake_slack *slack, struct slack_act *act)
{
    struct delivery *delivery = calloc(1, sizeof *delivery);
    if (!delivery)
        abort();
    delivery->slack = slack;
    delivery->act = act;
    delivery->body = body_of(act);
    slack_sign(slack->signing_secret, slack->sim->world.now.ms / 1000, delivery->body,
               delivery->headers, sizeof delivery->headers);
    if (act->deliveries > 0)
        snprintf(delivery->headers + strlen(delivery->headers),
                 sizeof delivery->headers - strlen(delivery->headers),
                 "x-slack-retry-num: %u\nx-slack-retry-reason: http_timeout\n", act->deliveries);
    delivery->visit = (struct sim_visit){.method = "POST",
                                         .path = path_of(act->type),
                                         .headers = delivery->headers,
                                         .body = delivery->body,
                                         .answered = on_answer};
    delivery->next = slack->posts;
    slack->posts = delivery;
    act->deliveries++;
    sim_visit(slack->sim, &delivery->visit);
    sim_after(slack->sim, DEADLINE_MS, on_deadline, slack, act->number);
}

void slack_posts_free(struct fake_slack *slack)
{
    for (struct delivery *delivery = slack->posts, *next; delivery; delivery = next) {
        next = delivery->next;
        buf_release(&delivery->visit.answer);
        free(delivery->body);
        free(delivery);
    }
    slack->posts = NULL;
}
