/* Reject: opens the form that asks why. What would be refused anyway is refused now, and audited as
 * such, before anyone fills in a form. */
#include "handlers/buttons/buttons.h"
#include "handlers/card.h"
#include "handlers/roles.h"

bool button_reject(struct turn *turn, const struct request *request, struct reply *reply,
                   struct err *err)
{
    struct item item;
    struct onboarding onboarding;
    const char *why = NULL;
    if (!button_item(turn, request, reply, &item, &onboarding, err))
        return err->code == ERR_NONE;
    if (!item_is_open((enum item_state)item.state) || item.revision != request->token->revision ||
        !roles_may_reject(turn, &request->actor, &onboarding, &why))
        return button_answer(turn, request, reply,
                             item_reject(turn, &request->actor, onboarding.number,
                                         request->token->revision, NULL, err));
    reply->open_view.trigger_id = request->trigger_id;
    return view_reject(turn, &onboarding, &item, &reply->open_view.view, err);
}
