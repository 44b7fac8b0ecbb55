/* What Home shows beside one's own work: to a manager how the team stands, to a desk what is routed
 * to it, to everyone their counts. */
#ifndef HANDLERS_HOME_TEAM_H
#define HANDLERS_HOME_TEAM_H

#include "base/value.h"
#include "db/items.h"
#include "db/onboardings.h"
#include "handlers/handler.h"

/* The open items, each with what it is about, the next deadline first. */
struct need {
    struct item item;
    struct onboarding onboarding;
    bool shown; /* among what needs this person, or was escalated to them */
};
struct needs {
    struct need *all;
    size_t count;
};

/* "team" of home.json, for managers and directors: who carries what and who is away, the median
 * time to a decision, open questions by what they wait for, and what has not moved for a week. */
bool home_put_team(struct turn *turn, const struct actor *actor, const struct needs *needs,
                   struct value *context, struct err *err);

/* "desks" of home.json: of each desk whose role this person holds, the open items that it has to
 * see to and that are not shown yet. */
bool home_put_desks(struct turn *turn, const struct actor *actor, const struct needs *needs,
                    struct value *context, struct err *err);

/* Tasks of customers that are overdue, in the playbooks of whoever this is: "customers",
 * "customers_count", "customers_hidden" (home_journeys.c). */
bool home_put_customers(struct turn *turn, const struct actor *actor, struct value *context,
                        struct err *err);
/* Playbooks of which no task has changed for a week: "stages". True where there are any. */
bool home_put_sticking(struct turn *turn, const char *tenant, struct value *team);

#endif
