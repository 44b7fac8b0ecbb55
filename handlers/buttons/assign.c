/* Assign: opens the form that asks to whom. What would be refused anyway is refused now. */
#include "handlers/buttons/buttons.h"
#include "handlers/card.h"

bool button_assign(struct turn *turn, const struct request *request, struct reply *reply,
                   struct err *err)
{
    struct item item;
    struct onboarding onboarding;
    if (!button_item(turn, request, reply, &item, &onboarding, err))
        return err->code == ERR_NONE;
    struct moved may = item_may_assign(turn, &request->actor, item.onboarding, err);
    if (may.how != MOVE_DONE)
        return button_answer(turn, request, reply, may);
    reply->open_view.trigger_id = request->trigger_id;
    return view_assign(turn, &onboarding, &item, &reply->open_view.view, err);
}
