/* Open invoices in another currency than the base: how far the rate has moved since their date, and
 * whether the rates can be believed. */
#include "handlers/checks/checks.h"
#include "handlers/checks/rates.h"
#include "handlers/checks/receivables.h"

#include <inttypes.h>
#include <string.h>

enum { WHOLE_BP = 10000 };

/* The rates that an invoice is judged by. */
struct rates_of {
    const struct receivable *receivable;
    const char *name, *currency;
    struct rate_at then, now; /* of the source of rates */
    struct rate_at at_date;   /* the invoice's own, else that of its day */
};

static struct rates_of rates_for(const struct check_input *input,
                                 const struct receivable *receivable)
{
    const struct invoice *invoice = receivable->invoice;
    const int64_t window = input->config->rules.fx_window_days;
    struct rates_of out = {
        .receivable = receivable,
        .name = invoice_name(invoice),
        .currency = invoice->remaining.currency,
        .then = rate_near(input->facts, invoice->remaining.currency, invoice->date, window),
        .now = rate_near(input->facts, invoice->remaining.currency, input->today, window),
    };
    out.at_date = invoice->rate.scaled > 0
                      ? (struct rate_at){invoice->rate, invoice->date, "the invoice"}
                      : out.then;
    return out;
}

/* "1.378 (netsuite, 2026-04-19)": whoever doubts it must know whom to ask. */
static void add_rate(struct findings *findings, struct finding *finding, const char *name,
                     const struct rate_at *rate)
{
    char text[RATE_TEXT_SIZE], day[CIVIL_TEXT_SIZE];
    const char *shown = rate_format(rate->rate, text);
    if (rate->source)
        finding_input(findings, finding, name, "%s (%s, %s)", shown, rate->source,
                      civil_format(rate->date, day));
    else
        finding_input(findings, finding, name, "%s", shown);
}

/* ---- rates that are missing, or not to be believed ---- */

static void missing(const struct check_input *input, const struct rates_of *rates,
                    struct findings *findings)
{
    char day[CIVIL_TEXT_SIZE];
    struct civil wanted =
        rates->then.rate.scaled > 0 ? input->today : rates->receivable->invoice->date;
    const char *when = civil_is_known(wanted) ? civil_format(wanted, day) : "its date, not known";
    struct finding *finding =
        finding_add(findings, "FX_RATE_MISSING", LEVEL_ESCALATE_WARN, ROUTE_FINANCE, rates->name,
                    "Invoice %s is in %s, and there is no rate to %s near %s", rates->name,
                    rates->currency, input->facts->base_currency, when);
    finding_fix(findings, finding, "a rate from %s to %s for %s", rates->currency,
                input->facts->base_currency, when);
    add_rate(findings, finding, "rate at invoice date", &rates->then);
    add_rate(findings, finding, "rate today", &rates->now);
    finding_input(findings, finding, "threshold", "%" PRId64 " days",
                  input->config->rules.fx_window_days);
}

static void not_believed(const struct check_input *input, const struct rates_of *rates,
                         struct findings *findings)
{
    char own[RATE_TEXT_SIZE], reference[RATE_TEXT_SIZE];
    const struct rate_at invoiced = {rates->receivable->invoice->rate,
                                     rates->receivable->invoice->date, "the invoice"};
    struct finding *finding = finding_add(
        findings, "FX_RATE_MISSING", LEVEL_ESCALATE_WARN, ROUTE_FINANCE, rates->name,
        "Invoice %s was made at a rate of %s %s, far from that day's %s", rates->name,
        rate_format(invoiced.rate, own), rates->currency, rate_format(rates->then.rate, reference));
    finding_fix(findings, finding, "the rate of %s corrected", rates->name);
    add_rate(findings, finding, "invoice rate", &invoiced);
    add_rate(findings, finding, "rate at invoice date", &rates->then);
    finding_input(findings, finding, "threshold", "%s %%",
                  finding_percent(findings->arena, input->config->rules.fx_off_bp));
}

/* ---- a rate that moved ---- */

static enum level level_of(const struct check_input *input, const struct rates_of *rates,
                           struct money exposure, int64_t *threshold_bp)
{
    const int64_t least = input->config->rules.fx_min_exposure;
    struct money floor = money_zero(exposure.currency, 0);
    floor.minor = least;
    const struct {
        int64_t over_bp;
        enum level level;
        bool needs_exposure;
    } steps[] = {
        {input->config->rules.fx_urgent_bp, LEVEL_ESCALATE_URGENT, true},
        {input->config->rules.fx_warn_bp, LEVEL_ESCALATE_WARN, true},
        {input->config->rules.fx_note_bp, LEVEL_NOTE, false},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        *threshold_bp = steps[i].over_bp;
        if (rate_differs_ratio(rates->now.rate, rates->at_date.rate, steps[i].over_bp, WHOLE_BP) &&
            (!steps[i].needs_exposure || (exposure.known && money_compare(exposure, floor) >= 0)))
            return steps[i].level;
    }
    return LEVEL_NONE;
}

static void drift(const struct check_input *input, const struct rates_of *rates,
                  struct findings *findings)
{
    char then[RATE_TEXT_SIZE], now[RATE_TEXT_SIZE], stake[MONEY_TEXT_SIZE];
    const struct facts *facts = input->facts;
    int64_t threshold_bp;
    struct money exposure = money_convert(rates->receivable->invoice->remaining,
                                          rate_gap(rates->now.rate, rates->at_date.rate),
                                          facts->base_currency, facts->base_precision);
    enum level level = level_of(input, rates, exposure, &threshold_bp);
    if (level == LEVEL_NONE)
        return;
    struct finding *finding = finding_add(
        findings, "FX_DRIFT", level, ROUTE_FINANCE, rates->name,
        "Since invoice %s the %s went from %s to %s %s: %s at stake", rates->name, rates->currency,
        rate_format(rates->at_date.rate, then), rate_format(rates->now.rate, now),
        facts->base_currency, money_format(exposure, stake));
    finding_fix(findings, finding, "%s paid", rates->name);
    finding->fixed_along = rates->receivable->overdue;
    add_rate(findings, finding, "rate at invoice date", &rates->at_date);
    add_rate(findings, finding, "rate today", &rates->now);
    finding_input(findings, finding, "exposure", "%s", stake);
    finding_input(findings, finding, "threshold", "%s %%",
                  finding_percent(findings->arena, threshold_bp));
}

static void judge(const struct check_input *input, const struct receivable *receivable,
                  struct findings *findings)
{
    const struct rates_of rates = rates_for(input, receivable);
    const struct rate own = receivable->invoice->rate;
    if (rates.then.rate.scaled <= 0 || rates.now.rate.scaled <= 0)
        missing(input, &rates, findings);
    else if (own.scaled > 0 &&
             rate_differs_ratio(own, rates.then.rate, input->config->rules.fx_off_bp, WHOLE_BP))
        not_believed(input, &rates, findings);
    else
        drift(input, &rates, findings);
}

/* Something is left to pay, in a currency that is not the base. */
static bool is_foreign(const struct facts *facts, const struct receivable *receivable)
{
    const struct money remaining = receivable->invoice->remaining;
    return facts->base_currency && remaining.currency[0] &&
           strcmp(remaining.currency, facts->base_currency) != 0 &&
           remaining.minor > receivable->tolerance.minor;
}

void check_fx(const struct check_input *input, struct findings *findings)
{
    for (size_t i = 0; i < input->receivables->count; i++) {
        const struct receivable *receivable = &input->receivables->items[i];
        if (!is_foreign(input->facts, receivable))
            continue;
        if (!input->facts->rates.known) {
            finding_skip(findings, "FX_DRIFT", "currency rates");
            finding_skip(findings, "FX_RATE_MISSING", "currency rates");
            return;
        }
        judge(input, receivable, findings);
    }
}
