/* What the jobs that say something share. */
#include "handlers/jobs/posting.h"

#include "base/broken.h"
#include "base/log.h"
#include "db/channels.h"
#include "db/people.h"
#include "db/tenants.h"
#include "handlers/card_values.h"
#include "handlers/delivery.h"
#include "handlers/desk_card.h"
#include "handlers/jobs/later.h"
#include "handlers/roles.h"

#include <string.h>

enum { REASON_MAX = 200, ADMINS_MAX = 3 };

struct posting *posting_begin(struct turn *turn, const struct job *job, struct plan *plan,
                              struct err *err)
{
    struct posting *posting = arena_alloc(turn->arena, sizeof *posting);
    plan->state = posting;
    if (!payload_read(turn->arena, job, &posting->payload, err))
        return NULL;
    const char *item = posting->payload.item;
    if (item && items_get(turn->db, turn->arena, job->tenant, item, &posting->item))
        posting->payload.onboarding = posting->item.onboarding;
    return db_ok(turn->db, err) ? posting : NULL;
}

/* An attempt before this one may have said it, also one of before a revival, which gives the
 * attempts back. (This one began in this turn; the clock may have been set back since another.) */
static bool may_exist(const struct plan *plan, const struct job *job)
{
    return job->attempt > 1 ||
           (job->first_try_at.ms && job->first_try_at.ms != plan->env.world->now.ms);
}

/* True: something is asked, or refused, before anything is said. */
static bool look_first(struct turn *turn, struct plan *plan, const struct job *job,
                       struct posting *posting, const char *channel)
{
    enum { KNOWN_MS = 24 * 60 * 60 * 1000 };
    struct channel known;
    if (BROKEN(shared_channel))
        return false;
    bool found = channels_get(turn->db, turn->arena, job->tenant, channel, &known);
    if (found && known.shared) {
        posting->refusal = POSTING_SHARED;
        return true;
    }
    if (found && turn->world->now.ms - known.checked_at.ms < KNOWN_MS)
        return false;
    posting->channel = channel;
    posting->look = slack_conversations_info(&plan->env, channel);
    plan_add(plan, &posting->look->call);
    return true;
}

void posting_say(struct turn *turn, struct plan *plan, const struct job *job,
                 struct posting *posting, const char *channel, const char *user_id)
{
    if (channel && look_first(turn, plan, job, posting, channel))
        return;
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

static struct posting_stamp stamp_of(struct turn *turn, const struct item *item)
{
    struct onboarding onboarding;
    struct message card;
    struct posting_stamp stamp = {.generation = item->generation,
                                  .has_card = messages_find(turn->db, turn->arena, item->tenant,
                                                            item->id, "card", NULL, &card)};
    if (onboardings_get(turn->db, turn->arena, item->tenant, item->onboarding, &onboarding))
        stamp.onboarding_moved = onboarding.updated_at;
    return stamp;
}

void posting_find(struct turn *turn, struct plan *plan, const struct job *job,
                  struct posting *posting, const char *channel, const char *user_id)
{
    if (!may_exist(plan, job) || BROKEN(over_unseen))
        return;
    if (posting->item.id)
        posting->stamp = stamp_of(turn, &posting->item);
    const struct slack_saying saying = {
        .tenant = job->tenant,
        .channel = channel,
        .user_id = channel ? NULL : user_id,
        .thread_ts = posting->thread_ts,
        .job_id = job->id,
        .may_exist = true,
        .since = job->first_try_at,
        .only_look = true,
    };
    posting->only_look = true;
    posting->post = slack_post(&plan->env, &saying);
    plan_add(plan, &posting->post->call);
}

/* What may have been said already is not judged again. */
void posting_notice(struct turn *turn, struct plan *plan, const struct job *job,
                    struct posting *posting, bool urgent)
{
    posting->notice = (struct notice_asked){
        .tenant = job->tenant,
        .user_id = posting->payload.user,
        .purpose = posting->purpose,
        .content = posting->card.digest,
        .onboarding = posting->payload.onboarding,
        .urgent = urgent,
    };
    posting->fate = may_exist(plan, job) ? NOTICE_SENT : notice_judge(turn, &posting->notice);
    if (posting->fate == NOTICE_SENT)
        posting_say(turn, plan, job, posting, NULL, posting->payload.user);
}

static bool keep_notice(struct turn *turn, const struct job *job, const struct posting *posting)
{
    return !posting->notice.user_id ||
           notice_keep(turn, &posting->notice, job->id, posting->fate, posting->card.text);
}

bool posting_render(struct turn *turn, const struct item *item, const char *purpose,
                    struct card *out, struct err *err)
{
    const struct desk *desk = desk_of_purpose(purpose);
    return desk ? desk_render(turn, item, desk, out, err)
                : card_render(turn, item->tenant, item->id, purpose, out, err);
}

bool posting_draw(struct turn *turn, struct posting *posting, struct err *err)
{
    posting->stamp = stamp_of(turn, &posting->item);
    return posting_render(turn, &posting->item, posting->purpose, &posting->card, err);
}

bool posting_stands(struct turn *turn, const struct posting *posting, const char *place)
{
    struct message known;
    return messages_find(turn->db, turn->arena, posting->item.tenant, posting->item.id,
                         posting->purpose, place, &known);
}

bool posting_read_run(struct turn *turn, const struct posting *posting, const char *tenant,
                      struct onboarding *onboarding, struct run *run, struct err *err)
{
    int64_t number = posting->payload.onboarding, revision = posting->payload.revision;
    if (onboardings_get(turn->db, turn->arena, tenant, number, onboarding) &&
        runs_get(turn->db, turn->arena, tenant, number, revision, run))
        return true;
    return db_ok(turn->db, err) &&
           err_set(err, ERR_NOT_FOUND, "onboarding %lld r%lld is not in the store",
                   (long long)number, (long long)revision);
}

bool posting_is_drawn(const struct message *message)
{
    static const char *const drawn[] = {"card", "again", "dm1", "dm2", "assigned"};
    for (size_t i = 0; i < sizeof drawn / sizeof *drawn; i++)
        if (strcmp(message->purpose, drawn[i]) == 0)
            return true;
    return desk_of_purpose(message->purpose) != NULL;
}

/* ---- what was said ---- */

/* An adopted message shows what an earlier attempt drew, so that its digest is not known. One that
 * is not to be said any more is older than what stands in its place. */
static bool keep(struct turn *turn, const struct job *job, const struct posting *posting)
{
    const struct slack_post *post = posting->post;
    const struct message message = {
        .id = job->id,
        .tenant = job->tenant,
        .item = posting->item.id,
        .onboarding = posting->payload.onboarding,
        .purpose = posting->purpose,
        .user_id = posting->payload.user,
        .channel = post->channel,
        .ts = post->ts,
        .thread_ts = posting->thread_ts,
        .digest = post->adopted ? "" : posting->card.digest,
        .posted_at = posting->only_look ? job->first_try_at : turn->world->now,
    };
    return messages_add(turn->db, &message);
}

/* The card came to stand while this was under way, or is this one, and others came before it: they
 * link to it. */
static bool has_card_come(struct turn *turn, const struct posting *posting, bool has_card)
{
    struct message *messages;
    if (has_card == posting->stamp.has_card)
        return false;
    return strcmp(posting->purpose, "card") != 0 ||
           messages_of_item(turn->db, turn->arena, posting->item.tenant, posting->item.id,
                            &messages) > 1;
}

static bool has_moved(struct turn *turn, const struct posting *posting)
{
    struct item item;
    if (!items_get(turn->db, turn->arena, posting->item.tenant, posting->item.id, &item))
        return false;
    struct posting_stamp now = stamp_of(turn, &item);
    return now.generation != posting->stamp.generation ||
           now.onboarding_moved.ms != posting->stamp.onboarding_moved.ms ||
           has_card_come(turn, posting, now.has_card);
}

/* What cannot be asked for good (a scope that is missing, a channel that is not there) is left to
 * the post to find out: it says so in its own words. */
static struct job_outcome looked(struct turn *turn, const struct job *job,
                                 const struct posting *posting)
{
    const struct slack_channel *look = posting->look;
    const struct failure *failure = &look->call.failure;
    const struct channel channel = {.id = posting->channel,
                                    .name = look->name,
                                    .shared = look->shared,
                                    .open = look->open,
                                    .checked_at = turn->world->now};
    struct job_outcome by_failure = job_by_failure(failure);
    if (by_failure.end == JOB_END_RETRY || by_failure.end == JOB_END_WAIT)
        return by_failure;
    if (failure->class != FAILURE_NONE)
        log_warn("slack", "whether %s is shared with another organisation is not known: %s",
                 posting->channel, failure->message);
    struct job_outcome outcome = posting_end(turn, channels_put(turn->db, job->tenant, &channel));
    return outcome.end == JOB_END_DONE ? job_waits(1) : outcome;
}

struct job_outcome posting_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    const struct posting *posting = plan->state;
    if (posting->refusal)
        return job_is_dead("%s", posting->refusal);
    if (posting->look)
        return looked(turn, job, posting);
    if (!posting->post)
        return posting_end(turn, keep_notice(turn, job, posting));
    if (posting->post->call.failure.class != FAILURE_NONE)
        return job_by_failure(&posting->post->call.failure);
    if (!posting->post->ts)
        return posting_end(turn, true);
    bool ok = keep(turn, job, posting) && keep_notice(turn, job, posting);
    bool again = strcmp(posting->purpose, "again") == 0 || strcmp(posting->purpose, "dm1") == 0;
    if (ok && posting->stamp.generation &&
        (again || posting->post->adopted || has_moved(turn, posting)))
        ok = later_edit_messages(turn, job->tenant, posting->item.id);
    return posting_end(turn, ok);
}

/* Of a line in a thread the payload names a purpose only where it has one of its own. */
bool posting_failed(struct turn *turn, const struct job *job, const char *purpose,
                    const char *reason)
{
    struct payload payload;
    struct err err = {0};
    struct item item = {0};
    if (!payload_read(turn->arena, job, &payload, &err))
        return false;
    if (payload.item && items_get(turn->db, turn->arena, job->tenant, payload.item, &item))
        payload.onboarding = item.onboarding;
    const struct message message = {
        .id = job->id,
        .tenant = job->tenant,
        .item = item.id,
        .onboarding = payload.onboarding,
        .purpose = payload.purpose ? payload.purpose : purpose,
        .user_id = payload.user,
        .channel = payload.user      ? NULL
                   : payload.channel ? payload.channel
                                     : turn->config->slack.channel,
    };
    return delivery_failed(turn, &message, reason);
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
                     card_outside(turn->arena, reason, REASON_MAX), job->id);
}

void posting_tell_admins(struct turn *turn, const char *tenant, const char *text)
{
    const char **ids;
    size_t count = roles_holders(turn, tenant, ROLE_ADMIN, &ids), told = 0;
    for (size_t i = 0; i < count && told < ADMINS_MAX; i++) {
        if (roles_is_gone(turn, tenant, ids[i]))
            continue;
        told++;
        if (!later_inform(turn, tenant, ids[i], text, NULL))
            log_error(ids[i], "could not be told: %s", text);
    }
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
