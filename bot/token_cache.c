/* Sealing, opening and keeping tokens by name: "session:salesforce" … */
#include "bot/token_cache.h"

#include "base/log.h"
#include "db/secrets.h"
#include "db/tenants.h"

#include <stdio.h>
#include <string.h>

enum { NAME_SIZE = 32, CONTEXT_SIZE = 160 };

/* Where there is none of slack.bot_token, the main file's tokens are kept by nobody: a workspace
 * that goes would take them along. */
static const char *tenant_of(const struct token_cache *cache, struct arena *arena)
{
    struct tenant *tenants;
    if (cache->tenant)
        return cache->tenant;
    size_t count = tenants_list(cache->db, arena, &tenants);
    for (size_t i = 0; i < count; i++)
        if (tenants[i].source == TENANT_CONFIGURED)
            return tenants[i].id;
    return NULL;
}

static const char *name_of(enum system system, char out[NAME_SIZE])
{
    snprintf(out, NAME_SIZE, "session:%s", system_name(system));
    return out;
}

static const char *context_of(const struct token_cache *cache, const char *tenant,
                              enum system system, char out[CONTEXT_SIZE])
{
    char name[NAME_SIZE];
    snprintf(out, CONTEXT_SIZE, "%s/%s/%s", tenant, name_of(system, name), cache->digests[system]);
    return out;
}

/* ---- reading ---- */

static void load(const struct token_cache *cache, const char *tenant, enum system system,
                 struct arena *arena, struct session *session)
{
    char name[NAME_SIZE], context[CONTEXT_SIZE];
    struct buf plain;
    struct err err;
    const char *sealed = secrets_get(cache->db, arena, tenant, name_of(system, name));
    if (!sealed)
        return;
    buf_init(&plain, SESSION_TEXT_BYTES);
    if (keyring_open(cache->keyring, context_of(cache, tenant, system, context), sealed, &plain,
                     &err))
        session_read(session, cache->world, buf_cstr(&plain));
    session_wipe(&plain);
}

void token_cache_load(const struct token_cache *cache, struct arena *arena,
                      struct sessions *sessions)
{
    const char *tenant = tenant_of(cache, arena);
    for (size_t i = 0; tenant && i < SYSTEM_COUNT; i++)
        load(cache, tenant, (enum system)i, arena, &sessions->systems[i]);
}

/* ---- writing ---- */

static void store(const struct token_cache *cache, const char *tenant, enum system system,
                  const struct session *session)
{
    char name[NAME_SIZE], context[CONTEXT_SIZE];
    struct buf plain = {0}, sealed;
    buf_init(&sealed, 0);
    bool there = session_write(session, cache->world, &plain);
    if (there)
        keyring_seal(cache->keyring, cache->world, context_of(cache, tenant, system, context),
                     plain.data, plain.len, &sealed);
    session_wipe(&plain);
    name_of(system, name);
    if (there)
        secrets_put(cache->db, tenant, name, buf_cstr(&sealed), cache->world->now);
    else
        secrets_delete(cache->db, tenant, name);
    buf_release(&sealed);
}

static bool any_changed(const struct sessions *sessions)
{
    for (size_t i = 0; i < SYSTEM_COUNT; i++)
        if (sessions->systems[i].changed)
            return true;
    return false;
}

void token_cache_store(const struct token_cache *cache, struct arena *arena,
                       struct sessions *sessions)
{
    struct err err = {0};
    const char *tenant = any_changed(sessions) ? tenant_of(cache, arena) : NULL;
    if (!tenant)
        return;
    db_begin(cache->db);
    db_savepoint(cache->db);
    for (size_t i = 0; i < SYSTEM_COUNT; i++) {
        struct session *session = &sessions->systems[i];
        if (session->changed)
            store(cache, tenant, (enum system)i, session);
        session->changed = false;
    }
    if (!db_ok(cache->db, &err) || !db_release_savepoint(cache->db)) {
        log_warn("db", "an access token was not kept, the next start asks for a new one: %s",
                 err.msg);
        db_rollback_savepoint(cache->db);
    }
}

/* ---- the configuration ---- */

void token_cache_init(struct token_cache *cache, struct db *db, const struct keyring *keyring,
                      struct world *world, const struct config *config)
{
    *cache = (struct token_cache){.db = db, .keyring = keyring, .world = world};
    for (size_t i = 0; i < SYSTEM_COUNT; i++)
        config_digest(config, system_name((enum system)i), cache->digests[i]);
}

void token_cache_reload(struct token_cache *cache, const struct config *config,
                        struct sessions *sessions)
{
    struct token_cache fresh;
    token_cache_init(&fresh, cache->db, cache->keyring, cache->world, config);
    fresh.tenant = cache->tenant;
    for (size_t i = 0; i < SYSTEM_COUNT; i++)
        if (strcmp(cache->digests[i], fresh.digests[i]) != 0)
            sessions_forget(sessions, (enum system)i);
    *cache = fresh;
}
