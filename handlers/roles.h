/* Who may do what: roles from the configuration (user ids and user groups), checked at the
 * click; separation of duties. */
#ifndef HANDLERS_ROLES_H
#define HANDLERS_ROLES_H

#include "db/items.h"
#include "db/onboardings.h"
#include "db/people.h"
#include "handlers/handler.h"

/* True when the person holds the role, by id or as a member of a group. Managers and directors are
 * approvers too, the Finance director holds Finance's key too, and the roster's people are manager
 * and director without being listed. */
bool roles_has_own(struct turn *turn, const char *tenant, const char *user_id, enum role role);
/* The same, or someone who has it lent it to them (delegation.h): for all, or for this onboarding
 * (its number). */
bool roles_has(struct turn *turn, const char *tenant, const char *user_id, enum role role);
bool roles_has_for(struct turn *turn, const char *tenant, const char *user_id, enum role role,
                   int64_t onboarding);

/* May this person turn `key` (enum key_bit) for this onboarding? False: *why is the sentence to
 * show ("You can't approve ONB-1042: you own the deal. <@U2> can."), from the turn's arena. Checks:
 * role, deactivated, guest, bot, owner, who started it, another key of this item turned by the same
 * person or for them; and all of it for those for whom they stand in (delegation.h). */
bool roles_may_decide(struct turn *turn, const struct actor *actor,
                      const struct onboarding *onboarding, const struct item *item, unsigned key,
                      const char **why);
/* May this person reject? Anyone who holds the role of any key, and is known, active and no guest.
 * The deal's owner and whoever started the run may: only approving is barred to them. */
bool roles_may_reject(struct turn *turn, const struct actor *actor,
                      const struct onboarding *onboarding, const char **why);
/* Who else may turn this key, "<@U2> and <@U3>", three at most; "" nobody: neither the deal's owner
 * nor whoever started it, nor who has turned another key of this revision. item NULL: there is
 * none.
 */
const char *roles_who_else(struct turn *turn, const struct actor *actor,
                           const struct onboarding *onboarding, const struct item *item,
                           unsigned key);
/* The key of the mask that this person may turn, 0 if none (then *why). Of several the one that the
 * fewest can: whoever holds CS's and Finance's turns Finance's. */
unsigned roles_key_for(struct turn *turn, const struct actor *actor,
                       const struct onboarding *onboarding, const struct item *item, unsigned keys,
                       const char **why);
/* May start, check, claim, note: csm, approver, manager, director, revops, admin. */
bool roles_may_work(struct turn *turn, const struct actor *actor, const char **why);
/* May look: anyone who is no guest, bot or deactivated; ids listed nowhere too, when no viewer list
 * is configured. Nobody whom the store does not know yet: they may be a guest. */
bool roles_may_look(struct turn *turn, const struct actor *actor, const char **why);
/* The same, and who they are: *known false where the store has no profile of them. */
bool roles_admits(struct turn *turn, const struct actor *actor, struct person *person, bool *known,
                  const char **why);

/* The Slack ids of everyone who holds the role by configuration, groups expanded, each once. */
size_t roles_holders(struct turn *turn, const char *tenant, enum role role, const char ***out);
/* The same without those who only stand in for the role. */
size_t roles_listed(struct turn *turn, const char *tenant, enum role role, const char ***out);
/* True when the configuration names anyone for the role, or a group, or who stands in. */
bool roles_is_filled(const struct config *config, enum role role);
/* True for people of whom the store knows that they are deactivated, guests or bots. */
bool roles_is_gone(struct turn *turn, const char *tenant, const char *user_id);
/* "<@U2>, <@U3> and <@U4>": at most `max` of them, none of those in `except` (NULL-terminated list,
 * or NULL) and nobody known to be gone, nor away as long as someone else is there; "" when nobody
 * is left. */
const char *roles_mentions(struct turn *turn, const char *tenant, enum role role, size_t max,
                           const char *const *except);
/* The role whose holders turn this key. */
enum role roles_of_key(unsigned key);

#endif
