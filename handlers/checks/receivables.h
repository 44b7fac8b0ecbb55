/* What the customer owes: every counted invoice with the credits set against it, oldest due first.
 * The invoice, credit and discount checks read this one view. */
#ifndef HANDLERS_CHECKS_RECEIVABLES_H
#define HANDLERS_CHECKS_RECEIVABLES_H

#include "handlers/finding.h"

struct receivable {
    const struct invoice *invoice;
    struct money credit;    /* approved and unapplied, set against it */
    struct money net;       /* remaining − credit */
    struct money tolerance; /* max(1.00, 0.5 % of the total) */
    bool open;              /* net > tolerance */
    bool past_due;          /* due before today, net > tolerance */
    bool overdue;           /* past due, and credits cover less than 80 % of its remainder */
    bool disputable;        /* past due before any credit is set against it */
    int32_t days;           /* past the due date; 0 or less where it is not */
};

struct receivables {
    struct receivable *items; /* oldest due first, then id */
    size_t count;
    size_t overdue_count, open_count;
};

void receivables_of(const struct check_input *input, struct arena *arena, struct receivables *out);

/* Is this credit approved, undisputed and not used up? */
bool credit_is_usable(const struct credit *credit);
/* May it be set against this invoice: the same currency. */
bool credit_suits(const struct credit *credit, const struct invoice *invoice);

#endif
