/* Civil dates and ISO 8601 texts. Days are counted with the era arithmetic of
 * Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": 400 years are 146,097 days. */
#include "base/civil.h"

#include "base/text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
    DAY_FIRST = -719162,    /* 0001-01-01 */
    DAY_LAST = 2932896,     /* 9999-12-31 */
    DAYS_TO_EPOCH = 719468, /* from 0000-03-01 to 1970-01-01 */
    ERA_DAYS = 146097,
};

static const int64_t DAY_MS = INT64_C(86400000);

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_length(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

static bool is_valid(int year, int month, int day)
{
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
           day <= month_length(year, month);
}

static struct civil clamp(int64_t day)
{
    return (struct civil){(int32_t)(day < DAY_FIRST ? DAY_FIRST : day > DAY_LAST ? DAY_LAST : day)};
}

bool civil_is_known(struct civil date)
{
    return date.day != CIVIL_NONE_DAY;
}

struct civil civil_of(int year, int month, int day)
{
    assert(is_valid(year, month, day));
    /* years begin in March, so that the leap day is their last */
    int y = month <= 2 ? year - 1 : year;
    int era = y / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (struct civil){era * ERA_DAYS + day_of_era - DAYS_TO_EPOCH};
}

void civil_split(struct civil date, int *year, int *month, int *day)
{
    assert(date.day >= DAY_FIRST && date.day <= DAY_LAST);
    int z = date.day + DAYS_TO_EPOCH;
    int era = z / ERA_DAYS;
    int day_of_era = z - era * ERA_DAYS;
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int march_month = (5 * day_of_year + 2) / 153;
    *day = day_of_year - (153 * march_month + 2) / 5 + 1;
    *month = march_month < 10 ? march_month + 3 : march_month - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

int32_t civil_days_between(struct civil a, struct civil b)
{
    assert(civil_is_known(a) && civil_is_known(b));
    return b.day - a.day;
}

struct civil civil_add_days(struct civil date, int32_t days)
{
    return civil_is_known(date) ? clamp((int64_t)date.day + days) : date;
}

struct civil civil_add_months(struct civil date, int32_t months)
{
    if (!civil_is_known(date))
        return date;
    int year, month, day;
    civil_split(date, &year, &month, &day);
    int64_t count = (int64_t)year * 12 + month - 1 + months;
    if (count < 12)
        return clamp(DAY_FIRST);
    if (count > INT64_C(9999) * 12 + 11)
        return clamp(DAY_LAST);
    year = (int)(count / 12);
    month = (int)(count % 12) + 1;
    int last = month_length(year, month);
    return civil_of(year, month, day < last ? day : last);
}

int civil_weekday(struct civil date)
{
    assert(civil_is_known(date));
    /* 1970-01-01 was a Thursday */
    return (int)((((int64_t)date.day + 3) % 7 + 7) % 7);
}

/* `count` digits at *text, which moves behind them; -1 where another byte stands. */
static int digits(const char **text, int count)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        char c = (*text)[i];
        if (c < '0' || c > '9')
            return -1;
        value = value * 10 + (c - '0');
    }
    *text += count;
    return value;
}

static bool literal(const char **text, char c)
{
    if (**text != c)
        return false;
    ++*text;
    return true;
}

static bool scan_date(const char **text, struct civil *out)
{
    int year = digits(text, 4);
    if (year < 0 || !literal(text, '-'))
        return false;
    int month = digits(text, 2);
    if (month < 0 || !literal(text, '-'))
        return false;
    int day = digits(text, 2);
    if (!is_valid(year, month, day))
        return false;
    *out = civil_of(year, month, day);
    return true;
}

/* ".123", ",5"; absent is 0; digits behind the third are dropped. */
static bool scan_fraction(const char **text, int *out_ms)
{
    *out_ms = 0;
    if (!literal(text, '.') && !literal(text, ','))
        return true;
    int unit = 100;
    int count = 0;
    for (int digit; (digit = digits(text, 1)) >= 0; count++) {
        *out_ms += digit * unit;
        unit /= 10;
    }
    return count > 0;
}

/* "10:02", "10:02:03", "10:02:03.000"; the 60th second is the first of the next minute. */
static bool scan_time(const char **text, int64_t *out_ms)
{
    int hour = digits(text, 2);
    if (hour < 0 || hour > 23 || !literal(text, ':'))
        return false;
    int minute = digits(text, 2);
    if (minute < 0 || minute > 59)
        return false;
    int second = 0;
    int ms = 0;
    if (literal(text, ':')) {
        second = digits(text, 2);
        if (second < 0 || second > 60 || !scan_fraction(text, &ms))
            return false;
    }
    *out_ms = ((hour * 60 + minute) * 60 + second) * INT64_C(1000) + ms;
    return true;
}

/* "Z", "+02", "+0200", "-05:30"; out is what local time is ahead of UTC. */
static bool scan_offset(const char **text, int64_t *out_ms)
{
    *out_ms = 0;
    if (literal(text, 'Z') || literal(text, 'z'))
        return true;
    int sign = literal(text, '+') ? 1 : literal(text, '-') ? -1 : 0;
    int hours = sign ? digits(text, 2) : -1;
    if (hours < 0 || hours > 23)
        return false;
    int minutes = 0;
    if (literal(text, ':') || (**text >= '0' && **text <= '9')) {
        minutes = digits(text, 2);
        if (minutes < 0 || minutes > 59)
            return false;
    }
    *out_ms = sign * (hours * 60 + minutes) * INT64_C(60000);
    return true;
}

struct iso_text {
    struct civil date;
    int64_t time_ms;   /* of the local day */
    int64_t offset_ms; /* what local time is ahead of UTC */
    bool has_time, has_offset;
};

static bool scan_iso(const char *text, struct iso_text *out)
{
    *out = (struct iso_text){.date = CIVIL_NONE};
    if (!scan_date(&text, &out->date))
        return false;
    if (!*text)
        return true;
    if (!literal(&text, 'T') && !literal(&text, 't') && !literal(&text, ' '))
        return false;
    out->has_time = true;
    if (!scan_time(&text, &out->time_ms))
        return false;
    if (!*text)
        return true;
    out->has_offset = true;
    return scan_offset(&text, &out->offset_ms) && !*text;
}

bool civil_parse(const char *text, struct civil *out, struct err *err)
{
    *out = CIVIL_NONE;
    if (!text || !*text)
        return true;
    struct iso_text iso;
    if (!scan_iso(text, &iso))
        return err_set(err, ERR_INVALID, "\"%.40s\" is not a date (YYYY-MM-DD)", text);
    *out = iso.date;
    return true;
}

bool wall_parse(const char *text, struct wall *out, struct err *err)
{
    *out = (struct wall){0};
    struct iso_text iso;
    if (!text || !scan_iso(text, &iso))
        return err_set(err, ERR_INVALID, "\"%.40s\" is not an ISO 8601 date-time",
                       text ? text : "");
    if (iso.has_time && !iso.has_offset)
        return err_set(err, ERR_INVALID, "\"%.40s\" lacks its offset from UTC", text);
    out->ms = iso.date.day * DAY_MS + iso.time_ms - iso.offset_ms;
    return true;
}

const char *civil_format(struct civil date, char out[CIVIL_TEXT_SIZE])
{
    out[0] = '\0';
    if (!civil_is_known(date))
        return out;
    int year, month, day;
    civil_split(clamp(date.day), &year, &month, &day);
    snprintf(out, CIVIL_TEXT_SIZE, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100,
             (unsigned)day % 100);
    return out;
}

bool civil_parse_word(const char *word, struct civil today, struct civil *out)
{
    static const char *const days[] = {"monday", "tuesday",  "wednesday", "thursday",
                                       "friday", "saturday", "sunday"};
    enum { WEEK = 7, SHORTEST = 3, ISO_LEN = 10 };
    struct err err;
    *out = CIVIL_NONE;
    if (strlen(word) == ISO_LEN && civil_parse(word, out, &err))
        return civil_is_known(*out);
    *out = text_equal_fold(word, "today")      ? today
           : text_equal_fold(word, "tomorrow") ? civil_add_days(today, 1)
                                               : CIVIL_NONE;
    for (int i = 0; i < WEEK && strlen(word) >= SHORTEST; i++)
        if (text_has_prefix_fold(days[i], word))
            *out = civil_add_days(today, (i - civil_weekday(today) + WEEK - 1) % WEEK + 1);
    return civil_is_known(*out);
}

const char *civil_words(struct civil date, struct civil today, char out[CIVIL_TEXT_SIZE])
{
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    out[0] = '\0';
    if (!civil_is_known(date))
        return out;
    int year, month, day, this_year = 0, unused_month, unused_day;
    civil_split(clamp(date.day), &year, &month, &day);
    if (civil_is_known(today))
        civil_split(clamp(today.day), &this_year, &unused_month, &unused_day);
    if (year == this_year)
        snprintf(out, CIVIL_TEXT_SIZE, "%d %s", day, months[month - 1]);
    else
        snprintf(out, CIVIL_TEXT_SIZE, "%d %s %d", day, months[month - 1], year);
    return out;
}

const char *wall_format(struct wall at, char out[WALL_TEXT_SIZE])
{
    int64_t first = DAY_FIRST * DAY_MS;
    int64_t last = DAY_LAST * DAY_MS + DAY_MS - 1;
    int64_t ms = at.ms < first ? first : at.ms > last ? last : at.ms;
    int64_t day = ms / DAY_MS - (ms % DAY_MS < 0);
    unsigned of_day = (unsigned)(ms - day * DAY_MS);
    char date[CIVIL_TEXT_SIZE];
    civil_format((struct civil){(int32_t)day}, date);
    snprintf(out, WALL_TEXT_SIZE, "%.10sT%02u:%02u:%02u.%03uZ", date, of_day / 3600000 % 24,
             of_day / 60000 % 60, of_day / 1000 % 60, of_day % 1000);
    return out;
}
