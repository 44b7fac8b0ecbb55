/* What Slack says of a person, into the store, and what follows from it. */
#ifndef HANDLERS_DIRECTORY_H
#define HANDLERS_DIRECTORY_H

#include "connectors/slack.h"
#include "handlers/handler.h"

/* Writes the profile, whole. Who is gone by it (deactivated, a guest now) stands in for nobody any
 * more; a status that says that someone with a role is away, once a status, leads to a suggestion
 * to them, and to nothing else. */
bool directory_put(struct turn *turn, const char *tenant, const struct slack_profile *profile);

#endif
