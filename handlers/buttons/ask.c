/* Ask them: beside a refusal, those who can decide are asked in the card's thread. */
#include "handlers/buttons/buttons.h"

bool button_ask(struct turn *turn, const struct request *request, struct reply *reply,
                struct err *err)
{
    struct item item;
    if (!button_item(turn, request, reply, &item, NULL, err))
        return err->code == ERR_NONE;
    return button_answer(
        turn, request, reply,
        item_ask(turn, &request->actor, item.onboarding, request->token->revision, err));
}
