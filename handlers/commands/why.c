/* Why: every finding with its inputs and its fix, and what could not be checked. */
#include "handlers/card_subject.h"
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"

enum { WHY_MAX_FINDINGS = 20 };

bool command_why(struct turn *turn, const struct request *request, struct reply *reply,
                 struct err *err)
{
    struct arguments arguments;
    struct err wrong = {0};
    struct onboarding onboarding;
    struct card_subject subject;
    if (!arguments_parse(turn->arena, request->text, &arguments, &wrong))
        return reply_usage(turn, request, reply, "why", wrong.msg);
    if (arguments.count == 0)
        return reply_usage(turn, request, reply, "why", "Which one? Its number is missing");
    if (!target_need(turn, request, reply, arguments.all, &onboarding, err))
        return err->code == ERR_NONE;
    if (!card_subject_read(turn, &onboarding, &subject, err))
        return false;
    struct json_object *context = json_object_new_object();
    card_put_head(turn, &subject, context);
    card_put_each_finding(turn, &subject, WHY_MAX_FINDINGS, context);
    card_put_sources(turn, &subject, context);
    card_put_keys(turn, &subject, context);
    card_put_outcome(turn, &subject, context);
    bool ok = reply_template(turn, request, reply, "why.json", context, err);
    json_object_put(context);
    return ok;
}
