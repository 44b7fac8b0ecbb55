/* Who we are in Slack: auth.test at the start, the workspace's row in the store, and its standing
 * jobs. */
#ifndef BOT_IDENTITY_H
#define BOT_IDENTITY_H

#include "bot/exchange.h"
#include "handlers/handler.h"

struct identity;

struct identity *identity_new(struct exchanges *exchanges, struct sessions *sessions);
void identity_free(struct identity *identity);

/* Asks when it is not known yet and the wait after a failure is over; writes in the turn's
 * transaction when it has come. */
void identity_work(struct identity *identity, struct turn *turn);
/* After the turn's commit, which kept what was written or did not: then it is asked again. */
void identity_end(struct identity *identity, struct turn *turn, bool kept);
struct mono identity_wake_at(const struct identity *identity, const struct world *world);

/* Some workspace is in the store: envelopes can be told apart from strangers'. */
bool identity_is_known(const struct identity *identity);

#endif
