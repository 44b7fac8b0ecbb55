/* Ending a delegation: taken back, or because one of the two is gone. */
#include "db/audit.h"
#include "handlers/card.h"
#include "handlers/delegation.h"
#include "handlers/delegation_rules.h"
#include "handlers/item_scene.h"
#include "handlers/jobs/later.h"

bool delegation_audit(struct turn *turn, const struct actor *actor, const char *action,
                      int64_t onboarding, const char *reason)
{
    char onb[ONB_TEXT_SIZE];
    const struct audit_entry entry = {
        .tenant = actor->tenant,
        .at = turn->world->now,
        .actor = actor->user_id,
        .via = actor->via,
        .action = action,
        .object = onboarding ? onb_format(onboarding, onb) : actor->user_id,
        .reason = reason,
    };
    return audit_append(turn->db, &entry);
}

/* ---- taking it back ---- */

static bool end_one(struct turn *turn, const struct actor *actor,
                    const struct delegation *delegation)
{
    const char *text =
        arena_fmt(turn->arena, "↩ <@%s> is back: you no longer stand in for them %s.",
                  delegation->from, delegation_scope(turn, delegation->onboarding));
    if (delegation->starts_at.ms > turn->world->now.ms)
        text = arena_fmt(turn->arena, "↩ <@%s> needs no stand-in %s from %s on after all.",
                         delegation->from, delegation_scope(turn, delegation->onboarding),
                         card_date(turn, delegation->starts_at));
    struct delegation ended = *delegation;
    ended.ended_at = turn->world->now;
    return delegations_end(turn->db, delegation->tenant, delegation->id, turn->world->now,
                           actor->user_id) &&
           delegation_audit(turn, actor, "delegate.end", delegation->onboarding,
                            arena_fmt(turn->arena, "of %s, taken back", delegation->to)) &&
           later_inform(turn, delegation->tenant, delegation->to, text, NULL) &&
           later_delegation(turn, &ended);
}

struct moved delegation_take_back(struct turn *turn, const struct actor *actor, int64_t onboarding,
                                  struct err *err)
{
    struct delegation *list;
    const struct span ahead = {turn->world->now, {INT64_MAX}};
    size_t count =
        delegations_from(turn->db, turn->arena, actor->tenant, actor->user_id, ahead, &list);
    size_t ended = 0;
    for (size_t i = 0; i < count; i++) {
        if (list[i].onboarding != onboarding)
            continue;
        if (!end_one(turn, actor, &list[i]))
            return item_failed(turn, err);
        ended++;
    }
    if (!db_ok(turn->db, err))
        return item_failed(turn, err);
    const char *scope = delegation_scope(turn, onboarding);
    if (!ended)
        return moved(MOVE_NOT_POSSIBLE,
                     arena_fmt(turn->arena, "Nobody stands in for you %s.", scope));
    return moved(
        MOVE_DONE,
        arena_fmt(turn->arena, "Welcome back: nobody stands in for you %s any more.", scope));
}

/* ---- gone ---- */

static struct actor usher_of(const char *tenant)
{
    return (struct actor){.tenant = tenant, .user_id = "usher", .via = "event"};
}

static bool end_for(struct turn *turn, const struct delegation *delegation, const char *gone,
                    const char *whom, const char *text)
{
    const struct actor usher = usher_of(delegation->tenant);
    struct delegation ended = *delegation;
    ended.ended_at = turn->world->now;
    return delegations_end(turn->db, delegation->tenant, delegation->id, turn->world->now,
                           "usher") &&
           delegation_audit(turn, &usher, "delegate.end", delegation->onboarding,
                            arena_fmt(turn->arena, "%s for %s: %s is gone", delegation->to,
                                      delegation->from, gone)) &&
           later_inform(turn, delegation->tenant, whom, text, NULL) &&
           later_delegation(turn, &ended);
}

bool delegation_gone(struct turn *turn, const char *tenant, const char *user)
{
    struct delegation *list;
    struct err err;
    const struct span ahead = {turn->world->now, {INT64_MAX}};
    size_t count = delegations_to(turn->db, turn->arena, tenant, user, ahead, &list);
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = end_for(turn, &list[i], user, list[i].from,
                     arena_fmt(turn->arena,
                               "⚠️ <@%s> can't stand in for you any more: their account is "
                               "deactivated or became a guest. Name someone else: `%s ooo on "
                               "@delegate FROM TO`.",
                               user, turn->config->slack.command));
    count = ok ? delegations_from(turn->db, turn->arena, tenant, user, ahead, &list) : 0;
    for (size_t i = 0; ok && i < count; i++)
        ok = end_for(turn, &list[i], user, list[i].to,
                     arena_fmt(turn->arena,
                               "↩ You no longer stand in for <@%s>: their account is deactivated "
                               "or became a guest.",
                               user));
    return ok && db_ok(turn->db, &err);
}
