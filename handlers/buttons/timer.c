/* Timer: the ledger of the question's clock, in a modal. Reads only. */
#include "handlers/buttons/buttons.h"
#include "handlers/ledger.h"

bool button_timer(struct turn *turn, const struct request *request, struct reply *reply,
                  struct err *err)
{
    struct item item;
    if (!button_item(turn, request, reply, &item, NULL, err))
        return err->code == ERR_NONE;
    reply->open_view.trigger_id = request->trigger_id;
    return view_timer(turn, &item, &reply->open_view.view, err);
}
