/* Snooze: lets a question sleep, with the same checks as the form. */
#include "base/text.h"
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"
#include "handlers/recipient.h"
#include "handlers/when.h"

enum { REASON_MAX = 300 };

bool command_snooze(struct turn *turn, const struct request *request, struct reply *reply,
                    struct err *err)
{
    struct arguments arguments;
    struct err wrong = {0};
    if (!arguments_parse(turn->arena, request->text, &arguments, &wrong))
        return reply_usage(turn, request, reply, "snooze", wrong.msg);
    int64_t number = arguments.count > 0 ? onb_parse(arguments.words[0]) : 0;
    if (number == 0)
        return reply_usage(turn, request, reply, "snooze", "Which one? Its number comes first");
    if (arguments.count == 1)
        return reply_usage(turn, request, reply, "snooze", "For how long? 4h, 2d, 2bd, or a day");
    struct calendar calendar =
        recipient_calendar(turn, request->actor.tenant, request->actor.user_id);
    struct snooze snooze = {
        .reason = text_cut(turn->arena, arguments_from(turn->arena, &arguments, 2), REASON_MAX)};
    if (!when_parse(&calendar, turn->world->now, arguments.words[1], &snooze.until, &wrong))
        return reply_usage(turn, request, reply, "snooze", wrong.msg);
    if (snooze.reason[0] == '\0')
        return reply_usage(turn, request, reply, "snooze", "Why? The reason is missing");
    return reply_moved(turn, request, reply,
                       item_snooze(turn, &request->actor, number, 0, &snooze, err));
}
