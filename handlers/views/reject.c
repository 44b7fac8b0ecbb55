/* The submitted rejection: its inputs are checked here, the state once more by the item itself. */
#include "base/text.h"
#include "db/items.h"
#include "handlers/card_values.h"
#include "handlers/item.h"
#include "handlers/roles.h"
#include "handlers/views/form.h"
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

bool view_reject_submitted(struct turn *turn, const struct request *request, struct reply *reply,
                           struct err *err)
{
    const char *comment = form_text(turn, request, "comment", 2 * (size_t)COMMENT_MAX);
    const struct reject_reason *reason = reason_find(form_option(turn, request, "reason"));
    struct form_errors errors = {0};
    form_wrong(&errors, "reason", reason == NULL ? "Pick a reason." : NULL);
    form_wrong(&errors, "comment", comment_error(reason, comment));
    const char **told;
    const char *day = form_date(turn, request, "fix_by"), *who = form_user(turn, request, "fixer");
    form_wrong(&errors, "fix_by", item_fix_day_wrong(turn, day));
    form_wrong(&errors, "fixer",
               who[0] && roles_is_gone(turn, request->actor.tenant, who)
                   ? "They can do nothing here: they are deactivated, a guest or an app."
                   : NULL);
    if (form_refuse(turn, &errors, reply) || reason == NULL)
        return true;
    struct item item;
    if (!items_get(turn->db, turn->arena, request->actor.tenant, request->token->id, &item)) {
        if (!db_ok(turn->db, err))
            return false;
        reply_text(turn, request, reply, "This question is gone; nothing was changed.");
        return true;
    }
    const char *why = comment[0] == '\0' ? reason->words
                                         : arena_fmt(turn->arena, "%s: %s", reason->words, comment);
    const struct item_rejection rejection = {
        .reason = why,
        .fixer = who[0] ? who : NULL,
        .fix_by = day[0] ? day : NULL,
        .tell_owner = form_ticked(turn, request, "tell", 1, &told) > 0,
    };
    struct moved moved = item_reject_to(turn, &request->actor, item.onboarding,
                                        request->token->revision, &rejection, err);
    if (moved.how == MOVE_FAILED)
        return false;
    if (moved.how != MOVE_DONE)
        reply_text(turn, request, reply, "%s", moved.why);
    return true;
}
