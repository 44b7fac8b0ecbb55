/* Claim: the clicker works on it; the manager's timer stops. */
#include "handlers/buttons/buttons.h"

bool button_claim(struct turn *turn, const struct request *request, struct reply *reply,
                  struct err *err)
{
    struct item item;
    if (!button_item(turn, request, reply, &item, NULL, err))
        return err->code == ERR_NONE;
    return button_answer(turn, request, reply,
                         item_claim(turn, &request->actor, item.onboarding, err));
}
