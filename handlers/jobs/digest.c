/* Job: one person's digest. It decides by its reader's own day whether it is due, so that however
 * late or often it runs, each day has one at most; then it makes the row of the next. */
#include "handlers/digest.h"
#include "base/calendar.h"
#include "base/log.h"
#include "db/audit.h"
#include "db/digests.h"
#include "db/notices.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later_digest.h"
#include "handlers/jobs/posting.h"

#include <string.h>

struct digesting {
    struct posting posting; /* first: posting_finish reads it */
    const char *day;        /* that it is of */
    bool due;               /* today's is due: said here, or by a row of its own … */
    bool late;              /* … where this one is of an earlier day */
    struct wall drawn_at;
};

/* The day of the first attempt, there. */
static const char *day_of(struct turn *turn, const struct job *job, const char *user)
{
    char text[CIVIL_TEXT_SIZE];
    struct civil day = calendar_today(digest_zone(turn, job->tenant, user), job->first_try_at);
    return arena_str(turn->arena, civil_format(day, text));
}

static void note_when(struct turn *turn, const struct job *job, struct digesting *digesting)
{
    const char *user = digesting->posting.payload.user, *today;
    digesting->day = day_of(turn, job, user);
    digesting->due =
        digest_is_wanted(turn, job->tenant, user) && digest_is_due(turn, job->tenant, user, &today);
    digesting->late = digesting->due && strcmp(digesting->day, today) != 0;
    digesting->posting.purpose = arena_fmt(turn->arena, "digest:%s", digesting->day);
}

bool digest_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct digesting *digesting = arena_alloc(turn->arena, sizeof *digesting);
    struct posting *posting = &digesting->posting;
    bool empty = true;
    *digesting = (struct digesting){.drawn_at = turn->world->now};
    plan->state = digesting;
    if (!payload_read(turn->arena, job, &posting->payload, err))
        return false;
    const char *user = posting->payload.user;
    if (!user)
        return err_set(err, ERR_INVALID, "payload: nobody to tell");
    note_when(turn, job, digesting);
    if (digesting->due && !digesting->late &&
        !digest_render(turn, job->tenant, user, &posting->card, &empty, err))
        return false;
    if (empty)
        posting_find(turn, plan, job, posting, NULL, user);
    else
        posting_say(turn, plan, job, posting, NULL, user);
    return db_ok(turn->db, err);
}

/* The day has had its digest, if only an empty one; said: with what was kept for it until it was
 * drawn. */
static bool keep_day(struct turn *turn, const struct job *job, const struct digesting *digesting,
                     bool said)
{
    struct wall drawn_at =
        said && digesting->posting.post->adopted ? job->first_try_at : digesting->drawn_at;
    const char *tenant = job->tenant, *user = digesting->posting.payload.user;
    if (!digests_has(turn->db, tenant, user, digesting->day) &&
        !digests_add(turn->db, tenant, user, digesting->day, said ? job->id : NULL, false,
                     turn->world->now))
        return false;
    return !said || notices_told(turn->db, tenant, user, drawn_at, digesting->day);
}

static bool next(struct turn *turn, const struct job *job, const char *user, bool today)
{
    struct wall at = today ? turn->world->now : digest_next(turn, job->tenant, user);
    return !digest_is_wanted(turn, job->tenant, user) || later_digest(turn, job->tenant, user, at);
}

struct job_outcome digest_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    const struct digesting *digesting = plan->state;
    const struct posting *posting = &digesting->posting;
    struct job_outcome outcome = posting_finish(turn, job, plan);
    if (outcome.end != JOB_END_DONE)
        return outcome;
    bool said = posting->post && posting->post->ts;
    bool ok =
        (!said && (!digesting->due || digesting->late)) || keep_day(turn, job, digesting, said);
    return posting_end(turn, ok && next(turn, job, posting->payload.user, digesting->late));
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
    if (!ok || !next(turn, job, payload.user, false))
        log_error(job->id, "that was not kept: the store refused");
}
