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
#include "handlers/teams.h"

#include <string.h>

enum { SYNC_EVERY_MS = 10 * 60 * 1000, GROUPS_MAX = 256 };

struct sync {
    struct payload payload;
    const char *groups[GROUPS_MAX];
    size_t count;
    struct slack_group *calls[PLAN_MAX_CALLS];
    struct wall asked_at;
    const char **teams;
    size_t team_count;
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

static void ask(struct sync *sync, struct plan *plan, size_t place, const char *team,
                const char *group)
{
    sync->calls[place] = slack_group_members(&plan->env, team, group);
    plan_add(plan, &sync->calls[place]->call);
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
    sync->team_count = teams_of(turn, job->tenant, &sync->teams);
    size_t offset = (size_t)sync->payload.offset, first = (size_t)sync->payload.level;
    if (sync->team_count == 1)
        for (size_t i = 0; i < PLAN_MAX_CALLS && offset + i < sync->count; i++)
            ask(sync, plan, i, sync->teams[0], sync->groups[offset + i]);
    else
        for (size_t i = 0; i < PLAN_MAX_CALLS && first + i < sync->team_count; i++)
            if (offset < sync->count)
                ask(sync, plan, i, sync->teams[first + i], sync->groups[offset]);
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

/* Of several workspaces a group is in one, and each is asked: it is gone where all say so. `next`
 * is the group or the workspaces after these. */
static bool keep_from_teams(struct turn *turn, const char *tenant, const struct sync *sync,
                            size_t asked, struct payload *next)
{
    const char *group = sync->groups[sync->payload.offset];
    const struct slack_group *gone = NULL, *failed = NULL;
    next->again = sync->payload.again;
    for (size_t i = 0; i < asked; i++) {
        const struct slack_group *call = sync->calls[i];
        if (call->call.failure.class == FAILURE_NONE) {
            *next = (struct payload){.offset = sync->payload.offset + 1};
            return keep_group(turn, tenant, group, call, sync->asked_at);
        }
        if (call->call.failure.class == FAILURE_NOT_FOUND)
            gone = call;
        else
            failed = call;
    }
    next->again |= failed != NULL;
    next->level = sync->payload.level + (int64_t)asked;
    if ((size_t)next->level < sync->team_count) {
        next->offset = sync->payload.offset;
        return true;
    }
    const struct slack_group *told = next->again ? failed : gone;
    *next = (struct payload){.offset = sync->payload.offset + 1};
    return !told || keep_group(turn, tenant, group, told, sync->asked_at);
}

/* Of one workspace, or of several of which none is known yet. */
static bool keep_groups(struct turn *turn, const char *tenant, const struct sync *sync,
                        size_t asked, struct payload *next)
{
    for (size_t i = 0; i < asked; i++)
        if (!keep_group(turn, tenant, sync->groups[sync->payload.offset + (int64_t)i],
                        sync->calls[i], sync->asked_at))
            return false;
    next->offset = sync->team_count ? sync->payload.offset + (int64_t)asked : INT64_MAX;
    return true;
}

struct job_outcome sync_groups_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    struct sync *sync = plan->state;
    struct payload next = {0};
    bool several = sync->team_count > 1 && plan->count > 0;
    bool ok = several ? keep_from_teams(turn, job->tenant, sync, plan->count, &next)
                      : keep_groups(turn, job->tenant, sync, plan->count, &next);
    bool whole = plan->count == 0 || (size_t)next.offset >= sync->count;
    if (whole)
        ok = ok && learn_holders(turn, job->tenant) &&
             later_again(turn, job->tenant, job->kind, NULL, SYNC_EVERY_MS);
    else
        ok = ok && later_again(turn, job->tenant, job->kind, payload_write(turn->arena, &next), 0);
    return posting_end(turn, ok);
}
