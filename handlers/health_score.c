/* The formula of an onboarding's health: one row for each thing that speaks against it. */
#include "handlers/health_score.h"

#include <stddef.h>

enum { FINISHED_PERCENT = 70, BLOCKERS_MAX = 3 };

static const struct weight {
    size_t count; /* of struct health_facts */
    int each, most;
} weights[] = {
    {offsetof(struct health_facts, overdue), 8, 40},
    {offsetof(struct health_facts, blocked), 10, 30},
    {offsetof(struct health_facts, days_past_goal), 1, 30},
};

int health_score(const struct health_facts *facts)
{
    int score = HEALTH_FULL;
    for (size_t i = 0; i < sizeof weights / sizeof *weights; i++) {
        int64_t count = *(const int64_t *)((const char *)facts + weights[i].count);
        score -= count > weights[i].most / weights[i].each ? weights[i].most
                                                           : (int)count * weights[i].each;
    }
    return score;
}

bool health_is_at_risk(const struct health_facts *facts, int64_t finished, int64_t total)
{
    return health_score(facts) < HEALTH_LOW || facts->blocked >= BLOCKERS_MAX ||
           (facts->days_past_goal > 0 && finished * 100 < total * FINISHED_PERCENT);
}
