/* Check: fetches and decides again. Of an account without an onboarding it only tells the verdict.
 */
#include "base/text.h"
#include "connectors/facts.h"
#include "handlers/card_values.h"
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"
#include "handlers/desk.h"
#include "handlers/jobs/later.h"

static bool check_known(struct turn *turn, const struct request *request, struct reply *reply,
                        const struct onboarding *onboarding)
{
    const char *why = NULL;
    if (!desk_may_recheck(turn, &request->actor, onboarding, &why)) {
        reply_text(turn, request, reply, "%s", why);
        return true;
    }
    char number[ONB_TEXT_SIZE];
    const char *name = card_account(turn->arena, onboarding);
    reply_text(turn, request, reply,
               "Checking %s (%s) again. In a moment I say here what came of it.",
               text_slack_escape(turn->arena, name), onb_format(onboarding->number, number));
    return later_run_checks(turn, onboarding->tenant, onboarding->number, turn->world->now,
                            request->actor.user_id, request->channel);
}

/* What drives an onboarding stays: another opportunity is another onboarding. */
static bool is_of(struct turn *turn, const struct request *request, struct reply *reply,
                  const struct onboarding *onboarding, const char *opportunity)
{
    char number[ONB_TEXT_SIZE];
    if (!opportunity || !onboarding->opportunity_id ||
        salesforce_same_id(opportunity, onboarding->opportunity_id))
        return true;
    reply_text(turn, request, reply,
               "%s is on its way for the opportunity `%s`, and keeps it. Without `--opp` I check "
               "it again.",
               onb_format(onboarding->number, number),
               card_outside(turn->arena, onboarding->opportunity_id, CARD_NAME_MAX));
    return false;
}

bool command_check(struct turn *turn, const struct request *request, struct reply *reply,
                   struct err *err)
{
    struct arguments arguments;
    struct err wrong = {0};
    struct onboarding onboarding;
    if (!arguments_parse(turn->arena, request->text, &arguments, &wrong))
        return reply_usage(turn, request, reply, "check", wrong.msg);
    const char *opportunity;
    if (!opportunity_take(turn, request, reply, "check", &arguments, &opportunity))
        return true;
    if (arguments.count == 0)
        return reply_usage(turn, request, reply, "check",
                           "Which account? Its name or number is missing");
    switch (target_find(turn, request, reply, arguments.all, &onboarding, err)) {
    case TARGET_FAILED:
        return false;
    case TARGET_FOUND:
        return is_of(turn, request, reply, &onboarding, opportunity)
                   ? check_known(turn, request, reply, &onboarding)
                   : true;
    case TARGET_SEVERAL:
        return true;
    case TARGET_UNKNOWN:
        break;
    }
    if (!allow_work(turn, request, reply))
        return true;
    if (onb_parse(arguments.all) != 0)
        return reply_usage(turn, request, reply, "check", "There is no such number");
    reply_text(turn, request, reply,
               "Looking up “%s” in Salesforce. In a moment I say here what the checks find.",
               card_outside(turn->arena, arguments.all, CARD_NAME_MAX));
    return later_find_account(
        turn, &request->actor, request->channel,
        &(struct account_wish){.text = arguments.all, .opportunity = opportunity});
}
