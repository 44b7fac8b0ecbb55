/* Approve: turns the clicker's key on the revision that the button showed. Where there are findings
 * to acknowledge first, the form that asks for it opens; what would be refused anyway is refused
 * now. */
#include "handlers/buttons/buttons.h"
#include "handlers/card.h"

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
    if (moved.how != MOVE_ASKS || !nothing.may_ask)
        return button_answer(turn, request, reply, moved);
    reply->open_view.trigger_id = request->trigger_id;
    return view_approve(turn, &request->actor, &onboarding, &item, NULL, &reply->open_view.view,
                        err);
}
