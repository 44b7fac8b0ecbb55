/* The facts of one account: decoded records only, each source with its time. What
 * the checks read, what is stored with a run, and what an approval is bound to. Missing text is
 * NULL, a missing date CIVIL_NONE, a missing amount has known = false. All memory is an arena's. */
#ifndef CONNECTORS_FACTS_H
#define CONNECTORS_FACTS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/civil.h"
#include "base/money.h"
#include "connectors/call.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum source { SOURCE_SALESFORCE, SOURCE_NETSUITE, SOURCE_CLM, SOURCE_COUNT };
const char *source_name(enum source source);  /* "salesforce" */
const char *source_title(enum source source); /* "Salesforce" */

/* Not part of the digest: the same facts fetched later are the same facts. */
struct source_state {
    bool ok;
    bool absent; /* not configured: nobody was asked, and what needs it is skipped */
    struct wall fetched_at;
    int64_t elapsed_ms;
    struct failure failure; /* where !ok */
};

struct account {
    bool found; /* false: no such account */
    bool deleted;
    const char *id, *name, *parent_id, *owner_id, *billing_country, *industry;
};

/* Groups that a fetch may have left out carry a flag `known`: "none" and "not asked" differ. */

/* How far up and down a family, and how far up a chain of managers, is read. */
enum { FAMILY_MAX_DEPTH = 5 };

/* Another account of the family. */
struct relative {
    const char *id, *name, *parent_id;
    int64_t depth; /* from the account: -1 its parent, -2 the parent's, 1 a child, 2 a child's */
    bool deleted;
    bool won; /* has a won opportunity of its own */
};

struct family {
    bool known;
    bool cycle;    /* an account is its own ancestor: reading stopped there */
    bool too_deep; /* more than FAMILY_MAX_DEPTH levels up or down: not read to the end */
    struct relative *relatives; /* without the account itself */
    size_t relative_count;
};

struct manager {
    int64_t level; /* 1: the owner's own, 2: the manager's … */
    const char *id, *name, *email;
    bool active;
};

struct owner {
    bool found;
    const char *id, *name, *username, *email, *manager_id, *title, *department, *zone;
    bool active;
    struct civil last_login; /* CIVIL_NONE: never */
    bool managers_known;
    struct manager *managers; /* the chain above, cut where it turns in a circle */
    size_t manager_count;
};

/* The account's owner changed (AccountHistory). */
struct owner_change {
    const char *id; /* of the history record */
    struct civil date;
    const char *from, *to; /* user ids */
};

struct owner_history {
    bool known;
    struct owner_change *changes;
    size_t change_count;
};

struct opportunity {
    const char *id, *account_id, *name, *stage, *contract_id, *owner_id, *type;
    bool won;
    struct money amount; /* currency from CurrencyIsoCode, else the base currency */
    struct civil close_date, last_activity;
};

/* A Salesforce contract. */
struct sf_contract {
    const char *id, *number, *status;
    const char
        *status_code; /* the status's category: Draft, InApproval, Activated; NULL: unknown */
    struct civil starts, ends;
    struct civil signed_at; /* the later of both sides' dates; CIVIL_NONE while one is missing */
    int64_t term_months;    /* 0: not given */
};

enum contract_status {
    CONTRACT_UNKNOWN,
    CONTRACT_DRAFT,
    CONTRACT_IN_REVIEW,
    CONTRACT_OUT_FOR_SIGNATURE,
    CONTRACT_EXECUTED,
    CONTRACT_EXPIRED,
    CONTRACT_TERMINATED, /* voided, cancelled too */
};
const char *contract_status_name(enum contract_status status); /* "out_for_signature" */

/* The CLM's normal form. */
struct contract {
    const char *id; /* the CLM's own number, "IC-101" */
    const char *sf_contract_id;
    const char *name;
    enum contract_status status;
    const char *status_text; /* as the CLM says it */
    struct money value;
    struct civil effective, expires, signed_at;
    bool
        covers_known; /* it says whom it covers, were it nobody; so does a list that is not empty */
    const char **covers; /* account ids */
    size_t covers_count;
    const char **pending; /* signatories still to sign */
    size_t pending_count;
    const char *billing_schedule; /* upfront, annual, phased, NULL */
};

struct installment {
    int64_t number;
    struct civil due;
    struct money amount, remaining;
};

struct invoice {
    const char *id;          /* NetSuite's internal id */
    const char *number;      /* "INV-101" */
    const char *contract_id; /* CLM number it belongs to, NULL */
    struct civil date, due;
    struct money subtotal, tax, total, paid, remaining;
    struct rate rate;   /* base per foreign unit at the invoice's date */
    const char *status; /* "Open", "Paid In Full" … */
    bool counts;        /* false: voided, draft, cancelled, rejected */
    const char *email;  /* billing address */
    const char *term_id;
    bool override_installments;
    struct installment *installments;
    size_t installment_count;
    const char *customer_id; /* NetSuite's; an account may have several. NULL: not known */
};

struct term {
    const char *id, *name;
    bool date_driven, installment, split_evenly;
    int64_t days_until_net_due, days_until_expiry, day_discount_expires,
        recurrence_count; /* -1: not given */
    int64_t discount_bp;  /* 200 = 2 %; -1: none */
};

/* A credit memo or a customer deposit. */
struct credit {
    const char *id, *number;
    bool deposit;
    bool approved;
    bool disputed;
    struct money total, unapplied;
    struct civil date;
    const char *customer_id; /* as an invoice's */
};

/* Units of `base` for one of `foreign` on a day. */
struct currency_rate {
    const char *id; /* currency_rate_id */
    const char *base, *foreign;
    struct civil date;
    struct rate rate;
    const char *source; /* "netsuite", "ecb" */
};
/* "USD/CAD 2026-04-20 netsuite": one rate of a source for a day. */
const char *currency_rate_id(struct arena *arena, const char *base, const char *foreign,
                             struct civil date, const char *source);

struct rates {
    bool known;
    struct currency_rate *items;
    size_t count;
};

struct facts {
    struct source_state sources[SOURCE_COUNT];
    const char *base_currency;
    uint8_t base_precision;

    /* Salesforce */
    struct account account;
    struct owner owner;
    struct family family;
    struct owner_history owner_history;
    struct opportunity *opportunities; /* won ones of the account */
    size_t opportunity_count;
    struct sf_contract *sf_contracts;
    size_t sf_contract_count;

    /* CLM: records of the account's Salesforce contracts */
    struct contract *contracts;
    size_t contract_count;

    /* NetSuite */
    bool customer_found;
    struct invoice *invoices;
    size_t invoice_count;
    struct term *terms;
    size_t term_count;
    struct credit *credits;
    size_t credit_count;

    /* NetSuite, or whichever source of rates is configured */
    struct rates rates;
};

/* Salesforce ids have 15 characters, or those and 3 of checksum. False where one is NULL. */
bool salesforce_same_id(const char *a, const char *b);

/* Sorts every array by id, so that the order of records never matters; of records with the same id
 * one stays. */
void facts_normalise(struct facts *facts);

/* Canonical JSON of everything but the sources: fixed member order, no white space, sorted arrays.
 */
void facts_write(const struct facts *facts, struct buf *out);
/* Reads it back (replay); all memory from the arena. Groups that are newer than the text are
 * unknown. */
bool facts_read(const char *json, size_t len, struct arena *arena, struct facts *out,
                struct err *err) __attribute__((warn_unused_result));

enum { DIGEST_HEX_SIZE = 65 };
/* BLAKE2b-256 of the canonical JSON, hex. */
void facts_digest(const struct facts *facts, char out[DIGEST_HEX_SIZE]);
/* The same of canonical JSON that is there already. */
void facts_digest_text(const char *json, size_t len, char out[DIGEST_HEX_SIZE]);

#endif
