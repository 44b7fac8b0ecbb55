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

bool tasks_add(struct db *db, const struct task *task);
/* By number: at most PLAYBOOK_TASKS_MAX. */
size_t tasks_list(struct db *db, struct arena *arena, const char *tenant, int64_t onboarding,
                  struct task **out);
/* Writes due_at, state, changed_at, changed_by, reason and told_at. */
bool tasks_update(struct db *db, const struct task *task);

#endif
