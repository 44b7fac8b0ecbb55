/* Who may stand in for whom: whoever holds an equal or higher role in each line of roles. For
 * handlers/delegation*.c, which also share the words and audit lines below. */
#ifndef HANDLERS_DELEGATION_RULES_H
#define HANDLERS_DELEGATION_RULES_H

#include "handlers/handler.h"

/* The role of `from` for which `to` holds none that is equal or higher, in words ("CS manager");
 * NULL where nothing is lacking. Static. */
const char *delegation_lacks(struct turn *turn, const char *tenant, const char *from,
                             const char *to);
/* The highest role of this person that can be lent, in words; NULL where there is none. */
const char *delegation_role(struct turn *turn, const char *tenant, const char *user);

/* "for ONB-1042", "for everything". */
const char *delegation_scope(struct turn *turn, int64_t onboarding);
/* A line about the actor's own delegations, or those of one onboarding. */
bool delegation_audit(struct turn *turn, const struct actor *actor, const char *action,
                      int64_t onboarding, const char *reason);

#endif
