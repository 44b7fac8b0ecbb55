/* Answers to the one who asked: put where this kind of request can carry them, and never dropped
 * without a word. */
#include "handlers/handler.h"

#include "base/broken.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "handlers/card_values.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    ACK_MAX_BYTES = 15 * 1024, /* Slack drops acknowledgements of 16 KiB and more */
    TEXT_MAX = 4000,           /* UTF-16 units of a message's text */
    SECTION_MAX = 3000,        /* of a section's */
    ANSWER_MAX_BLOCKS = 50
};

struct answer {
    const char *text, *blocks; /* blocks NULL: text alone */
    bool to_all;               /* in the channel, not to the one who asked alone */
};

/* {"response_type":"ephemeral",…}: what a command's acknowledgement and a response_url both take.
 */
static const char *answer_message(struct turn *turn, const struct answer *answer)
{
    struct buf buf = {0};
    struct json_writer w;
    json_writer_init(&w, &buf);
    json_open(&w, '{');
    json_pair_str(&w, "response_type", answer->to_all ? "in_channel" : "ephemeral");
    json_pair_bool(&w, "replace_original", false);
    json_pair_str(&w, "text", text_cut(turn->arena, answer->text, TEXT_MAX));
    if (answer->blocks) {
        json_key(&w, "blocks");
        json_put_raw(&w, answer->blocks);
    }
    json_close(&w, '}');
    const char *message = arena_str(turn->arena, buf_cstr(&buf));
    buf_release(&buf);
    return message;
}

/* A modal that only says something: blocks, or a text where they are NULL. */
static const char *notice_view(struct turn *turn, const char *text, const char *blocks)
{
    struct buf buf = {0};
    buf_str(&buf, "{\"type\":\"modal\",\"callback_id\":\"notice\","
                  "\"title\":{\"type\":\"plain_text\",\"text\":\"Usher\"},"
                  "\"close\":{\"type\":\"plain_text\",\"text\":\"Close\"},\"blocks\":");
    if (blocks) {
        buf_str(&buf, blocks);
    } else {
        const char *cut = text_cut(turn->arena, text, SECTION_MAX);
        buf_str(&buf, "[{\"type\":\"section\",\"text\":"
                      "{\"type\":\"mrkdwn\",\"verbatim\":true,\"text\":");
        json_quote(&buf, cut, strlen(cut));
        buf_str(&buf, "}}]");
    }
    buf_char(&buf, '}');
    const char *view = arena_str(turn->arena, buf_cstr(&buf));
    buf_release(&buf);
    return view;
}

static void answer_event(const struct request *request, const char *text)
{
    log_info(request->name, "%s has no answer to give by: %s",
             request->actor.user_id ? request->actor.user_id : "an event", text);
}

/* A submitted modal turns into the notice. */
static void answer_view(struct turn *turn, struct reply *reply, const char *text,
                        const char *blocks)
{
    reply->ack = arena_join(turn->arena, "{\"response_action\":\"update\",\"view\":",
                            notice_view(turn, text, blocks), "}");
}

static void answer_message_kind(struct turn *turn, const struct request *request,
                                struct reply *reply, const struct answer *said)
{
    const char *message = answer_message(turn, said);
    bool fits = strlen(message) <= ACK_MAX_BYTES || BROKEN(long_ack);
    if (request->kind == REQUEST_COMMAND && request->answer_in_ack && fits) {
        reply->ack = message;
    } else if (request->response_url) {
        reply->respond = message;
    } else if (request->trigger_id) {
        reply->open_view.trigger_id = request->trigger_id;
        reply->open_view.view = notice_view(turn, said->text, said->blocks);
    } else {
        answer_event(request, said->text);
    }
}

static void answer(struct turn *turn, const struct request *request, struct reply *reply,
                   const struct answer *said)
{
    switch (request->kind) {
    case REQUEST_EVENT:
        answer_event(request, said->text);
        break;
    case REQUEST_VIEW:
        answer_view(turn, reply, said->text, said->blocks);
        break;
    case REQUEST_COMMAND:
    case REQUEST_BUTTON:
        answer_message_kind(turn, request, reply, said);
        break;
    }
}

void reply_text(struct turn *turn, const struct request *request, struct reply *reply,
                const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const char *text = arena_vfmt(turn->arena, fmt, args);
    va_end(args);
    answer(turn, request, reply, &(struct answer){.text = text});
}

struct drawing {
    const char *name;
    struct value *context;
    bool to_all;
};

static bool answer_template(struct turn *turn, const struct request *request, struct reply *reply,
                            const struct drawing *drawing, struct err *err)
{
    struct json_node *message = card_nodes(turn, drawing->name, drawing->context, err);
    if (message == NULL)
        return false;
    struct json_node *blocks = json_node_at(message, "blocks");
    struct answer said = {.text = json_node_str(message, "text", turn->arena, ""),
                          .to_all = drawing->to_all};
    said.blocks = blocks ? blocks_check(blocks, ANSWER_MAX_BLOCKS, turn->arena, err) : NULL;
    if (blocks && !said.blocks)
        return err_prefix(err, "template %s", drawing->name);
    answer(turn, request, reply, &said);
    return true;
}

bool reply_template(struct turn *turn, const struct request *request, struct reply *reply,
                    const char *template_name, struct value *context, struct err *err)
{
    return answer_template(turn, request, reply, &(struct drawing){template_name, context, false},
                           err);
}

bool reply_in_channel(struct turn *turn, const struct request *request, struct reply *reply,
                      const char *template_name, struct value *context, struct err *err)
{
    return answer_template(turn, request, reply, &(struct drawing){template_name, context, true},
                           err);
}
