/* Rows by the hundred thousand, as years leave them. */
#ifndef TESTS_BENCH_BULK_H
#define TESTS_BENCH_BULK_H

#include "handlers/handler.h"

/* Both add what is missing to `total`, evenly to the onboardings from ONB-1001 on: notes in the
 * audit log; checks that are to run in a month, in the lane of their onboarding. */
bool bulk_audit(struct turn *turn, const char *tenant, size_t onboardings, size_t total);
bool bulk_jobs(struct turn *turn, const char *tenant, size_t onboardings, size_t total);
/* Answers that were given four days ago. */
bool bulk_inbox(struct turn *turn, const char *tenant, size_t count);

#endif
