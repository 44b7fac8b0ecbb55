/* Rates near a day, and exchange by way of the base currency. */
#include "handlers/checks/rates.h"

#include <string.h>

enum { FINEST_PRECISION = 4 };

/* Up to the day before after it, near before far, then the smaller id: the order of the rates. */
static bool is_nearer(const struct currency_rate *a, const struct currency_rate *b,
                      struct civil day)
{
    bool a_after = a->date.day > day.day, b_after = b->date.day > day.day;
    if (a_after != b_after)
        return b_after;
    return a_after ? a->date.day < b->date.day : a->date.day > b->date.day;
}

static bool is_for(const struct currency_rate *rate, const struct facts *facts,
                   const char *currency)
{
    return rate->base && rate->foreign && rate->rate.scaled > 0 && civil_is_known(rate->date) &&
           facts->base_currency && strcmp(rate->base, facts->base_currency) == 0 &&
           strcmp(rate->foreign, currency) == 0;
}

static bool is_near(struct civil date, struct civil day, int64_t window_days)
{
    int64_t away = (int64_t)date.day - day.day;
    return (away < 0 ? -away : away) <= window_days;
}

static bool is_base(const struct facts *facts, const char *currency)
{
    return facts->base_currency && strcmp(currency, facts->base_currency) == 0;
}

struct rate_at rate_near(const struct facts *facts, const char *currency, struct civil day,
                         int64_t window_days)
{
    const struct currency_rate *best = NULL;
    if (currency[0] && is_base(facts, currency))
        return (struct rate_at){{RATE_SCALE}, day, NULL};
    for (size_t i = 0; currency[0] && civil_is_known(day) && i < facts->rates.count; i++) {
        const struct currency_rate *rate = &facts->rates.items[i];
        if (is_for(rate, facts, currency) && is_near(rate->date, day, window_days) &&
            (!best || is_nearer(rate, best, day)))
            best = rate;
    }
    return best ? (struct rate_at){best->rate, best->date, best->source}
                : (struct rate_at){{0}, CIVIL_NONE, NULL};
}

struct money exchange_into(const struct exchange *exchange, struct money amount,
                           const char *currency, uint8_t precision)
{
    const struct facts *facts = exchange->facts;
    const struct money unknown = {0};
    if (!amount.known || !amount.currency[0] || !currency[0] || !facts->base_currency)
        return unknown;
    if (strcmp(amount.currency, currency) == 0)
        return amount;
    struct rate in = exchange->own;
    if (in.scaled <= 0 || is_base(facts, amount.currency))
        in = rate_near(facts, amount.currency, exchange->day, exchange->window_days).rate;
    struct rate out = rate_near(facts, currency, exchange->day, exchange->window_days).rate;
    if (in.scaled <= 0 || out.scaled <= 0)
        return unknown;
    if (is_base(facts, currency))
        return money_convert(amount, in, currency, precision);
    struct money base = amount;
    if (!is_base(facts, amount.currency))
        base = money_convert(amount, in, facts->base_currency, FINEST_PRECISION);
    struct money converted = money_convert(base, rate_inverse(out), currency, precision);
    return converted.known ? converted : unknown;
}
