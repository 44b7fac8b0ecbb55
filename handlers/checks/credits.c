/* Credits that Finance has yet to apply, and credits that nobody can count on. */
#include "handlers/checks/checks.h"
#include "handlers/checks/overdue.h"

#include <inttypes.h>

/* The oldest invoice that a credit of this currency could be set against. */
static const struct receivable *first_for(const struct receivables *receivables,
                                          const struct credit *credit, bool overdue_only)
{
    for (size_t i = 0; i < receivables->count; i++) {
        const struct receivable *receivable = &receivables->items[i];
        if (credit_suits(credit, receivable->invoice) &&
            (overdue_only ? receivable->overdue : receivable->credit.minor > 0))
            return receivable;
    }
    return NULL;
}

static const char *credit_name(const struct credit *credit)
{
    return credit->number && credit->number[0] ? credit->number : credit->id ? credit->id : "?";
}

static void pending(const struct credit *credit, const struct receivable *receivable,
                    const struct config *config, struct findings *findings)
{
    char amount[MONEY_TEXT_SIZE], net[MONEY_TEXT_SIZE];
    const char *number = invoice_name(receivable->invoice);
    struct finding *finding = finding_add(
        findings, "CREDIT_PENDING", LEVEL_NOTE, ROUTE_FINANCE, credit_name(credit),
        "%s %s (%s) is not applied yet; set against %s it leaves %s",
        credit->deposit ? "Deposit" : "Credit", credit_name(credit),
        money_format(credit->unapplied, amount), number, money_format(receivable->net, net));
    finding_fix(findings, finding, "%s", credit_fix(credit, findings->arena));
    finding_input(findings, finding, "unapplied", "%s", amount);
    finding_input(findings, finding, "invoice", "%s", number);
    finding_input(findings, finding, "net", "%s", net);
    finding_input(findings, finding, "threshold", "%" PRId64 " %%",
                  config->rules.credit_suppress_pct);
}

static void disputed(const struct credit *credit, const struct receivable *receivable,
                     struct findings *findings)
{
    char amount[MONEY_TEXT_SIZE];
    const char *state = credit->disputed ? "in dispute" : "not approved";
    const char *invoice = invoice_name(receivable->invoice);
    struct finding *finding =
        finding_add(findings, "CREDIT_DISPUTED", LEVEL_ESCALATE_WARN, ROUTE_FINANCE,
                    credit_name(credit), "%s %s (%s), which would go against overdue %s, is %s",
                    credit->deposit ? "Deposit" : "Credit", credit_name(credit),
                    money_format(credit->unapplied, amount), invoice, state);
    finding_fix(findings, finding, "%s, or %s paid", credit_fix(credit, findings->arena), invoice);
    /* What makes the invoice no longer overdue leaves nothing to be covered. */
    finding->fixed_along = true;
    finding_input(findings, finding, "unapplied", "%s", amount);
    finding_input(findings, finding, "invoice", "%s", invoice);
    finding_input(findings, finding, "state", "%s", state);
}

void check_credits(const struct check_input *input, struct findings *findings)
{
    for (size_t i = 0; i < input->facts->credit_count; i++) {
        const struct credit *credit = &input->facts->credits[i];
        if (!credit->unapplied.known || credit->unapplied.minor <= 0)
            continue;
        bool usable = credit_is_usable(credit);
        const struct receivable *receivable = first_for(input->receivables, credit, !usable);
        if (receivable && usable)
            pending(credit, receivable, input->config, findings);
        else if (receivable)
            disputed(credit, receivable, findings);
    }
}
