/* Which systems are left alone (struct circuit), for people: a line in the log when that begins and
 * when it ends, and each one's state in /metrics. */
#ifndef BOT_CIRCUITS_H
#define BOT_CIRCUITS_H

#include "bot/metrics.h"
#include "connectors/session.h"

/* Zeroed memory: all were closed when last looked. */
struct circuits {
    bool open[SYSTEM_COUNT];
};

/* Logs what has changed since the last look. */
void circuits_look(struct circuits *circuits, const struct sessions *sessions,
                   const struct world *world);
/* Sets METRIC_CIRCUIT for every system that is asked through one. */
void circuits_measure(const struct sessions *sessions, const struct world *world,
                      struct metrics *metrics);

#endif
