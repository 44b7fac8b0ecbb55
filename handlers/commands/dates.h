/* Days as people type them. */
#ifndef HANDLERS_COMMANDS_DATES_H
#define HANDLERS_COMMANDS_DATES_H

#include "base/civil.h"

#include <stdbool.h>

/* "2026-05-02"; "mon" … "sun" and their whole names: that day from `from` on, which may be it;
 * "today" and "tomorrow": from `today`. Any case. False: it is no day. */
bool date_typed(const char *word, struct civil today, struct civil from, struct civil *out);

/* What may be typed, for sentences. */
#define DATE_FORMS "2026-05-02, mon … sun, today or tomorrow"

#endif
