/* Standing job: once an hour, which tasks have become overdue: each is said once to whoever owns
 * the onboarding; and what the health of each playbook is that day. A few playbooks at a time: the
 * rest follows at once. */
#include "base/broken.h"
#include "base/calendar.h"
#include "db/tenants.h"
#include "handlers/delegation.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/payload.h"
#include "handlers/jobs/posting.h"
#include "handlers/journey_scene.h"
#include "handlers/progress.h"
#include "handlers/recipient.h"
#include "handlers/roles.h"

#include <string.h>

enum {
    AT_A_TIME = 40,
    KEPT_DAYS = 30,
    PAUSE_MIN_MS = 5000, /* of machine time, on a scaled clock */
    HOUR_MS = 60 * 60 * 1000,
};

static const char cursor[] = "health"; /* the day of which it is kept of all */

/* The deal's owner, else whoever started it, or who stands in for them; else the CS manager. NULL:
 * nobody is there. */
static const char *who_hears(struct turn *turn, const struct onboarding *onboarding)
{
    const char *const ids[] = {onboarding->owner_user_id, onboarding->started_by};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (ids[i] && strcmp(ids[i], "usher") != 0 &&
            !roles_is_gone(turn, onboarding->tenant, ids[i])) {
            const char *stand_in =
                delegation_of(turn, onboarding->tenant, ids[i], onboarding->number);
            return stand_in ? stand_in : ids[i];
        }
    return recipient_first(turn, onboarding->tenant, onboarding->number, 1).user_id;
}

static bool audit_overdue(struct turn *turn, const struct task *task)
{
    const struct journey_act act = {.tenant = task->tenant,
                                    .actor = "usher",
                                    .via = "timer",
                                    .action = "task.overdue",
                                    .reason = journey_task_words(turn, task)};
    return journey_audit(turn, task->onboarding, &act);
}

/* Marks what has become overdue since it was looked at last, and has it told. */
static bool tell_overdue(struct turn *turn, const struct journey_view *view)
{
    const struct journey *journey = &view->journey;
    struct onboarding onboarding;
    struct err err;
    size_t found = 0;
    for (size_t i = 0; i < view->count; i++) {
        struct task *task = &view->tasks[i];
        if ((task->told_at.ms > 0 && !BROKEN(overdue_again)) ||
            !journey_is_overdue(view, task, turn->world->now))
            continue;
        task->told_at = turn->world->now;
        found++;
        if (!tasks_update(turn->db, task) || !audit_overdue(turn, task))
            return false;
    }
    if (found == 0)
        return true;
    if (!onboardings_get(turn->db, turn->arena, journey->tenant, journey->onboarding, &onboarding))
        return db_ok(turn->db, &err);
    const char *user = who_hears(turn, &onboarding);
    return (!user || later_overdue(turn, &onboarding, user)) &&
           later_publish_home(turn, journey->tenant, NULL);
}

/* The playbooks in which something has become overdue; *more: there are others. */
static bool tell_all(struct turn *turn, const char *tenant, bool *more)
{
    int64_t *numbers;
    struct err err;
    size_t count = tasks_late(turn->db, turn->arena, tenant, turn->world->now, AT_A_TIME, &numbers);
    *more = count == AT_A_TIME;
    for (size_t i = 0; i < count; i++) {
        struct journey_view view;
        if (!journey_read(turn, tenant, numbers[i], &view) || !tell_overdue(turn, &view))
            return false;
    }
    return db_ok(turn->db, &err);
}

/* ---- health ---- */

/* The health of the playbooks after `after`; *last: of whom it was kept last, 0: of all of them. */
static bool keep_health(struct turn *turn, const char *tenant, const char *day, int64_t after,
                        int64_t *last)
{
    struct journey *journeys;
    struct err err;
    size_t count =
        journeys_running(turn->db, turn->arena, tenant, NULL, after, AT_A_TIME, &journeys);
    for (size_t i = 0; i < count; i++) {
        struct journey_view view;
        if (!journey_is_paused(&journeys[i]) &&
            (!journey_read(turn, tenant, journeys[i].onboarding, &view) ||
             !health_put(turn->db, tenant, journeys[i].onboarding, day,
                         progress_of(&view, turn->world->now).health)))
            return false;
    }
    *last = count == AT_A_TIME ? journeys[count - 1].onboarding : 0;
    return db_ok(turn->db, &err) && (*last || cursors_put(turn->db, tenant, cursor, day));
}

/* The first look of a day keeps it, and drops what is old. */
static bool is_new_day(struct turn *turn, const char *tenant, const char *day)
{
    const char *kept = cursors_get(turn->db, turn->arena, tenant, cursor);
    return !kept || strcmp(kept, day) != 0;
}

static bool drop_old(struct turn *turn, const char *tenant, struct civil today)
{
    char before[CIVIL_TEXT_SIZE];
    civil_format(civil_add_days(today, -KEPT_DAYS), before);
    return health_drop(turn->db, tenant, before);
}

/* ---- the look ---- */

static bool again(struct turn *turn, const struct job *job, bool more, int64_t last)
{
    const struct payload payload = {.offset = last};
    int64_t ms = HOUR_MS / turn->world->speed;
    if (more || last > 0)
        return later_again(turn, job->tenant, job->kind, payload_write(turn->arena, &payload), 0);
    return later_again(turn, job->tenant, job->kind, NULL, ms > PAUSE_MIN_MS ? ms : PAUSE_MIN_MS);
}

struct job_outcome task_monitor_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    (void)plan;
    struct payload payload;
    struct err err = {0};
    char day[CIVIL_TEXT_SIZE];
    bool more = false;
    int64_t last = 0;
    if (!payload_read(turn->arena, job, &payload, &err))
        return job_is_dead("payload: %.200s", err.msg);
    struct civil today = calendar_today(turn->config->calendar.zone, turn->world->now);
    civil_format(today, day);
    bool ok = tell_all(turn, job->tenant, &more);
    if (ok && (payload.offset > 0 || is_new_day(turn, job->tenant, day)))
        ok = (payload.offset > 0 || drop_old(turn, job->tenant, today)) &&
             keep_health(turn, job->tenant, day, payload.offset, &last);
    return posting_end(turn, ok && again(turn, job, more, last));
}
