/* How well an onboarding goes, from 0 to 100: what speaks against it, each with its weight, taken
 * off a hundred. docs/playbooks.md. */
#ifndef HANDLERS_HEALTH_SCORE_H
#define HANDLERS_HEALTH_SCORE_H

#include <stdbool.h>
#include <stdint.h>

enum { HEALTH_FULL = 100, HEALTH_LOW = 50 };

/* Counts of what speaks against it. */
struct health_facts {
    int64_t overdue;        /* tasks */
    int64_t blocked;        /* tasks */
    int64_t days_past_goal; /* 0: not past it */
};
int health_score(const struct health_facts *facts);

/* At risk: a low score, or past the goal with less than 70 % of the tasks finished, or three
 * blockers. */
bool health_is_at_risk(const struct health_facts *facts, int64_t finished, int64_t total);

#endif
