/* Nudge: reminds those who can decide, with the same checks as the button. */
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"

bool command_nudge(struct turn *turn, const struct request *request, struct reply *reply,
                   struct err *err)
{
    struct item_arguments arguments;
    if (!item_arguments_parse(turn, request, reply, "nudge", false, &arguments))
        return true;
    return reply_moved(turn, request, reply,
                       item_nudge(turn, &request->actor, arguments.number, err));
}
