/* The driver of a deal and its contract. */
#include "handlers/checks/deal.h"

#include <string.h>

static bool is_candidate(const struct facts *facts, const struct opportunity *opportunity)
{
    return opportunity->won && opportunity->account_id && facts->account.id &&
           strcmp(opportunity->account_id, facts->account.id) == 0;
}

/* Amounts in two currencies cannot be compared here: then the id decides. */
static bool drives_before(const struct opportunity *a, const struct opportunity *b)
{
    if (a->close_date.day != b->close_date.day)
        return a->close_date.day > b->close_date.day;
    if (a->amount.known && b->amount.known && money_same_currency(a->amount, b->amount)) {
        int order = money_compare(a->amount, b->amount);
        if (order)
            return order > 0;
    }
    return strcmp(a->id, b->id) < 0;
}

const struct opportunity *deal_driver(const struct facts *facts)
{
    const struct opportunity *driver = NULL;
    for (size_t i = 0; i < facts->opportunity_count; i++) {
        const struct opportunity *candidate = &facts->opportunities[i];
        if (is_candidate(facts, candidate) && (!driver || drives_before(candidate, driver)))
            driver = candidate;
    }
    return driver;
}

static bool binds_before(const struct contract *a, const struct contract *b)
{
    bool a_executed = a->status == CONTRACT_EXECUTED, b_executed = b->status == CONTRACT_EXECUTED;
    if (a_executed != b_executed)
        return a_executed;
    if (a->expires.day != b->expires.day)
        return a->expires.day > b->expires.day;
    return strcmp(a->id ? a->id : "", b->id ? b->id : "") < 0;
}

const struct contract *deal_contract(const struct facts *facts)
{
    const struct opportunity *driver = deal_driver(facts);
    const struct contract *best = NULL;
    for (size_t i = 0; driver && driver->contract_id && i < facts->contract_count; i++) {
        const struct contract *contract = &facts->contracts[i];
        if (contract->sf_contract_id &&
            strcmp(contract->sf_contract_id, driver->contract_id) == 0 &&
            (!best || binds_before(contract, best)))
            best = contract;
    }
    return best;
}

struct money deal_value(const struct facts *facts)
{
    const struct contract *contract = deal_contract(facts);
    if (contract && contract->value.known)
        return contract->value;
    const struct opportunity *driver = deal_driver(facts);
    return driver ? driver->amount : (struct money){0};
}
