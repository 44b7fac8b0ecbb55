/* Money as integers: minor units with the currency's precision, rates as scaled
 * decimals, 128-bit intermediates, comparison by cross-multiplication. No double
 * anywhere (decisions: Money). */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct money {
    int64_t minor;     /* in units of 10^-precision of the currency */
    char currency[4];  /* ISO 4217, "" where unknown */
    uint8_t precision; /* 0–4 */
    bool known;        /* false: no amount was given; minor is 0 */
};

/* A rate: units of the target currency for one of the source, scaled by 10^10. 0: unknown. */
struct rate {
    int64_t scaled;
};

enum { MONEY_TEXT_SIZE = 48 };
#define RATE_SCALE INT64_C(10000000000)

/* Minor units of an ISO currency where the source does not say (JPY 0, KWD 3, …, else 2). */
uint8_t money_precision(const char *currency);

/* Decimal text ("150000.00", "-3", "1.5e3" as json-c may write it) into minor units. Digits beyond
 * the precision round half away from zero. Errors: not a number, beyond ±10^15 major units or
 * ±10^18 minor ones, a currency that is not three capitals, a precision over 4; out is then
 * unknown. NULL or "" as currency is an unknown one. NULL text gives an unknown amount and true. */
bool money_parse(const char *text, const char *currency, uint8_t precision, struct money *out,
                 struct err *err) __attribute__((warn_unused_result));
/* Rounded to 10 places. NULL text and zero give an unknown rate and true; a negative one, one that
 * rounds to nothing and one over 10^8 are errors. */
bool rate_parse(const char *text, struct rate *out, struct err *err)
    __attribute__((warn_unused_result));

struct money money_zero(const char *currency, uint8_t precision);
/* Sum or difference of two amounts of one currency (asserted), in the finer precision of the two;
 * saturates at ±10^18 minor. Unknown where either is. */
struct money money_add(struct money a, struct money b);
struct money money_sub(struct money a, struct money b);
/* False where a currency is unknown: nobody can say that they are the same. */
bool money_same_currency(struct money a, struct money b);

/* Comparisons are between known amounts of one currency (asserted), exact in 128 bits. */

/* a <=> b: negative, 0, positive. */
int money_compare(struct money a, struct money b);

/* a * rate in another currency, rounded half away from zero; saturates like a sum. Unknown where
 * the amount or the rate is. */
struct money money_convert(struct money a, struct rate rate, const char *currency,
                           uint8_t precision);

/* a > b * num / den; 0 < den <= 10^12, |num| <= 10^12 (asserted). */
bool money_exceeds_ratio(struct money a, struct money b, int64_t num, int64_t den);

/* |a - b| > |b| * num / den. */
bool money_differs_ratio(struct money a, struct money b, int64_t num, int64_t den);

/* "CAD 25,000.00"; "?" where unknown. Returns out. */
const char *money_format(struct money amount, char out[MONEY_TEXT_SIZE]);
/* "25000.00": canonical, no grouping, no currency; "" where unknown. Returns out. */
const char *money_decimal(struct money amount, char out[MONEY_TEXT_SIZE]);

enum { RATE_TEXT_SIZE = 32 };
/* "1.36": without trailing zeros; "?" where unknown. Returns out. */
const char *rate_format(struct rate rate, char out[RATE_TEXT_SIZE]);
/* |a - b| > b * num / den, exact in 128 bits; both known, ratio bounds as above (asserted). */
bool rate_differs_ratio(struct rate a, struct rate b, int64_t num, int64_t den);
/* |a - b|; unknown (0) where they are the same. */
struct rate rate_gap(struct rate a, struct rate b);
/* a / b, rounded half up to 10 places; saturates at 10^8. Unknown where either is, or where nothing
 * is left. With both against one third currency, this is the rate of one to the other. */
struct rate rate_divide(struct rate a, struct rate b);
/* The other way round: 1 / rate. */
struct rate rate_inverse(struct rate rate);

#endif
