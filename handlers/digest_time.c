/* When a digest is due. */
#include "handlers/digest.h"

#include "base/broken.h"
#include "base/calendar.h"
#include "db/digests.h"
#include "db/people.h"
#include "handlers/roles.h"

enum { LATE_MS = 9 * 60 * 60 * 1000, DAYS_AHEAD = 400 };

bool digest_is_wanted(struct turn *turn, const char *tenant, const char *user_id)
{
    struct preference preference;
    if (roles_is_gone(turn, tenant, user_id))
        return false;
    preferences_get(turn->db, turn->arena, tenant, user_id, &preference);
    if (preference.digest != DIGEST_AS_CONFIGURED)
        return preference.digest == DIGEST_ON;
    return turn->config->digest.unasked == SWITCH_ON;
}

int digest_minute(struct turn *turn, const char *tenant, const char *user_id)
{
    struct preference preference;
    preferences_get(turn->db, turn->arena, tenant, user_id, &preference);
    return preference.digest_minute >= 0 ? (int)preference.digest_minute
                                         : turn->config->digest.minute;
}

const char *digest_zone(struct turn *turn, const char *tenant, const char *user_id)
{
    struct person person;
    if (people_get(turn->db, turn->arena, tenant, user_id, &person) && person.zone &&
        calendar_zone_is_known(person.zone))
        return person.zone;
    return turn->config->calendar.zone;
}

static struct wall due_on(const char *zone, struct civil day, int minute)
{
    return calendar_instant(zone, (struct local){.date = day, .minute = minute});
}

struct wall digest_next(struct turn *turn, const char *tenant, const char *user_id)
{
    const char *zone = digest_zone(turn, tenant, user_id);
    int minute = digest_minute(turn, tenant, user_id);
    struct civil day = calendar_today(zone, turn->world->now);
    for (int i = 0; i < DAYS_AHEAD; i++, day = civil_add_days(day, 1)) {
        struct wall due = due_on(zone, day, minute);
        if (due.ms > turn->world->now.ms && calendar_is_working_day(&turn->config->calendar, day))
            return due;
    }
    return due_on(zone, day, minute);
}

bool digest_is_due(struct turn *turn, const char *tenant, const char *user_id, const char **day)
{
    char text[CIVIL_TEXT_SIZE];
    const char *zone = digest_zone(turn, tenant, user_id);
    struct civil today = calendar_today(zone, turn->world->now);
    int64_t since =
        turn->world->now.ms - due_on(zone, today, digest_minute(turn, tenant, user_id)).ms;
    *day = arena_str(turn->arena, civil_format(today, text));
    return since >= 0 && since < LATE_MS &&
           calendar_is_working_day(&turn->config->calendar, today) &&
           (!digests_has(turn->db, tenant, user_id, *day) || BROKEN(digest_twice));
}
