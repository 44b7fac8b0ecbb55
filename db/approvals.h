/* Approvals: who turned which key on which revision, and why. */
#ifndef DB_APPROVALS_H
#define DB_APPROVALS_H

#include "base/arena.h"
#include "base/world.h"
#include "db/db.h"

struct approval {
    const char *tenant, *item, *user_id;
    int64_t revision;
    const char *key;    /* "cs", "finance", "finance_director" */
    const char *action; /* "approve" or "reject" */
    const char *reason; /* NULL */
    const char *via;
    struct wall at;
};

/* False without a failure of the db when that key is already turned on that revision (unique). */
bool approvals_add(struct db *db, const struct approval *approval);
/* Of one item, all revisions, oldest first. */
size_t approvals_list(struct db *db, struct arena *arena, const char *tenant, const char *item,
                      struct approval **out);

#endif
