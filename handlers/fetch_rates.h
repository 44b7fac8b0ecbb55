/* Which of all the rates that came are facts of an account: those that the checks can look at. A
 * rate that nobody looks at would make new facts, and with them a new revision, of each new day. */
#ifndef HANDLERS_FETCH_RATES_H
#define HANDLERS_FETCH_RATES_H

#include "connectors/facts.h"
#include "connectors/rates.h"

struct rates_choice {
    struct facts *facts;                     /* complete but for this; rates: NetSuite's */
    const struct published_rates *published; /* for where NetSuite has none of those needed */
    struct civil today;                      /* the day to decide for */
    int64_t window_days;                     /* rules.fx_window_days */
    struct arena *arena;
};

/* Replaces facts->rates. Needed are, for each currency that a deal, a contract or an invoice that
 * counts is in and that is not the base, the last rate up to each day that a check may ask for, and
 * the first after it: invoices' dates, deals' closing dates, today. Where no currency needs a rate,
 * they are known and none, whoever was silent. */
void rates_choose(const struct rates_choice *choice);

#endif
