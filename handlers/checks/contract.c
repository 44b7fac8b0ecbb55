/* The contract: executed, in force, signed by all. */
#include "handlers/checks/checks.h"
#include "handlers/checks/deal.h"

enum { MAX_NAMED = 5 };

static const unsigned routes = ROUTE_LEGAL | ROUTE_OWNER;

static void not_executed(struct findings *findings, const struct contract *contract)
{
    struct finding *finding = finding_add(
        findings, "CONTRACT_NOT_EXECUTED", LEVEL_BLOCK_HARD, routes, contract->id,
        "Contract %s is not executed: the CLM says \"%s\"", contract->id,
        contract->status_text ? contract->status_text : contract_status_name(contract->status));
    finding_fix(findings, finding, "contract %s executed", contract->id);
    finding_input(findings, finding, "status", "%s", contract_status_name(contract->status));
}

static void check_dates(const struct contract *contract, struct civil today,
                        struct findings *findings)
{
    char when[CIVIL_TEXT_SIZE];
    bool over = civil_is_known(contract->expires) && contract->expires.day < today.day;
    if (over || contract->status == CONTRACT_EXPIRED) {
        struct finding *finding =
            over ? finding_add(findings, "CONTRACT_EXPIRED", LEVEL_BLOCK_HARD, routes, contract->id,
                               "Contract %s expired on %s", contract->id,
                               civil_words(contract->expires, today, when))
                 : finding_add(findings, "CONTRACT_EXPIRED", LEVEL_BLOCK_HARD, routes, contract->id,
                               "Contract %s is expired in the CLM", contract->id);
        finding_fix(findings, finding, "contract %s renewed", contract->id);
        finding_input(findings, finding, "expires", "%s", civil_format(contract->expires, when));
    }
    if (civil_is_known(contract->effective) && contract->effective.day > today.day) {
        struct finding *finding =
            finding_add(findings, "CONTRACT_NOT_YET_EFFECTIVE", LEVEL_ESCALATE_WARN, routes,
                        contract->id, "Contract %s takes effect only on %s", contract->id,
                        civil_words(contract->effective, today, when));
        finding_fix(findings, finding, "%s reached", civil_words(contract->effective, today, when));
        finding_input(findings, finding, "effective", "%s",
                      civil_format(contract->effective, when));
    }
}

static void check_signatures(const struct contract *contract, struct findings *findings)
{
    if (contract->status != CONTRACT_EXECUTED || !contract->pending_count)
        return;
    struct buf names = {0};
    for (size_t i = 0; i < contract->pending_count && i < MAX_NAMED; i++)
        buf_fmt(&names, "%s%s", i ? ", " : "", contract->pending[i]);
    struct finding *finding = finding_add(
        findings, "SIGNATURES_PENDING", LEVEL_ESCALATE_WARN, routes, contract->id,
        "Contract %s is executed, but %zu %s: %s", contract->id, contract->pending_count,
        contract->pending_count == 1 ? "signature is missing" : "signatures are missing",
        buf_cstr(&names));
    buf_release(&names);
    finding_fix(findings, finding, "contract %s signed by all", contract->id);
    finding_input(findings, finding, "pending", "%zu", contract->pending_count);
}

void check_contract(const struct check_input *input, struct findings *findings)
{
    const struct opportunity *driver = input->deal->driver;
    const struct contract *contract = input->deal->contract;
    if (!driver) {
        finding_skip(findings, "CONTRACT_NOT_EXECUTED", "a won opportunity");
        return;
    }
    if (!contract) {
        struct finding *finding =
            finding_add(findings, "CONTRACT_NOT_EXECUTED", LEVEL_BLOCK_HARD, routes, driver->id,
                        "The CLM knows no contract for this deal");
        finding_fix(findings, finding, "the deal's contract executed");
        finding_input(findings, finding, "Salesforce contract", "%s",
                      driver->contract_id ? driver->contract_id : "none");
        return;
    }
    if (contract->status != CONTRACT_EXECUTED && contract->status != CONTRACT_EXPIRED)
        not_executed(findings, contract);
    check_dates(contract, input->today, findings);
    check_signatures(contract, findings);
}
