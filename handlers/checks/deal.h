/* Which opportunity and which contract the checks speak of. */
#ifndef HANDLERS_CHECKS_DEAL_H
#define HANDLERS_CHECKS_DEAL_H

#include "connectors/facts.h"

/* The driver among the account's won opportunities: latest close date, then the larger amount, then
 * the smaller id; NULL if none. */
const struct opportunity *deal_driver(const struct facts *facts);

/* The CLM's contract of the driver: an executed one before others, the one that runs longest before
 * others; NULL if none. */
const struct contract *deal_contract(const struct facts *facts);

/* The contract's value, else the driver's amount; unknown where neither is given. */
struct money deal_value(const struct facts *facts);

#endif
