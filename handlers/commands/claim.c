/* Claim: the person works on it. */
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"

bool command_claim(struct turn *turn, const struct request *request, struct reply *reply,
                   struct err *err)
{
    struct item_arguments arguments;
    if (!item_arguments_parse(turn, request, reply, "claim", false, &arguments))
        return true;
    return reply_moved(turn, request, reply,
                       item_claim(turn, &request->actor, arguments.number, err));
}
