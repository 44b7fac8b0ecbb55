/* Reading a journey, beginning it, and what its moves share. */
#include "handlers/journey.h"

#include "base/broken.h"
#include "db/audit.h"
#include "db/runs.h"
#include "handlers/card_values.h"
#include "handlers/delegation.h"
#include "handlers/jobs/later.h"
#include "handlers/journey_scene.h"
#include "handlers/roles.h"

#include <string.h>

/* ---- reading ---- */

bool journey_read(struct turn *turn, const char *tenant, int64_t onboarding,
                  struct journey_view *out)
{
    *out = (struct journey_view){0};
    if (!journeys_get(turn->db, turn->arena, tenant, onboarding, &out->journey))
        return false;
    out->count = tasks_list(turn->db, turn->arena, tenant, onboarding, &out->tasks);
    return out->count > 0;
}

bool journey_is_paused(const struct journey *journey)
{
    return journey->paused_at.ms > 0;
}

struct wall journey_now(const struct journey *journey, struct wall now)
{
    bool paused = journey_is_paused(journey) && !BROKEN(pause_ignored);
    return journey->completed_at.ms > 0 ? journey->completed_at : paused ? journey->paused_at : now;
}

bool journey_is_overdue(const struct journey_view *view, const struct task *task, struct wall now)
{
    return task->state == TASK_OPEN && task->due_at.ms < journey_now(&view->journey, now).ms;
}

/* ---- beginning ---- */

struct wall journey_due(const struct calendar *calendar, struct wall start, int days)
{
    enum { DAYS_MAX = 10 * PLAYBOOK_DUE_MAX }; /* however many are off */
    struct civil date = calendar_today(calendar->zone, start);
    for (int i = 0, worked = 0; i < DAYS_MAX && worked < days; i++) {
        date = civil_add_days(date, 1);
        worked += calendar_is_working_day(calendar, date);
    }
    bool midnight = calendar->end_minute == 24 * 60;
    return calendar_instant(calendar->zone,
                            (struct local){.date = midnight ? civil_add_days(date, 1) : date,
                                           .minute = midnight ? 0 : calendar->end_minute});
}

struct civil journey_due_day(const char *zone, const struct task *task)
{
    return calendar_today(zone, (struct wall){task->due_at.ms - 1});
}

bool journey_playbook(struct turn *turn, const struct onboarding *onboarding, struct playbook *out,
                      struct err *err)
{
    struct run run;
    struct facts facts;
    struct deal deal = {0};
    if (!onboarding->playbook &&
        runs_latest(turn->db, turn->arena, onboarding->tenant, onboarding->number, &run)) {
        if (!facts_read(run.facts, strlen(run.facts), turn->arena, &facts, err))
            return false;
        deal = deal_of(&facts, onboarding->opportunity_id);
    }
    return playbook_load(turn->templates,
                         playbook_choice(turn->config, onboarding->playbook, &deal), turn->arena,
                         out, err);
}

static bool add_tasks(struct turn *turn, const struct onboarding *onboarding,
                      const struct playbook *playbook)
{
    struct task task = {.tenant = onboarding->tenant, .onboarding = onboarding->number};
    for (size_t i = 0; i < playbook->count; i++) {
        const struct playbook_stage *stage = &playbook->stages[i];
        task.stage = (int64_t)i + 1;
        task.stage_name = stage->name;
        for (size_t k = 0; k < stage->count; k++) {
            task.number++;
            task.name = stage->tasks[k].name;
            task.owner = stage->tasks[k].owner;
            task.due_at =
                journey_due(&turn->config->calendar, turn->world->now, stage->tasks[k].due_days);
            if (!tasks_add(turn->db, &task))
                return false;
        }
    }
    return true;
}

bool journey_begin(struct turn *turn, const struct onboarding *onboarding,
                   const struct playbook *playbook)
{
    struct err err;
    const struct journey journey = {
        .tenant = onboarding->tenant,
        .onboarding = onboarding->number,
        .playbook = playbook->id,
        .title = playbook->name,
        .goal_days = playbook->goal_days,
        .started_at = turn->world->now,
        .stage = 1,
        .moved_at = turn->world->now,
    };
    if (!journeys_add(turn->db, &journey))
        return db_ok(turn->db, &err);
    const struct journey_act act = {.tenant = onboarding->tenant,
                                    .actor = "usher",
                                    .via = "job",
                                    .action = "playbook.begun",
                                    .reason = playbook->id};
    return add_tasks(turn, onboarding, playbook) && journey_audit(turn, onboarding->number, &act);
}

/* ---- what the moves share ---- */

bool journey_audit(struct turn *turn, int64_t onboarding, const struct journey_act *act)
{
    char onb[ONB_TEXT_SIZE];
    const struct audit_entry entry = {
        .tenant = act->tenant,
        .at = turn->world->now,
        .actor = act->actor,
        .via = act->via,
        .behalf_of = act->behalf_of,
        .action = act->action,
        .object = onb_format(onboarding, onb),
        .from = act->from,
        .to = act->to,
        .reason = act->reason,
    };
    return audit_append(turn->db, &entry);
}

bool journey_did(struct turn *turn, const struct journey_scene *scene, const char *action,
                 const char *from, const char *to, const char *reason)
{
    const struct journey_act act = {.tenant = scene->actor->tenant,
                                    .actor = scene->actor->user_id,
                                    .via = scene->actor->via,
                                    .behalf_of = scene->behalf_of,
                                    .action = action,
                                    .from = from,
                                    .to = to,
                                    .reason = reason};
    return journey_audit(turn, scene->onboarding.number, &act) &&
           later_publish_home(turn, scene->actor->tenant, NULL);
}

const char *journey_task_words(struct turn *turn, const struct task *task)
{
    return arena_fmt(turn->arena, "T-%lld %s", (long long)task->number,
                     card_line(turn->arena, task->name, CARD_NAME_MAX));
}

struct moved journey_failed(struct turn *turn, struct err *err)
{
    if (db_ok(turn->db, err) && err->code == ERR_NONE)
        err_set(err, ERR_INTERNAL, "the move was not written");
    return (struct moved){MOVE_FAILED, "That did not work, and nothing was changed."};
}

struct moved journey_refused(struct turn *turn, const struct journey_scene *scene, enum move how,
                             const char *why, struct err *err)
{
    const struct journey_act act = {.tenant = scene->actor->tenant,
                                    .actor = scene->actor->user_id,
                                    .via = scene->actor->via,
                                    .behalf_of = scene->behalf_of,
                                    .action = arena_fmt(turn->arena, "%s.refused", scene->verb),
                                    .reason = why};
    return journey_audit(turn, scene->onboarding.number, &act) ? (struct moved){how, why}
                                                               : journey_failed(turn, err);
}

static const char *nothing_yet(struct turn *turn, const struct journey_scene *scene)
{
    return scene->onboarding.state == ONBOARDING_PROVISIONED
               ? arena_fmt(turn->arena,
                           "%s follows no playbook: it was provisioned before there "
                           "were any.",
                           scene->onb)
               : arena_fmt(turn->arena,
                           "%s is %s: its playbook begins when it is provisioned. "
                           "`%s status %s` shows what it waits for.",
                           scene->onb, onboarding_state_name(scene->onboarding.state),
                           turn->config->slack.command, scene->onb);
}

struct moved journey_scene_read(struct turn *turn, const struct actor *actor, const char *verb,
                                int64_t onboarding, struct journey_scene *scene, struct err *err)
{
    char onb[ONB_TEXT_SIZE];
    const char *why = NULL;
    *scene = (struct journey_scene){
        .actor = actor,
        .verb = verb,
        .onb = arena_str(turn->arena, onb_format(onboarding, onb)),
        .onboarding = {.number = onboarding},
    };
    if (!onboardings_get(turn->db, turn->arena, actor->tenant, onboarding, &scene->onboarding)) {
        if (!db_ok(turn->db, err))
            return journey_failed(turn, err);
        why = arena_fmt(turn->arena, "There is no %s. `%s list` shows what there is.", scene->onb,
                        turn->config->slack.command);
        return journey_refused(turn, scene, MOVE_NOT_POSSIBLE, why, err);
    }
    scene->behalf_of = delegation_behalf(turn, actor->tenant, actor->user_id, onboarding, NULL);
    if (!roles_may_work(turn, actor, &why) && !BROKEN(task_by_anyone))
        return journey_refused(turn, scene, MOVE_FORBIDDEN, why, err);
    if (!journey_read(turn, actor->tenant, onboarding, &scene->view))
        return db_ok(turn->db, err)
                   ? journey_refused(turn, scene, MOVE_NOT_POSSIBLE, nothing_yet(turn, scene), err)
                   : journey_failed(turn, err);
    if (scene->view.journey.completed_at.ms == 0)
        return (struct moved){MOVE_DONE, ""};
    why = arena_fmt(turn->arena, "%s is complete since %s: nothing is left to do.", scene->onb,
                    card_date(turn, scene->view.journey.completed_at));
    return journey_refused(turn, scene, MOVE_ALREADY, why, err);
}
