/* What a run does to its onboarding: stored with its facts, then the item is opened, revised,
 * cleared or cancelled, or the onboarding proceeds. */
#ifndef HANDLERS_JOBS_VERDICT_H
#define HANDLERS_JOBS_VERDICT_H

#include "connectors/facts.h"
#include "db/onboardings.h"
#include "db/runs.h"
#include "handlers/decide.h"
#include "handlers/handler.h"

struct verdict {
    const struct facts *facts; /* normalised */
    const struct decision *decision;
    struct run run; /* set by verdict_store */
    bool is_new;    /* a new revision; false: the same facts and findings as before */
    /* The latest run until then; revision 0: there was none. Set by verdict_store. */
    struct run before;
};

/* Writes the run, or touches the latest one where nothing changed. */
bool verdict_store(struct turn *turn, const struct onboarding *onboarding, struct verdict *verdict,
                   struct err *err);

/* Moves the onboarding and its item. Call after verdict_store, in the same savepoint. */
bool verdict_apply(struct turn *turn, const struct onboarding *onboarding,
                   const struct verdict *verdict, struct err *err);

/* True when data is missing, so that the fetch is worth repeating. */
bool verdict_lacks_data(const struct decision *decision);

#endif
