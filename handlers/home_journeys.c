/* What Home shows of playbooks: customers who keep us waiting, and stages that stick. */
#include "base/text.h"
#include "handlers/card_values.h"
#include "handlers/home_team.h"
#include "handlers/journey.h"
#include "handlers/sentence.h"

#include <string.h>

enum { JOURNEYS_READ = 60, ROWS_SHOWN = 6, DAY_MS = 24 * 60 * 60 * 1000 };

/* "*ACME Corp* · ONB-1001"; NULL where it is gone. */
static const char *subject_of(struct turn *turn, const struct journey *journey)
{
    struct onboarding onboarding;
    char onb[ONB_TEXT_SIZE];
    if (!onboardings_get(turn->db, turn->arena, journey->tenant, journey->onboarding, &onboarding))
        return NULL;
    return arena_fmt(turn->arena, "*%s* · %s",
                     text_slack_escape(turn->arena, card_account(turn->arena, &onboarding)),
                     onb_format(onboarding.number, onb));
}

static bool is_customers(const struct journey_view *view, const struct task *task, struct wall now)
{
    return strcmp(task->owner, PLAYBOOK_CUSTOMER) == 0 && journey_is_overdue(view, task, now);
}

/* Lists the customer's overdue tasks of one playbook; returns how many there are. */
static size_t put_customer(struct turn *turn, const struct journey_view *view, size_t shown,
                           struct value *list)
{
    size_t count = 0;
    for (size_t i = 0; i < view->count; i++) {
        const struct task *task = &view->tasks[i];
        if (!is_customers(view, task, turn->world->now) || shown + count++ >= ROWS_SHOWN)
            continue;
        value_str(value_row(list), "customer_text",
                  arena_fmt(turn->arena, "%s · T-%lld %s · %lld d",
                            subject_of(turn, &view->journey), (long long)task->number,
                            card_outside(turn->arena, task->name, CARD_NAME_MAX),
                            (long long)((turn->world->now.ms - task->due_at.ms) / DAY_MS)));
    }
    return count;
}

bool home_put_customers(struct turn *turn, const struct actor *actor, struct value *context,
                        struct err *err)
{
    struct journey *journeys;
    struct value *list = value_list(context, "customers");
    size_t count = journeys_running(turn->db, turn->arena, actor->tenant, actor->user_id, 0,
                                    JOURNEYS_READ, &journeys);
    size_t waiting = 0;
    for (size_t i = 0; i < count; i++) {
        struct journey_view view;
        if (!journey_is_paused(&journeys[i]) &&
            journey_read(turn, actor->tenant, journeys[i].onboarding, &view))
            waiting += put_customer(turn, &view, waiting, list);
    }
    if (waiting > 0)
        value_int(context, "customers_count", (int64_t)waiting);
    if (waiting > ROWS_SHOWN)
        value_int(context, "customers_hidden", (int64_t)(waiting - ROWS_SHOWN));
    return db_ok(turn->db, err);
}

bool home_put_sticking(struct turn *turn, const char *tenant, struct value *team)
{
    enum { STICKS_DAYS = 7 };
    struct wall before = {turn->world->now.ms - (int64_t)STICKS_DAYS * DAY_MS};
    struct journey *journeys;
    size_t count = journeys_stuck(turn->db, turn->arena, tenant, before, ROWS_SHOWN, &journeys);
    struct value *list = value_list(team, "stages");
    for (size_t i = 0; i < count; i++) {
        const char *subject = subject_of(turn, &journeys[i]);
        if (subject)
            value_str(
                value_row(list), "stage_text",
                arena_fmt(turn->arena, "%s · stage %lld · not moved for %s", subject,
                          (long long)journeys[i].stage,
                          sentence_span(turn, turn->world->now.ms - journeys[i].moved_at.ms)));
    }
    return count > 0;
}
