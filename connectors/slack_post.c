/* Saying something once. Slack has no idempotency key, so a message carries its job's id in its
 * metadata, and whenever it may be there already the channel is searched for it first.
 *
 *   START -> [OPENING] -> [LOOKING ..] -> SAYING -> done
 *                             ^  \ found: adopted, done
 *                             |                  \ outcome unknown
 *                             +---- PAUSING <-----+      (said twice and never found: ambiguous)
 *
 * What is not to be said any more is only looked for: LOOKING ends it, found or not.
 */
#include "base/broken.h"
#include "base/json_node.h"
#include "base/text.h"
#include "connectors/slack.h"
#include "connectors/slack_call.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    CLOCK_SLACK_MS = 60000, /* our clock and Slack's may differ by as much */
    PAUSE_MS = 1000,        /* for what is under way at Slack to come to rest */
    MAX_SAYINGS = 2,
    PAGE_MESSAGES = 200,
    MAX_PAGES = 50,
    POST_SPACING_MS = 1000 /* Slack: about one message a second and channel */
};

enum post_state {
    POST_START,   /* nothing was sent */
    POST_OPENING, /* conversations.open is under way */
    POST_LOOKING, /* a page of the channel or thread is under way */
    POST_SAYING,  /* chat.postMessage is under way */
    POST_PAUSING, /* it may have been said; about to look */
};

struct post {
    struct slack_post result; /* first: begins with struct call */
    const char *tenant, *user_id, *thread_ts, *text, *blocks, *job_id;
    struct wall since; /* nothing was said before; 0: not known */
    bool may_exist;    /* an earlier attempt may have said it */
    bool only_look;    /* nor is it said now */
    bool uncertain;    /* this one may have */
    unsigned sayings, pages;
    const char *cursor;
};

static const struct slack_method conversations_open = {.name = "conversations.open"};
static const struct slack_method conversations_history = {.name = "conversations.history"};
static const struct slack_method conversations_replies = {.name = "conversations.replies"};
static const struct slack_method chat_post = {.name = "chat.postMessage", .effect = true};

static struct call *call_of(struct post *post)
{
    return &post->result.call;
}

/* Once this call may have said it, no later failure says that nothing happened. */
static struct step post_failed(struct post *post)
{
    if (post->uncertain)
        call_of(post)->failure.class = FAILURE_AMBIGUOUS;
    return slack_failed();
}

static struct step send_request(struct post *post, enum post_state state,
                                const struct slack_method *method, struct buf *form)
{
    struct call *call = call_of(post);
    call->state = state;
    struct step step = slack_request(call, method, post->tenant, form);
    return step.kind == STEP_FAILED ? post_failed(post) : step;
}

/* ---- opening the DM ---- */

static struct step open_dm(struct post *post)
{
    struct buf form = {0};
    slack_form_add(&form, "users", post->user_id);
    return send_request(post, POST_OPENING, &conversations_open, &form);
}

/* ---- saying ---- */

static struct step say(struct post *post)
{
    struct call *call = call_of(post);
    struct buf form = {0};
    slack_form_add(&form, "channel", post->result.channel);
    slack_form_add(&form, "text", text_cut(call->arena, post->text, SLACK_TEXT_MAX));
    slack_form_add(&form, "blocks", post->blocks);
    slack_form_add(&form, "thread_ts", post->thread_ts);
    slack_form_add(&form, "unfurl_links", "false");
    slack_form_add(&form, "unfurl_media", "false");
    slack_form_add_job(&form, post->job_id);
    if (post->sayings++ == 0 && !post->may_exist)
        post->since = call->world->now;
    struct step step = send_request(post, POST_SAYING, &chat_post, &form);
    call->request.pace_key =
        arena_fmt(call->arena, "slack:%s:post:%s", post->tenant, post->result.channel);
    call->request.pace_ms = POST_SPACING_MS;
    call->request.pace_parallel = 1;
    return step;
}

/* ---- looking ---- */

static struct step ask_page(struct post *post)
{
    struct buf form = {0};
    slack_form_add(&form, "channel", post->result.channel);
    slack_form_add(&form, "ts", post->thread_ts);
    slack_form_add(&form, "limit", arena_fmt(call_of(post)->arena, "%d", PAGE_MESSAGES));
    slack_form_add(&form, "include_all_metadata", "true");
    slack_form_add(&form, "cursor", post->cursor);
    post->pages++;
    return send_request(post, POST_LOOKING,
                        post->thread_ts ? &conversations_replies : &conversations_history, &form);
}

static struct step look(struct post *post)
{
    if (BROKEN(posted_unseen) && !post->only_look)
        return say(post);
    post->cursor = NULL;
    post->pages = 0;
    return ask_page(post);
}

/* A channel is read from its newest message on, whatever our clock says; it only tells where to
 * stop. A thread is read whole, oldest first. */
static bool reaches_back(struct post *post, struct json_node *body)
{
    struct json_node *messages = json_node_at(body, "messages"), *last = NULL;
    struct json_node *at = json_list_first(messages);
    for (; at; at = json_node_next(messages, at))
        last = at;
    if (post->thread_ts || !post->since.ms || post->since.ms > call_of(post)->world->now.ms ||
        !last)
        return false; /* set back since, it does not say how long ago that was */
    int64_t from_s = (post->since.ms - CLOCK_SLACK_MS) / 1000;
    return strtoll(json_node_str(last, "ts", call_of(post)->arena, "0"), NULL, 10) < from_s;
}

static const char *find_ours(struct post *post, struct json_node *body)
{
    struct json_node *messages = json_node_at(body, "messages");
    struct json_node *at = json_list_first(messages);
    for (; at; at = json_node_next(messages, at))
        if (json_node_says(json_node_at(at, "metadata.event_type"), "usher") &&
            json_node_says(json_node_at(at, "metadata.event_payload.job"), post->job_id))
            return json_node_str(at, "ts", call_of(post)->arena, NULL);
    return NULL;
}

static struct step nothing_found(struct post *post)
{
    if (post->only_look)
        return call_done();
    if (post->sayings < MAX_SAYINGS)
        return say(post);
    return call_fail(call_of(post), FAILURE_AMBIGUOUS, 0, "outcome_unknown",
                     "chat.postMessage: sent %u times without an answer, and not in the channel",
                     post->sayings);
}

static struct step page_came(struct post *post, const struct http_reply *reply)
{
    struct call *call = call_of(post);
    const struct slack_method *method =
        post->thread_ts ? &conversations_replies : &conversations_history;
    struct arena scratch = {0};
    struct json_node *body = slack_reply(call, method, reply, &scratch);
    if (!body)
        return post_failed(post);
    bool whole = json_node_is(json_node_at(body, "messages"), JSON_LIST);
    const char *ts = find_ours(post, body);
    post->cursor = whole && reaches_back(post, body)
                       ? NULL
                       : slack_copy(call, body, "response_metadata.next_cursor");
    arena_release(&scratch);
    if (!whole) {
        slack_garbled(call, method, "messages");
        return post_failed(post);
    }
    if (ts) {
        post->result.ts = ts;
        post->result.adopted = true;
        return call_done();
    }
    if (!post->cursor)
        return nothing_found(post);
    if (post->pages < MAX_PAGES)
        return ask_page(post);
    return call_fail(call, FAILURE_AMBIGUOUS, 0, "outcome_unknown",
                     "%s: %d pages do not reach back to the first attempt", method->name,
                     MAX_PAGES);
}

/* ---- the flow ---- */

static struct step after_channel(struct post *post)
{
    return post->only_look || (post->may_exist && post->job_id) ? look(post) : say(post);
}

static struct step dm_opened(struct post *post, const struct http_reply *reply)
{
    struct call *call = call_of(post);
    struct arena scratch = {0};
    struct json_node *body = slack_reply(call, &conversations_open, reply, &scratch);
    if (!body)
        return slack_failed();
    post->result.channel = slack_copy(call, body, "channel.id");
    arena_release(&scratch);
    if (!post->result.channel)
        return slack_garbled(call, &conversations_open, "channel.id");
    return after_channel(post);
}

/* Without a job's id there is nothing to look for, and past the deadline no time to. */
static struct step outcome_unknown(struct post *post)
{
    struct call *call = call_of(post);
    post->uncertain = true;
    if (!post->job_id ||
        (call->deadline.ms && call->world->mono.ms + PAUSE_MS >= call->deadline.ms))
        return post_failed(post);
    call->state = POST_PAUSING;
    return call_wait(PAUSE_MS);
}

static struct step said(struct post *post, const struct http_reply *reply)
{
    struct call *call = call_of(post);
    struct arena scratch = {0};
    struct json_node *body = slack_reply(call, &chat_post, reply, &scratch);
    if (!body)
        return call->failure.class == FAILURE_AMBIGUOUS ? outcome_unknown(post) : post_failed(post);
    const char *ts = slack_copy(call, body, "ts");
    const char *channel = slack_copy(call, body, "channel");
    arena_release(&scratch);
    if (!ts) {
        slack_garbled(call, &chat_post, "ts");
        return outcome_unknown(post);
    }
    post->result.ts = ts;
    if (channel)
        post->result.channel = channel;
    return call_done();
}

static struct step step_post(struct call *call, const struct http_reply *reply)
{
    struct post *post = (struct post *)call;
    enum post_state state = (enum post_state)call->state;
    if (!reply && state == POST_PAUSING)
        return look(post);
    if (!reply)
        return post->result.channel ? after_channel(post) : open_dm(post);
    if (state == POST_OPENING)
        return dm_opened(post, reply);
    if (state == POST_LOOKING)
        return page_came(post, reply);
    assert(state == POST_SAYING);
    return said(post, reply);
}

struct slack_post *slack_post(const struct call_env *env, const struct slack_saying *saying)
{
    static const struct call_type type = {"slack", "chat.postMessage", step_post};
    assert(!saying->channel != !saying->user_id);
    assert(saying->only_look ? saying->job_id != NULL : saying->text != NULL);
    struct post *post = call_new(env, &type, sizeof *post);
    post->result.channel = arena_str(env->arena, saying->channel);
    post->tenant = arena_str(env->arena, saying->tenant ? saying->tenant : "*");
    post->user_id = arena_str(env->arena, saying->user_id);
    post->thread_ts = arena_str(env->arena, saying->thread_ts);
    post->text = arena_str(env->arena, saying->text);
    post->blocks = arena_str(env->arena, saying->blocks);
    post->job_id = arena_str(env->arena, saying->job_id);
    post->may_exist = saying->may_exist;
    post->only_look = saying->only_look;
    post->since = saying->since;
    return &post->result;
}
