/* Approve: turns the clicker's key on the revision that the button showed. */
#include "handlers/buttons/buttons.h"

bool button_approve(struct turn *turn, const struct request *request, struct reply *reply,
                    struct err *err)
{
    struct item item;
    if (!button_item(turn, request, reply, &item, NULL, err))
        return err->code == ERR_NONE;
    return button_answer(
        turn, request, reply,
        item_approve(turn, &request->actor, item.onboarding, request->token->revision, NULL, err));
}
