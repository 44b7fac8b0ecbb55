/* Credits that Finance has yet to apply, and credits that nobody can count on. */
#include "handlers/checks/checks.h"
#include "handlers/checks/receivables.h"

/* The oldest invoice that a credit of this currency could be set against. */
static const struct receivable *first_for(const struct receivables *receivables,
                                          const struct credit *credit, bool past_due_only)
{
    for (size_t i = 0; i < receivables->count; i++) {
        const struct receivable *receivable = &receivables->items[i];
        if (credit_suits(credit, receivable->invoice) &&
            (past_due_only ? receivable->disputable : receivable->credit.minor > 0))
            return receivable;
    }
    return NULL;
}

static void pending(const struct credit *credit, const struct receivable *receivable,
                    struct findings *findings)
{
    char amount[MONEY_TEXT_SIZE], net[MONEY_TEXT_SIZE];
    const char *number = receivable->invoice->number;
    struct finding *finding = finding_add(
        findings, "CREDIT_PENDING", LEVEL_NOTE, ROUTE_FINANCE, credit->number,
        "%s %s (%s) is not applied yet; set against %s it leaves %s",
        credit->deposit ? "Deposit" : "Credit", credit->number,
        money_format(credit->unapplied, amount), number, money_format(receivable->net, net));
    finding_fix(findings, finding, "credit %s (%s) applied", credit->number, amount);
    finding_input(findings, finding, "unapplied", "%s", amount);
    finding_input(findings, finding, "invoice", "%s", number);
    finding_input(findings, finding, "net", "%s", net);
}

static void disputed(const struct credit *credit, const struct receivable *receivable,
                     struct findings *findings)
{
    char amount[MONEY_TEXT_SIZE];
    struct finding *finding =
        finding_add(findings, "CREDIT_DISPUTED", LEVEL_ESCALATE_WARN, ROUTE_FINANCE, credit->number,
                    "Credit %s (%s), which would go against overdue %s, is %s", credit->number,
                    money_format(credit->unapplied, amount), receivable->invoice->number,
                    credit->disputed ? "in dispute" : "not approved");
    finding_fix(findings, finding, "credit %s %s", credit->number,
                credit->disputed ? "settled" : "approved");
    finding_input(findings, finding, "unapplied", "%s", amount);
    finding_input(findings, finding, "invoice", "%s", receivable->invoice->number);
}

void check_credits(const struct check_input *input, struct findings *findings)
{
    struct receivables receivables;
    receivables_of(input, findings->arena, &receivables);
    for (size_t i = 0; i < input->facts->credit_count; i++) {
        const struct credit *credit = &input->facts->credits[i];
        if (!credit->unapplied.known || credit->unapplied.minor <= 0)
            continue;
        bool usable = credit_is_usable(credit);
        const struct receivable *receivable = first_for(&receivables, credit, !usable);
        if (receivable && usable)
            pending(credit, receivable, findings);
        else if (receivable)
            disputed(credit, receivable, findings);
    }
}
