/* Calendars of holidays: days in order, each once, within the years that are read; or words. */
#include "base/ics.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void check_days(const struct ics_days *days)
{
    assert(days->count <= ICS_DAYS_MAX);
    for (size_t i = 0; i < days->count; i++) {
        assert(days->days[i].day >= civil_of(ICS_FIRST_YEAR, 1, 1).day);
        assert(days->days[i].day <= civil_of(ICS_LAST_YEAR, 12, 31).day);
        assert(!i || days->days[i].day > days->days[i - 1].day);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct ics_days days;
    struct err err = {0};
    char *text = malloc(size ? size : 1); /* without a NUL after it */
    if (!text)
        abort();
    if (size)
        memcpy(text, data, size);
    if (ics_read(&arena, text, size, &days, &err))
        check_days(&days);
    else
        assert(err.code == ERR_CONFIG && err.msg[0]);
    arena_release(&arena);
    free(text);
    return 0;
}
