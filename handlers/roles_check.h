/* Can every role still be exercised by someone? What the configuration promised at load may have
 * become untrue since: people leave, groups empty. docs/people.md. */
#ifndef HANDLERS_ROLES_CHECK_H
#define HANDLERS_ROLES_CHECK_H

#include "handlers/handler.h"

enum { ROLES_PROBLEMS_MAX = 24 };

/* What is wrong and what to change, mrkdwn; at most ROLES_PROBLEMS_MAX, what matters most first.
 * Nothing is said of someone whom the store does not know as long as the directory was never read
 * to its end (cursor "people_read"). */
size_t roles_check(struct turn *turn, const char *tenant, const char ***problems);

/* True where `user_id` could act: known (or the directory was not read yet), active, no guest and
 * no app. *what says why not: "is deactivated". */
bool roles_can_act(struct turn *turn, const char *tenant, const char *user_id, const char **what);

#endif
