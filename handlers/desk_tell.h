/* When desks are told: of what is theirs, each place once; of what is new in a later revision, by a
 * line under their message, since an edit rings no bell. */
#ifndef HANDLERS_DESK_TELL_H
#define HANDLERS_DESK_TELL_H

#include "db/items.h"
#include "db/onboardings.h"
#include "db/runs.h"
#include "handlers/decide.h"
#include "handlers/handler.h"

/* A message to every place of every desk that has something to see to and no message of this item;
 * where a desk has no place, a line in the card's thread. Again changes nothing. */
bool desk_tell(struct turn *turn, const struct item *item, struct err *err);
/* The item shows a new revision: those who have a message hear what came or became worse. Once a
 * revision. */
bool desk_tell_news(struct turn *turn, const struct item *item, struct err *err);
/* What is still to do though the run proceeds. Once an onboarding. */
bool desk_tell_tasks(struct turn *turn, const struct onboarding *onboarding, const struct run *run,
                     const struct decision *decision);
/* Slack knows nobody by the address of the deal's owner: said where the owner should hear. */
bool desk_tell_no_owner(struct turn *turn, const char *tenant, int64_t onboarding);

#endif
