/* What people are told of an item's moves: concrete sentences, Slack mrkdwn, everything from
 * outside escaped. All from the turn's arena. */
#ifndef HANDLERS_SENTENCE_H
#define HANDLERS_SENTENCE_H

#include "db/items.h"
#include "db/onboardings.h"
#include "handlers/decide.h"
#include "handlers/handler.h"

/* "Already approved by <@U0BO>, Wed 10:13." Of a final item. */
const char *sentence_already(struct turn *turn, const struct item *item);

/* What changed from one decision to the other (sentence_change.c): "Invoice INV-110 is 3 days
 * overdue (CAD 900.00); worse: …, better: … (was ESCALATE); no longer: …", three of them and how
 * many more; NULL when nothing did but ages and the words of notes. What could not be checked this
 * time is not said to be gone. */
const char *sentence_change(struct turn *turn, const struct decision *before,
                            const struct decision *after);

/* "ONB-1042 changed since r3: …. Look at r4 and decide again." change may be NULL; url: of the
 * card, NULL where there is none to open. */
const char *sentence_stale(struct turn *turn, const struct item *item, int64_t revision,
                           const char *change, const char *url);

/* Why nobody can approve: BLOCK_HARD, BLOCK_DATA. */
const char *sentence_blocked(struct turn *turn, const struct item *item,
                             const struct decision *decision);

/* Text from outside as a part of a sentence: one line, escaped, without its full stop. */
const char *sentence_part(struct turn *turn, const char *text, size_t max);
/* "the CS key and Finance's key". */
const char *sentence_keys(struct turn *turn, unsigned keys);
/* "15 min", "3 hours", "2 days". */
const char *sentence_span(struct turn *turn, int64_t ms);
/* The worst finding's text, escaped; "" when there is none. */
const char *sentence_headline(struct turn *turn, const struct decision *decision);

#endif
