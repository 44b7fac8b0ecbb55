/* Delegate: opens the form that asks who stands in, for the onboarding of a card or (from Home) for
 * everything; and ends what stands there. */
#include "handlers/buttons/buttons.h"
#include "handlers/delegation.h"

#include <string.h>

bool button_delegate(struct turn *turn, const struct request *request, struct reply *reply,
                     struct err *err)
{
    struct item item;
    struct onboarding onboarding;
    if (!button_item(turn, request, reply, &item, &onboarding, err))
        return err->code == ERR_NONE;
    reply->open_view.trigger_id = request->trigger_id;
    return view_delegate(turn, &request->actor, &onboarding, &item, &reply->open_view.view, err);
}

/* The state of these names a person, and counts for that person alone. */
static bool is_own(struct turn *turn, const struct request *request, struct reply *reply)
{
    if (strcmp(request->token->id, request->actor.user_id) == 0)
        return true;
    reply_text(turn, request, reply, "This button is somebody else's: nothing was changed.");
    return false;
}

bool button_ooo(struct turn *turn, const struct request *request, struct reply *reply,
                struct err *err)
{
    if (!is_own(turn, request, reply))
        return true;
    reply->open_view.trigger_id = request->trigger_id;
    return view_delegate(turn, &request->actor, NULL, NULL, &reply->open_view.view, err);
}

bool button_ooo_off(struct turn *turn, const struct request *request, struct reply *reply,
                    struct err *err)
{
    return !is_own(turn, request, reply) ||
           button_answer(turn, request, reply, delegation_take_back(turn, &request->actor, 0, err));
}
