/* Job: a timer of an item ran out. Void when the item has moved on since it was set. */
#include "base/log.h"
#include "handlers/item.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/payload.h"
#include "handlers/jobs/posting.h"

struct job_outcome escalate_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    (void)plan;
    struct payload payload;
    struct err err = {0};
    if (!payload_read(turn->arena, job, &payload, &err) || !payload.item ||
        payload.level < TIMER_MANAGER || payload.level > TIMER_WAKE)
        return job_is_dead("payload: %.200s", err.msg[0] ? err.msg : "no item or timer");
    bool ok = item_timer(turn, job->tenant, payload.item, (enum item_timer)payload.level,
                         job->generation, &err);
    return ok ? job_is_done() : job_retries("%.200s", err.msg);
}

/* Whom this timer was for is not told; who comes after them still is. */
static void set_next(struct turn *turn, const struct job *job)
{
    struct payload payload;
    struct item item;
    struct err err = {0};
    if (payload_read(turn->arena, job, &payload, &err) && payload.item &&
        items_get(turn->db, turn->arena, job->tenant, payload.item, &item) &&
        item.generation == job->generation)
        later_escalate_past(turn, &item, (enum item_timer)payload.level);
}

void escalate_died(struct turn *turn, const struct job *job, const char *reason)
{
    log_error(job->id, "escalate is dead: %s", reason);
    set_next(turn, job);
    posting_tell_admins(turn, job->tenant,
                        posting_failed_words(turn, job, "An escalation could not be made", reason));
}
