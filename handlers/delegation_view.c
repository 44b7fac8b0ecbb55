/* What people see of delegations: the form, and their own on Home. */
#include "handlers/card_values.h"
#include "handlers/delegation.h"
#include "handlers/delegation_rules.h"
#include "handlers/person.h"

enum { DEFAULT_DAYS = 7, STAND_INS_SHOWN = 8 };

bool view_delegate(struct turn *turn, const struct actor *actor,
                   const struct onboarding *onboarding, const struct item *item, const char **out,
                   struct err *err)
{
    struct value *context = value_new(turn->arena);
    const char *action = item ? "delegate" : "ooo";
    const char *zone = person_zone(turn, actor->tenant, actor->user_id);
    struct civil today = calendar_today(zone, turn->world->now);
    char day[CIVIL_TEXT_SIZE], onb[ONB_TEXT_SIZE];
    value_str(context, "action", action);
    value_str(context, "token",
              item ? card_token(turn, item, action)
                   : card_object_token(turn, actor->tenant, "person", actor->user_id, 0, action));
    value_str(context, "from", arena_str(turn->arena, civil_format(today, day)));
    value_str(context, "until",
              arena_str(turn->arena, civil_format(civil_add_days(today, DEFAULT_DAYS), day)));
    value_str(context, "zone", zone);
    value_str(context, "now_there",
              person_time(turn, actor->tenant, actor->user_id, turn->world->now));
    const char *candidates = delegation_candidates(turn, actor->tenant, actor->user_id);
    value_str(context, "candidates", candidates[0] ? candidates : NULL);
    value_flag(context, "about", onboarding != NULL);
    if (onboarding) {
        value_str(context, "name", card_account(turn->arena, onboarding));
        value_str(context, "number", arena_str(turn->arena, onb_format(onboarding->number, onb)));
    }
    return card_view(turn, "delegate.json", context, out, err);
}

static void put_row(struct turn *turn, const struct delegation *delegation, struct value *list)
{
    char onb[ONB_TEXT_SIZE];
    struct value *row = value_row(list);
    value_flag(row, "stand_in_next", list->len > 1);
    value_str(row, "away", card_person(turn, delegation->from));
    value_str(row, "away_until", delegation_until(turn, delegation->ends_at));
    if (delegation->onboarding)
        value_str(row, "away_for", arena_str(turn->arena, onb_format(delegation->onboarding, onb)));
}

void delegation_put_home(struct turn *turn, const char *tenant, const char *user,
                         struct value *context)
{
    struct delegation *list, own;
    const struct span now = {turn->world->now, {turn->world->now.ms + 1}};
    bool away = delegation_now(turn, tenant, user, 0, &own);
    size_t count = delegations_to(turn->db, turn->arena, tenant, user, now, &list);
    if (!away && count == 0 && !delegation_role(turn, tenant, user))
        return;
    struct value *home = value_object(context, "delegations");
    struct value *rows = value_list(home, "stand_ins");
    for (size_t i = 0; i < count && i < STAND_INS_SHOWN; i++)
        put_row(turn, &list[i], rows);
    value_flag(home, "has_stand_ins", count > 0);
    if (count > STAND_INS_SHOWN)
        value_int(home, "stand_ins_more", (int64_t)(count - STAND_INS_SHOWN));
    if (!away) {
        value_str(home, "ooo", card_object_token(turn, tenant, "person", user, 0, "ooo"));
        return;
    }
    value_str(home, "delegate", card_person(turn, own.to));
    value_str(home, "delegate_from", card_date(turn, own.starts_at));
    value_str(home, "delegate_until", delegation_until(turn, own.ends_at));
    value_str(home, "ooo_off", card_object_token(turn, tenant, "person", user, 0, "ooo_off"));
}
