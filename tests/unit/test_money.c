/* Money: decimal texts at every precision, exact comparison beside a 128-bit reference that
 * goes another way, conversion, what people read. */
#include "base/money.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* the reference needs __int128, which ISO C does not name */
#pragma GCC diagnostic ignored "-Wpedantic"

static uint64_t seed = 20260420;

static uint64_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static int64_t below(int64_t bound)
{
    return (int64_t)(next_random() % (uint64_t)bound);
}

static int64_t power10(int exponent)
{
    return exponent ? 10 * power10(exponent - 1) : 1;
}

static struct money amount(const char *text, const char *currency, uint8_t precision)
{
    struct money out;
    struct err err;
    if (!money_parse(text, currency, precision, &out, &err))
        fail_msg("%s", err.msg);
    return out;
}

static struct money cad(const char *text)
{
    return amount(text, "CAD", 2);
}

static struct rate rate(const char *text)
{
    struct rate out;
    struct err err;
    if (!rate_parse(text, &out, &err))
        fail_msg("%s", err.msg);
    return out;
}

static struct money minor(int64_t units, uint8_t precision)
{
    struct money out = money_zero("CAD", precision);
    out.minor = units;
    return out;
}

/* An amount of up to `digits` digits, of either sign; small ones as often as large ones. */
static int64_t random_minor(int digits)
{
    int64_t units = below(power10(1 + (int)below(digits)));
    return below(2) ? units : -units;
}

static void test_texts_become_minor_units(void **state)
{
    (void)state;
    assert_int_equal(cad("150000.00").minor, 15000000);
    assert_int_equal(cad("-3").minor, -300);
    assert_int_equal(cad("+.5").minor, 50);
    assert_int_equal(cad("7.").minor, 700);
    assert_int_equal(cad("1.5e3").minor, 150000);
    assert_int_equal(cad("1.5E+3").minor, 150000);
    assert_int_equal(cad("12345e-3").minor, 1235);
    assert_int_equal(cad("0e99999999").minor, 0);
    assert_int_equal(cad("1e-99999999").minor, 0);
    assert_int_equal(cad("0000000000000000000000000000000000000000012.30").minor, 1230);
    assert_int_equal(cad("15000000000000000000000000000000000000e-35").minor, 15000);
    assert_int_equal(amount("1234", "JPY", 0).minor, 1234);
    assert_int_equal(amount("1.2345", "KWD", 3).minor, 1235);
    assert_int_equal(amount("1.2345", "CLF", 4).minor, 12345);
}

static void test_digits_beyond_the_precision_round_half_away_from_zero(void **state)
{
    (void)state;
    assert_int_equal(cad("0.005").minor, 1);
    assert_int_equal(cad("-0.005").minor, -1);
    assert_int_equal(cad("0.00499999999999999999999999999999999999999999").minor, 0);
    assert_int_equal(cad("2.675").minor, 268);
    assert_int_equal(cad("999.995").minor, 100000);
    assert_int_equal(cad("0.0049").minor, 0);
    assert_int_equal(amount("0.5", "JPY", 0).minor, 1);
    assert_int_equal(amount("-0.49", "JPY", 0).minor, 0);
}

static void test_texts_that_are_no_amounts_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        " 1",
        "1 ",
        "1,000",
        "NaN",
        "Infinity",
        "-",
        ".",
        "1e",
        "1e+",
        "--1",
        "0x10",
        "1.2.",
        "CAD 1",
        "1e5x",
        "1000000000000000.01",
        "1e16",
        "-1e400000",
        "99999999999999999999999999999999999999999999999999",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct money out = {.known = true};
        struct err err = {0};
        if (money_parse(texts[i], "CAD", 2, &out, &err))
            fail_msg("\"%s\" was taken for an amount", texts[i]);
        assert_int_equal(err.code, ERR_INVALID);
        assert_false(out.known);
    }
}

static void test_a_text_of_absurd_length_is_refused(void **state)
{
    (void)state;
    char text[2000];
    memset(text, '0', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    struct money out;
    struct err err;
    assert_false(money_parse(text, "CAD", 2, &out, &err));
    assert_int_equal(cad(text + 1500).minor, 0);
}

static void test_currency_and_precision_are_checked(void **state)
{
    (void)state;
    static const char *const codes[] = {"CA", "CADX", "cad", "C1D", "C D"};
    struct money out;
    struct err err;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        assert_false(money_parse("1", codes[i], 2, &out, &err));
    assert_false(money_parse("1", "CAD", 5, &out, &err));
    assert_string_equal(amount("1", NULL, 2).currency, "");
    assert_string_equal(amount("1", "", 2).currency, "");
}

static void test_no_text_is_an_unknown_amount(void **state)
{
    (void)state;
    char text[MONEY_TEXT_SIZE];
    struct money none = cad(NULL);
    assert_false(none.known);
    assert_string_equal(money_format(none, text), "?");
    assert_string_equal(money_decimal(none, text), "");
    assert_false(money_add(none, cad("1")).known);
    assert_false(money_sub(cad("1"), none).known);
    assert_false(money_convert(none, rate("1.5"), "USD", 2).known);
}

static void test_parsing_undoes_writing_at_every_precision(void **state)
{
    (void)state;
    for (uint8_t precision = 0; precision <= 4; precision++)
        for (int i = 0; i < 20000; i++) {
            struct money one = minor(random_minor(15), precision);
            char text[MONEY_TEXT_SIZE];
            struct money back = amount(money_decimal(one, text), "CAD", precision);
            if (back.minor != one.minor)
                fail_msg("%s came back as %lld", text, (long long)back.minor);
        }
}

static void test_fifteen_digits_before_the_point_keep_every_digit(void **state)
{
    (void)state;
    char text[MONEY_TEXT_SIZE];
    assert_string_equal(money_decimal(cad("999999999999999.99"), text), "999999999999999.99");
    assert_string_equal(money_decimal(cad("-1000000000000000"), text), "-1000000000000000.00");
    assert_string_equal(money_decimal(amount("999999999999999.999", "KWD", 3), text),
                        "999999999999999.999");
    assert_string_equal(money_decimal(amount("99999999999999.9999", "CLF", 4), text),
                        "99999999999999.9999");
    struct money out;
    struct err err;
    assert_false(money_parse("999999999999999.9999", "CLF", 4, &out, &err));
}

static void test_an_exponent_moves_the_point_and_nothing_else(void **state)
{
    (void)state;
    for (int i = 0; i < 20000; i++) {
        int64_t units = below(power10(15));
        int shift = (int)below(8);
        char text[64];
        snprintf(text, sizeof text, "%lld%.*se-%d", (long long)units, shift, "00000000", shift + 2);
        assert_int_equal(cad(text).minor, units);
    }
}

static void test_sums_are_exact_and_saturate(void **state)
{
    (void)state;
    assert_int_equal(money_add(cad("0.10"), cad("0.20")).minor, 30);
    assert_int_equal(money_sub(cad("0.10"), cad("0.20")).minor, -10);
    struct money finer = money_add(cad("1.10"), amount("0.0005", "CAD", 4));
    assert_int_equal(finer.minor, 11005);
    assert_int_equal(finer.precision, 4);
    struct money most = minor(INT64_C(1000000000000000000), 2);
    assert_int_equal(money_add(most, cad("1")).minor, most.minor);
    assert_int_equal(money_sub(minor(-most.minor, 2), cad("1")).minor, -most.minor);
    assert_int_equal(money_add(most, minor(0, 4)).minor, most.minor);
}

static void test_comparison_sees_through_precisions(void **state)
{
    (void)state;
    assert_int_equal(money_compare(cad("1.10"), amount("1.1000", "CAD", 4)), 0);
    assert_true(money_compare(cad("1.10"), amount("1.1001", "CAD", 4)) < 0);
    assert_true(money_compare(cad("-1"), amount("-2", "CAD", 0)) > 0);
}

/* In units of 10^-4, which every precision divides. */
static __int128 fine(struct money amount)
{
    return (__int128)amount.minor * power10(4 - amount.precision);
}

static __int128 saturated(__int128 units)
{
    const __int128 most = (__int128)power10(18);
    return units > most ? most : units < -most ? -most : units;
}

/* Up to 15 digits before the point, and now and then what is near it at another precision. */
static struct money random_amount(const struct money *near)
{
    uint8_t precision = (uint8_t)below(5);
    struct money out = minor(random_minor(14 + precision), precision);
    if (near && below(2))
        out.minor = (int64_t)(saturated(fine(*near) / power10(4 - precision)) + below(3) - 1);
    return out;
}

static void test_sums_and_comparisons_agree_with_wide_numbers_at_all_precisions(void **state)
{
    (void)state;
    int same = 0;
    for (int i = 0; i < 100000; i++) {
        struct money a = random_amount(NULL), b = random_amount(&a);
        uint8_t finer = a.precision > b.precision ? a.precision : b.precision;
        struct money sum = money_add(a, b), rest = money_sub(a, b);
        assert_int_equal(sum.precision, finer);
        assert_true(sum.minor == saturated((fine(a) + fine(b)) / power10(4 - finer)));
        assert_true(rest.minor == saturated((fine(a) - fine(b)) / power10(4 - finer)));
        int order = (fine(a) > fine(b)) - (fine(a) < fine(b)), said = money_compare(a, b);
        same += order == 0;
        assert_int_equal((said > 0) - (said < 0), order);
    }
    assert_true(same > 1000); /* the border was met */
}

static void test_unknown_currencies_are_never_the_same(void **state)
{
    (void)state;
    assert_true(money_same_currency(cad("1"), cad(NULL)));
    assert_false(money_same_currency(cad("1"), amount("1", "USD", 2)));
    assert_false(money_same_currency(amount("1", "", 2), amount("1", "", 2)));
}

/* a > b * num / den by long division instead of cross-multiplication: den > 0. */
static bool exceeds_by_division(__int128 a, __int128 b, int64_t num, int64_t den)
{
    __int128 product = b * num;
    __int128 floor = product / den - (product % den < 0);
    return a > floor || (a == floor && 0 > product - floor * den);
}

static void test_ratios_agree_with_long_division(void **state)
{
    (void)state;
    int close = 0;
    for (int i = 0; i < 100000; i++) {
        struct money b = minor(random_minor(17), (uint8_t)below(5));
        int64_t den = 1 + below(power10(1 + (int)below(12)));
        int64_t num = below(2 * den) % power10(12);
        __int128 at = (__int128)b.minor * num / den; /* as close to the border as can be */
        struct money a = minor((int64_t)at + below(3) - 1, b.precision);
        bool expected = exceeds_by_division(a.minor, b.minor, num, den);
        close += expected;
        if (money_exceeds_ratio(a, b, num, den) != expected)
            fail_msg("%lld > %lld * %lld / %lld", (long long)a.minor, (long long)b.minor,
                     (long long)num, (long long)den);
        struct money gap = money_sub(a, b);
        __int128 size = gap.minor < 0 ? -(__int128)gap.minor : gap.minor;
        __int128 base = b.minor < 0 ? -(__int128)b.minor : b.minor;
        assert_int_equal(money_differs_ratio(a, b, num, den),
                         exceeds_by_division(size, base, num, den));
    }
    assert_in_range(close, 20000, 80000); /* both answers were met */
}

static void test_ratios_see_through_precisions_and_fifteen_digits(void **state)
{
    (void)state;
    int met = 0;
    for (int i = 0; i < 100000; i++) {
        struct money b = random_amount(NULL), a = random_amount(&b);
        int64_t num = below(20001), den = 10000;
        if (below(2)) { /* met exactly, or missed by the least that there is */
            b = minor(random_minor(9) * den, b.precision);
            a = minor(b.minor / den * num * power10(4 - b.precision), 4);
            a.minor += below(3) - 1;
        }
        met += fine(a) * den == fine(b) * num;
        assert_int_equal(money_exceeds_ratio(a, b, num, den), fine(a) * den > fine(b) * num);
        __int128 gap = fine(a) - fine(b), size = gap < 0 ? -gap : gap;
        __int128 base = fine(b) < 0 ? -fine(b) : fine(b);
        assert_int_equal(money_differs_ratio(a, b, num, den), size * den > base * num);
    }
    assert_true(met > 10000);
}

static void test_a_ratio_met_exactly_is_not_exceeded(void **state)
{
    (void)state;
    assert_false(money_exceeds_ratio(cad("102"), cad("100"), 102, 100));
    assert_true(money_exceeds_ratio(cad("102.01"), cad("100"), 102, 100));
    assert_false(money_differs_ratio(cad("98"), cad("100"), 2, 100));
    assert_true(money_differs_ratio(cad("97.99"), cad("100"), 2, 100));
    assert_true(money_differs_ratio(amount("102.0001", "CAD", 4), cad("100"), 2, 100));
    struct money most = minor(INT64_C(1000000000000000000), 0);
    assert_false(money_exceeds_ratio(most, most, power10(12), power10(12)));
    assert_true(money_exceeds_ratio(most, minor(-most.minor, 4), power10(12), power10(12)));
}

static void test_rates_are_read_to_ten_places(void **state)
{
    (void)state;
    assert_int_equal(rate("1.3625").scaled, INT64_C(13625000000));
    assert_int_equal(rate("0.00000000005").scaled, 1);
    assert_int_equal(rate(NULL).scaled, 0);
    assert_int_equal(rate("0.00").scaled, 0);
    assert_int_equal(rate("100000000").scaled, INT64_C(1000000000000000000));
    struct rate out;
    struct err err;
    assert_false(rate_parse("-1.2", &out, &err));
    assert_false(rate_parse("1e-11", &out, &err));
    assert_false(rate_parse("100000001", &out, &err));
    assert_false(rate_parse("1,5", &out, &err));
    assert_int_equal(out.scaled, 0);
}

static void test_conversion_rounds_once_between_all_precisions(void **state)
{
    (void)state;
    assert_int_equal(money_convert(cad("100"), rate("0.734"), "USD", 2).minor, 7340);
    assert_int_equal(money_convert(cad("0.01"), rate("0.5"), "USD", 2).minor, 1);
    assert_int_equal(money_convert(cad("-0.01"), rate("0.5"), "USD", 2).minor, -1);
    assert_int_equal(money_convert(cad("1"), rate("110.255"), "JPY", 0).minor, 110);
    assert_int_equal(money_convert(amount("10", "JPY", 0), rate("0.00221"), "KWD", 3).minor, 22);
    assert_int_equal(money_convert(cad("1"), rate("0"), "USD", 2).known, false);
    assert_int_equal(money_convert(cad("1e14"), rate("100000"), "CLF", 4).minor, power10(18));
    for (int i = 0; i < 20000; i++) {
        uint8_t from = (uint8_t)below(5), to = (uint8_t)below(5);
        struct money a = minor(random_minor(12), from);
        struct rate r = {1 + below(power10(11))};
        __int128 exact = (__int128)a.minor * r.scaled * power10(to); /* times 10^(10 + from) */
        __int128 unit = (__int128)RATE_SCALE * power10(from);
        __int128 twice = 2 * (exact - (__int128)money_convert(a, r, "USD", to).minor * unit);
        assert_true(exact >= 0 ? twice >= -unit && twice < unit : twice > -unit && twice <= unit);
    }
}

static void test_conversion_of_the_largest_amounts_saturates(void **state)
{
    (void)state;
    int full = 0;
    for (int i = 0; i < 20000; i++) {
        uint8_t from = (uint8_t)below(5), to = (uint8_t)below(5);
        struct money a = minor(random_minor(18), from);
        struct rate r = {1 + below(power10(18))};
        /* in whole units of the other currency, which 128 bits hold */
        __int128 whole = (__int128)a.minor * r.scaled / RATE_SCALE / power10(from);
        struct money out = money_convert(a, r, "USD", to);
        bool over = whole >= power10(18 - to) || whole <= -power10(18 - to);
        full += over;
        if (over)
            assert_true(out.minor == (a.minor < 0 ? -power10(18) : power10(18)));
        else
            assert_true(out.minor / power10(to) - (int64_t)whole <= 1 &&
                        (int64_t)whole - out.minor / power10(to) <= 1);
    }
    assert_true(full > 1000 && full < 19000);
}

static void test_people_read_grouped_amounts(void **state)
{
    (void)state;
    char text[MONEY_TEXT_SIZE];
    assert_string_equal(money_format(cad("25000"), text), "CAD 25,000.00");
    assert_string_equal(money_format(cad("-1234567.8"), text), "CAD -1,234,567.80");
    assert_string_equal(money_format(cad("0"), text), "CAD 0.00");
    assert_string_equal(money_format(cad("999.99"), text), "CAD 999.99");
    assert_string_equal(money_format(amount("1234", "JPY", 0), text), "JPY 1,234");
    assert_string_equal(money_format(amount("0.0001", "CLF", 4), text), "CLF 0.0001");
    assert_string_equal(money_format(amount("5", NULL, 2), text), "5.00");
    assert_string_equal(money_format(minor(INT64_MIN, 0), text), "CAD -9,223,372,036,854,775,808");
}

static void test_currencies_know_their_precision(void **state)
{
    (void)state;
    assert_int_equal(money_precision("CAD"), 2);
    assert_int_equal(money_precision("JPY"), 0);
    assert_int_equal(money_precision("KWD"), 3);
    assert_int_equal(money_precision("CLF"), 4);
    assert_int_equal(money_precision(""), 2);
    assert_int_equal(money_precision(NULL), 2);
}

/* ---- rates between rates ---- */

static void test_rates_are_written_without_zeros_at_the_end(void **state)
{
    (void)state;
    char text[RATE_TEXT_SIZE];
    assert_string_equal(rate_format((struct rate){RATE_SCALE}, text), "1");
    assert_string_equal(rate_format((struct rate){13600000000}, text), "1.36");
    assert_string_equal(rate_format((struct rate){1}, text), "0.0000000001");
    assert_string_equal(rate_format((struct rate){0}, text), "?");
    assert_string_equal(rate_format((struct rate){INT64_MAX}, text), "922337203.6854775807");
}

static void test_a_rate_differs_only_beyond_its_boundary(void **state)
{
    (void)state;
    struct rate then = {13000000000};
    assert_false(rate_differs_ratio((struct rate){13260000000}, then, 200, 10000));
    assert_true(rate_differs_ratio((struct rate){13260000001}, then, 200, 10000));
    assert_false(rate_differs_ratio((struct rate){12740000000}, then, 200, 10000));
    assert_true(rate_differs_ratio((struct rate){12739999999}, then, 200, 10000));
    assert_true(rate_differs_ratio((struct rate){INT64_MAX}, (struct rate){1}, 10000, 10000));
    assert_int_equal(rate_gap(then, (struct rate){12000000000}).scaled, 1000000000);
    assert_int_equal(rate_gap((struct rate){12000000000}, then).scaled, 1000000000);
}

static void test_a_rate_turned_around_twice_is_itself_to_nine_places(void **state)
{
    (void)state;
    static const int64_t rates[] = {RATE_SCALE, 13600000000, 93000000, 1500000000000};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        int64_t again = rate_inverse(rate_inverse((struct rate){rates[i]})).scaled;
        int64_t gap = again > rates[i] ? again - rates[i] : rates[i] - again;
        assert_true(gap <= rates[i] / 1000000 + 1);
    }
    assert_int_equal(rate_inverse((struct rate){20000000000}).scaled, 5000000000);
    assert_int_equal(rate_inverse((struct rate){0}).scaled, 0);
    assert_int_equal(rate_inverse((struct rate){1}).scaled, INT64_C(1000000000000000000));
}

/* a / b = q means that q * b is a, but for half a last digit of q. */
static void expect_quotient(int64_t a, int64_t b)
{
    int64_t q = rate_divide((struct rate){a}, (struct rate){b}).scaled;
    __int128 wanted = (__int128)a * RATE_SCALE, found = (__int128)q * b;
    __int128 gap = wanted > found ? wanted - found : found - wanted;
    bool saturated = wanted / b >= INT64_C(1000000000000000000);
    if (saturated ? q != INT64_C(1000000000000000000) : 2 * gap > b)
        fail_msg("%lld / %lld is not %lld", (long long)a, (long long)b, (long long)q);
}

static void test_a_quotient_of_rates_is_off_by_half_a_last_digit_at_most(void **state)
{
    (void)state;
    static const int64_t edges[] = {1,
                                    2,
                                    3,
                                    RATE_SCALE - 1,
                                    RATE_SCALE,
                                    13600000000,
                                    17432100000,
                                    INT64_C(999999999999999999),
                                    INT64_C(1000000000000000000)};
    const size_t count = sizeof edges / sizeof *edges;
    for (size_t i = 0; i < count * count; i++)
        expect_quotient(edges[i / count], edges[i % count]);
    for (int i = 0; i < 20000; i++) {
        int64_t bound = INT64_C(1000000000000000000) >> below(40);
        expect_quotient(1 + below(bound), 1 + below(INT64_C(1000000000000000000) >> below(40)));
    }
}

static void test_a_quotient_of_rates_rounds_half_up_and_knows_no_unknown(void **state)
{
    (void)state;
    const struct rate cad = {15000000000}, usd = {11000000000}, none = {0};
    assert_int_equal(rate_divide(cad, usd).scaled, 13636363636);
    assert_int_equal(rate_divide((struct rate){1}, (struct rate){2 * RATE_SCALE}).scaled, 1);
    assert_int_equal(rate_divide((struct rate){1}, (struct rate){3 * RATE_SCALE}).scaled, 0);
    assert_int_equal(rate_divide(cad, cad).scaled, RATE_SCALE);
    assert_int_equal(rate_divide(none, cad).scaled, 0);
    assert_int_equal(rate_divide(cad, none).scaled, 0);
    assert_int_equal(rate_divide(cad, (struct rate){-1}).scaled, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts_become_minor_units),
        cmocka_unit_test(test_digits_beyond_the_precision_round_half_away_from_zero),
        cmocka_unit_test(test_texts_that_are_no_amounts_are_refused),
        cmocka_unit_test(test_a_text_of_absurd_length_is_refused),
        cmocka_unit_test(test_currency_and_precision_are_checked),
        cmocka_unit_test(test_no_text_is_an_unknown_amount),
        cmocka_unit_test(test_parsing_undoes_writing_at_every_precision),
        cmocka_unit_test(test_fifteen_digits_before_the_point_keep_every_digit),
        cmocka_unit_test(test_an_exponent_moves_the_point_and_nothing_else),
        cmocka_unit_test(test_sums_are_exact_and_saturate),
        cmocka_unit_test(test_comparison_sees_through_precisions),
        cmocka_unit_test(test_sums_and_comparisons_agree_with_wide_numbers_at_all_precisions),
        cmocka_unit_test(test_unknown_currencies_are_never_the_same),
        cmocka_unit_test(test_ratios_agree_with_long_division),
        cmocka_unit_test(test_ratios_see_through_precisions_and_fifteen_digits),
        cmocka_unit_test(test_a_ratio_met_exactly_is_not_exceeded),
        cmocka_unit_test(test_rates_are_read_to_ten_places),
        cmocka_unit_test(test_conversion_rounds_once_between_all_precisions),
        cmocka_unit_test(test_conversion_of_the_largest_amounts_saturates),
        cmocka_unit_test(test_people_read_grouped_amounts),
        cmocka_unit_test(test_currencies_know_their_precision),
        cmocka_unit_test(test_rates_are_written_without_zeros_at_the_end),
        cmocka_unit_test(test_a_rate_differs_only_beyond_its_boundary),
        cmocka_unit_test(test_a_rate_turned_around_twice_is_itself_to_nine_places),
        cmocka_unit_test(test_a_quotient_of_rates_is_off_by_half_a_last_digit_at_most),
        cmocka_unit_test(test_a_quotient_of_rates_rounds_half_up_and_knows_no_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
