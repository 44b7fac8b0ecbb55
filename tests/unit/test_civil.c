/* Civil dates: every day of every year against a day-by-day count, ISO texts, month ends. */
#include "base/civil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static uint64_t seed = 20260420;

static uint64_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static int between(int low, int high)
{
    return low + (int)(next_random() % (uint64_t)(high - low + 1));
}

static struct civil random_date(void)
{
    return civil_of(between(1, 9999), between(1, 12), between(1, 28));
}

static struct civil date(const char *text)
{
    struct civil out;
    struct err err;
    assert_true(civil_parse(text, &out, &err));
    return out;
}

static struct wall instant(const char *text)
{
    struct wall out;
    struct err err;
    assert_true(wall_parse(text, &out, &err));
    return out;
}

static void expect_date(struct civil actual, const char *text)
{
    char out[CIVIL_TEXT_SIZE];
    assert_string_equal(civil_format(actual, out), text);
}

static bool leap_by_the_rule(int year)
{
    if (year % 400 == 0)
        return true;
    return year % 4 == 0 && year % 100 != 0;
}

static void test_every_day_of_9999_years_follows_the_one_before(void **state)
{
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t day = civil_of(1, 1, 1).day;
    for (int y = 1; y <= 9999; y++)
        for (int m = 1; m <= 12; m++) {
            int length = lengths[m - 1] + (m == 2 && leap_by_the_rule(y));
            for (int d = 1; d <= length; d++, day++) {
                int year, month, of_month;
                civil_split((struct civil){day}, &year, &month, &of_month);
                if (civil_of(y, m, d).day != day || year != y || month != m || of_month != d)
                    fail_msg("day %d is not %04d-%02d-%02d", (int)day, y, m, d);
            }
        }
    assert_int_equal(day, civil_of(9999, 12, 31).day + 1);
}

static void test_known_days_have_their_numbers(void **state)
{
    (void)state;
    assert_int_equal(date("1970-01-01").day, 0);
    assert_int_equal(date("1969-12-31").day, -1);
    assert_int_equal(date("2000-03-01").day, 11017);
    assert_int_equal(civil_days_between(date("2024-02-28"), date("2024-03-01")), 2);
    assert_int_equal(civil_days_between(date("2026-04-20"), date("2026-04-08")), -12);
}

static void test_leap_days_exist_in_leap_years_only(void **state)
{
    (void)state;
    struct civil out;
    struct err err;
    assert_false(civil_parse("1900-02-29", &out, &err));
    assert_false(civil_parse("2023-02-29", &out, &err));
    expect_date(date("2000-02-29"), "2000-02-29");
    expect_date(date("2024-02-29"), "2024-02-29");
}

static void test_parsing_undoes_formatting(void **state)
{
    (void)state;
    for (int i = 0; i < 20000; i++) {
        struct civil one = random_date();
        char text[CIVIL_TEXT_SIZE];
        assert_int_equal(date(civil_format(one, text)).day, one.day);
    }
}

static void test_no_date_is_known_from_nothing(void **state)
{
    (void)state;
    char text[CIVIL_TEXT_SIZE];
    assert_false(civil_is_known(date(NULL)));
    assert_false(civil_is_known(date("")));
    assert_string_equal(civil_format(CIVIL_NONE, text), "");
    assert_string_equal(civil_words(CIVIL_NONE, date("2026-01-01"), text), "");
    assert_false(civil_is_known(civil_add_days(CIVIL_NONE, 3)));
    assert_false(civil_is_known(civil_add_months(CIVIL_NONE, 3)));
}

static void test_texts_that_are_no_dates_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "2026-13-01",      "2026-00-01",          "2026-01-00",
        "2026-04-31",      "0000-01-01",          "2026-4-1",
        "26-04-20",        "2026/04/20",          "2026-04-20x",
        " 2026-04-20",     "2026-04-20T",         "2026-04-20T25:00:00",
        "20260420",        "-026-04-20",          "2026-04-20T10",
        "2026-04-",        "2026-04-20T10:02:61", "2026-04-20 ",
        "2026-04-20T1:02", "2026-04-2\xff",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct civil out = {7};
        struct err err = {0};
        if (civil_parse(texts[i], &out, &err))
            fail_msg("\"%s\" was taken for a date", texts[i]);
        assert_int_equal(err.code, ERR_INVALID);
        assert_false(civil_is_known(out));
    }
}

static void test_a_date_time_gives_its_date_part(void **state)
{
    (void)state;
    expect_date(date("2026-04-20T23:59:59.000+0000"), "2026-04-20");
    expect_date(date("2026-04-20T00:30:00-05:00"), "2026-04-20");
    expect_date(date("2026-04-20T10:02"), "2026-04-20");
}

static void test_months_end_where_the_month_ends(void **state)
{
    (void)state;
    expect_date(civil_add_months(date("2026-01-31"), 1), "2026-02-28");
    expect_date(civil_add_months(date("2024-01-31"), 1), "2024-02-29");
    expect_date(civil_add_months(date("1900-01-31"), 1), "1900-02-28");
    expect_date(civil_add_months(date("2000-01-31"), 1), "2000-02-29");
    expect_date(civil_add_months(date("2024-02-29"), 12), "2025-02-28");
    expect_date(civil_add_months(date("2026-08-31"), -2), "2026-06-30");
    expect_date(civil_add_months(date("2026-01-15"), -1), "2025-12-15");
    expect_date(civil_add_months(date("2026-11-30"), 14), "2028-01-30");
}

static void test_adding_months_counts_months_and_keeps_the_day_where_it_can(void **state)
{
    (void)state;
    for (int i = 0; i < 20000; i++) {
        struct civil from =
            civil_add_days(civil_of(between(500, 9000), between(1, 12), 1), between(0, 30));
        int months = between(-5000, 5000);
        int y1, m1, d1, y2, m2, d2;
        struct civil to = civil_add_months(from, months);
        civil_split(from, &y1, &m1, &d1);
        civil_split(to, &y2, &m2, &d2);
        assert_int_equal(y2 * 12 + m2, y1 * 12 + m1 + months);
        if (d2 == d1)
            continue;
        int y3, m3, d3; /* then it is the last of its month */
        civil_split(civil_add_days(to, 1), &y3, &m3, &d3);
        assert_int_equal(d3, 1);
        assert_true(d2 < d1);
    }
}

static void test_dates_stop_at_the_ends_of_the_calendar(void **state)
{
    (void)state;
    expect_date(civil_add_days(date("9999-12-30"), INT32_MAX), "9999-12-31");
    expect_date(civil_add_days(date("2026-01-01"), INT32_MIN), "0001-01-01");
    expect_date(civil_add_months(date("2026-01-01"), INT32_MAX), "9999-12-31");
    expect_date(civil_add_months(date("2026-01-01"), INT32_MIN), "0001-01-01");
}

static void test_weekdays_follow_one_another(void **state)
{
    (void)state;
    assert_int_equal(civil_weekday(date("2026-04-20")), 0);
    assert_int_equal(civil_weekday(date("1970-01-01")), 3);
    assert_int_equal(civil_weekday(date("1900-01-01")), 0);
    for (int i = 0; i < 5000; i++) {
        struct civil day = random_date();
        assert_int_equal(civil_weekday(civil_add_days(day, 1)), (civil_weekday(day) + 1) % 7);
    }
}

static void test_words_name_the_year_only_where_it_differs(void **state)
{
    (void)state;
    char text[CIVIL_TEXT_SIZE];
    assert_string_equal(civil_words(date("2026-05-10"), date("2026-01-01"), text), "10 May");
    assert_string_equal(civil_words(date("2027-09-01"), date("2026-12-31"), text), "1 Sep 2027");
    assert_string_equal(civil_words(date("2026-12-31"), CIVIL_NONE, text), "31 Dec 2026");
}

static void test_instants_are_read_as_each_system_writes_them(void **state)
{
    (void)state;
    int64_t at = INT64_C(1776679323000); /* 2026-04-20 10:02:03 UTC */
    assert_int_equal(instant("2026-04-20T10:02:03.000+0000").ms, at);
    assert_int_equal(instant("2026-04-20T10:02:03Z").ms, at);
    assert_int_equal(instant("2026-04-20T12:02:03+02:00").ms, at);
    assert_int_equal(instant("2026-04-20t12:02:03,000+02").ms, at);
    assert_int_equal(instant("2026-04-20 04:32:03-0530").ms, at);
    assert_int_equal(instant("2026-04-20T10:02:03.456789Z").ms, at + 456);
    assert_int_equal(instant("2026-04-20T10:02:03.4Z").ms, at + 400);
    assert_int_equal(instant("2026-04-20").ms, at - 36123000);
    assert_int_equal(instant("2016-12-31T23:59:60Z").ms, instant("2017-01-01").ms);
    assert_int_equal(instant("1969-12-31T23:59:59.999Z").ms, -1);
}

static void test_instants_without_an_offset_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "2026-04-20T10:02:03",
        "2026-04-20T10:02:03.Z",
        "2026-04-20T10:02:03+2",
        "2026-04-20T10:02Zx",
        "2026-04-20T10:02:03+24:00",
        "2026-04-20T10:02:03+02:60",
        "",
        "2026-04-20T10:02:03+02:",
        "2026-04-20T24:00:00Z",
    };
    struct wall out;
    struct err err;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (wall_parse(texts[i], &out, &err))
            fail_msg("\"%s\" was taken for an instant", texts[i]);
    assert_false(wall_parse(NULL, &out, &err));
}

static void test_an_instant_survives_its_text(void **state)
{
    (void)state;
    char text[WALL_TEXT_SIZE];
    assert_string_equal(wall_format((struct wall){-1}, text), "1969-12-31T23:59:59.999Z");
    assert_string_equal(wall_format((struct wall){INT64_MAX}, text), "9999-12-31T23:59:59.999Z");
    assert_string_equal(wall_format((struct wall){INT64_MIN}, text), "0001-01-01T00:00:00.000Z");
    for (int i = 0; i < 20000; i++) {
        int64_t ms = (int64_t)(next_random() % UINT64_C(200000000000000)) - INT64_C(60000000000000);
        assert_int_equal(instant(wall_format((struct wall){ms}, text)).ms, ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day_of_9999_years_follows_the_one_before),
        cmocka_unit_test(test_known_days_have_their_numbers),
        cmocka_unit_test(test_leap_days_exist_in_leap_years_only),
        cmocka_unit_test(test_parsing_undoes_formatting),
        cmocka_unit_test(test_no_date_is_known_from_nothing),
        cmocka_unit_test(test_texts_that_are_no_dates_are_refused),
        cmocka_unit_test(test_a_date_time_gives_its_date_part),
        cmocka_unit_test(test_months_end_where_the_month_ends),
        cmocka_unit_test(test_adding_months_counts_months_and_keeps_the_day_where_it_can),
        cmocka_unit_test(test_dates_stop_at_the_ends_of_the_calendar),
        cmocka_unit_test(test_weekdays_follow_one_another),
        cmocka_unit_test(test_words_name_the_year_only_where_it_differs),
        cmocka_unit_test(test_instants_are_read_as_each_system_writes_them),
        cmocka_unit_test(test_instants_without_an_offset_are_refused),
        cmocka_unit_test(test_an_instant_survives_its_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
