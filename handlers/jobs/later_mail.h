/* Mail that is to be sent. */
#ifndef HANDLERS_JOBS_LATER_MAIL_H
#define HANDLERS_JOBS_LATER_MAIL_H

#include "handlers/handler.h"
#include "handlers/jobs/payload.h"

/* A message of an item to a person was not delivered: they are written to, once, if mail is
 * configured. *will: whether they are. */
bool later_mail_instead(struct turn *turn, const char *tenant, const char *item_id,
                        const char *message_id, const char *user_id, bool *will);
/* The mail itself. */
bool later_mail(struct turn *turn, const char *tenant, const struct payload *missed);

#endif
