/* NetSuite SuiteTalk REST: OAuth 2.0 machine-to-machine (ES256, PS256) or OAuth 1.0a;
 * SuiteQL with bound parameters and paging; at most `netsuite.concurrency` requests at a time. */
#ifndef CONNECTORS_NETSUITE_H
#define CONNECTORS_NETSUITE_H

#include "connectors/call.h"
#include "connectors/facts.h"

/* Fills facts' NetSuite part and sources[SOURCE_NETSUITE]: the customer whose
 * netsuite.customer_field is the Salesforce account id, its invoices with installments, terms,
 * credit memos and deposits. No customer is no failure. */
struct call *netsuite_fetch(const struct call_env *env, const char *account_id,
                            struct facts *facts);

/* `usher check`: a token and one currency row. */
struct call *netsuite_probe(const struct call_env *env);

#endif
