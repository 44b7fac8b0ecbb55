/* The team's side of Home: read from the store at each publishing, bounded lists with a count. */
#include "handlers/home_team.h"

#include "db/messages.h"
#include "handlers/card_link.h"
#include "handlers/card_subject.h"
#include "handlers/delegation.h"
#include "handlers/desk.h"
#include "handlers/item_change.h"
#include "handlers/roles.h"
#include "handlers/sentence.h"

#include <stdlib.h>
#include <string.h>

enum { LOADS_SHOWN = 12, DECIDED_READ = 500, ROWS_SHOWN = 3 };

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

/* ---- who carries what ---- */

struct load {
    const char *user_id;
    size_t active, overdue;
    bool away;
};

static bool is_overdue(const struct item *item)
{
    return item->state == ITEM_ESCALATED_1 || item->state == ITEM_ESCALATED_2;
}

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

/* The heaviest first; who is away before who is not. */
static int by_weight(const void *a, const void *b)
{
    const struct load *x = a, *y = b;
    if (x->overdue != y->overdue)
        return x->overdue > y->overdue ? -1 : 1;
    if (x->active != y->active)
        return x->active > y->active ? -1 : 1;
    return x->away != y->away ? (x->away ? -1 : 1) : strcmp(x->user_id, y->user_id);
}

static struct load load_of(struct turn *turn, const char *tenant, const char *user_id,
                           const struct needs *needs)
{
    struct load load = {.user_id = user_id,
                        .away = delegation_of(turn, tenant, user_id, 0) != NULL};
    for (size_t i = 0; i < needs->count; i++) {
        if (!same(needs->all[i].item.claimed_by, user_id))
            continue;
        load.active++;
        load.overdue += is_overdue(&needs->all[i].item);
    }
    return load;
}

static void put_loads(struct turn *turn, const char *tenant, const struct needs *needs,
                      struct value *team)
{
    const char **people;
    size_t people_count = roles_holders(turn, tenant, ROLE_APPROVER, &people), kept = 0;
    struct load *loads = arena_array(turn->arena, people_count + 1, sizeof *loads);
    for (size_t i = 0; i < people_count; i++) {
        struct load load = load_of(turn, tenant, people[i], needs);
        if (load.active > 0 || load.away)
            loads[kept++] = load;
    }
    qsort(loads, kept, sizeof *loads, by_weight);
    value_flag(team, "has_loads", kept > 0);
    struct value *list = value_list(team, "loads");
    for (size_t i = 0; i < kept && i < LOADS_SHOWN; i++) {
        struct value *row = value_row(list);
        value_str(row, "load_person", card_person(turn, loads[i].user_id));
        value_str(row, "load_active", arena_fmt(turn->arena, "%zu", loads[i].active));
        value_int(row, "load_overdue", (int64_t)loads[i].overdue);
        value_flag(row, "load_away", loads[i].away);
    }
    if (kept > LOADS_SHOWN)
        value_int(team, "loads_hidden", (int64_t)(kept - LOADS_SHOWN));
}

static void put_totals(struct turn *turn, const struct needs *needs, struct value *team)
{
    size_t overdue = 0, unclaimed = 0;
    for (size_t i = 0; i < needs->count; i++) {
        overdue += is_overdue(&needs->all[i].item);
        unclaimed += needs->all[i].item.claimed_by == NULL;
    }
    value_str(team, "team_active", arena_fmt(turn->arena, "%zu", needs->count));
    value_str(team, "team_overdue", arena_fmt(turn->arena, "%zu", overdue));
    value_str(team, "team_unclaimed", arena_fmt(turn->arena, "%zu", unclaimed));
}

/* A button where there may be something for the form; whether there is, the form says. */
static void put_bulk(struct turn *turn, const struct actor *actor, const struct needs *needs,
                     struct value *team)
{
    for (size_t i = 0; i < needs->count; i++)
        if (needs->all[i].item.level == LEVEL_ESCALATE_WARN) {
            value_str(team, "bulk",
                      card_object_token(turn, actor->tenant, "person", actor->user_id, 0, "bulk"));
            return;
        }
}

/* ---- how long it takes ---- */

static int by_size(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void put_median(struct turn *turn, const char *tenant, struct value *team)
{
    int64_t *took;
    size_t count =
        items_decision_times(turn->db, turn->arena, tenant, ITEM_DECIDED,
                             (struct wall){turn->world->now.ms - 30 * DAY_MS}, DECIDED_READ, &took);
    if (count == 0)
        return;
    qsort(took, count, sizeof *took, by_size);
    value_str(team, "median", sentence_span(turn, took[count / 2]));
    value_int(team, "median_of", (int64_t)count);
}

/* ---- what is old, and why ---- */

static const struct reason {
    const char *words;
    unsigned levels;
} reasons[] = {
    {"a CS decision",
     1u << LEVEL_NONE | 1u << LEVEL_NOTE | 1u << LEVEL_ESCALATE_WARN | 1u << LEVEL_ESCALATE_URGENT},
    {"Finance's key", 1u << LEVEL_BLOCK_FINANCE},
    {"the Finance director's key", 1u << LEVEL_BLOCK_FINANCE_DIRECTOR},
    {"missing data", 1u << LEVEL_BLOCK_DATA},
    {"a fix at the source", 1u << LEVEL_BLOCK_HARD},
};

static bool put_ageing(struct turn *turn, const struct needs *needs, struct value *team)
{
    struct value *list = value_list(team, "ageing");
    for (size_t r = 0; r < sizeof reasons / sizeof *reasons; r++) {
        const struct need *oldest = NULL;
        size_t waiting = 0;
        for (size_t i = 0; i < needs->count; i++) {
            if (!(reasons[r].levels >> needs->all[i].item.level & 1u))
                continue;
            waiting++;
            if (!oldest || needs->all[i].item.opened_at.ms < oldest->item.opened_at.ms)
                oldest = &needs->all[i];
        }
        if (!oldest)
            continue;
        char number[ONB_TEXT_SIZE];
        struct value *row = value_row(list);
        value_str(row, "age_reason", reasons[r].words);
        value_int(row, "age_count", (int64_t)waiting);
        value_str(row, "age_oldest",
                  sentence_span(turn, turn->world->now.ms - oldest->item.opened_at.ms));
        value_str(row, "age_number", onb_format(oldest->onboarding.number, number));
    }
    return needs->count > 0;
}

static bool put_stuck(struct turn *turn, const char *tenant, struct value *team)
{
    struct onboarding_stuck *stuck;
    size_t count = onboardings_stuck(turn->db, turn->arena, tenant,
                                     (struct wall){turn->world->now.ms - 7 * DAY_MS}, &stuck);
    struct value *list = value_list(team, "stuck");
    for (size_t i = 0; i < count; i++) {
        struct value *row = value_row(list);
        value_str(row, "stuck_state", onboarding_state_name(stuck[i].state));
        value_int(row, "stuck_count", stuck[i].count);
        value_str(row, "stuck_oldest",
                  sentence_span(turn, turn->world->now.ms - stuck[i].oldest.ms));
    }
    return count > 0;
}

bool home_put_team(struct turn *turn, const struct actor *actor, const struct needs *needs,
                   struct value *context, struct err *err)
{
    const char *tenant = actor->tenant;
    if (!roles_has(turn, tenant, actor->user_id, ROLE_MANAGER) &&
        !roles_has(turn, tenant, actor->user_id, ROLE_DIRECTOR))
        return db_ok(turn->db, err);
    struct value *team = value_object(context, "team");
    put_totals(turn, needs, team);
    put_bulk(turn, actor, needs, team);
    put_loads(turn, tenant, needs, team);
    put_median(turn, tenant, team);
    bool ages = put_ageing(turn, needs, team), sticks = put_stuck(turn, tenant, team);
    bool stages = home_put_sticking(turn, tenant, team);
    value_flag(team, "has_ageing", ages || sticks || stages);
    return db_ok(turn->db, err);
}

/* ---- desks ---- */

/* The rows of one desk: what it has to see to, not what it only hears of. */
static bool put_desk(struct turn *turn, const struct desk *desk, const struct needs *needs,
                     enum link_reader reader, struct value *list, struct err *err)
{
    struct value *rows = NULL;
    size_t found = 0;
    struct value *one = value_new(turn->arena);
    for (size_t i = 0; i < needs->count; i++) {
        struct run run;
        struct decision decision;
        struct message told;
        if (needs->all[i].shown ||
            !messages_find(turn->db, turn->arena, needs->all[i].item.tenant, needs->all[i].item.id,
                           desk_purpose(turn->arena, desk), NULL, &told))
            continue;
        if (!item_decision(turn, &needs->all[i].item, &run, &decision, err))
            return false;
        if (desk_finding_count(desk, &decision) == 0 || ++found > ROWS_SHOWN)
            continue;
        if (!rows)
            rows = value_list(one, "desk_rows");
        struct value *row = value_row(rows);
        card_put_row(turn, &needs->all[i].onboarding, &needs->all[i].item, row);
        value_str(row, "view", card_token(turn, &needs->all[i].item, "view"));
        value_str(row, "item", needs->all[i].item.id);
        value_str(row, "desk_name", desk->name);
        card_put_link(turn, &needs->all[i].item, reader, row);
    }
    if (found == 0)
        return true;
    value_str(one, "desk_title", desk->title);
    if (found > ROWS_SHOWN)
        value_int(one, "desk_hidden", (int64_t)(found - ROWS_SHOWN));
    value_put(value_row(list), "desk", one);
    return true;
}

bool home_put_desks(struct turn *turn, const struct actor *actor, const struct needs *needs,
                    struct value *context, struct err *err)
{
    struct value *list = value_list(context, "desks");
    enum link_reader reader = card_link_reader(turn, actor->tenant, actor->user_id);
    for (size_t i = 0; i < desks_count; i++)
        if (desks[i].role != ROLE_COUNT &&
            roles_has(turn, actor->tenant, actor->user_id, desks[i].role) &&
            !put_desk(turn, &desks[i], needs, reader, list, err))
            return false;
    return db_ok(turn->db, err);
}
