/* Money and rates: decimal texts, sums, exact comparison, conversion. */
#include "base/money.h"

#include "base/broken.h"

#include <assert.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* products of two amounts need __int128, which ISO C does not name */
#pragma GCC diagnostic ignored "-Wpedantic"

#define MINOR_MAX INT64_C(1000000000000000000) /* 10^18 */
#define MAJOR_MAX INT64_C(1000000000000000)    /* 10^15 */
#define RATIO_MAX INT64_C(1000000000000)       /* 10^12: ratios stay within 128 bits */

enum {
    PRECISION_MAX = 4,
    RATE_DIGITS = 10,        /* RATE_SCALE is 10^10 */
    SIGNIFICANT_DIGITS = 30, /* kept of a decimal text: more than any amount in range has */
    EXPONENT_MAX = 100000,   /* beyond, an exponent is out of range whatever stands before it */
    DECIMAL_TEXT_MAX = 1000, /* longer texts are not numbers that anyone means */
};

static int64_t power10(int exponent)
{
    int64_t power = 1;
    while (exponent-- > 0)
        power *= 10;
    return power;
}

uint8_t money_precision(const char *currency)
{
    static const struct {
        char code[4];
        uint8_t precision;
    } exceptions[] = {
        {"BHD", 3}, {"BIF", 0}, {"CLF", 4}, {"CLP", 0}, {"DJF", 0}, {"GNF", 0}, {"IQD", 3},
        {"ISK", 0}, {"JOD", 3}, {"JPY", 0}, {"KMF", 0}, {"KRW", 0}, {"KWD", 3}, {"LYD", 3},
        {"OMR", 3}, {"PYG", 0}, {"RWF", 0}, {"TND", 3}, {"UGX", 0}, {"UYI", 0}, {"UYW", 4},
        {"VND", 0}, {"VUV", 0}, {"XAF", 0}, {"XOF", 0}, {"XPF", 0},
    };
    for (size_t i = 0; currency && i < sizeof exceptions / sizeof *exceptions; i++)
        if (strcmp(currency, exceptions[i].code) == 0)
            return exceptions[i].precision;
    return 2;
}

/* A decimal text taken apart: mantissa * 10^exponent, with its sign. */
struct decimal {
    unsigned __int128 mantissa;
    int digits; /* significant ones in mantissa */
    int exponent;
    bool negative;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits beyond SIGNIFICANT_DIGITS are dropped: none of them can be the one that rounds. */
static void take_digit(struct decimal *decimal, char c, bool behind_point)
{
    if (decimal->digits == SIGNIFICANT_DIGITS) {
        decimal->exponent += !behind_point;
        return;
    }
    decimal->mantissa = decimal->mantissa * 10 + (unsigned)(c - '0');
    decimal->digits += decimal->mantissa != 0;
    decimal->exponent -= behind_point;
}

static bool scan_exponent(const char **text, struct decimal *decimal)
{
    const char *at = *text + 1;
    bool negative = *at == '-';
    at += *at == '-' || *at == '+';
    if (!is_digit(*at))
        return false;
    int exponent = 0;
    for (; is_digit(*at); at++)
        exponent = exponent < EXPONENT_MAX ? exponent * 10 + (*at - '0') : EXPONENT_MAX;
    decimal->exponent += negative ? -exponent : exponent;
    *text = at;
    return true;
}

static bool scan_decimal(const char *text, struct decimal *out)
{
    *out = (struct decimal){.negative = *text == '-'};
    if (strnlen(text, DECIMAL_TEXT_MAX + 1) > DECIMAL_TEXT_MAX)
        return false;
    text += *text == '-' || *text == '+';
    size_t count = 0;
    for (; is_digit(*text); text++, count++)
        take_digit(out, *text, false);
    if (*text == '.')
        for (text++; is_digit(*text); text++, count++)
            take_digit(out, *text, true);
    if (count == 0)
        return false;
    if ((*text == 'e' || *text == 'E') && !scan_exponent(&text, out))
        return false;
    return !*text;
}

/* |decimal| * 10^shift, rounded half away from zero, or -1 when it is over max. */
static int64_t scale_decimal(const struct decimal *decimal, int shift, int64_t max)
{
    unsigned __int128 value = decimal->mantissa;
    int exponent = decimal->exponent + shift;
    if (exponent < -SIGNIFICANT_DIGITS)
        return 0;
    unsigned last = 0; /* the digit dropped last, which decides the rounding */
    for (; exponent < 0 && (value || last); exponent++) {
        last = (unsigned)(value % 10);
        value /= 10;
    }
    value += BROKEN(half_down) ? last > 5 : last >= 5;
    for (; exponent > 0 && value; exponent--) {
        if (value > (unsigned __int128)max)
            return -1;
        value *= 10;
    }
    return value > (unsigned __int128)max ? -1 : (int64_t)value;
}

static bool set_currency(struct money *money, const char *currency, struct err *err)
{
    if (!currency || !*currency)
        return true;
    for (size_t i = 0; i < 3; i++)
        if (currency[i] < 'A' || currency[i] > 'Z')
            return err_set(err, ERR_INVALID, "\"%.10s\" is not a currency code", currency);
    if (currency[3])
        return err_set(err, ERR_INVALID, "\"%.10s\" is not a currency code", currency);
    memcpy(money->currency, currency, 4);
    return true;
}

static int64_t minor_limit(uint8_t precision)
{
    return precision <= 3 ? MAJOR_MAX * power10(precision) : MINOR_MAX;
}

bool money_parse(const char *text, const char *currency, uint8_t precision, struct money *out,
                 struct err *err)
{
    *out = (struct money){.precision = precision};
    if (precision > PRECISION_MAX)
        return err_set(err, ERR_INVALID, "a precision of %u digits is over %d", precision,
                       PRECISION_MAX);
    if (!set_currency(out, currency, err))
        return false;
    if (!text)
        return true;
    struct decimal decimal;
    if (!scan_decimal(text, &decimal))
        return err_set(err, ERR_INVALID, "\"%.40s\" is not an amount", text);
    int64_t minor = scale_decimal(&decimal, precision, minor_limit(precision));
    if (minor < 0)
        return err_set(err, ERR_INVALID, "the amount \"%.40s\" is out of range", text);
    out->minor = decimal.negative ? -minor : minor;
    out->known = true;
    return true;
}

bool rate_parse(const char *text, struct rate *out, struct err *err)
{
    *out = (struct rate){0};
    if (!text)
        return true;
    struct decimal decimal;
    if (!scan_decimal(text, &decimal))
        return err_set(err, ERR_INVALID, "\"%.40s\" is not a rate", text);
    if (decimal.mantissa == 0)
        return true;
    int64_t scaled = scale_decimal(&decimal, RATE_DIGITS, MINOR_MAX);
    if (decimal.negative || scaled <= 0)
        return err_set(err, ERR_INVALID, "the rate \"%.40s\" is out of range", text);
    out->scaled = scaled;
    return true;
}

struct money money_zero(const char *currency, uint8_t precision)
{
    struct money zero = {.precision = precision, .known = true};
    struct err err;
    assert(precision <= PRECISION_MAX);
    bool valid = set_currency(&zero, currency, &err);
    assert(valid);
    return zero;
}

bool money_same_currency(struct money a, struct money b)
{
    return a.currency[0] && strcmp(a.currency, b.currency) == 0;
}

/* Minor units of the finer precision, so that amounts of two precisions meet. */
static __int128 widen(struct money amount, uint8_t precision)
{
    return (__int128)amount.minor * power10(precision - amount.precision);
}

static uint8_t finer(struct money a, struct money b)
{
    return a.precision > b.precision ? a.precision : b.precision;
}

static int64_t saturate(__int128 minor)
{
    if (BROKEN(overflow_unchecked))
        return (int64_t)minor;
    return minor > MINOR_MAX ? MINOR_MAX : minor < -MINOR_MAX ? -MINOR_MAX : (int64_t)minor;
}

static struct money combine(struct money a, struct money b, int sign)
{
    assert(strcmp(a.currency, b.currency) == 0);
    struct money out = a;
    out.precision = finer(a, b);
    out.known = a.known && b.known;
    out.minor = 0;
    if (out.known)
        out.minor = saturate(widen(a, out.precision) + sign * widen(b, out.precision));
    return out;
}

struct money money_add(struct money a, struct money b)
{
    return combine(a, b, 1);
}

struct money money_sub(struct money a, struct money b)
{
    return combine(a, b, -1);
}

static void assert_comparable(struct money a, struct money b)
{
    assert(a.known && b.known);
    assert(strcmp(a.currency, b.currency) == 0);
}

int money_compare(struct money a, struct money b)
{
    assert_comparable(a, b);
    uint8_t precision = finer(a, b);
    __int128 left = widen(a, precision);
    __int128 right = widen(b, precision);
    return (left > right) - (left < right);
}

struct money money_convert(struct money a, struct rate rate, const char *currency,
                           uint8_t precision)
{
    struct money out = money_zero(currency, precision);
    out.known = a.known && rate.scaled > 0;
    if (!out.known)
        return out;
    /* the precisions differ by at most 4 and the scale has 10 digits: the divisor takes both */
    __int128 divisor = power10(RATE_DIGITS + a.precision - precision);
    __int128 product = (__int128)a.minor * rate.scaled;
    __int128 half = product < 0 ? -(divisor / 2) : divisor / 2;
    out.minor = saturate((product + half) / divisor);
    return out;
}

static void assert_ratio(int64_t num, int64_t den)
{
    assert(den > 0 && den <= RATIO_MAX);
    assert(num >= -RATIO_MAX && num <= RATIO_MAX);
}

bool money_exceeds_ratio(struct money a, struct money b, int64_t num, int64_t den)
{
    assert_comparable(a, b);
    assert_ratio(num, den);
    uint8_t precision = finer(a, b);
    return widen(a, precision) * den > widen(b, precision) * num;
}

bool money_differs_ratio(struct money a, struct money b, int64_t num, int64_t den)
{
    assert_comparable(a, b);
    assert_ratio(num, den);
    uint8_t precision = finer(a, b);
    __int128 base = widen(b, precision);
    __int128 gap = widen(a, precision) - base;
    return (gap < 0 ? -gap : gap) * den > (base < 0 ? -base : base) * num;
}

/* Writes |minor| from the right, so that neither width nor grouping needs to be known before. */
static const char *write_amount(struct money amount, bool grouped, char out[MONEY_TEXT_SIZE])
{
    char text[MONEY_TEXT_SIZE];
    size_t at = sizeof text;
    uint64_t rest = amount.minor < 0 ? 0 - (uint64_t)amount.minor : (uint64_t)amount.minor;
    text[--at] = '\0';
    for (int i = 0; i < amount.precision; i++, rest /= 10)
        text[--at] = (char)('0' + rest % 10);
    if (amount.precision)
        text[--at] = '.';
    int count = 0;
    do {
        if (grouped && count && count % 3 == 0)
            text[--at] = ',';
        text[--at] = (char)('0' + rest % 10);
        rest /= 10;
        count++;
    } while (rest);
    if (amount.minor < 0)
        text[--at] = '-';
    memcpy(out, text + at, sizeof text - at);
    return out;
}

const char *money_format(struct money amount, char out[MONEY_TEXT_SIZE])
{
    if (!amount.known) {
        memcpy(out, "?", 2);
        return out;
    }
    char number[MONEY_TEXT_SIZE];
    write_amount(amount, true, number);
    size_t at = 0;
    if (amount.currency[0]) {
        memcpy(out, amount.currency, 3);
        out[3] = ' ';
        at = 4;
    }
    memcpy(out + at, number, strlen(number) + 1);
    return out;
}

const char *money_decimal(struct money amount, char out[MONEY_TEXT_SIZE])
{
    if (amount.known)
        return write_amount(amount, false, out);
    out[0] = '\0';
    return out;
}

/* ---- rates ---- */

const char *rate_format(struct rate rate, char out[RATE_TEXT_SIZE])
{
    if (rate.scaled <= 0) {
        memcpy(out, "?", 2);
        return out;
    }
    char text[MONEY_TEXT_SIZE];
    int len = snprintf(text, sizeof text, "%" PRId64 ".%010" PRId64, rate.scaled / RATE_SCALE,
                       rate.scaled % RATE_SCALE);
    while (text[len - 1] == '0')
        text[--len] = '\0';
    if (text[len - 1] == '.')
        text[--len] = '\0';
    memcpy(out, text, (size_t)len + 1);
    return out;
}

bool rate_differs_ratio(struct rate a, struct rate b, int64_t num, int64_t den)
{
    assert(a.scaled > 0 && b.scaled > 0);
    assert_ratio(num, den);
    __int128 gap = (__int128)a.scaled - b.scaled;
    return (gap < 0 ? -gap : gap) * den > (__int128)b.scaled * num;
}

struct rate rate_gap(struct rate a, struct rate b)
{
    return (struct rate){a.scaled > b.scaled ? a.scaled - b.scaled : b.scaled - a.scaled};
}

struct rate rate_divide(struct rate a, struct rate b)
{
    if (a.scaled <= 0 || b.scaled <= 0)
        return (struct rate){0};
    __int128 scaled = (__int128)a.scaled * RATE_SCALE;
    return (struct rate){saturate((scaled + b.scaled / 2) / b.scaled)};
}

struct rate rate_inverse(struct rate rate)
{
    return rate_divide((struct rate){RATE_SCALE}, rate);
}
