/* Which workspace a command speaks of, and what is configured for it. */
#include "bot/cli.h"
#include "db/tenants.h"

#include <string.h>

const struct config *cli_config_of(const struct cli *cli, const char *tenant)
{
    const struct config *own = tenant ? config_of_workspace(&cli->config, tenant) : NULL;
    return own ? own : &cli->config;
}

bool cli_load_rules(struct cli *cli, struct err *err)
{
    if (!cli_load_config(cli, err))
        return false;
    if (!cli->rules)
        return true;
    if (!config_load_rules(&cli->config, cli->rules, err))
        return false;
    for (size_t i = 0; i < cli->config.workspace_count; i++)
        if (!config_load_rules(cli->config.workspaces[i].config, cli->rules, err))
            return false;
    return true;
}

/* One that has no file is served by the main one, or not at all. */
static bool is_of_main_file(struct cli *cli, struct db *db, struct err *err)
{
    struct tenant tenant;
    if (!tenants_get(db, &cli->arena, cli->workspace, &tenant))
        return db_ok(db, err) &&
               err_set(err, ERR_NOT_FOUND,
                       "there is no workspace %.40s: it has no file in workspaces.dir, and has not "
                       "installed Usher",
                       cli->workspace);
    return tenant.source == TENANT_CONFIGURED ||
           err_set(err, ERR_CONFIG,
                   "workspace %s has installed Usher and has no file %s.json in workspaces.dir: "
                   "nothing is decided for it",
                   tenant.id, tenant.id);
}

bool cli_know_workspace(struct cli *cli, struct err *err)
{
    if (!cli->workspace || config_of_workspace(&cli->config, cli->workspace))
        return true;
    struct db *db = cli_open_store(cli, DB_OPEN_READ_ONLY, err);
    bool known = db && is_of_main_file(cli, db, err);
    db_close(db);
    return known;
}
