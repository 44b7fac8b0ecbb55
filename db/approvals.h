/* Approvals: who turned which key on which revision, and why. */
#ifndef DB_APPROVALS_H
#define DB_APPROVALS_H

#include "base/arena.h"
#include "base/world.h"
#include "db/db.h"
#include "db/items.h"

struct approval {
    const char *tenant, *item, *user_id;
    int64_t revision;
    const char *key;          /* "cs", "finance", "finance_director" */
    const char *action;       /* "approve" or "reject" */
    const char *reason;       /* NULL */
    const char *acknowledged; /* findings that were ticked, "CODE subject" with "; "; NULL: none */
    const char *pay_by;       /* on condition that it is paid by that day, "YYYY-MM-DD"; NULL */
    const char *via;
    const char *behalf_of; /* for whom the person stood in; NULL */
    struct wall at;
};

/* False without a failure of the db when that key is already turned on that revision (unique). */
bool approvals_add(struct db *db, const struct approval *approval);
/* Takes back what stands on a revision: user_id's, or everyone's where that is NULL. `undone` is
 * the generation of the item from which on it does. The rows stay. */
bool approvals_undo(struct db *db, const struct item *item, const char *user_id, int64_t undone,
                    const char *by, struct wall at);
/* Of one item what stands, all revisions, oldest first. */
size_t approvals_list(struct db *db, struct arena *arena, const char *tenant, const char *item,
                      struct approval **out);

#endif
