/* Job: one line in a person's DMs that says how much more is kept for their digest: said once a
 * day, then edited. */
#include "base/calendar.h"
#include "connectors/slack.h"
#include "db/notices.h"
#include "db/tenants.h"
#include "handlers/card_values.h"
#include "handlers/digest.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/posting.h"

struct telling {
    struct posting posting; /* first: posting_finish reads it */
    const char *name;       /* of the cursor that knows the message */
    struct message known;   /* id NULL: not said yet */
    struct call *edit;
};

static const char *words(struct turn *turn, const char *tenant, const char *user, int64_t count)
{
    return arena_fmt(turn->arena,
                     "🔕 You have had %lld messages from me today. %lld more %s in your digest, %s; "
                     "Home shows what waits for you.",
                     (long long)turn->config->noise.budget, (long long)count,
                     count == 1 ? "is" : "are", card_date(turn, digest_next(turn, tenant, user)));
}

bool tell_folded_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct telling *telling = arena_alloc(turn->arena, sizeof *telling);
    struct posting *posting = &telling->posting;
    char day[CIVIL_TEXT_SIZE];
    *telling = (struct telling){0};
    plan->state = telling;
    if (!payload_read(turn->arena, job, &posting->payload, err))
        return false;
    const char *user = posting->payload.user;
    if (!user)
        return err_set(err, ERR_INVALID, "payload: nobody to tell");
    civil_format(calendar_today(digest_zone(turn, job->tenant, user), turn->world->now), day);
    telling->name = arena_fmt(turn->arena, "folded:%s:%s", user, day);
    int64_t count = notices_count_untold(turn->db, job->tenant, user);
    posting->purpose = "folded";
    if (!count) {
        posting_find(turn, plan, job, posting, NULL, user);
        return db_ok(turn->db, err);
    }
    posting->card.text = words(turn, job->tenant, user, count);
    const char *known = cursors_get(turn->db, turn->arena, job->tenant, telling->name);
    if (known && messages_get(turn->db, turn->arena, job->tenant, known, &telling->known)) {
        telling->edit =
            slack_update(&plan->env, job->tenant, telling->known.channel, telling->known.ts,
                         posting->card.text, NULL, telling->known.id);
        plan_add(plan, telling->edit);
    } else if (db_ok(turn->db, err)) {
        posting_say(turn, plan, job, posting, NULL, user);
    }
    return db_ok(turn->db, err);
}

/* The message is gone: the next attempt says it anew. */
static struct job_outcome say_anew(struct turn *turn, const struct job *job,
                                   const struct telling *telling)
{
    struct job_outcome outcome =
        posting_end(turn, cursors_put(turn->db, job->tenant, telling->name, ""));
    return outcome.end == JOB_END_DONE ? job_waits(1) : outcome;
}

struct job_outcome tell_folded_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    const struct telling *telling = plan->state;
    if (telling->edit) {
        if (telling->edit->failure.class == FAILURE_NOT_FOUND)
            return say_anew(turn, job, telling);
        if (telling->edit->failure.class != FAILURE_NONE)
            return job_by_failure(&telling->edit->failure);
        return posting_end(
            turn, messages_edited(turn->db, job->tenant, telling->known.id, "", turn->world->now));
    }
    struct job_outcome outcome = posting_finish(turn, job, plan);
    if (outcome.end != JOB_END_DONE || !telling->posting.post)
        return outcome;
    return posting_end(turn, cursors_put(turn->db, job->tenant, telling->name, job->id));
}
