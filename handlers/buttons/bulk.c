/* Review in bulk: opens the form for whoever's Home it stands on. */
#include "handlers/bulk.h"
#include "handlers/buttons/buttons.h"

#include <string.h>

bool button_bulk(struct turn *turn, const struct request *request, struct reply *reply,
                 struct err *err)
{
    if (strcmp(request->token->id, request->actor.user_id) == 0)
        return bulk_open(turn, request, reply, err);
    reply_text(turn, request, reply, "This button is somebody else's: nothing was changed.");
    return true;
}
