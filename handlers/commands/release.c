/* Release: the person no longer works on it. */
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"

bool command_release(struct turn *turn, const struct request *request, struct reply *reply,
                     struct err *err)
{
    struct item_arguments arguments;
    if (!item_arguments_parse(turn, request, reply, "release", false, &arguments))
        return true;
    return reply_moved(turn, request, reply,
                       item_release(turn, &request->actor, arguments.number, err));
}
