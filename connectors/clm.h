/* Contracts from a CLM: Ironclad records, or any HTTP system by the mapping in the configuration.
 */
#ifndef CONNECTORS_CLM_H
#define CONNECTORS_CLM_H

#include "connectors/call.h"
#include "connectors/facts.h"

/* Fills facts->contracts and sources[SOURCE_CLM] with the records of these Salesforce contract ids
 * (comma-separated; empty: none are asked for, which is no failure). */
struct call *clm_fetch(const struct call_env *env, const char *account_id, const char *contract_ids,
                       struct facts *facts);
struct call *clm_probe(const struct call_env *env);

#endif
