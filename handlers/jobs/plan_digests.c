/* Standing job: everyone who is to have a digest has a row of the next one. */
#include "handlers/digest.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/later_digest.h"
#include "handlers/jobs/posting.h"
#include "handlers/roles.h"

enum { PLAN_EVERY_MS = 60 * 60 * 1000 };

/* Who works here; who only looks has nothing due. */
static const enum role readers[] = {
    ROLE_CSM,     ROLE_APPROVER, ROLE_FINANCE, ROLE_FINANCE_DIRECTOR,
    ROLE_MANAGER, ROLE_DIRECTOR, ROLE_REVOPS,  ROLE_LEGAL};

struct job_outcome plan_digests_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    (void)plan;
    bool ok = true;
    for (size_t r = 0; ok && r < sizeof readers / sizeof *readers; r++) {
        const char **ids;
        size_t count = roles_holders(turn, job->tenant, readers[r], &ids);
        for (size_t i = 0; ok && i < count; i++)
            if (!roles_is_gone(turn, job->tenant, ids[i]) &&
                digest_is_wanted(turn, job->tenant, ids[i]))
                ok =
                    later_digest(turn, job->tenant, ids[i], digest_next(turn, job->tenant, ids[i]));
    }
    return posting_end(turn, ok && later_again(turn, job->tenant, job->kind, NULL, PLAN_EVERY_MS));
}
