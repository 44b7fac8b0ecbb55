/* The submitted snooze: its inputs are checked here, the limits by the item itself. */
#include "handlers/item.h"
#include "handlers/recipient.h"
#include "handlers/views/form.h"
#include "handlers/views/views.h"
#include "handlers/when.h"

#include <string.h>

enum { REASON_MAX = 300 };

const struct snooze_span snooze_spans[] = {
    {"4h", "4 hours"},
    {"tomorrow", "Until tomorrow, when work begins"},
    {"2bd", "2 working days"},
    {"date", "Until a day"},
    {NULL, NULL},
};

static const char *span_find(const char *value)
{
    for (const struct snooze_span *span = snooze_spans; span->value != NULL; span++)
        if (strcmp(span->value, value) == 0)
            return span->value;
    return NULL;
}

/* Reads the inputs; what is wrong stands under each. */
static void read_form(struct turn *turn, const struct request *request, struct snooze *snooze,
                      struct form_errors *errors)
{
    struct err wrong;
    const char *span = span_find(form_option(turn, request, "span"));
    bool on_day = span != NULL && strcmp(span, "date") == 0;
    const char *word = on_day ? form_date(turn, request, "day") : span;
    struct calendar calendar =
        recipient_calendar(turn, request->actor.tenant, request->actor.user_id);
    snooze->reason = form_text(turn, request, "reason", REASON_MAX);
    form_wrong(errors, "span", span == NULL ? "Pick how long." : NULL);
    form_wrong(errors, "reason",
               snooze->reason[0] == '\0' ? "Say what you are waiting for." : NULL);
    if (on_day && word[0] == '\0')
        form_wrong(errors, "day", "Pick the day.");
    else if (span != NULL && !when_parse(&calendar, turn->world->now, word, &snooze->until, &wrong))
        form_wrong(errors, on_day ? "day" : "span", arena_str(turn->arena, wrong.msg));
}

bool view_snooze_submitted(struct turn *turn, const struct request *request, struct reply *reply,
                           struct err *err)
{
    struct form_errors errors = {0};
    struct snooze snooze = {0};
    struct item item;
    read_form(turn, request, &snooze, &errors);
    if (form_refuse(turn, &errors, reply))
        return true;
    if (!items_get(turn->db, turn->arena, request->actor.tenant, request->token->id, &item)) {
        if (!db_ok(turn->db, err))
            return false;
        reply_text(turn, request, reply, "This question is gone; nothing was changed.");
        return true;
    }
    struct moved moved =
        item_snooze(turn, &request->actor, item.onboarding, request->token->revision, &snooze, err);
    if (moved.how == MOVE_FAILED)
        return false;
    if (moved.how != MOVE_DONE)
        reply_text(turn, request, reply, "%s", moved.why);
    return true;
}
