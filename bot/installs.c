/* Installing by OAuth v2. The browser that began is the one that may end: a cookie holds a random
 * number, and the state that goes through Slack holds its hash, signed and good for ten minutes.
 *
 *   /slack/install ── 302, cookie ──> Slack's authorize page ── 302 ──> /slack/oauth_redirect
 *     ── oauth.v2.access ──> granted ── commit ──> a page that says how it ended
 */
#include "bot/installs.h"

#include "base/broken.h"
#include "base/form.h"
#include "base/log.h"
#include "base/token.h"
#include "connectors/slack.h"
#include "handlers/install.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NONCE_BYTES = 16,
    NONCE_CHARS = 2 * NONCE_BYTES,
    NONCE_SIZE = NONCE_CHARS + 1,
    STATE_MS = 10 * 60 * 1000,
    VISITS_MAX = 32, /* codes that are asked about at a time */
    CODE_MAX = 1000,
    COOKIE_MAX = 4096,
    PAGE_MAX = 64 * 1024,
};

/* How it ended, in words. */
enum outcome {
    OUTCOME_DONE,
    OUTCOME_UNSETTLED,
    OUTCOME_CONFIGURED,
    OUTCOME_DENIED,
    OUTCOME_STATE,
    OUTCOME_CODE,
    OUTCOME_SECRET,
    OUTCOME_SLACK,
    OUTCOME_STORE,
    OUTCOME_BUSY,
    OUTCOME_COUNT
};

static const struct {
    const char *name; /* for metrics */
    int status;
    const char *title, *text;
} outcomes[OUTCOME_COUNT] = {
    [OUTCOME_DONE] = {"done", 200, "Usher is installed",
                      "You can close this page. Usher has written to you in Slack; /onboard help "
                      "there says what it can do."},
    [OUTCOME_UNSETTLED] =
        {"unsettled", 200, "Usher is installed, and not set up yet",
         "Usher has written to you in Slack what whoever runs it must set up. Until "
         "then it answers help there, and nothing more."},
    [OUTCOME_CONFIGURED] = {"configured", 200, "Usher serves this workspace already",
                            "Its token stands in Usher's own configuration. Nothing was changed."},
    [OUTCOME_DENIED] =
        {"denied", 403, "Usher was not installed",
         "Slack says that it was not allowed. If that was a mistake, begin again; if "
         "your workspace wants an admin's consent, ask one."},
    [OUTCOME_STATE] = {"state", 400, "This page was not begun here, or too long ago",
                       "For your safety, installing must begin and end in one browser within ten "
                       "minutes. Begin again."},
    [OUTCOME_CODE] = {"code", 400, "Slack does not accept the code any more",
                      "A code counts once and for ten minutes. Begin again."},
    [OUTCOME_SECRET] = {"secret", 502, "Slack does not accept who Usher says it is",
                        "Whoever runs Usher must look at slack.client_id, slack.client_secret and "
                        "slack.public_url. Nothing was installed."},
    [OUTCOME_SLACK] = {"slack", 502, "Slack does not answer as it should",
                       "Nothing was kept. Wait a moment and begin again."},
    [OUTCOME_STORE] = {"store", 503, "Usher could not keep what Slack granted",
                       "Nothing was kept. Wait a moment and begin again."},
    [OUTCOME_BUSY] = {"busy", 503, "Usher is busy, or about to stop",
                      "Wait a moment and begin again."},
};

/* Somebody who has come back with a code. */
struct visit {
    struct installs *installs;
    struct visit *next;
    uint64_t id; /* of the request that waits for its page */
    struct arena arena;
    struct slack_granted *granted;
    bool answered; /* by Slack */
    bool ended;    /* outcome tells; `written`: if the commit keeps it */
    bool written;
    enum outcome outcome;
};

/* An answer that asks nobody. */
struct ready {
    struct ready *next;
    uint64_t id;
    struct http_in_answer answer; /* the turn's */
};

struct installs {
    struct installs_parts parts;
    struct visit *visits;
    size_t visit_count;
    struct ready *ready;
};

struct installs *installs_new(const struct installs_parts *parts)
{
    struct installs *installs = calloc(1, sizeof *installs);
    if (!installs)
        abort();
    installs->parts = *parts;
    return installs;
}

static void visit_free(struct visit *visit)
{
    arena_release(&visit->arena);
    free(visit);
}

void installs_free(struct installs *installs)
{
    if (!installs)
        return;
    for (struct visit *at = installs->visits, *next; at; at = next) {
        next = at->next;
        visit_free(at);
    }
    free(installs);
}

bool installs_is_at(const struct config *config, const char *path)
{
    return config->slack.client_id &&
           (strcmp(path, "/slack/install") == 0 || strcmp(path, "/slack/oauth_redirect") == 0);
}

size_t installs_under_way(const struct installs *installs)
{
    return installs->visit_count;
}

/* ---- pages ---- */

/* What a page may do: show itself, by the one style in it (facts of OWASP's secure headers). */
static const char *headers_of(struct arena *arena, const char *nonce, const char *more)
{
    return arena_fmt(arena,
                     "Content-Security-Policy: default-src 'none'; style-src 'nonce-%s'; "
                     "base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
                     "Referrer-Policy: no-referrer\r\nX-Frame-Options: DENY\r\n"
                     "Cross-Origin-Opener-Policy: same-origin\r\n"
                     "Cross-Origin-Resource-Policy: same-origin\r\n"
                     "Permissions-Policy: geolocation=(), camera=(), microphone=()\r\n"
                     "X-XSS-Protection: 0\r\n%s",
                     nonce, more);
}

static void make_nonce(struct world *world, char out[NONCE_SIZE])
{
    unsigned char bytes[NONCE_BYTES];
    world_random(world, bytes, sizeof bytes);
    sodium_bin2hex(out, NONCE_SIZE, bytes, sizeof bytes);
}

static bool is_https(const struct config *config)
{
    return strncmp(config->slack.public_url, "https://", 8) == 0;
}

/* With the prefix a browser takes it from this very host over TLS alone (RFC 6265bis, 4.1.3.2). */
static const char *cookie_name(const struct config *config)
{
    return is_https(config) ? "__Host-usher-install" : "usher-install";
}

static const char *set_cookie(struct turn *turn, const char *value, int max_age_s)
{
    return arena_fmt(
        turn->arena, "Set-Cookie: %s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s\r\n%s",
        cookie_name(turn->config), value, max_age_s, is_https(turn->config) ? "; Secure" : "",
        is_https(turn->config)
            ? "Strict-Transport-Security: max-age=63072000; includeSubDomains\r\n"
            : "");
}

static struct http_in_answer page(struct turn *turn, enum outcome outcome)
{
    char nonce[NONCE_SIZE];
    struct buf html;
    struct err err;
    struct value *context = value_new(turn->arena);
    make_nonce(turn->world, nonce);
    value_str(context, "title", outcomes[outcome].title);
    value_str(context, "text", outcomes[outcome].text);
    value_str(context, "nonce", nonce);
    value_flag(context, "again", outcomes[outcome].status != 200);
    buf_init(&html, PAGE_MAX);
    if (!template_render(turn->templates, "install.html", context, &html, &err)) {
        log_error("templates", "install.html: %s", err.msg);
        buf_str(&html, outcomes[outcome].title);
    }
    const struct http_in_answer answer = {
        .status = outcomes[outcome].status,
        .content_type = "text/html; charset=utf-8",
        .body = arena_strn(turn->arena, buf_cstr(&html), html.len),
        .body_len = html.len,
        .headers = headers_of(turn->arena, nonce, set_cookie(turn, "", 0)),
    };
    buf_release(&html);
    return answer;
}

static void count(struct installs *installs, const char *result)
{
    char labels[64];
    snprintf(labels, sizeof labels, "result=\"%s\"", result);
    metrics_add(installs->parts.metrics, METRIC_INSTALLS, labels, 1);
}

static void answer_later(struct installs *installs, struct turn *turn, uint64_t id,
                         const struct http_in_answer *answer)
{
    struct ready *ready = arena_alloc(turn->arena, sizeof *ready);
    *ready = (struct ready){.next = installs->ready, .id = id, .answer = *answer};
    installs->ready = ready;
}

static void say(struct installs *installs, struct turn *turn, uint64_t id, enum outcome outcome)
{
    struct http_in_answer answer = page(turn, outcome);
    count(installs, outcomes[outcome].name);
    answer_later(installs, turn, id, &answer);
}

/* ---- on the way to Slack ---- */

static void hash_nonce(const char *nonce, char out[NONCE_SIZE])
{
    unsigned char hash[NONCE_BYTES];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)nonce, strlen(nonce), NULL, 0);
    sodium_bin2hex(out, NONCE_SIZE, hash, sizeof hash);
}

static const char *redirect_uri(struct turn *turn)
{
    return arena_fmt(turn->arena, "%s/slack/oauth_redirect", turn->config->slack.public_url);
}

static void put_query(struct buf *url, const char *name, const char *value)
{
    buf_fmt(url, "%c%s=", strchr(buf_cstr(url), '?') ? '&' : '?', name);
    buf_percent(url, value, strlen(value));
}

/* The authorize page stands beside the Web API: https://slack.com/api/ and …/oauth/v2/authorize. */
static const char *authorize_url(struct turn *turn, const char *state)
{
    static const char api[] = "api/";
    const char *base = turn->config->slack.api_url;
    size_t len = strlen(base), cut = strlen(api);
    struct buf url = {0}, scopes = {0};
    if (len > cut && strcmp(base + len - cut, api) == 0)
        len -= cut;
    for (const struct slack_scope *scope = slack_scopes; scope->name; scope++)
        buf_fmt(&scopes, "%s%s", scopes.len ? "," : "", scope->name);
    buf_add(&url, base, len);
    buf_str(&url, "oauth/v2/authorize");
    put_query(&url, "client_id", turn->config->slack.client_id);
    put_query(&url, "scope", buf_cstr(&scopes));
    put_query(&url, "redirect_uri", redirect_uri(turn));
    put_query(&url, "state", state);
    const char *out = arena_strn(turn->arena, buf_cstr(&url), url.len);
    buf_release(&url);
    buf_release(&scopes);
    return out;
}

static void send_to_slack(struct installs *installs, struct turn *turn, uint64_t id)
{
    char nonce[NONCE_SIZE], state[TOKEN_MAX];
    struct token token = {.kind = "install", .action = "install"};
    make_nonce(turn->world, nonce);
    hash_nonce(nonce, token.id);
    token.expires_at = wall_after_machine(turn->world, STATE_MS);
    token_sign(turn->keyring, &token, state);
    const char *more = arena_fmt(turn->arena, "Location: %s\r\n%s", authorize_url(turn, state),
                                 set_cookie(turn, nonce, STATE_MS / 1000));
    count(installs, "begun");
    answer_later(
        installs, turn, id,
        &(struct http_in_answer){.status = 302, .headers = headers_of(turn->arena, nonce, more)});
}

/* ---- on the way back ---- */

/* The cookie's value, if it is one of ours. */
static bool read_cookie(const struct config *config, const struct http_in_request *request,
                        char out[NONCE_SIZE])
{
    char cookies[COOKIE_MAX];
    const char *name = cookie_name(config);
    size_t len = strlen(name);
    if (!http_header_value(request->headers, "cookie", cookies, sizeof cookies))
        return false;
    for (const char *at = cookies; *at; at += strcspn(at, ";"), at += *at == ';') {
        at += strspn(at, " ");
        if (strncmp(at, name, len) != 0 || at[len] != '=')
            continue;
        const char *value = at + len + 1;
        if (strcspn(value, "; ") != NONCE_CHARS || strspn(value, "0123456789abcdef") < NONCE_CHARS)
            return false;
        snprintf(out, NONCE_SIZE, "%.*s", NONCE_CHARS, value);
        return true;
    }
    return false;
}

/* False with why: nobody's state, an old one, or begun in another browser. */
static bool check_state(struct turn *turn, const struct http_in_request *request, const char *state,
                        struct err *err)
{
    char nonce[NONCE_SIZE], hash[NONCE_SIZE];
    struct token token;
    if (!token_verify(turn->keyring, state, turn->world->now, &token, err))
        return err_prefix(err, "state");
    if (strcmp(token.kind, "install") != 0 || strcmp(token.action, "install") != 0)
        return err_set(err, ERR_FORGED, "state: signed for something else");
    if (!read_cookie(turn->config, request, nonce))
        return BROKEN(install_unbound) || err_set(err, ERR_FORGED, "the cookie is not there");
    hash_nonce(nonce, hash);
    return sodium_memcmp(hash, token.id, NONCE_CHARS) == 0 || BROKEN(install_unbound) ||
           err_set(err, ERR_FORGED, "begun in another browser");
}

static void on_granted(void *arg, struct call *call)
{
    (void)call;
    struct visit *visit = arg;
    visit->answered = true;
}

static void ask_slack(struct installs *installs, struct turn *turn, uint64_t id, const char *code)
{
    struct visit *visit = calloc(1, sizeof *visit);
    if (!visit)
        abort();
    *visit = (struct visit){.installs = installs, .next = installs->visits, .id = id};
    installs->visits = visit;
    installs->visit_count++;
    struct call_env env = {
        .arena = &visit->arena,
        .world = turn->world,
        .config = turn->config,
        .sessions = installs->parts.sessions,
    };
    visit->granted = slack_oauth_access(&env, arena_str(&visit->arena, code),
                                        arena_str(&visit->arena, redirect_uri(turn)));
    exchanges_start(installs->parts.exchanges, &visit->granted->call, on_granted, visit);
}

static void come_back(struct installs *installs, struct turn *turn, uint64_t id,
                      const struct http_in_request *request)
{
    struct err err = {0};
    struct json_node *query = form_scan(request->query, strlen(request->query), turn->arena, &err);
    const char *code = query ? json_node_str(query, "code", turn->arena, "") : "";
    const char *state = query ? json_node_str(query, "state", turn->arena, "") : "";
    const char *error = query ? json_node_str(query, "error", turn->arena, NULL) : NULL;
    if (!check_state(turn, request, state, &err)) {
        log_warn("slack", "an installation was not begun here: %s", err.msg);
        say(installs, turn, id, OUTCOME_STATE);
    } else if (error) {
        log_info("slack", "an installation was not allowed: %.60s", error);
        say(installs, turn, id, OUTCOME_DENIED);
    } else if (!code[0] || strlen(code) > CODE_MAX) {
        say(installs, turn, id, OUTCOME_CODE);
    } else if (installs->visit_count >= VISITS_MAX) {
        say(installs, turn, id, OUTCOME_BUSY);
    } else {
        ask_slack(installs, turn, id, code);
    }
}

void installs_on_request(struct installs *installs, struct turn *turn, uint64_t id,
                         const struct http_in_request *request, bool draining)
{
    if (strcmp(request->method, "GET") != 0)
        answer_later(installs, turn, id, &(struct http_in_answer){.status = 405, .allow = "GET"});
    else if (draining)
        say(installs, turn, id, OUTCOME_BUSY);
    else if (strcmp(request->path, "/slack/install") == 0)
        send_to_slack(installs, turn, id);
    else
        come_back(installs, turn, id, request);
}

/* ---- what Slack says ---- */

static enum outcome outcome_of(const struct failure *failure)
{
    static const struct {
        const char *word;
        enum outcome outcome;
    } words[] = {
        {"invalid_code", OUTCOME_CODE},        {"code_already_used", OUTCOME_CODE},
        {"code_expired", OUTCOME_CODE},        {"access_denied", OUTCOME_DENIED},
        {"bad_client_secret", OUTCOME_SECRET}, {"invalid_client_id", OUTCOME_SECRET},
        {"bad_redirect_uri", OUTCOME_SECRET},  {"invalid_client", OUTCOME_SECRET},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].word, failure->code) == 0)
            return words[i].outcome;
    return OUTCOME_SLACK;
}

static void keep(struct visit *visit, struct turn *turn)
{
    static const enum outcome ends[] = {[INSTALL_DONE] = OUTCOME_DONE,
                                        [INSTALL_UNSETTLED] = OUTCOME_UNSETTLED,
                                        [INSTALL_CONFIGURED] = OUTCOME_CONFIGURED,
                                        [INSTALL_FAILED] = OUTCOME_STORE};
    const char *tenant;
    struct err err = {0};
    db_begin(turn->db);
    db_savepoint(turn->db);
    enum install_end end = install_keep(turn, visit->granted, &tenant);
    if (end == INSTALL_FAILED || !db_ok(turn->db, &err) || !db_release_savepoint(turn->db)) {
        log_error("slack", "workspace %s: what it granted could not be kept: %s", tenant, err.msg);
        db_rollback_savepoint(turn->db);
        end = INSTALL_FAILED;
    }
    visit->outcome = ends[end];
    visit->written = end != INSTALL_FAILED;
}

void installs_work(struct installs *installs, struct turn *turn)
{
    for (struct visit *at = installs->visits; at; at = at->next) {
        if (!at->answered || at->ended)
            continue;
        const struct failure *failure = &at->granted->call.failure;
        at->ended = true;
        if (failure->class == FAILURE_NONE) {
            keep(at, turn);
            continue;
        }
        at->outcome = outcome_of(failure);
        log_line(at->outcome == OUTCOME_CODE ? LOG_WARN : LOG_ERROR, "slack",
                 "an installation failed: %s", failure->message);
    }
}

void installs_flush(struct installs *installs, struct turn *turn, bool kept)
{
    for (struct visit **link = &installs->visits; *link;) {
        struct visit *visit = *link;
        if (!visit->ended) {
            link = &visit->next;
            continue;
        }
        say(installs, turn, visit->id, visit->written && !kept ? OUTCOME_STORE : visit->outcome);
        *link = visit->next;
        installs->visit_count--;
        visit_free(visit);
    }
    for (struct ready *at = installs->ready; at; at = at->next)
        turn->world->ops->http_answer(turn->world, at->id, &at->answer);
    installs->ready = NULL;
}
