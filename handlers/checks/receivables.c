/* Credits against invoices: same currency, oldest due first. Done twice where something is overdue:
 * as it is, and as it would be if the credits that nobody can count on were applied. */
#include "handlers/checks/receivables.h"

#include "base/broken.h"

#include <stdlib.h>
#include <string.h>

bool credit_is_usable(const struct credit *credit)
{
    return credit->approved && !credit->disputed && credit->unapplied.known &&
           credit->unapplied.minor > 0;
}

static bool is_blocked(const struct credit *credit)
{
    return !credit_is_usable(credit) && credit->unapplied.known && credit->unapplied.minor > 0;
}

bool invoice_is_unread(const struct invoice *invoice)
{
    return invoice->counts && !invoice->remaining.known;
}

const char *invoice_name(const struct invoice *invoice)
{
    if (invoice->number && invoice->number[0])
        return invoice->number;
    return invoice->id ? invoice->id : "?";
}

static bool same_unit(struct money a, struct money b)
{
    return a.precision == b.precision && strcmp(a.currency, b.currency) == 0;
}

/* Facts of an earlier version do not say whose they are. */
static bool same_customer(const struct credit *credit, const struct invoice *invoice)
{
    return !credit->customer_id || !invoice->customer_id ||
           strcmp(credit->customer_id, invoice->customer_id) == 0;
}

bool credit_suits(const struct credit *credit, const struct invoice *invoice)
{
    return (BROKEN(currencies_mixed) ||
            money_same_currency(credit->unapplied, invoice->remaining)) &&
           same_customer(credit, invoice) &&
           credit->unapplied.precision == invoice->remaining.precision;
}

/* ---- what is due when ---- */

/* What of an invoice is due on one day. In the invoice's unit, so plain minor units can be compared
 * even where its currency is not known. */
struct part {
    int64_t number; /* of the installment, 0: the whole invoice */
    struct civil due;
    struct money amount, remaining;
};

struct parts {
    struct part *items; /* oldest due first */
    size_t count;
};

static int64_t day_or_last(struct civil date)
{
    return civil_is_known(date) ? date.day : INT64_MAX;
}

static int by_date(const void *a, const void *b)
{
    const struct part *x = a, *y = b;
    int64_t x_due = day_or_last(x->due), y_due = day_or_last(y->due);
    if (x_due != y_due)
        return x_due < y_due ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/* Installments in another unit than their invoice, or without amounts, tell nothing. */
static bool has_plan(const struct invoice *invoice)
{
    for (size_t i = 0; i < invoice->installment_count; i++)
        if (!invoice->installments[i].amount.known ||
            !same_unit(invoice->installments[i].amount, invoice->remaining))
            return false;
    return invoice->installment_count > 0;
}

/* Where it is not said what is left of each, what was paid went to the oldest. */
static void spread_payment(const struct invoice *invoice, struct parts *parts)
{
    struct money sum = money_zero(invoice->remaining.currency, invoice->remaining.precision);
    for (size_t i = 0; i < parts->count; i++)
        sum = money_add(sum, parts->items[i].amount);
    int64_t paid = money_sub(sum, invoice->remaining).minor;
    for (size_t i = 0; i < parts->count; i++) {
        struct part *part = &parts->items[i];
        int64_t used = paid < part->amount.minor ? paid : part->amount.minor;
        part->remaining = part->amount;
        if (used <= 0)
            continue;
        part->remaining.minor -= used;
        paid -= used;
    }
}

static struct parts parts_of(const struct invoice *invoice, struct arena *arena)
{
    struct parts parts = {0};
    bool said = true;
    if (!has_plan(invoice)) {
        parts.items = arena_array(arena, 1, sizeof *parts.items);
        parts.items[parts.count++] =
            (struct part){0, invoice->due, invoice->total, invoice->remaining};
        return parts;
    }
    parts.items = arena_array(arena, invoice->installment_count, sizeof *parts.items);
    for (size_t i = 0; i < invoice->installment_count; i++) {
        const struct installment *installment = &invoice->installments[i];
        parts.items[parts.count++] = (struct part){installment->number, installment->due,
                                                   installment->amount, installment->remaining};
        said = said && installment->remaining.known &&
               same_unit(installment->remaining, invoice->remaining);
    }
    qsort(parts.items, parts.count, sizeof *parts.items, by_date);
    if (!said)
        spread_payment(invoice, &parts);
    return parts;
}

/* ---- credits ---- */

struct pool {
    const struct credit *credit;
    int64_t left;
};

struct pools {
    struct pool *items; /* those that can be counted on first */
    size_t count;
};

static void add_pools(const struct facts *facts, bool (*takes)(const struct credit *credit),
                      struct pools *pools)
{
    for (size_t i = 0; i < facts->credit_count; i++)
        if (takes(&facts->credits[i]))
            pools->items[pools->count++] =
                (struct pool){&facts->credits[i], facts->credits[i].unapplied.minor};
}

static void note_blocked(struct receivable *receivable, const struct credit *credit)
{
    if (credit_is_usable(credit))
        return;
    if (receivable->blocked_count < RECEIVABLE_MAX_BLOCKED)
        receivable->blocked[receivable->blocked_count] = credit;
    receivable->blocked_count++;
}

static void set_credits(struct receivable *receivable, struct pools *pools)
{
    int64_t wanted = receivable->invoice->remaining.minor;
    receivable->credit = money_zero(receivable->invoice->remaining.currency,
                                    receivable->invoice->remaining.precision);
    for (size_t i = 0; i < pools->count && wanted > 0; i++) {
        struct pool *pool = &pools->items[i];
        if (pool->left <= 0 || !credit_suits(pool->credit, receivable->invoice))
            continue;
        int64_t used = pool->left < wanted ? pool->left : wanted;
        pool->left -= used;
        wanted -= used;
        receivable->credit.minor += used;
        note_blocked(receivable, pool->credit);
    }
}

/* ---- judging one ---- */

static struct money tolerance_of(struct money total, const struct config *config)
{
    struct money least = money_zero(total.currency, total.precision);
    int64_t scale = 1;
    for (int i = 0; i < least.precision; i++)
        scale *= 10;
    least.minor = config->rules.tolerance_minor * scale / 100;
    struct rate share = {config->rules.tolerance_bp * (RATE_SCALE / 10000)};
    struct money part = money_convert(total, share, least.currency, least.precision);
    return part.minor > least.minor ? part : least;
}

/* One part, with what of the invoice's credit went to it. */
static void judge_part(struct receivable *receivable, const struct part *part, int64_t credit,
                       const struct check_input *input)
{
    struct money tolerance = tolerance_of(part->amount, input->config);
    bool late = civil_is_known(part->due) &&
                part->due.day < input->today.day + (BROKEN(overdue_on_due_day) ? 1 : 0);
    if (!late)
        return;
    struct money net = part->remaining, set = part->remaining;
    set.minor = credit;
    net.minor -= credit;
    int32_t days = civil_days_between(part->due, input->today);
    if (days > receivable->days && (!receivable->by_installments || net.minor > tolerance.minor))
        receivable->days = days;
    if (!receivable->open || net.minor <= tolerance.minor)
        return;
    receivable->past_due = true;
    receivable->late = money_add(receivable->late, net);
    if (credit > 0 && !money_exceeds_ratio(part->remaining, set, 100,
                                           input->config->rules.credit_suppress_pct -
                                               (BROKEN(credit_79) ? 1 : 0)))
        return;
    receivable->overdue = true;
    if (receivable->by_installments && receivable->overdue_installments++ == 0)
        receivable->first_overdue = part->number;
}

static void judge(struct receivable *receivable, const struct parts *parts,
                  const struct check_input *input)
{
    const struct invoice *invoice = receivable->invoice;
    int64_t credit = receivable->credit.minor;
    receivable->by_installments = has_plan(invoice);
    receivable->tolerance = tolerance_of(invoice->total, input->config);
    receivable->net = invoice->remaining;
    receivable->net.minor -= receivable->credit.minor;
    receivable->open = receivable->net.minor > receivable->tolerance.minor;
    receivable->late = money_zero(invoice->remaining.currency, invoice->remaining.precision);
    for (size_t i = 0; i < parts->count; i++) {
        const struct part *part = &parts->items[i];
        int64_t owed = part->remaining.minor > 0 ? part->remaining.minor : 0;
        int64_t used = credit < owed ? credit : owed;
        credit -= used;
        judge_part(receivable, part, used, input);
    }
}

/* The day by which it is sorted: of what is paid nobody asks any more. */
static struct civil due_of(const struct invoice *invoice, const struct parts *parts,
                           const struct config *config)
{
    for (size_t i = 0; i < parts->count; i++)
        if (parts->items[i].remaining.minor > tolerance_of(parts->items[i].amount, config).minor)
            return parts->items[i].due;
    return invoice->due;
}

/* ---- all ---- */

/* An invoice without a due date comes last. */
static int by_due(const void *a, const void *b)
{
    const struct receivable *x = a, *y = b;
    int64_t x_due = day_or_last(x->due), y_due = day_or_last(y->due);
    if (x_due != y_due)
        return x_due < y_due ? -1 : 1;
    return strcmp(x->invoice->id ? x->invoice->id : "", y->invoice->id ? y->invoice->id : "");
}

static void judge_all(const struct check_input *input, struct arena *arena, struct pools *pools,
                      struct receivables *out)
{
    for (size_t i = 0; i < out->count; i++) {
        struct receivable *receivable = &out->items[i];
        struct parts parts = parts_of(receivable->invoice, arena);
        set_credits(receivable, pools);
        judge(receivable, &parts, input);
        out->overdue_count += receivable->overdue;
        out->open_count += receivable->open;
        out->past_due_count += receivable->past_due;
    }
}

/* What the blocked credits would change. */
static void note_ways_out(const struct check_input *input, struct arena *arena, struct pools *pools,
                          struct receivables *out)
{
    struct receivables would = {.items = arena_array(arena, out->count, sizeof *would.items),
                                .count = out->count};
    for (size_t i = 0; i < out->count; i++)
        would.items[i] =
            (struct receivable){.invoice = out->items[i].invoice, .due = out->items[i].due};
    judge_all(input, arena, pools, &would);
    for (size_t i = 0; i < out->count; i++) {
        const struct receivable *other = &would.items[i];
        if (!out->items[i].overdue || other->overdue ||
            other->blocked_count > RECEIVABLE_MAX_BLOCKED)
            continue;
        memcpy(out->items[i].blocked, other->blocked, sizeof other->blocked);
        out->items[i].blocked_count = other->blocked_count;
    }
}

void receivables_of(const struct check_input *input, struct arena *arena, struct receivables *out)
{
    const struct facts *facts = input->facts;
    struct pools pools = {.items =
                              arena_array(arena, facts->credit_count + 1, sizeof *pools.items)};
    *out = (struct receivables){
        .items = arena_array(arena, facts->invoice_count + 1, sizeof *out->items)};
    for (size_t i = 0; i < facts->invoice_count; i++) {
        const struct invoice *invoice = &facts->invoices[i];
        out->unread_count += invoice_is_unread(invoice);
        if (!invoice->counts || !invoice->remaining.known)
            continue;
        struct parts parts = parts_of(invoice, arena);
        out->items[out->count++] =
            (struct receivable){.invoice = invoice, .due = due_of(invoice, &parts, input->config)};
    }
    if (out->count)
        qsort(out->items, out->count, sizeof *out->items, by_due);
    add_pools(facts, credit_is_usable, &pools);
    judge_all(input, arena, &pools, out);
    if (out->overdue_count == 0)
        return;
    pools.count = 0;
    add_pools(facts, credit_is_usable, &pools);
    size_t usable = pools.count;
    add_pools(facts, is_blocked, &pools);
    if (pools.count > usable)
        note_ways_out(input, arena, &pools, out);
}
