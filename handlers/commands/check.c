/* Check: fetches and decides again. Of an account without an onboarding it only tells the verdict.
 */
#include "base/text.h"
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

bool command_check(struct turn *turn, const struct request *request, struct reply *reply,
                   struct err *err)
{
    struct arguments arguments;
    struct err wrong = {0};
    struct onboarding onboarding;
    if (!arguments_parse(turn->arena, request->text, &arguments, &wrong))
        return reply_usage(turn, request, reply, "check", wrong.msg);
    if (arguments.count == 0)
        return reply_usage(turn, request, reply, "check",
                           "Which account? Its name or number is missing");
    switch (target_find(turn, request, reply, arguments.all, &onboarding, err)) {
    case TARGET_FAILED:
        return false;
    case TARGET_FOUND:
        return check_known(turn, request, reply, &onboarding);
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
    return later_find_account(turn, &request->actor, request->channel, arguments.all, false);
}
