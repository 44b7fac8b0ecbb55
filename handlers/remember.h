/* What Usher itself knows of an account, from its own store: what a decision reads beside the
 * facts. */
#ifndef HANDLERS_REMEMBER_H
#define HANDLERS_REMEMBER_H

#include "connectors/facts.h"
#include "db/onboardings.h"
#include "handlers/finding.h"

/* Of the onboarding and its latest run. False: the store failed, or holds what cannot be read. */
bool remember(struct db *db, struct arena *arena, const struct config *config,
              const struct onboarding *onboarding, const struct facts *facts,
              struct remembered *out, struct err *err) __attribute__((warn_unused_result));

#endif
