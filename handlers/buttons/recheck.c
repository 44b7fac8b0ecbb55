/* Re-check: whoever saw to a finding asks for another look; everything is fetched again and the
 * outcome told to them. */
#include "handlers/buttons/buttons.h"
#include "handlers/desk.h"
#include "handlers/jobs/later.h"
#include "handlers/sentence.h"

bool button_recheck(struct turn *turn, const struct request *request, struct reply *reply,
                    struct err *err)
{
    struct item item;
    struct onboarding onboarding;
    const char *why = NULL;
    if (!button_item(turn, request, reply, &item, &onboarding, err))
        return err->code == ERR_NONE;
    if (!item_is_open((enum item_state)item.state))
        why = sentence_already(turn, &item);
    else if (desk_may_recheck(turn, &request->actor, &onboarding, &why))
        why = NULL;
    if (why) {
        reply_text(turn, request, reply, "%s", why);
        return true;
    }
    reply_text(turn, request, reply, "Looking again; the answer comes here.");
    return later_run_checks(turn, onboarding.tenant, onboarding.number, turn->world->now,
                            request->actor.user_id, request->channel);
}
