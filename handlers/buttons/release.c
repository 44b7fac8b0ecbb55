/* Release: the clicker no longer works on it; the manager's timer runs again. */
#include "handlers/buttons/buttons.h"

bool button_release(struct turn *turn, const struct request *request, struct reply *reply,
                    struct err *err)
{
    struct item item;
    if (!button_item(turn, request, reply, &item, NULL, err))
        return err->code == ERR_NONE;
    return button_answer(turn, request, reply,
                         item_release(turn, &request->actor, item.onboarding, err));
}
