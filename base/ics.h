/* Days off from an iCalendar file (RFC 5545): what calendars of public holidays are handed out as.
 * An event counts that lasts whole days; one with a time of day, one that is cancelled and one that
 * leaves people free (TRANSP:TRANSPARENT) does not. Lines are read here; rules of repetition are
 * libical's, which is not thread safe: the loop thread only. */
#ifndef BASE_ICS_H
#define BASE_ICS_H

#include "base/arena.h"
#include "base/civil.h"
#include "base/err.h"

#include <stddef.h>

enum {
    ICS_BYTES_MAX = 1024 * 1024,
    ICS_DAYS_MAX = 4000,
    ICS_FIRST_YEAR = 2020, /* days outside of these years are passed over; no clock is asked, so */
    ICS_LAST_YEAR = 2060,  /* that the same file always gives the same days */
};

/* Sorted, each day once. */
struct ics_days {
    struct civil *days; /* in the arena */
    size_t count;
};

/* The days of all calendars in the text: DTSTART with DTEND (exclusive), with DURATION, or one day;
 * RRULE, RDATE and EXDATE. The changed instance of a repeated event (RECURRENCE-ID) is one more
 * event. ERR_CONFIG as "line 12: …", without the file's name, when it is no such file, ends early,
 * holds a date or rule that cannot be read, no day off (then with what was passed over), or too
 * much. */
bool ics_read(struct arena *arena, const char *text, size_t len, struct ics_days *out,
              struct err *err) __attribute__((warn_unused_result));

#endif
