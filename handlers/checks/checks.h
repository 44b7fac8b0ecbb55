/* The checks, one subject a file; their rows are in checks.c. docs/checks.md tells what each reads
 * and when it fires. */
#ifndef HANDLERS_CHECKS_CHECKS_H
#define HANDLERS_CHECKS_CHECKS_H

#include "handlers/finding.h"

typedef void check_run(const struct check_input *input, struct findings *findings);

check_run check_sources, check_account, check_deal, check_contract, check_owner, check_fields,
    check_invoice_fields, check_discount, check_credits, check_invoices, check_exposure;

#endif
