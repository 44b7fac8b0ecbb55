/* What people see of an item: the card, the escalation DMs, Home, the modals. Everything
 * is rendered from the store at the moment it is sent, through templates/, and checked against
 * Block Kit's limits. */
#ifndef HANDLERS_CARD_H
#define HANDLERS_CARD_H

#include "db/items.h"
#include "db/onboardings.h"
#include "db/runs.h"
#include "handlers/handler.h"

/* A message ready to send; memory from the turn's arena. */
struct card {
    const char *text;   /* plain, for notifications and screen readers */
    const char *blocks; /* JSON array */
    char digest[33];    /* hex, of text and blocks: the same content is not sent twice */
};

/* By a message's purpose: "card" (channel), "again" (another copy of it), "dm1" (manager), "dm2"
 * (director), "assigned" (to whom it was given), "older" (a DM after
 * which a newer one of its level was sent), as the item stands now. */
bool card_render(struct turn *turn, const char *tenant, const char *item_id, const char *purpose,
                 struct card *out, struct err *err);
/* "✅ proceeding": a run that needed nobody; no item. */
bool card_render_proceed(struct turn *turn, const struct onboarding *onboarding,
                         const struct run *run, struct card *out, struct err *err);

/* Views as JSON in the turn's arena. */
bool view_details(struct turn *turn, const struct actor *actor, const struct onboarding *onboarding,
                  const char **out, struct err *err);
/* private_metadata holds a signed token of the item's revision, made for this action. */
bool view_reject(struct turn *turn, const struct onboarding *onboarding, const struct item *item,
                 const char **out, struct err *err);
bool view_snooze(struct turn *turn, const struct onboarding *onboarding, const struct item *item,
                 const char **out, struct err *err);
bool view_assign(struct turn *turn, const struct onboarding *onboarding, const struct item *item,
                 const char **out, struct err *err);
/* The form of an approval for whoever it is that turns a key: a tick a finding that the key
 * accepts, a reason, a day to pay by. changed: a sentence on what moved since they opened it, NULL.
 */
bool view_approve(struct turn *turn, const struct actor *actor, const struct onboarding *onboarding,
                  const struct item *item, const char *changed, const char **out, struct err *err);
bool view_home(struct turn *turn, const char *tenant, const char *user_id, const char **out,
               struct err *err);

/* A signed button value for an item's action ("approve", "reject", "view", "claim", "release").
 * From the turn's arena. */
const char *card_token(struct turn *turn, const struct item *item, const char *action);
/* The same for what is no item: kind "account", id the Salesforce id, action "start". */
const char *card_object_token(struct turn *turn, const char *tenant, const char *kind,
                              const char *id, int64_t revision, const char *action);

/* Slack's <!date^…> of an instant with a plain fallback in the team's zone: "Wed 10:02". */
const char *card_date(struct turn *turn, struct wall at);

/* Checks a list of blocks or a view against Block Kit's limits, cutting what is only too long;
 * errors name the block. Returns its text, from the arena; NULL with err. */
const char *blocks_check(struct json_node *blocks, size_t max_blocks, struct arena *arena,
                         struct err *err);

#endif
