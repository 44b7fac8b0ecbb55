/* Pause and resume: nothing is due, overdue or reminded of while a playbook stands still, and what
 * was to be done by then may take as much working time longer. */
#include "base/broken.h"
#include "handlers/card_values.h"
#include "handlers/jobs/later.h"
#include "handlers/journey_scene.h"
#include "handlers/sentence.h"

static struct moved because(struct turn *turn, const struct journey_scene *scene, enum move how,
                            struct err *err, const char *why)
{
    return journey_refused(turn, scene, how, why, err);
}

static bool waits_for_a_decision(struct turn *turn, const struct journey_scene *scene)
{
    struct item item;
    return items_latest(turn->db, turn->arena, scene->actor->tenant, scene->onboarding.number,
                        &item) &&
           item_is_open((enum item_state)item.state);
}

struct moved journey_pause(struct turn *turn, const struct actor *actor, int64_t onboarding,
                           const char *why, struct err *err)
{
    struct journey_scene scene;
    struct moved end = journey_scene_read(turn, actor, "pause", onboarding, &scene, err);
    if (end.how != MOVE_DONE)
        return end;
    struct journey *journey = &scene.view.journey;
    if (waits_for_a_decision(turn, &scene))
        return because(turn, &scene, MOVE_NOT_POSSIBLE, err,
                       arena_fmt(turn->arena,
                                 "%s waits for a decision, whose clock no pause stops: decide it "
                                 "first. `%s snooze` puts the question off.",
                                 scene.onb, turn->config->slack.command));
    if (journey_is_paused(journey))
        return because(turn, &scene, MOVE_ALREADY, err,
                       arena_fmt(turn->arena, "%s is paused already, by %s since %s.", scene.onb,
                                 card_person(turn, journey->paused_by),
                                 card_date(turn, journey->paused_at)));
    journey->paused_at = turn->world->now;
    journey->paused_by = actor->user_id;
    journey->pause_reason = why;
    if (!journeys_update(turn->db, journey) ||
        !journey_did(turn, &scene, "pause", "running", "paused", why))
        return journey_failed(turn, err);
    return (struct moved){MOVE_DONE,
                          arena_fmt(turn->arena,
                                    "%s is paused: nothing is due and nobody is reminded until "
                                    "`%s resume %s \"reason\"`.",
                                    scene.onb, turn->config->slack.command, scene.onb)};
}

/* What is not finished may take so much longer. */
static bool move_due(struct turn *turn, const struct journey_scene *scene, int64_t working_ms)
{
    for (size_t i = 0; i < scene->view.count && working_ms > 0 && !BROKEN(pause_forgotten); i++) {
        struct task *task = &scene->view.tasks[i];
        if (task_is_finished(task->state))
            continue;
        task->due_at = calendar_add_working(&turn->config->calendar, task->due_at, working_ms);
        if (!tasks_update(turn->db, task))
            return false;
    }
    return true;
}

struct moved journey_resume(struct turn *turn, const struct actor *actor, int64_t onboarding,
                            const char *why, struct err *err)
{
    struct journey_scene scene;
    struct moved end = journey_scene_read(turn, actor, "resume", onboarding, &scene, err);
    if (end.how != MOVE_DONE)
        return end;
    struct journey *journey = &scene.view.journey;
    if (!journey_is_paused(journey))
        return because(turn, &scene, MOVE_ALREADY, err,
                       arena_fmt(turn->arena, "%s is not paused.", scene.onb));
    int64_t stood_ms = turn->world->now.ms - journey->paused_at.ms;
    int64_t working_ms =
        calendar_working_between(&turn->config->calendar, journey->paused_at, turn->world->now);
    journey->paused_ms += stood_ms > 0 ? stood_ms : 0;
    journey->moved_at.ms += stood_ms > 0 ? stood_ms : 0;
    journey->paused_at = (struct wall){0};
    if (!move_due(turn, &scene, working_ms) || !journeys_update(turn->db, journey) ||
        !journey_did(turn, &scene, "resume", "paused", "running", why))
        return journey_failed(turn, err);
    return (struct moved){
        MOVE_DONE, working_ms > 0
                       ? arena_fmt(turn->arena,
                                   "%s goes on. What is still to do is due %s of working time "
                                   "later than before.",
                                   scene.onb, sentence_span(turn, working_ms))
                       : arena_fmt(turn->arena,
                                   "%s goes on. No working time has passed: what is due stays "
                                   "where it was.",
                                   scene.onb)};
}
