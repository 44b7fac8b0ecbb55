/* The table of checks: every one runs on every account, none stops another. docs/checks.md is
 * printed from it: `usher checks > docs/checks.md`. */
#include "handlers/checks/checks.h"

#include <string.h>

#define SALESFORCE (1u << SOURCE_SALESFORCE)
#define NETSUITE   (1u << SOURCE_NETSUITE)
#define CLM        (1u << SOURCE_CLM)

#define NOTE             (1u << LEVEL_NOTE)
#define WARN             (1u << LEVEL_ESCALATE_WARN)
#define URGENT           (1u << LEVEL_ESCALATE_URGENT)
#define FINANCE          (1u << LEVEL_BLOCK_FINANCE)
#define FINANCE_DIRECTOR (1u << LEVEL_BLOCK_FINANCE_DIRECTOR)
#define DATA             (1u << LEVEL_BLOCK_DATA)
#define HARD             (1u << LEVEL_BLOCK_HARD)

#define SAYS(...)                                                                                  \
    (const struct check_says[])                                                                    \
    {                                                                                              \
        __VA_ARGS__,                                                                               \
        {                                                                                          \
            .code = NULL                                                                           \
        }                                                                                          \
    }

/* clang-format off */
const struct check checks[] = {
    {"sources", 0, "how each system answered",
     SAYS({"SOURCE_UNAVAILABLE", DATA, ROUTE_CS | ROUTE_ADMIN,
           "a system gave no usable answer within the run's deadline, or refused us", "fetch.deadline_s,fetch.attempts"},
          {"SOURCE_NOT_CONFIGURED", WARN, ROUTE_CS | ROUTE_ADMIN,
           "a system has no section in the configuration: what it would tell is not known", NULL}),
     check_sources},

    {"account", SALESFORCE, "the account",
     SAYS({"ACCOUNT_MISSING", HARD, ROUTE_CS, "the account is not there, or deleted", NULL}),
     check_account},

    {"deal", SALESFORCE, "the account's opportunities",
     SAYS({"NO_WON_OPPORTUNITY", HARD, ROUTE_OWNER, "no opportunity of this account with `IsWon`", NULL}),
     check_deal},

    {"several opportunities", SALESFORCE, "the account's won opportunities; what is provisioned",
     SAYS({"SEVERAL_OPPORTUNITIES", NOTE, ROUTE_CS,
           "two or more are won and not onboarded yet; a renewal opens no new tenant", NULL}),
     check_opportunities},

    {"opportunity's contract", SALESFORCE, "the account's won opportunities; what is provisioned",
     SAYS({"OPPORTUNITY_WITHOUT_CONTRACT", WARN, ROUTE_REVOPS | ROUTE_CS,
           "the driver names no contract, or two or more won opportunities name none", NULL},
          {"OPPORTUNITY_WITHOUT_CONTRACT", NOTE, ROUTE_REVOPS | ROUTE_CS, "one won opportunity, not the driver, names no contract", NULL}),
     check_opportunity_contracts},

    {"contract", SALESFORCE | CLM, "the contract's status, dates and pending signatories",
     SAYS({"CONTRACT_NOT_EXECUTED", HARD, ROUTE_LEGAL | ROUTE_OWNER,
           "the CLM has no contract of the driving opportunity, or it is not executed", "clm.executed_words"},
          {"CONTRACT_EXPIRED", HARD, ROUTE_LEGAL | ROUTE_OWNER, "the contract ended before today", NULL},
          {"CONTRACT_NOT_YET_EFFECTIVE", WARN, ROUTE_LEGAL | ROUTE_OWNER, "the contract takes effect after today", NULL},
          {"SIGNATURES_PENDING", WARN, ROUTE_LEGAL | ROUTE_OWNER, "the contract is executed, but a signatory is still to sign", NULL}),
     check_contract},

    {"owner", SALESFORCE, "the account's owner: a user's state, address, last login, manager",
     SAYS({"OWNER_INACTIVE", HARD, ROUTE_MANAGER,
           "the account's owner is inactive, gone, or without e-mail address or username", NULL},
          {"OWNER_NOT_A_PERSON", WARN, ROUTE_CS_MANAGER, "no owner, or a queue", NULL},
          {"OWNER_DORMANT", WARN, ROUTE_CS_MANAGER,
           "the owner never logged in, or not for that many days", "rules.owner_login_days"},
          {"OWNER_WITHOUT_MANAGER", WARN, ROUTE_CS,
           "the owner has no manager, and no CS manager is configured", "roster.cs_manager"},
          {"OWNER_WITHOUT_MANAGER", NOTE, ROUTE_CS, "the owner has no manager; the configured CS manager stands in", "roster.cs_manager"}),
     check_owner},

    {"change of owner", SALESFORCE, "the owner history, our own last snapshots, the driver's owner",
     SAYS({"OWNER_CHANGED", NOTE, ROUTE_CS,
           "the account's owner changed within that many days", "rules.owner_changed_days"},
          {"OWNER_CHANGED", NOTE, ROUTE_CS, "the account's owner is not the driver's", NULL}),
     check_owner_change},

    {"family", SALESFORCE | CLM, "the account's parents and children, and whom the contract covers",
     SAYS({"SUBSIDIARIES_COVERED", NOTE, ROUTE_CS,
           "every child that won an opportunity of its own or is listed by the contract is covered by it", NULL},
          {"SUBSIDIARY_NOT_COVERED", WARN, ROUTE_LEGAL | ROUTE_OWNER, "a child that won an opportunity of its own or is listed by the contract is not covered by it", NULL},
          {"HIERARCHY_UNCLEAR", WARN, ROUTE_LEGAL | ROUTE_CS,
           "an account is its own ancestor, there are more than five levels, a parent is deleted, or the contract does not say whom it covers while children are in scope", NULL}),
     check_family},

    {"timing", SALESFORCE, "the driver's close date and last activity; what is provisioned",
     SAYS({"STALE_DEAL", WARN, ROUTE_CS | ROUTE_OWNER,
           "nothing is provisioned, and the deal closed more than `stale_warn_days` (90) days ago", "rules.stale_warn_days,rules.stale_activity_days"},
          {"STALE_DEAL", NOTE, ROUTE_CS | ROUTE_OWNER,
           "nothing is provisioned, and the deal closed more than `stale_note_days` (60) days ago, or longer ago but was worked on within `stale_activity_days` (14)", "rules.stale_note_days,rules.stale_activity_days"},
          {"CLOSE_DATE_IN_FUTURE", WARN, ROUTE_REVOPS, "the driver is won, but closes after today", NULL}),
     check_timing},

    {"fields", SALESFORCE, "fields of account, driver and owner",
     SAYS({"FIELD_MISSING", WARN, ROUTE_CS | ROUTE_REVOPS,
           "billing country, the driver's amount, close date or contract", NULL},
          {"FIELD_MISSING", NOTE, ROUTE_CS | ROUTE_REVOPS, "industry; the owner's title, department, time zone", NULL}),
     check_fields},

    {"invoice fields", NETSUITE, "fields of open invoices",
     SAYS({"FIELD_MISSING", WARN, ROUTE_CS | ROUTE_REVOPS, "an open invoice's due date or billing e-mail address; of any invoice, what is left to pay", NULL}),
     check_invoice_fields},

    {"discount", NETSUITE, "open invoices and their terms",
     SAYS({"EARLY_PAYMENT_DISCOUNT", NOTE, ROUTE_CS,
           "an open invoice, not past due, not disputed, can still be paid with a discount", NULL}),
     check_discount},

    {"credits", NETSUITE, "credit memos and deposits, set against invoices",
     SAYS({"CREDIT_PENDING", NOTE, ROUTE_FINANCE,
           "an approved, unapplied credit memo or deposit would go against an invoice", "rules.credit_suppress_pct"},
          {"CREDIT_DISPUTED", WARN, ROUTE_FINANCE,
           "a credit memo or deposit in dispute or not approved would cover an overdue invoice", NULL}),
     check_credits},

    {"installments", NETSUITE, "open invoices' installments, and the terms they follow",
     SAYS({"INSTALLMENTS_INCONSISTENT", WARN, ROUTE_FINANCE,
           "the installments do not add up to the invoice, are not as many as its terms say, or are uneven by more than one minor unit where these say evenly", NULL},
          {"INSTALLMENTS_INCONSISTENT", NOTE, ROUTE_FINANCE, "the installments do not add up, are not as many as its terms say, or are uneven, but were set by hand (`overrideInstallments`)", NULL},
          {"INSTALLMENT_OVERDUE", WARN, ROUTE_CS,
           "one installment of the only overdue invoice is overdue, for less than that many days", "rules.overdue_urgent_days"},
          {"INSTALLMENT_OVERDUE", URGENT, ROUTE_CS | ROUTE_FINANCE, "one installment of the only overdue invoice is overdue, for that many days or more", "rules.overdue_urgent_days"},
          {"INSTALLMENTS_MISSED", FINANCE, ROUTE_FINANCE, "two or more installments of one invoice are overdue", NULL}),
     check_installments},

    {"invoices", NETSUITE, "every invoice that counts, with the credits set against it",
     SAYS({"NO_INVOICE", WARN, ROUTE_REVOPS, "no invoice that counts", NULL},
          {"INVOICES_CURRENT", NOTE, ROUTE_CS, "something is open, nothing overdue (due today is not overdue)", NULL},
          {"INVOICE_OVERDUE_ONE", WARN, ROUTE_CS, "exactly one overdue, for less than that many days", "rules.overdue_urgent_days,rules.tolerance_minor,rules.tolerance_bp"},
          {"INVOICE_OVERDUE_LONG", URGENT, ROUTE_CS | ROUTE_FINANCE, "exactly one overdue, for that many days or more", "rules.overdue_urgent_days"},
          {"INVOICES_OVERDUE", FINANCE, ROUTE_FINANCE, "that many or more are overdue", "rules.overdue_multiple"}),
     check_invoices},

    {"exposure", SALESFORCE | NETSUITE, "what is past due, and the contract's value (else the driver's amount)",
     SAYS({"OVERDUE_EXCEEDS_CONTRACT", FINANCE_DIRECTOR, ROUTE_FINANCE_DIRECTOR,
           "what is overdue is more than the contract's value (strictly); said instead of what `invoices` would say", NULL},
          {"OVERDUE_EXCEEDS_CONTRACT", URGENT, ROUTE_CS | ROUTE_FINANCE, "something is overdue and no value is known at all", NULL}),
     check_exposure},

    {"currency", SALESFORCE | NETSUITE | CLM, "the driver's amount, the contract's invoices, rates of their dates",
     SAYS({"CURRENCY_MISMATCH", WARN, ROUTE_REVOPS, "the opportunity and the contract's invoices are in different currencies", NULL},
          {"CURRENCY_MISMATCH", URGENT, ROUTE_REVOPS,
           "the opportunity and the contract's invoices are in different currencies, and their amounts, converted at the invoice's rate, differ by more than that", "rules.currency_gap_bp"}),
     check_currency},

    {"exchange rates", NETSUITE, "open invoices in another currency than the base; rates of their dates and of today",
     SAYS({"FX_DRIFT", NOTE, ROUTE_FINANCE, "the rate moved by more than `fx_note_bp` (2 %) since the invoice's date", "rules.fx_note_bp"},
          {"FX_DRIFT", WARN, ROUTE_FINANCE,
           "the rate moved by more than `fx_warn_bp` (5 %) since the invoice's date, and `fx_min_exposure` or more is at stake (remainder times the move)", "rules.fx_warn_bp,rules.fx_min_exposure"},
          {"FX_DRIFT", URGENT, ROUTE_FINANCE, "the rate moved by more than `fx_urgent_bp` (10 %) since the invoice's date, and `fx_min_exposure` or more is at stake", "rules.fx_urgent_bp,rules.fx_min_exposure"},
          {"FX_RATE_MISSING", WARN, ROUTE_FINANCE,
           "there is no rate near one of the two dates, or the invoice's own is far off that of its day", "rules.fx_window_days,rules.fx_off_bp"}),
     check_fx},

    {"invoiced", SALESFORCE | NETSUITE | CLM, "the contract's invoices before tax, and its value",
     SAYS({"INVOICED_OVER_CONTRACT", WARN, ROUTE_FINANCE | ROUTE_OWNER, "more is invoiced than the contract's value and that share of it", "rules.align_over_bp"},
          {"INVOICED_OVER_CONTRACT", URGENT, ROUTE_FINANCE | ROUTE_OWNER, "more is invoiced than the contract's value and that larger share of it", "rules.align_over_urgent_bp"},
          {"INVOICED_UNDER_CONTRACT", WARN, ROUTE_REVOPS, "less is invoiced than the contract's value but that share of it", "rules.align_under_bp"},
          {"INVOICED_UNDER_CONTRACT", NOTE, ROUTE_REVOPS, "less is invoiced than the contract's value but that share of it, where the contract has a billing schedule or is billed annually", "rules.align_under_bp"}),
     check_invoiced},

    {"deal's value", SALESFORCE | CLM, "the driver's amount and the contract's value",
     SAYS({"DEAL_VS_CONTRACT", WARN, ROUTE_REVOPS | ROUTE_OWNER, "the driver's amount and the contract's value differ by more than that share of the value", "rules.deal_gap_bp"}),
     check_deal_value},
};
/* clang-format on */

const size_t checks_count = sizeof checks / sizeof *checks;

static bool says(const struct check *check, const char *code, enum level level)
{
    for (const struct check_says *row = check->says; row->code; row++)
        if (strcmp(row->code, code) == 0 && row->levels & 1u << level)
            return true;
    return false;
}

const struct check *checks_of(const struct finding *finding)
{
    const struct check *found = NULL;
    for (size_t i = 0; i < checks_count; i++)
        if (says(&checks[i], finding->code, finding->level)) {
            if (checks[i].needs == finding->sources)
                return &checks[i];
            found = found ? found : &checks[i];
        }
    return found;
}

const struct check_says *checks_find(const char *code, enum level level)
{
    for (size_t i = 0; i < checks_count; i++)
        for (const struct check_says *says = checks[i].says; says->code; says++)
            if (strcmp(says->code, code) == 0 && says->levels & 1u << level)
                return says;
    return NULL;
}
