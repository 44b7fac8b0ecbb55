/* Asking a CLM for the records of an account's contracts, one Salesforce contract after the other:
 *
 *   ask -> page came -> (more pages: ask) -> (next contract: ask) -> done
 *    ^  \ failed, worth another try: wait
 *    +--'
 */
#include "connectors/clm.h"

#include "base/json.h"
#include "connectors/clm_record.h"
#include "connectors/session.h"

#include <stdio.h>
#include <string.h>

enum {
    PAGE_RECORDS = 100,
    MAX_PAGES = 50,
    MAX_IDS = 200,
    ID_MAX = 64,
    SF_ID_SHORT = 15, /* an id in 15 characters is the same as with its checksum in 18 */
    SF_ID_LONG = 18,
    CLM_PARALLEL = 4
};

struct clm_call {
    struct call call;
    struct facts *facts;
    const char *account_id;
    const char **ids; /* Salesforce contract ids, each once */
    size_t id_count, id_at;
    int64_t page;
    struct contract *contracts;
    size_t count, cap;
    bool started;
    struct mono started_at;
};

/* ---- what is asked for ---- */

static bool is_id(const char *text, size_t len)
{
    if (len == 0 || len > ID_MAX)
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        bool fine = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                    c == '-' || c == '_' || c == '.';
        if (!fine)
            return false;
    }
    return true;
}

static bool same_id(const char *a, const char *b)
{
    size_t a_len = strlen(a), b_len = strlen(b);
    bool forms = (a_len == SF_ID_SHORT && b_len == SF_ID_LONG) ||
                 (a_len == SF_ID_LONG && b_len == SF_ID_SHORT);
    return strcmp(a, b) == 0 || (forms && strncmp(a, b, SF_ID_SHORT) == 0);
}

static void add_id(struct clm_call *fetch, const char *text, size_t len)
{
    const char *id = arena_strn(fetch->call.arena, text, len);
    for (size_t i = 0; i < fetch->id_count; i++)
        if (same_id(fetch->ids[i], id))
            return;
    fetch->ids[fetch->id_count++] = id;
}

/* The ids stand in a filter's quotes and in a path: only what an id is made of may pass. */
static void split_ids(struct clm_call *fetch, const char *text)
{
    fetch->ids = arena_array(fetch->call.arena, MAX_IDS, sizeof *fetch->ids);
    while (text && *text) {
        size_t len = strcspn(text, ",");
        const char *start = text + strspn(text, " ");
        size_t id_len = start < text + len ? (size_t)(text + len - start) : 0;
        while (id_len && start[id_len - 1] == ' ')
            id_len--;
        if (id_len && (!is_id(start, id_len) || fetch->id_count == MAX_IDS)) {
            call_fail(&fetch->call, FAILURE_INVALID, 0, "bad_contract_id",
                      "the contract ids are not ids, or more than %d", MAX_IDS);
            return;
        }
        if (id_len)
            add_id(fetch, start, id_len);
        text += len + (text[len] == ',');
    }
}

/* ---- requests ---- */

static void add_base(struct buf *url, const char *base)
{
    size_t len = strlen(base);
    while (len && base[len - 1] == '/')
        len--;
    buf_add(url, base, len);
}

/* The base URL may name the API's root or the host alone. */
static void add_ironclad_query(struct buf *url, const struct config *config, const char *id,
                               int64_t page, int page_size)
{
    static const char root[] = "/public/api/v1";
    size_t len = sizeof root - 1;
    if (url->len < len || strcmp(buf_cstr(url) + url->len - len, root) != 0)
        buf_str(url, root);
    buf_fmt(url, "/records?page=%lld&pageSize=%d", (long long)page, page_size);
    if (!id)
        return;
    struct buf filter = {0};
    buf_fmt(&filter, "Equals([%s],'%s')", clm_contract_property(config), id);
    buf_str(url, "&filter=");
    buf_percent(url, buf_cstr(&filter), filter.len);
    buf_release(&filter);
}

static void add_generic_path(struct buf *url, const char *path, const char *contract_id,
                             const char *account_id)
{
    const struct {
        const char *mark, *value;
    } places[] = {{"{contract_id}", contract_id}, {"{account_id}", account_id}};
    if (*path != '/')
        buf_char(url, '/');
    while (*path) {
        size_t skipped = 0;
        for (size_t i = 0; i < sizeof places / sizeof *places && !skipped; i++)
            if (strncmp(path, places[i].mark, strlen(places[i].mark)) == 0) {
                buf_percent(url, places[i].value, strlen(places[i].value));
                skipped = strlen(places[i].mark);
            }
        if (!skipped)
            buf_char(url, *path);
        path += skipped ? skipped : 1;
    }
}

/* Takes the URL. */
static struct step get(struct call *call, struct buf *url)
{
    const char *token = call->config->clm.token;
    call->request = (struct http_request){
        .method = HTTP_GET,
        .url = arena_str(call->arena, buf_cstr(url)),
        .pace_key = "clm",
        .pace_parallel = CLM_PARALLEL,
        .timeout_ms = call_timeout_ms(call),
    };
    buf_release(url);
    http_add_header(&call->request, "Accept", "application/json");
    if (token)
        http_add_header(&call->request, "Authorization",
                        arena_fmt(call->arena, "Bearer %s", token));
    return call_request();
}

static bool is_ironclad(const struct call *call)
{
    return call->config->clm.kind == CLM_IRONCLAD;
}

static void add_url(const struct call *call, struct buf *url, const char *contract_id,
                    const char *account_id, int64_t page, int page_size)
{
    const struct config *config = call->config;
    add_base(url, config->clm.base_url);
    if (is_ironclad(call))
        add_ironclad_query(url, config, contract_id, page, page_size);
    else
        add_generic_path(url, config->clm.path ? config->clm.path : "/", contract_id, account_id);
}

/* ---- replies ---- */

/* The CLM's own word and sentence for a refusal, where it gives them. */
static void refine(struct call *call, const struct http_reply *reply)
{
    struct err err;
    struct json_object *body =
        reply->outcome == HTTP_ANSWERED
            ? json_parse(reply->body, reply->body_len, HTTP_MAX_REPLY_BYTES, &err)
            : NULL;
    struct failure *failure = &call->failure;
    const char *code = json_get_str(body, "code", NULL);
    const char *message = json_get_str(body, "message", NULL);
    if (code)
        snprintf(failure->code, sizeof failure->code, "%s", code);
    if (message)
        snprintf(failure->message, sizeof failure->message, "%s", message);
    json_object_put(body);
}

/* The reply's JSON, which the caller puts; NULL with call->failure set. */
static struct json_object *read_reply(struct call *call, const struct http_reply *reply)
{
    struct err err;
    if (!call_check_reply(reply, false, &call->failure)) {
        refine(call, reply);
        return NULL;
    }
    struct json_object *body = json_parse(reply->body, reply->body_len, HTTP_MAX_REPLY_BYTES, &err);
    if (!body)
        call_fail(call, FAILURE_TRANSIENT, reply->status, "invalid_reply",
                  "the answer is not JSON: %s", err.msg);
    return body;
}

static void note(const struct call *call)
{
    struct session *session = &call->sessions->systems[SYSTEM_CLM];
    if (call->failure.class == FAILURE_NONE)
        session_note_ok(session, call->world->now);
    else
        session_note_failure(session, call->failure.message);
}

/* ---- records ---- */

/* A record that moved to the next page while we were turning it comes twice. */
static void add_contract(struct clm_call *fetch, const struct contract *contract)
{
    for (size_t i = 0; i < fetch->count; i++)
        if (strcmp(fetch->contracts[i].id, contract->id) == 0)
            return;
    if (fetch->count == fetch->cap) {
        size_t cap = fetch->cap ? fetch->cap * 2 : 8;
        struct contract *grown = arena_array(fetch->call.arena, cap, sizeof *grown);
        if (fetch->count)
            memcpy(grown, fetch->contracts, fetch->count * sizeof *grown);
        fetch->contracts = grown;
        fetch->cap = cap;
    }
    fetch->contracts[fetch->count++] = *contract;
}

/* A record of another contract is not ours even where the filter let it through; a generic system
 * that does not say has answered for the contract in the path. */
static bool take_record(struct clm_call *fetch, struct json_object *record)
{
    struct call *call = &fetch->call;
    const char *asked = fetch->ids[fetch->id_at];
    struct contract contract;
    struct err err;
    if (!clm_record_decode(call->config, call->arena, record, &contract, &err)) {
        call_fail(call, FAILURE_INVALID, 200, "bad_record", "%s", err.msg);
        return false;
    }
    if (!clm_contract_property(call->config))
        contract.sf_contract_id = asked;
    if (contract.sf_contract_id && same_id(contract.sf_contract_id, asked)) {
        contract.sf_contract_id = asked;
        add_contract(fetch, &contract);
    }
    return true;
}

static bool take_list(struct clm_call *fetch, struct json_object *list)
{
    size_t len = json_object_array_length(list);
    for (size_t i = 0; i < len; i++)
        if (!take_record(fetch, json_object_array_get_idx(list, i)))
            return false;
    return true;
}

/* Half a page must not be taken for the whole: `count` says how many there are. */
static bool take_page(struct clm_call *fetch, struct json_object *body, bool *more)
{
    struct json_object *list;
    struct err err;
    if (!json_need_array(body, "list", &list, &err)) {
        call_fail(&fetch->call, FAILURE_TRANSIENT, 200, "invalid_reply", "%s", err.msg);
        return false;
    }
    int64_t len = (int64_t)json_object_array_length(list);
    int64_t size = json_get_int(body, "pageSize", PAGE_RECORDS);
    int64_t count = json_get_int(body, "count", len);
    if (size < 1 || size > PAGE_RECORDS)
        size = PAGE_RECORDS;
    *more = len >= size;
    if (!*more && count > fetch->page * size + len) {
        call_fail(&fetch->call, FAILURE_TRANSIENT, 200, "cut_page",
                  "a page holds %lld of %lld records", (long long)len, (long long)count);
        return false;
    }
    if (*more && fetch->page + 1 >= MAX_PAGES) {
        call_fail(&fetch->call, FAILURE_INVALID, 200, "too_many", "more than %d pages of records",
                  MAX_PAGES);
        return false;
    }
    return take_list(fetch, list);
}

static bool take_generic(struct clm_call *fetch, struct json_object *body)
{
    const char *items = fetch->call.config->clm.items;
    if (!items || !items[0])
        return take_record(fetch, body);
    struct json_object *list;
    struct err err;
    if (json_need_array(body, items, &list, &err))
        return take_list(fetch, list);
    call_fail(&fetch->call, FAILURE_INVALID, 200, "bad_record", "%s", err.msg);
    return false;
}

/* ---- the flow ---- */

static void tell_source(struct clm_call *fetch)
{
    const struct call *call = &fetch->call;
    fetch->facts->sources[SOURCE_CLM] = (struct source_state){
        .ok = call->failure.class == FAILURE_NONE,
        .fetched_at = call->world->now,
        .elapsed_ms = call->world->mono.ms - fetch->started_at.ms,
        .failure = call->failure,
    };
}

static struct step failed(struct clm_call *fetch)
{
    struct call *call = &fetch->call;
    int64_t wait_ms;
    if (call_may_retry(call, &call->failure, &wait_ms))
        return call_wait(wait_ms);
    note(call);
    tell_source(fetch);
    return (struct step){.kind = STEP_FAILED};
}

static struct step ask(struct clm_call *fetch)
{
    struct call *call = &fetch->call;
    if (fetch->id_at == fetch->id_count) {
        call->failure = (struct failure){0};
        if (fetch->id_count)
            note(call);
        fetch->facts->contracts = fetch->contracts;
        fetch->facts->contract_count = fetch->count;
        tell_source(fetch);
        return call_done();
    }
    struct buf url = {0};
    add_url(call, &url, fetch->ids[fetch->id_at], fetch->account_id, fetch->page, PAGE_RECORDS);
    return get(call, &url);
}

static struct step next(struct clm_call *fetch, bool more)
{
    fetch->call.attempt = 1;
    fetch->page = more ? fetch->page + 1 : 0;
    fetch->id_at += !more;
    return ask(fetch);
}

static struct step page_came(struct clm_call *fetch, const struct http_reply *reply)
{
    struct call *call = &fetch->call;
    bool more = false;
    struct json_object *body = read_reply(call, reply);
    /* What the path names is not there: no record, and no failure. */
    if (!body && !is_ironclad(call) && call->failure.class == FAILURE_NOT_FOUND)
        return next(fetch, false);
    if (!body)
        return failed(fetch);
    bool taken = is_ironclad(call) ? take_page(fetch, body, &more) : take_generic(fetch, body);
    json_object_put(body);
    return taken ? next(fetch, more) : failed(fetch);
}

static struct step step_fetch(struct call *call, const struct http_reply *reply)
{
    struct clm_call *fetch = (struct clm_call *)call;
    if (reply)
        return page_came(fetch, reply);
    if (!fetch->started) {
        fetch->started = true;
        fetch->started_at = call->world->mono;
        if (call->failure.class != FAILURE_NONE)
            return failed(fetch);
    }
    return ask(fetch);
}

struct call *clm_fetch(const struct call_env *env, const char *account_id, const char *contract_ids,
                       struct facts *facts)
{
    static const struct call_type type = {"clm", "fetch", step_fetch};
    struct clm_call *fetch = call_new(env, &type, sizeof *fetch);
    fetch->facts = facts;
    fetch->account_id = arena_str(env->arena, account_id ? account_id : "");
    split_ids(fetch, contract_ids);
    return &fetch->call;
}

/* ---- usher check ---- */

/* A generic path has no harmless question: an id that no one has gives 404 to who may ask. */
static struct step step_probe(struct call *call, const struct http_reply *reply)
{
    struct buf url = {0};
    if (!reply) {
        add_url(call, &url, is_ironclad(call) ? NULL : "usher-check", "usher-check", 0, 1);
        return get(call, &url);
    }
    struct json_object *body = read_reply(call, reply);
    json_object_put(body);
    if (!body && !is_ironclad(call) && call->failure.class == FAILURE_NOT_FOUND)
        call->failure = (struct failure){0};
    note(call);
    return call->failure.class == FAILURE_NONE ? call_done() : (struct step){.kind = STEP_FAILED};
}

struct call *clm_probe(const struct call_env *env)
{
    static const struct call_type type = {"clm", "check", step_probe};
    return call_new(env, &type, sizeof(struct call));
}
