/* NetSuite SuiteTalk REST: OAuth 2.0 machine-to-machine (ES256, PS256) or OAuth 1.0a;
 * SuiteQL with bound parameters and paging; at most `netsuite.concurrency` requests at a time. */
#ifndef CONNECTORS_NETSUITE_H
#define CONNECTORS_NETSUITE_H

#include "connectors/call.h"
#include "connectors/facts.h"

/* Fills facts' NetSuite part and sources[SOURCE_NETSUITE]: the customer whose
 * netsuite.customer_field is the Salesforce account id, its invoices with installments, terms,
 * credit memos and deposits; and the currency rates from before the oldest invoice that matters
 * until `today`, more of them than the checks need. No customer is no failure; rates that are
 * refused are none either: facts->rates stay unknown. */
struct call *netsuite_fetch(const struct call_env *env, const char *account_id, struct civil today,
                            struct facts *facts);

/* `usher check`: a token and one currency row. */
struct call *netsuite_probe(const struct call_env *env);

#endif
