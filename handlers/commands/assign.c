/* Assign: gives a question to someone, with the same checks as the form. */
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"
#include "handlers/person.h"

bool command_assign(struct turn *turn, const struct request *request, struct reply *reply,
                    struct err *err)
{
    struct arguments arguments;
    struct err wrong = {0};
    if (!arguments_parse(turn->arena, request->text, &arguments, &wrong))
        return reply_usage(turn, request, reply, "assign", wrong.msg);
    int64_t number = arguments.count > 0 ? onb_parse(arguments.words[0]) : 0;
    if (number == 0)
        return reply_usage(turn, request, reply, "assign", "Which one? Its number comes first");
    if (arguments.count != 2)
        return reply_usage(turn, request, reply, "assign", "To whom? Name one person with @");
    struct person person;
    const char *why = NULL;
    if (!person_named(turn, request->actor.tenant, arguments.words[1], &person, &why)) {
        reply_text(turn, request, reply, "%s", why);
        return true;
    }
    return reply_moved(turn, request, reply,
                       item_assign(turn, &request->actor, number, person.user_id, err));
}
