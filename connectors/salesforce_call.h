/* What the Salesforce calls share: the system itself (tokens, errors, limits), queries, and the
 * fields that this organisation has. */
#ifndef CONNECTORS_SALESFORCE_CALL_H
#define CONNECTORS_SALESFORCE_CALL_H

#include "connectors/rest.h"
#include "connectors/salesforce.h"

/* The head of what each of them keeps to itself. */
struct salesforce_call {
    struct rest_call rest;
    struct field_set *asked;                     /* describe under way */
    struct step (*then)(struct rest_call *rest); /* after describe */
};

extern const struct rest_system salesforce_system;

enum { SALESFORCE_MAX_ROWS = 10000 };

/* "/services/data/v62.0/query?q=…"; resource is "query" or "queryAll". */
const char *salesforce_query_path(struct arena *arena, const struct config *config,
                                  const char *resource, const char *soql);

/* Appends text as it may stand between the quotes of a SOQL literal; in a LIKE pattern % and _
 * are escaped too. */
void soql_escape(struct buf *out, const char *text, bool like);
/* Letters and digits only, 1 to 18: what an id consists of. */
bool salesforce_is_id(const char *text);

/* Asks what fields Opportunity and Account have, unless that is known, then goes on with `then`. */
struct step salesforce_with_fields(struct rest_call *rest,
                                   struct step (*then)(struct rest_call *rest));

/* A query named a field that is gone: describe is asked again next time. */
void salesforce_forget_fields(struct sessions *sessions, const struct failure *failure);
/* For on_refuse: forgets the fields where they are the reason, and gives up. */
struct step salesforce_refused_query(struct rest_call *rest, struct json_object *root);

/* Reads an error body (an array of {errorCode or statusCode, message}) into failure. */
void salesforce_read_errors(struct json_object *body, struct failure *failure);

/* Where the next page of a query reply is, as a path; NULL after the last. False: what the reply
 * says makes no sense. */
bool salesforce_next_page(struct arena *arena, struct json_object *query, const char **path);

/* What records are read into. */
struct salesforce_rows {
    struct arena *arena;
    struct facts *facts;
    const char *default_currency; /* of an organisation with one currency only */
};

/* Reads one record (the arrays grow by one). False: a value makes no sense. */
typedef bool salesforce_row(const struct salesforce_rows *rows, struct json_object *record,
                            struct err *err);
salesforce_row salesforce_read_account, salesforce_read_owner, salesforce_read_opportunity,
    salesforce_read_contract;

/* Shorthand for call_fail with a reply that is not what it should be. */
struct step salesforce_bad_reply(struct rest_call *rest, const char *what);

#endif
