/* Who may do what. Nothing here writes: whoever asks gets a yes, or a sentence that says why not
 * and who can. */
#include "handlers/roles.h"

#include "base/broken.h"
#include "base/text.h"
#include "db/approvals.h"
#include "db/people.h"
#include "db/runs.h"
#include "handlers/decide.h"
#include "handlers/delegation.h"

#include <string.h>

enum { MENTIONS_MAX = 3, HOLDERS_MAX = 500 };

/* ---- holding a role ---- */

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static bool is_group(const char *id)
{
    return id[0] == 'S';
}

/* The roster's person of a role, NULL for roles that have none. */
static const char *roster_of(const struct config *config, enum role role)
{
    return role == ROLE_MANAGER    ? config->roster.cs_manager
           : role == ROLE_DIRECTOR ? config->roster.cs_director
                                   : NULL;
}

static bool is_listed(struct turn *turn, const char *tenant, const char *user_id, enum role role)
{
    const struct config_list *list = &turn->config->roles[role];
    for (size_t i = 0; i < list->count; i++) {
        const char *id = list->items[i];
        if (same(id, user_id) || (is_group(id) && groups_has(turn->db, tenant, id, user_id)))
            return true;
    }
    return same(roster_of(turn->config, role), user_id);
}

/* Roles that stand for another one too; each row ends with ROLE_COUNT. */
static const enum role stand_ins[ROLE_COUNT][3] = {
    [ROLE_VIEWER] = {ROLE_COUNT},
    [ROLE_CSM] = {ROLE_COUNT},
    [ROLE_APPROVER] = {ROLE_MANAGER, ROLE_DIRECTOR, ROLE_COUNT},
    [ROLE_FINANCE] = {ROLE_FINANCE_DIRECTOR, ROLE_COUNT},
    [ROLE_FINANCE_DIRECTOR] = {ROLE_COUNT},
    [ROLE_MANAGER] = {ROLE_COUNT},
    [ROLE_DIRECTOR] = {ROLE_COUNT},
    [ROLE_REVOPS] = {ROLE_COUNT},
    [ROLE_LEGAL] = {ROLE_COUNT},
    [ROLE_ADMIN] = {ROLE_COUNT},
    [ROLE_AUDITOR] = {ROLE_COUNT},
};

bool roles_has_own(struct turn *turn, const char *tenant, const char *user_id, enum role role)
{
    if (!user_id)
        return false;
    if (is_listed(turn, tenant, user_id, role))
        return true;
    for (const enum role *other = stand_ins[role]; *other != ROLE_COUNT; other++)
        if (is_listed(turn, tenant, user_id, *other))
            return true;
    return false;
}

static bool is_lent(struct turn *turn, const char *tenant, const char *user_id, enum role role,
                    int64_t onboarding)
{
    const char **from;
    size_t count = delegators_of(turn, tenant, user_id, onboarding, &from);
    for (size_t i = 0; i < count; i++)
        if (roles_has_own(turn, tenant, from[i], role))
            return true;
    return false;
}

bool roles_has_for(struct turn *turn, const char *tenant, const char *user_id, enum role role,
                   int64_t onboarding)
{
    return roles_has_own(turn, tenant, user_id, role) ||
           (user_id && delegation_lends(role) && is_lent(turn, tenant, user_id, role, onboarding));
}

bool roles_has(struct turn *turn, const char *tenant, const char *user_id, enum role role)
{
    return roles_has_for(turn, tenant, user_id, role, 0);
}

enum role roles_of_key(unsigned key)
{
    return key == KEY_FINANCE            ? ROLE_FINANCE
           : key == KEY_FINANCE_DIRECTOR ? ROLE_FINANCE_DIRECTOR
                                         : ROLE_APPROVER;
}

/* ---- lists of people ---- */

struct holders {
    struct turn *turn;
    const char *tenant;
    const char **ids;
    size_t count;
};

static void holders_add(struct holders *holders, const char *id)
{
    if (!id || holders->count == HOLDERS_MAX)
        return;
    for (size_t i = 0; i < holders->count; i++)
        if (same(holders->ids[i], id))
            return;
    holders->ids[holders->count++] = id;
}

static void holders_add_role(struct holders *holders, enum role role)
{
    struct turn *turn = holders->turn;
    const struct config_list *list = &turn->config->roles[role];
    for (size_t i = 0; i < list->count; i++) {
        if (!is_group(list->items[i])) {
            holders_add(holders, list->items[i]);
            continue;
        }
        const char **members;
        size_t count =
            groups_members(turn->db, turn->arena, holders->tenant, list->items[i], &members);
        for (size_t m = 0; m < count; m++)
            holders_add(holders, members[m]);
    }
    holders_add(holders, roster_of(turn->config, role));
}

size_t roles_holders(struct turn *turn, const char *tenant, enum role role, const char ***out)
{
    struct holders holders = {
        .turn = turn,
        .tenant = tenant,
        .ids = arena_array(turn->arena, HOLDERS_MAX, sizeof *holders.ids),
    };
    holders_add_role(&holders, role);
    for (const enum role *other = stand_ins[role]; *other != ROLE_COUNT; other++)
        holders_add_role(&holders, *other);
    *out = holders.ids;
    return holders.count;
}

size_t roles_listed(struct turn *turn, const char *tenant, enum role role, const char ***out)
{
    struct holders holders = {
        .turn = turn,
        .tenant = tenant,
        .ids = arena_array(turn->arena, HOLDERS_MAX, sizeof *holders.ids),
    };
    holders_add_role(&holders, role);
    *out = holders.ids;
    return holders.count;
}

static bool is_configured(const struct config *config, enum role role)
{
    return config->roles[role].count > 0 || roster_of(config, role);
}

bool roles_is_filled(const struct config *config, enum role role)
{
    bool filled = is_configured(config, role);
    for (const enum role *other = stand_ins[role]; *other != ROLE_COUNT; other++)
        filled = filled || is_configured(config, *other);
    return filled;
}

static bool is_among(const char *const *list, const char *id)
{
    for (; list && *list; list++)
        if (same(*list, id))
            return true;
    return false;
}

bool roles_is_gone(struct turn *turn, const char *tenant, const char *user_id)
{
    struct person person;
    return people_get(turn->db, turn->arena, tenant, user_id, &person) &&
           (person.deleted || person.restricted || person.bot);
}

/* "a", "a and b", "a, b and c". */
static const char *join(struct arena *arena, const char **parts, size_t count)
{
    const char *text = "";
    for (size_t i = 0; i < count; i++) {
        const char *glue = i == 0 ? "" : i + 1 == count ? " and " : ", ";
        text = arena_fmt(arena, "%s%s<@%s>", text, glue, parts[i]);
    }
    return text;
}

const char *roles_mentions(struct turn *turn, const char *tenant, enum role role, size_t max,
                           const char *const *except)
{
    const char **ids;
    size_t count = roles_holders(turn, tenant, role, &ids), there = 0, kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!is_among(except, ids[i]) && !roles_is_gone(turn, tenant, ids[i]))
            ids[there++] = ids[i];
    const char **present = arena_array(turn->arena, there + 1, sizeof *present);
    for (size_t i = 0; i < there && kept < max; i++)
        if (!delegation_of(turn, tenant, ids[i], 0))
            present[kept++] = ids[i];
    return kept ? join(turn->arena, present, kept)
                : join(turn->arena, ids, there < max ? there : max);
}

/* ---- who someone is ---- */

static const char *unknown_person(void)
{
    return "I am reading your profile from Slack first, so nothing was done. Try again in a few "
           "seconds.";
}

/* False: *why says that this account may do nothing at all. *known: the store has the profile;
 * until it has, nobody can tell a member from a guest. */
static bool is_welcome(struct turn *turn, const struct actor *actor, struct person *person,
                       bool *known, const char **why)
{
    if (actor->person)
        *person = *actor->person;
    *known = actor->person || (actor->user_id && people_get(turn->db, turn->arena, actor->tenant,
                                                            actor->user_id, person));
    if (!actor->user_id) {
        *why = "I can't tell who is asking, so I did nothing.";
        return false;
    }
    if (!*known) {
        *why = BROKEN(unknown_looks) ? NULL : unknown_person();
        return !*why;
    }
    *why = person->deleted ? "Your Slack account is deactivated, so it can do nothing here."
           : person->bot   ? "Usher answers people, not apps."
           : person->restricted && !BROKEN(guest_admitted)
               ? "Usher answers members of this workspace: guests and people of other "
                 "organisations can neither look nor decide. Ask someone of the CS team."
               : NULL;
    return !*why;
}

/* ---- looking and working ---- */

/* In their own right, or lent for this onboarding (0: for all). */
static bool has_any(struct turn *turn, const struct actor *actor, const enum role *roles,
                    size_t count, int64_t onboarding)
{
    for (size_t i = 0; i < count; i++)
        if (roles_has_own(turn, actor->tenant, actor->user_id, roles[i]))
            return true;
    for (size_t i = 0; i < count; i++)
        if (delegation_lends(roles[i]) &&
            is_lent(turn, actor->tenant, actor->user_id, roles[i], onboarding))
            return true;
    return false;
}

bool roles_may_look(struct turn *turn, const struct actor *actor, const char **why)
{
    struct person person;
    bool known;
    return roles_admits(turn, actor, &person, &known, why);
}

bool roles_admits(struct turn *turn, const struct actor *actor, struct person *person, bool *known,
                  const char **why)
{
    if (!is_welcome(turn, actor, person, known, why))
        return false;
    if (turn->config->roles[ROLE_VIEWER].count == 0)
        return true;
    for (enum role role = ROLE_VIEWER; role < ROLE_COUNT; role++)
        if (roles_has_own(turn, actor->tenant, actor->user_id, role))
            return true;
    const char *admins = roles_mentions(turn, actor->tenant, ROLE_ADMIN, MENTIONS_MAX, NULL);
    *why =
        arena_fmt(turn->arena,
                  "Only people with a role in Usher can look here, and you have none yet. Ask %s.",
                  admins[0] ? admins : "whoever runs Usher");
    return false;
}

bool roles_may_work(struct turn *turn, const struct actor *actor, const char **why)
{
    static const enum role workers[] = {ROLE_CSM,      ROLE_APPROVER, ROLE_MANAGER,
                                        ROLE_DIRECTOR, ROLE_REVOPS,   ROLE_ADMIN};
    struct person person;
    bool known;
    if (!is_welcome(turn, actor, &person, &known, why))
        return false;
    if (has_any(turn, actor, workers, sizeof workers / sizeof *workers, 0))
        return true;
    const char *who = roles_mentions(turn, actor->tenant, ROLE_CSM, MENTIONS_MAX, NULL);
    *why = arena_fmt(turn->arena,
                     "You can't do that: it needs the role csm, approver, manager, director, "
                     "revops or admin.%s%s%s",
                     who[0] ? " " : "", who, who[0] ? " can." : "");
    return false;
}

/* ---- deciding ---- */

static const char *role_words(unsigned key)
{
    return key == KEY_FINANCE            ? "a Finance approver"
           : key == KEY_FINANCE_DIRECTOR ? "the Finance director"
                                         : "a CS approver";
}

/* The owner's Slack id is learned a moment after the first run; until then the e-mail address of
 * the facts tells. */
static bool is_owner(struct turn *turn, const struct person *person,
                     const struct onboarding *onboarding, const struct item *item)
{
    if (onboarding->owner_user_id)
        return same(onboarding->owner_user_id, person->user_id);
    struct run run;
    if (!person->email || !item ||
        !runs_get(turn->db, turn->arena, onboarding->tenant, onboarding->number, item->revision,
                  &run))
        return false;
    struct facts facts;
    struct err err;
    return facts_read(run.facts, strlen(run.facts), turn->arena, &facts, &err) &&
           facts.owner.email && text_equal_fold(facts.owner.email, person->email);
}

/* The other key of this revision that this person has turned, or that was turned for them; NULL:
 * none. */
static const char *own_key(struct turn *turn, const char *user_id, const struct item *item)
{
    struct approval *list;
    size_t count = approvals_list(turn->db, turn->arena, item->tenant, item->id, &list);
    for (size_t i = 0; i < count; i++)
        if (list[i].revision == item->revision && same(list[i].action, "approve") &&
            (same(list[i].user_id, user_id) || same(list[i].behalf_of, user_id)))
            return list[i].key;
    return NULL;
}

/* What bars this person from approving it, after `who` ("you"); NULL: nothing. */
static const char *bar_of(struct turn *turn, const struct person *person, bool you,
                          const struct onboarding *onboarding, const struct item *item)
{
    const char *turned = NULL;
    if (same(onboarding->started_by, person->user_id) && !BROKEN(starter_approves))
        return "started it";
    if (is_owner(turn, person, onboarding, item) && !BROKEN(owner_approves))
        return you ? "own the deal" : "owns the deal";
    if (item && !BROKEN(one_person_two_keys) &&
        (turned = own_key(turn, person->user_id, item)) != NULL)
        return arena_fmt(turn->arena, "turned the %s key already, and two keys are two people",
                         same(turned, "cs") ? "CS" : "Finance");
    return NULL;
}

/* A delegate inherits the delegator's bans. */
static const char *bar_of_delegators(struct turn *turn, const struct actor *actor,
                                     const struct onboarding *onboarding, const struct item *item)
{
    const char **from;
    size_t count =
        delegators_barring(turn, actor->tenant, actor->user_id, onboarding->number, &from);
    for (size_t i = 0; i < count; i++) {
        struct person person;
        if (!people_get(turn->db, turn->arena, actor->tenant, from[i], &person))
            person = (struct person){.user_id = from[i]};
        const char *bar = bar_of(turn, &person, false, onboarding, item);
        if (bar)
            return arena_fmt(turn->arena, "<@%s>, for whom you stand in, %s", from[i], bar);
    }
    return NULL;
}

/* Why someone who holds the role may not approve it all the same; NULL: nothing bars them. */
static const char *bar(struct turn *turn, const struct actor *actor, const struct person *person,
                       const struct onboarding *onboarding, const struct item *item)
{
    const char *own = bar_of(turn, person, true, onboarding, item);
    return own ? arena_fmt(turn->arena, "you %s", own)
               : bar_of_delegators(turn, actor, onboarding, item);
}

const char *roles_who_else(struct turn *turn, const struct actor *actor,
                           const struct onboarding *onboarding, const struct item *item,
                           unsigned key)
{
    struct approval *turned = NULL;
    const char *me = actor->user_id;
    size_t count =
        item ? approvals_list(turn->db, turn->arena, item->tenant, item->id, &turned) : 0;
    const char **except = arena_array(turn->arena, count + 4, sizeof *except);
    size_t barred = 0;
    except[barred++] = me;
    except[barred++] = onboarding->started_by ? onboarding->started_by : me;
    except[barred++] = onboarding->owner_user_id ? onboarding->owner_user_id : me;
    for (size_t i = 0; i < count; i++)
        if (turned[i].revision == item->revision)
            except[barred++] = turned[i].user_id;
    except[barred] = NULL;
    return roles_mentions(turn, actor->tenant, roles_of_key(key), MENTIONS_MAX, except);
}

/* "You can't approve ONB-1042: you own the deal. <@U2> and <@U3> can." */
static const char *cannot(struct turn *turn, const struct actor *actor, const char *verb,
                          const struct onboarding *onboarding, const struct item *item,
                          unsigned key, const char *because)
{
    char onb[ONB_TEXT_SIZE];
    const char *others = roles_who_else(turn, actor, onboarding, item, key);
    const char *admins = roles_mentions(turn, actor->tenant, ROLE_ADMIN, MENTIONS_MAX, NULL);
    const char *who = others[0]   ? arena_fmt(turn->arena, "%s can.", others)
                      : admins[0] ? arena_fmt(turn->arena,
                                              "Nobody else holds that role: ask %s to give it to "
                                              "someone.",
                                              admins)
                                  : "Nobody else holds that role: ask whoever runs Usher.";
    return arena_fmt(turn->arena, "You can't %s %s: %s. %s", verb,
                     onb_format(onboarding->number, onb), because, who);
}

bool roles_may_decide(struct turn *turn, const struct actor *actor,
                      const struct onboarding *onboarding, const struct item *item, unsigned key,
                      const char **why)
{
    struct person person;
    bool known;
    if (!is_welcome(turn, actor, &person, &known, why))
        return false;
    const char *because = NULL;
    bool holds =
        roles_has_for(turn, actor->tenant, actor->user_id, roles_of_key(key), onboarding->number);
    if (!holds)
        because = arena_fmt(turn->arena, "it needs %s", role_words(key));
    else
        because = bar(turn, actor, &person, onboarding, item);
    *why = because ? cannot(turn, actor, "approve", onboarding, item, key, because) : NULL;
    return !because;
}

unsigned roles_key_for(struct turn *turn, const struct actor *actor,
                       const struct onboarding *onboarding, const struct item *item, unsigned keys,
                       const char **why)
{
    const char *first = NULL, *of_holder = NULL, *sentence;
    for (unsigned key = KEY_FINANCE_DIRECTOR; key >= KEY_CS; key >>= 1) {
        if (!(keys & key))
            continue;
        if (roles_may_decide(turn, actor, onboarding, item, key, &sentence))
            return key;
        /* What bars someone who holds the role says more than a role that they lack. */
        if (roles_has_for(turn, actor->tenant, actor->user_id, roles_of_key(key),
                          onboarding->number))
            of_holder = sentence;
        first = sentence;
    }
    *why = of_holder ? of_holder : first ? first : "There is nothing to approve.";
    return 0;
}

bool roles_may_reject(struct turn *turn, const struct actor *actor,
                      const struct onboarding *onboarding, const char **why)
{
    static const enum role deciders[] = {ROLE_APPROVER, ROLE_FINANCE, ROLE_FINANCE_DIRECTOR};
    struct person person;
    bool known;
    if (!is_welcome(turn, actor, &person, &known, why))
        return false;
    if (!has_any(turn, actor, deciders, sizeof deciders / sizeof *deciders, onboarding->number)) {
        *why = cannot(turn, actor, "reject", onboarding, NULL, KEY_CS,
                      "it needs a CS approver or a Finance approver");
        return false;
    }
    return true;
}
