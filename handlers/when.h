/* A time as people say it: how long from now, or a day. */
#ifndef HANDLERS_WHEN_H
#define HANDLERS_WHEN_H

#include "base/calendar.h"

enum { WHEN_DAYS_MAX = 366 };

/* "4h" hours that pass; "2d" the same time two days later; "2bd" two working days of the calendar;
 * "tomorrow", "mon" … "sunday" (the next one that is not today), "2026-05-02": when work begins on
 * that day. All held to the next working minute. False with ERR_INVALID and a sentence for people
 * (plain) where it is none of these, not later than now, or more than WHEN_DAYS_MAX days away. */
bool when_parse(const struct calendar *calendar, struct wall now, const char *word,
                struct wall *out, struct err *err) __attribute__((warn_unused_result));

#endif
