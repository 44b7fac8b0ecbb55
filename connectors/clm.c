/* Asking a CLM for an account's contracts, by the mapping of its kind: one round for each contract
 * where the path names it, else one round for all of them, each page by page.
 *
 *   round ──> page ──> take records ──> more? page
 *     ^                                  └ no ──> not all found by the account's name? round
 *     └── next contract <─────────────────────────┘ without it
 */
#include "connectors/clm.h"

#include "connectors/clm_record.h"

#include <string.h>

enum { MAX_PAGES = 100, PAGE_RECORDS = 100, MAX_IDS = 200, ID_MAX = 64 };

struct fetch {
    struct rest_call rest;
    struct facts *facts;
    struct clm_mapping mapping;
    struct clm_question question;
    const char *wanted; /* the ids as they were given */
    const char **ids;   /* Salesforce contract ids, each once */
    size_t id_count, id_at;
    bool by_name;     /* this round asks for agreements with the account's name only */
    const char *path; /* of the page under way */
    struct contract *contracts;
    size_t count;
};

bool clm_is_a_system(const struct config *config)
{
    return clm_mapping_of(config).system != NULL;
}

bool clm_asks_by_name(const struct config *config)
{
    const struct clm_mapping mapping = clm_mapping_of(config);
    return mapping.path && strstr(mapping.path, "{account_name}");
}

/* ---- which contracts ---- */

static bool is_id(const char *text, size_t len)
{
    return len <= ID_MAX && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                         "0123456789-_.") >= len;
}

/* The id as it was asked for, NULL: it was not. */
static const char *asked_id(const struct fetch *fetch, const char *id)
{
    for (size_t i = 0; i < fetch->id_count; i++)
        if (salesforce_same_id(fetch->ids[i], id))
            return fetch->ids[i];
    return NULL;
}

/* The ids stand in a filter's quotes and in a path: only what an id is made of may pass. */
static bool split_ids(struct fetch *fetch)
{
    struct call *call = fetch->rest.call;
    fetch->ids = arena_array(call->arena, MAX_IDS, sizeof *fetch->ids);
    for (const char *at = fetch->wanted; *at;) {
        at += strspn(at, " ,");
        const size_t whole = strcspn(at, ",");
        size_t len = whole;
        while (len && at[len - 1] == ' ')
            len--;
        if (!is_id(at, len) || (len && fetch->id_count == MAX_IDS)) {
            call_fail(call, FAILURE_INVALID, 0, "bad_contract_id",
                      "the contract ids are not ids, or more than %d", MAX_IDS);
            return false;
        }
        const char *id = arena_strn(call->arena, at, len);
        if (len && !asked_id(fetch, id))
            fetch->ids[fetch->id_count++] = id;
        at += whole;
    }
    return true;
}

/* ---- records ---- */

/* A record that moved to the next page while we were turning it comes twice. */
static void add_contract(struct fetch *fetch, const struct contract *contract)
{
    for (size_t i = 0; i < fetch->count; i++)
        if (strcmp(fetch->contracts[i].id, contract->id) == 0)
            return;
    fetch->contracts =
        rest_room(fetch->rest.call->arena, fetch->contracts, fetch->count, sizeof *contract);
    fetch->contracts[fetch->count++] = *contract;
}

/* A record of another contract is not ours even where a filter let it through; a system that does
 * not say has answered for the contract in the path. */
static bool take_record(struct fetch *fetch, struct json_object *record, struct err *err)
{
    struct arena *arena = fetch->rest.call->arena;
    const struct clm_mapping *mapping = &fetch->mapping;
    const char *base_currency = fetch->rest.call->config->rules.base_currency;
    const char *id = fetch->question.contract_id;
    struct contract contract;
    if (mapping->fields[CLM_CONTRACT_ID] &&
        !clm_record_contract_id(mapping, arena, record, &id, err))
        return false;
    id = asked_id(fetch, id);
    if (!id)
        return true;
    if (!clm_record_decode(mapping, base_currency, arena, record, &contract, err))
        return false;
    contract.sf_contract_id = id;
    add_contract(fetch, &contract);
    return true;
}

static bool take_records(struct fetch *fetch, struct json_object *root, struct err *err)
{
    struct json_object *list;
    if (!fetch->mapping.items)
        return take_record(fetch, root, err);
    if (!json_need_array(root, fetch->mapping.items, &list, err))
        return false;
    size_t len = json_object_array_length(list);
    for (size_t i = 0; i < len; i++)
        if (!take_record(fetch, json_object_array_get_idx(list, i), err))
            return false;
    return true;
}

/* ---- pages ---- */

static const char *page_path(struct fetch *fetch)
{
    struct call *call = fetch->rest.call;
    const struct clm_mapping *mapping = &fetch->mapping;
    const char *path = mapping->path;
    if (fetch->by_name)
        path = arena_fmt(call->arena, "%s%s", path, mapping->narrowing);
    return clm_mapping_path(mapping, call->config, call->arena, path, &fetch->question);
}

/* Half a page must not be taken for the whole: `count` says how many there are. */
static bool next_number(struct fetch *fetch, struct json_object *root, const char **path)
{
    int64_t len = (int64_t)json_get_len(root, fetch->mapping.items);
    int64_t size = json_get_int(root, "pageSize", PAGE_RECORDS);
    int64_t count = json_get_int(root, "count", len);
    if (size < 1 || size > PAGE_RECORDS)
        size = PAGE_RECORDS;
    if (len < size && count > fetch->question.page * size + len) {
        call_fail(fetch->rest.call, FAILURE_TRANSIENT, 200, "cut_page",
                  "a page holds %lld of %lld records", (long long)len, (long long)count);
        return false;
    }
    fetch->question.page++;
    *path = len < size ? NULL : page_path(fetch);
    return true;
}

static bool next_link(struct fetch *fetch, struct json_object *root, const char **path)
{
    struct call *call = fetch->rest.call;
    struct json_object *link = json_at(root, fetch->mapping.next);
    *path = NULL;
    if (!link)
        return true;
    if (!json_object_is_type(link, json_type_string)) {
        call_fail(call, FAILURE_INVALID, 200, "bad_next_page", "%.60s: expected a text, found %s",
                  fetch->mapping.next, json_type_words(link));
        return false;
    }
    const char *text = json_object_get_string(link);
    if (!text[0])
        return true;
    fetch->question.page++;
    *path = clm_follow(call->arena, call->config->clm.base_url, fetch->path, text);
    if (!*path)
        call_fail(call, FAILURE_INVALID, 200, "bad_next_page",
                  "%.60s: the next page is not on the host of clm.base_url", fetch->mapping.next);
    return *path != NULL;
}

/* *path is NULL after the last page. */
static bool next_page(struct fetch *fetch, struct json_object *root, const char **path)
{
    bool ok = true;
    *path = NULL;
    if (fetch->mapping.paging == CLM_PAGE_NUMBERS)
        ok = next_number(fetch, root, path);
    else if (fetch->mapping.paging == CLM_NEXT_LINKS)
        ok = next_link(fetch, root, path);
    if (ok && *path && fetch->question.page >= MAX_PAGES) {
        call_fail(fetch->rest.call, FAILURE_INVALID, 200, "too_many", "more than %d pages",
                  MAX_PAGES);
        return false;
    }
    return ok;
}

/* ---- rounds ---- */

static struct step ask_round(struct fetch *fetch);

static bool has_found(const struct fetch *fetch, const char *id)
{
    for (size_t i = 0; i < fetch->count; i++)
        if (fetch->contracts[i].sf_contract_id == id)
            return true;
    return false;
}

/* A name narrows and never decides: in an agreement it may stand otherwise. */
static struct step end_round(struct fetch *fetch)
{
    bool again = false;
    for (size_t i = 0; fetch->by_name && i < fetch->id_count; i++)
        again = again || !has_found(fetch, fetch->ids[i]);
    fetch->by_name = false;
    if (!again)
        fetch->id_at = clm_mapping_asks_each(&fetch->mapping) ? fetch->id_at + 1 : fetch->id_count;
    return ask_round(fetch);
}

static struct step on_page(struct rest_call *rest, struct json_object *root);

/* What the path names is not there: no contract, and no failure. */
static struct step on_refused(struct rest_call *rest, struct json_object *root)
{
    struct fetch *fetch = (struct fetch *)rest;
    (void)root;
    bool none = rest->call->failure.class == FAILURE_NOT_FOUND &&
                clm_mapping_names_something(&fetch->mapping);
    return none ? end_round(fetch) : rest_give_up(rest);
}

static struct step ask_page(struct fetch *fetch, const char *path)
{
    fetch->path = path;
    return rest_send(&fetch->rest, &(struct rest_request){
                                       .path = path, .on_reply = on_page, .on_refuse = on_refused});
}

static struct step ask_round(struct fetch *fetch)
{
    if (fetch->id_at == fetch->id_count) {
        fetch->facts->contracts = fetch->contracts;
        fetch->facts->contract_count = fetch->count;
        return call_done();
    }
    fetch->question.contract_id = fetch->ids[fetch->id_at];
    fetch->question.page = 0;
    return ask_page(fetch, page_path(fetch));
}

static struct step on_page(struct rest_call *rest, struct json_object *root)
{
    struct fetch *fetch = (struct fetch *)rest;
    struct err err = {0};
    const char *path;
    if (!take_records(fetch, root, &err))
        return call_fail(rest->call, FAILURE_INVALID, 200, "bad_record", "%s", err.msg);
    if (!next_page(fetch, root, &path))
        return rest_retry(rest);
    return path ? ask_page(fetch, path) : end_round(fetch);
}

static struct step start_fetch(struct rest_call *rest)
{
    struct fetch *fetch = (struct fetch *)rest;
    fetch->by_name = fetch->mapping.narrowing && fetch->question.account_name;
    return split_ids(fetch) ? ask_round(fetch) : rest_give_up(rest);
}

/* The rest of a call of this kind, whose system is the mapping's. */
static struct fetch *new_call(const struct call_env *env, const struct rest_kind *kind)
{
    struct fetch *fetch = rest_new(env, kind, sizeof(struct call), sizeof *fetch);
    fetch->mapping = clm_mapping_of(env->config);
    fetch->rest.system = fetch->mapping.system;
    return fetch;
}

struct call *clm_fetch(const struct call_env *env, const struct clm_asked *asked,
                       struct facts *facts)
{
    static const struct rest_kind kind = {
        .type = {"clm", "fetch", rest_step}, .system = &clm_by_token, .start = start_fetch};
    struct fetch *fetch = new_call(env, &kind);
    bool named = asked->account_name && asked->account_name[0];
    fetch->facts = facts;
    fetch->rest.source = &facts->sources[SOURCE_CLM];
    fetch->wanted = arena_str(env->arena, asked->contract_ids ? asked->contract_ids : "");
    fetch->question = (struct clm_question){
        .account_id = arena_str(env->arena, asked->account_id ? asked->account_id : ""),
        .account_name = named ? arena_str(env->arena, asked->account_name) : NULL,
    };
    return fetch->rest.call;
}

/* ---- usher check ---- */

static struct step on_probed(struct rest_call *rest, struct json_object *root)
{
    const struct fetch *fetch = (const struct fetch *)rest;
    struct json_object *list;
    struct err err;
    if (fetch->mapping.probe && !json_need_array(root, fetch->mapping.items, &list, &err))
        return call_fail(rest->call, FAILURE_INVALID, 200, "bad_reply", "%s", err.msg);
    return call_done();
}

/* A path that names something has no harmless question: ids that no one has give 404 to who may
 * ask. */
static struct step on_probe_refused(struct rest_call *rest, struct json_object *root)
{
    const struct fetch *fetch = (const struct fetch *)rest;
    (void)root;
    bool fine = rest->call->failure.class == FAILURE_NOT_FOUND &&
                clm_mapping_names_something(&fetch->mapping);
    return fine ? call_done() : rest_give_up(rest);
}

static struct step start_probe(struct rest_call *rest)
{
    static const struct clm_question nobody = {
        .contract_id = "usher-check", .account_id = "usher-check", .account_name = "usher-check"};
    const struct clm_mapping *mapping = &((struct fetch *)rest)->mapping;
    const char *path = clm_mapping_path(mapping, rest->call->config, rest->call->arena,
                                        mapping->probe ? mapping->probe : mapping->path, &nobody);
    return rest_send(rest, &(struct rest_request){
                               .path = path, .on_reply = on_probed, .on_refuse = on_probe_refused});
}

struct call *clm_probe(const struct call_env *env)
{
    static const struct rest_kind kind = {
        .type = {"clm", "check", rest_step}, .system = &clm_by_token, .start = start_probe};
    return clm_is_a_system(env->config) ? new_call(env, &kind)->rest.call
                                        : clm_salesforce_probe(env);
}
