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

/* What the '?' of a query stand for, in their order. */
struct netsuite_params {
    const char **items;
    size_t count;
};

/* One page of a query. */
struct netsuite_page {
    const char *sql;
    struct netsuite_params params;
    size_t offset;
    rest_reply *on_reply, *on_refuse;
};
struct step netsuite_query(struct rest_call *rest, const struct netsuite_page *page);

/* ---- rows ---- */

struct netsuite_currency {
    const char *id;
    char symbol[4];
    uint8_t precision;
    bool invoiced; /* an invoice that counts is in it */
};

/* What rows are read into and with. */
struct netsuite_rows {
    struct arena *arena;
    const struct config *config;
    const char *contract_column; /* netsuite.contract_field as it comes back: lower-case */
    struct civil today;
    struct facts *facts;
    struct netsuite_currency *currencies;
    size_t currency_count;
    const char *base_id;    /* of the base currency; NULL: NetSuite has none */
    const char **customers; /* ids */
    size_t customer_count;
    const char *customer; /* of these, whose rows are read now */
};

/* Reads one row. False: a value makes no sense; err names the record and the column. */
typedef bool netsuite_row(struct netsuite_rows *rows, struct json_object *row, struct err *err);
netsuite_row netsuite_read_customer, netsuite_read_currency, netsuite_read_invoice,
    netsuite_read_term, netsuite_read_credit, netsuite_read_rate;

/* ---- which rates are asked for: netsuite_rates.c ---- */

/* Is there a currency, not the base, that an invoice or (rates.currencies) a deal may be in? */
bool netsuite_wants_rates(const struct netsuite_rows *rows);
/* The base's id, those of the currencies, the first and the last day. */
struct netsuite_params netsuite_rates_params(const struct netsuite_rows *rows);

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
bool netsuite_rate(struct json_object *row, const char *name, struct rate *out, struct err *err);
/* The currency of an id; NULL: there is none. */
struct netsuite_currency *netsuite_currency(const struct netsuite_rows *rows, const char *id);
/* The currency of a row as an unknown amount in it. */
bool netsuite_row_currency(const struct netsuite_rows *rows, struct json_object *row,
                           struct money *out, struct err *err);
bool netsuite_prefix_row(struct json_object *row, const char *what, struct err *err);
char netsuite_state_letter(const char *status); /* of "A", "CustInvc:A"; 0: words */
bool netsuite_approval_is(struct json_object *row, const char *number, const char *word);

#endif
