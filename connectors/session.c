/* The memory between calls: tokens, instance addresses, usage, optional fields. */
#include "connectors/session.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REFRESH_BEFORE_EXPIRY_MS = 60 * 1000 };

static const struct {
    const char *name, *title;
} systems[SYSTEM_COUNT] = {
    [SYSTEM_SLACK] = {"slack", "Slack"},
    [SYSTEM_SALESFORCE] = {"salesforce", "Salesforce"},
    [SYSTEM_NETSUITE] = {"netsuite", "NetSuite"},
    [SYSTEM_CLM] = {"clm", "CLM"},
    [SYSTEM_PLATFORM] = {"platform", "Platform"},
};

const char *system_name(enum system system)
{
    assert((size_t)system < SYSTEM_COUNT);
    return systems[system].name;
}

const char *system_title(enum system system)
{
    assert((size_t)system < SYSTEM_COUNT);
    return systems[system].title;
}

static char *copy(const char *text)
{
    char *out = text ? strdup(text) : NULL;
    if (text && !out)
        abort();
    return out;
}

static void wipe_token(struct session *session)
{
    if (session->token)
        sodium_memzero(session->token, strlen(session->token));
    free(session->token);
    session->token = NULL;
}

void session_drop_token(struct session *session)
{
    wipe_token(session);
    free(session->base_url);
    session->base_url = NULL;
    session->expires = (struct mono){0};
}

void session_set_token(struct session *session, const char *token, const char *base_url,
                       struct mono expires)
{
    session_drop_token(session);
    session->token = copy(token);
    session->base_url = copy(base_url);
    session->expires = expires;
    session_end_refresh(session);
}

bool session_has_token(const struct session *session, struct mono now)
{
    if (!session->token)
        return false;
    return session->expires.ms == 0 || session->expires.ms - now.ms > REFRESH_BEFORE_EXPIRY_MS;
}

bool session_begin_refresh(struct session *session, struct mono now)
{
    if (session->refreshing && now.ms < session->refresh_until.ms)
        return false;
    session->refreshing = true;
    session->refresh_until = (struct mono){now.ms + SESSION_REFRESH_MS};
    return true;
}

void session_end_refresh(struct session *session)
{
    session->refreshing = false;
}

void session_note_ok(struct session *session, struct wall now)
{
    session->failures = 0;
    session->last_ok = now;
    session->last_error[0] = '\0';
}

void session_note_failure(struct session *session, const char *error)
{
    session->failures++;
    snprintf(session->last_error, sizeof session->last_error, "%s", error);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool field_set_has(const struct field_set *set, const char *name)
{
    if (!set->known || !set->count)
        return false;
    return bsearch(&name, set->names, set->count, sizeof *set->names, by_name) != NULL;
}

void field_set_forget(struct field_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        free(set->names[i]);
    free(set->names);
    *set = (struct field_set){0};
}

void field_set_learn(struct field_set *set, const char *const *names, size_t count)
{
    struct field_set fresh = {.known = true, .count = count};
    if (count) {
        fresh.names = calloc(count, sizeof *fresh.names);
        if (!fresh.names)
            abort();
        for (size_t i = 0; i < count; i++)
            fresh.names[i] = copy(names[i]);
        qsort(fresh.names, count, sizeof *fresh.names, by_name);
    }
    field_set_forget(set);
    *set = fresh;
}

void sessions_release(struct sessions *sessions)
{
    for (size_t i = 0; i < SYSTEM_COUNT; i++)
        session_drop_token(&sessions->systems[i]);
    field_set_forget(&sessions->opportunity_fields);
    field_set_forget(&sessions->account_fields);
    *sessions = (struct sessions){0};
}
