/* How each kind of CLM is asked for contracts and where the contract's normal form stands in its
 * answers: one const definition a kind, completed from the configuration. The engine (clm.c) knows
 * of no kind but by this. Inside connectors/ only. */
#ifndef CONNECTORS_CLM_MAPPING_H
#define CONNECTORS_CLM_MAPPING_H

#include "connectors/facts.h"
#include "connectors/rest.h"

enum clm_field {
    CLM_ID,
    CLM_STATUS,
    CLM_CONTRACT_ID, /* the Salesforce contract's */
    CLM_VALUE,
    CLM_CURRENCY,
    CLM_EFFECTIVE,
    CLM_EXPIRES,
    CLM_SIGNED_AT,
    CLM_COVERS,
    CLM_PENDING,
    CLM_BILLING_SCHEDULE,
    CLM_FIELD_COUNT
};

enum clm_paging {
    CLM_ONE_PAGE,
    CLM_PAGE_NUMBERS, /* {page} in the path; the reply has `count` and `pageSize` */
    CLM_NEXT_LINKS    /* the reply says where the next page is */
};

/* A word of status in the normal form; NULL ends a list. */
struct clm_word {
    const char *word;
    enum contract_status status;
};

/* Paths may hold marks, which are filled in percent-encoded: {contract_id}, {account_id},
 * {account_name}, {page}, {property} (where the contract's id stands), {api_account}. Texts that
 * are not there are NULL. */
struct clm_mapping {
    const struct rest_system *system; /* how it is told who asks; NULL: there is none to ask */
    const char *root;      /* of the API: added to the base URL where that does not end with it */
    const char *path;      /* what is asked for, behind the root */
    const char *narrowing; /* added while the account's name is known: fewer records come */
    const char *probe;     /* a harmless question in the same shape; NULL: path, by ids of no one */
    const char *items;     /* path of the list in a reply; NULL: the reply is one record */
    const char *next;      /* CLM_NEXT_LINKS: path of the next page's address */
    const char *name;      /* path of what people call a contract */
    enum clm_paging paging;
    bool properties; /* fields are names of Ironclad's typed properties, else JSON paths */
    const char *fields[CLM_FIELD_COUNT];
    const struct clm_word *words;             /* of its own, beside the usual ones */
    const struct config_list *executed_words; /* configured words for executed; borrowed */
};

/* Of config->clm; borrows the configuration. */
struct clm_mapping clm_mapping_of(const struct config *config);

/* What the marks of a path stand for. */
struct clm_question {
    const char *contract_id, *account_id;
    const char *account_name; /* NULL: not known */
    unsigned page;            /* from 0 */
};

/* One question for each contract, or one for all of them. */
bool clm_mapping_asks_each(const struct clm_mapping *mapping);

/* A contract or an account stands in the path itself: not found means that there is none. */
bool clm_mapping_names_something(const struct clm_mapping *mapping);

/* A path of the mapping's with its marks filled in, from the host's root on. */
const char *clm_mapping_path(const struct clm_mapping *mapping, const struct config *config,
                             struct arena *arena, const char *path,
                             const struct clm_question *question);

/* "https://clm.example" of "https://clm.example/api": where paths start. */
const char *clm_origin(struct arena *arena, const char *url);

/* The path of the page that `link` leads to from the page at `path`, the same way as a browser
 * goes; NULL: it leads to another host, or is no address. */
const char *clm_follow(struct arena *arena, const char *base_url, const char *path,
                       const char *link);

/* The word in the normal form: the configured words for executed first, then the kind's own, then
 * the usual ones; upper and lower case, blanks, underscores and hyphens make no difference. */
enum contract_status clm_status(const struct clm_mapping *mapping, const char *word);

/* ---- how a CLM is told who asks (clm_system.c) ---- */

extern const struct rest_system clm_by_token;    /* clm.token, where it is set */
extern const struct rest_system clm_by_docusign; /* tokens by DocuSign's JWT grant */

/* ---- Salesforce's own contracts (clm_salesforce.c) ---- */

/* Whether they can be read. */
struct call *clm_salesforce_probe(const struct call_env *env);

#endif
