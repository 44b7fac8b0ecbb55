/* Journeys and their tasks. */
#include "db/journeys.h"

#include "db/rows.h"

#include <assert.h>

_Static_assert(TASK_OPEN == 0,
               "the schema's index of tasks that will be overdue holds this number");

const char *task_state_name(enum task_state state)
{
    static const char *const names[] = {"open", "blocked", "done", "skipped"};
    _Static_assert(sizeof names / sizeof names[0] == TASK_STATE_COUNT, "one name a state");
    assert(state < TASK_STATE_COUNT);
    return names[state];
}

bool task_is_finished(enum task_state state)
{
    return state == TASK_DONE || state == TASK_SKIPPED;
}

/* ---- journeys ---- */

#define JOURNEY_COLUMNS                                                                            \
    "tenant_id, onboarding, playbook, title, goal_days, started_at, paused_at, paused_ms, "        \
    "paused_by, pause_reason, completed_at, stage, moved_at"

static void read_journey(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(struct journey *)out = (struct journey){
        .tenant = rows_text(stmt, arena, 0),
        .onboarding = db_int(stmt, 1),
        .playbook = rows_text(stmt, arena, 2),
        .title = rows_text(stmt, arena, 3),
        .goal_days = db_int(stmt, 4),
        .started_at = rows_wall(stmt, 5),
        .paused_at = rows_wall(stmt, 6),
        .paused_ms = db_int(stmt, 7),
        .paused_by = rows_text(stmt, arena, 8),
        .pause_reason = rows_text(stmt, arena, 9),
        .completed_at = rows_wall(stmt, 10),
        .stage = db_int(stmt, 11),
        .moved_at = rows_wall(stmt, 12),
    };
}

bool journeys_add(struct db *db, const struct journey *journey)
{
    struct db_stmt *stmt = db_prepare(
        db, "INSERT INTO journeys (" JOURNEY_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
            "$9, $10, $11, $12, $13) ON CONFLICT (tenant_id, onboarding) DO NOTHING");
    db_bind_text(stmt, 1, journey->tenant);
    db_bind_int(stmt, 2, journey->onboarding);
    db_bind_text(stmt, 3, journey->playbook);
    db_bind_text(stmt, 4, journey->title);
    db_bind_int(stmt, 5, journey->goal_days);
    db_bind_int(stmt, 6, journey->started_at.ms);
    db_bind_int(stmt, 7, journey->paused_at.ms);
    db_bind_int(stmt, 8, journey->paused_ms);
    db_bind_text(stmt, 9, journey->paused_by);
    db_bind_text(stmt, 10, journey->pause_reason);
    db_bind_int(stmt, 11, journey->completed_at.ms);
    db_bind_int(stmt, 12, journey->stage);
    db_bind_int(stmt, 13, journey->moved_at.ms);
    return db_run(stmt) && db_changes(db) == 1;
}

bool journeys_get(struct db *db, struct arena *arena, const char *tenant, int64_t onboarding,
                  struct journey *out)
{
    struct db_stmt *stmt = db_prepare(db, "SELECT " JOURNEY_COLUMNS " FROM journeys WHERE "
                                          "tenant_id = $1 AND onboarding = $2");
    db_bind_text(stmt, 1, tenant);
    db_bind_int(stmt, 2, onboarding);
    return rows_one(stmt, arena, read_journey, out);
}

bool journeys_update(struct db *db, const struct journey *journey)
{
    struct db_stmt *stmt =
        db_prepare(db, "UPDATE journeys SET paused_at = $3, paused_ms = $4, paused_by = $5, "
                       "pause_reason = $6, completed_at = $7, stage = $8, moved_at = $9 WHERE "
                       "tenant_id = $1 AND onboarding = $2");
    db_bind_text(stmt, 1, journey->tenant);
    db_bind_int(stmt, 2, journey->onboarding);
    db_bind_int(stmt, 3, journey->paused_at.ms);
    db_bind_int(stmt, 4, journey->paused_ms);
    db_bind_text(stmt, 5, journey->paused_by);
    db_bind_text(stmt, 6, journey->pause_reason);
    db_bind_int(stmt, 7, journey->completed_at.ms);
    db_bind_int(stmt, 8, journey->stage);
    db_bind_int(stmt, 9, journey->moved_at.ms);
    return db_run(stmt) && db_changes(db) == 1;
}

#define RUNNING                                                                                    \
    "SELECT " JOURNEY_COLUMNS " FROM journeys WHERE tenant_id = $1 AND completed_at = 0 AND "
#define RUNNING_OF_ALL RUNNING "onboarding > $2 ORDER BY onboarding LIMIT $3"
#define RUNNING_OF_PERSON                                                                          \
    RUNNING "onboarding IN (SELECT number FROM onboardings WHERE tenant_id = $1 AND "              \
            "owner_user_id = $4 AND number > $2 UNION SELECT number FROM onboardings WHERE "       \
            "tenant_id = $1 AND started_by = $4 AND number > $2) ORDER BY onboarding LIMIT $3"

size_t journeys_running(struct db *db, struct arena *arena, const char *tenant, const char *user_id,
                        int64_t after, size_t limit, struct journey **out)
{
    size_t count;
    struct db_stmt *stmt = db_prepare(db, user_id ? RUNNING_OF_PERSON : RUNNING_OF_ALL);
    db_bind_text(stmt, 1, tenant);
    db_bind_int(stmt, 2, after);
    rows_bind_limit(stmt, 3, limit);
    if (user_id)
        db_bind_text(stmt, 4, user_id);
    *out = rows_all(stmt, arena, read_journey, sizeof **out, &count);
    return count;
}

size_t journeys_stuck(struct db *db, struct arena *arena, const char *tenant, struct wall before,
                      size_t limit, struct journey **out)
{
    size_t count;
    struct db_stmt *stmt =
        db_prepare(db, "SELECT " JOURNEY_COLUMNS " FROM journeys WHERE tenant_id = $1 AND "
                       "completed_at = 0 AND paused_at = 0 AND moved_at < $2 ORDER BY moved_at, "
                       "onboarding LIMIT $3");
    db_bind_text(stmt, 1, tenant);
    db_bind_int(stmt, 2, before.ms);
    rows_bind_limit(stmt, 3, limit);
    *out = rows_all(stmt, arena, read_journey, sizeof **out, &count);
    return count;
}

/* ---- health ---- */

bool health_put(struct db *db, const char *tenant, int64_t onboarding, const char *day,
                int64_t score)
{
    struct db_stmt *stmt = db_prepare(
        db, "INSERT INTO health (tenant_id, onboarding, day, score) VALUES ($1, $2, $3, $4) "
            "ON CONFLICT (tenant_id, onboarding, day) DO UPDATE SET score = $4");
    db_bind_text(stmt, 1, tenant);
    db_bind_int(stmt, 2, onboarding);
    db_bind_text(stmt, 3, day);
    db_bind_int(stmt, 4, score);
    return db_run(stmt);
}

int64_t health_between(struct db *db, const char *tenant, int64_t onboarding, const char *from,
                       const char *to)
{
    struct db_stmt *stmt =
        db_prepare(db, "SELECT score FROM health WHERE tenant_id = $1 AND onboarding = $2 AND "
                       "day >= $3 AND day <= $4 ORDER BY day DESC LIMIT 1");
    db_bind_text(stmt, 1, tenant);
    db_bind_int(stmt, 2, onboarding);
    db_bind_text(stmt, 3, from);
    db_bind_text(stmt, 4, to);
    int64_t score = db_step(stmt) == DB_ROW ? db_int(stmt, 0) : -1;
    db_reset(stmt);
    return score;
}

bool health_drop(struct db *db, const char *tenant, const char *before)
{
    struct db_stmt *stmt = db_prepare(db, "DELETE FROM health WHERE tenant_id = $1 AND day < $2");
    db_bind_text(stmt, 1, tenant);
    db_bind_text(stmt, 2, before);
    return db_run(stmt);
}

/* ---- tasks ---- */

#define TASK_COLUMNS                                                                               \
    "tenant_id, onboarding, number, stage, stage_name, name, owner, due_at, state, changed_at, "   \
    "changed_by, reason, told_at"

static void read_task(struct db_stmt *stmt, struct arena *arena, void *out)
{
    *(struct task *)out = (struct task){
        .tenant = rows_text(stmt, arena, 0),
        .onboarding = db_int(stmt, 1),
        .number = db_int(stmt, 2),
        .stage = db_int(stmt, 3),
        .stage_name = rows_text(stmt, arena, 4),
        .name = rows_text(stmt, arena, 5),
        .owner = rows_text(stmt, arena, 6),
        .due_at = rows_wall(stmt, 7),
        .state = (enum task_state)db_int(stmt, 8),
        .changed_at = rows_wall(stmt, 9),
        .changed_by = rows_text(stmt, arena, 10),
        .reason = rows_text(stmt, arena, 11),
        .told_at = rows_wall(stmt, 12),
    };
}

bool tasks_add(struct db *db, const struct task *task)
{
    struct db_stmt *stmt =
        db_prepare(db, "INSERT INTO tasks (" TASK_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, "
                       "$8, $9, $10, $11, $12, $13)");
    db_bind_text(stmt, 1, task->tenant);
    db_bind_int(stmt, 2, task->onboarding);
    db_bind_int(stmt, 3, task->number);
    db_bind_int(stmt, 4, task->stage);
    db_bind_text(stmt, 5, task->stage_name);
    db_bind_text(stmt, 6, task->name);
    db_bind_text(stmt, 7, task->owner);
    db_bind_int(stmt, 8, task->due_at.ms);
    db_bind_int(stmt, 9, task->state);
    db_bind_int(stmt, 10, task->changed_at.ms);
    db_bind_text(stmt, 11, task->changed_by);
    db_bind_text(stmt, 12, task->reason);
    db_bind_int(stmt, 13, task->told_at.ms);
    return db_run(stmt);
}

size_t tasks_list(struct db *db, struct arena *arena, const char *tenant, int64_t onboarding,
                  struct task **out)
{
    size_t count;
    struct db_stmt *stmt = db_prepare(db, "SELECT " TASK_COLUMNS " FROM tasks WHERE tenant_id = $1 "
                                          "AND onboarding = $2 ORDER BY number");
    db_bind_text(stmt, 1, tenant);
    db_bind_int(stmt, 2, onboarding);
    *out = rows_all(stmt, arena, read_task, sizeof **out, &count);
    return count;
}

static void read_number(struct db_stmt *stmt, struct arena *arena, void *out)
{
    (void)arena;
    *(int64_t *)out = db_int(stmt, 0);
}

size_t tasks_late(struct db *db, struct arena *arena, const char *tenant, struct wall now,
                  size_t limit, int64_t **out)
{
    size_t count;
    struct db_stmt *stmt = db_prepare(
        db, "SELECT onboarding FROM tasks t WHERE tenant_id = $1 AND state = 0 AND told_at = 0 AND "
            "due_at < $2 AND EXISTS (SELECT 1 FROM journeys j WHERE j.tenant_id = t.tenant_id AND "
            "j.onboarding = t.onboarding AND j.paused_at = 0) GROUP BY onboarding "
            "ORDER BY min(due_at), onboarding LIMIT $3");
    db_bind_text(stmt, 1, tenant);
    db_bind_int(stmt, 2, now.ms);
    rows_bind_limit(stmt, 3, limit);
    *out = rows_all(stmt, arena, read_number, sizeof **out, &count);
    return count;
}

bool tasks_update(struct db *db, const struct task *task)
{
    struct db_stmt *stmt =
        db_prepare(db, "UPDATE tasks SET due_at = $4, state = $5, changed_at = $6, "
                       "changed_by = $7, reason = $8, told_at = $9 WHERE tenant_id = $1 AND "
                       "onboarding = $2 AND number = $3");
    db_bind_text(stmt, 1, task->tenant);
    db_bind_int(stmt, 2, task->onboarding);
    db_bind_int(stmt, 3, task->number);
    db_bind_int(stmt, 4, task->due_at.ms);
    db_bind_int(stmt, 5, task->state);
    db_bind_int(stmt, 6, task->changed_at.ms);
    db_bind_text(stmt, 7, task->changed_by);
    db_bind_text(stmt, 8, task->reason);
    db_bind_int(stmt, 9, task->told_at.ms);
    return db_run(stmt) && db_changes(db) == 1;
}
