/* Which opportunity and which contract the checks speak of. */
#ifndef HANDLERS_CHECKS_DEAL_H
#define HANDLERS_CHECKS_DEAL_H

#include "handlers/finding.h"

struct deal {
    const struct opportunity *driver; /* NULL: nothing was won */
    const struct contract *contract;  /* NULL: the CLM has none of the driver */
    struct money value; /* the contract's, else the driver's amount; unknown where neither is */
};

/* opportunity_id: what the onboarding is for, NULL. Borrows from the facts. */
struct deal deal_of(const struct facts *facts, const char *opportunity_id);

/* The driver among the account's own won opportunities: the one that was asked for, else the
 * latest close date, then the larger amount in the base currency, then the smaller id. Renewals
 * come after all others: they open no new tenant. NULL if nothing was won. */
const struct opportunity *deal_driver(const struct facts *facts, const char *opportunity_id);

/* Won, and of this account. */
bool deal_is_won(const struct facts *facts, const struct opportunity *opportunity);
bool deal_is_renewal(const struct opportunity *opportunity);

/* What people know it by: its name, else its id. */
const char *deal_name(const struct opportunity *opportunity);

/* Is this invoice of that contract? */
bool deal_is_invoice_of(const struct contract *contract, const struct invoice *invoice);

#endif
