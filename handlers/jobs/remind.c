/* Job: the day has come by which a rejection is to be mended. */
#include "handlers/item.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/payload.h"

struct job_outcome remind_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    (void)plan;
    struct payload payload;
    struct err err = {0};
    if (!payload_read(turn->arena, job, &payload, &err) || !payload.item)
        return job_is_dead("payload: %.200s", err.msg[0] ? err.msg : "no item");
    bool ok = item_remind(turn, job->tenant, payload.item, job->generation, &err);
    return ok ? job_is_done() : job_retries("%.200s", err.msg);
}
