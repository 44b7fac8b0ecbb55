/* Standing job: the audit log's head, said in a channel once a week, where nobody who could rewrite
 * the database can rewrite it: whoever has an old head can prove that the log was not replaced. */
#include "base/calendar.h"
#include "base/log.h"
#include "connectors/slack.h"
#include "db/audit.h"
#include "db/tenants.h"
#include "handlers/card_values.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/posting.h"

#include <string.h>

enum { LOOK_EVERY_MS = 10 * 60 * 1000 };

static const char cursor[] = "audit_head"; /* the week that was said last */

struct saying {
    struct posting posting; /* first: posting_finish takes it for the whole */
    const char *week;       /* its Monday; NULL: nothing is due */
};

/* The Monday of the week whose first working minute has come: "2026-04-20". A job that is tried
 * again stays with the week in which it began: what it may have said already is of that one. */
static const char *week_of(struct turn *turn, const struct job *job)
{
    const struct calendar *calendar = &turn->config->calendar;
    struct wall now = job->first_try_at.ms ? job->first_try_at : turn->world->now;
    struct civil today = calendar_today(calendar->zone, now);
    struct civil monday = civil_add_days(today, -civil_weekday(today));
    struct wall begins = calendar_next_working(
        calendar, calendar_instant(calendar->zone, (struct local){.date = monday}));
    if (begins.ms > now.ms)
        monday = civil_add_days(monday, -7);
    char text[CIVIL_TEXT_SIZE];
    return arena_str(turn->arena, civil_format(monday, text));
}

static bool is_due(struct turn *turn, const char *tenant, const char *week)
{
    const char *said = cursors_get(turn->db, turn->arena, tenant, cursor);
    return !said || strcmp(said, week) < 0;
}

bool audit_head_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct saying *saying = arena_alloc(turn->arena, sizeof *saying);
    struct audit_head head;
    plan->state = saying;
    const char *channel = turn->config->audit.channel;
    const char *week = channel ? week_of(turn, job) : NULL;
    if (!week || !is_due(turn, job->tenant, week))
        return db_ok(turn->db, err);
    if (!audit_head(turn->db, &head) || head.seq == 0)
        return db_ok(turn->db, err);
    saying->week = week;
    saying->posting.purpose = job->kind;
    saying->posting.card.text = arena_fmt(
        turn->arena,
        "🔒 Audit log, week of %s: %lld rows, head `%s`. Keep this message: `usher audit export` "
        "must show that hash in row %lld for as long as the log is the same.",
        week, (long long)head.seq, head.hash, (long long)head.seq);
    posting_say(turn, plan, job, &saying->posting, channel, NULL);
    return true;
}

struct job_outcome audit_head_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    const struct saying *saying = plan->state;
    struct job_outcome said = posting_finish(turn, job, plan);
    if (said.end != JOB_END_DONE)
        return said;
    bool ok = !saying->week || cursors_put(turn->db, job->tenant, cursor, saying->week);
    return posting_end(turn, ok && later_again(turn, job->tenant, job->kind, NULL, LOOK_EVERY_MS));
}

/* Slack refuses for good (the bot is not in the channel …): the admins hear of it, and next week it
 * is tried again. */
void audit_head_died(struct turn *turn, const struct job *job, const char *reason)
{
    posting_tell_admins(turn, job->tenant,
                        posting_failed_words(turn, job,
                                             "The audit log's head can't be said in the "
                                             "channel of `audit.channel`",
                                             reason));
    if (!cursors_put(turn->db, job->tenant, cursor, week_of(turn, job)) ||
        !later_again(turn, job->tenant, job->kind, NULL, LOOK_EVERY_MS))
        log_error(job->id, "next week's head was not asked for: the store refused");
}
