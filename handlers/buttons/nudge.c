/* Nudge: one reminder in the thread of the card. */
#include "handlers/buttons/buttons.h"

bool button_nudge(struct turn *turn, const struct request *request, struct reply *reply,
                  struct err *err)
{
    struct item item;
    if (!button_item(turn, request, reply, &item, NULL, err))
        return err->code == ERR_NONE;
    return button_answer(turn, request, reply,
                         item_nudge(turn, &request->actor, item.onboarding, err));
}
