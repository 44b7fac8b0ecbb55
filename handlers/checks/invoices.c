/* What is owed and since when; and whether what is overdue is more than the contract is worth. */
#include "handlers/checks/checks.h"
#include "handlers/checks/deal.h"
#include "handlers/checks/overdue.h"

static void no_invoice(const struct facts *facts, struct findings *findings)
{
    struct finding *finding =
        finding_add(findings, "NO_INVOICE", LEVEL_ESCALATE_WARN, ROUTE_REVOPS, facts->account.name,
                    facts->customer_found ? "NetSuite has no invoice for this customer"
                                          : "NetSuite has no customer for this account");
    finding_fix(findings, finding, "a first invoice in NetSuite");
    finding_input(findings, finding, "invoices read", "%zu", facts->invoice_count);
}

static void current(const struct receivables *receivables, struct civil today,
                    struct findings *findings)
{
    char amount[MONEY_TEXT_SIZE], when[CIVIL_TEXT_SIZE];
    const struct receivable *next = receivables->items;
    while (!next->open)
        next++;
    const char *name = invoice_name(next->invoice);
    const char *count = arena_fmt(findings->arena, "%zu open %s", receivables->open_count,
                                  receivables->open_count == 1 ? "invoice" : "invoices");
    money_format(next->net, amount);
    struct finding *finding;
    if (civil_is_known(next->due) && next->due.day >= today.day)
        finding =
            finding_add(findings, "INVOICES_CURRENT", LEVEL_NOTE, ROUTE_CS, name,
                        "%s, none overdue; next is %s (%s), due %s", count, name, amount,
                        next->due.day == today.day ? "today" : civil_words(next->due, today, when));
    else
        finding =
            finding_add(findings, "INVOICES_CURRENT", LEVEL_NOTE, ROUTE_CS, name,
                        "%s, none counted as overdue; oldest is %s (%s)", count, name, amount);
    finding_input(findings, finding, "open", "%zu", receivables->open_count);
    finding_input(findings, finding, "net", "%s", amount);
}

static void overdue_one(const struct receivable *receivable, const struct config *config,
                        struct findings *findings)
{
    char amount[MONEY_TEXT_SIZE];
    bool is_long = receivable->days >= config->rules.overdue_urgent_days;
    const char *number = invoice_name(receivable->invoice);
    struct finding *finding = finding_add(
        findings, is_long ? "INVOICE_OVERDUE_LONG" : "INVOICE_OVERDUE_ONE",
        is_long ? LEVEL_ESCALATE_URGENT : LEVEL_ESCALATE_WARN,
        is_long ? ROUTE_CS | ROUTE_FINANCE : ROUTE_CS, number, "Invoice %s is %s overdue (%s)",
        number, days_words(findings->arena, receivable->days),
        money_format(receivable->net, amount));
    finding_fix(findings, finding, "%s", overdue_fix(receivable, findings->arena));
    finding_input(findings, finding, "days overdue", "%d", receivable->days);
    finding_input(findings, finding, "net", "%s", amount);
    finding_input(findings, finding, "threshold", "%lld days",
                  (long long)config->rules.overdue_urgent_days);
}

static void overdue_several(const struct receivables *receivables, const struct config *config,
                            struct findings *findings)
{
    const char *numbers;
    const char *list = overdue_list(receivables, findings->arena, &numbers);
    struct finding *finding =
        finding_add(findings, "INVOICES_OVERDUE", LEVEL_BLOCK_FINANCE, ROUTE_FINANCE, numbers,
                    "%zu invoices are overdue: %s", receivables->overdue_count, list);
    finding_fix(findings, finding, "%s", overdue_fix_all(receivables, findings->arena));
    finding_input(findings, finding, "overdue", "%zu", receivables->overdue_count);
    finding_input(findings, finding, "threshold", "%lld",
                  (long long)config->rules.overdue_multiple);
}

void check_invoices(const struct check_input *input, struct findings *findings)
{
    const struct receivables *receivables = input->receivables;
    if (receivables->unread_count > 0)
        finding_skip(findings, "INVOICES_OVERDUE", "what is left to pay of every invoice");
    if (receivables->count + receivables->unread_count == 0)
        no_invoice(input->facts, findings);
    else if (exposure_of(input).exceeds)
        return; /* said by the exposure check, which beats what is said here */
    else if (!overdue_singly(input))
        overdue_several(receivables, input->config, findings);
    else if (receivables->overdue_count > 0)
        for (size_t i = 0; i < receivables->count; i++) {
            const struct receivable *receivable = &receivables->items[i];
            if (receivable->overdue && !receivable->by_installments)
                overdue_one(receivable, input->config, findings);
        }
    else if (receivables->open_count > 0)
        current(receivables, input->today, findings);
}

static void exceeded(const struct check_input *input, const struct exposure *exposure,
                     struct findings *findings)
{
    char owed[MONEY_TEXT_SIZE], worth[MONEY_TEXT_SIZE];
    const char *numbers;
    const struct receivables *receivables = input->receivables;
    const char *list = overdue_list(receivables, findings->arena, &numbers);
    struct finding *finding = finding_add(
        findings, "OVERDUE_EXCEEDS_CONTRACT", LEVEL_BLOCK_FINANCE_DIRECTOR, ROUTE_FINANCE_DIRECTOR,
        *numbers ? numbers : input->facts->account.name,
        "%s overdue is more than the contract's value of %s%s%s", money_format(exposure->sum, owed),
        money_format(exposure->value, worth), *list ? ": " : "", list);
    const char *fix = overdue_fix_all(receivables, findings->arena);
    finding_fix(findings, finding, "%s", *fix ? fix : "what is overdue paid");
    finding_input(findings, finding, "overdue", "%s", owed);
    finding_input(findings, finding, "threshold", "%s", worth);
}

void check_exposure(const struct check_input *input, struct findings *findings)
{
    if (input->receivables->unread_count > 0)
        finding_skip(findings, "OVERDUE_EXCEEDS_CONTRACT", "what is left to pay of every invoice");
    if (input->receivables->past_due_count == 0)
        return;
    const struct exposure exposure = exposure_of(input);
    if (exposure.exceeds) {
        exceeded(input, &exposure, findings);
    } else if (!exposure.value.known) {
        struct finding *finding =
            finding_add(findings, "OVERDUE_EXCEEDS_CONTRACT", LEVEL_ESCALATE_URGENT,
                        ROUTE_CS | ROUTE_FINANCE, input->facts->account.name,
                        "Something is overdue, and no contract value is known to weigh it against");
        finding_fix(findings, finding, "the contract's value filled in");
        /* An amount of the deal is asked for by its own check, and does as well; and once all that
         * is overdue is paid, nothing is left to be weighed. */
        finding->fixed_along = input->deal->driver || input->receivables->overdue_count ==
                                                          input->receivables->past_due_count;
        finding_input(findings, finding, "threshold", "not known");
    }
    if (!exposure.whole)
        finding_skip(findings, "OVERDUE_EXCEEDS_CONTRACT",
                     "a rate from an overdue invoice's currency to the contract's");
}
