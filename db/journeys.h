/* Journeys: the playbook that was begun for an onboarding when it was provisioned, and its tasks.
 */
#ifndef DB_JOURNEYS_H
#define DB_JOURNEYS_H

#include "base/arena.h"
#include "base/world.h"
#include "db/db.h"

struct journey {
    const char *tenant;
    int64_t onboarding;   /* number */
    const char *playbook; /* id */
    const char *title;    /* "Enterprise onboarding" */
    int64_t goal_days;    /* days from started_at, pauses not counted */
    struct wall started_at;
    struct wall paused_at;                /* 0: it runs */
    int64_t paused_ms;                    /* how long it stood still before that */
    const char *paused_by, *pause_reason; /* of the pause it is in, else of the last one */
    struct wall completed_at;             /* 0: something is to be done */
    int64_t stage;                        /* the first that is not finished, from 1 */
    struct wall moved_at;                 /* when a task last changed; its beginning before */
};

enum task_state {
    TASK_OPEN,    /* to be done */
    TASK_BLOCKED, /* to be done, and cannot be now: reason */
    TASK_DONE,
    TASK_SKIPPED, /* need not be done: reason */
    TASK_STATE_COUNT
};
const char *task_state_name(enum task_state state); /* "open" … */
bool task_is_finished(enum task_state state);       /* done or skipped */

struct task {
    const char *tenant;
    int64_t onboarding;
    int64_t number; /* T-number, from 1 */
    int64_t stage;  /* from 1 */
    const char *stage_name;
    const char *name, *owner;
    struct wall due_at;
    enum task_state state;
    struct wall changed_at; /* 0: never */
    const char *changed_by, *reason;
    struct wall told_at; /* that it is overdue; 0: not yet */
};

/* False without a failure of the db where the onboarding has one. */
bool journeys_add(struct db *db, const struct journey *journey);
bool journeys_get(struct db *db, struct arena *arena, const char *tenant, int64_t onboarding,
                  struct journey *out);
/* Writes all that changes: pauses, completed_at, stage, moved_at. */
bool journeys_update(struct db *db, const struct journey *journey);

/* Those that are not complete, paused ones too, by number from after `after`. user_id: of whoever
 * owns or started the onboarding; NULL: everyone's. */
size_t journeys_running(struct db *db, struct arena *arena, const char *tenant, const char *user_id,
                        int64_t after, size_t limit, struct journey **out);
/* Those that run and of which no task has changed since then, the longest standing first. */
size_t journeys_stuck(struct db *db, struct arena *arena, const char *tenant, struct wall before,
                      size_t limit, struct journey **out);

/* The health of a day ("2026-04-20"), the last that was counted in it. */
bool health_put(struct db *db, const char *tenant, int64_t onboarding, const char *day,
                int64_t score);
/* Of the newest day up to `to`, not before `from`; -1: none is known. */
int64_t health_between(struct db *db, const char *tenant, int64_t onboarding, const char *from,
                       const char *to);
/* What is older than this day goes. */
bool health_drop(struct db *db, const char *tenant, const char *before);

bool tasks_add(struct db *db, const struct task *task);
/* By number: at most PLAYBOOK_TASKS_MAX. */
size_t tasks_list(struct db *db, struct arena *arena, const char *tenant, int64_t onboarding,
                  struct task **out);
/* The onboardings of which an open task was due before now and is not told, the longest due first;
 * none that are paused. */
size_t tasks_late(struct db *db, struct arena *arena, const char *tenant, struct wall now,
                  size_t limit, int64_t **out);
/* Writes due_at, state, changed_at, changed_by, reason and told_at. */
bool tasks_update(struct db *db, const struct task *task);

#endif
