/* Giving a delegation. Every no has its sentence, and stands in the audit log.
 */
#include "db/people.h"
#include "handlers/card_values.h"
#include "handlers/delegation.h"
#include "handlers/delegation_rules.h"
#include "handlers/item_scene.h"
#include "handlers/jobs/later.h"
#include "handlers/roles.h"

#include <string.h>

enum { CHAIN_MAX = 8, VISITS_MAX = 200 };
#define MINUTE_MS INT64_C(60000)
#define DAY_MS    (24 * 60 * MINUTE_MS)

struct giving {
    struct turn *turn;
    const struct actor *actor;
    struct delegation delegation;
    struct onboarding onboarding; /* tenant NULL: of all */
};

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

const char *delegation_scope(struct turn *turn, int64_t onboarding)
{
    char onb[ONB_TEXT_SIZE];
    return onboarding ? arena_fmt(turn->arena, "for %s", onb_format(onboarding, onb))
                      : "for everything";
}

/* " “why”", of text from outside. */
static const char *quoted(struct turn *turn, const char *why)
{
    return arena_fmt(turn->arena, " “%s”", card_outside(turn->arena, why, CARD_LINE_MAX));
}

/* ---- may it be? each gives the sentence that says why not, or NULL ---- */

static const char *wrong_person(const struct giving *giving)
{
    struct turn *turn = giving->turn;
    const char *to = giving->delegation.to, *tenant = giving->delegation.tenant;
    struct person person;
    if (same(to, giving->actor->user_id))
        return "You can't stand in for yourself: name someone else.";
    if (!people_get(turn->db, turn->arena, tenant, to, &person))
        return arena_fmt(turn->arena,
                         "I don't know <@%s> yet. They can write `%s help` once, then try again.",
                         to, turn->config->slack.command);
    const char *because = person.deleted      ? "their account is deactivated"
                          : person.bot        ? "that is an app, no person"
                          : person.restricted ? "guests and people of other organisations decide "
                                                "nothing here"
                                              : NULL;
    return because ? arena_fmt(turn->arena, "<@%s> can't stand in for you: %s.", to, because)
                   : NULL;
}

static const char *wrong_role(const struct giving *giving)
{
    struct turn *turn = giving->turn;
    const char *me = giving->actor->user_id, *tenant = giving->delegation.tenant;
    if (!delegation_role(turn, tenant, me))
        return "You hold no role that someone could stand in for.";
    const char *lacks = delegation_lacks(turn, tenant, me, giving->delegation.to);
    if (!lacks)
        return NULL;
    const char *others = delegation_candidates(turn, tenant, me);
    return arena_fmt(turn->arena,
                     "<@%s> can't stand in for you: you are %s, and they hold no equal or higher "
                     "role. %s%s",
                     giving->delegation.to, lacks,
                     others[0] ? others
                               : "Nobody else does: ask an "
                                 "admin to give the role to "
                                 "someone",
                     others[0] ? " can." : ".");
}

static const char *wrong_time(const struct giving *giving)
{
    const struct delegation *delegation = &giving->delegation;
    int64_t now = giving->turn->world->now.ms;
    if (delegation->ends_at.ms <= now)
        return "That is over already: name a last day that is still to come.";
    if (delegation->ends_at.ms <= delegation->starts_at.ms)
        return "It would end before it begins: name the first day, then the last.";
    if (delegation->ends_at.ms - delegation->starts_at.ms >
        (DELEGATION_DAYS_MAX + 1) * DAY_MS) /* a DST change makes days longer */
        return arena_fmt(giving->turn->arena,
                         "A delegation lasts %d days at most. For longer, ask an admin to give the "
                         "role to them.",
                         DELEGATION_DAYS_MAX);
    if (delegation->starts_at.ms - now > DELEGATION_AHEAD_MAX * DAY_MS)
        return "That is more than a year ahead: say it when it is nearer.";
    return NULL;
}

static const char *wrong_onboarding(struct giving *giving)
{
    struct turn *turn = giving->turn;
    int64_t number = giving->delegation.onboarding;
    char onb[ONB_TEXT_SIZE];
    if (!number)
        return NULL;
    if (!onboardings_get(turn->db, turn->arena, giving->delegation.tenant, number,
                         &giving->onboarding))
        return arena_fmt(turn->arena, "There is no %s. `%s list` shows what there is.",
                         onb_format(number, onb), turn->config->slack.command);
    int64_t state = giving->onboarding.state;
    return state == ONBOARDING_REJECTED || state == ONBOARDING_CANCELLED
               ? arena_fmt(turn->arena, "%s is %s: there is nothing to hand over.",
                           onb_format(number, onb),
                           onboarding_state_name((enum onboarding_state)state))
               : NULL;
}

/* One at a time. */
static const char *another_one(const struct giving *giving)
{
    struct turn *turn = giving->turn;
    const struct delegation *wish = &giving->delegation;
    struct delegation *list;
    char onb[ONB_TEXT_SIZE];
    size_t count = delegations_from(turn->db, turn->arena, wish->tenant, wish->from,
                                    (struct span){wish->starts_at, wish->ends_at}, &list);
    for (size_t i = 0; i < count; i++)
        if (list[i].onboarding == wish->onboarding)
            return arena_fmt(
                turn->arena,
                "<@%s> stands in for you %s already, from %s until %s, and one person does at a "
                "time. `%s %s off` ends that.",
                list[i].to, delegation_scope(turn, wish->onboarding),
                card_date(turn, list[i].starts_at), delegation_until(turn, list[i].ends_at),
                turn->config->slack.command,
                wish->onboarding
                    ? arena_fmt(turn->arena, "delegate %s", onb_format(wish->onboarding, onb))
                    : "ooo");
    return NULL;
}

static struct wall later_of(struct wall a, struct wall b)
{
    return a.ms > b.ms ? a : b;
}

static struct wall earlier_of(struct wall a, struct wall b)
{
    return a.ms < b.ms ? a : b;
}

/* True when, at some time of the span, `at` is stood in for by `target`, through whomever. What is
 * too long to follow counts as a circle. */
static bool leads_to(const struct giving *giving, const char *at, struct span span, size_t depth,
                     size_t *visits)
{
    struct turn *turn = giving->turn;
    const struct delegation *wish = &giving->delegation;
    struct delegation *list;
    size_t count = delegations_from(turn->db, turn->arena, wish->tenant, at, span, &list);
    for (size_t i = 0; i < count; i++) {
        bool meets =
            !list[i].onboarding || !wish->onboarding || list[i].onboarding == wish->onboarding;
        const struct span both = {later_of(span.from, list[i].starts_at),
                                  earlier_of(span.to, list[i].ends_at)};
        if (meets &&
            (same(list[i].to, wish->from) || depth == CHAIN_MAX || ++*visits > VISITS_MAX ||
             leads_to(giving, list[i].to, both, depth + 1, visits)))
            return true;
    }
    return false;
}

static const char *circle(const struct giving *giving)
{
    const struct delegation *wish = &giving->delegation;
    size_t visits = 0;
    if (!leads_to(giving, wish->to, (struct span){wish->starts_at, wish->ends_at}, 1, &visits))
        return NULL;
    return arena_fmt(giving->turn->arena,
                     "<@%s> is away in that time too, and in the end you stand in for them: that "
                     "would go round in a circle. Name someone else.",
                     wish->to);
}

static const char *refusal(struct giving *giving)
{
    const char *why = NULL;
    if (!roles_may_look(giving->turn, giving->actor, &why))
        return why;
    why = wrong_person(giving);
    why = why ? why : wrong_time(giving);
    why = why ? why : wrong_onboarding(giving);
    why = why ? why : wrong_role(giving);
    why = why ? why : another_one(giving);
    return why ? why : circle(giving);
}

/* ---- giving it ---- */

static bool tell_delegate(const struct giving *giving)
{
    struct turn *turn = giving->turn;
    const struct delegation *delegation = &giving->delegation;
    const char *why = delegation->why ? quoted(turn, delegation->why) : "";
    const char *text = arena_fmt(
        turn->arena,
        "↪ <@%s> asks you to stand in %s, from %s until %s.%s What waits for them is told to you "
        "meanwhile. You act with their role as well as yours, and what they may not approve, you "
        "may not either.",
        delegation->from, delegation_scope(turn, delegation->onboarding),
        card_date(turn, delegation->starts_at), delegation_until(turn, delegation->ends_at), why);
    return later_inform(turn, delegation->tenant, delegation->to, text, NULL);
}

static bool note(const struct giving *giving)
{
    struct turn *turn = giving->turn;
    const struct delegation *delegation = &giving->delegation;
    if (!delegation->onboarding)
        return true;
    const char *text =
        arena_fmt(turn->arena, "↪ <@%s> stands in for <@%s> here until %s.%s", delegation->to,
                  delegation->from, delegation_until(turn, delegation->ends_at),
                  delegation->why ? quoted(turn, delegation->why) : "");
    return later_note_onboarding(turn, delegation->tenant, delegation->onboarding, delegation->id,
                                 text);
}

/* What the delegator may not approve, the delegate may not either: said before it surprises. */
static const char *caution(const struct giving *giving)
{
    const struct onboarding *onboarding = &giving->onboarding;
    const char *me = giving->actor->user_id;
    const char *because = same(onboarding->owner_user_id, me) ? "own the deal"
                          : same(onboarding->started_by, me)  ? "started it"
                                                              : NULL;
    return because ? arena_fmt(giving->turn->arena,
                               " They can't approve it meanwhile, since you %s.", because)
                   : "";
}

static struct moved give(struct giving *giving, struct err *err)
{
    struct turn *turn = giving->turn;
    struct delegation *delegation = &giving->delegation;
    if (!delegations_add(turn->db, turn->arena, turn->world, delegation))
        return item_failed(turn, err);
    char from[WALL_TEXT_SIZE], to[WALL_TEXT_SIZE];
    const char *reason =
        arena_fmt(turn->arena, "to %s, %s to %s%s%s", delegation->to,
                  wall_format(delegation->starts_at, from), wall_format(delegation->ends_at, to),
                  delegation->why ? ": " : "", delegation->why ? delegation->why : "");
    bool ok = delegation_audit(turn, giving->actor, "delegate", delegation->onboarding, reason) &&
              tell_delegate(giving) && note(giving) && later_delegation(turn, delegation);
    if (!ok)
        return item_failed(turn, err);
    const char *why = arena_fmt(
        turn->arena, "<@%s> stands in for you %s from %s until %s.%s Clocks run on as they did.",
        delegation->to, delegation_scope(turn, delegation->onboarding),
        card_date(turn, delegation->starts_at), delegation_until(turn, delegation->ends_at),
        caution(giving));
    return moved(MOVE_DONE, why);
}

struct moved delegation_give(struct turn *turn, const struct actor *actor,
                             const struct delegation_wish *wish, struct err *err)
{
    struct giving giving = {
        .turn = turn,
        .actor = actor,
        .delegation = {.tenant = actor->tenant,
                       .from = actor->user_id,
                       .to = wish->to,
                       .onboarding = wish->onboarding,
                       .starts_at = later_of(wish->starts_at, turn->world->now),
                       .ends_at = wish->ends_at,
                       .why = wish->why && wish->why[0] ? wish->why : NULL,
                       .created_by = actor->user_id,
                       .created_at = turn->world->now},
    };
    const char *why = refusal(&giving);
    if (!db_ok(turn->db, err))
        return item_failed(turn, err);
    if (!why)
        return give(&giving, err);
    return delegation_audit(turn, actor, "delegate.refused", wish->onboarding,
                            arena_fmt(turn->arena, "to %s: %s", wish->to, why))
               ? moved(MOVE_NOT_POSSIBLE, why)
               : item_failed(turn, err);
}

const char *delegation_until(struct turn *turn, struct wall ends_at)
{
    return card_date(turn, (struct wall){ends_at.ms - MINUTE_MS});
}
