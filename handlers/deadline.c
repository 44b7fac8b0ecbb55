/* When manager and director hear of an item. */
#include "handlers/deadline.h"

#include "base/calendar.h"
#include "handlers/finding.h"

enum {
    MINUTE_MS = 60 * 1000,
    HOUR_MS = 60 * MINUTE_MS,
    DAY_HOURS = 24,
    RELEASE_HOURS = 4,
    GRACE_MIN = 15
};

/* So much later by the team's clock, held to the working time of whoever is told. */
static struct wall later_by_hours(const struct config *config, const struct calendar *reader,
                                  struct wall start, int64_t hours)
{
    const struct calendar *calendar = &config->calendar;
    if (config->escalation.clock == CLOCK_BUSINESS) {
        int64_t day_ms = (int64_t)(calendar->end_minute - calendar->start_minute) * MINUTE_MS;
        struct wall due = calendar_add_working(calendar, start, hours * day_ms / DAY_HOURS);
        return calendar_next_working(reader, due);
    }
    struct wall due = {start.ms + hours * HOUR_MS};
    return calendar_next_working(reader, due);
}

void deadline_set(const struct config *config, const struct readers *readers, struct item *item)
{
    struct wall start = item->opened_at;
    if (item->level == LEVEL_BLOCK_DATA)
        start.ms += config->escalation.data_grace_min * MINUTE_MS;
    item->t1_at = later_by_hours(config, &readers->manager, start, config->escalation.t1_h);
    item->t2_at = later_by_hours(config, &readers->director, start, config->escalation.t2_h);
    if (item->t2_at.ms < item->t1_at.ms)
        item->t2_at = calendar_next_working(&readers->director, item->t1_at);
}

struct wall deadline_after_release(const struct config *config, struct wall then, struct wall old)
{
    struct wall soonest =
        calendar_add_working(&config->calendar, then, (int64_t)RELEASE_HOURS * HOUR_MS);
    return old.ms > soonest.ms ? old : soonest;
}

struct wall deadline_again(const struct config *config, struct wall told_at)
{
    const struct calendar *calendar = &config->calendar;
    struct wall whole_minute = {told_at.ms + MINUTE_MS - 1};
    struct local local = calendar_local(calendar->zone, whole_minute);
    local.date = civil_add_days(local.date, 1);
    return calendar_next_working(calendar, calendar_instant(calendar->zone, local));
}

struct wall deadline_after_undo(const struct config *config, struct wall now, struct wall at)
{
    struct wall grace = {now.ms + (int64_t)GRACE_MIN * MINUTE_MS};
    return at.ms > now.ms ? at : calendar_next_working(&config->calendar, grace);
}
