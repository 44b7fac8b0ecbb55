/* The submitted rejection: its inputs are checked here, the state once more by the item itself. */
#include "base/json.h"
#include "base/text.h"
#include "db/items.h"
#include "handlers/card_values.h"
#include "handlers/item.h"
#include "handlers/views/views.h"

#include <string.h>

enum { COMMENT_MIN = 10, COMMENT_MAX = 1000 };

const struct reject_reason reject_reasons[] = {
    {"billing_error", "Billing error", false},
    {"missing_contract", "Missing contract", false},
    {"wrong_owner", "Wrong owner", false},
    {"customer_not_ready", "Customer not ready", false},
    {"duplicate", "Duplicate", false},
    {"other", "Other", true},
    {NULL, NULL, false},
};

static const struct reject_reason *reason_find(const char *value)
{
    for (const struct reject_reason *reason = reject_reasons; reason->value != NULL; reason++)
        if (strcmp(reason->value, value) == 0)
            return reason;
    return NULL;
}

/* What is wrong with an input, NULL when nothing is. */
static const char *comment_error(const struct reject_reason *reason, const char *comment)
{
    size_t len = text_utf16_len(comment);
    if (len == 0)
        return reason != NULL && reason->needs_comment
                   ? "Say what is wrong: “Other” alone tells nobody what to fix."
                   : NULL;
    if (len < COMMENT_MIN)
        return "Write at least 10 characters, or leave it empty.";
    return len > COMMENT_MAX ? "At most 1000 characters, please." : NULL;
}

/* The acknowledgement that puts errors under their inputs. */
static const char *errors_ack(struct turn *turn, const char *reason_error,
                              const char *comment_error_text)
{
    struct buf buf = {0};
    struct json_writer w;
    json_writer_init(&w, &buf);
    json_open(&w, '{');
    json_pair_str(&w, "response_action", "errors");
    json_key(&w, "errors");
    json_open(&w, '{');
    if (reason_error != NULL)
        json_pair_str(&w, "reason", reason_error);
    if (comment_error_text != NULL)
        json_pair_str(&w, "comment", comment_error_text);
    json_close(&w, '}');
    json_close(&w, '}');
    const char *ack = arena_str(turn->arena, buf_cstr(&buf));
    buf_release(&buf);
    return ack;
}

bool view_reject_submitted(struct turn *turn, const struct request *request, struct reply *reply,
                           struct err *err)
{
    const char *value =
        json_node_str(request->state, "reason.reason.selected_option.value", turn->arena, "");
    const char *typed = json_node_str(request->state, "comment.comment.value", turn->arena, "");
    const char *comment = text_line(turn->arena, typed, 2 * COMMENT_MAX);
    const struct reject_reason *reason = reason_find(value);
    const char *wrong_reason = reason == NULL ? "Pick a reason." : NULL;
    const char *wrong_comment = comment_error(reason, comment);
    if (wrong_reason != NULL || wrong_comment != NULL) {
        reply->ack = errors_ack(turn, wrong_reason, wrong_comment);
        return true;
    }
    struct item item;
    if (!items_get(turn->db, turn->arena, request->actor.tenant, request->token->id, &item)) {
        if (!db_ok(turn->db, err))
            return false;
        reply_text(turn, request, reply, "This question is gone; nothing was changed.");
        return true;
    }
    const char *why = comment[0] == '\0' ? reason->words
                                         : arena_fmt(turn->arena, "%s: %s", reason->words, comment);
    struct moved moved =
        item_reject(turn, &request->actor, item.onboarding, request->token->revision, why, err);
    if (moved.how == MOVE_FAILED)
        return false;
    if (moved.how != MOVE_DONE)
        reply_text(turn, request, reply, "%s", moved.why);
    return true;
}
