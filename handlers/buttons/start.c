/* Start: picks one of the accounts that a name matched. The button's id is the Salesforce id. */
#include "handlers/buttons/buttons.h"
#include "handlers/jobs/later.h"
#include "handlers/roles.h"

bool button_start(struct turn *turn, const struct request *request, struct reply *reply,
                  struct err *err)
{
    struct onboarding onboarding;
    char number[ONB_TEXT_SIZE];
    const char *why = NULL;
    if (!roles_may_work(turn, &request->actor, &why)) {
        reply_text(turn, request, reply, "%s", why);
        return true;
    }
    if (onboardings_by_account(turn->db, turn->arena, request->actor.tenant, request->token->id,
                               &onboarding) &&
        onboarding.state != ONBOARDING_REJECTED && onboarding.state != ONBOARDING_CANCELLED) {
        onb_format(onboarding.number, number);
        reply_text(turn, request, reply, "It is on its way already: `%s status %s`.",
                   turn->config->slack.command, number);
        return true;
    }
    if (!db_ok(turn->db, err))
        return false;
    reply_text(turn, request, reply, "Starting it; the answer comes here.");
    return later_find_account(turn, &request->actor, request->channel,
                              &(struct account_wish){.text = request->token->id, .start = true});
}
