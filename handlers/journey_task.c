/* What people do to tasks and stages; the last one that is finished completes the onboarding. */
#include "base/text.h"
#include "handlers/card_values.h"
#include "handlers/jobs/later.h"
#include "handlers/journey_scene.h"

#include <assert.h>
#include <string.h>

enum { SHOWN_MAX = 10 };

/* What each state is reached by. */
static const struct way {
    const char *action;  /* of the audit line */
    const char *said;    /* "T-3 … is done" */
    const char *missing; /* said where no reason is given; NULL: none is needed */
} ways[TASK_STATE_COUNT] = {
    [TASK_OPEN] = {"task.open", "open again", NULL},
    [TASK_BLOCKED] = {"task.block", "blocked", "What blocks it?"},
    [TASK_DONE] = {"task.done", "done", NULL},
    [TASK_SKIPPED] = {"task.skip", "skipped", "Why need it not be done?"},
};

static struct task *find_task(const struct journey_scene *scene, int64_t number)
{
    for (size_t i = 0; i < scene->view.count; i++)
        if (scene->view.tasks[i].number == number)
            return &scene->view.tasks[i];
    return NULL;
}

/* "T-3 “Single sign-on works”", for a sentence. */
static const char *shown(struct turn *turn, const struct task *task)
{
    return arena_fmt(turn->arena, "T-%lld “%s”", (long long)task->number,
                     card_outside(turn->arena, task->name, CARD_NAME_MAX));
}

static struct moved refuse(struct turn *turn, const struct journey_scene *scene,
                           const struct task *task, enum task_state to, const char *why,
                           struct err *err)
{
    const struct way *way = &ways[to];
    const char *list =
        arena_fmt(turn->arena, "`%s task list %s`", turn->config->slack.command, scene->onb);
    if (!task)
        return journey_refused(
            turn, scene, MOVE_NOT_POSSIBLE,
            arena_fmt(turn->arena, "%s has no such task: %s shows them.", scene->onb, list), err);
    if (task->state == to && to != TASK_BLOCKED)
        return journey_refused(
            turn, scene, MOVE_ALREADY,
            arena_fmt(turn->arena, "%s is %s already%s%s.", shown(turn, task),
                      task_state_name(task->state), task->changed_by ? ", by " : "",
                      task->changed_by
                          ? arena_fmt(turn->arena, "%s %s", card_person(turn, task->changed_by),
                                      card_date(turn, task->changed_at))
                          : ""),
            err);
    if (way->missing && (!why || !why[0]))
        return journey_refused(turn, scene, MOVE_ASKS,
                               arena_fmt(turn->arena,
                                         "%s The reason is missing: `%s %s %s T-%lld "
                                         "\"why\"`.",
                                         way->missing, turn->config->slack.command,
                                         to == TASK_BLOCKED ? "task block" : "task skip",
                                         scene->onb, (long long)task->number),
                               err);
    return (struct moved){MOVE_DONE, ""};
}

/* ---- the end ---- */

/* Counts what is left, and says in the journey which stage that leaves it in. */
static size_t count_left(struct journey_scene *scene)
{
    size_t left = 0;
    for (size_t i = 0; i < scene->view.count; i++)
        if (!task_is_finished(scene->view.tasks[i].state) && left++ == 0)
            scene->view.journey.stage = scene->view.tasks[i].stage;
    return left;
}

/* All but the journey's row, which follows. */
static bool complete(struct turn *turn, struct journey_scene *scene)
{
    struct journey *journey = &scene->view.journey;
    int64_t day_ms = 24 * 60 * 60 * 1000;
    int64_t days =
        (journey_now(journey, turn->world->now).ms - journey->started_at.ms - journey->paused_ms) /
        day_ms;
    if (journey_is_paused(journey)) {
        journey->paused_ms += turn->world->now.ms - journey->paused_at.ms;
        journey->paused_at = (struct wall){0};
    }
    journey->completed_at = turn->world->now;
    return journey_did(turn, scene, "playbook.complete", "provisioned", "complete",
                       journey->playbook) &&
           later_note_onboarding(
               turn, scene->actor->tenant, scene->onboarding.number, "complete",
               arena_fmt(
                   turn->arena,
                   "🎉 *%s* is complete: all %zu tasks of “%s” are finished, on day %lld of "
                   "%lld.",
                   text_slack_escape(turn->arena, card_account(turn->arena, &scene->onboarding)),
                   scene->view.count, card_outside(turn->arena, journey->title, CARD_NAME_MAX),
                   (long long)days, (long long)journey->goal_days));
}

/* ---- one task ---- */

struct moved journey_task(struct turn *turn, const struct actor *actor, int64_t onboarding,
                          int64_t number, enum task_state to, const char *why, struct err *err)
{
    struct journey_scene scene;
    struct moved end = journey_scene_read(turn, actor, "task", onboarding, &scene, err);
    if (end.how != MOVE_DONE)
        return end;
    struct task *task = find_task(&scene, number);
    end = refuse(turn, &scene, task, to, why, err);
    if (end.how != MOVE_DONE)
        return end;
    assert(task);
    const char *from = task_state_name(task->state);
    task->state = to;
    task->changed_at = turn->world->now;
    task->changed_by = actor->user_id;
    task->reason = why && why[0] ? why : NULL;
    const char *words = journey_task_words(turn, task);
    size_t left = count_left(&scene);
    scene.view.journey.moved_at = turn->world->now;
    if (!tasks_update(turn->db, task) ||
        !journey_did(turn, &scene, ways[to].action, from, task_state_name(to),
                     task->reason ? arena_fmt(turn->arena, "%s: %s", words, task->reason)
                                  : words) ||
        (left == 0 && !complete(turn, &scene)) || !journeys_update(turn->db, &scene.view.journey))
        return journey_failed(turn, err);
    return (struct moved){
        MOVE_DONE,
        left ? arena_fmt(turn->arena, "%s of %s is %s. %zu of %zu are left to do.",
                         shown(turn, task), scene.onb, ways[to].said, left, scene.view.count)
             : arena_fmt(turn->arena, "%s of %s is %s. That was the last one: %s is complete.",
                         shown(turn, task), scene.onb, ways[to].said, scene.onb)};
}

/* ---- a stage ---- */

/* The stage that is meant, 0 where none is; *known "Kick-off, Training". */
static int64_t find_stage(struct turn *turn, const struct journey_scene *scene, const char *name,
                          const char **known)
{
    int64_t found = 0, last = 0;
    bool several = false;
    *known = "";
    for (size_t i = 0; i < scene->view.count; i++) {
        const struct task *task = &scene->view.tasks[i];
        if (task->stage == last)
            continue;
        last = task->stage;
        *known = arena_fmt(turn->arena, "%s%s%s", *known, (*known)[0] ? ", " : "",
                           card_outside(turn->arena, task->stage_name, CARD_NAME_MAX));
        if (text_equal_fold(task->stage_name, name))
            return task->stage;
        if (!text_has_prefix_fold(task->stage_name, name))
            continue;
        several = found != 0;
        found = task->stage;
    }
    return several ? 0 : found;
}

static const char *open_tasks(struct turn *turn, const struct journey_scene *scene, int64_t stage,
                              size_t *count)
{
    const char *lines = "";
    *count = 0;
    for (size_t i = 0; i < scene->view.count; i++) {
        const struct task *task = &scene->view.tasks[i];
        if (task->stage == stage && !task_is_finished(task->state) && (*count)++ < SHOWN_MAX)
            lines = arena_fmt(turn->arena, "%s\n• %s · %s%s", lines, shown(turn, task), task->owner,
                              task->state == TASK_BLOCKED ? " · blocked" : "");
    }
    return *count > SHOWN_MAX ? arena_fmt(turn->arena, "%s\n• %zu more", lines, *count - SHOWN_MAX)
                              : lines;
}

struct moved journey_stage_done(struct turn *turn, const struct actor *actor, int64_t onboarding,
                                const char *name, struct err *err)
{
    struct journey_scene scene;
    struct moved end = journey_scene_read(turn, actor, "stage", onboarding, &scene, err);
    const char *known;
    size_t open;
    if (end.how != MOVE_DONE)
        return end;
    int64_t stage = find_stage(turn, &scene, name, &known);
    if (stage == 0)
        return journey_refused(
            turn, &scene, MOVE_NOT_POSSIBLE,
            arena_fmt(turn->arena, "“%s” names no stage of %s, or several. They are: %s.",
                      card_outside(turn->arena, name, CARD_NAME_MAX), scene.onb, known),
            err);
    const char *lines = open_tasks(turn, &scene, stage, &open);
    if (open > 0)
        return journey_refused(
            turn, &scene, MOVE_NOT_POSSIBLE,
            arena_fmt(turn->arena,
                      "Stage %lld of %s is not done: %zu task%s to do. Finish each with "
                      "`%s task done %s T-n`, or skip it with the reason.%s",
                      (long long)stage, scene.onb, open, open == 1 ? " is" : "s are",
                      turn->config->slack.command, scene.onb, lines),
            err);
    const char *words =
        arena_fmt(turn->arena, "Stage %lld of %s is done.", (long long)stage, scene.onb);
    return journey_did(turn, &scene, "stage.done", NULL, NULL, words)
               ? (struct moved){MOVE_DONE, words}
               : journey_failed(turn, err);
}
