/* Rows of jobs that write mail. */
#include "handlers/jobs/later_mail.h"

#include "db/jobs.h"

static bool add(struct turn *turn, const char *tenant, const char *kind,
                const struct payload *payload)
{
    struct id id;
    return jobs_add(turn->db, turn->world,
                    &(struct job_new){
                        .tenant = tenant,
                        .kind = kind,
                        .key = arena_fmt(turn->arena, "%s:%s", kind, payload->message),
                        .lane = arena_fmt(turn->arena, "mail:%s", payload->user),
                        .payload = payload_write(turn->arena, payload),
                        .run_at = turn->world->now,
                    },
                    &id);
}

bool later_mail_instead(struct turn *turn, const char *tenant, const char *item_id,
                        const char *message_id, const char *user_id, bool *will)
{
    *will = turn->config->mail.enabled;
    return !*will ||
           add(turn, tenant, "mail_link",
               &(struct payload){.item = item_id, .message = message_id, .user = user_id});
}

bool later_mail(struct turn *turn, const char *tenant, const struct payload *missed)
{
    return add(turn, tenant, "post_mail", missed);
}
