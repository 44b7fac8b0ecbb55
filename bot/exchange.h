/* Running connector calls: drives step machines over the world's HTTP, with pacing and waits. */
#ifndef BOT_EXCHANGE_H
#define BOT_EXCHANGE_H

#include "bot/metrics.h"
#include "bot/pacer.h"
#include "connectors/call.h"

struct exchanges;

/* Called when a call is done or has failed (call->failure.class), in a turn, never inside
 * exchanges_start. */
typedef void exchange_done(void *arg, struct call *call);

struct exchanges *exchanges_new(struct world *world, struct metrics *metrics);
void exchanges_free(struct exchanges *exchanges);

/* Runs the call to its end. The call's arena must live until done. */
void exchanges_start(struct exchanges *exchanges, struct call *call, exchange_done *done,
                     void *arg);
void exchanges_on_reply(struct exchanges *exchanges, uint64_t id, const struct http_reply *reply);
/* Starts what may start now: paced requests, ended waits. */
void exchanges_tick(struct exchanges *exchanges);
struct mono exchanges_wake_at(const struct exchanges *exchanges);
size_t exchanges_under_way(const struct exchanges *exchanges);

/* Refreshes the gauge of calls by state. */
void exchanges_measure(struct exchanges *exchanges);

#endif
