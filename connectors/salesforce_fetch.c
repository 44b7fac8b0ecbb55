/* One account's part of the facts in one composite call:
 *
 *   token -> describe (once a process) -> composite -> further pages of its parts -> done
 */
#include "connectors/salesforce_call.h"

#include <stdio.h>
#include <string.h>

#define OWNER_FIELDS                                                                               \
    "Id,Name,Username,Email,ManagerId,Title,Department,TimeZoneSidKey,IsActive,LastLoginDate"

struct fetch {
    struct salesforce_call salesforce;
    const char *account_id;
    struct facts *facts;
    const char *more_opportunities, *more_contracts; /* paths of their next pages */
};

static struct salesforce_rows rows_of(const struct fetch *fetch)
{
    const struct call *call = fetch->salesforce.rest.call;
    return (struct salesforce_rows){call->arena, fetch->facts, call->config->rules.base_currency};
}

/* A query's page: its records, and where the next one is. */
static bool read_page(struct fetch *fetch, struct json_object *query, salesforce_row *read,
                      const char **next, struct err *err)
{
    const struct salesforce_rows rows = rows_of(fetch);
    struct json_object *records;
    if (!json_need_array(query, "records", &records, err))
        return false;
    size_t count = json_object_array_length(records);
    if (fetch->facts->opportunity_count + fetch->facts->sf_contract_count + count >
        SALESFORCE_MAX_ROWS)
        return err_set(err, ERR_TOO_LARGE, "more than %d records", SALESFORCE_MAX_ROWS);
    for (size_t i = 0; i < count; i++) {
        struct json_object *record = json_object_array_get_idx(records, i);
        if (!read(&rows, record, err))
            return err_prefix(err, "%.20s", json_get_str(record, "Id", "a record"));
    }
    return salesforce_next_page(rows.arena, query, next) ||
           err_set(err, ERR_INVALID, "nextRecordsUrl is not a path of the API");
}

static struct step bad_data(struct rest_call *rest, const struct err *err)
{
    return salesforce_bad_reply(rest, err->msg);
}

/* ---- further pages ---- */

static struct step on_opportunity_page(struct rest_call *rest, struct json_object *root);
static struct step on_contract_page(struct rest_call *rest, struct json_object *root);

static struct step next_page(struct fetch *fetch)
{
    struct rest_request request = {.on_refuse = salesforce_refused_query};
    if (fetch->more_opportunities) {
        request.path = fetch->more_opportunities;
        request.on_reply = on_opportunity_page;
    } else if (fetch->more_contracts) {
        request.path = fetch->more_contracts;
        request.on_reply = on_contract_page;
    } else {
        return call_done();
    }
    return rest_send(&fetch->salesforce.rest, &request);
}

static struct step on_opportunity_page(struct rest_call *rest, struct json_object *root)
{
    struct fetch *fetch = (struct fetch *)rest;
    struct err err;
    if (!read_page(fetch, root, salesforce_read_opportunity, &fetch->more_opportunities, &err))
        return bad_data(rest, &err);
    return next_page(fetch);
}

static struct step on_contract_page(struct rest_call *rest, struct json_object *root)
{
    struct fetch *fetch = (struct fetch *)rest;
    struct err err;
    if (!read_page(fetch, root, salesforce_read_contract, &fetch->more_contracts, &err))
        return bad_data(rest, &err);
    return next_page(fetch);
}

/* ---- the composite reply ---- */

/* The body of a part that went well; else NULL with call->failure saying how it did not. */
static struct json_object *part_body(struct rest_call *rest, struct json_object *root,
                                     const char *name)
{
    struct failure *failure = &rest->call->failure;
    struct json_object *parts = json_at(root, "compositeResponse");
    size_t count = json_get_len(root, "compositeResponse");
    for (size_t i = 0; i < count; i++) {
        struct json_object *part = json_object_array_get_idx(parts, i);
        struct http_reply reply = {.outcome = HTTP_ANSWERED,
                                   .status = (int)json_get_int(part, "httpStatusCode", 0)};
        if (strcmp(json_get_str(part, "referenceId", ""), name) != 0)
            continue;
        struct json_object *body = json_at(part, "body");
        if (call_check_reply(&reply, false, failure) && body)
            return body;
        if (failure->class == FAILURE_NONE)
            failure->class = FAILURE_PERMANENT;
        salesforce_read_errors(body, failure);
        return NULL;
    }
    *failure = (struct failure){.class = FAILURE_TRANSIENT, .status = 200};
    rest_describe(failure, "bad_reply", "the composite reply lacks a part");
    return NULL;
}

/* What Salesforce says of a text that is no id of that object. */
static bool says_no_such_id(const struct failure *failure)
{
    return failure->class == FAILURE_NOT_FOUND || strcmp(failure->code, "MALFORMED_ID") == 0 ||
           strcmp(failure->code, "INVALID_QUERY_FILTER_OPERATOR") == 0;
}

static struct step part_failed(struct rest_call *rest)
{
    salesforce_forget_fields(rest->call->sessions, &rest->call->failure);
    return rest_retry(rest);
}

/* A queue or a user who is gone is no failure: the owner is not found. */
static bool take_owner(struct fetch *fetch, struct json_object *root, struct step *step)
{
    struct rest_call *rest = &fetch->salesforce.rest;
    const struct salesforce_rows rows = rows_of(fetch);
    struct err err;
    struct json_object *body = part_body(rest, root, "owner");
    if (body && !salesforce_read_owner(&rows, body, &err)) {
        *step = bad_data(rest, &err);
        return false;
    }
    if (body || says_no_such_id(&rest->call->failure))
        return true;
    *step = part_failed(rest);
    return false;
}

static void forget_account(struct facts *facts)
{
    facts->account = (struct account){0};
    facts->owner = (struct owner){.last_login = CIVIL_NONE};
    facts->opportunities = NULL;
    facts->opportunity_count = 0;
    facts->sf_contracts = NULL;
    facts->sf_contract_count = 0;
}

static struct step on_composite(struct rest_call *rest, struct json_object *root)
{
    struct fetch *fetch = (struct fetch *)rest;
    struct facts *facts = fetch->facts;
    struct step step;
    struct err err;
    forget_account(facts);
    struct json_object *account = part_body(rest, root, "account");
    if (!account)
        return says_no_such_id(&rest->call->failure) ? call_done() : part_failed(rest);
    if (json_get_len(account, "records") == 0)
        return call_done();
    const struct salesforce_rows rows = rows_of(fetch);
    if (!salesforce_read_account(&rows, json_at(account, "records[0]"), &err))
        return bad_data(rest, &err);
    if (!take_owner(fetch, root, &step))
        return step;
    struct json_object *opportunities = part_body(rest, root, "opportunities");
    if (!opportunities)
        return part_failed(rest);
    struct json_object *contracts = part_body(rest, root, "contracts");
    if (!contracts)
        return part_failed(rest);
    if (!read_page(fetch, opportunities, salesforce_read_opportunity, &fetch->more_opportunities,
                   &err) ||
        !read_page(fetch, contracts, salesforce_read_contract, &fetch->more_contracts, &err))
        return bad_data(rest, &err);
    return next_page(fetch);
}

/* ---- the composite request ---- */

/* Appends ", Name" for each field that this organisation has. */
static void add_fields(struct buf *soql, const struct field_set *set, const char *const *names,
                       size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (field_set_has(set, names[i]))
            buf_fmt(soql, ", %s", names[i]);
}

static void account_query(const struct fetch *fetch, struct buf *soql)
{
    static const char *const optional[] = {"BillingCountry", "Industry"};
    buf_str(soql, "SELECT Id, Name, ParentId, OwnerId, IsDeleted");
    add_fields(soql, &fetch->salesforce.rest.call->sessions->account_fields, optional, 2);
    buf_fmt(soql, " FROM Account WHERE Id = '%s'", fetch->account_id);
}

static void opportunity_query(const struct fetch *fetch, struct buf *soql)
{
    static const char *const optional[] = {"CurrencyIsoCode", "ContractId", "LastActivityDate",
                                           "Type"};
    buf_str(soql, "SELECT Id, AccountId, Name, StageName, IsWon, Amount, CloseDate, OwnerId");
    add_fields(soql, &fetch->salesforce.rest.call->sessions->opportunity_fields, optional, 4);
    buf_fmt(soql, " FROM Opportunity WHERE AccountId = '%s' AND IsWon = true ORDER BY Id",
            fetch->account_id);
}

static void contract_query(const struct fetch *fetch, struct buf *soql)
{
    buf_fmt(soql,
            "SELECT Id, ContractNumber, Status, StartDate, EndDate FROM Contract WHERE "
            "AccountId = '%s' ORDER BY Id",
            fetch->account_id);
}

static void add_part(struct json_writer *w, const char *name, const char *url)
{
    json_open(w, '{');
    json_pair_str(w, "method", "GET");
    json_pair_str(w, "url", url);
    json_pair_str(w, "referenceId", name);
    json_close(w, '}');
}

static void add_query(const struct fetch *fetch, struct json_writer *w, const char *name,
                      const char *resource,
                      void (*query)(const struct fetch *fetch, struct buf *soql))
{
    const struct call *call = fetch->salesforce.rest.call;
    struct buf soql;
    buf_init(&soql, 0);
    query(fetch, &soql);
    add_part(w, name, salesforce_query_path(call->arena, call->config, resource, buf_cstr(&soql)));
    buf_release(&soql);
}

static const char *composite_body(const struct fetch *fetch)
{
    const struct call *call = fetch->salesforce.rest.call;
    const char *version = call->config->salesforce.api_version;
    struct buf body;
    struct json_writer w;
    buf_init(&body, 0);
    json_writer_init(&w, &body);
    json_open(&w, '{');
    json_pair_bool(&w, "allOrNone", false);
    json_pair_bool(&w, "collateSubrequests", true);
    json_key(&w, "compositeRequest");
    json_open(&w, '[');
    /* queryAll: a deleted account is seen, and seen to be deleted. */
    add_query(fetch, &w, "account", "queryAll", account_query);
    add_part(&w, "owner",
             arena_fmt(call->arena,
                       "/services/data/%s/sobjects/User/@{account.records[0].OwnerId}"
                       "?fields=" OWNER_FIELDS,
                       version));
    add_query(fetch, &w, "opportunities", "query", opportunity_query);
    add_query(fetch, &w, "contracts", "query", contract_query);
    json_close(&w, ']');
    json_close(&w, '}');
    const char *out = arena_str(call->arena, buf_cstr(&body));
    buf_release(&body);
    return out;
}

static struct step send_composite(struct rest_call *rest)
{
    const struct rest_request request = {
        .method = HTTP_POST,
        .path = arena_fmt(rest->call->arena, "/services/data/%s/composite",
                          rest->call->config->salesforce.api_version),
        .body = composite_body((struct fetch *)rest),
        .on_reply = on_composite,
        .on_refuse = salesforce_refused_query,
    };
    return rest_send(rest, &request);
}

static void drop(struct rest_call *rest)
{
    forget_account(((struct fetch *)rest)->facts);
}

static struct step start(struct rest_call *rest)
{
    struct fetch *fetch = (struct fetch *)rest;
    struct facts *facts = fetch->facts;
    forget_account(facts);
    if (!facts->base_currency) {
        facts->base_currency =
            arena_str(rest->call->arena, rest->call->config->rules.base_currency);
        facts->base_precision = money_precision(facts->base_currency);
    }
    /* What cannot be an id is nobody's. */
    if (!salesforce_is_id(fetch->account_id))
        return call_done();
    return salesforce_with_fields(rest, send_composite);
}

struct call *salesforce_fetch(const struct call_env *env, const char *account_id,
                              struct facts *facts)
{
    static const struct rest_kind kind = {.type = {"salesforce", "fetch", rest_step},
                                          .system = &salesforce_system,
                                          .start = start,
                                          .drop = drop};
    struct fetch *fetch = rest_new(env, &kind, sizeof(struct call), sizeof *fetch);
    fetch->account_id = arena_str(env->arena, account_id ? account_id : "");
    fetch->facts = facts;
    fetch->salesforce.rest.source = &facts->sources[SOURCE_SALESFORCE];
    return fetch->salesforce.rest.call;
}
