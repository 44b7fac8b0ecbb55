/* Answers of read-only commands, kept while they would be drawn the same: many people ask for the
 * same at the same moment, and drawing an answer is most of what it costs. A hint, never truth: an
 * answer holds for the one who asked, in his words and in his channel, for one version of the store
 * (db_version: whoever writes to it) and for one second of people's clock, which is also the time
 * after which a template that was changed is seen. */
#ifndef BOT_ANSWERS_H
#define BOT_ANSWERS_H

#include "handlers/handler.h"

struct answers;

struct answers *answers_new(void);
void answers_free(struct answers *answers); /* NULL allowed */

/* For what neither the store nor the clock tells: another configuration, another keyring. */
void answers_forget(struct answers *answers);

/* The acknowledgement's payload, which lives until the next call; NULL: it must be drawn. */
const char *answers_find(struct answers *answers, struct turn *turn, const struct request *request);

/* The answer to what answers_find did not know, copied. Not if the turn has written to the store:
 * it may yet be lost, and what the bot itself holds of the store follows at the next turn. */
void answers_keep(struct answers *answers, struct turn *turn, const struct request *request,
                  const struct reply *reply);

#endif
