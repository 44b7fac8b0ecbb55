/* The one way an item changes: the row with its generation, the audit line, the timers, every copy
 * of the card. For handlers/item*.c; jobs read the decision. */
#ifndef HANDLERS_ITEM_CHANGE_H
#define HANDLERS_ITEM_CHANGE_H

#include "handlers/item.h"

/* Who did what; strings may be NULL but for actor and action. */
struct item_act {
    const struct actor *actor;
    const char *action;    /* "approve", "escalate.manager" … */
    const char *role;      /* in which they acted */
    const char *behalf_of; /* for whom they stood in */
    const char *from;      /* state before */
    const char *reason;
    const struct run *run; /* whose facts it is about */
};

enum item_written {
    ITEM_WRITTEN,
    ITEM_LOST,  /* someone else was first: nothing was written */
    ITEM_FAILED /* the store failed: err */
};

/* Writes the changed item and all that follows from any change: audit line, timers as its new state
 * has them, edits of its messages, Home. */
enum item_written item_write(struct turn *turn, struct item *item, const struct item_act *act,
                             struct err *err);

/* It is this person's from now on, and the state is what a claim makes of it; not written yet. */
void item_take_claim(struct turn *turn, struct item *item, const char *user_id);

/* The audit line alone: refused attempts, comments. item NULL: none is concerned. */
bool item_audit(struct turn *turn, int64_t onboarding, const struct item *item,
                const struct item_act *act);

/* The run that the item shows and its decision. False with err set. */
bool item_decision(struct turn *turn, const struct item *item, struct run *run,
                   struct decision *decision, struct err *err);
/* Of that run the decision alone: its facts are not read. */
bool item_findings(struct turn *turn, const struct item *item, struct decision *decision,
                   struct err *err);
/* The same without the run's large texts, and what short answers need of its decision. */
bool item_brief(struct turn *turn, const struct item *item, struct run *run, struct brief *brief,
                struct err *err);
/* What short answers need of a run's decision. */
bool run_brief(const struct run *run, struct arena *arena, struct brief *out, struct err *err);

#endif
