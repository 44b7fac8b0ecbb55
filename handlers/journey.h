/* The customer's way after provisioning: a playbook is begun, its tasks are done, blocked or
 * skipped, it may stand still, and it is complete when nothing is left to do. Every move writes its
 * audit line; call inside the turn's savepoint. docs/playbooks.md.
 *
 *   open <---> blocked        open, blocked ---> done, skipped ---> open (until all is finished)
 */
#ifndef HANDLERS_JOURNEY_H
#define HANDLERS_JOURNEY_H

#include "db/journeys.h"
#include "handlers/item.h"
#include "handlers/playbook.h"

/* A journey with its tasks, as it stands. */
struct journey_view {
    struct journey journey;
    struct task *tasks;
    size_t count;
};
/* False: there is none, or the store failed. */
bool journey_read(struct turn *turn, const char *tenant, int64_t onboarding,
                  struct journey_view *out);
bool journey_is_paused(const struct journey *journey);
/* The journey's own clock: it stops while it is paused, and for good when it is complete. */
struct wall journey_now(const struct journey *journey, struct wall now);
/* Open, and past its time by that clock. */
bool journey_is_overdue(const struct journey_view *view, const struct task *task, struct wall now);

/* Begins the playbook of an onboarding that has just been provisioned; a second time does nothing.
 * False: the store failed, or the playbook cannot be read. */
bool journey_begin(struct turn *turn, const struct onboarding *onboarding,
                   const struct playbook *playbook);
/* Which playbook that is: playbook_choice with the deal as it was last fetched. */
bool journey_playbook(struct turn *turn, const struct onboarding *onboarding, struct playbook *out,
                      struct err *err);
/* The day on which a task is due, in a zone: what ends at midnight is due on the day that ends. */
struct civil journey_due_day(const char *zone, const struct task *task);
/* The end of the working day, `days` working days after `start`. */
struct wall journey_due(const struct calendar *calendar, struct wall start, int days);

/* What people do. why: plain, NULL where nothing was said; block and skip need it. */
struct moved journey_task(struct turn *turn, const struct actor *actor, int64_t onboarding,
                          int64_t number, enum task_state to, const char *why, struct err *err);
/* The stage of that name (any case, a unique beginning is enough): refused while tasks are open,
 * else says that it is done. */
struct moved journey_stage_done(struct turn *turn, const struct actor *actor, int64_t onboarding,
                                const char *name, struct err *err);
struct moved journey_pause(struct turn *turn, const struct actor *actor, int64_t onboarding,
                           const char *why, struct err *err);
struct moved journey_resume(struct turn *turn, const struct actor *actor, int64_t onboarding,
                            const char *why, struct err *err);

#endif
