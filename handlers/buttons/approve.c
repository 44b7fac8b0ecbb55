/* Approve: turns the clicker's key on the revision that the button showed. Where there are findings
 * to acknowledge first, the form that asks for it opens; what would be refused anyway is refused
 * now. */
#include "base/value.h"
#include "handlers/buttons/buttons.h"
#include "handlers/card.h"
#include "handlers/item_change.h"

/* The refusal, with a button that asks those who can. */
static bool refuse(struct turn *turn, const struct request *request, const struct item *item,
                   const struct onboarding *onboarding, struct moved moved, struct reply *reply,
                   struct err *err)
{
    struct run run;
    struct brief brief;
    if (!item_brief(turn, item, &run, &brief, err))
        return false;
    unsigned keys = item_keys(item, &run, &brief);
    if (!item_who_can(turn, &request->actor, onboarding, item, keys)[0])
        return button_answer(turn, request, reply, moved);
    struct value *context = value_new(turn->arena);
    value_str(context, "words", moved.why);
    value_str(context, "ask", card_token(turn, item, "ask"));
    return reply_template(turn, request, reply, "ask.json", context, err);
}

bool button_approve(struct turn *turn, const struct request *request, struct reply *reply,
                    struct err *err)
{
    struct item item;
    struct onboarding onboarding;
    const struct item_given nothing = {.may_ask = request->trigger_id != NULL};
    if (!button_item(turn, request, reply, &item, &onboarding, err))
        return err->code == ERR_NONE;
    struct moved moved = item_approve(turn, &request->actor, item.onboarding,
                                      request->token->revision, &nothing, err);
    if (moved.how == MOVE_FORBIDDEN)
        return refuse(turn, request, &item, &onboarding, moved, reply, err);
    if (moved.how != MOVE_ASKS || !nothing.may_ask)
        return button_answer(turn, request, reply, moved);
    reply->open_view.trigger_id = request->trigger_id;
    return view_approve(turn, &request->actor, &onboarding, &item, NULL, &reply->open_view.view,
                        err);
}
