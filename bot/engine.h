/* The job engine: takes due jobs lane by lane, runs the calls of their plans side by
 * side, and finishes each inside the turn's transaction. docs/jobs.md. */
#ifndef BOT_ENGINE_H
#define BOT_ENGINE_H

#include "bot/exchange.h"
#include "bot/metrics.h"
#include "bot/workspaces.h"
#include "handlers/job.h"

struct engine;

/* All borrowed; kinds ends with a NULL name. config and sessions are those of every workspace that
 * workspaces does not tell of (NULL: of all). */
struct engine_parts {
    struct world *world;
    const struct config *config;
    struct db *db;
    const struct keyring *keyring;
    const struct templates *templates;
    struct sessions *sessions;
    const struct workspaces *workspaces;
    struct exchanges *exchanges;
    struct metrics *metrics;
    const struct job_kind *kinds;
};

struct engine *engine_new(const struct engine_parts *parts);
void engine_free(struct engine *engine);
void engine_reconfigure(struct engine *engine, const struct config *config);

/* At start-up, in a transaction: what a dead process had taken becomes ready again. */
void engine_recover(struct engine *engine);

/* At a turn's beginning, before anything is written with its time: where the wall clock was set
 * since the last turn, what waits in the store is moved by as much. */
void engine_follow_clock(struct engine *engine);

/* Inside the turn's transaction (opened here when there is something to do), before the commit:
 * finishes what has ended, takes what is due. */
void engine_work(struct engine *engine);
/* After the commit: plans and starts what was taken. After a failed commit (kept false): forgets
 * what it had taken. */
void engine_start(struct engine *engine, bool kept);

struct mono engine_wake_at(const struct engine *engine);
/* No further job is taken; jobs under way may end. */
void engine_drain(struct engine *engine);
size_t engine_under_way(const struct engine *engine);

/* Refreshes the gauge of lag. */
void engine_measure(struct engine *engine);

#endif
