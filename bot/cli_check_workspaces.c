/* usher check: the workspaces beside that of the main file. */
#include "bot/cli_check.h"
#include "connectors/slack.h"
#include "db/tenants.h"
#include "handlers/grant.h"

#include <string.h>
#include <unistd.h>

/* One that has installed Usher, and the question whether its token counts. */
struct guest {
    const struct tenant *tenant;
    const struct config *own; /* its file's, NULL: none */
    struct grant grant;
    struct err err;
    struct config config; /* with its token */
    struct slack_identity *identity;
};

static void ask(struct checkup *checkup, struct guest *guest)
{
    struct call_env env = cli_calls_env(checkup->calls);
    guest->config = guest->own ? *guest->own : checkup->cli->config;
    guest->config.slack.bot_token = guest->grant.token;
    env.config = &guest->config;
    guest->identity = slack_auth_test(&env);
    cli_calls_add(checkup->calls, &guest->identity->call);
}

static void tell(struct checkup *checkup, const struct guest *guest)
{
    struct arena *arena = &checkup->cli->arena;
    const char *what = arena_fmt(arena, "Workspace %s", guest->tenant->id);
    const char *name = guest->tenant->name ? guest->tenant->name : "";
    if (!guest->identity)
        check_line(checkup, false, what,
                   arena_fmt(arena, "%s: its token cannot be read (%s): let it install Usher again",
                             name, guest->err.code ? guest->err.msg : "there is none"));
    else if (guest->own || guest->identity->call.failure.class != FAILURE_NONE)
        check_line_of_call(
            checkup, what, &guest->identity->call,
            guest->own ? arena_fmt(arena, "%s, cards go to %s", name, guest->own->slack.channel)
                       : name);
    else
        check_warn(what, arena_fmt(arena,
                                   "%s: has installed Usher and has no file %s.json in "
                                   "workspaces.dir: it can look at nothing and decide nothing",
                                   name, guest->tenant->id));
}

/* Those that have installed Usher; the database may not be there yet. */
static size_t read_guests(struct checkup *checkup, struct guest **out)
{
    struct cli *cli = checkup->cli;
    struct keyring keyring = {0};
    struct err err;
    struct tenant *tenants;
    size_t count = 0;
    *out = NULL;
    if (access(cli->config.store.path, F_OK) != 0)
        return 0;
    struct db *db = cli_open_store(cli, DB_OPEN_READ_ONLY, &err);
    if (!db)
        return 0; /* its own line says why */
    size_t tenant_count = tenants_list(db, &cli->arena, &tenants);
    bool keys = keyring_load(&keyring, cli_keyring_path(cli), &err);
    *out = arena_array(&cli->arena, tenant_count + 1, sizeof **out);
    for (size_t i = 0; i < tenant_count; i++) {
        struct guest *guest = &(*out)[count];
        if (tenants[i].source != TENANT_INSTALLED)
            continue;
        guest->tenant = &tenants[i];
        guest->own = config_of_workspace(&cli->config, tenants[i].id);
        if (keys && grant_get(db, &keyring, &cli->arena, tenants[i].id, GRANT_IN_FORCE,
                              &guest->grant, &guest->err))
            ask(checkup, guest);
        count++;
    }
    keyring_release(&keyring);
    db_close(db);
    return count;
}

static bool is_among(const struct guest *guests, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(guests[i].tenant->id, id) == 0)
            return true;
    return false;
}

void check_workspaces(struct checkup *checkup)
{
    const struct config *config = &checkup->cli->config;
    struct guest *guests;
    size_t count = read_guests(checkup, &guests);
    cli_calls_run(checkup->calls);
    for (size_t i = 0; i < count; i++) {
        tell(checkup, &guests[i]);
        grant_wipe(&guests[i].grant);
    }
    for (size_t i = 0; i < config->workspace_count; i++)
        if (!is_among(guests, count, config->workspaces[i].id))
            check_warn(arena_fmt(&checkup->cli->arena, "Workspace %s", config->workspaces[i].id),
                       "has a file, and has not installed Usher by /slack/install");
}
