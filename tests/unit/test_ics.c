/* Holidays out of iCalendar files: what counts as a day off, what does not, and what is refused. */
#include "base/ics.h"

#include "base/buf.h"
#include "base/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static struct buf days_of(const char *text, size_t len)
{
    struct ics_days days;
    struct err err = {0};
    struct buf out = {0};
    char day[CIVIL_TEXT_SIZE];
    if (!ics_read(&arena, text, len, &days, &err)) {
        assert_int_equal(err.code, ERR_CONFIG);
        buf_str(&out, err.msg);
        return out;
    }
    for (size_t i = 0; i < days.count; i++)
        buf_fmt(&out, "%s%s", i ? " " : "", civil_format(days.days[i], day));
    return out;
}

static void expect_text(const char *text, const char *expected)
{
    struct buf out = days_of(text, strlen(text));
    assert_string_equal(buf_cstr(&out), expected);
    buf_release(&out);
    arena_reset(&arena);
}

/* The lines of one event; its own begin in line 3. */
static void expect(const char *lines, const char *expected)
{
    struct buf text = {0};
    buf_fmt(&text, "BEGIN:VCALENDAR\nBEGIN:VEVENT\n%sEND:VEVENT\nEND:VCALENDAR\n", lines);
    expect_text(buf_cstr(&text), expected);
    buf_release(&text);
}

#define NOTHING(timed, cancelled, free)                                                            \
    "no day off is in it: events with a time of day: " timed ", cancelled: " cancelled             \
    ", TRANSP:TRANSPARENT: " free

static void test_days_of_single_events(void **state)
{
    (void)state;
    expect("DTSTART;VALUE=DATE:20260403\n", "2026-04-03");
    expect("SUMMARY:Good Friday\nDTSTART;VALUE=DATE:20260403\nDTEND;VALUE=DATE:20260404\n",
           "2026-04-03");
    expect("DTSTART;VALUE=DATE:20260403\nDTEND;VALUE=DATE:20260407\n",
           "2026-04-03 2026-04-04 2026-04-05 2026-04-06");
    expect("DTSTART;VALUE=DATE:20261225\nDURATION:P2D\n", "2026-12-25 2026-12-26");
    expect("DTSTART;VALUE=DATE:20280226\nDURATION:P1W\n",
           "2028-02-26 2028-02-27 2028-02-28 2028-02-29 2028-03-01 2028-03-02 2028-03-03");
    expect("DTSTART;VALUE=DATE:20260403\nDTEND;VALUE=DATE:20260403\n", "2026-04-03");
    expect("dtstart;x-note=\"a:b;c\";value=date:20260403\n", "2026-04-03");
    expect("DTSTART;VALUE=DATE:20260403\nBEGIN:VALARM\nDURATION:P9D\nEND:VALARM\n", "2026-04-03");
    expect("DTSTART;VALUE=DATE:20191231\nDURATION:P2D\n", "2020-01-01");
    expect("DTSTART;VALUE=DATE:20601231\nDURATION:P2D\n", "2060-12-31");
}

static void test_repeated_events(void **state)
{
    (void)state;
    expect("DTSTART;VALUE=DATE:20251225\nRRULE:FREQ=YEARLY;COUNT=3\n",
           "2025-12-25 2026-12-25 2027-12-25");
    expect("DTSTART;VALUE=DATE:20251225\nRRULE:FREQ=YEARLY;UNTIL=20261225\nDURATION:P2D\n",
           "2025-12-25 2025-12-26 2026-12-25 2026-12-26");
    expect("DTSTART;VALUE=DATE:20260525\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=3\n",
           "2026-05-25 2027-05-31 2028-05-29");
    expect("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=MONTHLY;COUNT=4\nEXDATE;VALUE=DATE:20260201,"
           "20260401\n",
           "2026-01-01 2026-03-01");
    expect("DTSTART;VALUE=DATE:20260101\nRDATE;VALUE=DATE:20260106,20260104\nDURATION:P2D\n"
           "EXDATE;VALUE=DATE:20260104\n",
           "2026-01-01 2026-01-02 2026-01-06 2026-01-07");
    expect("DTSTART;VALUE=DATE:20260102\nRDATE;VALUE=DATE:20260101\n"
           "RDATE;VALUE=DATE-TIME:20260105T090000Z\n",
           "2026-01-01 2026-01-02");
}

static void test_a_rule_without_end_fills_the_years_that_are_read(void **state)
{
    (void)state;
    static const char text[] = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:19701225\n"
                               "RRULE:FREQ=YEARLY\nEND:VEVENT\nEND:VCALENDAR\n";
    struct ics_days days;
    struct err err;
    assert_true(ics_read(&arena, text, strlen(text), &days, &err));
    assert_int_equal(days.count, ICS_LAST_YEAR - ICS_FIRST_YEAR + 1);
    for (size_t i = 0; i < days.count; i++)
        assert_int_equal(days.days[i].day, civil_of(ICS_FIRST_YEAR + (int)i, 12, 25).day);
    arena_reset(&arena);
}

static void test_what_is_no_day_off_is_passed_over(void **state)
{
    (void)state;
    expect("DTSTART;VALUE=DATE:20260403\nSTATUS:CANCELLED\n", NOTHING("0", "1", "0"));
    expect("DTSTART;VALUE=DATE:20260403\nTRANSP:TRANSPARENT\n", NOTHING("0", "0", "1"));
    expect("DTSTART:20260403T090000Z\nDTEND:20260403T100000Z\n", NOTHING("1", "0", "0"));
    expect("SUMMARY:No day at all\n", NOTHING("1", "0", "0"));
    expect("DTSTART:20260403T090000\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260406\n"
           "STATUS:CONFIRMED\nTRANSP:OPAQUE\n",
           "2026-04-06");
    expect("DTSTART;VALUE=DATE:20260403\nEXDATE;VALUE=DATE:20260406\nEND:VEVENT\nBEGIN:VEVENT\n"
           "DTSTART;VALUE=DATE:20260406\n",
           "2026-04-03 2026-04-06"); /* what one leaves out, another does not */
}

static void test_lines_are_unfolded(void **state)
{
    (void)state;
    expect_text("\xEF\xBB\xBF"
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:A long\r\n  name\r\n"
                "DTSTART;VALUE=\r\n DATE:2026\r\n\t1225\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n\r\n",
                "2026-12-25");
    expect_text("BEGIN:VCALENDAR\nEND:VCALENDAR\nBEGIN:VCALENDAR\nBEGIN:VEVENT\n"
                "DTSTART;VALUE=DATE:20261225\nEND:VEVENT\nEND:VCALENDAR",
                "2026-12-25");
}

static void test_what_cannot_be_read_is_refused_with_its_line(void **state)
{
    (void)state;
    expect_text("", "the file is empty");
    expect_text("<html>\n", "line 1: no iCalendar file: BEGIN:VCALENDAR is expected");
    expect_text("BEGIN:VCALENDAR\nEND:VCALENDAR\n", NOTHING("0", "0", "0"));
    expect_text("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\n",
                "line 3: the file ends before END:VCALENDAR");
    expect_text("BEGIN:VCALENDAR\nEND:VCALENDAR\nmore\n",
                "line 3: no iCalendar file: BEGIN:VCALENDAR is expected");
    expect("END:VALARM\n", "line 3: an END that ends nothing: END:VEVENT is expected");
    expect("DTSTART;VALUE=DATE:20260230\n", "line 3: no date: YYYYMMDD is expected");
    expect("SUMMARY:folded\n twice\nDTSTART:soon\n", "line 5: no date: YYYYMMDD is expected");
    expect("DTSTART\n", "line 3: no date: YYYYMMDD is expected");
    expect("EXDATE:20260101,x\n", "line 3: no date: YYYYMMDD is expected");
    expect("DURATION:-P1D\n", "line 3: no duration of whole days, like P1D");
    expect("DURATION:soon\n", "line 3: no duration of whole days, like P1D");
    expect("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=SOMETIMES\n",
           "line 4: no rule of repetition by days, weeks, months or years");
    expect("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=SECONDLY\n",
           "line 4: no rule of repetition by days, weeks, months or years");
    expect("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY;BYHOUR=1,2\n",
           "line 4: a rule with times of day in an event of whole days");
    expect("DTSTART;VALUE=DATE:20260101\nRRULE:rscale=GREGORIAN;FREQ=YEARLY\n",
           "line 4: a rule by another calendar (RSCALE) is not read");
    static const char *const filtered[] = {"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
                                           "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
                                           "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=6"};
    for (size_t i = 0; i < sizeof filtered / sizeof *filtered; i++) {
        char lines[120];
        snprintf(lines, sizeof lines, "DTSTART;VALUE=DATE:20260101\nRRULE:%s\n", filtered[i]);
        expect(lines, "line 4: a rule by days or weeks that BYMONTH or the like filters is not "
                      "read: write it by months or years");
    }
    expect("DTSTART;VALUE=DATE:20260102\nRRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=2\n",
           "2026-01-02 2026-01-09");
    expect("RRULE:FREQ=DAILY\nRRULE:FREQ=DAILY\n", "line 4: a second RRULE in one event");
    expect("DTSTART;VALUE=DATE:20260101\nDTEND;VALUE=DATE:20280101\n",
           "line 2: an event that lasts longer than a year");
    struct buf out = days_of("BEGIN:VCALENDAR\0", 16);
    assert_string_equal(buf_cstr(&out), "no iCalendar file: it holds a NUL byte");
    buf_release(&out);
}

static void test_there_is_a_bound_to_everything(void **state)
{
    (void)state;
    expect("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY\n", "more than 4000 days off");
    expect("DTSTART;VALUE=DATE:20260101\nDURATION:P365D\nRRULE:FREQ=DAILY\n",
           "line 2: the events up to here repeat too often to be read");
    expect("DTSTART;VALUE=DATE:20200101\nRRULE:FREQ=DAILY\nDURATION:P30D\n",
           "line 2: the events up to here repeat too often to be read");
    char *large = malloc(ICS_BYTES_MAX + 1);
    assert_non_null(large);
    memset(large, 'x', ICS_BYTES_MAX + 1);
    struct buf out = days_of(large, ICS_BYTES_MAX + 1);
    assert_string_equal(buf_cstr(&out), "larger than 1048576 bytes");
    buf_release(&out);
    for (size_t i = 0; i + 8 <= ICS_BYTES_MAX; i += 8)
        memcpy(large + i, "BEGIN:A\n", 8);
    memcpy(large, "BEGIN:VCALENDAR\n", 16);
    out = days_of(large, ICS_BYTES_MAX);
    assert_string_equal(buf_cstr(&out), "line 131071: the file ends before END:VCALENDAR");
    buf_release(&out);
    free(large);
    struct buf rules = {0};
    for (int i = 0; i <= 200; i++)
        buf_str(&rules, "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY;COUNT=1\nEND:VEVENT\n"
                        "BEGIN:VEVENT\n");
    expect(buf_cstr(&rules), "line 804: too many rules, or one that is too long");
    buf_release(&rules);
}

static int release(void **state)
{
    (void)state;
    arena_release(&arena);
    calendar_release();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_days_of_single_events),
        cmocka_unit_test(test_repeated_events),
        cmocka_unit_test(test_a_rule_without_end_fills_the_years_that_are_read),
        cmocka_unit_test(test_what_is_no_day_off_is_passed_over),
        cmocka_unit_test(test_lines_are_unfolded),
        cmocka_unit_test(test_what_cannot_be_read_is_refused_with_its_line),
        cmocka_unit_test(test_there_is_a_bound_to_everything),
    };
    return cmocka_run_group_tests(tests, NULL, release);
}
