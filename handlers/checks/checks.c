/* The table of checks: every one runs on every account, none stops another. */
#include "handlers/checks/checks.h"

#define SALESFORCE (1u << SOURCE_SALESFORCE)
#define NETSUITE   (1u << SOURCE_NETSUITE)
#define CLM        (1u << SOURCE_CLM)

const struct check checks[] = {
    {"sources", 0, "SOURCE_UNAVAILABLE,SOURCE_NOT_CONFIGURED", check_sources},
    {"account", SALESFORCE, "ACCOUNT_MISSING", check_account},
    {"deal", SALESFORCE, "NO_WON_OPPORTUNITY", check_deal},
    {"contract", SALESFORCE | CLM,
     "CONTRACT_NOT_EXECUTED,CONTRACT_EXPIRED,CONTRACT_NOT_YET_EFFECTIVE,SIGNATURES_PENDING",
     check_contract},
    {"owner", SALESFORCE, "OWNER_INACTIVE,OWNER_NOT_A_PERSON", check_owner},
    {"fields", SALESFORCE, "FIELD_MISSING", check_fields},
    {"invoice fields", NETSUITE, "FIELD_MISSING", check_invoice_fields},
    {"discount", NETSUITE, "EARLY_PAYMENT_DISCOUNT", check_discount},
    {"credits", NETSUITE, "CREDIT_PENDING,CREDIT_DISPUTED", check_credits},
    {"invoices", NETSUITE,
     "NO_INVOICE,INVOICES_CURRENT,INVOICE_OVERDUE_ONE,INVOICE_OVERDUE_LONG,INVOICES_OVERDUE",
     check_invoices},
    {"exposure", NETSUITE, "OVERDUE_EXCEEDS_CONTRACT", check_exposure},
};

const size_t checks_count = sizeof checks / sizeof *checks;
