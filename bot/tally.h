/* What is measured only when somebody asks for it: what the store holds by state, what its audit
 * log tells since the last time, the newest backup, what the process uses. */
#ifndef BOT_TALLY_H
#define BOT_TALLY_H

#include "base/arena.h"
#include "base/config.h"
#include "base/world.h"
#include "bot/metrics.h"
#include "db/db.h"

struct tally;

/* All borrowed. Lines of the audit log are counted from here on. */
struct tally *tally_new(struct metrics *metrics, struct db *db, struct world *world);
void tally_free(struct tally *tally);

/* Refreshes the metrics. What the store holds is counted again only after a hundred times as long
 * as counting took: a store of any size is counted for a hundredth of the time at most. A store
 * that fails leaves them as they were. */
void tally_measure(struct tally *tally, const struct config *config, struct arena *arena);

/* After a turn whose commit failed: lines that were counted in it are gone, and others will have
 * their numbers. */
void tally_step_back(struct tally *tally);

#endif
