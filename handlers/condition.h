/* Approved on condition that it is paid by a day: what was provisioned stands, the facts are read
 * again when that day is over, and if it is not paid then, people are asked anew. */
#ifndef HANDLERS_CONDITION_H
#define HANDLERS_CONDITION_H

#include "db/conditions.h"
#include "handlers/item.h"
#include "handlers/jobs/verdict.h"

/* The item was approved: makes its condition where one of its approvals has one, the earliest day
 * of several, with its timer. */
bool condition_begin(struct turn *turn, const struct item *item, const char *user_id,
                     const struct decision *decision);
/* The approval was undone. */
bool condition_drop(struct turn *turn, const struct item *item);

/* True when the timer of this generation is void: undone, or settled already. */
bool condition_is_void(struct turn *turn, const char *tenant, const char *item_id,
                       int64_t generation);
/* The facts were read again: the condition is met, or broken, or waits on where a system is away
 * (until `again`). */
bool condition_settle(struct turn *turn, const struct onboarding *onboarding, const char *item_id,
                      struct verdict *verdict, struct wall again, struct err *err);

#endif
