/* Zones and working time. libical answers one question, the offset of an instant; the rest is
 * arithmetic on days and minutes. */
#include "base/calendar.h"

#include <assert.h>
#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

enum {
    DAY_MINUTES = 1440,
    ZONE_NAME_MAX = 63,
    ALL_DAYS = 0x7f,
};

static const int64_t MINUTE_MS = 60000;
static const int64_t DAY_MS = INT64_C(86400000);

/* Offsets outside are those of the border: libical computes its tables up to the year it is asked
 * for, and for far ones that takes long. */
static const int64_t FIRST_SECOND = INT64_C(-2208988800); /* 1900-01-01 */
static const int64_t LAST_SECOND = INT64_C(4102444800);   /* 2100-01-01 */

/* A zone's name becomes a file's name in libical. */
static bool name_is_safe(const char *name)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789_+-/";
    size_t len = strspn(name, allowed);
    return len > 0 && len <= ZONE_NAME_MAX && !name[len] && name[0] != '/';
}

static icaltimezone *find_zone(const char *name)
{
    if (!name || !name_is_safe(name))
        return NULL;
    icaltimezone_set_builtin_tzdata(
        0); /* zoneinfo is kept up to date, libical's own files are not */
    return icaltimezone_get_builtin_timezone(name);
}

bool calendar_zone_is_known(const char *zone)
{
    return find_zone(zone) != NULL;
}

void calendar_release(void)
{
    icaltimezone_free_builtin_timezones();
}

static int64_t floor_div(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

/* What local time is ahead of UTC at an instant. */
static int64_t offset_ms(icaltimezone *zone, int64_t ms)
{
    if (!zone)
        return 0;
    int64_t second = floor_div(ms, 1000);
    second = second < FIRST_SECOND ? FIRST_SECOND : second > LAST_SECOND ? LAST_SECOND : second;
    struct icaltimetype time =
        icaltime_from_timet_with_zone((time_t)second, 0, icaltimezone_get_utc_timezone());
    int is_daylight;
    return icaltimezone_get_utc_offset_of_utc_time(zone, &time, &is_daylight) * INT64_C(1000);
}

struct local calendar_local(const char *zone, struct wall at)
{
    int64_t ms = at.ms + offset_ms(find_zone(zone), at.ms);
    int64_t day = floor_div(ms, DAY_MS);
    assert(day > INT32_MIN && day <= INT32_MAX);
    return (struct local){{(int32_t)day}, (int)((ms - day * DAY_MS) / MINUTE_MS)};
}

struct civil calendar_today(const char *zone, struct wall at)
{
    return calendar_local(zone, at).date;
}

/* The first instant of (before, after] whose offset is no longer `offset`, by seconds. */
static int64_t find_change(icaltimezone *zone, int64_t before, int64_t after, int64_t offset)
{
    int64_t low = floor_div(before, 1000), high = floor_div(after, 1000);
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (offset_ms(zone, middle * 1000) == offset)
            low = middle;
        else
            high = middle;
    }
    return high * 1000;
}

struct wall calendar_instant(const char *zone, struct local local)
{
    assert(civil_is_known(local.date));
    assert(local.minute >= 0 && local.minute < DAY_MINUTES);
    icaltimezone *tz = find_zone(zone);
    int64_t as_utc = local.date.day * DAY_MS + local.minute * MINUTE_MS;
    /* no zone is a day away from UTC, so that a change near the local time lies between these */
    int64_t earlier = offset_ms(tz, as_utc - DAY_MS);
    int64_t later = offset_ms(tz, as_utc + DAY_MS);
    int64_t by_earlier = as_utc - earlier;
    int64_t by_later = as_utc - later;
    if (offset_ms(tz, by_earlier) == earlier)
        return (struct wall){by_earlier};
    if (offset_ms(tz, by_later) == later)
        return (struct wall){by_later};
    return (struct wall){find_change(tz, by_later, by_earlier, earlier)};
}

/* ---- working time ---- */

bool calendar_check(const struct calendar *calendar, struct err *err)
{
    if (!calendar_zone_is_known(calendar->zone))
        return err_set(err, ERR_CONFIG,
                       "calendar: there is no zone \"%.63s\" in this system's zoneinfo (tzdata)",
                       calendar->zone);
    if (!calendar->days || calendar->days > ALL_DAYS)
        return err_set(err, ERR_CONFIG, "calendar: no weekday is a working day");
    if (calendar->start_minute < 0 || calendar->start_minute >= calendar->end_minute ||
        calendar->end_minute > DAY_MINUTES)
        return err_set(err, ERR_CONFIG, "calendar: a working day must start before it ends");
    for (size_t i = 0; i < calendar->holiday_count; i++)
        if (!civil_is_known(calendar->holidays[i]) ||
            (i && calendar->holidays[i].day < calendar->holidays[i - 1].day))
            return err_set(err, ERR_CONFIG, "calendar: the holidays are not in order");
    return true;
}

static int compare_dates(const void *a, const void *b)
{
    int32_t left = ((const struct civil *)a)->day, right = ((const struct civil *)b)->day;
    return (left > right) - (left < right);
}

bool calendar_is_working_day(const struct calendar *calendar, struct civil date)
{
    if (!(calendar->days >> civil_weekday(date) & 1))
        return false;
    return !calendar->holiday_count || !bsearch(&date, calendar->holidays, calendar->holiday_count,
                                                sizeof *calendar->holidays, compare_dates);
}

/* Working time of one day: [start, end), empty on a day off. */
struct period {
    int64_t start, end;
};

static int64_t minute_of(const struct calendar *calendar, struct civil date, int minute)
{
    struct local local = {date, minute};
    if (minute == DAY_MINUTES)
        local = (struct local){civil_add_days(date, 1), 0};
    return calendar_instant(calendar->zone, local).ms;
}

static struct period period_of(const struct calendar *calendar, struct civil date)
{
    if (!calendar_is_working_day(calendar, date))
        return (struct period){0};
    return (struct period){
        .start = minute_of(calendar, date, calendar->start_minute),
        .end = minute_of(calendar, date, calendar->end_minute),
    };
}

/* The period that holds `at`, else the next one. */
static struct period find_period(const struct calendar *calendar, int64_t at)
{
    struct civil date = calendar_today(calendar->zone, (struct wall){at});
    /* each holiday costs a week at most, and a DST change may swallow one day's hours */
    size_t days = 7 * (calendar->holiday_count + 3);
    for (size_t i = 0; i < days; i++, date = civil_add_days(date, 1)) {
        struct period period = period_of(calendar, date);
        if (period.start < period.end && at < period.end)
            return period;
    }
    abort(); /* a checked calendar works in every week without holidays */
}

struct wall calendar_next_working(const struct calendar *calendar, struct wall at)
{
    struct period period = find_period(calendar, at.ms);
    return (struct wall){at.ms > period.start ? at.ms : period.start};
}

struct wall calendar_add_working(const struct calendar *calendar, struct wall at, int64_t ms)
{
    struct wall now = calendar_next_working(calendar, at);
    for (int i = 0; i < CALENDAR_PERIODS_MAX && ms > 0; i++) {
        struct period period = find_period(calendar, now.ms);
        int64_t start = now.ms > period.start ? now.ms : period.start;
        int64_t part = ms < period.end - start ? ms : period.end - start;
        ms -= part;
        now.ms = start + part;
    }
    return now;
}
