/* Exchange rates of a public source, by the data interface of the European Central Bank: one GET
 * for all currencies of the configuration, answered in CSV (docs/connectors.md). What it published
 * changes once a day, so the last good answer is kept for the runs of a day. */
#ifndef CONNECTORS_RATES_H
#define CONNECTORS_RATES_H

#include "connectors/call.h"
#include "connectors/facts.h"

enum { RATES_KEPT_MS = 6 * 60 * 60 * 1000, RATES_MAX_ROWS = 50000 };

/* Units of a currency for one EUR on a day. */
struct published_rate {
    char currency[4];
    struct civil date;
    struct rate per_euro;
};

struct published_rates {
    bool known;
    struct published_rate *items;
    size_t count;
};

/* The last good answer. Zeroed: there is none. */
struct rate_cache {
    char *asked; /* owned: the URL that it answers; a new day has another */
    struct mono at;
    struct published_rate *items; /* owned */
    size_t count;
};
void rate_cache_release(struct rate_cache *cache); /* zeroed memory allowed */

/* Fills `out` (the arena's) with what was published in the rates.days before `today`, from memory
 * where that is fresh. A failure leaves it unknown. */
struct call *rates_fetch(const struct call_env *env, struct civil today,
                         struct published_rates *out);

/* `usher check`: the same, of the last days, and never from memory. */
struct call *rates_probe(const struct call_env *env);

/* As rates to `base`: (base per EUR) / (currency per EUR) of the same day, the EUR among them.
 * Empty where the base is not among the currencies. All memory but base is the arena's. */
struct rates rates_into(const struct published_rates *published, const char *base,
                        struct arena *arena);

#endif
