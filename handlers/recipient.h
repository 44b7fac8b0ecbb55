/* Who hears of an escalation: the roster's people, whoever stands in for one who is away, the next
 * level where one is missing, and the admins where nobody is left. Never nobody. */
#ifndef HANDLERS_RECIPIENT_H
#define HANDLERS_RECIPIENT_H

#include "handlers/handler.h"

/* The first person to tell of this onboarding at `level` (1 manager, then director; 2 director), or
 * the one after `after`; NULL when nobody (else) is there: then the channel and the admins.
 * onboarding 0: in general. */
const char *recipient_next(struct turn *turn, const char *tenant, int64_t onboarding, int level,
                           const char *after);

/* For whom that first person stands in; NULL where they are meant themselves. */
const char *recipient_away(struct turn *turn, const char *tenant, int64_t onboarding, int level);

/* "<@U1> and <@U2>" of the admins, or words that stand for them where none is configured. */
const char *recipient_admins(struct turn *turn, const char *tenant);

#endif
