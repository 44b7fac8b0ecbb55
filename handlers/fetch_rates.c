/* Picking the rates that the checks can look at: for each needed currency a walk over its rates by
 * day, and for each needed day a look to both sides. */
#include "handlers/fetch_rates.h"

#include "handlers/checks/rates.h"

#include <stdlib.h>
#include <string.h>

struct needs {
    const char **currencies; /* sorted, each once */
    size_t currency_count;
    struct civil *days; /* sorted */
    size_t day_count;
};

/* ---- what is needed ---- */

static void need_currency(struct needs *needs, const struct facts *facts,
                          const struct money *amount)
{
    if (amount->currency[0] && strcmp(amount->currency, facts->base_currency) != 0)
        needs->currencies[needs->currency_count++] = amount->currency;
}

static void need_day(struct needs *needs, struct civil day)
{
    if (civil_is_known(day))
        needs->days[needs->day_count++] = day;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int by_day(const void *a, const void *b)
{
    const struct civil *x = a, *y = b;
    return (x->day > y->day) - (x->day < y->day);
}

static void order(struct needs *needs)
{
    size_t kept = 0;
    if (needs->currency_count)
        qsort(needs->currencies, needs->currency_count, sizeof *needs->currencies, by_name);
    for (size_t i = 0; i < needs->currency_count; i++)
        if (!kept || strcmp(needs->currencies[kept - 1], needs->currencies[i]) != 0)
            needs->currencies[kept++] = needs->currencies[i];
    needs->currency_count = kept;
    qsort(needs->days, needs->day_count, sizeof *needs->days, by_day);
}

static struct needs needs_of(const struct rates_choice *choice)
{
    const struct facts *facts = choice->facts;
    struct needs needs = {
        .currencies =
            arena_array(choice->arena,
                        facts->opportunity_count + facts->contract_count + 2 * facts->invoice_count,
                        sizeof *needs.currencies),
        .days = arena_array(choice->arena, facts->opportunity_count + facts->invoice_count + 1,
                            sizeof *needs.days)};
    need_day(&needs, choice->today);
    for (size_t i = 0; i < facts->opportunity_count; i++) {
        need_currency(&needs, facts, &facts->opportunities[i].amount);
        need_day(&needs, facts->opportunities[i].close_date);
    }
    for (size_t i = 0; i < facts->contract_count; i++)
        need_currency(&needs, facts, &facts->contracts[i].value);
    for (size_t i = 0; i < facts->invoice_count; i++) {
        const struct invoice *invoice = &facts->invoices[i];
        if (!invoice->counts)
            continue;
        need_currency(&needs, facts, &invoice->total);
        need_currency(&needs, facts, &invoice->remaining);
        need_day(&needs, invoice->date);
    }
    order(&needs);
    return needs;
}

/* ---- picking ---- */

/* By currency and day; of one day, the order of their texts, so that arrival never decides. */
static int by_currency(const void *a, const void *b)
{
    const struct currency_rate *x = a, *y = b;
    int sign = strcmp(x->foreign, y->foreign);
    if (!sign)
        sign = by_day(&x->date, &y->date);
    return sign ? sign : (x->rate.scaled > y->rate.scaled) - (x->rate.scaled < y->rate.scaled);
}

static bool is_usable(const struct currency_rate *rate, const char *base, const struct needs *needs)
{
    return rate->base && rate->foreign && strcmp(rate->base, base) == 0 && rate->rate.scaled > 0 &&
           civil_is_known(rate->date) &&
           bsearch(&rate->foreign, needs->currencies, needs->currency_count,
                   sizeof *needs->currencies, by_name);
}

struct picker {
    const struct needs *needs;
    struct currency_rate *all; /* usable ones, sorted */
    bool *taken;
    int64_t window_days;
};

static bool is_within(const struct picker *picker, const struct currency_rate *rate,
                      struct civil day)
{
    int64_t away = (int64_t)rate->date.day - day.day;
    return (away < 0 ? -away : away) <= picker->window_days;
}

/* One currency's, [from, to). Days and rates both go forward. */
static void pick_currency(const struct picker *picker, size_t from, size_t to)
{
    size_t next = from; /* the first rate after the day */
    for (size_t i = 0; i < picker->needs->day_count; i++) {
        const struct civil day = picker->needs->days[i];
        while (next < to && picker->all[next].date.day <= day.day)
            next++;
        if (next > from && is_within(picker, &picker->all[next - 1], day))
            picker->taken[next - 1] = true;
        if (next < to && is_within(picker, &picker->all[next], day))
            picker->taken[next] = true;
    }
}

static struct rates pick(const struct rates_choice *choice, const struct needs *needs,
                         const struct rates *rates)
{
    const int64_t window = choice->window_days;
    struct rates out = {.known = rates->known};
    struct picker picker = {.needs = needs,
                            .all = arena_array(choice->arena, rates->count, sizeof *picker.all),
                            .taken = arena_array(choice->arena, rates->count, sizeof *picker.taken),
                            .window_days = window > RATE_COMPARE_DAYS ? window : RATE_COMPARE_DAYS};
    size_t count = 0;
    for (size_t i = 0; i < rates->count; i++)
        if (is_usable(&rates->items[i], choice->facts->base_currency, needs))
            picker.all[count++] = rates->items[i];
    if (count)
        qsort(picker.all, count, sizeof *picker.all, by_currency);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1;
             to < count && strcmp(picker.all[to].foreign, picker.all[from].foreign) == 0;)
            to++;
        pick_currency(&picker, from, to);
    }
    out.items = picker.all;
    for (size_t i = 0; i < count; i++)
        if (picker.taken[i])
            out.items[out.count++] = picker.all[i];
    return out;
}

void rates_choose(const struct rates_choice *choice)
{
    struct facts *facts = choice->facts;
    if (!facts->base_currency) {
        facts->rates = (struct rates){0};
        return;
    }
    const struct needs needs = needs_of(choice);
    if (needs.currency_count == 0) {
        facts->rates = (struct rates){.known = true};
        return;
    }
    struct rates chosen = pick(choice, &needs, &facts->rates);
    if (chosen.count == 0 && choice->published->known) {
        const struct rates other =
            rates_into(choice->published, facts->base_currency, choice->arena);
        chosen = pick(choice, &needs, &other);
    }
    facts->rates = chosen;
}
