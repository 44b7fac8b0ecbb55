/* Civil dates: a day without a zone, and its conversions. Gregorian, proleptic. */
#ifndef BASE_CIVIL_H
#define BASE_CIVIL_H

#include "base/err.h"
#include "base/world.h"

#include <stdbool.h>
#include <stdint.h>

/* Days since 1970-01-01. CIVIL_NONE: no date known. */
struct civil {
    int32_t day;
};

#define CIVIL_NONE_DAY INT32_MIN
#define CIVIL_NONE     ((struct civil){CIVIL_NONE_DAY})

enum { CIVIL_TEXT_SIZE = 16 };

bool civil_is_known(struct civil date);
struct civil civil_of(int year, int month, int day); /* asserts a valid date of years 1–9999 */
void civil_split(struct civil date, int *year, int *month, int *day);

/* Days from a to b (negative when b is earlier); both known. */
int32_t civil_days_between(struct civil a, struct civil b);
/* Both stop at 0001-01-01 and 9999-12-31; CIVIL_NONE stays CIVIL_NONE. */
struct civil civil_add_days(struct civil date, int32_t days);
/* 31 Jan + 1 month = 28 or 29 Feb. */
struct civil civil_add_months(struct civil date, int32_t months);
int civil_weekday(struct civil date); /* 0 Monday … 6 Sunday */

/* "YYYY-MM-DD", or the date part of an ISO date-time, as it stands there. NULL or "" gives
 * CIVIL_NONE and true; ERR_INVALID leaves CIVIL_NONE. */
bool civil_parse(const char *text, struct civil *out, struct err *err)
    __attribute__((warn_unused_result));

/* A day as people say it: "2026-05-01", "today", "tomorrow", or a weekday ("fri", "Friday"), the
 * next one that is not today. False leaves CIVIL_NONE. */
bool civil_parse_word(const char *word, struct civil today, struct civil *out)
    __attribute__((warn_unused_result));

/* "2026-04-20"; "" for CIVIL_NONE. Returns out. */
const char *civil_format(struct civil date, char out[CIVIL_TEXT_SIZE]);

/* "10 May" or "10 Sep 2027": what people read; the year only where it differs from `today`'s. */
const char *civil_words(struct civil date, struct civil today, char out[CIVIL_TEXT_SIZE]);

/* ISO 8601 date-times as Salesforce and NetSuite write them: "2026-04-20T10:02:03.000+0000",
 * "…Z", "…+02:00", a bare date (midnight UTC). A time without its offset is no instant:
 * ERR_INVALID, as is NULL. */
bool wall_parse(const char *text, struct wall *out, struct err *err)
    __attribute__((warn_unused_result));

enum { WALL_TEXT_SIZE = 32 };
/* "2026-04-20T10:02:03.000Z", within the years 1–9999. Returns out. */
const char *wall_format(struct wall at, char out[WALL_TEXT_SIZE]);

#endif
