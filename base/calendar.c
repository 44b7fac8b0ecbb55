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
    FOUND_MAX = 8,
    DAY_SECONDS = 86400,
    BLOCK_SECONDS = 388 * DAY_SECONDS,
    BLOCKS_KEPT = 64,
    SPANS_MAX = 8,
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

/* The zones that were asked for last: libical walks its list of all of them. */
static struct {
    char name[ZONE_NAME_MAX + 1];
    icaltimezone *zone;
} found[FOUND_MAX];

static icaltimezone *find_zone(const char *name)
{
    for (size_t i = 0; name && i < FOUND_MAX && found[i].zone; i++)
        if (strcmp(found[i].name, name) == 0)
            return found[i].zone;
    if (!name || !name_is_safe(name))
        return NULL;
    icaltimezone_set_builtin_tzdata(
        0); /* zoneinfo is kept up to date, libical's own files are not */
    icaltimezone *zone = icaltimezone_get_builtin_timezone(name);
    if (!zone)
        return NULL;
    memmove(found + 1, found, (FOUND_MAX - 1) * sizeof *found);
    memcpy(found[0].name, name, strlen(name) + 1);
    found[0].zone = zone;
    return zone;
}

bool calendar_zone_is_known(const char *zone)
{
    return find_zone(zone) != NULL;
}

static int64_t floor_div(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

/* What local time is ahead of UTC at a second, in seconds, by libical. */
static int ask_offset(icaltimezone *zone, int64_t second)
{
    int64_t day = floor_div(second, DAY_SECONDS);
    int rest = (int)(second - day * DAY_SECONDS);
    struct icaltimetype time = icaltime_null_time();
    civil_split((struct civil){(int32_t)day}, &time.year, &time.month, &time.day);
    time.hour = rest / 3600;
    time.minute = rest / 60 % 60;
    time.second = rest % 60;
    int is_daylight;
    return icaltimezone_get_utc_offset_of_utc_time(zone, &time, &is_daylight);
}

/* The first second of (low, high] whose offset is no longer `offset`. */
static int64_t find_change(icaltimezone *zone, int64_t low, int64_t high, int offset)
{
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (ask_offset(zone, middle) == offset)
            low = middle;
        else
            high = middle;
    }
    return high;
}

/* Offsets of a zone over a block of time, looked up once a day of it: asking libical each time
 * costs more than all else in drawing a card. No zone has changed twice within a day. */
static struct block {
    icaltimezone *zone; /* NULL: free */
    int64_t number;
    size_t count; /* 0: more changes than there is room for */
    struct {
        int64_t from; /* second */
        int offset;
    } spans[SPANS_MAX];
} blocks[BLOCKS_KEPT];

static void fill_block(struct block *block, icaltimezone *zone, int64_t number)
{
    const int64_t from = number * BLOCK_SECONDS, to = from + BLOCK_SECONDS;
    *block = (struct block){.zone = zone, .number = number, .count = 1};
    block->spans[0].from = from;
    block->spans[0].offset = ask_offset(zone, from);
    for (int64_t at = from; at < to; at += DAY_SECONDS) {
        int64_t next = at + DAY_SECONDS < to ? at + DAY_SECONDS : to - 1;
        int before = block->spans[block->count - 1].offset, after = ask_offset(zone, next);
        if (after == before)
            continue;
        if (block->count == SPANS_MAX) {
            block->count = 0;
            return;
        }
        block->spans[block->count].from = find_change(zone, at, next, before);
        block->spans[block->count++].offset = after;
    }
}

/* What local time is ahead of UTC at an instant. */
static int64_t offset_ms(icaltimezone *zone, int64_t ms)
{
    if (!zone)
        return 0;
    int64_t second = floor_div(ms, 1000);
    second = second < FIRST_SECOND ? FIRST_SECOND : second > LAST_SECOND ? LAST_SECOND : second;
    int64_t number = floor_div(second, BLOCK_SECONDS);
    struct block *block =
        &blocks[((uintptr_t)zone / sizeof(void *) + (uint64_t)number) % BLOCKS_KEPT];
    if (block->zone != zone || block->number != number)
        fill_block(block, zone, number);
    for (size_t i = block->count; i-- > 0;)
        if (second >= block->spans[i].from)
            return block->spans[i].offset * INT64_C(1000);
    return ask_offset(zone, second) * INT64_C(1000);
}

void calendar_release(void)
{
    memset(found, 0, sizeof found);
    memset(blocks, 0, sizeof blocks);
    icaltimezone_free_builtin_timezones();
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
    return (struct wall){find_change(tz, floor_div(by_later, 1000), floor_div(by_earlier, 1000),
                                     (int)(earlier / 1000)) *
                         1000};
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

int64_t calendar_working_between(const struct calendar *calendar, struct wall from, struct wall to)
{
    int64_t sum = 0, now = from.ms;
    for (int i = 0; i < CALENDAR_PERIODS_MAX && now < to.ms; i++) {
        struct period period = find_period(calendar, now);
        int64_t start = now > period.start ? now : period.start;
        int64_t end = to.ms < period.end ? to.ms : period.end;
        sum += end > start ? end - start : 0;
        now = period.end;
    }
    return sum;
}
