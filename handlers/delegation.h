/* Delegation: someone stands in for someone else for a while, for all or for one onboarding.
 *
 *   (none) --- give ---> to come --- starts_at ---> in force --- ends_at ---> over
 *                           \----------- take back -----------/
 *
 * The delegate hears of what waits for the delegator, acts with the delegator's roles as well, and
 * may approve nothing that the delegator may not. No clock is reset. Nothing is lent on: the
 * delegate's own delegate gets what is told, and every ban, but not the first one's roles. A
 * delegation lends nothing while either of them is gone, or while the delegate does not hold an
 * equal or higher role (read at each click, as all roles are); its bans hold all the same.
 * docs/people.md tells it in words. */
#ifndef HANDLERS_DELEGATION_H
#define HANDLERS_DELEGATION_H

#include "base/config.h"
#include "base/value.h"
#include "db/delegations.h"
#include "handlers/item.h"

enum {
    DELEGATION_DAYS_MAX = 90,  /* longer: it is the role that should change */
    DELEGATION_AHEAD_MAX = 365 /* days from now to its start */
};

/* The person who stands in for `user` now, in this onboarding (its number; 0: in general): the
 * delegate, or the delegate's delegate where that one is away too. NULL where nobody does. */
const char *delegation_of(struct turn *turn, const char *tenant, const char *user,
                          int64_t onboarding);

/* Those for whom `user` stands in now, in this onboarding (0: in general), and whose roles he has
 * meanwhile. */
size_t delegators_of(struct turn *turn, const char *tenant, const char *user, int64_t onboarding,
                     const char ***out);
/* All whose bans bar `user` too: the delegators, whether they lend or not, and theirs. */
size_t delegators_barring(struct turn *turn, const char *tenant, const char *user,
                          int64_t onboarding, const char ***out);
/* True for the roles that a delegation lends: not admin, auditor and viewer. */
bool delegation_lends(enum role role);

/* For whom an act of `user` on this item is: the delegator who handed him the onboarding, who
 * claimed the item, or to whom it was escalated. NULL: for himself. item NULL: none is open. */
const char *delegation_behalf(struct turn *turn, const char *tenant, const char *user,
                              int64_t onboarding, const struct item *item);

/* The delegation of `user` that is in force now or comes next, of all (onboarding 0) or of that one
 * alone. False where there is none. */
bool delegation_now(struct turn *turn, const char *tenant, const char *user, int64_t onboarding,
                    struct delegation *out);

/* Slack's words for its last minute: an end at midnight reads as the day before. */
const char *delegation_until(struct turn *turn, struct wall ends_at);

/* "<@U1>, <@U2>": who could stand in for this person, at most a few; "" where nobody can. */
const char *delegation_candidates(struct turn *turn, const char *tenant, const char *user);

/* What someone asks for. why is plain text, NULL for none. */
struct delegation_wish {
    const char *to;
    int64_t onboarding; /* 0: all */
    struct wall starts_at, ends_at;
    const char *why;
};
/* The actor's own delegation. Written with its audit line and what follows; MOVE_DONE, or
 * MOVE_FORBIDDEN, MOVE_NOT_POSSIBLE, MOVE_FAILED. */
struct moved delegation_give(struct turn *turn, const struct actor *actor,
                             const struct delegation_wish *wish, struct err *err);
/* Ends the actor's delegations of all (onboarding 0), or that of one onboarding: those in force and
 * those to come. */
struct moved delegation_take_back(struct turn *turn, const struct actor *actor, int64_t onboarding,
                                  struct err *err);

/* Someone was deactivated or became a guest: what they gave and got ends, and the other hears. */
bool delegation_gone(struct turn *turn, const char *tenant, const char *user);

/* The form: for the onboarding of an item, or (both NULL) for everything. */
bool view_delegate(struct turn *turn, const struct actor *actor,
                   const struct onboarding *onboarding, const struct item *item, const char **out,
                   struct err *err);
/* For whom this person stands in and who stands in for them: "delegations" of home.json. */
void delegation_put_home(struct turn *turn, const char *tenant, const char *user,
                         struct value *context);

#endif
