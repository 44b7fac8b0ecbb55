/* Who hears of an escalation: the roster's people, else those above the deal's owner, whoever
 * stands in for one who is away, the next level where one is missing, and the admins where nobody
 * is left. Never nobody. */
#ifndef HANDLERS_RECIPIENT_H
#define HANDLERS_RECIPIENT_H

#include "base/calendar.h"
#include "connectors/facts.h"
#include "db/items.h"
#include "handlers/handler.h"

/* Who is told, and for whom they stand in; NULL, NULL when nobody is there: then the channel and
 * the admins. */
struct recipient {
    const char *user_id;
    const char *away; /* NULL: they are meant themselves */
};

/* The first person to tell of this onboarding at `level` (1 manager, then director; 2 director).
 * onboarding 0: in general. */
struct recipient recipient_first(struct turn *turn, const char *tenant, int64_t onboarding,
                                 int level);

/* The same, or the one after `after` (the first, where `after` is none of them any more); NULL when
 * nobody (else) is there. */
const char *recipient_next(struct turn *turn, const char *tenant, int64_t onboarding, int level,
                           const char *after);

/* Remembers who stands above the deal's owner (ManagerId in Salesforce), and looks them up in Slack
 * by their addresses. */
bool recipient_learn(struct turn *turn, const char *tenant, int64_t onboarding,
                     const struct owner *owner);

/* "<@U1> and <@U2>" of the admins, or words that stand for them where none is configured. */
const char *recipient_admins(struct turn *turn, const char *tenant);

/* A person's working time: the team's hours and holidays in their own zone, where Slack knows it.
 * Borrows the configuration. */
struct calendar recipient_calendar(struct turn *turn, const char *tenant, const char *user_id);
/* That of whoever is told first of this item at `level`; the team's where nobody is there. */
struct calendar recipient_hours(struct turn *turn, const struct item *item, int level);

#endif
