/* Digests: what each person wants of them, and which were said. One a person and day, whatever
 * happens in between. */
#ifndef DB_DIGESTS_H
#define DB_DIGESTS_H

#include "base/arena.h"
#include "base/world.h"
#include "db/db.h"

enum digest_wish { DIGEST_AS_CONFIGURED, DIGEST_ON, DIGEST_OFF };

struct preference {
    int64_t digest;        /* enum digest_wish */
    int64_t digest_minute; /* local; -1: as configured */
};
/* As configured where nothing is kept. */
void preferences_get(struct db *db, struct arena *arena, const char *tenant, const char *user_id,
                     struct preference *out);
bool preferences_put(struct db *db, const char *tenant, const char *user_id,
                     const struct preference *preference, struct wall now);

/* True when that day's digest was said, had nothing to say, or failed for good. day: YYYY-MM-DD. */
bool digests_has(struct db *db, const char *tenant, const char *user_id, const char *day);
/* message: the job that said it; NULL: it had nothing to say. False where the day has one. */
bool digests_add(struct db *db, const char *tenant, const char *user_id, const char *day,
                 const char *message, bool failed, struct wall now);

#endif
