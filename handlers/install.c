/* Keeping and ending a workspace that installs Usher by OAuth. */
#include "handlers/install.h"

#include "base/log.h"
#include "db/audit.h"
#include "db/jobs.h"
#include "db/tenants.h"
#include "handlers/card_values.h"
#include "handlers/grant.h"
#include "handlers/jobs/later.h"

#include <string.h>

static bool note(struct turn *turn, const char *tenant, const char *actor, const char *action,
                 const char *reason)
{
    const struct audit_entry entry = {
        .tenant = tenant,
        .at = turn->world->now,
        .actor = actor,
        .via = strcmp(actor, "slack") == 0 ? "event" : "web",
        .action = action,
        .object = tenant,
        .reason = reason,
    };
    return audit_append(turn->db, &entry);
}

/* ---- coming ---- */

/* The first words that anyone there hears of Usher. */
static const char *welcome(struct turn *turn, const char *tenant, const struct config *own)
{
    const char *command = turn->config->slack.command;
    if (own)
        return arena_fmt(turn->arena,
                         "Usher is installed here. Cards go to <#%s>: invite it there with "
                         "`/invite @usher`. `%s help` says what it can do.",
                         own->slack.channel, command);
    return arena_fmt(turn->arena,
                     "Usher is installed here, and is not set up yet: it can be looked at, and "
                     "nothing more. Ask whoever runs it for a file `%s.json` in the folder of "
                     "`workspaces.dir`, with `slack.channel` (where cards go), `roles` (who may "
                     "decide) and `roster` (who hears of what nobody decides). Until then `%s "
                     "help` answers, and nobody is asked anything.",
                     tenant, command);
}

static bool keep(struct turn *turn, const struct slack_granted *granted, const char *id,
                 const struct config *own)
{
    const struct tenant tenant = {
        .id = id,
        .name = granted->org_wide ? granted->enterprise_name : granted->team_name,
        .bot_user_id = granted->bot_user_id,
        .app_id = granted->app_id,
        .source = TENANT_INSTALLED,
        .enterprise_id = granted->enterprise_id,
        .installer = granted->installer,
        .scopes = granted->scopes,
        .expires_at = {granted->expires_in_s
                           ? wall_after_machine(turn->world, granted->expires_in_s * 1000).ms
                           : 0},
    };
    const struct grant grant = {.token = granted->token,
                                .refresh_token = granted->refresh_token,
                                .expires_at = tenant.expires_at};
    const char *who = granted->installer ? granted->installer : "slack";
    return tenants_put(turn->db, &tenant, turn->world->now) &&
           grant_put(turn, id, GRANT_IN_FORCE, &grant) && grant_drop(turn->db, id, GRANT_NEXT) &&
           note(turn, id, who, "slack.installed", granted->scopes) && jobs_resume(turn->db, id) &&
           later_standing(turn, id) && later_renew_grant(turn, id, tenant.expires_at) &&
           (!granted->installer ||
            later_tell(turn, id, NULL, granted->installer, welcome(turn, id, own), NULL));
}

enum install_end install_keep(struct turn *turn, const struct slack_granted *granted,
                              const char **tenant)
{
    const char *id = granted->org_wide ? granted->enterprise_id : granted->team_id;
    const struct config *own = config_of_workspace(turn->config, id);
    struct tenant known;
    struct err err;
    *tenant = id;
    if (tenants_get(turn->db, turn->arena, id, &known) && known.source == TENANT_CONFIGURED)
        return INSTALL_CONFIGURED;
    if (!db_ok(turn->db, &err) || !keep(turn, granted, id, own))
        return INSTALL_FAILED;
    log_info("slack", "workspace %s (%s) installed Usher%s", id,
             granted->team_name ? granted->team_name : "all of its organisation",
             own ? "" : "; it has no file in workspaces.dir yet");
    return own ? INSTALL_DONE : INSTALL_UNSETTLED;
}

/* ---- going ---- */

bool install_end(struct turn *turn, const char *tenant, const char *action, const char *why)
{
    struct tenant known;
    struct err err;
    bool found = tenants_get(turn->db, turn->arena, tenant, &known);
    if (!db_ok(turn->db, &err))
        return false;
    if (found && known.source == TENANT_INSTALLED) {
        log_warn(
            "slack",
            "workspace %s ended (%s, %s): its tokens are wiped, what waits for it is parked until "
            "it installs Usher again",
            tenant, action, why);
        return tenants_end(turn->db, tenant, why, turn->world->now) &&
               grant_forget(turn->db, tenant) && jobs_park(turn->db, tenant) &&
               note(turn, tenant, "slack", action, why);
    }
    log_error("slack",
              "workspace %s (%s: %s): install the app again and set SLACK_BOT_TOKEN to its token",
              tenant, action, why);
    return note(turn, tenant, "slack", action, why);
}
