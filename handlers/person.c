/* Whom a typed word means. */
#include "handlers/person.h"

#include "base/text.h"
#include "handlers/card_values.h"
#include "handlers/jobs/later.h"

#include <string.h>

enum { ID_MAX = 32, NAMESAKES_MAX = 4 };

bool person_is_id(const char *text, size_t len)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    return len > 1 && len <= ID_MAX && (text[0] == 'U' || text[0] == 'W') &&
           strspn(text, letters) >= len;
}

const char *person_zone(struct turn *turn, const char *tenant, const char *user_id)
{
    struct person person;
    bool known = user_id && people_get(turn->db, turn->arena, tenant, user_id, &person);
    return known && person.zone && calendar_zone_is_known(person.zone)
               ? person.zone
               : turn->config->calendar.zone;
}

static bool has_twelve_hours(const struct person *person)
{
    static const char *const locales[] = {"en-US", "en-CA", "en-AU", "en-NZ", "en-IN", "hi-IN"};
    for (size_t i = 0; person->locale && i < sizeof locales / sizeof *locales; i++)
        if (text_equal_fold(person->locale, locales[i]))
            return true;
    return false;
}

const char *person_time(struct turn *turn, const char *tenant, const char *user_id, struct wall at)
{
    static const char *const weekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    const char *zone = person_zone(turn, tenant, user_id);
    struct local local = calendar_local(zone, at);
    struct person person = {0};
    char day[CIVIL_TEXT_SIZE];
    (void)people_get(turn->db, turn->arena, tenant, user_id, &person);
    civil_words(local.date, calendar_today(zone, turn->world->now), day);
    const char *weekday = weekdays[civil_weekday(local.date)];
    int hour = local.minute / 60, minute = local.minute % 60;
    if (!has_twelve_hours(&person))
        return arena_fmt(turn->arena, "%s %s %02d:%02d", weekday, day, hour, minute);
    return arena_fmt(turn->arena, "%s %s %d:%02d %s", weekday, day, (hour + 11) % 12 + 1, minute,
                     hour < 12 ? "am" : "pm");
}

/* ---- by what was typed ---- */

static bool by_id(struct turn *turn, const char *tenant, const char *id, struct person *out,
                  const char **why)
{
    if (people_get(turn->db, turn->arena, tenant, id, out))
        return true;
    *why = arena_fmt(turn->arena,
                     "I don't know <@%s> yet, so nothing was changed: I am reading their profile "
                     "from Slack now. Say it again in a few seconds.",
                     id);
    if (!later_learn_person(turn, tenant, id))
        *why = arena_fmt(turn->arena, "I don't know <@%s>, and can't read their profile now.", id);
    return false;
}

static bool by_email(struct turn *turn, const char *tenant, const char *email, struct person *out,
                     const char **why)
{
    if (people_by_email(turn->db, turn->arena, tenant, email, out))
        return true;
    *why =
        arena_fmt(turn->arena,
                  "Nobody here has the address %s. Type @ and pick the person from Slack's list.",
                  card_outside(turn->arena, email, CARD_NAME_MAX));
    return false;
}

static const char *namesakes(struct turn *turn, const struct person *list, size_t count)
{
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        text = arena_fmt(turn->arena, "%s%s<@%s>", text, i ? ", " : "", list[i].user_id);
    return text;
}

static bool by_name(struct turn *turn, const char *tenant, const char *name, struct person *out,
                    const char **why)
{
    struct person *list;
    size_t count = people_by_name(turn->db, turn->arena, tenant, name, NAMESAKES_MAX, &list);
    const char *shown = card_outside(turn->arena, name, CARD_NAME_MAX);
    if (count == 1 ||
        (count > 1 && !list[0].restricted && !list[0].bot && (list[1].restricted || list[1].bot))) {
        *out = list[0];
        return true;
    }
    if (count == 0)
        *why = arena_fmt(turn->arena,
                         "@%s is not known here. Type @ and pick the person from Slack's list, or "
                         "write their e-mail address.",
                         shown);
    else
        *why = arena_fmt(turn->arena,
                         "Several people are called @%s: %s%s. Type @ and pick the one you mean "
                         "from Slack's list.",
                         shown, namesakes(turn, list, count),
                         count == NAMESAKES_MAX ? " and perhaps more" : "");
    return false;
}

/* What stands between `open` and the first of `ends`; NULL where the text does not begin so. */
static const char *between(struct turn *turn, const char *text, const char *open, const char *ends)
{
    size_t skip = strlen(open);
    if (strncmp(text, open, skip) != 0)
        return NULL;
    return arena_strn(turn->arena, text + skip, strcspn(text + skip, ends));
}

bool person_named(struct turn *turn, const char *tenant, const char *word, struct person *out,
                  const char **why)
{
    const char *mention = between(turn, word, "<@", "|>");
    const char *mail = between(turn, word, "<mailto:", "|>");
    *why = NULL;
    if (mention && person_is_id(mention, strlen(mention)))
        return by_id(turn, tenant, mention, out, why);
    if (mail || strchr(word[0] ? word + 1 : word, '@'))
        return by_email(turn, tenant, mail ? mail : word, out, why);
    const char *name = word + strspn(word, "@");
    if (name[0])
        return by_name(turn, tenant, name, out, why);
    *why = "Whom do you mean? Type @ and pick the person from Slack's list.";
    return false;
}
