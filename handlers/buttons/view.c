/* View details: the findings with their inputs, in a modal. Reads only. */
#include "handlers/buttons/buttons.h"
#include "handlers/card.h"

bool button_view(struct turn *turn, const struct request *request, struct reply *reply,
                 struct err *err)
{
    struct item item;
    struct onboarding onboarding;
    if (!button_item(turn, request, reply, &item, &onboarding, err))
        return err->code == ERR_NONE;
    reply->open_view.trigger_id = request->trigger_id;
    return view_details(turn, &request->actor, &onboarding, &reply->open_view.view, err);
}
