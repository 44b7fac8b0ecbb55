/* Whether what was said reached its reader: kept with each message, shown in the timeline, under
 * View details, on the card and on Home, until it was delivered or decided. docs/messages.md. */
#ifndef HANDLERS_DELIVERY_H
#define HANDLERS_DELIVERY_H

#include "base/value.h"
#include "db/items.h"
#include "db/messages.h"
#include "handlers/handler.h"

/* The message could not be said or edited: kept, with the time and why. */
bool delivery_failed(struct turn *turn, const struct message *message, const char *reason);

/* "deliveries[delivery_text]", the oldest first, and "deliveries_hidden": what became of the
 * onboarding's messages, with a link to each that this reader may open. A line in a thread is told
 * of where it failed alone. */
void delivery_put(struct turn *turn, const struct actor *actor, int64_t onboarding,
                  struct value *context);

/* "missed[missed_text]": whom a message of this open item did not reach, and whether they were
 * written to. */
void delivery_put_missed(struct turn *turn, const struct item *item, struct value *context);

/* "banners[banner_text]" and "banners_hidden": what of open items reached neither this person's DMs
 * nor their mail; `everyone`: anyone's. */
void delivery_put_banners(struct turn *turn, const char *tenant, const char *user_id, bool everyone,
                          struct value *context);

#endif
