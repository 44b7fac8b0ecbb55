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

/* State of a posting job between plan and finish. */
struct posting {
    struct payload payload;
    struct card card;        /* what is sent; for notes text alone */
    const char *thread_ts;   /* NULL outside threads */
    struct slack_post *post; /* NULL: nothing to say (any more) */
};

/* Adds the call that says posting->card in `channel`, or to `user_id` where channel is NULL, and
 * makes it ask first where an earlier attempt may have said it. */
void posting_say(struct plan *plan, const struct job *job, struct posting *posting,
                 const char *channel, const char *user_id);

/* Remembers the message where it was said. item NULL: it belongs to none. An adopted message shows
 * what an earlier attempt drew, so that its digest is not known. */
bool posting_keep(struct turn *turn, const struct job *job, const struct posting *posting,
                  const char *item, const char *purpose);

/* What an item's messages are drawn from, as a stamp: when it moved while a message was under way,
 * the message is drawn again. */
struct posting_stamp {
    int64_t generation;           /* of the item */
    struct wall onboarding_moved; /* its updated_at */
};
struct posting_stamp posting_stamp(struct turn *turn, const struct item *item);
bool posting_moved(struct turn *turn, const char *tenant, const char *item,
                   const struct posting_stamp *since);

/* True for messages that are redrawn when their item changes: cards and DMs, not notes. */
bool posting_is_drawn(const struct message *message);

/* The failure of the db as an outcome, or done. */
struct job_outcome posting_end(struct turn *turn, bool ok);

/* "<what>: <reason>. `usher jobs retry <id>` tries again.": reason escaped. */
const char *posting_failed_words(struct turn *turn, const struct job *job, const char *what,
                                 const char *reason);
/* A DM to each of the first admins. */
void posting_tell_admins(struct turn *turn, const char *tenant, const char *text);

/* Which job said "proceeding" for an onboarding, NULL where none did: its thread takes the notes of
 * an onboarding without an item. */
const char *posting_proceed_get(struct turn *turn, const char *tenant, int64_t onboarding);
bool posting_proceed_put(struct turn *turn, const char *tenant, int64_t onboarding,
                         const char *job_id);

#endif
