/* Rates for the checks: which one holds near a day, and an amount in another currency. */
#ifndef HANDLERS_CHECKS_RATES_H
#define HANDLERS_CHECKS_RATES_H

#include "connectors/facts.h"

/* To tell the larger of two amounts, a month's rate will do. */
enum { RATE_COMPARE_DAYS = 31 };

/* A rate, the day it is of, and who says so. */
struct rate_at {
    struct rate rate; /* 0: there is none near */
    struct civil date;
    const char *source; /* "netsuite", "ecb"; NULL: nobody */
};

/* Units of the base currency for one of `currency`: of the base itself 1; else the last rate up to
 * `day`, else the first after it, at most `window_days` away; unknown where there is none. */
struct rate_at rate_near(const struct facts *facts, const char *currency, struct civil day,
                         int64_t window_days);

/* How an amount is brought into another currency: by way of the base. */
struct exchange {
    const struct facts *facts;
    struct civil day;
    int64_t window_days;
    struct rate own; /* base per unit of the amount's currency, where its record says one */
};

/* Unknown where no rate leads there. */
struct money exchange_into(const struct exchange *exchange, struct money amount,
                           const char *currency, uint8_t precision);

#endif
