/* Who hears of an escalation: the roster's people, the next level where one is missing, and the
 * admins where nobody is left. Never nobody. */
#ifndef HANDLERS_RECIPIENT_H
#define HANDLERS_RECIPIENT_H

#include "handlers/handler.h"

/* The first person to tell at `level` (1 manager, then director; 2 director), or the one after
 * `after`; NULL when nobody (else) is there: then the channel and the admins. */
const char *recipient_next(struct turn *turn, const char *tenant, int level, const char *after);

/* "<@U1> and <@U2>" of the admins, or words that stand for them where none is configured. */
const char *recipient_admins(struct turn *turn, const char *tenant);

#endif
