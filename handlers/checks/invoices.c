/* What is owed and since when; and whether what is overdue is more than the contract is worth. */
#include "handlers/checks/checks.h"
#include "handlers/checks/deal.h"
#include "handlers/checks/receivables.h"

#include <string.h>

enum { MAX_NAMED = 8 };

static const char *days_words(struct arena *arena, int32_t days)
{
    return arena_fmt(arena, "%d %s", days, days == 1 ? "day" : "days");
}

static void no_invoice(const struct facts *facts, struct findings *findings)
{
    struct finding *finding =
        finding_add(findings, "NO_INVOICE", LEVEL_ESCALATE_WARN, ROUTE_REVOPS, facts->account.name,
                    facts->customer_found ? "NetSuite has no invoice for this customer"
                                          : "NetSuite has no customer for this account");
    finding_fix(findings, finding, "a first invoice in NetSuite");
}

static void current(const struct receivables *receivables, struct civil today,
                    struct findings *findings)
{
    char amount[MONEY_TEXT_SIZE], when[CIVIL_TEXT_SIZE];
    const struct receivable *next = receivables->items;
    while (!next->open)
        next++;
    const struct invoice *invoice = next->invoice;
    money_format(next->net, amount);
    if (civil_is_known(invoice->due) && invoice->due.day >= today.day)
        finding_add(findings, "INVOICES_CURRENT", LEVEL_NOTE, ROUTE_CS, invoice->number,
                    "%zu open %s, none overdue; next is %s (%s), due %s", receivables->open_count,
                    receivables->open_count == 1 ? "invoice" : "invoices", invoice->number, amount,
                    invoice->due.day == today.day ? "today"
                                                  : civil_words(invoice->due, today, when));
    else
        finding_add(findings, "INVOICES_CURRENT", LEVEL_NOTE, ROUTE_CS, invoice->number,
                    "%zu open %s, none counted as overdue; oldest is %s (%s)",
                    receivables->open_count, receivables->open_count == 1 ? "invoice" : "invoices",
                    invoice->number, amount);
}

static void overdue_one(const struct receivable *receivable, const struct config *config,
                        struct findings *findings)
{
    char amount[MONEY_TEXT_SIZE];
    bool is_long = receivable->days >= config->rules.overdue_urgent_days;
    const char *number = receivable->invoice->number;
    struct finding *finding = finding_add(
        findings, is_long ? "INVOICE_OVERDUE_LONG" : "INVOICE_OVERDUE_ONE",
        is_long ? LEVEL_ESCALATE_URGENT : LEVEL_ESCALATE_WARN,
        is_long ? ROUTE_CS | ROUTE_FINANCE : ROUTE_CS, number, "Invoice %s is %s overdue (%s)",
        number, days_words(findings->arena, receivable->days),
        money_format(receivable->net, amount));
    finding_fix(findings, finding, "%s paid", number);
    finding_input(findings, finding, "days overdue", "%d", receivable->days);
    finding_input(findings, finding, "net", "%s", amount);
    finding_input(findings, finding, "threshold", "%lld days",
                  (long long)config->rules.overdue_urgent_days);
}

/* "INV-1 40 days (CAD 10.00), INV-2 5 days (CAD 3.00)", oldest first. */
static const char *list_overdue(const struct receivables *receivables, struct arena *arena,
                                const char **numbers)
{
    struct buf list = {0}, names = {0};
    size_t named = 0;
    for (size_t i = 0; i < receivables->count; i++) {
        const struct receivable *receivable = &receivables->items[i];
        char amount[MONEY_TEXT_SIZE];
        if (!receivable->overdue || named++ >= MAX_NAMED)
            continue;
        buf_fmt(&list, "%s%s %s (%s)", list.len ? ", " : "", receivable->invoice->number,
                days_words(arena, receivable->days), money_format(receivable->net, amount));
        buf_fmt(&names, "%s%s", names.len ? ", " : "", receivable->invoice->number);
    }
    if (named > MAX_NAMED)
        buf_fmt(&list, " and %zu more", named - MAX_NAMED);
    const char *text = arena_str(arena, buf_cstr(&list));
    *numbers = arena_str(arena, buf_cstr(&names));
    buf_release(&list);
    buf_release(&names);
    return text;
}

static void overdue_several(const struct receivables *receivables, const struct config *config,
                            struct findings *findings)
{
    const char *numbers;
    const char *list = list_overdue(receivables, findings->arena, &numbers);
    struct finding *finding =
        finding_add(findings, "INVOICES_OVERDUE", LEVEL_BLOCK_FINANCE, ROUTE_FINANCE, numbers,
                    "%zu invoices are overdue: %s", receivables->overdue_count, list);
    finding_fix(findings, finding, "%s paid", numbers);
    finding_input(findings, finding, "overdue", "%zu", receivables->overdue_count);
    finding_input(findings, finding, "threshold", "%lld",
                  (long long)config->rules.overdue_multiple);
}

/* An amount in the currency of `value`; unknown where no rate leads there. */
static struct money in_currency_of(struct money value, const struct invoice *invoice,
                                   struct money net, const char *base)
{
    if (money_same_currency(net, value))
        return net;
    if (strcmp(value.currency, base) != 0 || !net.currency[0] || invoice->rate.scaled <= 0)
        return (struct money){0};
    return money_convert(net, invoice->rate, value.currency, value.precision);
}

/* What is past due, net, in the currency of `value`: all of it that can be converted. *whole:
 * nothing was left out. */
static struct money exposure_of(const struct facts *facts, const struct receivables *receivables,
                                struct money value, bool *whole)
{
    struct money sum = money_zero(value.currency, value.precision);
    *whole = true;
    for (size_t i = 0; i < receivables->count; i++) {
        const struct receivable *receivable = &receivables->items[i];
        if (!receivable->past_due)
            continue;
        struct money net =
            in_currency_of(value, receivable->invoice, receivable->net, facts->base_currency);
        if (net.known)
            sum = money_add(sum, net);
        else
            *whole = false;
    }
    return sum;
}

static bool some_past_due(const struct receivables *receivables)
{
    for (size_t i = 0; i < receivables->count; i++)
        if (receivables->items[i].past_due)
            return true;
    return false;
}

/* More overdue than the whole contract is worth: strictly greater. */
static bool exceeds(const struct check_input *input, const struct receivables *receivables,
                    struct money *exposure, bool *whole)
{
    struct money value = deal_value(input->facts);
    *whole = true;
    if (!value.known || value.minor <= 0)
        return false;
    *exposure = exposure_of(input->facts, receivables, value, whole);
    return exposure->minor > 0 && money_compare(*exposure, value) > 0;
}

void check_invoices(const struct check_input *input, struct findings *findings)
{
    struct receivables receivables;
    struct money exposure;
    bool whole;
    receivables_of(input, findings->arena, &receivables);
    if (receivables.count == 0)
        no_invoice(input->facts, findings);
    else if (exceeds(input, &receivables, &exposure, &whole))
        return; /* said by the exposure check, which beats what is said here */
    else if ((int64_t)receivables.overdue_count >= input->config->rules.overdue_multiple)
        overdue_several(&receivables, input->config, findings);
    else if (receivables.overdue_count > 0)
        for (size_t i = 0; i < receivables.count; i++) {
            if (receivables.items[i].overdue)
                overdue_one(&receivables.items[i], input->config, findings);
        }
    else if (receivables.open_count > 0)
        current(&receivables, input->today, findings);
}

static void exceeded(const struct check_input *input, const struct receivables *receivables,
                     struct money exposure, struct findings *findings)
{
    char owed[MONEY_TEXT_SIZE], worth[MONEY_TEXT_SIZE];
    const char *numbers;
    const char *list = list_overdue(receivables, findings->arena, &numbers);
    struct finding *finding = finding_add(
        findings, "OVERDUE_EXCEEDS_CONTRACT", LEVEL_BLOCK_FINANCE_DIRECTOR, ROUTE_FINANCE_DIRECTOR,
        numbers, "%s overdue is more than the contract's value of %s%s%s",
        money_format(exposure, owed), money_format(deal_value(input->facts), worth),
        *list ? ": " : "", list);
    finding_fix(findings, finding, "%s paid", *numbers ? numbers : "what is overdue");
    finding_input(findings, finding, "overdue", "%s", owed);
    finding_input(findings, finding, "contract value", "%s", worth);
}

void check_exposure(const struct check_input *input, struct findings *findings)
{
    struct receivables receivables;
    struct money exposure = {0}, value = deal_value(input->facts);
    bool whole;
    receivables_of(input, findings->arena, &receivables);
    if (!some_past_due(&receivables))
        return;
    if (exceeds(input, &receivables, &exposure, &whole)) {
        exceeded(input, &receivables, exposure, findings);
    } else if (!value.known) {
        struct finding *finding =
            finding_add(findings, "OVERDUE_EXCEEDS_CONTRACT", LEVEL_ESCALATE_URGENT,
                        ROUTE_CS | ROUTE_FINANCE, input->facts->account.name,
                        "Something is overdue, and no contract value is known to weigh it against");
        finding_fix(findings, finding, "the contract's value filled in");
    }
    if (!whole)
        finding_skip(findings, "OVERDUE_EXCEEDS_CONTRACT",
                     "a rate from an overdue invoice's currency to the contract's");
}
