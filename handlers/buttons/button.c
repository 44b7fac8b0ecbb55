/* What every button does: find what it is about, and answer. A click is never silently ignored. */
#include "handlers/buttons/buttons.h"
#include "handlers/jobs/later.h"

bool button_item(struct turn *turn, const struct request *request, struct reply *reply,
                 struct item *item, struct onboarding *onboarding, struct err *err)
{
    const char *tenant = request->actor.tenant;
    if (items_get(turn->db, turn->arena, tenant, request->token->id, item) &&
        (!onboarding ||
         onboardings_get(turn->db, turn->arena, tenant, item->onboarding, onboarding)))
        return true;
    if (db_ok(turn->db, err))
        reply_text(turn, request, reply,
                   "This question is gone; nothing was changed. `%s list` shows what is open.",
                   turn->config->slack.command);
    return false;
}

bool button_answer(struct turn *turn, const struct request *request, struct reply *reply,
                   struct moved moved)
{
    if (moved.how == MOVE_FAILED)
        return false;
    reply_text(turn, request, reply, "%s", moved.why);
    bool on_home = request->message_ts == NULL && request->view_id != NULL;
    return !on_home || later_publish_home(turn, request->actor.tenant, request->actor.user_id);
}
