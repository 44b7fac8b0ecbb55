/* Help: the table of commands, said by itself. */
#include "base/text.h"
#include "handlers/card_values.h"
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"
#include "handlers/routes.h"

enum { VERBS_A_PAGE = 8 };

static bool help_all(struct turn *turn, const struct request *request, struct reply *reply,
                     struct err *err)
{
    struct value *context = value_new(turn->arena);
    value_str(context, "command", turn->config->slack.command);
    struct value *pages = value_list(context, "pages");
    struct value *list = NULL;
    size_t count = 0;
    for (const struct route *route = command_routes; route->name != NULL; route++) {
        if (route->summary == NULL)
            continue;
        if (count++ % VERBS_A_PAGE == 0)
            list = value_list(value_row(pages), "verbs");
        struct value *row = value_row(list);
        value_str(row, "verb_usage", route->usage != NULL ? route->usage : route->name);
        value_str(row, "verb_summary", route->summary);
    }
    return reply_template(turn, request, reply, "help.json", context, err);
}

static bool help_one(struct turn *turn, const struct request *request, struct reply *reply,
                     const struct route *route)
{
    reply_text(turn, request, reply, "`%s %s`\n%s%s%s", turn->config->slack.command,
               text_slack_escape(turn->arena, route->usage != NULL ? route->usage : route->name),
               route->summary != NULL ? text_slack_escape(turn->arena, route->summary) : "",
               route->detail != NULL ? "\n" : "",
               route->detail != NULL ? text_slack_escape(turn->arena, route->detail) : "");
    return true;
}

bool command_help(struct turn *turn, const struct request *request, struct reply *reply,
                  struct err *err)
{
    struct arguments arguments;
    struct err wrong = {0};
    if (!arguments_parse(turn->arena, request->text, &arguments, &wrong) || arguments.count == 0)
        return help_all(turn, request, reply, err);
    const struct route *route = route_find_command(arguments.words[0]);
    if (route != NULL)
        return help_one(turn, request, reply, route);
    reply_text(turn, request, reply, "I know no verb “%s”. `%s help` lists them all.",
               card_outside(turn->arena, arguments.words[0], CARD_NAME_MAX),
               turn->config->slack.command);
    return true;
}
