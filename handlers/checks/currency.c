/* Was it sold in one currency and invoiced in another? */
#include "handlers/checks/checks.h"
#include "handlers/checks/deal.h"
#include "handlers/checks/rates.h"
#include "handlers/checks/receivables.h"

#include <string.h>

enum { MAX_NAMED = 8, WHOLE_BP = 10000 };

static bool is_base(const struct facts *facts, struct money amount)
{
    return facts->base_currency && strcmp(amount.currency, facts->base_currency) == 0;
}

/* The invoices of the contract, in the base currency, and the deal at their rates. */
struct comparison {
    size_t mismatched;
    struct buf names;              /* of those in another currency */
    const struct invoice *example; /* the first of them */
    struct money invoiced;         /* in the base currency */
    bool whole;                    /* every invoice could be converted */
};

static void add_amount(const struct check_input *input, const struct invoice *invoice,
                       struct comparison *out)
{
    const struct facts *facts = input->facts;
    const struct exchange exchange = {facts, invoice->date, input->config->rules.fx_window_days,
                                      invoice->rate};
    struct money amount = invoice->subtotal.known ? invoice->subtotal : invoice->total;
    struct money in_base =
        exchange_into(&exchange, amount, facts->base_currency, facts->base_precision);
    if (in_base.known)
        out->invoiced = money_add(out->invoiced, in_base);
    else
        out->whole = false;
}

static void compare(const struct check_input *input, struct money sold, struct comparison *out)
{
    const struct facts *facts = input->facts;
    *out = (struct comparison){.whole = true,
                               .invoiced = money_zero(facts->base_currency, facts->base_precision)};
    for (size_t i = 0; i < facts->invoice_count; i++) {
        const struct invoice *invoice = &facts->invoices[i];
        if (!deal_is_invoice_of(input->deal->contract, invoice))
            continue;
        add_amount(input, invoice, out);
        if (!invoice->total.currency[0] || money_same_currency(invoice->total, sold))
            continue;
        if (out->mismatched++ == 0)
            out->example = invoice;
        if (out->mismatched <= MAX_NAMED)
            buf_fmt(&out->names, "%s%s", out->names.len ? ", " : "", invoice_name(invoice));
    }
    if (out->mismatched > MAX_NAMED)
        buf_fmt(&out->names, " and %zu more", out->mismatched - MAX_NAMED);
}

/* At the rate of the invoice's day. An invoice in the base currency has no rate to it of its own:
 * where it says one other than 1, that is the deal's. */
static struct money sold_in_base(const struct check_input *input, const struct comparison *all)
{
    const struct facts *facts = input->facts;
    const struct invoice *invoice = all->example;
    struct exchange exchange = {facts, invoice->date, input->config->rules.fx_window_days, {0}};
    struct money sold = input->deal->driver->amount;
    struct money out = exchange_into(&exchange, sold, facts->base_currency, facts->base_precision);
    if (out.known || !is_base(facts, invoice->total) || invoice->rate.scaled == RATE_SCALE)
        return out;
    return money_convert(sold, invoice->rate, facts->base_currency, facts->base_precision);
}

static void mismatch(const struct check_input *input, const struct comparison *all,
                     struct findings *findings)
{
    char amount[MONEY_TEXT_SIZE];
    const struct opportunity *driver = input->deal->driver;
    struct money sold = sold_in_base(input, all);
    const int64_t limit = input->config->rules.currency_gap_bp;
    bool comparable = sold.known && all->whole;
    bool far = comparable && money_differs_ratio(all->invoiced, sold, limit, WHOLE_BP);
    const char *names = buf_cstr(&all->names);
    struct finding *finding = finding_add(
        findings, "CURRENCY_MISMATCH", far ? LEVEL_ESCALATE_URGENT : LEVEL_ESCALATE_WARN,
        ROUTE_REVOPS, names, "%s was sold in %s, but %s %s in %s%s", deal_name(driver),
        driver->amount.currency, names, all->mismatched == 1 ? "is" : "are",
        all->example->total.currency, far ? ", and the amounts do not agree" : "");
    finding_fix(findings, finding, "%s and its invoices in one currency", deal_name(driver));
    finding_input(findings, finding, "sold", "%s", money_format(driver->amount, amount));
    finding_input(findings, finding, "sold, converted", "%s",
                  sold.known ? money_format(sold, amount) : "no rate");
    finding_input(findings, finding, "invoiced, converted", "%s",
                  all->whole ? money_format(all->invoiced, amount) : "no rate");
    finding_input(findings, finding, "threshold", "%s %%", finding_percent(findings->arena, limit));
}

void check_currency(const struct check_input *input, struct findings *findings)
{
    struct comparison all;
    const struct opportunity *driver = input->deal->driver;
    if (!driver || !input->deal->contract)
        return; /* said by their own checks */
    if (!driver->amount.currency[0] || !input->facts->base_currency) {
        finding_skip(findings, "CURRENCY_MISMATCH", "the opportunity's currency");
        return;
    }
    compare(input, driver->amount, &all);
    if (all.mismatched > 0)
        mismatch(input, &all, findings);
    buf_release(&all.names);
}
