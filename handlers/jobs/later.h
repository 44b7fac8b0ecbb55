/* Everything that handlers ask to happen later, one function a job kind: each writes
 * a row of jobs in the turn's transaction, with its key, lane and generation. The kinds themselves
 * stand one a file beside this. */
#ifndef HANDLERS_JOBS_LATER_H
#define HANDLERS_JOBS_LATER_H

#include "connectors/facts.h"
#include "db/conditions.h"
#include "db/delegations.h"
#include "db/items.h"
#include "db/messages.h"
#include "db/onboardings.h"
#include "db/people.h"
#include "handlers/handler.h"
#include "handlers/item.h"

/* The account that a person named, and which of its won opportunities drives (NULL: the rules say).
 */
struct account_wish {
    const char *text, *opportunity;
    const char *playbook; /* to follow; NULL: by rule */
    bool start;           /* not only check */
};
/* Finds it, then starts or only checks it; the answer comes to them in `channel`. */
bool later_find_account(struct turn *turn, const struct actor *actor, const char *channel,
                        const struct account_wish *wish);
/* Fetches, decides, stores a run and moves the item: one live job an onboarding and person to be
 * told (tell_user, NULL nobody), worked one after the other. `at` in the future is a re-check:
 * there is one at most, the last one asked for. */
bool later_run_checks(struct turn *turn, const char *tenant, int64_t onboarding, struct wall at,
                      const char *tell_user, const char *tell_channel);
/* A system says that something may have changed: a run that tells nobody, `ms` of machine time from
 * now, which all hints until then share. Nothing when it has been decided by then. */
bool later_hint(struct turn *turn, const char *tenant, int64_t onboarding, int64_t ms);
/* The same as later_run_checks for an account that has no onboarding: nothing is stored, the person
 * is told. contract_ids as in onboardings. */
struct account_asked {
    const char *id, *name, *contract_ids, *opportunity; /* opportunity NULL: the rules say */
};
bool later_check_account(struct turn *turn, const struct actor *actor, const char *channel,
                         const struct account_asked *account);
/* Fetches first and then applies this approval if nothing has changed (rules.max_age_min). */
bool later_approve(struct turn *turn, const struct actor *actor, int64_t onboarding,
                   int64_t revision, const struct item_given *given);
/* The card in the channel, once an item. */
bool later_post_card(struct turn *turn, const struct item *item);
/* Another copy of the card, at the end of the channel: once a generation, and not where it was
 * decided before it is said. */
bool later_post_again(struct turn *turn, const struct item *item);
/* The DM of level 1 or 2; nothing where the one before it of this item, level and person is not
 * sent yet. */
bool later_post_dm(struct turn *turn, const struct item *item, int level, const char *user_id);
/* The DM to whom it was given: claimed_by. */
bool later_post_assigned(struct turn *turn, const struct item *item);
/* The message of a desk (desk.h) of an item, once in each place (a channel or a person). */
bool later_post_desk(struct turn *turn, const struct item *item, const char *purpose,
                     const char *place);
/* The same of a run that proceeds: what is still for the desk to do, once an onboarding and place.
 */
bool later_post_task(struct turn *turn, const struct onboarding *onboarding, int64_t revision,
                     const char *purpose, const char *place);
/* What has become overdue now in an onboarding's playbook, to this person when they may hear of it:
 * one waiting message an onboarding and person, which tells what is marked until then too. */
bool later_overdue(struct turn *turn, const struct onboarding *onboarding, const char *user_id);
/* A line in the card's thread (mrkdwn, escaped already); `key` makes it once. */
bool later_post_note(struct turn *turn, const struct item *item, const char *key, const char *text);
/* The same, remembered under a purpose of its own: once an item, however often it is asked for. */
bool later_note_once(struct turn *turn, const struct item *item, const char *purpose,
                     const char *text);
/* A line in the thread of one of the item's messages. */
bool later_reply(struct turn *turn, const struct item *item, const struct message *message,
                 const char *key, const char *text);
/* A line where there may be no item: in the thread of the item's card, else of the "proceeding"
 * message, else in the channel. */
bool later_note_onboarding(struct turn *turn, const char *tenant, int64_t onboarding,
                           const char *key, const char *text);
/* Redraws every message of the item that changed. */
bool later_edit_messages(struct turn *turn, const char *tenant, const char *item_id);
/* "✅ proceeding" in the channel, once a run. */
bool later_post_proceed(struct turn *turn, const struct onboarding *onboarding, int64_t revision);
/* The next of the item's timers as it stands (item_timer_at): void when its generation moves on.
 * What it does moves the item on, and thereby sets the one after it. */
bool later_escalate(struct turn *turn, const struct item *item);
/* For a timer that did nothing and never will: the one after it. */
bool later_escalate_past(struct turn *turn, const struct item *item, enum item_timer timer);
/* The facts are read again to see whether it was paid: void when the condition was dropped. */
bool later_condition(struct turn *turn, const struct condition *condition, struct wall at);
/* The reminder of whoever mends a rejection, in the morning of its day. */
bool later_remind(struct turn *turn, const struct item *item);
/* The end of the time in which an approval can be undone (item->apply_at): void when the generation
 * moves on. */
bool later_apply(struct turn *turn, const struct item *item);
bool later_provision(struct turn *turn, const struct onboarding *onboarding);
/* A message that one person sees, at most once: ephemeral in the channel, or the app's DM with them
 * where channel is NULL. blocks NULL: text only. */
bool later_tell(struct turn *turn, const char *tenant, const char *channel, const char *user_id,
                const char *text, const char *blocks);
/* A DM that still counts tomorrow: tried for a day. */
bool later_inform(struct turn *turn, const char *tenant, const char *user_id, const char *text,
                  const char *blocks);
/* What follows when a delegation begins, ends or is taken back: at once, at its start and at its
 * end. */
bool later_delegation(struct turn *turn, const struct delegation *delegation);
/* user_id NULL: for every holder of a role who has opened it before, a moment later. */
bool later_publish_home(struct turn *turn, const char *tenant, const char *user_id);
/* The same for one person who has opened it before; nothing for anyone else. */
bool later_redraw_home(struct turn *turn, const char *tenant, const char *user_id);
/* The name of the cursor that says so. */
const char *later_home_cursor(struct turn *turn, const char *user_id);
/* users.info into the store, when unknown or older than a day. */
bool later_learn_person(struct turn *turn, const char *tenant, const char *user_id);
/* The same where the caller has read what the store knows: NULL, nothing. */
bool later_refresh_person(struct turn *turn, const char *tenant, const char *user_id,
                          const struct person *known);
/* Finds the deal's owner in Slack by e-mail and writes it to the onboarding. */
bool later_learn_owner(struct turn *turn, const char *tenant, int64_t onboarding,
                       const char *email);
/* Finds a person in Slack by e-mail, into the store. */
bool later_learn_address(struct turn *turn, const char *tenant, const char *email);
/* The standing jobs of a tenant (poll_deals, sync_groups, sync_people, check_roles, audit_head,
 * task_monitor, purge): one row each, made if missing and due at once if there: at the start. */
bool later_standing(struct turn *turn, const char *tenant);
/* A new token before this one runs out (0: never does): two hours before, or after half its life.
 */
bool later_renew_grant(struct turn *turn, const char *tenant, struct wall expires_at);
/* The members of the user groups are read again at once. */
bool later_sync_groups(struct turn *turn, const char *tenant);
/* A system did not answer: should that last (escalation.data_grace_min), the admins hear of it. */
bool later_outage(struct turn *turn, const char *tenant, enum source source);
/* The next run of a standing job, `ms` of machine time from now: what its finish adds, so that
 * there is one waiting row whatever happened before. payload NULL: none. */
bool later_again(struct turn *turn, const char *tenant, const char *kind, const char *payload,
                 int64_t ms);

#endif
