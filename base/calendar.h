/* Zones and working time: IANA zones by libical from the system's zoneinfo, Mon–Fri 09:00–17:00
 * style weeks with holidays. Everything is stored in UTC and computed in the zone. libical is not
 * thread safe: the loop thread only. Beyond 2037, where zoneinfo gives way to rules, libical is
 * wrong for a few zones; offsets of 2100 stand for all later ones. */
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

/* False with ERR_CONFIG when the zone is unknown, no weekday is a working day, the hours are empty
 * (0 <= start < end <= 1440), or the holidays are not sorted. The functions below that take a
 * calendar expect one that passed. */
bool calendar_check(const struct calendar *calendar, struct err *err)
    __attribute__((warn_unused_result));

/* True for a name that the system's zoneinfo has. An unknown one is taken for UTC below. */
bool calendar_zone_is_known(const char *zone);

struct local calendar_local(const char *zone, struct wall at);
/* The instant of a local time. One that a DST change skips gives the first instant after the gap;
 * one that happens twice gives the first. */
struct wall calendar_instant(const char *zone, struct local local);
struct civil calendar_today(const char *zone, struct wall at);

bool calendar_is_working_day(const struct calendar *calendar, struct civil date);
/* `at` itself when it is in working time, else the start of the next working period. */
struct wall calendar_next_working(const struct calendar *calendar, struct wall at);
/* The instant after `ms` of working time from `at`: 8 h from 09:00 end at 17:00 of that day, and 0
 * or less gives calendar_next_working. Hours are elapsed ones: a day on which a DST change falls
 * into working time is shorter or longer. Stops after CALENDAR_PERIODS_MAX working days. */
struct wall calendar_add_working(const struct calendar *calendar, struct wall at, int64_t ms);

/* Working time from one instant to the other, in ms; 0 when `to` is not later. Of the first
 * CALENDAR_PERIODS_MAX working days. */
int64_t calendar_working_between(const struct calendar *calendar, struct wall from, struct wall to);

enum { CALENDAR_PERIODS_MAX = 4000 };

/* Frees libical's tables, at the end of the process; they come back when they are needed. */
void calendar_release(void);

#endif
