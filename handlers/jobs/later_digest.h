/* The rows of a person's next digest. */
#ifndef HANDLERS_JOBS_LATER_DIGEST_H
#define HANDLERS_JOBS_LATER_DIGEST_H

#include "handlers/handler.h"

/* One waiting row a person, brought forward where theirs is to come earlier now. at:
 * digest_next(…). */
bool later_digest(struct turn *turn, const char *tenant, const char *user_id, struct wall at);
/* The line that says how much is kept for it, a moment later: several, one line. */
bool later_folded(struct turn *turn, const char *tenant, const char *user_id);

#endif
