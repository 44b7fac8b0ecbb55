/* The workspaces that one installation serves. Of an Enterprise Grid organisation they are several,
 * and Slack tells of people and groups one workspace at a time (team_id); elsewhere there is one,
 * which needs no naming. */
#ifndef HANDLERS_TEAMS_H
#define HANDLERS_TEAMS_H

#include "handlers/handler.h"

/* An organisation: E…. */
bool teams_are_many(const char *tenant);

/* Their ids, in order, from the arena; one NULL for a tenant that is a workspace itself. 0: an
 * organisation of which it is not known yet (learn_workspace). */
size_t teams_of(struct turn *turn, const char *tenant, const char ***out);
/* Remembers them. *changed: they are others than before. */
bool teams_keep(struct turn *turn, const char *tenant, const char *const *ids, size_t count,
                bool *changed);

#endif
