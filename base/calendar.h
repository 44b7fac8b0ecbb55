/* Zones and working time: IANA zones by libical, Mon–Fri 09:00–17:00 style weeks
 * with holidays. Everything is stored in UTC and computed in the zone. */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include "base/civil.h"
#include "base/err.h"
#include "base/world.h"

#include <stddef.h>
#include <stdint.h>

struct local {
    struct civil date;
    int minute; /* since local midnight, 0–1439 */
};

struct calendar {
    char zone[64];          /* IANA name */
    uint8_t days;           /* bit 0 Monday … bit 6 Sunday */
    int start_minute;       /* of a working day, local */
    int end_minute;         /* exclusive, > start_minute */
    struct civil *holidays; /* sorted, borrowed */
    size_t holiday_count;
};

/* False with ERR_CONFIG when the zone is unknown or the hours are empty. */
bool calendar_check(const struct calendar *calendar, struct err *err)
    __attribute__((warn_unused_result));

struct local calendar_local(const char *zone, struct wall at);
/* The instant of a local time. One that a DST change skips gives the first instant after the gap;
 * one that happens twice gives the first. */
struct wall calendar_instant(const char *zone, struct local local);
struct civil calendar_today(const char *zone, struct wall at);

bool calendar_is_working_day(const struct calendar *calendar, struct civil date);
/* `at` itself when it is in working time, else the start of the next working period. */
struct wall calendar_next_working(const struct calendar *calendar, struct wall at);
/* The instant after `ms` of working time from `at`. */
struct wall calendar_add_working(const struct calendar *calendar, struct wall at, int64_t ms);

#endif
