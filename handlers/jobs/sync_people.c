/* Standing job: the directory, page by page, once a day, and where the workspace opens; Slack's
 * events tell the rest. What it
 * cannot read keeps as it was, and it comes again. */
#include "base/log.h"
#include "db/tenants.h"
#include "handlers/directory.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/payload.h"
#include "handlers/jobs/posting.h"

/* Twenty pages a minute are allowed (tier 2): half of that leaves room for others. */
enum { PAGE_EVERY_MS = 6 * 1000, PAGES_MAX = 250, AFTER_FAILURE_MS = 60 * 60 * 1000 };
#define SYNC_EVERY_MS INT64_C(86400000)

struct sync_people {
    struct payload payload; /* text: the cursor; offset: pages read */
    struct slack_people *page;
};

bool sync_people_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct sync_people *sync = arena_alloc(turn->arena, sizeof *sync);
    plan->state = sync;
    if (!payload_read(turn->arena, job, &sync->payload, err))
        return false;
    sync->page = slack_users_list(&plan->env, sync->payload.text);
    plan_add(plan, &sync->page->call);
    return true;
}

static bool from_the_start(struct turn *turn, const struct job *job, int64_t ms)
{
    return later_again(turn, job->tenant, job->kind, NULL, ms);
}

struct job_outcome sync_people_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    const struct sync_people *sync = plan->state;
    const struct slack_people *page = sync->page;
    struct job_outcome outcome = job_by_failure(&page->call.failure);
    if (!sync->payload.text && !later_again(turn, job->tenant, "learn_workspace", NULL, 0))
        return posting_end(turn, false);
    if (outcome.end == JOB_END_DEAD) {
        log_warn("people", "the directory was not read: %s: %s", page->call.failure.code,
                 page->call.failure.message);
        return posting_end(turn, from_the_start(turn, job, AFTER_FAILURE_MS));
    }
    if (outcome.end != JOB_END_DONE)
        return outcome;
    for (size_t i = 0; i < page->count; i++)
        if (!directory_put(turn, job->tenant, &page->profiles[i]))
            return posting_end(turn, false);
    const struct payload next = {.offset = sync->payload.offset + 1, .text = page->next};
    if (page->next && next.offset < PAGES_MAX)
        return posting_end(turn, later_again(turn, job->tenant, job->kind,
                                             payload_write(turn->arena, &next), PAGE_EVERY_MS));
    if (page->next)
        log_warn("people",
                 "the directory has more than %d people: the others are read when they "
                 "come",
                 PAGES_MAX * SLACK_PEOPLE_A_PAGE);
    const char *now = arena_fmt(turn->arena, "%lld", (long long)turn->world->now.ms);
    return posting_end(turn, cursors_put(turn->db, job->tenant, "people_read", now) &&
                                 from_the_start(turn, job, SYNC_EVERY_MS));
}
