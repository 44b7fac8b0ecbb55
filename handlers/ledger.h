/* The ledger of an item's clock: every stretch since day 0, what of it counted and what did not,
 * and by which calendar; then both deadlines. Read from the audit log and the item. */
#ifndef HANDLERS_LEDGER_H
#define HANDLERS_LEDGER_H

#include "db/items.h"
#include "handlers/handler.h"

/* Mrkdwn lines, at most 3000 characters, in the turn's arena; NULL with err. */
const char *ledger_text(struct turn *turn, const struct item *item, struct err *err);

/* The same as a modal. */
bool view_timer(struct turn *turn, const struct item *item, const char **out, struct err *err);

#endif
