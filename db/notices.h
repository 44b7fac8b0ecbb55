/* Notices: what was for one person to hear in their DMs, and whether they heard it at once. */
#ifndef DB_NOTICES_H
#define DB_NOTICES_H

#include "base/arena.h"
#include "base/world.h"
#include "db/db.h"

enum notice_fate {
    NOTICE_SENT,
    NOTICE_FOLDED, /* into the next digest: the day's budget was used up */
    NOTICE_MERGED, /* the same words had been sent to them within the minute */
};

struct notice {
    const char *id; /* the job */
    const char *tenant;
    const char *user_id;
    const char *day; /* YYYY-MM-DD in their zone */
    struct wall at;
    int64_t fate; /* enum notice_fate */
    int64_t onboarding;
    const char *purpose, *summary; /* one line, plain */
    const char *content;           /* digest of the words */
};

/* The same id again changes nothing. */
bool notices_add(struct db *db, const struct notice *notice);
int64_t notices_count(struct db *db, const char *tenant, const char *user_id, const char *day,
                      enum notice_fate fate);
/* Folded and in no digest yet. */
int64_t notices_count_untold(struct db *db, const char *tenant, const char *user_id);
/* True when the same words were sent to them since. */
bool notices_was_sent(struct db *db, const char *tenant, const char *user_id, const char *content,
                      struct wall since);
/* Folded and in no digest yet, oldest first. */
size_t notices_untold(struct db *db, struct arena *arena, const char *tenant, const char *user_id,
                      size_t limit, struct notice **out);
/* True when such a one is among those: of this onboarding and purpose. */
bool notices_is_folded(struct db *db, const char *tenant, const char *user_id, int64_t onboarding,
                       const char *purpose);
/* All that were folded until then are in the digest of that day. */
bool notices_told(struct db *db, const char *tenant, const char *user_id, struct wall until,
                  const char *day);
/* Forgets what was before, `limit` rows at most; what no digest told stays. */
bool notices_purge(struct db *db, struct wall older_than, size_t limit);

#endif
