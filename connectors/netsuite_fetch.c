/* One customer's part of the facts: the queries of the table below one after the other, each page
 * by page, those of a customer for each customer that carries the account's id:
 *
 *   [token] -> customer -> currency -> (invoice -> installment -> creditmemo -> customerdeposit)*
 *           -> term -> done
 */
#include "connectors/netsuite_call.h"

#include <stdio.h>
#include <string.h>

enum { FIELD_MAX = 64 };

/* ---- the queries: where an organisation's NetSuite differs, this table is what to adapt ---- */

enum query_field { FIELD_NONE, FIELD_CUSTOMER, FIELD_CONTRACT }; /* names from the configuration */
enum query_param { PARAM_NONE, PARAM_ACCOUNT, PARAM_ONE_CUSTOMER };
enum query_needs { NEEDS_NOTHING, NEEDS_CUSTOMER, NEEDS_INVOICES };

struct query {
    const char *before;     /* SQL up to the configured column… */
    enum query_field field; /* …which stands here… */
    const char *after;      /* …and the rest */
    enum query_param param;
    enum query_needs needs; /* else it is not asked */
    netsuite_row *read;
};

static const struct query queries[] = {
    {"SELECT id, companyname, email FROM customer WHERE ", FIELD_CUSTOMER, " = ? ORDER BY id",
     PARAM_ACCOUNT, NEEDS_NOTHING, netsuite_read_customer},
    {"SELECT id, symbol, currencyprecision, isbasecurrency FROM currency ORDER BY id", FIELD_NONE,
     "", PARAM_NONE, NEEDS_CUSTOMER, netsuite_read_currency},
    {"SELECT id, tranid, trandate, duedate, currency, exchangerate, subtotal, taxtotal, total, "
     "amountpaid, amountremaining, status, approvalstatus, email, terms, overrideinstallments, ",
     FIELD_CONTRACT, " FROM invoice WHERE entity = ? ORDER BY id", PARAM_ONE_CUSTOMER,
     NEEDS_CUSTOMER, netsuite_read_invoice},
    {"SELECT installment.invoice, installment.seqnum, installment.duedate, installment.amount, "
     "installment.amountdue FROM installment JOIN invoice ON installment.invoice = invoice.id "
     "WHERE invoice.entity = ? ORDER BY installment.invoice, installment.seqnum",
     FIELD_NONE, "", PARAM_ONE_CUSTOMER, NEEDS_INVOICES, netsuite_read_installment},
    {"SELECT id, tranid, trandate, currency, total, applied, unapplied, status, approvalstatus, "
     "disputed FROM creditmemo WHERE entity = ? ORDER BY id",
     FIELD_NONE, "", PARAM_ONE_CUSTOMER, NEEDS_CUSTOMER, netsuite_read_credit},
    {"SELECT id, tranid, trandate, currency, payment, total, applied, unapplied, status, "
     "approvalstatus, disputed FROM customerdeposit WHERE customer = ? ORDER BY id",
     FIELD_NONE, "", PARAM_ONE_CUSTOMER, NEEDS_CUSTOMER, netsuite_read_deposit},
    {"SELECT id, name, datedriven, daysuntilnetdue, daysuntilexpiry, daydiscountexpires, "
     "discountpercent, installment, recurrencecount, splitevenly FROM term ORDER BY id",
     FIELD_NONE, "", PARAM_NONE, NEEDS_INVOICES, netsuite_read_term},
};
enum { QUERY_COUNT = sizeof queries / sizeof *queries, QUERY_CURRENCY = 1 };

/* ---- the walk over the table ---- */

struct fetch {
    struct rest_call rest;
    struct netsuite_rows rows;
    const char *account_id;
    size_t query;    /* of the table */
    size_t customer; /* whose query it is */
    size_t offset;   /* of the page */
    bool probe;      /* only one query, nothing is kept */
};

static bool is_column(const char *name)
{
    size_t len = name ? strnlen(name, FIELD_MAX + 1) : 0;
    if (len == 0 || len > FIELD_MAX)
        return false;
    return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == len;
}

static struct step on_rows(struct rest_call *rest, struct json_object *root);

static struct step ask(struct fetch *fetch)
{
    const struct query *query = &queries[fetch->query];
    const struct config *config = fetch->rest.call->config;
    const char *names[] = {[FIELD_NONE] = "",
                           [FIELD_CUSTOMER] = config->netsuite.customer_field,
                           [FIELD_CONTRACT] = config->netsuite.contract_field};
    const char *params[] = {[PARAM_NONE] = NULL,
                            [PARAM_ACCOUNT] = fetch->account_id,
                            [PARAM_ONE_CUSTOMER] = fetch->rows.customer_count
                                                       ? fetch->rows.customers[fetch->customer]
                                                       : NULL};
    const char *sql = arena_fmt(fetch->rest.call->arena, "%s%s%s", query->before,
                                names[query->field], query->after);
    return netsuite_query(&fetch->rest, sql, params[query->param], fetch->offset, on_rows);
}

static bool is_needed(const struct fetch *fetch, const struct query *query)
{
    if (query->needs == NEEDS_INVOICES)
        return fetch->rows.facts->invoice_count > 0;
    return query->needs == NEEDS_NOTHING || fetch->rows.customer_count > 0;
}

/* The queries of a customer stand together: after the last of them the next customer's come. */
static void move_on(struct fetch *fetch)
{
    const size_t last = fetch->query++;
    const bool ends_customer =
        queries[last].param == PARAM_ONE_CUSTOMER &&
        (fetch->query == QUERY_COUNT || queries[fetch->query].param != PARAM_ONE_CUSTOMER);
    if (!ends_customer || fetch->customer + 1 >= fetch->rows.customer_count)
        return;
    fetch->customer++;
    while (fetch->query > 0 && queries[fetch->query - 1].param == PARAM_ONE_CUSTOMER)
        fetch->query--;
}

static struct step next_query(struct fetch *fetch)
{
    fetch->offset = 0;
    do
        move_on(fetch);
    while (fetch->query < QUERY_COUNT && !is_needed(fetch, &queries[fetch->query]));
    return fetch->query < QUERY_COUNT && !fetch->probe ? ask(fetch) : call_done();
}

/* Half a page must not be taken for the whole. */
static struct step cut_page(struct rest_call *rest)
{
    rest->call->failure = (struct failure){.class = FAILURE_TRANSIENT, .status = 200};
    rest_describe(&rest->call->failure, "cut_page", "a page holds fewer rows than it says");
    return rest_retry(rest);
}

static struct step on_rows(struct rest_call *rest, struct json_object *root)
{
    struct fetch *fetch = (struct fetch *)rest;
    struct json_object *items;
    struct err err;
    if (!json_need_array(root, "items", &items, &err))
        return netsuite_bad_reply(rest, err.msg);
    size_t count = json_object_array_length(items);
    if (json_get_int(root, "count", (int64_t)count) != (int64_t)count)
        return cut_page(rest);
    for (size_t i = 0; i < count; i++)
        if (!queries[fetch->query].read(&fetch->rows, json_object_array_get_idx(items, i), &err))
            return netsuite_bad_reply(rest, err.msg);
    if (!json_get_bool(root, "hasMore", false))
        return next_query(fetch);
    fetch->offset += NETSUITE_PAGE_ROWS;
    if (fetch->offset >= NETSUITE_MAX_ROWS)
        return call_fail(rest->call, FAILURE_PERMANENT, 200, "too_many_rows",
                         "a query gives more than %d rows", NETSUITE_MAX_ROWS);
    return ask(fetch);
}

/* ---- the calls ---- */

static void forget(struct fetch *fetch)
{
    struct facts *facts = fetch->rows.facts;
    facts->base_currency = arena_str(fetch->rows.arena, fetch->rows.config->rules.base_currency);
    facts->base_precision = money_precision(facts->base_currency);
    facts->customer_found = false;
    facts->invoices = NULL;
    facts->terms = NULL;
    facts->credits = NULL;
    facts->invoice_count = facts->term_count = facts->credit_count = 0;
}

static void drop(struct rest_call *rest)
{
    forget((struct fetch *)rest);
}

static struct step start(struct rest_call *rest)
{
    struct fetch *fetch = (struct fetch *)rest;
    const struct config *config = rest->call->config;
    if (!netsuite_is_configured(rest))
        return rest_give_up(rest);
    if (!is_column(config->netsuite.customer_field) || !is_column(config->netsuite.contract_field))
        return call_fail(rest->call, FAILURE_INVALID, 0, "configuration",
                         "netsuite.customer_field or contract_field is not the name of a column");
    forget(fetch);
    fetch->query = fetch->probe ? QUERY_CURRENCY : 0;
    return ask(fetch);
}

static const char *lower(struct arena *arena, const char *name)
{
    char *out = arena_str(arena, name ? name : "");
    for (char *c = out; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return out;
}

static struct fetch *fetch_new(const struct call_env *env, const struct rest_kind kinds[2],
                               struct facts *facts)
{
    const bool tba = env->config->netsuite.auth == NETSUITE_AUTH_TBA;
    struct fetch *fetch = rest_new(env, &kinds[tba], sizeof(struct call), sizeof *fetch);
    fetch->rows = (struct netsuite_rows){
        .arena = env->arena,
        .config = env->config,
        .contract_column = lower(env->arena, env->config->netsuite.contract_field),
        .facts = facts};
    return fetch;
}

struct call *netsuite_fetch(const struct call_env *env, const char *account_id, struct facts *facts)
{
    static const struct rest_kind kinds[2] = {
        {{"netsuite", "fetch", rest_step}, &netsuite_m2m, start, drop},
        {{"netsuite", "fetch", rest_step}, &netsuite_tba, start, drop},
    };
    struct fetch *fetch = fetch_new(env, kinds, facts);
    fetch->account_id = arena_str(env->arena, account_id ? account_id : "");
    fetch->rest.source = &facts->sources[SOURCE_NETSUITE];
    return fetch->rest.call;
}

struct call *netsuite_probe(const struct call_env *env)
{
    static const struct rest_kind kinds[2] = {
        {{"netsuite", "probe", rest_step}, &netsuite_m2m, start, drop},
        {{"netsuite", "probe", rest_step}, &netsuite_tba, start, drop},
    };
    struct fetch *fetch = fetch_new(env, kinds, arena_alloc(env->arena, sizeof(struct facts)));
    fetch->probe = true;
    return fetch->rest.call;
}
