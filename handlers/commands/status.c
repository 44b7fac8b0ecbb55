/* Status: where one onboarding stands, or all of mine. Answered from the store. */
#include "handlers/card_subject.h"
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"
#include "handlers/commands/list.h"
#include "handlers/progress.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

/* Only what was provisioned can have one: nothing is asked for the others. */
static bool has_journey(struct turn *turn, const struct onboarding *onboarding,
                        struct journey_view *view)
{
    return onboarding->state == ONBOARDING_PROVISIONED &&
           journey_read(turn, onboarding->tenant, onboarding->number, view);
}

static void put_journey_buttons(struct turn *turn, const struct onboarding *onboarding,
                                const struct journey_view *view, struct value *context)
{
    char onb[ONB_TEXT_SIZE];
    onb_format(onboarding->number, onb);
    value_str(context, "timeline",
              card_object_token(turn, onboarding->tenant, "onboarding", onb, 0, "timeline"));
    if (view->journey.completed_at.ms == 0)
        value_str(context, "block",
                  card_object_token(turn, onboarding->tenant, "onboarding", onb, 0, "block"));
}

static bool status_of(struct turn *turn, const struct request *request, struct reply *reply,
                      const struct onboarding *onboarding, struct err *err)
{
    struct card_subject subject;
    struct journey_view view;
    if (!card_subject_read_brief(turn, onboarding, &subject, err))
        return false;
    struct value *context = value_new(turn->arena);
    card_put_head(turn, &subject, context);
    card_put_clock(turn, &subject, context);
    card_put_keys(turn, &subject, context);
    card_put_outcome(turn, &subject, context);
    value_flag(context, arena_fmt(turn->arena, "is_%s", onboarding_state_name(onboarding->state)),
               true);
    value_flag(context, "is_open", card_subject_is_open(&subject));
    value_int(context, "day", (turn->world->now.ms - onboarding->created_at.ms) / DAY_MS);
    if (subject.has_item)
        value_str(context, "view", card_token(turn, &subject.item, "view"));
    if (has_journey(turn, onboarding, &view)) {
        progress_put(turn, &view, context);
        put_journey_buttons(turn, onboarding, &view, context);
    }
    return db_ok(turn->db, err) &&
           reply_template(turn, request, reply, "status.json", context, err);
}

/* For everyone in the channel, a customer among them: where it stands and what comes next, nothing
 * of verdicts, findings, money or who decides. */
static bool share_status(struct turn *turn, const struct request *request, struct reply *reply,
                         const struct onboarding *onboarding, struct err *err)
{
    char number[ONB_TEXT_SIZE];
    struct journey_view view;
    struct value *context = value_new(turn->arena);
    value_str(context, "name", card_account(turn->arena, onboarding));
    value_str(context, "number", onb_format(onboarding->number, number));
    value_int(context, "day", (turn->world->now.ms - onboarding->created_at.ms) / DAY_MS);
    value_flag(context, arena_fmt(turn->arena, "is_%s", onboarding_state_name(onboarding->state)),
               true);
    value_str(context, "sharer", card_person(turn, request->actor.user_id));
    if (has_journey(turn, onboarding, &view))
        progress_put_shared(turn, &view, context);
    return db_ok(turn->db, err) &&
           reply_in_channel(turn, request, reply, "status_shared.json", context, err);
}

bool command_status(struct turn *turn, const struct request *request, struct reply *reply,
                    struct err *err)
{
    struct arguments arguments;
    struct err wrong = {0};
    struct onboarding onboarding;
    if (!arguments_parse(turn->arena, request->text, &arguments, &wrong))
        return reply_usage(turn, request, reply, "status", wrong.msg);
    bool share = arguments_take(turn->arena, &arguments, "--share", NULL);
    if (share && arguments.count == 0)
        return reply_usage(turn, request, reply, "status",
                           "Share which one? Its number is missing");
    if (arguments.count == 0)
        return list_reply(turn, request, reply, &(struct list_wish){.filter = "mine"}, err);
    if (!target_need(turn, request, reply, arguments.all, &onboarding, err))
        return err->code == ERR_NONE;
    return share ? share_status(turn, request, reply, &onboarding, err)
                 : status_of(turn, request, reply, &onboarding, err);
}
