/* View details: the findings with their inputs, in a modal. Reads only. */
#include "handlers/buttons/buttons.h"
#include "handlers/card.h"
#include "handlers/roles.h"

bool button_view(struct turn *turn, const struct request *request, struct reply *reply,
                 struct err *err)
{
    struct item item;
    struct onboarding onboarding;
    const char *why = NULL;
    if (!roles_may_look(turn, &request->actor, &why)) {
        reply_text(turn, request, reply, "%s", why);
        return true;
    }
    if (!button_item(turn, request, reply, &item, &onboarding, err))
        return err->code == ERR_NONE;
    reply->open_view.trigger_id = request->trigger_id;
    return view_details(turn, &onboarding, &reply->open_view.view, err);
}
