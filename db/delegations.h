/* Delegations: who stands in for whom, and from when to when. The rules (one at a time, no cycles,
 * who may) are in handlers/delegation.h. */
#ifndef DB_DELEGATIONS_H
#define DB_DELEGATIONS_H

#include "base/arena.h"
#include "base/world.h"
#include "db/db.h"

struct delegation {
    const char *id;
    const char *tenant;
    const char *from, *to;  /* Slack user ids: to stands in for from */
    int64_t onboarding;     /* number; 0: all of them */
    struct wall starts_at;  /* in force from here… */
    struct wall ends_at;    /* …to just before here */
    const char *why;        /* NULL */
    const char *created_by; /* Slack user id */
    struct wall created_at;
    struct wall ended_at; /* when it was taken back; 0: it was not */
    const char *ended_by;
};

/* A span of time: from <= t < to. */
struct span {
    struct wall from, to;
};

/* Sets id (its text is from the arena). */
bool delegations_add(struct db *db, struct arena *arena, struct world *world,
                     struct delegation *delegation);
bool delegations_get(struct db *db, struct arena *arena, const char *tenant, const char *id,
                     struct delegation *out);
/* Takes it back: its end is now, or its start where that is still to come. False without a failure
 * of the db when it is over already. */
bool delegations_end(struct db *db, const char *tenant, const char *id, struct wall now,
                     const char *by);
/* Of a person (from), or to a person, those in force at some time of the span, of all onboardings
 * and every single one; the earliest first, a single onboarding's before those of all. */
size_t delegations_from(struct db *db, struct arena *arena, const char *tenant, const char *user,
                        struct span span, struct delegation **out);
size_t delegations_to(struct db *db, struct arena *arena, const char *tenant, const char *user,
                      struct span span, struct delegation **out);
/* All that are in force at some time of the span. */
size_t delegations_list(struct db *db, struct arena *arena, const char *tenant, struct span span,
                        size_t limit, struct delegation **out);

#endif
