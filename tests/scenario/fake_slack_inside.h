/* What the two halves of the fake workspace share: the Web API (fake_slack.c) and Socket Mode
 * (fake_slack_socket.c). */
#ifndef TESTS_SCENARIO_FAKE_SLACK_INSIDE_H
#define TESTS_SCENARIO_FAKE_SLACK_INSIDE_H

#include "tests/scenario/fake_slack.h"

/* Room for one more; aborts without memory. */
void *slack_grown(void *items, size_t count, size_t *cap, size_t size);
char *slack_copied(const char *text);
/* Remembers the first thing that went wrong. fmt holds one %s. */
void slack_trouble(struct fake_slack *slack, const char *fmt, const char *what)
    __attribute__((format(printf, 2, 0)));

struct slack_act *slack_act_by_trigger(struct fake_slack *slack, const char *trigger);
struct sim_listener slack_listener(struct fake_slack *slack);

#endif
