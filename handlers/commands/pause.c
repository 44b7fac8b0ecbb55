/* Pause and resume: the playbook stands still, and goes on. */
#include "base/text.h"
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"
#include "handlers/journey.h"

enum { REASON_MAX = 300 };

typedef struct moved journey_move(struct turn *turn, const struct actor *actor, int64_t onboarding,
                                  const char *why, struct err *err);

static bool command_with_reason(struct turn *turn, const struct request *request,
                                struct reply *reply, const char *verb, journey_move *move,
                                struct err *err)
{
    struct arguments arguments;
    struct err wrong = {0};
    if (!arguments_parse(turn->arena, request->text, &arguments, &wrong))
        return reply_usage(turn, request, reply, verb, wrong.msg);
    int64_t onboarding = arguments.count > 0 ? onb_parse(arguments.words[0]) : 0;
    if (onboarding == 0)
        return reply_usage(turn, request, reply, verb, "Which one? Its number comes first");
    const char *why = text_cut(turn->arena, arguments_from(turn->arena, &arguments, 1), REASON_MAX);
    if (!why[0])
        return reply_usage(turn, request, reply, verb, "Why? The reason is missing");
    return reply_moved(turn, request, reply, move(turn, &request->actor, onboarding, why, err));
}

bool command_pause(struct turn *turn, const struct request *request, struct reply *reply,
                   struct err *err)
{
    return command_with_reason(turn, request, reply, "pause", journey_pause, err);
}

bool command_resume(struct turn *turn, const struct request *request, struct reply *reply,
                    struct err *err)
{
    return command_with_reason(turn, request, reply, "resume", journey_resume, err);
}
