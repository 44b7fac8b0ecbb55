/* Standing job: the members of the user groups that stand for roles, and the profiles of everyone
 * who holds a role, so that their first click finds them known. A few groups at a time. */
#include "base/log.h"
#include "connectors/slack.h"
#include "db/people.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/payload.h"
#include "handlers/jobs/posting.h"
#include "handlers/roles.h"
#include "handlers/roles_groups.h"

#include <string.h>

enum { SYNC_EVERY_MS = 10 * 60 * 1000, GROUPS_MAX = 256 };

struct sync {
    struct payload payload;
    const char *groups[GROUPS_MAX];
    size_t count;
    struct slack_group *calls[PLAN_MAX_CALLS];
    struct wall asked_at;
};

static void add_group(struct sync *sync, const char *id)
{
    if (id[0] != 'S' || sync->count == GROUPS_MAX)
        return;
    for (size_t i = 0; i < sync->count; i++)
        if (strcmp(sync->groups[i], id) == 0)
            return;
    sync->groups[sync->count++] = id;
}

bool sync_groups_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct sync *sync = arena_alloc(turn->arena, sizeof *sync);
    plan->state = sync;
    if (!payload_read(turn->arena, job, &sync->payload, err))
        return false;
    sync->asked_at = turn->world->now;
    for (size_t role = 0; role < ROLE_COUNT; role++)
        for (size_t i = 0; i < turn->config->roles[role].count; i++)
            add_group(sync, turn->config->roles[role].items[i]);
    for (size_t i = 0; i < PLAN_MAX_CALLS && (size_t)sync->payload.offset + i < sync->count; i++) {
        sync->calls[i] =
            slack_group_members(&plan->env, sync->groups[(size_t)sync->payload.offset + i]);
        plan_add(plan, &sync->calls[i]->call);
    }
    return true;
}

/* A group that is gone holds nobody; one that could not be read keeps whom it had. */
static bool keep_group(struct turn *turn, const char *tenant, const char *group,
                       const struct slack_group *call, struct wall asked_at)
{
    const struct failure *failure = &call->call.failure;
    if (groups_told_at(turn, tenant, group).ms >= asked_at.ms)
        return true; /* what Slack told meanwhile is newer, and asked for another reading */
    if (failure->class == FAILURE_NONE)
        return groups_put(turn->db, tenant, group, call->user_ids, call->count, turn->world->now);
    log_warn(group, "members of the user group were not read: %s: %s", failure->code,
             failure->message);
    return failure->class != FAILURE_NOT_FOUND ||
           groups_put(turn->db, tenant, group, NULL, 0, turn->world->now);
}

static bool learn_holders(struct turn *turn, const char *tenant)
{
    for (enum role role = ROLE_VIEWER; role < ROLE_COUNT; role++) {
        const char **ids;
        size_t count = roles_holders(turn, tenant, role, &ids);
        for (size_t i = 0; i < count; i++)
            if (!later_learn_person(turn, tenant, ids[i]))
                return false;
    }
    return true;
}

struct job_outcome sync_groups_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    struct sync *sync = plan->state;
    size_t offset = (size_t)sync->payload.offset;
    bool ok = true;
    for (size_t i = 0; ok && i < plan->count; i++)
        ok =
            keep_group(turn, job->tenant, sync->groups[offset + i], sync->calls[i], sync->asked_at);
    offset += plan->count;
    bool whole = offset >= sync->count;
    const struct payload next = {.offset = (int64_t)offset};
    if (whole)
        ok = ok && learn_holders(turn, job->tenant) &&
             later_again(turn, job->tenant, job->kind, NULL, SYNC_EVERY_MS);
    else
        ok = ok && later_again(turn, job->tenant, job->kind, payload_write(turn->arena, &next), 0);
    return posting_end(turn, ok);
}
