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
#include "handlers/teams.h"

#include <string.h>

/* Twenty pages a minute are allowed (tier 2): half of that leaves room for others. */
enum { PAGE_EVERY_MS = 6 * 1000, PAGES_MAX = 250, AFTER_FAILURE_MS = 60 * 60 * 1000 };
#define SYNC_EVERY_MS INT64_C(86400000)

struct sync_people {
    struct payload payload; /* text: the cursor; offset: pages read; team: whose */
    const char **teams;
    size_t team_count, team;   /* the one that is read */
    struct slack_people *page; /* NULL: of no workspace is it known that it is the organisation's */
};

bool sync_people_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct sync_people *sync = arena_alloc(turn->arena, sizeof *sync);
    plan->state = sync;
    if (!payload_read(turn->arena, job, &sync->payload, err))
        return false;
    sync->page = NULL;
    sync->team = 0;
    sync->team_count = teams_of(turn, job->tenant, &sync->teams);
    while (sync->payload.team && sync->team < sync->team_count &&
           strcmp(sync->teams[sync->team], sync->payload.team) < 0)
        sync->team++;
    if (sync->team == sync->team_count)
        return true;
    sync->page = slack_users_list(&plan->env, sync->teams[sync->team], sync->payload.text);
    plan_add(plan, &sync->page->call);
    return true;
}

/* The next page, or the first of the next workspace; false: that was the last. */
static bool what_is_next(const struct sync_people *sync, struct payload *out)
{
    *out = (struct payload){.offset = sync->payload.offset + 1,
                            .text = sync->page->next,
                            .team = sync->teams[sync->team]};
    if (sync->page->next || sync->team + 1 == sync->team_count)
        return sync->page->next != NULL;
    out->team = sync->teams[sync->team + 1];
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
    struct payload next;
    if (!sync->payload.offset && !later_again(turn, job->tenant, "learn_workspace", NULL, 0))
        return posting_end(turn, false);
    if (!page)
        return posting_end(turn, from_the_start(turn, job, AFTER_FAILURE_MS));
    struct job_outcome outcome = job_by_failure(&page->call.failure);
    if (outcome.end == JOB_END_DEAD) {
        log_warn("people", "the directory was not read: %s: %s", page->call.failure.code,
                 page->call.failure.message);
        if (sync->team + 1 == sync->team_count)
            return posting_end(turn, from_the_start(turn, job, AFTER_FAILURE_MS));
    } else if (outcome.end != JOB_END_DONE) {
        return outcome;
    }
    for (size_t i = 0; i < page->count; i++)
        if (!directory_put(turn, job->tenant, &page->profiles[i]))
            return posting_end(turn, false);
    bool more = what_is_next(sync, &next);
    if (more && next.offset < PAGES_MAX)
        return posting_end(turn, later_again(turn, job->tenant, job->kind,
                                             payload_write(turn->arena, &next), PAGE_EVERY_MS));
    if (more)
        log_warn("people",
                 "the directory has more than %d people: the others are read when they "
                 "come",
                 PAGES_MAX * SLACK_PEOPLE_A_PAGE);
    if (!page->next)
        log_info("people", "the directory was read (%lld pages)", (long long)next.offset);
    const char *now = arena_fmt(turn->arena, "%lld", (long long)turn->world->now.ms);
    return posting_end(turn, cursors_put(turn->db, job->tenant, "people_read", now) &&
                                 from_the_start(turn, job, SYNC_EVERY_MS));
}
