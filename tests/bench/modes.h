/* What can be measured; each prints JSON. */
#ifndef TESTS_BENCH_MODES_H
#define TESTS_BENCH_MODES_H

#include "tests/bench/session.h"

/* One object; with several depths, one with a list of phases. */
void mode_throughput(struct session *session);
/* A line every `every` seconds and one at the end, while `rate` envelopes a second are sent for
 * `seconds`. */
void mode_pace(struct session *session);
/* From the start of the process to its first acknowledgement. */
void mode_start(struct session *session);
/* How long nobody can take an envelope when Slack renews connections. */
void mode_refresh(struct session *session);
/* How often a message is posted whose first answer was lost. */
void mode_lost(struct session *session);

#endif
