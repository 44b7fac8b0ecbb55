/* Standing job: forgets what nobody can ask for any more, a few rows at a time: nobody waits for a
 * purge. */
#include "db/inbox.h"
#include "db/notices.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/posting.h"

enum { PURGE_EVERY_MS = 60 * 60 * 1000, PURGE_ROWS = 500, PURGE_PAUSE_MS = 50 };

/* Slack redelivers for up to 24 hours; three days of answers are kept, of machine time, since that
 * is what Slack counts in. */
#define INBOX_KEPT_MS INT64_C(259200000)

/* What was said to people, for their budget and for who asks; people's time. */
#define NOTICES_KEPT_MS INT64_C(3456000000)

struct job_outcome purge_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    (void)plan;
    struct wall after = wall_after_machine(turn->world, INBOX_KEPT_MS);
    struct wall older_than = {2 * turn->world->now.ms - after.ms};
    struct wall said_before = {turn->world->now.ms - NOTICES_KEPT_MS};
    int64_t gone;
    bool ok = inbox_purge(turn->db, older_than, PURGE_ROWS, &gone) &&
              notices_purge(turn->db, said_before, PURGE_ROWS) &&
              later_again(turn, job->tenant, job->kind, NULL,
                          gone < PURGE_ROWS ? PURGE_EVERY_MS : PURGE_PAUSE_MS);
    return posting_end(turn, ok);
}
