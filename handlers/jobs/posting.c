/* What the jobs that say something share. */
#include "handlers/jobs/posting.h"

#include "base/log.h"
#include "base/text.h"
#include "db/tenants.h"
#include "handlers/jobs/later.h"
#include "handlers/roles.h"

#include <string.h>

enum { REASON_MAX = 200, ADMINS_MAX = 3 };

/* An attempt before this one may have said it, also one of before a revival, which gives the
 * attempts back. */
static bool may_exist(const struct plan *plan, const struct job *job)
{
    return job->attempt > 1 ||
           (job->first_try_at.ms && job->first_try_at.ms < plan->env.world->now.ms);
}

void posting_say(struct plan *plan, const struct job *job, struct posting *posting,
                 const char *channel, const char *user_id)
{
    const struct slack_saying saying = {
        .tenant = job->tenant,
        .channel = channel,
        .user_id = channel ? NULL : user_id,
        .thread_ts = posting->thread_ts,
        .text = posting->card.text,
        .blocks = posting->card.blocks,
        .job_id = job->id,
        .may_exist = may_exist(plan, job),
        .since = job->first_try_at,
    };
    posting->post = slack_post(&plan->env, &saying);
    plan_add(plan, &posting->post->call);
}

bool posting_keep(struct turn *turn, const struct job *job, const struct posting *posting,
                  const char *item, const char *purpose)
{
    const struct slack_post *post = posting->post;
    const struct message message = {
        .id = job->id,
        .tenant = job->tenant,
        .item = item,
        .onboarding = posting->payload.onboarding,
        .purpose = purpose,
        .user_id = posting->payload.user,
        .channel = post->channel,
        .ts = post->ts,
        .thread_ts = posting->thread_ts,
        .digest = post->adopted ? "" : posting->card.digest,
        .posted_at = turn->world->now,
    };
    return messages_add(turn->db, &message);
}

struct posting_stamp posting_stamp(struct turn *turn, const struct item *item)
{
    struct onboarding onboarding;
    struct posting_stamp stamp = {.generation = item->generation};
    if (onboardings_get(turn->db, turn->arena, item->tenant, item->onboarding, &onboarding))
        stamp.onboarding_moved = onboarding.updated_at;
    return stamp;
}

bool posting_moved(struct turn *turn, const char *tenant, const char *item_id,
                   const struct posting_stamp *since)
{
    struct item item;
    if (!items_get(turn->db, turn->arena, tenant, item_id, &item))
        return false;
    struct posting_stamp now = posting_stamp(turn, &item);
    return now.generation != since->generation ||
           now.onboarding_moved.ms != since->onboarding_moved.ms;
}

bool posting_is_drawn(const struct message *message)
{
    static const char *const drawn[] = {"card", "dm1", "dm2"};
    for (size_t i = 0; i < sizeof drawn / sizeof *drawn; i++)
        if (strcmp(message->purpose, drawn[i]) == 0)
            return true;
    return false;
}

struct job_outcome posting_end(struct turn *turn, bool ok)
{
    struct err err = {0};
    if (db_ok(turn->db, &err) && ok)
        return job_is_done();
    return job_retries("store: %.200s", err.msg[0] ? err.msg : "not written");
}

const char *posting_failed_words(struct turn *turn, const struct job *job, const char *what,
                                 const char *reason)
{
    return arena_fmt(turn->arena, "⚠️ %s: %s. `usher jobs retry %s` tries again.", what,
                     text_slack_escape(turn->arena, text_cut(turn->arena, reason, REASON_MAX)),
                     job->id);
}

void posting_tell_admins(struct turn *turn, const char *tenant, const char *text)
{
    const char **ids;
    size_t count = roles_holders(turn, tenant, ROLE_ADMIN, &ids);
    for (size_t i = 0; i < count && i < ADMINS_MAX; i++)
        if (!later_tell(turn, tenant, NULL, ids[i], text, NULL))
            log_error(ids[i], "could not be told: %s", text);
}

static const char *proceed_name(struct turn *turn, int64_t onboarding)
{
    return arena_fmt(turn->arena, "proceed:%lld", (long long)onboarding);
}

const char *posting_proceed_get(struct turn *turn, const char *tenant, int64_t onboarding)
{
    return cursors_get(turn->db, turn->arena, tenant, proceed_name(turn, onboarding));
}

bool posting_proceed_put(struct turn *turn, const char *tenant, int64_t onboarding,
                         const char *job_id)
{
    return cursors_put(turn->db, tenant, proceed_name(turn, onboarding), job_id);
}
