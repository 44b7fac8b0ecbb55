/* Standing job: once a week, whether every role can still be exercised by someone. What is wrong is
 * told to the admins, with what to change; nothing is said where nothing is. */
#include "base/calendar.h"
#include "base/log.h"
#include "db/tenants.h"
#include "handlers/jobs/kinds.h"
#include "handlers/jobs/later.h"
#include "handlers/jobs/posting.h"
#include "handlers/roles.h"
#include "handlers/roles_check.h"

#include <string.h>

enum { LOOK_EVERY_MS = 10 * 60 * 1000, ADMINS_MAX = 5, SHOWN_MAX = 8 };

static const char cursor[] = "check_roles"; /* the week that was looked at last */

/* The Monday of this week: "2026-04-20". */
static const char *week_of(struct turn *turn)
{
    struct civil today = calendar_today(turn->config->calendar.zone, turn->world->now);
    char text[CIVIL_TEXT_SIZE];
    return arena_str(turn->arena, civil_format(civil_add_days(today, -civil_weekday(today)), text));
}

/* In working time, and not before the directory is known: until then nobody can be missed. */
static bool is_due(struct turn *turn, const char *tenant, const char *week)
{
    const char *last = cursors_get(turn->db, turn->arena, tenant, cursor);
    struct wall next = calendar_next_working(&turn->config->calendar, turn->world->now);
    return cursors_get(turn->db, turn->arena, tenant, "people_read") &&
           next.ms == turn->world->now.ms && (!last || strcmp(last, week) < 0);
}

static const char *words(struct turn *turn, const char *const *problems, size_t count)
{
    const char *text = arena_fmt(turn->arena, "⚠️ Roles: %zu thing%s to look at.", count,
                                 count == 1 ? "" : "s");
    for (size_t i = 0; i < count && i < SHOWN_MAX; i++)
        text = arena_fmt(turn->arena, "%s\n• %s", text, problems[i]);
    return arena_fmt(turn->arena, "%s%s\n`%s admin roles` shows all of it at any time.", text,
                     count > SHOWN_MAX ? arena_fmt(turn->arena, "\n• %zu more", count - SHOWN_MAX)
                                       : "",
                     turn->config->slack.command);
}

static bool tell(struct turn *turn, const char *tenant, const char *const *problems, size_t count)
{
    const char **admins, *why;
    size_t holders = roles_holders(turn, tenant, ROLE_ADMIN, &admins), told = 0;
    const char *text = words(turn, problems, count);
    for (size_t i = 0; i < holders && told < ADMINS_MAX; i++) {
        if (!roles_can_act(turn, tenant, admins[i], &why))
            continue;
        if (!later_inform(turn, tenant, admins[i], text, NULL))
            return false;
        told++;
    }
    if (!told)
        log_error("roles", "no admin is there to hear of %zu things: see roles.admin", count);
    return true;
}

struct job_outcome check_roles_finish(struct turn *turn, const struct job *job, struct plan *plan)
{
    (void)plan;
    const char *week = week_of(turn);
    bool ok = true;
    if (is_due(turn, job->tenant, week)) {
        const char **problems;
        size_t count = roles_check(turn, job->tenant, &problems);
        ok = (count == 0 || tell(turn, job->tenant, problems, count)) &&
             cursors_put(turn->db, job->tenant, cursor, week);
    }
    return posting_end(turn, ok && later_again(turn, job->tenant, job->kind, NULL, LOOK_EVERY_MS));
}
