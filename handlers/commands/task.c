/* Task: the playbook of an onboarding as a list, and what is done to one of its tasks. */
#include "base/text.h"
#include "handlers/card_values.h"
#include "handlers/commands/arguments.h"
#include "handlers/commands/commands.h"
#include "handlers/journey.h"

#include <stdlib.h>
#include <string.h>

enum { LIST = -1, ROWS_A_PAGE = 6, REASON_SHOWN = 120, NEAR_ENOUGH = 2 };

static const struct act {
    const char *name;
    int to; /* enum task_state, or LIST */
} acts[] = {
    {"list", LIST},         {"done", TASK_DONE}, {"block", TASK_BLOCKED},
    {"skip", TASK_SKIPPED}, {"open", TASK_OPEN},
};
enum { ACT_COUNT = sizeof acts / sizeof *acts };

/* The act with that beginning, if it is one's alone; else NULL, and *near the one that was meant.
 */
static const struct act *act_find(const char *word, const struct act **near)
{
    const struct act *found = NULL;
    size_t begun = 0, best = NEAR_ENOUGH + 1;
    *near = NULL;
    for (size_t i = 0; i < ACT_COUNT; i++) {
        size_t distance = text_distance(acts[i].name, word);
        if (distance == 0)
            return &acts[i];
        if (distance < best) {
            best = distance;
            *near = &acts[i];
        }
        if (word[0] && text_has_prefix_fold(acts[i].name, word)) {
            found = &acts[i];
            begun++;
        }
    }
    return begun == 1 ? found : NULL;
}

/* "T-3" or "3" -> 3; 0 when it is neither. */
static int64_t task_number(const char *word)
{
    if (text_has_prefix_fold(word, "T-"))
        word += 2;
    size_t digits = strspn(word, "0123456789");
    return digits >= 1 && digits <= 4 && word[digits] == '\0' ? strtoll(word, NULL, 10) : 0;
}

/* ---- the list ---- */

static void put_task(struct turn *turn, const struct journey_view *view, const struct task *task,
                     struct value *row)
{
    value_int(row, "task_number", task->number);
    value_flag(row, arena_fmt(turn->arena, "task_%s", task_state_name(task->state)), true);
    value_flag(row, "task_overdue", journey_is_overdue(view, task, turn->world->now));
    value_str(row, "task_name", card_line(turn->arena, task->name, CARD_NAME_MAX));
    value_str(row, "task_owner", task->owner);
    if (!task_is_finished(task->state))
        value_str(row, "task_due",
                  card_day(turn, journey_due_day(turn->config->calendar.zone, task)));
    else if (task->changed_by)
        value_str(row, "task_by", card_person(turn, task->changed_by));
    if (task->reason)
        value_str(row, "task_reason", card_line(turn->arena, task->reason, REASON_SHOWN));
}

/* A section holds 3000 characters: a few tasks each, and a new one for each stage. */
static void put_tasks(struct turn *turn, const struct journey_view *view, struct value *context)
{
    struct value *pages = value_list(context, "pages"), *list = NULL;
    int64_t stage = 0;
    size_t on_page = 0;
    for (size_t i = 0; i < view->count; i++) {
        const struct task *task = &view->tasks[i];
        bool first = task->stage != stage;
        if (first || on_page == ROWS_A_PAGE) {
            struct value *page = value_row(pages);
            if (first) {
                value_int(page, "stage_number", task->stage);
                value_str(page, "stage_name",
                          card_line(turn->arena, task->stage_name, CARD_NAME_MAX));
            }
            list = value_list(page, "tasks");
            on_page = 0;
        }
        stage = task->stage;
        on_page++;
        put_task(turn, view, task, value_row(list));
    }
}

static bool show_list(struct turn *turn, const struct request *request, struct reply *reply,
                      const struct onboarding *onboarding, struct err *err)
{
    struct journey_view view;
    char onb[ONB_TEXT_SIZE];
    onb_format(onboarding->number, onb);
    if (!journey_read(turn, onboarding->tenant, onboarding->number, &view)) {
        if (!db_ok(turn->db, err))
            return false;
        reply_text(turn, request, reply,
                   "%s has no tasks: a playbook begins when an onboarding is provisioned, and this "
                   "one is %s.",
                   onb, onboarding_state_name(onboarding->state));
        return true;
    }
    struct value *context = value_new(turn->arena);
    value_str(context, "name", card_account(turn->arena, onboarding));
    value_str(context, "number", onb);
    value_str(context, "command", turn->config->slack.command);
    value_str(context, "playbook", card_line(turn->arena, view.journey.title, CARD_NAME_MAX));
    if (journey_is_paused(&view.journey)) {
        value_str(context, "paused_since", card_date(turn, view.journey.paused_at));
        value_str(context, "paused_by", card_person(turn, view.journey.paused_by));
        value_str(context, "pause_reason",
                  card_line(turn->arena, view.journey.pause_reason, CARD_LINE_MAX));
    }
    if (view.journey.completed_at.ms > 0)
        value_str(context, "completed_at", card_date(turn, view.journey.completed_at));
    put_tasks(turn, &view, context);
    return reply_template(turn, request, reply, "tasks.json", context, err);
}

/* ---- the verb ---- */

static bool change(struct turn *turn, const struct request *request, struct reply *reply,
                   const struct arguments *arguments, const struct act *act, struct err *err)
{
    int64_t onboarding = onb_parse(arguments->words[1]);
    int64_t number = arguments->count > 2 ? task_number(arguments->words[2]) : 0;
    if (onboarding == 0)
        return reply_usage(turn, request, reply, "task",
                           "Which onboarding? Its number comes after the verb");
    if (number == 0)
        return reply_usage(turn, request, reply, "task",
                           "Which task? Its number, such as T-3, comes after the onboarding's");
    const char *why =
        text_cut(turn->arena, arguments_from(turn->arena, arguments, 3), REASON_TEXT_MAX);
    return reply_moved(turn, request, reply,
                       journey_task(turn, &request->actor, onboarding, number,
                                    (enum task_state)act->to, why, err));
}

bool command_task(struct turn *turn, const struct request *request, struct reply *reply,
                  struct err *err)
{
    struct arguments arguments;
    struct err wrong = {0};
    struct onboarding onboarding;
    const struct act *near;
    if (!arguments_parse(turn->arena, request->text, &arguments, &wrong))
        return reply_usage(turn, request, reply, "task", wrong.msg);
    if (arguments.count < 2)
        return reply_usage(turn, request, reply, "task", "What to do, and with which onboarding?");
    const struct act *act = act_find(arguments.words[0], &near);
    if (!act)
        return reply_usage(turn, request, reply, "task",
                           arena_fmt(turn->arena, "I don't know \"task %s\"%s%s%s",
                                     card_line(turn->arena, arguments.words[0], CARD_NAME_MAX),
                                     near ? ". Did you mean " : "", near ? near->name : "",
                                     near ? "?" : ""));
    if (act->to != LIST)
        return change(turn, request, reply, &arguments, act, err);
    if (!target_need(turn, request, reply, arguments_from(turn->arena, &arguments, 1), &onboarding,
                     err))
        return err->code == ERR_NONE;
    return show_list(turn, request, reply, &onboarding, err);
}
