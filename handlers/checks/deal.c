/* The driver of a deal and its contract. */
#include "handlers/checks/deal.h"

#include "handlers/checks/rates.h"

#include <string.h>

bool deal_is_won(const struct facts *facts, const struct opportunity *opportunity)
{
    return opportunity->won && opportunity->id &&
           salesforce_same_id(opportunity->account_id, facts->account.id);
}

bool deal_is_renewal(const struct opportunity *opportunity)
{
    return opportunity->type && strcasestr(opportunity->type, "renewal");
}

const char *deal_name(const struct opportunity *opportunity)
{
    return opportunity->name && opportunity->name[0] ? opportunity->name : opportunity->id;
}

/* <0: a is the larger one. 0 where nobody can tell. */
static int compare_amounts(const struct facts *facts, const struct opportunity *a,
                           const struct opportunity *b)
{
    const char *base = facts->base_currency;
    if (!base || !a->amount.known || !b->amount.known)
        return 0;
    if (money_same_currency(a->amount, b->amount))
        return money_compare(b->amount, a->amount);
    struct exchange of_a = {facts, a->close_date, RATE_COMPARE_DAYS, {0}};
    struct exchange of_b = {facts, b->close_date, RATE_COMPARE_DAYS, {0}};
    struct money left = exchange_into(&of_a, a->amount, base, facts->base_precision);
    struct money right = exchange_into(&of_b, b->amount, base, facts->base_precision);
    return left.known && right.known ? money_compare(right, left) : 0;
}

static bool drives_before(const struct facts *facts, const struct opportunity *a,
                          const struct opportunity *b)
{
    bool a_renewal = deal_is_renewal(a), b_renewal = deal_is_renewal(b);
    if (a_renewal != b_renewal)
        return b_renewal;
    if (a->close_date.day != b->close_date.day)
        return a->close_date.day > b->close_date.day;
    int order = compare_amounts(facts, a, b);
    return order ? order < 0 : strcmp(a->id, b->id) < 0;
}

const struct opportunity *deal_driver(const struct facts *facts, const char *opportunity_id)
{
    const struct opportunity *driver = NULL;
    for (size_t i = 0; i < facts->opportunity_count; i++) {
        const struct opportunity *candidate = &facts->opportunities[i];
        if (!deal_is_won(facts, candidate))
            continue;
        if (salesforce_same_id(candidate->id, opportunity_id))
            return candidate;
        if (!driver || drives_before(facts, candidate, driver))
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

/* An executed one before others, the one that runs longest before others. */
static const struct contract *contract_of(const struct facts *facts,
                                          const struct opportunity *driver)
{
    const struct contract *best = NULL;
    for (size_t i = 0; driver && i < facts->contract_count; i++) {
        const struct contract *contract = &facts->contracts[i];
        if (salesforce_same_id(contract->sf_contract_id, driver->contract_id) &&
            (!best || binds_before(contract, best)))
            best = contract;
    }
    return best;
}

struct deal deal_of(const struct facts *facts, const char *opportunity_id)
{
    struct deal deal = {.driver = deal_driver(facts, opportunity_id)};
    deal.contract = contract_of(facts, deal.driver);
    if (deal.contract && deal.contract->value.known)
        deal.value = deal.contract->value;
    else if (deal.driver)
        deal.value = deal.driver->amount;
    return deal;
}

bool deal_is_invoice_of(const struct contract *contract, const struct invoice *invoice)
{
    return invoice->counts && contract->id && invoice->contract_id &&
           strcmp(contract->id, invoice->contract_id) == 0;
}
