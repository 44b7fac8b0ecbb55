/* Approve: turns the person's key, with the same checks as the button. */
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"

bool command_approve(struct turn *turn, const struct request *request, struct reply *reply,
                     struct err *err)
{
    struct item_arguments arguments;
    if (!item_arguments_parse(turn, request, reply, "approve", true, &arguments))
        return true;
    return reply_moved(turn, request, reply,
                       item_approve(turn, &request->actor, arguments.number, arguments.revision,
                                    arguments.reason, err));
}
