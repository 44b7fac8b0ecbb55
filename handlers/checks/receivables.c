/* Credits against invoices: same currency, oldest due first. */
#include "handlers/checks/receivables.h"

#include <stdlib.h>
#include <string.h>

bool credit_is_usable(const struct credit *credit)
{
    return credit->approved && !credit->disputed && credit->unapplied.known &&
           credit->unapplied.minor > 0;
}

/* An invoice without a due date comes last. */
static int by_due(const void *a, const void *b)
{
    const struct invoice *x = ((const struct receivable *)a)->invoice;
    const struct invoice *y = ((const struct receivable *)b)->invoice;
    int64_t x_due = civil_is_known(x->due) ? x->due.day : INT64_MAX;
    int64_t y_due = civil_is_known(y->due) ? y->due.day : INT64_MAX;
    if (x_due != y_due)
        return x_due < y_due ? -1 : 1;
    return strcmp(x->id ? x->id : "", y->id ? y->id : "");
}

/* Of one record, so plain minor units can be compared even where its currency is not known. */
static struct money tolerance_of(const struct invoice *invoice, const struct config *config)
{
    struct money least = money_zero(invoice->total.currency, invoice->total.precision);
    int64_t scale = 1;
    for (int i = 0; i < least.precision; i++)
        scale *= 10;
    least.minor = config->rules.tolerance_minor * scale / 100;
    struct rate share = {config->rules.tolerance_bp * (RATE_SCALE / 10000)};
    struct money part = money_convert(invoice->total, share, least.currency, least.precision);
    return part.minor > least.minor ? part : least;
}

bool credit_suits(const struct credit *credit, const struct invoice *invoice)
{
    return money_same_currency(credit->unapplied, invoice->remaining) &&
           credit->unapplied.precision == invoice->remaining.precision;
}

struct pool {
    const struct credit *credit;
    int64_t left;
};

static void set_credits(struct receivable *receivable, struct pool *pools, size_t count)
{
    int64_t wanted = receivable->invoice->remaining.minor;
    receivable->credit = money_zero(receivable->invoice->remaining.currency,
                                    receivable->invoice->remaining.precision);
    for (size_t i = 0; i < count && wanted > 0; i++) {
        if (!credit_suits(pools[i].credit, receivable->invoice))
            continue;
        int64_t used = pools[i].left < wanted ? pools[i].left : wanted;
        pools[i].left -= used;
        wanted -= used;
        receivable->credit.minor += used;
    }
}

static void judge(struct receivable *receivable, const struct check_input *input)
{
    const struct invoice *invoice = receivable->invoice;
    receivable->tolerance = tolerance_of(invoice, input->config);
    receivable->net = invoice->remaining;
    receivable->net.minor -= receivable->credit.minor;
    receivable->open = receivable->net.minor > receivable->tolerance.minor;
    bool late = civil_is_known(invoice->due) && invoice->due.day < input->today.day;
    receivable->days = late ? civil_days_between(invoice->due, input->today) : 0;
    receivable->disputable = late && invoice->remaining.minor > receivable->tolerance.minor;
    receivable->past_due = late && receivable->open;
    bool covered = receivable->credit.minor > 0 &&
                   !money_exceeds_ratio(invoice->remaining, receivable->credit, 100,
                                        input->config->rules.credit_suppress_pct);
    receivable->overdue = receivable->past_due && !covered;
}

static size_t make_pools(const struct facts *facts, struct pool *pools)
{
    size_t count = 0;
    for (size_t i = 0; i < facts->credit_count; i++)
        if (credit_is_usable(&facts->credits[i]))
            pools[count++] = (struct pool){&facts->credits[i], facts->credits[i].unapplied.minor};
    return count;
}

void receivables_of(const struct check_input *input, struct arena *arena, struct receivables *out)
{
    const struct facts *facts = input->facts;
    struct pool *pools = arena_array(arena, facts->credit_count + 1, sizeof *pools);
    size_t pool_count = make_pools(facts, pools);
    *out = (struct receivables){
        .items = arena_array(arena, facts->invoice_count + 1, sizeof *out->items)};
    for (size_t i = 0; i < facts->invoice_count; i++)
        if (facts->invoices[i].counts && facts->invoices[i].remaining.known)
            out->items[out->count++].invoice = &facts->invoices[i];
    if (out->count)
        qsort(out->items, out->count, sizeof *out->items, by_due);
    for (size_t i = 0; i < out->count; i++) {
        set_credits(&out->items[i], pools, pool_count);
        judge(&out->items[i], input);
        out->overdue_count += out->items[i].overdue;
        out->open_count += out->items[i].open;
    }
}
