/* Add blocker: opens the form that asks which task, and what is in its way. The button's id is
 * "ONB-n". */
#include "handlers/buttons/buttons.h"
#include "handlers/card_values.h"
#include "handlers/journey.h"
#include "handlers/roles.h"

/* The tasks that are to be done; false: there is none. */
static bool put_options(struct turn *turn, const struct journey_view *view, struct value *context)
{
    struct value *list = value_list(context, "options");
    size_t count = 0;
    for (size_t i = 0; i < view->count; i++) {
        const struct task *task = &view->tasks[i];
        if (task_is_finished(task->state))
            continue;
        struct value *row = value_row(list);
        value_flag(row, "option_next", count++ > 0);
        value_int(row, "task_number", task->number);
        value_str(row, "task_name", card_line(turn->arena, task->name, CARD_NAME_MAX));
    }
    return count > 0;
}

bool button_block(struct turn *turn, const struct request *request, struct reply *reply,
                  struct err *err)
{
    const char *tenant = request->actor.tenant, *onb = request->token->id, *why = NULL;
    struct journey_view view;
    struct onboarding onboarding;
    struct value *context = value_new(turn->arena);
    if (!roles_may_work(turn, &request->actor, &why)) {
        reply_text(turn, request, reply, "%s", why);
        return true;
    }
    if (!onboardings_get(turn->db, turn->arena, tenant, onb_parse(onb), &onboarding) ||
        !journey_read(turn, tenant, onboarding.number, &view) ||
        !put_options(turn, &view, context)) {
        if (!db_ok(turn->db, err))
            return false;
        reply_text(turn, request, reply, "Nothing is left to do of %s, so nothing can block it.",
                   onb);
        return true;
    }
    value_str(context, "token", card_object_token(turn, tenant, "onboarding", onb, 0, "block"));
    value_str(context, "number", onb);
    value_str(context, "name", card_account(turn->arena, &onboarding));
    reply->open_view.trigger_id = request->trigger_id;
    return card_view(turn, "block.json", context, &reply->open_view.view, err);
}
