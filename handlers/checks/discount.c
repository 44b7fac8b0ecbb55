/* A discount for paying early that the customer can still take. */
#include "handlers/checks/checks.h"
#include "handlers/checks/receivables.h"

#include <string.h>

static const struct term *term_of(const struct facts *facts, const struct invoice *invoice)
{
    for (size_t i = 0; invoice->term_id && i < facts->term_count; i++)
        if (facts->terms[i].id && strcmp(facts->terms[i].id, invoice->term_id) == 0)
            return &facts->terms[i];
    return NULL;
}

/* Date-driven terms name a day of the month: the first such day on or after the invoice date. */
static struct civil day_of_month_from(struct civil from, int64_t day)
{
    int year, month, today;
    civil_split(from, &year, &month, &today);
    struct civil first = civil_of(year, month, 1);
    for (int32_t ahead = 0; ahead < 2; ahead++) {
        struct civil month_start = civil_add_months(first, ahead);
        struct civil last = civil_add_days(civil_add_months(first, ahead + 1), -1);
        struct civil candidate = civil_add_days(month_start, (int32_t)day - 1);
        if (candidate.day > last.day)
            candidate = last;
        if (candidate.day >= from.day)
            return candidate;
    }
    return CIVIL_NONE;
}

/* The last day on which the discount can be taken; CIVIL_NONE where the term gives none. */
static struct civil discount_ends(const struct term *term, struct civil invoice_date)
{
    if (!civil_is_known(invoice_date) || term->discount_bp <= 0)
        return CIVIL_NONE;
    if (term->date_driven)
        return term->day_discount_expires >= 1 && term->day_discount_expires <= 31
                   ? day_of_month_from(invoice_date, term->day_discount_expires)
                   : CIVIL_NONE;
    return term->days_until_expiry >= 0 && term->days_until_expiry <= 3650
               ? civil_add_days(invoice_date, (int32_t)term->days_until_expiry)
               : CIVIL_NONE;
}

static void offer(const struct receivable *receivable, const struct term *term, int32_t days_left,
                  struct findings *findings)
{
    char amount[MONEY_TEXT_SIZE];
    const struct invoice *invoice = receivable->invoice;
    struct rate share = {term->discount_bp * (RATE_SCALE / 10000)};
    money_format(money_convert(invoice->remaining, share, invoice->remaining.currency,
                               invoice->remaining.precision),
                 amount);
    const char *percent = finding_percent(findings->arena, term->discount_bp);
    const char *number = invoice_name(invoice);
    struct finding *finding =
        finding_add(findings, "EARLY_PAYMENT_DISCOUNT", LEVEL_NOTE, ROUTE_CS, number,
                    days_left == 0 ? "Invoice %s: %s %% discount (%s) ends today"
                                   : "Invoice %s: %s %% discount (%s) ends in %d %s",
                    number, percent, amount, days_left, days_left == 1 ? "day" : "days");
    finding_input(findings, finding, "discount", "%s %%", percent);
    finding_input(findings, finding, "amount", "%s", amount);
    finding_input(findings, finding, "days left", "%d", days_left);
}

static bool is_disputed(const struct facts *facts, const struct invoice *invoice)
{
    for (size_t i = 0; i < facts->credit_count; i++)
        if (facts->credits[i].disputed && facts->credits[i].unapplied.minor > 0 &&
            credit_suits(&facts->credits[i], invoice))
            return true;
    return false;
}

void check_discount(const struct check_input *input, struct findings *findings)
{
    for (size_t i = 0; i < input->receivables->count; i++) {
        const struct receivable *receivable = &input->receivables->items[i];
        const struct term *term = term_of(input->facts, receivable->invoice);
        if (!receivable->open || receivable->past_due || !term ||
            is_disputed(input->facts, receivable->invoice))
            continue;
        struct civil ends = discount_ends(term, receivable->invoice->date);
        if (civil_is_known(ends) && input->today.day <= ends.day)
            offer(receivable, term, civil_days_between(input->today, ends), findings);
    }
}
