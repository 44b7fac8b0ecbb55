/* Job: the mail to a person whom a message in Slack did not reach. It goes once: what may have been
 * sent is not sent again by itself, and one that was said to have failed is told in the thread. */
#include "base/log.h"
#include "base/mail.h"
#include "connectors/mail.h"
#include "db/audit.h"
#include "db/people.h"
#include "handlers/card_values.h"
#include "handlers/delivery.h"
#include "handlers/item.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/posting.h"
#include "handlers/mail_words.h"
#include "handlers/recipient.h"

#include <string.h>

enum { WHY_MAX = 150 };

struct mailing {
    struct payload payload;
    struct item item;
    struct message missed;
    struct call *call; /* NULL: nothing to send (any more) */
};

/* The reader's address, as Slack tells it. */
static const char *address_of(struct turn *turn, const struct job *job, const char *user_id,
                              struct err *err)
{
    struct person person;
    if (!people_get(turn->db, turn->arena, job->tenant, user_id, &person)) {
        if (db_ok(turn->db, err))
            err_set(err, ERR_NOT_FOUND, "nothing is known of %.40s yet", user_id);
        return NULL;
    }
    if (person.email && mail_address_is_sound(person.email))
        return person.email;
    err_set(err, ERR_NOT_FOUND, "Slack tells no mail address that can be written to");
    return NULL;
}

/* Decided, delivered after all, or mailed before (if only perhaps): nothing to write. */
static bool is_over(struct turn *turn, const struct job *job, const struct mailing *mailing)
{
    struct message mail;
    return !item_is_open((enum item_state)mailing->item.state) ||
           mailing->missed.posted_at.ms > 0 ||
           (messages_mailed(turn->db, turn->arena, &mailing->missed, &mail) &&
            (mail.posted_at.ms > 0 || strcmp(mail.id, job->id) != 0));
}

bool post_mail_plan(struct turn *turn, const struct job *job, struct plan *plan, struct err *err)
{
    struct mailing *mailing = arena_alloc(turn->arena, sizeof *mailing);
    struct mail_words words;
    plan->state = mailing;
    *mailing = (struct mailing){0};
    if (!payload_read(turn->arena, job, &mailing->payload, err))
        return false;
    const struct payload *payload = &mailing->payload;
    if (!payload->message || !payload->item || !payload->user)
        return err_set(err, ERR_INVALID, "payload: no message, item or person");
    if (!messages_get(turn->db, turn->arena, job->tenant, payload->message, &mailing->missed) ||
        !items_get(turn->db, turn->arena, job->tenant, payload->item, &mailing->item) ||
        is_over(turn, job, mailing))
        return db_ok(turn->db, err);
    const char *to = address_of(turn, job, payload->user, err);
    if (!to || !mail_words(turn, &mailing->item, &mailing->missed, &words, err))
        return false;
    const struct mail_letter letter = {.to = to,
                                       .subject = words.subject,
                                       .text = words.text,
                                       .html = words.html,
                                       .id = job->id,
                                       .date = turn->world->now};
    mailing->call = mail_send(&plan->env, &letter);
    plan_add(plan, mailing->call);
    return true;
}

/* ---- what became of it ---- */

static bool audit(struct turn *turn, const struct item *item, const char *action,
                  const char *reason)
{
    char onb[ONB_TEXT_SIZE];
    const struct audit_entry entry = {
        .tenant = item->tenant,
        .at = turn->world->now,
        .actor = "usher",
        .via = "job",
        .action = action,
        .object = onb_format(item->onboarding, onb),
        .item = item->id,
        .to = item_state_name((enum item_state)item->state),
        .revision = item->revision,
        .reason = reason,
    };
    return audit_append(turn->db, &entry);
}

static struct message row_of(const struct job *job, const struct payload *payload,
                             const struct item *item)
{
    return (struct message){.id = job->id,
                            .tenant = job->tenant,
                            .item = item->id,
                            .onboarding = item->onboarding,
                            .purpose = "mail",
                            .user_id = payload->user,
                            .instead_of = payload->message};
}

static bool redraw(struct turn *turn, const struct item *item)
{
    return later_edit_messages(turn, item->tenant, item->id) &&
           later_publish_home(turn, item->tenant, NULL);
}

struct job_outcome post_mail_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    const struct mailing *mailing = plan->state;
    if (!mailing->call)
        return job_is_done();
    const struct failure *failure = &mailing->call->failure;
    if (failure->class == FAILURE_AMBIGUOUS)
        return job_is_dead("it may have arrived: %.200s", failure->message);
    if (failure->class != FAILURE_NONE)
        return job_by_failure(failure);
    struct message row = row_of(job, &mailing->payload, &mailing->item);
    row.posted_at = turn->world->now;
    return posting_end(turn, messages_add(turn->db, &row) &&
                                 audit(turn, &mailing->item, "mail.sent",
                                       arena_fmt(turn->arena, "to %s", row.user_id)) &&
                                 redraw(turn, &mailing->item));
}

static bool say_failed(struct turn *turn, const struct job *job, const struct item *item,
                       const char *user_id, const char *reason)
{
    const char *text = arena_fmt(
        turn->arena, "⚠️ The mail to <@%s> failed too: %s. %s: please see that it is decided.",
        user_id, card_outside(turn->arena, reason, WHY_MAX), recipient_admins(turn, item->tenant));
    return later_post_note(turn, item, arena_fmt(turn->arena, "mail:%s", job->id), text);
}

void post_mail_died(struct turn *turn, const struct job *job, const char *reason)
{
    struct payload payload;
    struct item item;
    struct err err = {0};
    log_error(job->id, "post_mail is dead: %s", reason);
    if (!payload_read(turn->arena, job, &payload, &err) || !payload.user || !payload.item ||
        !items_get(turn->db, turn->arena, job->tenant, payload.item, &item))
        return;
    struct message row = row_of(job, &payload, &item);
    bool ok = delivery_failed(turn, &row, reason) &&
              audit(turn, &item, "mail.failed",
                    arena_fmt(turn->arena, "to %s: %s", payload.user, reason));
    if (ok && item_is_open((enum item_state)item.state))
        ok = say_failed(turn, job, &item, payload.user, reason) && redraw(turn, &item);
    if (!ok)
        log_error(job->id, "it was not told either: the store refused");
}
