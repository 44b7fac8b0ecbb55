/* Reads a time as people say it. */
#include "handlers/when.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { HOUR_MS = 60 * 60 * 1000, MINUTE_MS = 60 * 1000, NUMBER_MAX = 10000, WORD_MAX = 30 };

static const char *const weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                       "friday", "saturday", "sunday"};
enum { WEEK = sizeof weekdays / sizeof *weekdays, PREFIX_MIN = 3 };

/* When work begins on a day, whether or not it is a working day. */
static struct wall morning(const struct calendar *calendar, struct civil date)
{
    return calendar_instant(calendar->zone, (struct local){date, calendar->start_minute});
}

static bool parse_day(const struct calendar *calendar, struct wall now, const char *word,
                      struct wall *out)
{
    struct civil today = calendar_today(calendar->zone, now), date;
    struct err not_a_date;
    if (text_equal_fold(word, "tomorrow")) {
        *out = morning(calendar, civil_add_days(today, 1));
        return true;
    }
    for (int i = 0; i < WEEK; i++) {
        if (strlen(word) < PREFIX_MIN || !text_has_prefix_fold(weekdays[i], word))
            continue;
        int ahead = (i - civil_weekday(today) + WEEK) % WEEK;
        *out = morning(calendar, civil_add_days(today, ahead ? ahead : WEEK));
        return true;
    }
    if (strlen(word) != strlen("2026-05-02") || !civil_parse(word, &date, &not_a_date) ||
        !civil_is_known(date))
        return false;
    *out = morning(calendar, date);
    return true;
}

static struct wall days_later(const struct calendar *calendar, struct wall now, int32_t days)
{
    struct local local = calendar_local(calendar->zone, now);
    local.date = civil_add_days(local.date, days);
    return calendar_instant(calendar->zone, local);
}

static bool parse_span(const struct calendar *calendar, struct wall now, const char *word,
                       struct wall *out)
{
    size_t digits = strspn(word, "0123456789");
    const char *unit = word + digits;
    if (digits == 0 || digits > 5)
        return false;
    long number = strtol(word, NULL, 10);
    if (number > NUMBER_MAX)
        number = NUMBER_MAX;
    int64_t day_ms = (int64_t)(calendar->end_minute - calendar->start_minute) * MINUTE_MS;
    if (text_equal_fold(unit, "h"))
        *out = (struct wall){now.ms + number * HOUR_MS};
    else if (text_equal_fold(unit, "d"))
        *out = days_later(calendar, now, (int32_t)number);
    else if (text_equal_fold(unit, "bd"))
        *out = number > WHEN_DAYS_MAX ? days_later(calendar, now, NUMBER_MAX)
                                      : calendar_add_working(calendar, now, number * day_ms);
    else
        return false;
    return true;
}

bool when_parse(const struct calendar *calendar, struct wall now, const char *word,
                struct wall *out, struct err *err)
{
    static const int64_t day_ms = 24 * (int64_t)HOUR_MS;
    if (!parse_span(calendar, now, word, out) && !parse_day(calendar, now, word, out))
        return err_set(err, ERR_INVALID,
                       "“%.*s” is no time: say 4h, 2d, 2bd (working days), tomorrow, a weekday, or "
                       "a date like 2026-05-02",
                       WORD_MAX, word);
    if (out->ms <= now.ms)
        return err_set(err, ERR_INVALID, "“%.*s” is not later than now", WORD_MAX, word);
    if (out->ms - now.ms > WHEN_DAYS_MAX * day_ms)
        return err_set(err, ERR_INVALID, "“%.*s” is more than a year away", WORD_MAX, word);
    *out = calendar_next_working(calendar, *out);
    return true;
}
