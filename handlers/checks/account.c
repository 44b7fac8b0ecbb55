/* Is there an account, and did it buy anything? */
#include "handlers/checks/checks.h"
#include "handlers/checks/deal.h"

void check_account(const struct check_input *input, struct findings *findings)
{
    const struct account *account = &input->facts->account;
    if (account->found && !account->deleted)
        return;
    struct finding *finding =
        finding_add(findings, "ACCOUNT_MISSING", LEVEL_BLOCK_HARD, ROUTE_CS, account->id,
                    account->found ? "The account is deleted in Salesforce"
                                   : "There is no such account in Salesforce");
    finding_fix(findings, finding, "the account restored in Salesforce");
    finding_input(findings, finding, "account", "%s", account->id ? account->id : "none");
}

void check_deal(const struct check_input *input, struct findings *findings)
{
    if (!input->facts->account.found) {
        finding_skip(findings, "NO_WON_OPPORTUNITY", "the account");
        return;
    }
    if (input->deal->driver)
        return;
    struct finding *finding =
        finding_add(findings, "NO_WON_OPPORTUNITY", LEVEL_BLOCK_HARD, ROUTE_OWNER,
                    input->facts->account.name, "The account has no won opportunity of its own");
    finding_fix(findings, finding, "an opportunity of this account won in Salesforce");
    finding_input(findings, finding, "opportunities read", "%zu", input->facts->opportunity_count);
}
