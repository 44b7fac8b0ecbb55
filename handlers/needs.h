/* What is whose to move on: for Home and for the digest. */
#ifndef HANDLERS_NEEDS_H
#define HANDLERS_NEEDS_H

#include "handlers/card_subject.h"

/* True when this item was escalated to this person, or to whom they stand in for, or would be now.
 */
bool needs_escalated_to(struct turn *turn, const struct actor *actor, const struct item *item);
/* True when this person can move it on: turn a missing key, go on with what they claimed, or fix
 * what only its owner can. */
bool needs_person(struct turn *turn, const struct actor *actor, const struct card_subject *subject);

#endif
