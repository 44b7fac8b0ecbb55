/* Three amounts that should agree: what was sold, what was signed, and what is invoiced. */
#include "handlers/checks/checks.h"
#include "handlers/checks/deal.h"
#include "handlers/checks/rates.h"
#include "handlers/checks/receivables.h"

#include <string.h>

enum { WHOLE_BP = 10000 };

/* ---- invoiced against the contract ---- */

struct invoiced {
    struct money sum; /* before tax, in the value's currency */
    size_t count;
    bool linked;       /* invoices name their contracts at all */
    const char *lacks; /* what is needed to know the sum, NULL */
};

static struct money before_tax(const struct invoice *invoice)
{
    if (invoice->subtotal.known)
        return invoice->subtotal;
    if (invoice->total.known && invoice->tax.known &&
        strcmp(invoice->total.currency, invoice->tax.currency) == 0)
        return money_sub(invoice->total, invoice->tax);
    return (struct money){0};
}

static struct invoiced invoiced_of(const struct check_input *input, struct money value)
{
    const struct facts *facts = input->facts;
    struct invoiced out = {.sum = money_zero(value.currency, value.precision)};
    for (size_t i = 0; i < facts->invoice_count; i++) {
        const struct invoice *invoice = &facts->invoices[i];
        const struct exchange exchange = {facts, invoice->date, input->config->rules.fx_window_days,
                                          invoice->rate};
        out.linked |= invoice->counts && invoice->contract_id && invoice->contract_id[0];
        if (!deal_is_invoice_of(input->deal->contract, invoice))
            continue;
        struct money amount = before_tax(invoice);
        struct money converted = exchange_into(&exchange, amount, value.currency, value.precision);
        out.count++;
        if (converted.known)
            out.sum = money_add(out.sum, converted);
        else
            out.lacks = amount.known ? "a rate from an invoice's currency to the contract's"
                                     : "an invoice's amount before tax";
    }
    if (!out.linked)
        out.lacks = "invoices that name their contract";
    return out;
}

static void say(const struct check_input *input, const struct invoiced *invoiced,
                struct finding *finding, int64_t threshold_bp, struct findings *findings)
{
    char sum[MONEY_TEXT_SIZE], worth[MONEY_TEXT_SIZE];
    finding_input(findings, finding, "invoiced", "%s", money_format(invoiced->sum, sum));
    finding_input(findings, finding, "contract value", "%s",
                  money_format(input->deal->value, worth));
    finding_input(findings, finding, "invoices", "%zu", invoiced->count);
    finding_input(findings, finding, "threshold", "%s %%",
                  finding_percent(findings->arena, threshold_bp));
}

static void over(const struct check_input *input, const struct invoiced *invoiced, bool urgent,
                 struct findings *findings)
{
    char sum[MONEY_TEXT_SIZE], worth[MONEY_TEXT_SIZE];
    const char *id = input->deal->contract->id;
    struct finding *finding = finding_add(
        findings, "INVOICED_OVER_CONTRACT", urgent ? LEVEL_ESCALATE_URGENT : LEVEL_ESCALATE_WARN,
        ROUTE_FINANCE | ROUTE_OWNER, id, "%s is invoiced on contract %s, worth %s",
        money_format(invoiced->sum, sum), id, money_format(input->deal->value, worth));
    finding_fix(findings, finding, "the invoices of %s corrected to its value", id);
    say(input, invoiced, finding,
        urgent ? input->config->rules.align_over_urgent_bp : input->config->rules.align_over_bp,
        findings);
}

/* A contract that is billed as it goes is not invoiced in full. */
static bool is_scheduled(const struct contract *contract)
{
    return contract->billing_schedule && contract->billing_schedule[0] &&
           strcmp(contract->billing_schedule, "upfront") != 0;
}

static void under(const struct check_input *input, const struct invoiced *invoiced,
                  struct findings *findings)
{
    char sum[MONEY_TEXT_SIZE], worth[MONEY_TEXT_SIZE];
    const struct contract *contract = input->deal->contract;
    bool scheduled = is_scheduled(contract);
    struct finding *finding = finding_add(
        findings, "INVOICED_UNDER_CONTRACT", scheduled ? LEVEL_NOTE : LEVEL_ESCALATE_WARN,
        ROUTE_REVOPS, contract->id, "Only %s is invoiced on contract %s, worth %s%s%s",
        money_format(invoiced->sum, sum), contract->id, money_format(input->deal->value, worth),
        scheduled ? ", which is billed " : "", scheduled ? contract->billing_schedule : "");
    finding_fix(findings, finding, "the rest of %s invoiced, or its billing schedule filled in",
                contract->id);
    say(input, invoiced, finding, input->config->rules.align_under_bp, findings);
}

void check_invoiced(const struct check_input *input, struct findings *findings)
{
    const struct money value = input->deal->value;
    const struct contract *contract = input->deal->contract;
    /* no contract, no invoice: said by their own checks; nothing to compare with: nothing to say */
    if (!contract || !contract->id ||
        input->receivables->count + input->receivables->unread_count == 0 ||
        (value.known && value.minor <= 0))
        return;
    struct invoiced invoiced = {.lacks = "the contract's value"};
    if (value.known && value.currency[0])
        invoiced = invoiced_of(input, value);
    if (invoiced.lacks) {
        finding_skip(findings, "INVOICED_OVER_CONTRACT", invoiced.lacks);
        finding_skip(findings, "INVOICED_UNDER_CONTRACT", invoiced.lacks);
        return;
    }
    int64_t most = WHOLE_BP + input->config->rules.align_over_bp;
    int64_t far_too_much = WHOLE_BP + input->config->rules.align_over_urgent_bp;
    int64_t least = WHOLE_BP - input->config->rules.align_under_bp;
    if (money_exceeds_ratio(invoiced.sum, value, most, WHOLE_BP))
        over(input, &invoiced, money_exceeds_ratio(invoiced.sum, value, far_too_much, WHOLE_BP),
             findings);
    else if (least > 0 && money_exceeds_ratio(value, invoiced.sum, WHOLE_BP, least))
        under(input, &invoiced, findings);
}

/* ---- the deal against the contract ---- */

void check_deal_value(const struct check_input *input, struct findings *findings)
{
    char sold[MONEY_TEXT_SIZE], worth[MONEY_TEXT_SIZE];
    const struct opportunity *driver = input->deal->driver;
    const struct contract *contract = input->deal->contract;
    if (!driver || !contract || !contract->id)
        return; /* said by their own checks */
    const struct money value = contract->value;
    if (!driver->amount.known || !value.known || !value.currency[0]) {
        finding_skip(findings, "DEAL_VS_CONTRACT",
                     driver->amount.known ? "the contract's value" : "the opportunity's amount");
        return;
    }
    const struct exchange exchange = {
        input->facts, driver->close_date, input->config->rules.fx_window_days, {0}};
    struct money amount = exchange_into(&exchange, driver->amount, value.currency, value.precision);
    if (!amount.known) {
        finding_skip(findings, "DEAL_VS_CONTRACT",
                     "a rate from the opportunity's currency to the contract's");
        return;
    }
    if (!money_differs_ratio(amount, value, input->config->rules.deal_gap_bp, WHOLE_BP))
        return;
    struct finding *finding =
        finding_add(findings, "DEAL_VS_CONTRACT", LEVEL_ESCALATE_WARN, ROUTE_REVOPS | ROUTE_OWNER,
                    deal_name(driver), "The opportunity says %s, contract %s %s",
                    money_format(driver->amount, sold), contract->id, money_format(value, worth));
    finding_fix(findings, finding, "the amount of %s and the value of %s made to agree",
                deal_name(driver), contract->id);
    finding_input(findings, finding, "opportunity amount", "%s", sold);
    finding_input(findings, finding, "contract value", "%s", worth);
    finding_input(findings, finding, "threshold", "%s %%",
                  finding_percent(findings->arena, input->config->rules.deal_gap_bp));
}
