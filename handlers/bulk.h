/* Bulk review: several open questions that only warn, approved one by one with one reason. */
#ifndef HANDLERS_BULK_H
#define HANDLERS_BULK_H

#include "handlers/item.h"

/* The form: a checkbox for each open ESCALATE_WARN item that this person may approve, ten a block,
 * the oldest first; what is beyond BULK_BLOCKS_MAX blocks is counted. *out is NULL where there is
 * none. From the turn's arena. */
enum { BULK_A_BLOCK = 10, BULK_BLOCKS_MAX = 5 };
#define BULK_BLOCK "items_"
bool view_bulk(struct turn *turn, const struct actor *actor, const char **out, struct err *err);

/* Opens that form, or says that there is nothing for it. */
bool bulk_open(struct turn *turn, const struct request *request, struct reply *reply,
               struct err *err);

/* One ticked option, as it came back. */
struct bulk_tick {
    struct item item;
    int64_t revision; /* that the person saw */
};
/* False: it names no item of this tenant, or the store failed. */
bool bulk_tick_read(struct turn *turn, const char *tenant, const char *value,
                    struct bulk_tick *out);

/* The approval of one of them, with every check of item_approve and one more: it still only warns.
 * All its findings are acknowledged, as they are in the revision that the person saw. */
struct moved bulk_approve(struct turn *turn, const struct actor *actor,
                          const struct bulk_tick *tick, const char *reason, struct err *err);

#endif
