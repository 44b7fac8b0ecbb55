/* The audit log: append-only, each row holding the hash of the one before it
 * (BLAKE2b over a canonical form). The timeline of an onboarding is read from it. */
#ifndef DB_AUDIT_H
#define DB_AUDIT_H

#include "base/arena.h"
#include "base/world.h"
#include "db/db.h"

/* Strings may be NULL. Personal data is masked by the caller's choice of fields: ids, not names;
 * tokens never. */
struct audit_entry {
    int64_t seq;
    const char *tenant;
    struct wall at;
    const char *actor; /* Slack user id, "usher" for timers and jobs, "cli" */
    const char *role;  /* in which they acted: "approver" */
    const char *via;   /* button command home view timer job poll cli */
    const char *behalf_of;
    const char *action;    /* "approve", "approve.refused", "escalate.manager", "note" … */
    const char *object;    /* "ONB-1042" */
    const char *item;      /* item id */
    const char *from, *to; /* states */
    int64_t revision;
    const char *facts_digest;
    const char *rules_version;
    const char *reason;
    const char *prev_hash, *hash; /* hex; set by the log */
};

bool audit_append(struct db *db, const struct audit_entry *entry);

/* The rows of one object, oldest first. */
size_t audit_list(struct db *db, struct arena *arena, const char *tenant, const char *object,
                  size_t limit, struct audit_entry **out);

/* How many rows there are of an action and the state it led to. */
struct audit_count {
    const char *action, *to;
    int64_t rows;
};

/* Counts at most `limit` rows that follow row *seq, and moves *seq to the last of them. */
size_t audit_count_after(struct db *db, struct arena *arena, int64_t *seq, int64_t limit,
                         struct audit_count **out);
bool audit_last(struct db *db, int64_t *seq); /* of the newest row; 0: there is none */

/* The chain's end: how many rows there are, and the hash of the newest ("" when there is none). */
enum { AUDIT_HASH_SIZE = 65 };
struct audit_head {
    int64_t seq;
    char hash[AUDIT_HASH_SIZE];
};
bool audit_head(struct db *db, struct audit_head *out);

/* Every row from `since` to before `until` (0: no bound), oldest first, of one tenant (NULL: all)
 * and one object (NULL: all), one at a time: what is given is dropped after the call. Stops where
 * `take` says false; false with err where it did, or the db failed. */
struct audit_range {
    struct wall since, until;
    const char *tenant, *object;
};
typedef bool audit_taker(const struct audit_entry *entry, void *context, struct err *err);
bool audit_walk(struct db *db, const struct audit_range *range, audit_taker *take, void *context,
                struct err *err) __attribute__((warn_unused_result));

/* Walks the whole chain. False with ERR_CORRUPT naming the first bad seq. *count: rows walked. */
bool audit_verify(struct db *db, int64_t *count, struct err *err)
    __attribute__((warn_unused_result));

#endif
