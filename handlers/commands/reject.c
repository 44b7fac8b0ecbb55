/* Reject: ends it with a reason, with the same checks as the form. */
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"

bool command_reject(struct turn *turn, const struct request *request, struct reply *reply,
                    struct err *err)
{
    struct item_arguments arguments;
    if (!item_arguments_parse(turn, request, reply, "reject", true, &arguments))
        return true;
    return reply_moved(turn, request, reply,
                       item_reject(turn, &request->actor, arguments.number, arguments.revision,
                                   arguments.reason, err));
}
