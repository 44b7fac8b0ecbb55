/* Escalation items: a question to people, with its clock. States and moves are in handlers/item.h.
 */
#ifndef DB_ITEMS_H
#define DB_ITEMS_H

#include "base/arena.h"
#include "base/world.h"
#include "db/db.h"

struct item {
    const char *id;
    const char *tenant;
    int64_t onboarding;       /* number */
    int64_t revision;         /* of the run the card shows */
    int64_t state;            /* enum item_state */
    int64_t generation;       /* grows with every change; a timer of an older one is void */
    int64_t level;            /* enum level of the headline */
    struct wall opened_at;    /* day 0 */
    struct wall t1_at, t2_at; /* when the manager and the director hear of it; 0: off */
    const char *claimed_by;   /* Slack user id */
    struct wall claimed_at;
    const char *decided_by, *decision, *reason; /* decision: "approve" or "reject" */
    struct wall decided_at;
    const char *previous_id;        /* the item this one follows, NULL */
    struct wall apply_at;           /* an approval can be undone until then; 0: it cannot */
    int64_t undo_state;             /* enum item_state it had before it was approved */
    int64_t cause;                  /* enum item_cause: what it asks about; never changes */
    const char *fixer;              /* of a rejection: who mends it, NULL */
    const char *fix_by;             /* and by which day, "YYYY-MM-DD", NULL */
    struct wall snoozed_until;      /* while it sleeps */
    int64_t snoozed_from;           /* and the state it wakes to */
    int64_t snoozes;                /* how often it was put to sleep so far */
    int64_t snoozed_ms;             /* the working time of all of them */
    struct wall told1_at, told2_at; /* when each level was told last; 0: never */
    struct wall again_at;           /* when the manager hears of it once more; 0: off */
    struct wall nudged_at;          /* when its thread was last reminded; 0: never */
};

/* Sets id (its text is from the arena). */
bool items_add(struct db *db, struct arena *arena, struct world *world, struct item *item);
bool items_get(struct db *db, struct arena *arena, const char *tenant, const char *id,
               struct item *out);
/* The one that was added last of an onboarding, whatever the clock said then. */
bool items_latest(struct db *db, struct arena *arena, const char *tenant, int64_t onboarding,
                  struct item *out);
/* Writes every mutable field where generation still is item->generation, and sets it (there and in
 * *item) to generation + 1. False when someone else was first (nothing written, db_ok stays true)
 * or the db failed. */
bool items_update(struct db *db, struct item *item);
/* Undecided ones, oldest first. states: bit mask of 1 << state, at most 6 of them. */
size_t items_list(struct db *db, struct arena *arena, const char *tenant, unsigned states,
                  size_t limit, struct item **out);
/* How long the newest `limit` items of this state that were decided since then took, from day 0, in
 * ms. */
size_t items_decision_times(struct db *db, struct arena *arena, const char *tenant, int64_t state,
                            struct wall since, size_t limit, int64_t **out);
/* Whose decided_at is in [from, to), oldest first: decided, cleared, cancelled. */
size_t items_ended_between(struct db *db, struct arena *arena, const char *tenant, struct wall from,
                           struct wall to, size_t limit, struct item **out);
/* Of those that are open or ended after `from`: which have a timer for [from, to), whether it fired
 * or not. */
size_t items_timed_between(struct db *db, struct arena *arena, const char *tenant, struct wall from,
                           struct wall to, size_t limit, struct item **out);
int64_t items_count(struct db *db, const char *tenant, unsigned states);

#endif
