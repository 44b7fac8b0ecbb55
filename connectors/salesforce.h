/* Salesforce: JWT bearer or client credentials, describe for optional fields, one
 * composite call for an account, polling for won deals. Facts: docs/connectors.md. */
#ifndef CONNECTORS_SALESFORCE_H
#define CONNECTORS_SALESFORCE_H

#include "connectors/call.h"
#include "connectors/facts.h"

/* Fills facts' Salesforce part and sources[SOURCE_SALESFORCE] of the account with this id (15 or 18
 * characters). A missing account is no failure: account.found is false. */
struct call *salesforce_fetch(const struct call_env *env, const char *account_id,
                              struct facts *facts);

struct account_match {
    const char *id, *name;
    const char *contract_ids; /* comma-separated, of its won opportunities: the hint for CLM */
};
struct account_search {
    struct call call;
    struct account_match *matches; /* exact name first, at most 10 */
    size_t count;
};
/* By id, or by name (exact, else containing); `text` is hostile: bounded to 80 characters and
 * escaped. */
struct account_search *salesforce_find(const struct call_env *env, const char *text);

struct won_deal {
    const char *opportunity_id, *account_id, *account_name, *contract_id;
    struct wall modified;
};
struct won_poll {
    struct call call;
    struct won_deal *deals; /* oldest first */
    size_t count;
    const char *next_cursor; /* ISO time to poll from next: newest SystemModstamp seen minus 2 min
                                of overlap; equals the given one when nothing came */
    const char *cursor;
};
/* Won opportunities with SystemModstamp >= cursor; all pages. */
struct won_poll *salesforce_poll_won(const struct call_env *env, const char *cursor);

/* `usher check`: token and a query for the running user's organisation. */
struct call *salesforce_probe(const struct call_env *env);

#endif
