/* Job: a delegation was given, began, ended or was taken back. What shows who is told (cards of
 * what is escalated to the delegator, Home) is drawn again, and at its end both hear that it is
 * over. */
#include "handlers/delegation.h"

#include "handlers/item.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/payload.h"
#include "handlers/jobs/posting.h"

#include <string.h>

enum { CARDS_MAX = 300 };

static bool is_roster(const struct turn *turn, const char *user)
{
    const char *const roster[] = {turn->config->roster.cs_manager,
                                  turn->config->roster.cs_director};
    for (size_t i = 0; i < sizeof roster / sizeof *roster; i++)
        if (roster[i] && strcmp(roster[i], user) == 0)
            return true;
    return false;
}

/* Cards name the roster's people alone. */
static bool redraw(struct turn *turn, const struct delegation *delegation)
{
    struct item *items;
    if (!is_roster(turn, delegation->from))
        return true;
    size_t count =
        items_list(turn->db, turn->arena, delegation->tenant, ITEM_OPEN_STATES, CARDS_MAX, &items);
    for (size_t i = 0; i < count; i++)
        if ((!delegation->onboarding || delegation->onboarding == items[i].onboarding) &&
            !later_edit_messages(turn, delegation->tenant, items[i].id))
            return false;
    return true;
}

/* Taken back: they were told then. */
static bool say_over(struct turn *turn, const struct delegation *delegation)
{
    if (delegation->ended_at.ms > 0 || delegation->ends_at.ms > turn->world->now.ms)
        return true;
    char onb[ONB_TEXT_SIZE];
    const char *scope = delegation->onboarding ? arena_fmt(turn->arena, " for %s",
                                                           onb_format(delegation->onboarding, onb))
                                               : "";
    return later_inform(turn, delegation->tenant, delegation->to,
                        arena_fmt(turn->arena,
                                  "↩ You no longer stand in for <@%s>%s: its time is over.",
                                  delegation->from, scope),
                        NULL) &&
           later_inform(turn, delegation->tenant, delegation->from,
                        arena_fmt(turn->arena,
                                  "↩ <@%s> no longer stands in for you%s: its time is over. `%s "
                                  "status` shows what waits for you.",
                                  delegation->to, scope, turn->config->slack.command),
                        NULL);
}

struct job_outcome delegation_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    (void)plan;
    struct payload payload;
    struct delegation delegation;
    struct err err = {0};
    if (!payload_read(turn->arena, job, &payload, &err) || !payload.delegation)
        return job_is_dead("payload: %.200s", err.msg[0] ? err.msg : "no delegation");
    if (!delegations_get(turn->db, turn->arena, job->tenant, payload.delegation, &delegation))
        return posting_end(turn, true);
    return posting_end(turn, redraw(turn, &delegation) && say_over(turn, &delegation) &&
                                 later_publish_home(turn, job->tenant, NULL));
}
