/* The memory between calls: tokens, instance addresses, usage, optional fields. */
#include "connectors/session.h"

#include "base/broken.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REFRESH_BEFORE_EXPIRY_MS = 60 * 1000, SECOND_MS = 1000 };

static const struct {
    const char *name, *title;
} systems[SYSTEM_COUNT] = {
    [SYSTEM_SLACK] = {"slack", "Slack"},
    [SYSTEM_SALESFORCE] = {"salesforce", "Salesforce"},
    [SYSTEM_NETSUITE] = {"netsuite", "NetSuite"},
    [SYSTEM_CLM] = {"clm", "CLM"},
    [SYSTEM_PLATFORM] = {"platform", "Platform"},
    [SYSTEM_RATES] = {"rates", "Rates"},
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
    session->changed |= session->token != NULL;
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
    session->changed = true;
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
    if (session->refreshing && now.ms < session->refresh_until.ms && !BROKEN(many_flights))
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

/* ---- the circuit ---- */

static const char *const circuit_state_names[] = {
    [CIRCUIT_CLOSED] = "closed", [CIRCUIT_HALF_OPEN] = "half_open", [CIRCUIT_OPEN] = "open"};

const char *circuit_state_name(enum circuit_state state)
{
    return circuit_state_names[state];
}

enum circuit_state session_circuit(const struct session *session, struct mono now)
{
    const struct circuit *circuit = &session->circuit;
    if (circuit->retry_at.ms == 0)
        return CIRCUIT_CLOSED;
    return circuit->trial || now.ms >= circuit->retry_at.ms ? CIRCUIT_HALF_OPEN : CIRCUIT_OPEN;
}

static struct mono rested(struct mono now, const struct config *config)
{
    return (struct mono){now.ms + config->fetch.breaker_s * SECOND_MS};
}

bool session_may_ask(struct session *session, struct mono now, const struct config *config)
{
    struct circuit *circuit = &session->circuit;
    circuit->used = true;
    if (circuit->retry_at.ms == 0)
        return true;
    if (now.ms < circuit->retry_at.ms)
        return false;
    circuit->trial = true;
    circuit->retry_at = rested(now, config);
    return true;
}

static bool is_silence(const struct failure *failure)
{
    return failure->class == FAILURE_TRANSIENT || failure->class == FAILURE_RATE_LIMITED ||
           failure->class == FAILURE_AMBIGUOUS;
}

static bool is_our_own(const struct failure *failure)
{
    static const char *const codes[] = {"cancelled", "held_back", "deadline"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strcmp(failure->code, codes[i]) == 0)
            return true;
    return false;
}

/* Calls that were under way when it opened and fail after it do not keep it open for longer. */
static void learn_silence(struct circuit *circuit, const struct failure *failure,
                          const struct world *world, const struct config *config)
{
    bool was_closed = circuit->retry_at.ms == 0;
    circuit->failures++;
    circuit->last = *failure;
    if (was_closed && (config->fetch.breaker_failures == 0 ||
                       (int64_t)circuit->failures < config->fetch.breaker_failures))
        return;
    if (was_closed)
        circuit->opened_at = world->now;
    if (was_closed || circuit->trial)
        circuit->retry_at = rested(world->mono, config);
    circuit->trial = false;
}

void session_learn(struct session *session, const struct failure *failure,
                   const struct world *world, const struct config *config)
{
    bool silent = is_silence(failure);
    if (is_our_own(failure))
        return;
    if (silent && !BROKEN(breaker_never_opens))
        learn_silence(&session->circuit, failure, world, config);
    else if ((failure->class == FAILURE_NONE || failure->status) && !BROKEN(breaker_never_closes))
        session->circuit = (struct circuit){.used = true};
}

/* ---- in writing ---- */

/* "1", the end of its life in wall time (0: unknown), base URL (may be empty), token: a line each.
 */
bool session_write(const struct session *session, const struct world *world, struct buf *out)
{
    if (!session->token)
        return false;
    int64_t ends = session->expires.ms
                       ? wall_after_machine(world, session->expires.ms - world->mono.ms).ms
                       : 0;
    buf_init(out, SESSION_TEXT_BYTES);
    buf_fmt(out, "1\n%lld\n%s\n%s", (long long)ends, session->base_url ? session->base_url : "",
            session->token);
    return !out->overflow;
}

/* The line at *text, which is moved behind it; NULL: there is none. Points into the text. */
static const char *line(const char **text, size_t *len)
{
    const char *start = *text, *end = strchr(start, '\n');
    if (!end)
        return NULL;
    *len = (size_t)(end - start);
    *text = end + 1;
    return start;
}

bool session_read(struct session *session, const struct world *world, const char *text)
{
    size_t version_len, ends_len, url_len;
    const char *version = line(&text, &version_len);
    const char *ends = version ? line(&text, &ends_len) : NULL;
    const char *url = ends ? line(&text, &url_len) : NULL;
    if (!url || version_len != 1 || *version != '1' || !*text)
        return false;
    int64_t ends_ms = strtoll(ends, NULL, 10);
    int64_t left_ms = (ends_ms - world->now.ms) / world->speed;
    if (ends_ms && left_ms <= REFRESH_BEFORE_EXPIRY_MS)
        return false;
    bool changed = session->changed;
    char *base_url = url_len ? strndup(url, url_len) : NULL;
    if (url_len && !base_url)
        abort();
    session_set_token(session, text, base_url,
                      (struct mono){ends_ms ? world->mono.ms + left_ms : 0});
    session->changed = changed;
    free(base_url);
    return true;
}

void session_wipe(struct buf *buf)
{
    if (buf->data)
        sodium_memzero(buf->data, buf->cap);
    buf_release(buf);
}

/* ---- optional fields ---- */

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

void sessions_forget(struct sessions *sessions, enum system system)
{
    struct session *session = &sessions->systems[system];
    session_drop_token(session);
    session->circuit = (struct circuit){.used = session->circuit.used};
    for (size_t i = 0; system == SYSTEM_SALESFORCE && i < SALESFORCE_OBJECT_COUNT; i++)
        field_set_forget(&sessions->fields[i]);
}

void sessions_release(struct sessions *sessions)
{
    for (size_t i = 0; i < SYSTEM_COUNT; i++)
        session_drop_token(&sessions->systems[i]);
    for (size_t i = 0; i < SALESFORCE_OBJECT_COUNT; i++)
        field_set_forget(&sessions->fields[i]);
    rate_cache_release(&sessions->rates);
    *sessions = (struct sessions){0};
}
