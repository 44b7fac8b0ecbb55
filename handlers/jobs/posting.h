/* What the jobs that say something share: the saying they make, what is remembered of a message
 * that stands, and where the thread of an onboarding is. */
#ifndef HANDLERS_JOBS_POSTING_H
#define HANDLERS_JOBS_POSTING_H

#include "connectors/slack.h"
#include "db/items.h"
#include "db/messages.h"
#include "handlers/card.h"
#include "handlers/job.h"
#include "handlers/jobs/payload.h"
#include "handlers/notice.h"

/* What an item's messages are drawn from, as a stamp: when it moved while a message was under way,
 * the message is drawn again. */
struct posting_stamp {
    int64_t generation;           /* of the item */
    struct wall onboarding_moved; /* its updated_at */
    bool has_card;                /* it stands: others can link to it */
};

/* State of a posting job between plan and finish. */
struct posting {
    struct payload payload;
    struct item item;           /* that it is about; id NULL: none (any more) */
    const char *purpose;        /* of the message */
    struct card card;           /* what is sent; for notes text alone */
    const char *thread_ts;      /* NULL outside threads */
    struct posting_stamp stamp; /* of the item, when the card was drawn */
    const char *channel;        /* that is asked about first … */
    struct slack_channel *look; /* … by this; NULL: it is known to be ours alone, or no channel */
    const char *refusal;        /* why nothing may be said there; NULL: it may */
    struct slack_post *post;    /* NULL: nothing to say (any more) */
    bool only_look;             /* it is not said any more, only found */
    struct notice_asked notice; /* of what is for one person; user_id NULL: of others */
    enum notice_fate fate;      /* whether it is said to them, or why not */
};

/* What every plan of this kind begins with: a posting as plan->state, with the job's payload and
 * the item which that names. */
struct posting *posting_begin(struct turn *turn, const struct job *job, struct plan *plan,
                              struct err *err);

/* Adds the call that says posting->card in `channel`, or to `user_id` where channel is NULL, and
 * makes it ask first where an earlier attempt may have said it. Nothing is said in a channel that
 * is shared with another organisation: one that was not looked at for a day is looked at first, and
 * posting_finish comes back at once. */
void posting_say(struct turn *turn, struct plan *plan, const struct job *job,
                 struct posting *posting, const char *channel, const char *user_id);
#define POSTING_SHARED                                                                             \
    "internal cards are not posted where another organisation reads them (Slack Connect); name a " \
    "channel that is yours alone in the configuration"

/* Nothing is to be said (any more). What an earlier attempt may have said is looked for there, and
 * kept and drawn again where it stands; nothing is ever said. */
void posting_find(struct turn *turn, struct plan *plan, const struct job *job,
                  struct posting *posting, const char *channel, const char *user_id);

/* The same for what one person (of the payload) is to hear of its own accord: said, or kept back
 * (notice.h). urgent: said in any case. */
void posting_notice(struct turn *turn, struct plan *plan, const struct job *job,
                    struct posting *posting, bool urgent);

/* Draws the item's message of posting->purpose as the item stands now. */
bool posting_draw(struct turn *turn, struct posting *posting, struct err *err);
/* The message of a purpose of the item as it stands: cards, DMs, desks. */
bool posting_render(struct turn *turn, const struct item *item, const char *purpose,
                    struct card *out, struct err *err);

/* True when the item's message of posting->purpose stands already, in `place` (channel or person;
 * NULL: anywhere). */
bool posting_stands(struct turn *turn, const struct posting *posting, const char *place);

/* Reads the onboarding and the run of the job's payload: what belongs to no item. */
bool posting_read_run(struct turn *turn, const struct posting *posting, const char *tenant,
                      struct onboarding *onboarding, struct run *run, struct err *err);

/* What every job of this kind ends with: the message is remembered where it was said, and drawn
 * again where the item has moved meanwhile, or where an earlier attempt drew it. */
struct job_outcome posting_finish(struct turn *turn, const struct job *job, struct plan *plan);

/* What every job of this kind does when it is dead: the message is kept with why. purpose: where
 * the job carries none. */
bool posting_failed(struct turn *turn, const struct job *job, const char *purpose,
                    const char *reason);

/* True for messages that are redrawn when their item changes: cards, DMs, desks; not notes. */
bool posting_is_drawn(const struct message *message);

/* The failure of the db as an outcome, or done. */
struct job_outcome posting_end(struct turn *turn, bool ok);

/* "<what>: <reason>. `usher jobs retry <id>` tries again.": reason escaped. */
const char *posting_failed_words(struct turn *turn, const struct job *job, const char *what,
                                 const char *reason);
/* A DM to each of the first admins who are there. */
void posting_tell_admins(struct turn *turn, const char *tenant, const char *text);

/* Which job said "proceeding" for an onboarding, NULL where none did: its thread takes the notes of
 * an onboarding without an item. */
const char *posting_proceed_get(struct turn *turn, const char *tenant, int64_t onboarding);
bool posting_proceed_put(struct turn *turn, const char *tenant, int64_t onboarding,
                         const char *job_id);

#endif
