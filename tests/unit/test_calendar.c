/* Zones and working time, beside glibc's reading of the same zoneinfo. */
#include "base/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static const char *const zones[] = {"America/Toronto", "Europe/London", "Asia/Kolkata",
                                    "Pacific/Auckland"};
enum { ZONE_COUNT = sizeof zones / sizeof *zones, MONDAY_TO_FRIDAY = 0x1f };

static uint64_t seed = 20260420;

static uint64_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static struct wall instant(const char *text)
{
    struct wall out;
    struct err err;
    if (!wall_parse(text, &out, &err))
        fail_msg("%s", err.msg);
    return out;
}

static struct civil date(const char *text)
{
    struct civil out;
    struct err err;
    if (!civil_parse(text, &out, &err))
        fail_msg("%s", err.msg);
    return out;
}

/* "2026-03-08T02:30" in a zone. */
static struct local local(const char *text)
{
    struct civil day = date(text);
    char with_zone[32];
    snprintf(with_zone, sizeof with_zone, "%sZ", text);
    int64_t of_day = instant(with_zone).ms - day.day * INT64_C(86400000);
    return (struct local){day, (int)(of_day / 60000)};
}

static void expect_instant(struct wall actual, const char *expected)
{
    char text[WALL_TEXT_SIZE], wanted[WALL_TEXT_SIZE];
    assert_string_equal(wall_format(actual, text), wall_format(instant(expected), wanted));
}

static void expect_local(const char *zone, const char *at, const char *expected)
{
    struct local actual = calendar_local(zone, instant(at));
    struct local wanted = local(expected);
    assert_int_equal(actual.date.day, wanted.date.day);
    assert_int_equal(actual.minute, wanted.minute);
}

static struct calendar office(const char *zone)
{
    struct calendar calendar = {
        .days = MONDAY_TO_FRIDAY, .start_minute = 9 * 60, .end_minute = 17 * 60};
    snprintf(calendar.zone, sizeof calendar.zone, "%s", zone);
    return calendar;
}

/* Some instant of the years 2000–2037, on a whole minute. */
static struct wall random_instant(void)
{
    int64_t minutes = (int64_t)(next_random() % UINT64_C(19986000));
    return (struct wall){instant("2000-01-01").ms + minutes * 60000};
}

/* What glibc makes of an instant in the zone of the environment. */
static struct tm by_glibc(struct wall at)
{
    time_t seconds = (time_t)(at.ms / 1000);
    struct tm out;
    assert_non_null(localtime_r(&seconds, &out));
    return out;
}

static void set_glibc_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

static void test_local_times_agree_with_glibc(void **state)
{
    (void)state;
    for (size_t z = 0; z < ZONE_COUNT; z++) {
        set_glibc_zone(zones[z]);
        for (int i = 0; i < 20000; i++) {
            struct wall at = random_instant();
            struct tm tm = by_glibc(at);
            struct local here = calendar_local(zones[z], at);
            struct civil day = civil_of(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
            assert_int_equal(here.date.day, day.day);
            assert_int_equal(here.minute, tm.tm_hour * 60 + tm.tm_min);
        }
    }
}

static void test_an_instant_survives_its_local_time_unless_the_hour_repeats(void **state)
{
    (void)state;
    for (size_t z = 0; z < ZONE_COUNT; z++)
        for (int i = 0; i < 20000; i++) {
            struct wall at = random_instant();
            struct wall back = calendar_instant(zones[z], calendar_local(zones[z], at));
            if (back.ms != at.ms)
                assert_int_equal(at.ms - back.ms, 3600000); /* the second of two: the first came */
        }
}

static void test_a_skipped_hour_gives_the_first_instant_after_it(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *local, *expected;
    } cases[] = {
        {"America/Toronto", "2026-03-08T01:59", "2026-03-08T06:59Z"},
        {"America/Toronto", "2026-03-08T02:00", "2026-03-08T07:00Z"},
        {"America/Toronto", "2026-03-08T02:30", "2026-03-08T07:00Z"},
        {"America/Toronto", "2026-03-08T02:59", "2026-03-08T07:00Z"},
        {"America/Toronto", "2026-03-08T03:00", "2026-03-08T07:00Z"},
        {"America/Toronto", "2026-03-08T03:01", "2026-03-08T07:01Z"},
        {"Europe/London", "2026-03-29T01:30", "2026-03-29T01:00Z"},
        {"Europe/London", "2026-03-29T02:00", "2026-03-29T01:00Z"},
        {"Pacific/Auckland", "2026-09-27T02:30", "2026-09-26T14:00Z"},
        {"Asia/Kolkata", "2026-03-29T00:00", "2026-03-28T18:30Z"},
        {"Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00Z"}, /* a whole day */
        {"Pacific/Apia", "2011-12-30T00:00", "2011-12-30T10:00Z"},
        {"Pacific/Apia", "2011-12-29T23:59", "2011-12-30T09:59Z"},
        {"Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30Z"}, /* half an hour */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_instant(calendar_instant(cases[i].zone, local(cases[i].local)), cases[i].expected);
}

static void test_a_repeated_hour_gives_its_first_occurrence(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *local, *expected;
    } cases[] = {
        {"America/Toronto", "2026-11-01T00:59", "2026-11-01T04:59Z"},
        {"America/Toronto", "2026-11-01T01:00", "2026-11-01T05:00Z"},
        {"America/Toronto", "2026-11-01T01:59", "2026-11-01T05:59Z"},
        {"America/Toronto", "2026-11-01T02:00", "2026-11-01T07:00Z"},
        {"Europe/London", "2026-10-25T01:30", "2026-10-25T00:30Z"},
        {"Europe/London", "2026-10-25T02:00", "2026-10-25T02:00Z"},
        {"Pacific/Auckland", "2026-04-05T02:30", "2026-04-04T13:30Z"},
        {"Pacific/Auckland", "2026-04-05T03:00", "2026-04-04T15:00Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_instant(calendar_instant(cases[i].zone, local(cases[i].local)), cases[i].expected);
    expect_local("America/Toronto", "2026-11-01T05:30Z", "2026-11-01T01:30");
    expect_local("America/Toronto", "2026-11-01T06:30Z", "2026-11-01T01:30");
}

static void test_the_year_ends_at_midnight_of_the_zone(void **state)
{
    (void)state;
    expect_local("America/Toronto", "2027-01-01T04:59:59.999Z", "2026-12-31T23:59");
    expect_local("America/Toronto", "2027-01-01T05:00Z", "2027-01-01T00:00");
    expect_local("Europe/London", "2026-12-31T23:59Z", "2026-12-31T23:59");
    expect_local("Asia/Kolkata", "2026-12-31T18:30Z", "2027-01-01T00:00");
    expect_local("Pacific/Auckland", "2026-12-31T10:59Z", "2026-12-31T23:59");
    expect_local("Pacific/Auckland", "2026-12-31T11:00Z", "2027-01-01T00:00");
    expect_local("America/Toronto", "1969-12-31T23:59:59.999Z", "1969-12-31T18:59");
    assert_int_equal(calendar_today("Asia/Kolkata", instant("2026-12-31T18:30Z")).day,
                     date("2027-01-01").day);
}

static void test_unknown_zones_are_told_and_taken_for_utc(void **state)
{
    (void)state;
    static const char *const names[] = {"Nowhere/City",     "",    "../../etc/passwd",
                                        "/etc/localtime",   "a b", "America/Toronto\n",
                                        "America/Toronto;x"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_false(calendar_zone_is_known(names[i]));
    assert_false(calendar_zone_is_known(NULL));
    expect_local("Nowhere/City", "2026-04-20T10:02Z", "2026-04-20T10:02");
    expect_instant(calendar_instant(NULL, local("2026-04-20T10:02")), "2026-04-20T10:02Z");
}

static void test_old_and_other_names_of_zones_are_known(void **state)
{
    (void)state;
    static const char *const names[] = {"UTC",         "Etc/UTC",       "Etc/GMT+5", "US/Eastern",
                                        "Europe/Kyiv", "Asia/Calcutta", "EST5EDT"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_true(calendar_zone_is_known(names[i]));
    expect_local("US/Eastern", "2026-07-01T16:00Z", "2026-07-01T12:00");
}

static void test_far_years_neither_fail_nor_take_long(void **state)
{
    (void)state;
    expect_local("Asia/Kolkata", "9999-12-30T18:30Z", "9999-12-31T00:00");
    expect_local("Europe/London", "0002-01-01T00:00Z", "0002-01-01T00:00");
    for (int i = 0; i < 1000; i++)
        (void)calendar_local("America/Toronto", instant("9999-01-01"));
}

static void test_calendars_that_cannot_work_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    struct calendar good = office("Europe/London");
    struct civil unsorted[] = {date("2026-12-25"), date("2026-05-25")};
    struct calendar bad[] = {good, good, good, good, good, good};
    snprintf(bad[0].zone, sizeof bad[0].zone, "Europe/Lundon");
    bad[1].days = 0;
    bad[2].end_minute = bad[2].start_minute;
    bad[3].end_minute = 1441;
    bad[4].start_minute = -1;
    bad[5].holidays = unsorted;
    bad[5].holiday_count = 2;
    assert_true(calendar_check(&good, &err));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        err.code = ERR_NONE;
        assert_false(calendar_check(&bad[i], &err));
        assert_int_equal(err.code, ERR_CONFIG);
    }
}

static void test_working_days_leave_out_weekends_and_holidays(void **state)
{
    (void)state;
    struct civil holidays[] = {date("2026-05-18"), date("2026-07-01"), date("2026-12-25")};
    struct calendar calendar = office("America/Toronto");
    calendar.holidays = holidays;
    calendar.holiday_count = 3;
    assert_true(calendar_is_working_day(&calendar, date("2026-04-17")));
    assert_false(calendar_is_working_day(&calendar, date("2026-04-18")));
    assert_false(calendar_is_working_day(&calendar, date("2026-04-19")));
    for (size_t i = 0; i < 3; i++)
        assert_false(calendar_is_working_day(&calendar, holidays[i]));
    assert_true(calendar_is_working_day(&calendar, date("2026-05-19")));
}

static void test_the_next_working_moment(void **state)
{
    (void)state;
    struct calendar calendar = office("America/Toronto");
    static const char *const cases[][2] = {
        {"2026-04-20T13:00Z", "2026-04-20T13:00Z"}, /* Monday 09:00 */
        {"2026-04-20T12:59Z", "2026-04-20T13:00Z"},
        {"2026-04-20T17:22:33Z", "2026-04-20T17:22:33Z"},
        {"2026-04-20T20:59:59Z", "2026-04-20T20:59:59Z"},
        {"2026-04-20T21:00Z", "2026-04-21T13:00Z"}, /* 17:00 is too late */
        {"2026-04-17T21:30Z", "2026-04-20T13:00Z"}, /* Friday evening */
        {"2026-04-18T16:00Z", "2026-04-20T13:00Z"},
        {"2026-03-06T23:00Z", "2026-03-09T13:00Z"},
        {"2026-10-30T22:00Z", "2026-11-02T14:00Z"}, /* DST ends over the weekend */
        {"2026-12-31T22:00Z", "2027-01-01T14:00Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_instant(calendar_next_working(&calendar, instant(cases[i][0])), cases[i][1]);
}

static void test_working_hours_run_over_nights_weekends_and_holidays(void **state)
{
    (void)state;
    const int64_t hour = 3600000;
    struct civil holidays[] = {date("2026-05-18")};
    struct calendar calendar = office("America/Toronto");
    calendar.holidays = holidays;
    calendar.holiday_count = 1;
    struct wall friday = instant("2026-04-17T20:00Z"); /* 16:00 */
    expect_instant(calendar_add_working(&calendar, friday, hour), "2026-04-17T21:00Z");
    expect_instant(calendar_add_working(&calendar, friday, hour + 1), "2026-04-20T13:00:00.001Z");
    expect_instant(calendar_add_working(&calendar, friday, 4 * hour), "2026-04-20T16:00Z");
    expect_instant(calendar_add_working(&calendar, friday, 41 * hour), "2026-04-24T21:00Z");
    expect_instant(calendar_add_working(&calendar, instant("2026-05-15T20:00Z"), 2 * hour),
                   "2026-05-19T14:00Z");
    expect_instant(calendar_add_working(&calendar, instant("2026-03-06T21:00Z"), 2 * hour),
                   "2026-03-09T14:00Z");
    expect_instant(calendar_add_working(&calendar, instant("2026-04-18T12:00Z"), 0),
                   "2026-04-20T13:00Z");
    expect_instant(calendar_add_working(&calendar, friday, -hour), "2026-04-17T20:00Z");
}

static void test_hours_around_a_clock_change_are_elapsed_ones(void **state)
{
    (void)state;
    struct calendar calendar = office("Europe/London");
    calendar.days = 0x40; /* Sundays, 00:00 to 24:00 */
    calendar.start_minute = 0;
    calendar.end_minute = 1440;
    const int64_t hour = 3600000;
    struct wall spring = instant("2026-03-29T00:00Z"), autumn = instant("2026-10-24T23:00Z");
    expect_instant(calendar_add_working(&calendar, spring, 23 * hour), "2026-03-29T23:00Z");
    expect_instant(calendar_add_working(&calendar, spring, 23 * hour + 1),
                   "2026-04-04T23:00:00.001Z");
    expect_instant(calendar_add_working(&calendar, autumn, 25 * hour), "2026-10-26T00:00Z");
}

static void test_hours_that_a_clock_change_swallows_are_no_working_time(void **state)
{
    (void)state;
    struct calendar calendar = office("Europe/London");
    calendar.days = 0x40; /* Sundays, 01:00 to 02:00 */
    calendar.start_minute = 60;
    calendar.end_minute = 120;
    expect_instant(calendar_next_working(&calendar, instant("2026-03-28T12:00Z")),
                   "2026-04-05T00:00Z");
}

static void test_a_calendar_without_pauses_is_the_clock(void **state)
{
    (void)state;
    struct calendar calendar = office("Pacific/Auckland");
    calendar.days = 0x7f;
    calendar.start_minute = 0;
    calendar.end_minute = 1440;
    for (int i = 0; i < 300; i++) {
        struct wall at = random_instant();
        int64_t ms = (int64_t)(next_random() % UINT64_C(2000000000));
        assert_int_equal(calendar_add_working(&calendar, at, ms).ms, at.ms + ms);
    }
}

static bool works_by_glibc(struct wall at)
{
    struct tm tm = by_glibc(at);
    return tm.tm_wday >= 1 && tm.tm_wday <= 5 && tm.tm_hour >= 9 && tm.tm_hour < 17;
}

static void test_working_time_agrees_with_counting_minutes(void **state)
{
    (void)state;
    for (size_t z = 0; z < ZONE_COUNT; z++) {
        struct calendar calendar = office(zones[z]);
        set_glibc_zone(zones[z]);
        for (int i = 0; i < 60; i++) {
            struct wall start = random_instant(), at = start;
            int minutes = (int)(next_random() % 2000) + 1;
            for (int left = minutes; left; at.ms += 60000)
                left -= works_by_glibc(at);
            assert_int_equal(calendar_add_working(&calendar, start, minutes * INT64_C(60000)).ms,
                             at.ms);
        }
    }
}

static void test_endless_working_time_ends(void **state)
{
    (void)state;
    struct calendar calendar = office("Asia/Kolkata");
    struct wall start = instant("2026-04-20T03:30Z"); /* Monday 09:00: 4,000 days are 800 weeks */
    expect_instant(calendar_add_working(&calendar, start, INT64_MAX), "2041-08-16T11:30Z");
}

static void test_released_tables_come_back(void **state)
{
    (void)state;
    calendar_release();
    expect_local("America/Toronto", "2026-04-20T16:00Z", "2026-04-20T12:00");
    calendar_release();
    calendar_release();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_local_times_agree_with_glibc),
        cmocka_unit_test(test_an_instant_survives_its_local_time_unless_the_hour_repeats),
        cmocka_unit_test(test_a_skipped_hour_gives_the_first_instant_after_it),
        cmocka_unit_test(test_a_repeated_hour_gives_its_first_occurrence),
        cmocka_unit_test(test_the_year_ends_at_midnight_of_the_zone),
        cmocka_unit_test(test_unknown_zones_are_told_and_taken_for_utc),
        cmocka_unit_test(test_old_and_other_names_of_zones_are_known),
        cmocka_unit_test(test_far_years_neither_fail_nor_take_long),
        cmocka_unit_test(test_calendars_that_cannot_work_are_refused),
        cmocka_unit_test(test_working_days_leave_out_weekends_and_holidays),
        cmocka_unit_test(test_the_next_working_moment),
        cmocka_unit_test(test_working_hours_run_over_nights_weekends_and_holidays),
        cmocka_unit_test(test_hours_around_a_clock_change_are_elapsed_ones),
        cmocka_unit_test(test_hours_that_a_clock_change_swallows_are_no_working_time),
        cmocka_unit_test(test_a_calendar_without_pauses_is_the_clock),
        cmocka_unit_test(test_working_time_agrees_with_counting_minutes),
        cmocka_unit_test(test_endless_working_time_ends),
        cmocka_unit_test(test_released_tables_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
