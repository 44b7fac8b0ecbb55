/* What the customer owes: every counted invoice with the credits set against it, oldest due first.
 * An invoice with installments is due, and overdue, by these; it still counts once. The checks of
 * invoices, installments, credits, discounts and rates read this one view. */
#ifndef HANDLERS_CHECKS_RECEIVABLES_H
#define HANDLERS_CHECKS_RECEIVABLES_H

#include "handlers/finding.h"

enum { RECEIVABLE_MAX_BLOCKED = 3 };

struct receivable {
    const struct invoice *invoice;
    struct civil due;       /* the invoice's, or of the first installment that is not paid */
    struct money credit;    /* approved and unapplied, set against it */
    struct money net;       /* remaining − credit */
    struct money tolerance; /* max(1.00, 0.5 % of the total) */
    bool open;              /* net > tolerance */
    bool past_due;          /* open, and some of it was due before today */
    struct money late;      /* that part of net; zero where it is not past due */
    bool overdue;           /* past due, and credits cover less than 80 % of what is late */
    int32_t days;           /* of the oldest late part past its date; 0 where none is */

    bool by_installments;
    size_t overdue_installments; /* of those: past due, and not covered by credits */
    int64_t first_overdue;       /* number of the oldest of them */

    /* Credits in dispute or not approved that would make it no longer overdue, were they applied;
     * none where they would not, or where it would take more. */
    const struct credit *blocked[RECEIVABLE_MAX_BLOCKED];
    size_t blocked_count;
};

struct receivables {
    struct receivable *items; /* oldest due first, then id */
    size_t count;
    size_t overdue_count, open_count, past_due_count;
    size_t unread_count; /* counted invoices of which nobody says what is left: not among them */
};

void receivables_of(const struct check_input *input, struct arena *arena, struct receivables *out);

/* Is this credit approved, undisputed and not used up? */
bool credit_is_usable(const struct credit *credit);
/* May it be set against this invoice: the same customer of NetSuite's, the same currency. */
bool credit_suits(const struct credit *credit, const struct invoice *invoice);

/* Counts, and what is left to pay of it is not known. */
bool invoice_is_unread(const struct invoice *invoice);
/* The invoice's number, else its id: what people know it by. */
const char *invoice_name(const struct invoice *invoice);

#endif
