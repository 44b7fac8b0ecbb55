/* The workspaces that are known. One is never forgotten while the process lives, since jobs and
 * calls hold on to its configuration; one that has ended has no token. */
#include "bot/workspaces.h"

#include "base/broken.h"
#include "base/log.h"
#include "bot/token_cache.h"
#include "db/tenants.h"
#include "handlers/grant.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct workspace {
    struct workspace *next;
    char *id;
    bool installed, serves;
    bool is_main; /* the main file holds for it, as it is */
    char *token;  /* that it granted, owned; NULL: none, or it is slack.bot_token's */
    struct config
        config; /* a copy of what holds for it, with its token; its strings are borrowed */
    struct sessions *own;    /* of systems of its own; NULL: the main file's */
    struct token_cache kept; /* theirs, in the store */
};

struct workspaces {
    struct workspaces_parts parts;
    struct workspace *first;
    struct config nobody; /* what holds for who is not known */
    int64_t seen;         /* tenants_touched() */
};

static struct workspace *find(const struct workspaces *workspaces, const char *id)
{
    for (struct workspace *at = workspaces->first; at; at = at->next)
        if (strcmp(at->id, id) == 0)
            return at;
    return NULL;
}

static struct workspace *add(struct workspaces *workspaces, const char *id)
{
    struct workspace *workspace = calloc(1, sizeof *workspace);
    if (!workspace || !(workspace->id = strdup(id)))
        abort();
    workspace->next = workspaces->first;
    workspaces->first = workspace;
    return workspace;
}

/* ---- its token ---- */

static void drop_token(struct workspace *workspace)
{
    if (workspace->token)
        sodium_memzero(workspace->token, strlen(workspace->token));
    free(workspace->token);
    workspace->token = NULL;
}

static void read_token(struct workspaces *workspaces, struct workspace *workspace,
                       struct arena *arena)
{
    struct grant grant = {0};
    struct err err = {0};
    bool wanted = workspace->installed && workspace->serves;
    bool found = wanted && grant_get(workspaces->parts.db, workspaces->parts.keyring, arena,
                                     workspace->id, GRANT_IN_FORCE, &grant, &err);
    if (!db_ok(workspaces->parts.db, NULL))
        return; /* not known to be gone: the one that was read before goes on */
    drop_token(workspace);
    if (!wanted)
        return;
    if (found) {
        workspace->token = strdup(grant.token);
        if (!workspace->token)
            abort();
        grant_wipe(&grant);
    } else {
        log_error("slack",
                  "workspace %s: its token cannot be read (%s): let it install Usher again",
                  workspace->id, err.code ? err.msg : "there is none");
    }
}

/* ---- its configuration ---- */

/* Without a file of its own, one that has installed itself is a newcomer. */
static const struct config *base_of(const struct config *main, const struct workspace *workspace)
{
    const struct config *own = config_of_workspace(main, workspace->id);
    if (own || BROKEN(newcomer_as_main))
        return own ? own : main;
    return workspace->installed && main->newcomer ? main->newcomer : main;
}

static void configure(struct workspaces *workspaces, struct workspace *workspace)
{
    const struct config *main = workspaces->parts.config;
    const struct config *base = base_of(main, workspace);
    workspace->is_main = base == main && workspace->serves && !workspace->installed;
    workspace->config = *base;
    workspace->config.workspace = workspace->id;
    if (workspace->installed || !workspace->serves)
        workspace->config.slack.bot_token = workspace->token;
}

static void configure_nobody(struct workspaces *workspaces)
{
    const struct config *main = workspaces->parts.config;
    workspaces->nobody = main->newcomer ? *main->newcomer : *main;
    workspaces->nobody.slack.bot_token = NULL;
    workspaces->nobody.workspace = "";
}

static void configure_sessions(struct workspaces *workspaces, struct workspace *workspace,
                               struct arena *arena)
{
    const struct workspaces_parts *parts = &workspaces->parts;
    if (!workspace->config.own_systems)
        return; /* where it had some, what they gave is kept: it may come back to them */
    if (workspace->own) {
        token_cache_reload(&workspace->kept, &workspace->config, workspace->own);
        return;
    }
    workspace->own = calloc(1, sizeof *workspace->own);
    if (!workspace->own)
        abort();
    token_cache_init(&workspace->kept, parts->db, parts->keyring, parts->world, &workspace->config);
    workspace->kept.tenant = workspace->id;
    token_cache_load(&workspace->kept, arena, workspace->own);
}

/* ---- all of them ---- */

static void take(struct workspaces *workspaces, const struct tenant *tenant, struct arena *arena)
{
    struct workspace *workspace = find(workspaces, tenant->id);
    if (!workspace)
        workspace = add(workspaces, tenant->id);
    workspace->installed = tenant->source == TENANT_INSTALLED;
    workspace->serves = true;
    read_token(workspaces, workspace, arena);
    configure(workspaces, workspace);
    configure_sessions(workspaces, workspace, arena);
}

static void read_all(struct workspaces *workspaces, struct arena *arena)
{
    struct tenant *tenants;
    struct err err;
    int64_t touched = tenants_touched(workspaces->parts.db);
    size_t count = tenants_list(workspaces->parts.db, arena, &tenants);
    if (!db_ok(workspaces->parts.db, &err)) {
        log_error("db", "the workspaces cannot be read: %s", err.msg);
        return; /* what was known goes on; read again at the next turn */
    }
    configure_nobody(workspaces);
    for (struct workspace *at = workspaces->first; at; at = at->next)
        at->serves = false;
    for (size_t i = 0; i < count; i++)
        take(workspaces, &tenants[i], arena);
    for (struct workspace *at = workspaces->first; at; at = at->next)
        if (!at->serves) {
            drop_token(at);
            configure(workspaces, at);
        }
    if (db_ok(workspaces->parts.db, &err))
        workspaces->seen = touched;
    else
        log_error("db", "the workspaces' tokens cannot be read: %s", err.msg);
}

struct workspaces *workspaces_new(const struct workspaces_parts *parts, struct arena *arena)
{
    struct workspaces *workspaces = calloc(1, sizeof *workspaces);
    if (!workspaces)
        abort();
    workspaces->parts = *parts;
    workspaces->seen = -1;
    read_all(workspaces, arena);
    return workspaces;
}

void workspaces_free(struct workspaces *workspaces)
{
    if (!workspaces)
        return;
    for (struct workspace *at = workspaces->first, *next; at; at = next) {
        next = at->next;
        drop_token(at);
        if (at->own)
            sessions_release(at->own);
        free(at->own);
        free(at->id);
        free(at);
    }
    free(workspaces);
}

void workspaces_reconfigure(struct workspaces *workspaces, const struct config *config)
{
    workspaces->parts.config = config;
    workspaces->seen = -1;
}

void workspaces_doubt(struct workspaces *workspaces)
{
    workspaces->seen = -1;
}

void workspaces_follow(struct workspaces *workspaces, struct arena *arena)
{
    if (workspaces->seen != tenants_touched(workspaces->parts.db))
        read_all(workspaces, arena);
}

void workspaces_store(struct workspaces *workspaces, struct arena *arena)
{
    for (struct workspace *at = workspaces->first; at; at = at->next)
        if (at->own && at->serves)
            token_cache_store(&at->kept, arena, at->own);
}

const struct config *workspaces_config(const struct workspaces *workspaces, const char *tenant)
{
    const struct workspace *workspace = find(workspaces, tenant);
    if (!workspace)
        return &workspaces->nobody;
    return workspace->is_main ? workspaces->parts.config : &workspace->config;
}

struct sessions *workspaces_sessions(const struct workspaces *workspaces, const char *tenant)
{
    const struct workspace *workspace = find(workspaces, tenant);
    return workspace && workspace->config.own_systems ? workspace->own : workspaces->parts.sessions;
}

bool workspaces_serves(const struct workspaces *workspaces, const char *tenant)
{
    const struct workspace *workspace = find(workspaces, tenant);
    return workspace && workspace->serves;
}
