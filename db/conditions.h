/* Conditions: what was approved on condition that it is paid by a day. One an item. */
#ifndef DB_CONDITIONS_H
#define DB_CONDITIONS_H

#include "base/arena.h"
#include "base/world.h"
#include "db/db.h"

/*   WAITS --- the day is over, paid ---> MET
 *     |-------------------- not paid --> BROKEN: another item asks what now
 *     '-- the approval was undone -----> VOID                                     */
enum condition_state { CONDITION_WAITS, CONDITION_MET, CONDITION_BROKEN, CONDITION_VOID };

struct condition {
    const char *tenant, *item;
    int64_t onboarding; /* number */
    enum condition_state state;
    const char *pay_by;   /* "YYYY-MM-DD" */
    const char *subjects; /* the invoices' numbers, as the findings name them, with "; " */
    const char *given_by; /* Slack user id */
    struct wall given_at; /* also its generation: an older timer is void */
    struct wall check_at; /* when the facts are read again */
    struct wall closed_at;
};

/* Replaces one that is void. */
bool conditions_put(struct db *db, const struct condition *condition);
bool conditions_get(struct db *db, struct arena *arena, const char *tenant, const char *item,
                    struct condition *out);
/* Ends one that waits. False without a failure of the db when none does. */
bool conditions_close(struct db *db, const struct condition *condition, enum condition_state state,
                      struct wall at);

#endif
