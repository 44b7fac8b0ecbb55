/* Stage: says that a stage of the playbook is done. */
#include "base/text.h"
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"
#include "handlers/journey.h"

bool command_stage(struct turn *turn, const struct request *request, struct reply *reply,
                   struct err *err)
{
    struct arguments arguments;
    struct err wrong = {0};
    if (!arguments_parse(turn->arena, request->text, &arguments, &wrong))
        return reply_usage(turn, request, reply, "stage", wrong.msg);
    if (arguments.count == 0 || !text_has_prefix_fold("done", arguments.words[0]))
        return reply_usage(turn, request, reply, "stage", "Say `done`, then which");
    int64_t onboarding = arguments.count > 1 ? onb_parse(arguments.words[1]) : 0;
    if (onboarding == 0)
        return reply_usage(turn, request, reply, "stage",
                           "Which onboarding? Its number comes after `done`");
    if (arguments.count == 2)
        return reply_usage(turn, request, reply, "stage", "Which stage? Its name is missing");
    return reply_moved(turn, request, reply,
                       journey_stage_done(turn, &request->actor, onboarding,
                                          arguments_from(turn->arena, &arguments, 2), err));
}
