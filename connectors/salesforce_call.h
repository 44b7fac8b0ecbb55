/* What the Salesforce calls share: the system itself (tokens, errors, limits), queries, and the
 * fields that this organisation has. */
#ifndef CONNECTORS_SALESFORCE_CALL_H
#define CONNECTORS_SALESFORCE_CALL_H

#include "connectors/rest.h"
#include "connectors/salesforce.h"

/* The head of what each of them keeps to itself. */
struct salesforce_call {
    struct rest_call rest;
    enum salesforce_object asked;                /* describe under way */
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

/* ---- what this organisation has ---- */

/* Asks what fields the objects of enum salesforce_object have, unless that is known, then goes on
 * with `then`. */
struct step salesforce_with_fields(struct rest_call *rest,
                                   struct step (*then)(struct rest_call *rest));
/* False too where the object itself is not there. */
bool salesforce_has(const struct call *call, enum salesforce_object object, const char *field);
/* Appends ",Name" for each of the names (up to a NULL) that is there. */
void salesforce_add_fields(struct buf *out, const struct call *call, enum salesforce_object object,
                           const char *const *names);

/* A query's answer says that there is no such object. */
bool salesforce_lacks_object(const struct failure *failure);
/* A query named a field or an object that is gone: describe is asked again next time. */
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
    const char *zone;             /* whose days are counted */
};

/* Reads one record (the arrays grow by one). False: a value makes no sense. */
typedef bool salesforce_row(const struct salesforce_rows *rows, struct json_object *record,
                            struct err *err);
salesforce_row salesforce_read_account, salesforce_read_opportunity, salesforce_read_contract,
    salesforce_read_descendant, salesforce_read_owner_change;

/* A date; an absent one is CIVIL_NONE. */
bool salesforce_read_date(struct json_object *record, const char *name, struct civil *out,
                          struct err *err);
/* The day that it was at an instant, which Salesforce writes in UTC. */
bool salesforce_read_day(const struct salesforce_rows *rows, struct json_object *record,
                         const char *name, struct civil *out, struct err *err);

/* ---- composite requests ---- */

/* A request in the making: begin, add, send. At most 25 parts, 5 of them queries. */
struct salesforce_parts {
    struct call *call;
    struct buf body;
    struct json_writer writer;
};

/* Records of one object that lead from one to the next, FAMILY_MAX_DEPTH of them: "parent1",
 * "parent2" … */
struct salesforce_chain {
    const char *name, *object;
    const char *from; /* where the first one's id stands: "account.records[0].ParentId" */
    const char *up;   /* the field with the next one's id */
    const char *fields;
};

void salesforce_begin_parts(struct salesforce_parts *parts, struct call *call);
/* A GET of any path. */
void salesforce_add_part(struct salesforce_parts *parts, const char *name, const char *path);
/* The record whose id stands at `reference` in an earlier part. */
void salesforce_add_record(struct salesforce_parts *parts, const char *name, const char *object,
                           const char *reference, const char *fields);
void salesforce_add_chain(struct salesforce_parts *parts, const struct salesforce_chain *chain);
/* Sends it, and releases what it is made of. */
struct step salesforce_send_parts(struct rest_call *rest, struct salesforce_parts *parts,
                                  rest_reply *on_reply);

/* The body (borrowed) of a part that went well; else NULL, with call->failure saying how it did
 * not. */
struct json_object *salesforce_part(struct rest_call *rest, struct json_object *root,
                                    const char *name);
/* The same of a chain's part at this level, from 1. */
struct json_object *salesforce_link(struct rest_call *rest, struct json_object *root,
                                    const struct salesforce_chain *chain, int level);
/* What Salesforce says of a text that is no id of that object. */
bool salesforce_is_no_such_id(const struct failure *failure);
/* That, or that we may not see the record. */
bool salesforce_is_hidden(const struct failure *failure);
/* Another attempt of the whole request where the failed part is worth one. */
struct step salesforce_part_failed(struct rest_call *rest);

/* ---- what is fetched of an account ---- */

/* Appends a query. False: this organisation lacks what it asks for. */
typedef bool salesforce_query(const struct call *call, const char *account_id, struct buf *soql);
salesforce_query salesforce_query_account, salesforce_query_opportunities,
    salesforce_query_contracts, salesforce_query_descendants, salesforce_query_owner_history;

void salesforce_add_owner(struct salesforce_parts *parts);   /* and the managers above */
void salesforce_add_parents(struct salesforce_parts *parts); /* where accounts have any */

/* Reads parts that are no queries. False: *step is how the call goes on. */
typedef bool salesforce_take(struct rest_call *rest, struct json_object *root,
                             const struct salesforce_rows *rows, struct step *step);
salesforce_take salesforce_take_owner, salesforce_take_managers, salesforce_take_parents;

/* Shorthand for call_fail with a reply that is not what it should be. */
struct step salesforce_bad_reply(struct rest_call *rest, const char *what);

#endif
