/* How far a playbook is: counted from its tasks whenever it is shown. */
#include "handlers/progress.h"

#include "base/buf.h"
#include "base/text.h"
#include "handlers/card_values.h"

#include <string.h>

enum {
    CELLS = 8,
    STAGES_SHOWN = 3,
    ROWS_SHOWN = 5,
    REASON_SHOWN = 120,
    DAY_MS = 24 * 60 * 60 * 1000,
};

/* ---- counting ---- */

/* At the pace so far, a day at least; by the plan while nothing is finished. Never in the past. */
static struct wall forecast(const struct journey_view *view, const struct progress *progress,
                            struct wall now, int64_t ran_ms)
{
    int64_t left = (int64_t)(progress->total - progress->finished);
    struct wall at = now;
    if (progress->finished > 0)
        return (struct wall){now.ms + left * (ran_ms > DAY_MS ? ran_ms : DAY_MS) /
                                          (int64_t)progress->finished};
    for (size_t i = 0; i < view->count; i++)
        if (view->tasks[i].due_at.ms > at.ms)
            at = view->tasks[i].due_at;
    return at;
}

struct progress progress_of(const struct journey_view *view, struct wall now)
{
    const struct journey *journey = &view->journey;
    struct wall own = journey_now(journey, now);
    int64_t ran_ms = own.ms - journey->started_at.ms - journey->paused_ms;
    struct progress progress = {
        .day = ran_ms > 0 ? ran_ms / DAY_MS : 0,
        .goal_days = journey->goal_days,
        .total = view->count,
        .goal_at = {journey->started_at.ms + journey->goal_days * DAY_MS + journey->paused_ms +
                    (now.ms - own.ms)},
    };
    for (size_t i = 0; i < view->count; i++) {
        const struct task *task = &view->tasks[i];
        progress.finished += task_is_finished(task->state);
        progress.facts.blocked += task->state == TASK_BLOCKED;
        progress.facts.overdue += journey_is_overdue(view, task, now);
        if (task->state == TASK_OPEN &&
            (!progress.next || task->due_at.ms < progress.next->due_at.ms))
            progress.next = task;
    }
    if (progress.day > journey->goal_days)
        progress.facts.days_past_goal = progress.day - journey->goal_days;
    progress.health = health_score(&progress.facts);
    progress.at_risk =
        health_is_at_risk(&progress.facts, (int64_t)progress.finished, (int64_t)progress.total);
    progress.forecast_at = forecast(view, &progress, now, ran_ms);
    return progress;
}

/* ---- showing ---- */

const char *progress_bar(struct arena *arena, size_t finished, size_t total)
{
    size_t full = total ? finished * CELLS / total : 0;
    struct buf bar = {0};
    for (size_t i = 0; i < CELLS; i++)
        buf_str(&bar, i < full ? "█" : "░");
    const char *text = arena_str(arena, buf_cstr(&bar));
    buf_release(&bar);
    return text;
}

static const char *task_name(struct turn *turn, const struct task *task)
{
    return card_line(turn->arena, task->name, CARD_NAME_MAX);
}

static const char *day_of(struct turn *turn, struct wall at)
{
    return card_day(turn, calendar_today(turn->config->calendar.zone, at));
}

static const char *due_day(struct turn *turn, const struct task *task)
{
    return card_day(turn, journey_due_day(turn->config->calendar.zone, task));
}

/* Stages that have begun and are not finished; where there is none, the first that is not. */
static void put_stages(struct turn *turn, const struct journey_view *view, struct value *context)
{
    struct value *list = value_list(context, "stages");
    size_t shown = 0;
    const struct task *first = NULL;
    for (size_t i = 0, end; i < view->count && shown < STAGES_SHOWN; i = end) {
        size_t finished = 0;
        for (end = i; end < view->count && view->tasks[end].stage == view->tasks[i].stage; end++)
            finished += task_is_finished(view->tasks[end].state);
        if (finished == end - i)
            continue;
        if (!first)
            first = &view->tasks[i];
        if (finished == 0)
            continue;
        struct value *row = value_row(list);
        value_int(row, "stage_number", view->tasks[i].stage);
        value_str(row, "stage_name",
                  card_line(turn->arena, view->tasks[i].stage_name, CARD_NAME_MAX));
        value_int(row, "stage_percent", (int64_t)(finished * 100 / (end - i)));
        shown++;
    }
    if (shown > 0 || !first)
        return;
    struct value *row = value_row(list);
    value_int(row, "stage_number", first->stage);
    value_str(row, "stage_name", card_line(turn->arena, first->stage_name, CARD_NAME_MAX));
    value_str(row, "stage_percent", "0");
}

static bool is_late(const struct journey_view *view, const struct task *task, struct wall now)
{
    return journey_is_overdue(view, task, now);
}

static bool is_blocked(const struct journey_view *view, const struct task *task, struct wall now)
{
    (void)view;
    (void)now;
    return task->state == TASK_BLOCKED;
}

static bool is_customers(const struct journey_view *view, const struct task *task, struct wall now)
{
    (void)view;
    (void)now;
    return task->state == TASK_OPEN && strcmp(task->owner, PLAYBOOK_CUSTOMER) == 0;
}

typedef bool task_test(const struct journey_view *view, const struct task *task, struct wall now);

/* The tasks that pass, in a list of that name with a count and the number of those left out. */
static void put_tasks(struct turn *turn, const struct journey_view *view, task_test *passes,
                      const char *name, struct value *context)
{
    struct wall now = turn->world->now, own = journey_now(&view->journey, now);
    struct value *list = value_list(context, name);
    size_t count = 0;
    for (size_t i = 0; i < view->count; i++) {
        const struct task *task = &view->tasks[i];
        if (!passes(view, task, now) || count++ >= ROWS_SHOWN)
            continue;
        struct value *row = value_row(list);
        value_int(row, "task_number", task->number);
        value_str(row, "task_name", task_name(turn, task));
        value_str(row, "task_owner", task->owner);
        value_str(row, "task_due", due_day(turn, task));
        value_str(row, "task_late",
                  arena_fmt(turn->arena, "%lld", (long long)((own.ms - task->due_at.ms) / DAY_MS)));
        value_str(row, "task_reason", card_line(turn->arena, task->reason, REASON_SHOWN));
        if (task->changed_by)
            value_str(row, "task_by", card_person(turn, task->changed_by));
    }
    if (count == 0)
        return;
    value_int(context, arena_fmt(turn->arena, "%s_count", name), (int64_t)count);
    if (count > ROWS_SHOWN)
        value_int(context, arena_fmt(turn->arena, "%s_more", name), (int64_t)(count - ROWS_SHOWN));
}

/* What both readers see. */
static struct value *put_common(struct turn *turn, const struct journey_view *view,
                                const struct progress *progress, struct value *context)
{
    struct value *journey = value_new(turn->arena);
    value_put(context, "journey", journey);
    value_str(journey, "bar", progress_bar(turn->arena, progress->finished, progress->total));
    value_str(journey, "finished", arena_fmt(turn->arena, "%zu", progress->finished));
    value_int(journey, "total", (int64_t)progress->total);
    value_str(journey, "journey_day", arena_fmt(turn->arena, "%lld", (long long)progress->day));
    value_int(journey, "goal_days", progress->goal_days);
    value_flag(journey,
               view->journey.completed_at.ms > 0   ? "is_complete"
               : journey_is_paused(&view->journey) ? "is_paused"
                                                   : "is_running",
               true);
    put_stages(turn, view, journey);
    return journey;
}

/* Since a week ago: the day that was kept then, or one of the days before it. */
static void put_change(struct turn *turn, const struct journey *journey, int64_t health,
                       struct value *context)
{
    enum { WEEK = 7 };
    char from[CIVIL_TEXT_SIZE], to[CIVIL_TEXT_SIZE];
    struct civil today = calendar_today(turn->config->calendar.zone, turn->world->now);
    civil_format(civil_add_days(today, -2 * WEEK), from);
    civil_format(civil_add_days(today, -WEEK), to);
    int64_t before = health_between(turn->db, journey->tenant, journey->onboarding, from, to);
    if (before >= 0 && before != health)
        value_str(context, "health_change",
                  arena_fmt(turn->arena, "%s%lld", health > before ? "▲" : "▼",
                            (long long)(health > before ? health - before : before - health)));
}

void progress_put(struct turn *turn, const struct journey_view *view, struct value *context)
{
    struct progress progress = progress_of(view, turn->world->now);
    struct value *journey = put_common(turn, view, &progress, context);
    if (view->journey.completed_at.ms > 0) {
        value_str(journey, "completed_at", card_date(turn, view->journey.completed_at));
        return;
    }
    value_str(journey, "health", arena_fmt(turn->arena, "%d", progress.health));
    put_change(turn, &view->journey, progress.health, journey);
    value_flag(journey, "at_risk", progress.at_risk);
    value_str(journey, "forecast", day_of(turn, progress.forecast_at));
    value_str(journey, "goal", day_of(turn, progress.goal_at));
    if (journey_is_paused(&view->journey)) {
        value_str(journey, "paused_since", card_date(turn, view->journey.paused_at));
        value_str(journey, "paused_by", card_person(turn, view->journey.paused_by));
        value_str(journey, "pause_reason",
                  card_line(turn->arena, view->journey.pause_reason, CARD_LINE_MAX));
    }
    put_tasks(turn, view, is_late, "late", journey);
    put_tasks(turn, view, is_blocked, "blocked", journey);
    if (progress.next) {
        value_str(journey, "next_due", due_day(turn, progress.next));
        value_str(journey, "next_name", task_name(turn, progress.next));
        value_str(journey, "next_owner", progress.next->owner);
    }
}

void progress_put_shared(struct turn *turn, const struct journey_view *view, struct value *context)
{
    struct progress progress = progress_of(view, turn->world->now);
    struct value *journey = put_common(turn, view, &progress, context);
    put_tasks(turn, view, is_customers, "yours", journey);
}

const char *progress_line(struct turn *turn, const struct journey_view *view)
{
    struct progress progress = progress_of(view, turn->world->now);
    const char *bar = progress_bar(turn->arena, progress.finished, progress.total);
    const char *next =
        progress.next ? arena_fmt(turn->arena, " · next %s %s (%s)", due_day(turn, progress.next),
                                  task_name(turn, progress.next), progress.next->owner)
                      : "";
    if (view->journey.completed_at.ms > 0)
        return arena_fmt(turn->arena, "%s %zu/%zu · 🎉 complete", bar, progress.finished,
                         progress.total);
    return arena_fmt(turn->arena, "%s %zu/%zu · health %d%s%s", bar, progress.finished,
                     progress.total, progress.health,
                     journey_is_paused(&view->journey) ? " · ⏸️ paused" : "", next);
}
