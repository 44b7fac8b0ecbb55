/* The submitted assignment; who may and to whom is checked by the item itself. */
#include "handlers/item.h"
#include "handlers/views/form.h"
#include "handlers/views/views.h"

bool view_assign_submitted(struct turn *turn, const struct request *request, struct reply *reply,
                           struct err *err)
{
    struct form_errors errors = {0};
    struct item item;
    const char *person = form_user(turn, request, "person");
    form_wrong(&errors, "person", person[0] == '\0' ? "Pick a person." : NULL);
    if (form_refuse(turn, &errors, reply))
        return true;
    if (!items_get(turn->db, turn->arena, request->actor.tenant, request->token->id, &item)) {
        if (!db_ok(turn->db, err))
            return false;
        reply_text(turn, request, reply, "This question is gone; nothing was changed.");
        return true;
    }
    struct moved moved = item_assign(turn, &request->actor, item.onboarding, person, err);
    if (moved.how == MOVE_FAILED)
        return false;
    if (moved.how != MOVE_DONE)
        reply_text(turn, request, reply, "%s", moved.why);
    return true;
}
