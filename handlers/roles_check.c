/* Looks at each key and each level of escalation as it could be used today. */
#include "handlers/roles_check.h"

#include "base/broken.h"
#include "db/people.h"
#include "db/tenants.h"
#include "handlers/card_subject.h"
#include "handlers/decide.h"
#include "handlers/roles.h"

#include <string.h>

enum { ITEMS_MAX = 100, HOLDERS_TRIED = 20, USABLE_MAX = 64 };

struct rounds {
    struct turn *turn;
    const char *tenant;
    const char **problems;
    size_t count;
};

static void problem(struct rounds *rounds, const char *words)
{
    if (rounds->count < ROLES_PROBLEMS_MAX)
        rounds->problems[rounds->count++] = words;
}

bool roles_can_act(struct turn *turn, const char *tenant, const char *user_id, const char **what)
{
    struct person person;
    if (!people_get(turn->db, turn->arena, tenant, user_id, &person)) {
        bool read = cursors_get(turn->db, turn->arena, tenant, "people_read") != NULL;
        *what = read ? "is not in this workspace" : NULL;
        return !read;
    }
    *what = person.deleted      ? "is deactivated"
            : person.stranger   ? "belongs to another organisation"
            : person.restricted ? "is a guest"
            : person.bot        ? "is an app"
                                : NULL;
    return !*what || BROKEN(role_of_the_gone);
}

/* ---- keys ---- */

static const struct key_row {
    enum role role;
    const char *words, *list; /* "the CS key"; what to change */
    bool invoices;            /* asked for only where invoices are */
} keys[] = {
    {ROLE_APPROVER, "the CS key", "roles.approver", false},
    {ROLE_FINANCE, "Finance's key", "roles.finance", true},
    {ROLE_FINANCE_DIRECTOR, "the Finance director's key", "roles.finance_director", true},
};
enum { KEY_ROWS = sizeof keys / sizeof *keys };

struct usable {
    const char *ids[USABLE_MAX];
    size_t count;
};

static struct usable usable_of(struct rounds *rounds, enum role role)
{
    struct usable usable = {.count = 0};
    const char **ids, *what;
    size_t count = roles_holders(rounds->turn, rounds->tenant, role, &ids);
    for (size_t i = 0; i < count && usable.count < USABLE_MAX; i++)
        if (roles_can_act(rounds->turn, rounds->tenant, ids[i], &what))
            usable.ids[usable.count++] = ids[i];
    return usable;
}

static void check_key(struct rounds *rounds, const struct key_row *key, const struct usable *usable)
{
    struct arena *arena = rounds->turn->arena;
    if (usable->count == 0)
        problem(rounds,
                arena_fmt(arena, "*Nobody can turn %s.* List a member of this workspace in `%s`.",
                          key->words, key->list));
    else if (usable->count == 1)
        problem(rounds,
                arena_fmt(arena,
                          "Only <@%s> can turn %s: a deal that they own or start can't be "
                          "approved, and nobody is there while they are away. List a second "
                          "person in `%s`.",
                          usable->ids[0], key->words, key->list));
}

/* Two keys are two people. */
static void check_pair(struct rounds *rounds, const struct usable *cs, const struct usable *other,
                       const struct key_row *key)
{
    if (cs->count == 1 && other->count == 1 && strcmp(cs->ids[0], other->ids[0]) == 0)
        problem(rounds, arena_fmt(rounds->turn->arena,
                                  "*<@%s> alone holds the CS key and %s, and two keys are two "
                                  "people:* what blocks on invoices can't be lifted. List another "
                                  "person in `%s`.",
                                  cs->ids[0], key->words, key->list));
}

static void check_keys(struct rounds *rounds)
{
    struct usable cs = usable_of(rounds, ROLE_APPROVER);
    for (size_t i = 0; i < KEY_ROWS; i++) {
        if (keys[i].invoices && !rounds->turn->config->netsuite.enabled)
            continue;
        struct usable usable = usable_of(rounds, keys[i].role);
        check_key(rounds, &keys[i], &usable);
        if (keys[i].invoices)
            check_pair(rounds, &cs, &usable, &keys[i]);
    }
}

/* ---- escalation, admins ---- */

static void check_roster(struct rounds *rounds)
{
    const struct config *config = rounds->turn->config;
    const struct {
        const char *id, *key, *what;
    } roster[] = {
        {config->roster.cs_manager, "roster.cs_manager", "after two days"},
        {config->roster.cs_director, "roster.cs_director", "after four days"},
    };
    for (size_t i = 0; i < sizeof roster / sizeof *roster; i++) {
        const char *why = NULL;
        if (!roster[i].id)
            problem(rounds,
                    arena_fmt(rounds->turn->arena,
                              "`%s` names nobody: what waits %s goes to the next level, or to "
                              "the channel and the admins.",
                              roster[i].key, roster[i].what));
        else if (!roles_can_act(rounds->turn, rounds->tenant, roster[i].id, &why))
            problem(rounds, arena_fmt(rounds->turn->arena, "<@%s> %s: `%s` needs another person.",
                                      roster[i].id, why, roster[i].key));
    }
    if (usable_of(rounds, ROLE_ADMIN).count == 0)
        problem(rounds, "Nobody is admin, so nobody hears of this: list someone in `roles.admin`.");
}

/* ---- what stands in the lists ---- */

static void check_entry(struct rounds *rounds, enum role role, const char *id)
{
    struct turn *turn = rounds->turn;
    const char **members, *why = NULL;
    if (id[0] == 'S') {
        if (groups_members(turn->db, turn->arena, rounds->tenant, id, &members) == 0)
            problem(rounds, arena_fmt(turn->arena,
                                      "The user group <!subteam^%s> in `roles.%s` holds nobody.",
                                      id, role_name(role)));
    } else if (!roles_can_act(turn, rounds->tenant, id, &why)) {
        problem(rounds, arena_fmt(turn->arena, "<@%s> %s: take them out of `roles.%s`.", id, why,
                                  role_name(role)));
    }
}

static void check_lists(struct rounds *rounds)
{
    for (enum role role = ROLE_VIEWER; role < ROLE_COUNT; role++)
        for (size_t i = 0; i < rounds->turn->config->roles[role].count; i++)
            check_entry(rounds, role, rounds->turn->config->roles[role].items[i]);
}

/* ---- what waits now ---- */

static bool someone_may(struct rounds *rounds, const struct onboarding *onboarding,
                        const struct item *item, unsigned key)
{
    const char **ids, *why;
    size_t count = roles_holders(rounds->turn, rounds->tenant, roles_of_key(key), &ids);
    for (size_t i = 0; i < count && i < HOLDERS_TRIED; i++) {
        const struct actor actor = {.tenant = rounds->tenant, .user_id = ids[i], .via = "job"};
        if (roles_can_act(rounds->turn, rounds->tenant, ids[i], &why) &&
            roles_may_decide(rounds->turn, &actor, onboarding, item, key, &why))
            return true;
    }
    return false;
}

static void check_item(struct rounds *rounds, const struct item *item)
{
    struct turn *turn = rounds->turn;
    struct onboarding onboarding;
    struct card_subject subject;
    struct err err;
    char onb[ONB_TEXT_SIZE];
    if (!onboardings_get(turn->db, turn->arena, rounds->tenant, item->onboarding, &onboarding) ||
        !card_subject_read_item_brief(turn, &onboarding, item, &subject, &err))
        return;
    unsigned missing = card_missing_keys(turn, &subject);
    for (size_t i = 0; i < KEY_ROWS; i++)
        for (unsigned key = KEY_CS; key <= KEY_FINANCE_DIRECTOR; key <<= 1)
            if ((missing & key) && roles_of_key(key) == keys[i].role &&
                !someone_may(rounds, &onboarding, item, key))
                problem(rounds,
                        arena_fmt(turn->arena,
                                  "*%s waits for %s and nobody may turn it* (its owner, whoever "
                                  "started it and whoever turned the other key may not). List "
                                  "another person in `%s`.",
                                  onb_format(item->onboarding, onb), keys[i].words, keys[i].list));
}

static void check_items(struct rounds *rounds)
{
    struct item *items;
    size_t count = items_list(rounds->turn->db, rounds->turn->arena, rounds->tenant,
                              ITEM_OPEN_STATES, ITEMS_MAX, &items);
    for (size_t i = 0; i < count; i++)
        check_item(rounds, &items[i]);
}

size_t roles_check(struct turn *turn, const char *tenant, const char ***problems)
{
    struct rounds rounds = {
        .turn = turn,
        .tenant = tenant,
        .problems = arena_array(turn->arena, ROLES_PROBLEMS_MAX, sizeof *rounds.problems),
    };
    check_keys(&rounds);
    check_items(&rounds);
    check_roster(&rounds);
    check_lists(&rounds);
    *problems = rounds.problems;
    return rounds.count;
}
