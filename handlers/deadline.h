/* When manager and director hear of an item: the times that the card promises are the times of
 * delivery, already held to working time. */
#ifndef HANDLERS_DEADLINE_H
#define HANDLERS_DEADLINE_H

#include "base/config.h"
#include "db/items.h"

/* The working time of those who will hear of it. */
struct readers {
    struct calendar manager, director;
};

/* Sets t1_at and t2_at of a new item from its opened_at and level. Clock "calendar": so many hours
 * later. Clock "business": so many working
 * days, 24 h standing for one. An item that waits for data starts data_grace_min later.
 * Both are then held to the next working minute of whoever hears of it; T2 is not before T1. */
void deadline_set(const struct config *config, const struct readers *readers, struct item *item);

/* A timer of an item that is open again: its old time, or a moment from now where that has passed.
 */
struct wall deadline_after_undo(const struct config *config, struct wall now, struct wall at);
/* A timer after a claim was released, or after a question woke: four working hours from then, or
 * its old time if that is later. */
struct wall deadline_after_release(const struct config *config, struct wall then, struct wall old);

/* When the manager hears of it again: the same time of a later working day. */
struct wall deadline_again(const struct config *config, struct wall told_at);

#endif
