/* Lists and fixes of what is overdue, and its sum against the contract. */
#include "handlers/checks/overdue.h"

#include "handlers/checks/deal.h"
#include "handlers/checks/rates.h"

#include <inttypes.h>

enum { MAX_NAMED = 8 };

/* ---- against the contract ---- */

struct exposure exposure_of(const struct check_input *input)
{
    const struct receivables *receivables = input->receivables;
    struct exposure out = {.value = input->deal->value, .whole = true};
    if (!out.value.known || out.value.minor <= 0 || !out.value.currency[0])
        return out;
    out.sum = money_zero(out.value.currency, out.value.precision);
    for (size_t i = 0; i < receivables->count; i++) {
        const struct receivable *receivable = &receivables->items[i];
        const struct exchange exchange = {input->facts, receivable->invoice->date,
                                          input->config->rules.fx_window_days,
                                          receivable->invoice->rate};
        if (!receivable->past_due)
            continue;
        struct money late =
            exchange_into(&exchange, receivable->late, out.value.currency, out.value.precision);
        if (late.known)
            out.sum = money_add(out.sum, late);
        else
            out.whole = false;
    }
    out.exceeds = out.sum.minor > 0 && money_compare(out.sum, out.value) > 0;
    return out;
}

bool overdue_singly(const struct check_input *input)
{
    return (int64_t)input->receivables->overdue_count < input->config->rules.overdue_multiple &&
           !exposure_of(input).exceeds;
}

/* ---- words ---- */

const char *days_words(struct arena *arena, int32_t days)
{
    return arena_fmt(arena, "%d %s", days, days == 1 ? "day" : "days");
}

static const char *kept(struct arena *arena, struct buf *buf)
{
    const char *text = arena_str(arena, buf_cstr(buf));
    buf_release(buf);
    return text;
}

const char *overdue_list(const struct receivables *receivables, struct arena *arena,
                         const char **numbers)
{
    struct buf list = {0}, names = {0};
    size_t named = 0;
    for (size_t i = 0; i < receivables->count; i++) {
        const struct receivable *receivable = &receivables->items[i];
        char amount[MONEY_TEXT_SIZE];
        if (!receivable->overdue)
            continue;
        const char *name = invoice_name(receivable->invoice);
        buf_fmt(&names, "%s%s", names.len ? ", " : "", name);
        if (named++ < MAX_NAMED)
            buf_fmt(&list, "%s%s %s (%s)", list.len ? ", " : "", name,
                    days_words(arena, receivable->days), money_format(receivable->late, amount));
    }
    if (named > MAX_NAMED)
        buf_fmt(&list, " and %zu more", named - MAX_NAMED);
    *numbers = kept(arena, &names);
    return kept(arena, &list);
}

const char *credit_fix(const struct credit *credit, struct arena *arena)
{
    char amount[MONEY_TEXT_SIZE];
    return arena_fmt(arena, "%s %s (%s) applied", credit->deposit ? "deposit" : "credit",
                     credit->number ? credit->number : credit->id,
                     money_format(credit->unapplied, amount));
}

static const char *payment_fix(const struct receivable *receivable, struct arena *arena)
{
    const char *name = invoice_name(receivable->invoice);
    if (!receivable->by_installments)
        return arena_fmt(arena, "%s paid", name);
    if (receivable->overdue_installments == 1)
        return arena_fmt(arena, "installment %" PRId64 " of %s paid", receivable->first_overdue,
                         name);
    return arena_fmt(arena, "the overdue installments of %s paid", name);
}

const char *overdue_fix(const struct receivable *receivable, struct arena *arena)
{
    struct buf text = {0};
    buf_str(&text, payment_fix(receivable, arena));
    for (size_t i = 0; i < receivable->blocked_count; i++)
        buf_fmt(&text, "%s%s", i == 0 ? ", or " : " and ",
                credit_fix(receivable->blocked[i], arena));
    return kept(arena, &text);
}

static bool is_plain(const struct receivable *receivable)
{
    return !receivable->by_installments && receivable->blocked_count == 0;
}

/* "INV-1, INV-2 paid; installment 1 of INV-3 paid": what needs no words of its own stands together.
 */
const char *overdue_fix_all(const struct receivables *receivables, struct arena *arena)
{
    struct buf text = {0};
    size_t named = 0, plain = 0;
    for (size_t i = 0; i < receivables->count; i++) {
        const struct receivable *receivable = &receivables->items[i];
        if (receivable->overdue && is_plain(receivable) && named++ < MAX_NAMED)
            buf_fmt(&text, "%s%s", plain++ ? ", " : "", invoice_name(receivable->invoice));
    }
    if (plain)
        buf_str(&text, " paid");
    for (size_t i = 0; i < receivables->count; i++) {
        const struct receivable *receivable = &receivables->items[i];
        if (receivable->overdue && !is_plain(receivable) && named++ < MAX_NAMED)
            buf_fmt(&text, "%s%s", text.len ? "; " : "", overdue_fix(receivable, arena));
    }
    if (named > MAX_NAMED)
        buf_fmt(&text, "; and %zu more", named - MAX_NAMED);
    return kept(arena, &text);
}
