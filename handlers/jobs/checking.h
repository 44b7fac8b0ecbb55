/* State of a run between asking the systems (run_checks_plan) and deciding (run_checks_finish). */
#ifndef HANDLERS_JOBS_CHECKING_H
#define HANDLERS_JOBS_CHECKING_H

#include "db/onboardings.h"
#include "handlers/fetch.h"
#include "handlers/jobs/payload.h"

struct checking {
    struct payload payload;
    struct onboarding onboarding;
    bool known;   /* there is an onboarding */
    bool is_void; /* nothing to do (any more) */
    const char *account_id;
    const char *contracts; /* what CLM is asked for; "" none */
    const char *name;      /* whose; NULL: not known */
    struct fetch fetch;
    struct facts *facts; /* of the fetch */
};

#endif
