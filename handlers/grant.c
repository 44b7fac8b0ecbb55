/* Sealing and opening what Slack granted. */
#include "handlers/grant.h"

#include "db/secrets.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONTEXT_SIZE = 96, PLAIN_BYTES = 4096 };

static const char *const names[] = {[GRANT_IN_FORCE] = "grant", [GRANT_NEXT] = "grant:next"};

static const char *context_of(const char *tenant, enum grant_place place, char out[CONTEXT_SIZE])
{
    snprintf(out, CONTEXT_SIZE, "%s/%s", tenant, names[place]);
    return out;
}

static void wipe(struct buf *plain)
{
    if (plain->data)
        sodium_memzero(plain->data, plain->cap);
    buf_release(plain);
}

/* "1", the end of its life, refresh token (may be empty), token: a line each. One allocation, so
 * that no pieces stay behind. */
bool grant_put(struct turn *turn, const char *tenant, enum grant_place place,
               const struct grant *grant)
{
    char context[CONTEXT_SIZE];
    struct buf plain, sealed;
    buf_init(&plain, PLAIN_BYTES);
    buf_init(&sealed, 0);
    buf_fmt(&plain, "1\n%" PRId64 "\n%s\n%s", grant->expires_at.ms,
            grant->refresh_token ? grant->refresh_token : "", grant->token);
    bool ok = !plain.overflow;
    if (ok) {
        keyring_seal(turn->keyring, turn->world, context_of(tenant, place, context), plain.data,
                     plain.len, &sealed);
        ok = secrets_put(turn->db, tenant, names[place], buf_cstr(&sealed), turn->world->now);
    }
    wipe(&plain);
    buf_release(&sealed);
    return ok;
}

static bool read_lines(char *text, struct arena *arena, struct grant *out)
{
    char *ends = strchr(text, '\n');
    char *refresh = ends ? strchr(ends + 1, '\n') : NULL;
    char *token = refresh ? strchr(refresh + 1, '\n') : NULL;
    if (!token || !token[1] || text[0] != '1')
        return false;
    *token = '\0';
    out->expires_at.ms = strtoll(ends + 1, NULL, 10);
    out->refresh_token = refresh[1] ? arena_str(arena, refresh + 1) : NULL;
    out->token = arena_str(arena, token + 1);
    return true;
}

bool grant_get(struct db *db, const struct keyring *keyring, struct arena *arena,
               const char *tenant, enum grant_place place, struct grant *out, struct err *err)
{
    char context[CONTEXT_SIZE];
    struct buf plain;
    *out = (struct grant){0};
    *err = (struct err){0};
    const char *sealed = secrets_get(db, arena, tenant, names[place]);
    if (!sealed)
        return false;
    buf_init(&plain, PLAIN_BYTES);
    bool ok = keyring_open(keyring, context_of(tenant, place, context), sealed, &plain, err) &&
              (read_lines(plain.data, arena, out) ||
               err_set(err, ERR_CORRUPT, "the tokens of workspace %s have another form", tenant));
    wipe(&plain);
    return ok;
}

static void wipe_text(const char *text)
{
    if (text)
        sodium_memzero((char *)text, strlen(text));
}

void grant_wipe(struct grant *grant)
{
    wipe_text(grant->token);
    wipe_text(grant->refresh_token);
    *grant = (struct grant){0};
}

bool grant_drop(struct db *db, const char *tenant, enum grant_place place)
{
    return secrets_delete(db, tenant, names[place]);
}

bool grant_forget(struct db *db, const char *tenant)
{
    return secrets_delete_all(db, tenant);
}
