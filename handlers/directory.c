/* The directory: people as Slack knows them. */
#include "handlers/directory.h"

#include "base/text.h"
#include "db/people.h"
#include "handlers/card_values.h"
#include "handlers/delegation.h"
#include "handlers/delegation_rules.h"
#include "handlers/item.h"
#include "handlers/jobs/later.h"

#include <string.h>

enum { STATUS_MAX = 120 };

/* ---- a status that says "away" ---- */

/* Slack's own suggestions for it, and what people type. */
static const char *const away_emoji[] = {":palm_tree:", ":desert_island:", ":beach_with_umbrella:",
                                         ":airplane:", ":face_with_thermometer:"};
static const char *const away_words[] = {"vacation", "holiday",  "out of office", "ooo",
                                         "on leave", "out sick", "off sick",      "parental leave"};

/* The words at the start of a word of the text: "OOO till Monday", not "zoom". */
static bool holds_word(const char *text, const char *words)
{
    for (const char *at = text; at[0]; at++)
        if ((at == text || at[-1] == ' ') && text_has_prefix_fold(at, words))
            return true;
    return false;
}

static bool says_away(const struct slack_profile *profile)
{
    for (size_t i = 0; profile->status_emoji && i < sizeof away_emoji / sizeof *away_emoji; i++)
        if (strcmp(profile->status_emoji, away_emoji[i]) == 0)
            return true;
    for (size_t i = 0; profile->status_text && i < sizeof away_words / sizeof *away_words; i++)
        if (holds_word(profile->status_text, away_words[i]))
            return true;
    return false;
}

static bool suggest(struct turn *turn, const char *tenant, const char *user, const char *status)
{
    struct err err = {0};
    struct card card;
    struct value *context = value_new(turn->arena);
    value_str(context, "status", status);
    value_str(context, "command", turn->config->slack.command);
    value_str(context, "ooo", card_object_token(turn, tenant, "person", user, 0, "ooo"));
    return card_message(turn, "suggest_away.json", context, &card, &err) &&
           later_inform(turn, tenant, user, card.text, card.blocks);
}

/* Whether they have someone already, or hold no role that anyone could stand in for, they are not
 * asked. */
static bool on_status(struct turn *turn, const char *tenant, const struct slack_profile *profile)
{
    struct delegation delegation;
    struct err err;
    const char *user = profile->user_id;
    bool away = says_away(profile) && !profile->deleted && !profile->restricted && !profile->bot;
    const char *status =
        away ? text_line(turn->arena,
                         arena_fmt(turn->arena, "%s %s",
                                   profile->status_emoji ? profile->status_emoji : "",
                                   profile->status_text ? profile->status_text : ""),
                         STATUS_MAX)
             : NULL;
    if (!people_tell_status(turn->db, tenant, user, status))
        return db_ok(turn->db, &err);
    if (!away || !delegation_role(turn, tenant, user) ||
        delegation_now(turn, tenant, user, 0, &delegation))
        return db_ok(turn->db, &err);
    return suggest(turn, tenant, user, status);
}

/* ---- a profile ---- */

bool directory_put(struct turn *turn, const char *tenant, const struct slack_profile *profile)
{
    struct person before = {0};
    bool known = people_get(turn->db, turn->arena, tenant, profile->user_id, &before);
    bool foreign = profile->stranger || !slack_profile_belongs(profile, tenant);
    const struct person person = {
        .user_id = profile->user_id,
        .name = profile->name,
        .handle = profile->handle,
        .real_name = profile->real_name,
        .email = profile->email,
        .zone = profile->zone,
        .locale = profile->locale,
        .deleted = profile->deleted,
        .restricted = profile->restricted || foreign,
        .stranger = foreign,
        .bot = profile->bot,
        .updated_at = turn->world->now,
    };
    bool was_here = known && !before.deleted && !before.restricted;
    bool left = was_here && (person.deleted || person.restricted);
    return people_put(turn->db, tenant, &person) &&
           (!left || (delegation_gone(turn, tenant, profile->user_id) &&
                      item_claimer_gone(turn, tenant, profile->user_id))) &&
           (!profile->status_told || on_status(turn, tenant, profile));
}
