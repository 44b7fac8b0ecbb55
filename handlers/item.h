/* The escalation item's states and moves (decisions: "The escalation item"). Every
 * move bumps the generation, which voids older timers, writes the audit line and the follow-up
 * jobs; call inside the turn's savepoint.
 *
 *            claim              T1                 T2
 *   OPEN ---------> CLAIMED    OPEN -> ESCALATED_1, any undecided -> ESCALATED_2
 *     ^--- release ---'
 *   DECIDED (approve) -> undone, before it is applied -> as it was (item_undo.c)
 *   any undecided -- snooze --> SNOOZED -- its time is over --> the state before
 *   any undecided -> DECIDED (approve, reject) | AUTO_CLEARED (facts clean) | CANCELLED
 *
 * docs/escalation.md tells it in words. */
#ifndef HANDLERS_ITEM_H
#define HANDLERS_ITEM_H

#include "db/items.h"
#include "db/onboardings.h"
#include "db/runs.h"
#include "handlers/decide.h"
#include "handlers/handler.h"

enum item_state {
    ITEM_OPEN,         /* card posted, T1 and T2 run */
    ITEM_CLAIMED,      /* someone works on it: T1 off, T2 runs */
    ITEM_ESCALATED_1,  /* the manager was told */
    ITEM_ESCALATED_2,  /* the director was told */
    ITEM_DECIDED,      /* final */
    ITEM_AUTO_CLEARED, /* final: the facts became clean by themselves */
    ITEM_CANCELLED,    /* final */
    ITEM_SNOOZED,      /* undecided, sleeps until snoozed_until: then it is asked again */
    ITEM_STATE_COUNT
};
const char *item_state_name(enum item_state state); /* "escalated_1" */
bool item_is_open(enum item_state state);           /* undecided */
#define ITEM_OPEN_STATES                                                                           \
    (1u << ITEM_OPEN | 1u << ITEM_CLAIMED | 1u << ITEM_ESCALATED_1 | 1u << ITEM_ESCALATED_2 |      \
     1u << ITEM_SNOOZED)

/* The state that counts for the clock: of one that sleeps, the state to which it wakes. */
enum item_state item_standing(const struct item *item);

/* What an item asks about; never changes. */
enum item_cause {
    ITEM_ABOUT_ONBOARDING, /* may it proceed? */
    ITEM_ABOUT_CONDITION   /* it was provisioned on a condition that is broken: what now? Its end
                              moves   the onboarding nowhere */
};

/* Whether the timers are armed: T1 (the manager) while nobody claimed it, T2 (the director) until
 * it fired. t1_at is kept while a claim holds T1 off. Once it was told, the manager hears of it
 * again at again_at, while nobody claimed it and it does not sleep. */
bool item_t1_runs(const struct item *item);
bool item_t2_runs(const struct item *item);
bool item_again_runs(const struct item *item);

/* The timers of an item, as jobs carry them. */
enum item_timer { TIMER_MANAGER = 1, TIMER_DIRECTOR = 2, TIMER_WAKE = 3 };
/* When it runs out: T1 or again_at, T2, snoozed_until; 0: it is off. */
struct wall item_timer_at(const struct item *item, enum item_timer timer);

/* A new item for a run that needs people or data; card and timers follow as jobs. previous: the
 * decided item it follows, or NULL. */
bool item_open(struct turn *turn, const struct onboarding *onboarding, const struct run *run,
               const struct item *previous, struct item *out, struct err *err);

/* A new item for an approval whose condition is broken: what is provisioned stands, Finance and CS
 * are asked what now, and the manager hears of it at once. */
bool item_open_condition(struct turn *turn, const struct onboarding *onboarding,
                         const struct run *run, const struct item *previous, struct item *out,
                         struct err *err);

/* How a move ended; words for people are made in handlers/sentence.c. */
enum move {
    MOVE_DONE,
    MOVE_KEY_TURNED,   /* one of two keys; another is still missing */
    MOVE_ALREADY,      /* someone was first: item->decided_by, decision */
    MOVE_STALE,        /* the card shows an older revision */
    MOVE_FORBIDDEN,    /* *why */
    MOVE_NOT_POSSIBLE, /* *why: BLOCK_HARD, BLOCK_DATA, claimed already … */
    MOVE_ASKS,         /* findings are not acknowledged, or a reason is missing: *why */
    MOVE_HELD,  /* the facts are older than rules.max_age_min: they are fetched again first, and
                   the approval is applied by that run if nothing has changed */
    MOVE_FAILED /* err */
};

struct moved {
    enum move how;
    const char *why; /* the sentence to show, always set, Slack mrkdwn */
};

/* What comes with an approval (acknowledge.h); NULL where nothing does. */
struct item_given {
    const char *reason;
    const char *acknowledged; /* names of findings, a line each */
    const char *pay_by;       /* on condition that it is paid by that day, "YYYY-MM-DD" */
    bool may_ask;             /* a form can be shown: MOVE_ASKS is no refusal yet */
};

/* revision: the one the person saw (0: the current one, for commands without rN). */
struct moved item_approve(struct turn *turn, const struct actor *actor, int64_t onboarding,
                          int64_t revision, const struct item_given *given, struct err *err);
/* A rejection; strings NULL where nothing is said. */
struct item_rejection {
    const char *reason;
    const char *fixer;  /* Slack id of who mends it */
    const char *fix_by; /* by which day, "YYYY-MM-DD": they are reminded on it */
    bool tell_owner;    /* the deal's owner hears of it by DM */
};
struct moved item_reject_to(struct turn *turn, const struct actor *actor, int64_t onboarding,
                            int64_t revision, const struct item_rejection *rejection,
                            struct err *err);
/* Why a day is none by which something can be mended; NULL where it is one, or none is said. */
const char *item_fix_day_wrong(struct turn *turn, const char *day);
struct moved item_reject(struct turn *turn, const struct actor *actor, int64_t onboarding,
                         int64_t revision, const char *reason, struct err *err);
/* Takes an approval back that is not applied yet: whoever gave it their own key, a manager or
 * director the whole. The item is as it was before. */
struct moved item_undo(struct turn *turn, const struct actor *actor, int64_t onboarding,
                       struct err *err);
/* One mention of those who can decide, in the card's thread, once an asker and revision. */
struct moved item_ask(struct turn *turn, const struct actor *actor, int64_t onboarding,
                      int64_t revision, struct err *err);
/* Who else can turn one of these keys: "<@U1> and <@U2>", "" nobody. */
const char *item_who_can(struct turn *turn, const struct actor *actor,
                         const struct onboarding *onboarding, const struct item *item,
                         unsigned keys);
struct moved item_claim(struct turn *turn, const struct actor *actor, int64_t onboarding,
                        struct err *err);
struct moved item_release(struct turn *turn, const struct actor *actor, int64_t onboarding,
                          struct err *err);
/* Whoever claimed them is deactivated or became a guest: each is nobody's again. */
bool item_claimer_gone(struct turn *turn, const char *tenant, const char *user_id);
/* A comment: remembered in the timeline, said in the card's thread; an approver's claims an open
 * item that nobody has claimed. text is plain (not escaped). */
struct moved item_comment(struct turn *turn, const struct actor *actor, int64_t onboarding,
                          const char *text, struct err *err);
/* The same of what stands in the thread already: remembered, not said again. */
struct moved item_remark(struct turn *turn, const struct actor *actor, int64_t onboarding,
                         const char *text, struct err *err);

/* What is asked of approvers for this run and item: decision_keys, and the CS key where clean facts
 * follow a rejection (a person said no, so a person lifts it). 0: nobody can approve it. brief: the
 * run's. */
unsigned item_keys(const struct item *item, const struct run *run, const struct brief *brief);
/* The keys turned on the item's revision so far: a mask. */
unsigned item_keys_turned(struct turn *turn, const struct item *item);

/* When an approval given now is applied; 0: at once. */
struct wall item_apply_at(const struct turn *turn);

/* How long a question is to sleep, and why. */
struct snooze {
    struct wall until;
    const char *reason; /* plain */
};
/* Within the limits (docs/escalation.md): an approver's, or its claimer's; a manager's beyond. */
struct moved item_snooze(struct turn *turn, const struct actor *actor, int64_t onboarding,
                         int64_t revision, const struct snooze *snooze, struct err *err);
/* Whether this person may snooze it at all: MOVE_DONE, else how the attempt ended. */
struct moved item_may_snooze(struct turn *turn, const struct actor *actor, int64_t onboarding,
                             int64_t revision, struct err *err);

/* A manager gives it to someone who may decide it: claimed in their name, and they are told. */
struct moved item_assign(struct turn *turn, const struct actor *actor, int64_t onboarding,
                         const char *user_id, struct err *err);
struct moved item_may_assign(struct turn *turn, const struct actor *actor, int64_t onboarding,
                             struct err *err);
/* A line in the thread for those who can decide: once in escalation.nudge_h working hours. */
struct moved item_nudge(struct turn *turn, const struct actor *actor, int64_t onboarding,
                        struct err *err);

/* From jobs: the time to undo is over, a timer ran out (both void unless generation matches); a new
 * run of an open item; the end without people. */
/* The day by which a rejection is to be mended: whoever does it is told, unless it moved on. */
bool item_remind(struct turn *turn, const char *tenant, const char *item_id, int64_t generation,
                 struct err *err);
bool item_apply(struct turn *turn, const char *tenant, const char *item_id, int64_t generation,
                struct err *err);
bool item_timer(struct turn *turn, const char *tenant, const char *item_id, enum item_timer timer,
                int64_t generation, struct err *err);
bool item_new_revision(struct turn *turn, struct item *item, const struct onboarding *onboarding,
                       const struct run *run, struct err *err);
bool item_clear(struct turn *turn, struct item *item, const struct onboarding *onboarding,
                const struct run *run, struct err *err);
bool item_cancel(struct turn *turn, struct item *item, const char *reason, struct err *err);

#endif
