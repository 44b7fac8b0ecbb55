/* Invoices that are paid in installments: whether the plan adds up, and what of it is overdue. */
#include "handlers/checks/checks.h"
#include "handlers/checks/overdue.h"

#include <inttypes.h>
#include <string.h>

/* ---- does the plan add up ---- */

static const struct term *term_of(const struct facts *facts, const struct invoice *invoice)
{
    for (size_t i = 0; invoice->term_id && i < facts->term_count; i++)
        if (facts->terms[i].id && strcmp(facts->terms[i].id, invoice->term_id) == 0)
            return &facts->terms[i];
    return NULL;
}

static bool can_be_added(struct money sum, struct money amount)
{
    return amount.known && strcmp(sum.currency, amount.currency) == 0;
}

/* What is wrong with it, each reason a clause; NULL: nothing. */
static const char *wrong_sum(const struct invoice *invoice, struct arena *arena)
{
    char is[MONEY_TEXT_SIZE], should[MONEY_TEXT_SIZE];
    struct money sum = money_zero(invoice->total.currency, invoice->total.precision);
    for (size_t i = 0; i < invoice->installment_count; i++) {
        if (!can_be_added(sum, invoice->installments[i].amount))
            return NULL;
        sum = money_add(sum, invoice->installments[i].amount);
    }
    if (!invoice->total.known || money_compare(sum, invoice->total) == 0)
        return NULL;
    return arena_fmt(arena, "they add up to %s, not to %s", money_format(sum, is),
                     money_format(invoice->total, should));
}

static const char *wrong_count(const struct invoice *invoice, const struct term *term,
                               struct arena *arena)
{
    if (!term || term->recurrence_count <= 0 ||
        (int64_t)invoice->installment_count == term->recurrence_count)
        return NULL;
    return arena_fmt(arena, "there are %zu, and the terms say %" PRId64, invoice->installment_count,
                     term->recurrence_count);
}

static const char *uneven(const struct invoice *invoice, const struct term *term,
                          struct arena *arena)
{
    char least_text[MONEY_TEXT_SIZE], most_text[MONEY_TEXT_SIZE];
    struct money least = invoice->installments[0].amount, most = least;
    if (!term || !term->split_evenly || !least.known)
        return NULL;
    for (size_t i = 1; i < invoice->installment_count; i++) {
        struct money amount = invoice->installments[i].amount;
        if (!can_be_added(least, amount))
            return NULL;
        if (money_compare(amount, least) < 0)
            least = amount;
        if (money_compare(amount, most) > 0)
            most = amount;
    }
    if (money_sub(most, least).minor <= 1)
        return NULL;
    return arena_fmt(arena, "they should be even, and go from %s to %s",
                     money_format(least, least_text), money_format(most, most_text));
}

static const char *join(struct arena *arena, const char *all, const char *one)
{
    if (!one)
        return all;
    return all ? arena_fmt(arena, "%s; %s", all, one) : one;
}

static void check_plan(const struct facts *facts, const struct receivable *receivable,
                       struct findings *findings)
{
    char total[MONEY_TEXT_SIZE];
    const struct invoice *invoice = receivable->invoice;
    const struct term *term = term_of(facts, invoice);
    const char *name = invoice_name(invoice);
    const char *wrong = wrong_sum(invoice, findings->arena);
    wrong = join(findings->arena, wrong, wrong_count(invoice, term, findings->arena));
    wrong = join(findings->arena, wrong, uneven(invoice, term, findings->arena));
    if (!wrong)
        return;
    /* Someone set them by hand: that explains it, and is worth knowing. */
    bool by_hand = invoice->override_installments;
    struct finding *finding = finding_add(findings, "INSTALLMENTS_INCONSISTENT",
                                          by_hand ? LEVEL_NOTE : LEVEL_ESCALATE_WARN, ROUTE_FINANCE,
                                          name, "The installments of %s%s: %s", name,
                                          by_hand ? " were set by hand" : " do not fit", wrong);
    finding_fix(findings, finding, "the installments of %s corrected", name);
    finding_input(findings, finding, "installments", "%zu", invoice->installment_count);
    finding_input(findings, finding, "total", "%s", money_format(invoice->total, total));
    if (term && term->recurrence_count > 0)
        finding_input(findings, finding, "threshold", "%" PRId64 " installments%s",
                      term->recurrence_count, term->split_evenly ? ", even" : "");
}

/* ---- what of it is overdue ---- */

static void overdue_one(const struct receivable *receivable, const struct config *config,
                        struct findings *findings)
{
    char amount[MONEY_TEXT_SIZE];
    bool is_long = receivable->days >= config->rules.overdue_urgent_days;
    const char *name = invoice_name(receivable->invoice);
    struct finding *finding = finding_add(
        findings, "INSTALLMENT_OVERDUE", is_long ? LEVEL_ESCALATE_URGENT : LEVEL_ESCALATE_WARN,
        is_long ? ROUTE_CS | ROUTE_FINANCE : ROUTE_CS, name,
        "Installment %" PRId64 " of %zu of invoice %s is %s overdue (%s)",
        receivable->first_overdue, receivable->invoice->installment_count, name,
        days_words(findings->arena, receivable->days), money_format(receivable->late, amount));
    finding_fix(findings, finding, "%s", overdue_fix(receivable, findings->arena));
    finding_input(findings, finding, "days overdue", "%d", receivable->days);
    finding_input(findings, finding, "net", "%s", amount);
    finding_input(findings, finding, "threshold", "%" PRId64 " days",
                  config->rules.overdue_urgent_days);
}

static void missed(const struct receivable *receivable, bool singly, struct findings *findings)
{
    char amount[MONEY_TEXT_SIZE];
    const char *name = invoice_name(receivable->invoice);
    struct finding *finding = finding_add(
        findings, "INSTALLMENTS_MISSED", LEVEL_BLOCK_FINANCE, ROUTE_FINANCE, name,
        "%zu of %zu installments of invoice %s are overdue, the oldest %s (%s)",
        receivable->overdue_installments, receivable->invoice->installment_count, name,
        days_words(findings->arena, receivable->days), money_format(receivable->late, amount));
    finding_fix(findings, finding, "%s", overdue_fix(receivable, findings->arena));
    /* What is said of all that is overdue names these too. */
    finding->fixed_along = !singly;
    finding_input(findings, finding, "overdue installments", "%zu",
                  receivable->overdue_installments);
    finding_input(findings, finding, "net", "%s", amount);
    finding_input(findings, finding, "threshold", "2");
}

void check_installments(const struct check_input *input, struct findings *findings)
{
    const struct receivables *receivables = input->receivables;
    bool singly = overdue_singly(input);
    for (size_t i = 0; i < receivables->count; i++) {
        const struct receivable *receivable = &receivables->items[i];
        if (receivable->invoice->installment_count > 0 &&
            receivable->invoice->remaining.minor > receivable->tolerance.minor)
            check_plan(input->facts, receivable, findings);
        if (receivable->overdue_installments > 1)
            missed(receivable, singly, findings);
        else if (receivable->overdue_installments == 1 && singly)
            overdue_one(receivable, input->config, findings);
    }
}
