/* Rows of digests. */
#include "handlers/jobs/later_digest.h"

#include "db/jobs.h"
#include "handlers/jobs/payload.h"

enum { FOLDED_DELAY_MS = 2000 }; /* machine time */

bool later_digest(struct turn *turn, const char *tenant, const char *user_id, struct wall at)
{
    const struct payload payload = {.user = user_id};
    struct id id;
    return jobs_add(turn->db, turn->world,
                    &(struct job_new){
                        .tenant = tenant,
                        .kind = "digest",
                        .key = arena_fmt(turn->arena, "digest:%s", user_id),
                        .payload = payload_write(turn->arena, &payload),
                        .run_at = at,
                    },
                    &id);
}

bool later_folded(struct turn *turn, const char *tenant, const char *user_id)
{
    const struct payload payload = {.user = user_id};
    struct id id;
    return jobs_add(turn->db, turn->world,
                    &(struct job_new){
                        .tenant = tenant,
                        .kind = "tell_folded",
                        .key = arena_fmt(turn->arena, "folded:%s", user_id),
                        .lane = arena_fmt(turn->arena, "folded:%s", user_id),
                        .payload = payload_write(turn->arena, &payload),
                        .run_at = wall_after_machine(turn->world, FOLDED_DELAY_MS),
                    },
                    &id);
}
