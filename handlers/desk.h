/* Desks: the people beside the channel who hear of findings where they are, each only of their own.
 * One row a desk in the table: which findings are its, where it is told, whose key is its to turn.
 * Telling them is in desk_tell.h, their message in desk_card.c. */
#ifndef HANDLERS_DESK_H
#define HANDLERS_DESK_H

#include "db/onboardings.h"
#include "handlers/decide.h"
#include "handlers/handler.h"

/* Who is told where the configuration names no places. */
enum desk_people {
    DESK_OF_OWNER, /* the deal's owner */
    DESK_OF_ROLE,  /* the role's holders, five at most; who stands in where none of them is there */
    DESK_OF_MANAGER /* whom an escalation reaches first */
};

struct desk {
    const char *name;  /* "finance": in `routes`, in its messages' purpose */
    const char *title; /* "Finance" */
    unsigned routes;   /* mask of enum route_bit: findings that are its */
    unsigned levels;   /* mask of 1 << enum level: what it hears of whatever the routes */
    size_t places;     /* where its list stands in struct config */
    enum desk_people people;
    enum role role;    /* whose holders may act for it; ROLE_COUNT: none */
    unsigned key;      /* enum key_bit that is its to turn; 0: none */
    const char *give;  /* the words of that button */
    const char *lacks; /* what to configure where nobody is there */
};
extern const struct desk desks[];
extern const size_t desks_count;

/* The desk of a message's purpose: "desk:finance"; NULL where it is another message. */
const struct desk *desk_of_purpose(const char *purpose);
/* The purposes of its message, and of the line that says that nobody is there. From the arena. */
const char *desk_purpose(struct arena *arena, const struct desk *desk);
const char *desk_purpose_nobody(struct arena *arena, const struct desk *desk);

/* True when the desk has to see to this finding. A note only tells, but for those that are a task.
 */
bool desk_hears(const struct desk *desk, const struct finding *finding);
/* How many of the decision's findings the desk has to see to. */
size_t desk_finding_count(const struct desk *desk, const struct decision *decision);

/* Where the desk is told of this onboarding: ids of channels (C…, G…) and people (U…, W…), in the
 * arena, without people known to be gone, and whoever stands in for one who is
 * away in their place. *unwanted: none on purpose ("none" in the configuration).
 */
size_t desk_places(struct turn *turn, const struct desk *desk, const struct onboarding *onboarding,
                   const char ***out, bool *unwanted);
bool desk_is_person(const char *place);

/* May this person ask for a re-check: who may work, and who is of a desk that is told of this
 * onboarding. False: *why. */
bool desk_may_recheck(struct turn *turn, const struct actor *actor,
                      const struct onboarding *onboarding, const char **why);

/* False: whatever is found, this desk has nowhere to go; desk->lacks says what to configure. */
bool desk_has_somewhere(const struct config *config, const struct desk *desk);

#endif
