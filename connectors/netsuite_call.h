/* What the NetSuite calls share: the system in its two ways to prove who we are, SuiteQL, and rows
 * read into facts. */
#ifndef CONNECTORS_NETSUITE_CALL_H
#define CONNECTORS_NETSUITE_CALL_H

#include "connectors/netsuite.h"
#include "connectors/rest.h"

extern const struct rest_system netsuite_m2m; /* OAuth 2.0, tokens */
extern const struct rest_system netsuite_tba; /* OAuth 1.0a, every request signed */

enum { NETSUITE_PAGE_ROWS = 1000, NETSUITE_MAX_ROWS = 10000 };

/* True when the configuration has what its way of proving needs; else call->failure is set. */
bool netsuite_is_configured(struct rest_call *rest);

/* Asks one page of a query; param NULL: the query has no '?'. */
struct step netsuite_query(struct rest_call *rest, const char *sql, const char *param,
                           size_t offset, rest_reply *on_reply);
struct step netsuite_bad_reply(struct rest_call *rest, const char *what);

/* ---- rows ---- */

struct netsuite_currency {
    const char *id;
    char symbol[4];
    uint8_t precision;
};

/* What rows are read into and with. */
struct netsuite_rows {
    struct arena *arena;
    const struct config *config;
    const char *contract_column; /* netsuite.contract_field as it comes back: lower-case */
    struct facts *facts;
    struct netsuite_currency *currencies;
    size_t currency_count;
    bool base_is_known;
    const char **customers; /* ids */
    size_t customer_count;
    size_t invoice_at; /* where the last installment belonged: the next one likely does too */
};

/* Reads one row. False: a value makes no sense; err names the record and the column. */
typedef bool netsuite_row(struct netsuite_rows *rows, struct json_object *row, struct err *err);
netsuite_row netsuite_read_customer, netsuite_read_currency, netsuite_read_invoice,
    netsuite_read_installment, netsuite_read_term, netsuite_read_credit, netsuite_read_deposit;

/* ---- single values: false where one makes no sense, err names the column ---- */

const char *netsuite_id(struct json_object *row, const char *name); /* borrowed */
bool netsuite_date(struct json_object *row, const char *name, struct civil *out, struct err *err);
bool netsuite_flag(struct json_object *row, const char *name);
/* A whole number from 0 to max; `missing` where there is none. */
bool netsuite_number(struct json_object *row, const char *name, int64_t max, int64_t missing,
                     int64_t *out, struct err *err);
/* `currency` is an amount in the currency that is meant. */
bool netsuite_amount(struct json_object *row, const char *name, const struct money *currency,
                     struct money *out, struct err *err);
/* The currency of a row as an unknown amount in it. */
bool netsuite_row_currency(const struct netsuite_rows *rows, struct json_object *row,
                           struct money *out, struct err *err);
bool netsuite_prefix_row(struct json_object *row, const char *what, struct err *err);
char netsuite_state_letter(const char *status); /* of "A", "CustInvc:A"; 0: words */
bool netsuite_approval_is(struct json_object *row, const char *number, const char *word);

#endif
