/* Timeline: the same as `timeline ONB-n`. The button's id is that number. Reads only. */
#include "handlers/buttons/buttons.h"
#include "handlers/commands/commands.h"

bool button_timeline(struct turn *turn, const struct request *request, struct reply *reply,
                     struct err *err)
{
    struct request asked = *request;
    asked.text = request->token->id;
    return command_timeline(turn, &asked, reply, err);
}
