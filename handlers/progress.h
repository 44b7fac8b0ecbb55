/* How far a playbook is, and how that is shown: days, bar, stages, health, forecast. */
#ifndef HANDLERS_PROGRESS_H
#define HANDLERS_PROGRESS_H

#include "base/value.h"
#include "handlers/health_score.h"
#include "handlers/journey.h"

struct progress {
    int64_t day, goal_days; /* days that it stood still are not counted */
    size_t finished, total;
    struct health_facts facts;
    int health;
    bool at_risk;
    struct wall goal_at;     /* moved on by every pause */
    struct wall forecast_at; /* when the last task is finished, at the pace so far */
    const struct task *next; /* the open one that is due first, NULL: none is open */
};
struct progress progress_of(const struct journey_view *view, struct wall now);

/* "█████░░░" */
const char *progress_bar(struct arena *arena, size_t finished, size_t total);

/* For templates: journey {bar finished total health at_risk, one of is_running is_paused
 * is_complete …}; docs/messages.md. */
void progress_put(struct turn *turn, const struct journey_view *view, struct value *context);
/* The same for the customer's eyes: stages, and what they themselves have to do. */
void progress_put_shared(struct turn *turn, const struct journey_view *view, struct value *context);
/* "█████░░░ 9/14 · health 71 · next: …" in one line of a list. */
const char *progress_line(struct turn *turn, const struct journey_view *view);

#endif
