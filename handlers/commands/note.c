/* Note: a line in the thread of the card and in the timeline. */
#include "base/text.h"
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"

enum { NOTE_MAX = 1000 };

bool command_note(struct turn *turn, const struct request *request, struct reply *reply,
                  struct err *err)
{
    struct arguments arguments;
    struct err wrong = {0};
    if (!arguments_parse(turn->arena, request->text, &arguments, &wrong))
        return reply_usage(turn, request, reply, "note", wrong.msg);
    int64_t number = arguments.count > 0 ? onb_parse(arguments.words[0]) : 0;
    if (number == 0)
        return reply_usage(turn, request, reply, "note", "Which one? Its number comes first");
    const char *note = arguments_from(turn->arena, &arguments, 1);
    if (note[0] == '\0')
        return reply_usage(turn, request, reply, "note", "The note itself is missing");
    if (text_utf16_len(note) > NOTE_MAX)
        return reply_usage(turn, request, reply, "note",
                           "A note has at most 1000 characters; nothing was kept");
    return reply_moved(turn, request, reply,
                       item_comment(turn, &request->actor, number, note, err));
}
