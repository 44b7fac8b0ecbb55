/* Standing job: forgets what nobody can ask for any more. */
#include "db/inbox.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/posting.h"

enum { PURGE_EVERY_MS = 60 * 60 * 1000 };

/* Slack redelivers for up to 24 hours; three days of answers are kept, of machine time, since that
 * is what Slack counts in. */
#define INBOX_KEPT_MS INT64_C(259200000)

struct job_outcome purge_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    (void)plan;
    struct wall after = wall_after_machine(turn->world, INBOX_KEPT_MS);
    struct wall older_than = {2 * turn->world->now.ms - after.ms};
    return posting_end(turn, inbox_purge(turn->db, older_than) &&
                                 later_again(turn, job->tenant, job->kind, NULL, PURGE_EVERY_MS));
}
