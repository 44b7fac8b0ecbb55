/* The inbox: one row for each thing from outside that had an effect, with the
 * answer it was given, so that a redelivery gets the same answer and no second effect. */
#ifndef DB_INBOX_H
#define DB_INBOX_H

#include "base/arena.h"
#include "base/world.h"
#include "db/db.h"

/* The stored answer of a key ("" when it was a bare acknowledgement), or NULL when it is new. */
const char *inbox_find(struct db *db, struct arena *arena, const char *tenant, const char *key);
bool inbox_add(struct db *db, const char *tenant, const char *key, const char *answer,
               struct wall now);
/* Forgets what is older (Slack redelivers up to 24 h with Delayed Events; we keep 3 days), the
 * oldest first and at most `limit` of them. *gone: how many that were. */
bool inbox_purge(struct db *db, struct wall older_than, int64_t limit, int64_t *gone);
/* The wall clock was set by so much: what is kept is as old as it was. */
bool inbox_shift(struct db *db, int64_t by_ms);

#endif
