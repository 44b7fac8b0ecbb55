/* Days as people type them. */
#include "handlers/commands/dates.h"

#include "base/text.h"

#include <string.h>

enum { DATE_LEN = 10, SHORTEST = 3, DAYS_A_WEEK = 7 };

static const char *const weekdays[DAYS_A_WEEK] = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
};

bool date_typed(const char *word, struct civil today, struct civil from, struct civil *out)
{
    struct err err = {0};
    if (text_equal_fold(word, "today") || text_equal_fold(word, "tomorrow")) {
        *out = civil_add_days(today, text_equal_fold(word, "today") ? 0 : 1);
        return true;
    }
    for (int day = 0; day < DAYS_A_WEEK; day++)
        if (strlen(word) >= SHORTEST && text_has_prefix_fold(weekdays[day], word)) {
            *out = civil_add_days(from, (day - civil_weekday(from) + DAYS_A_WEEK) % DAYS_A_WEEK);
            return true;
        }
    return strlen(word) == DATE_LEN && civil_parse(word, out, &err) && civil_is_known(*out);
}
