/* Contracts: records of Ironclad, agreements of DocuSign, or any HTTP system by the mapping in the
 * configuration; at last, Salesforce's own contracts. */
#ifndef CONNECTORS_CLM_H
#define CONNECTORS_CLM_H

#include "connectors/call.h"
#include "connectors/facts.h"

/* Whose contracts; borrowed until the call has ended. */
struct clm_asked {
    const char *account_id;
    const char *account_name; /* NULL: not known */
    const char *contract_ids; /* of Salesforce, comma-separated; empty: nothing is asked for, which
                                 is no failure */
};

/* False: contracts are Salesforce's own, and there is nobody else to ask. */
bool clm_is_a_system(const struct config *config);

/* Asking under another name may give other contracts. */
bool clm_asks_by_name(const struct config *config);

/* Fills facts->contracts and sources[SOURCE_CLM] with what the CLM has of these contracts. */
struct call *clm_fetch(const struct call_env *env, const struct clm_asked *asked,
                       struct facts *facts);

/* The smallest question that shows whether we are let in: of Salesforce, whether its contracts can
 * be read. */
struct call *clm_probe(const struct call_env *env);

/* Makes facts->contracts of facts->sf_contracts: status and its category, dates, number. What it
 * cannot know (value, coverage, who is still to sign) stays unknown. */
void clm_from_salesforce(const struct config *config, struct arena *arena, struct facts *facts);

#endif
