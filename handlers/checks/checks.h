/* The checks, one subject a file; their rows are in checks.c, and docs/checks.md is made of these
 * (checks_document). */
#ifndef HANDLERS_CHECKS_CHECKS_H
#define HANDLERS_CHECKS_CHECKS_H

#include "base/buf.h"
#include "handlers/finding.h"

typedef void check_run(const struct check_input *input, struct findings *findings);

check_run check_sources, check_account, check_deal, check_opportunities,
    check_opportunity_contracts, check_contract, check_owner, check_owner_change, check_family,
    check_timing, check_fields, check_invoice_fields, check_discount, check_credits,
    check_installments, check_invoices, check_exposure, check_currency, check_fx, check_invoiced,
    check_deal_value;

/* Appends docs/checks.md: what the table says, and how to read it. `usher checks` prints it. */
void checks_document(struct buf *out);

#endif
