/* What is overdue, in words, and weighed against the contract: shared by the checks of invoices and
 * installments. */
#ifndef HANDLERS_CHECKS_OVERDUE_H
#define HANDLERS_CHECKS_OVERDUE_H

#include "handlers/checks/receivables.h"

/* What is past due, net, against the deal's value. */
struct exposure {
    struct money sum;   /* in the value's currency, all of it that can be converted */
    struct money value; /* of the deal; unknown or 0: nothing was weighed */
    bool whole;         /* nothing was left out for want of a rate */
    bool exceeds;       /* strictly more than the value */
};
struct exposure exposure_of(const struct check_input *input);

/* Is this the only kind of thing to say of it: fewer overdue than call for Finance, and not more
 * than the contract is worth? */
bool overdue_singly(const struct check_input *input);

/* "12 days" */
const char *days_words(struct arena *arena, int32_t days);

/* "INV-1 40 days (CAD 10.00), INV-2 5 days (CAD 3.00)", oldest first; *numbers: "INV-1, INV-2". */
const char *overdue_list(const struct receivables *receivables, struct arena *arena,
                         const char **numbers);

/* What would make one no longer overdue: "INV-1 paid", "installment 2 of INV-1 paid", "INV-1 paid,
 * or credit CM-9 (CAD 20,000.00) applied". */
const char *overdue_fix(const struct receivable *receivable, struct arena *arena);
/* The same for all that is overdue. */
const char *overdue_fix_all(const struct receivables *receivables, struct arena *arena);

/* "credit CM-9 (CAD 20,000.00) applied" */
const char *credit_fix(const struct credit *credit, struct arena *arena);

#endif
