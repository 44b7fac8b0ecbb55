/* Start: an account on its way. Known accounts are answered from the store, others are looked up in
 * Salesforce, and the answer follows. */
#include "base/text.h"
#include "handlers/card_values.h"
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"
#include "handlers/jobs/later.h"
#include "handlers/playbook.h"

static bool is_over(const struct onboarding *onboarding)
{
    return onboarding->state == ONBOARDING_REJECTED || onboarding->state == ONBOARDING_CANCELLED;
}

static bool already(struct turn *turn, const struct request *request, struct reply *reply,
                    const struct onboarding *onboarding)
{
    char number[ONB_TEXT_SIZE];
    onb_format(onboarding->number, number);
    const char *name = card_account(turn->arena, onboarding);
    reply_text(turn, request, reply, "%s is on its way already: %s, %s. `%s status %s` shows more.",
               text_slack_escape(turn->arena, name), number,
               onboarding_state_name(onboarding->state), turn->config->slack.command, number);
    return true;
}

/* False: the person was told. */
static bool playbook_take(struct turn *turn, const struct request *request, struct reply *reply,
                          struct arguments *arguments, const char **out)
{
    const char *typed = NULL, *known = "";
    *out = NULL;
    if (!arguments_take(turn->arena, arguments, "--playbook", &typed))
        return true;
    *out = typed ? playbook_named(turn, typed, &known) : NULL;
    if (*out)
        return true;
    if (!typed)
        playbook_named(turn, "", &known);
    reply_usage(turn, request, reply, "start",
                arena_fmt(turn->arena, "--playbook takes %s%s", known[0] ? known : "an id",
                          typed ? arena_fmt(turn->arena, "; I know no “%s”",
                                            card_line(turn->arena, typed, CARD_NAME_MAX))
                                : ""));
    return false;
}

bool command_start(struct turn *turn, const struct request *request, struct reply *reply,
                   struct err *err)
{
    struct arguments arguments;
    struct err wrong = {0};
    struct onboarding onboarding;
    if (!allow_work(turn, request, reply))
        return true;
    if (!arguments_parse(turn->arena, request->text, &arguments, &wrong))
        return reply_usage(turn, request, reply, "start", wrong.msg);
    const char *opportunity, *playbook;
    if (!opportunity_take(turn, request, reply, "start", &arguments, &opportunity) ||
        !playbook_take(turn, request, reply, &arguments, &playbook))
        return true;
    if (arguments.count == 0)
        return reply_usage(turn, request, reply, "start", "Which account? Its name is missing");
    bool known = target_exact(turn, request, arguments.all, &onboarding);
    if (known && !is_over(&onboarding))
        return already(turn, request, reply, &onboarding);
    if (!db_ok(turn->db, err))
        return false;
    if (!known && onb_parse(arguments.all) != 0)
        return reply_usage(turn, request, reply, "start", "There is no such number");
    const char *account = known ? onboarding.account_id : arguments.all;
    reply_text(turn, request, reply,
               "Looking up “%s” in Salesforce. In a moment I say here what I found and how it "
               "goes on.",
               card_outside(turn->arena, arguments.all, CARD_NAME_MAX));
    return later_find_account(
        turn, &request->actor, request->channel,
        &(struct account_wish){
            .text = account, .opportunity = opportunity, .playbook = playbook, .start = true});
}
