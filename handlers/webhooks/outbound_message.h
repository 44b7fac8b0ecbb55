/* Salesforce's Outbound Message: the few elements of its SOAP that tell what changed. */
#ifndef HANDLERS_WEBHOOKS_OUTBOUND_MESSAGE_H
#define HANDLERS_WEBHOOKS_OUTBOUND_MESSAGE_H

#include "handlers/webhooks/webhooks.h"

/* Reads up to NOTIFICATIONS_MAX notifications and the organisation they come from. Refused with
 * ERR_INVALID: what is not well-formed, has a document type (and so could declare entities), is
 * nested too deep, has more notifications, or lacks one of: organisation, a notification, its id.
 * Ids of other kinds of records are passed over. */
bool outbound_message_read(struct arena *arena, const char *text, size_t len, struct delivery *out,
                           const char **organization, struct err *err)
    __attribute__((warn_unused_result));

#endif
