/* Bulk: the form that approves several questions which only warn. */
#include "handlers/bulk.h"
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"

bool command_bulk(struct turn *turn, const struct request *request, struct reply *reply,
                  struct err *err)
{
    struct arguments arguments;
    struct err wrong = {0};
    if (!arguments_parse(turn->arena, request->text, &arguments, &wrong))
        return reply_usage(turn, request, reply, "bulk", wrong.msg);
    if (arguments.count > 0)
        return reply_usage(turn, request, reply, "bulk", "It takes no words: a form opens");
    return bulk_open(turn, request, reply, err);
}
