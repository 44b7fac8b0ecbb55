/* Job: a DM that tells which tasks of an onboarding have become overdue, to whoever owns it: those
 * of them that still are when it is said, within the reader's budget. */
#include "base/log.h"
#include "base/text.h"
#include "handlers/card_values.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/posting.h"
#include "handlers/journey.h"

#include <stdio.h>

enum { TASKS_SHOWN = 6, DAY_MS = 24 * 60 * 60 * 1000 };

static const char *line_of(struct turn *turn, const struct task *task)
{
    int64_t days = (turn->world->now.ms - task->due_at.ms) / DAY_MS;
    return arena_fmt(turn->arena, "\n• T-%lld %s (%s%s)", (long long)task->number,
                     card_outside(turn->arena, task->name, CARD_NAME_MAX), task->owner,
                     days > 0 ? arena_fmt(turn->arena, ", %lld d", (long long)days) : "");
}

/* Of those that were marked since then, which no message before this one told. NULL: none is
 * overdue any more. */
static const char *words(struct turn *turn, const struct onboarding *onboarding, struct wall since)
{
    struct journey_view view;
    char onb[ONB_TEXT_SIZE];
    const char *lines = "";
    size_t count = 0;
    if (!journey_read(turn, onboarding->tenant, onboarding->number, &view) ||
        journey_is_paused(&view.journey))
        return NULL;
    for (size_t i = 0; i < view.count; i++)
        if (view.tasks[i].told_at.ms >= since.ms &&
            journey_is_overdue(&view, &view.tasks[i], turn->world->now) && count++ < TASKS_SHOWN)
            lines = arena_fmt(turn->arena, "%s%s", lines, line_of(turn, &view.tasks[i]));
    if (count == 0)
        return NULL;
    onb_format(onboarding->number, onb);
    return arena_fmt(
        turn->arena, "🔴 *%s* · %s: %zu task%s become overdue.%s%s\n`%s status %s` shows all.",
        text_slack_escape(turn->arena, card_account(turn->arena, onboarding)), onb, count,
        count == 1 ? " has" : "s have", lines,
        count > TASKS_SHOWN ? arena_fmt(turn->arena, "\n• %zu more", count - TASKS_SHOWN) : "",
        turn->config->slack.command, onb);
}

bool post_overdue_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct onboarding onboarding;
    struct posting *posting = posting_begin(turn, job, plan, err);
    if (!posting)
        return false;
    posting->purpose = "overdue";
    if (!posting->payload.user)
        return err_set(err, ERR_INVALID, "payload: nobody to tell");
    if (onboardings_get(turn->db, turn->arena, job->tenant, posting->payload.onboarding,
                        &onboarding))
        posting->card.text = words(turn, &onboarding, (struct wall){posting->payload.offset});
    if (!posting->card.text) {
        posting_find(turn, plan, job, posting, NULL, posting->payload.user);
        return db_ok(turn->db, err);
    }
    snprintf(posting->card.digest, sizeof posting->card.digest, "%s",
             notice_content(turn->arena, posting->card.text));
    posting_notice(turn, plan, job, posting, false);
    return true;
}

/* Home and the digest show it all the same. */
void post_overdue_died(struct turn *turn, const struct job *job, const char *reason)
{
    log_error(job->id, "post_overdue is dead: %s", reason);
    if (!posting_failed(turn, job, "overdue", reason))
        log_error(job->id, "that it was not said is not kept: the store refused");
}
