/* Job: the escalation DM of level 1 (manager) or 2 (director). One that cannot be delivered goes to
 * the next level, then to the thread and the admins. Also the DM to whom a question was given. */
#include "base/log.h"
#include "db/audit.h"
#include "handlers/item.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/later_mail.h"
#include "handlers/jobs/posting.h"
#include "handlers/recipient.h"

#include <string.h>

static const char *purpose_of(const struct payload *payload)
{
    return payload->purpose ? payload->purpose : payload->level == TIMER_DIRECTOR ? "dm2" : "dm1";
}

/* Somebody was told of this level since its timer ran out last; it is no longer theirs to whom it
 * was given. */
static bool was_told(struct turn *turn, const struct posting *posting)
{
    const struct item *item = &posting->item;
    const struct payload *payload = &posting->payload;
    if (payload->purpose)
        return !item->claimed_by || strcmp(item->claimed_by, payload->user) != 0;
    struct wall since = payload->level == TIMER_DIRECTOR ? item->told2_at : item->told1_at;
    struct message last;
    return messages_find(turn->db, turn->arena, item->tenant, item->id, posting->purpose, NULL,
                         &last) &&
           last.posted_at.ms >= since.ms;
}

/* The director's, what is blocked, and what was given to someone are said whatever the budget. */
static bool is_urgent(const struct posting *posting)
{
    return posting->payload.purpose || posting->payload.level == TIMER_DIRECTOR ||
           posting->item.level >= LEVEL_BLOCK_FINANCE;
}

bool post_dm_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct posting *posting = posting_begin(turn, job, plan, err);
    if (!posting)
        return false;
    posting->purpose = purpose_of(&posting->payload);
    if (!posting->item.id)
        return true;
    if (!item_is_open((enum item_state)posting->item.state) || was_told(turn, posting)) {
        posting_find(turn, plan, job, posting, NULL, posting->payload.user);
        return db_ok(turn->db, err);
    }
    if (!posting_draw(turn, posting, err))
        return false;
    posting_notice(turn, plan, job, posting, is_urgent(posting));
    return true;
}

static bool audit_undelivered(struct turn *turn, const struct item *item, const char *user,
                              const char *reason)
{
    char onb[ONB_TEXT_SIZE];
    const struct audit_entry entry = {
        .tenant = item->tenant,
        .at = turn->world->now,
        .actor = "usher",
        .via = "job",
        .action = "escalate.undelivered",
        .object = onb_format(item->onboarding, onb),
        .item = item->id,
        .to = item_state_name((enum item_state)item->state),
        .revision = item->revision,
        .reason = arena_fmt(turn->arena, "to %s: %s", user, reason),
    };
    return audit_append(turn->db, &entry);
}

/* How the thread hears of it. */
static const char *note_of(struct turn *turn, const struct item *item, const char *user,
                           const char *next, bool mailed)
{
    const char *whom = next ? arena_fmt(turn->arena, "<@%s> is told instead", next)
                            : arena_fmt(turn->arena, "%s: please see that it is decided",
                                        recipient_admins(turn, item->tenant));
    return arena_fmt(turn->arena,
                     "⚠️ <@%s> could not be reached by DM (`usher jobs` "
                     "shows why)%s; %s.",
                     user, mailed ? " and is mailed" : "", whom);
}

/* The next person, a mail, the thread; the card and the Homes show it until it is decided. */
static bool pass_on(struct turn *turn, const struct job *job, const struct item *item,
                    const struct payload *payload, const char *reason)
{
    int level = payload->level == TIMER_DIRECTOR ? TIMER_DIRECTOR : TIMER_MANAGER;
    const char *user = payload->user;
    const char *next = recipient_next(turn, job->tenant, item->onboarding, level, user);
    bool mailed;
    return audit_undelivered(turn, item, user, reason) &&
           (!next || later_post_dm(turn, item, level, next)) &&
           later_mail_instead(turn, job->tenant, item->id, job->id, user, &mailed) &&
           later_post_note(turn, item, arena_fmt(turn->arena, "undelivered:%d:%s", level, user),
                           note_of(turn, item, user, next, mailed)) &&
           later_edit_messages(turn, job->tenant, item->id) &&
           later_publish_home(turn, job->tenant, NULL);
}

/* It stays theirs; the thread says that they do not know. */
static bool not_told_of_gift(struct turn *turn, const struct item *item, const char *user)
{
    const char *note = arena_fmt(turn->arena,
                                 "⚠️ <@%s> could not be told by DM that this was given to them "
                                 "(`usher jobs` shows why).",
                                 user);
    return later_post_note(turn, item, arena_fmt(turn->arena, "unassigned:%s", user), note);
}

void post_dm_died(struct turn *turn, const struct job *job, const char *reason)
{
    struct payload payload;
    struct err err = {0};
    struct item item;
    log_error(job->id, "post_dm is dead: %s", reason);
    if (!payload_read(turn->arena, job, &payload, &err) || !payload.user ||
        !items_get(turn->db, turn->arena, job->tenant, payload.item, &item))
        return;
    bool ok = posting_failed(turn, job, purpose_of(&payload), reason);
    if (ok && item_is_open((enum item_state)item.state))
        ok = payload.purpose ? not_told_of_gift(turn, &item, payload.user)
                             : pass_on(turn, job, &item, &payload, reason);
    if (!ok)
        log_error(job->id, "the next level was not told either: the store refused");
}
