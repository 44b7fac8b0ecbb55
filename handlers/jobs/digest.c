/* Job: one person's digest. It decides by its reader's own day whether it is due, so that however
 * late or often it runs, each day has one at most; then it makes the row of the next. */
#include "handlers/digest.h"
#include "base/log.h"
#include "db/audit.h"
#include "db/digests.h"
#include "db/notices.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later_digest.h"
#include "handlers/jobs/posting.h"

struct digesting {
    struct posting posting; /* first: posting_finish reads it */
    const char *day;        /* NULL: not due */
    struct wall drawn_at;
};

bool digest_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct digesting *digesting = arena_alloc(turn->arena, sizeof *digesting);
    struct posting *posting = &digesting->posting;
    const char *day;
    bool empty;
    *digesting = (struct digesting){.drawn_at = turn->world->now};
    plan->state = digesting;
    if (!payload_read(turn->arena, job, &posting->payload, err))
        return false;
    const char *user = posting->payload.user;
    if (!user)
        return err_set(err, ERR_INVALID, "payload: nobody to tell");
    if (!digest_is_wanted(turn, job->tenant, user) || !digest_is_due(turn, job->tenant, user, &day))
        return db_ok(turn->db, err);
    digesting->day = day;
    posting->purpose = arena_fmt(turn->arena, "digest:%s", day);
    if (!digest_render(turn, job->tenant, user, &posting->card, &empty, err))
        return false;
    if (!empty)
        posting_say(turn, plan, job, posting, NULL, user);
    return true;
}

static bool next(struct turn *turn, const struct job *job, const char *user)
{
    return !digest_is_wanted(turn, job->tenant, user) || later_digest(turn, job->tenant, user);
}

struct job_outcome digest_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    const struct digesting *digesting = plan->state;
    const struct posting *posting = &digesting->posting;
    const char *user = posting->payload.user;
    if (!digesting->day)
        return posting_end(turn, next(turn, job, user));
    struct job_outcome outcome = posting_finish(turn, job, plan);
    if (outcome.end != JOB_END_DONE)
        return outcome;
    bool ok = digests_add(turn->db, job->tenant, user, digesting->day,
                          posting->post ? job->id : NULL, false, turn->world->now);
    if (ok && posting->post)
        ok = notices_told(turn->db, job->tenant, user, digesting->drawn_at, digesting->day);
    return posting_end(turn, ok && next(turn, job, user));
}

/* What was folded into it is in the next one. */
void digest_died(struct turn *turn, const struct job *job, const char *reason)
{
    struct payload payload;
    struct err err = {0};
    const char *day;
    log_error(job->id, "digest is dead: %s", reason);
    if (!payload_read(turn->arena, job, &payload, &err) || !payload.user)
        return;
    const struct audit_entry entry = {.tenant = job->tenant,
                                      .at = turn->world->now,
                                      .actor = "usher",
                                      .via = "job",
                                      .action = "digest.failed",
                                      .object = payload.user,
                                      .reason = reason};
    digest_is_due(turn, job->tenant, payload.user, &day);
    bool ok = posting_failed(turn, job, "digest", reason) && audit_append(turn->db, &entry);
    if (ok && !digests_has(turn->db, job->tenant, payload.user, day))
        ok = digests_add(turn->db, job->tenant, payload.user, day, NULL, true, turn->world->now);
    if (!ok || !next(turn, job, payload.user))
        log_error(job->id, "that was not kept: the store refused");
}
