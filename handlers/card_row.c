/* An onboarding in one line: for lists and for Home. */
#include "handlers/card_subject.h"

struct wall card_deadline(const struct item *item)
{
    if (item != NULL && item_t1_runs(item))
        return item->t1_at;
    if (item != NULL && item_t2_runs(item))
        return item->t2_at;
    return (struct wall){.ms = INT64_MAX};
}

void card_put_row(struct turn *turn, const struct onboarding *onboarding, const struct item *item,
                  struct value *row)
{
    char number[ONB_TEXT_SIZE];
    value_str(row, "row_name", card_account(turn->arena, onboarding));
    value_str(row, "row_number", onb_format(onboarding->number, number));
    if (item == NULL || !item_is_open((enum item_state)item->state)) {
        const char *state = onboarding_state_name(onboarding->state);
        value_flag(row, arena_fmt(turn->arena, "row_%s", state), true);
        if (item != NULL && item->decision != NULL)
            card_put_condition(turn, item, row);
        return;
    }
    value_str(row, "row_verdict", card_level_word((enum level)item->level));
    value_str(row, "row_icon", card_level_icon((enum level)item->level));
    value_flag(row, "row_escalated",
               item->state == ITEM_ESCALATED_1 || item->state == ITEM_ESCALATED_2);
    if (item->claimed_by != NULL)
        value_str(row, "row_claimer", card_person(turn, item->claimed_by));
    struct wall deadline = card_deadline(item);
    if (deadline.ms != INT64_MAX)
        value_str(row, "row_deadline", card_date(turn, deadline));
}
