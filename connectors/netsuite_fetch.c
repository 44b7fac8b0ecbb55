/* One customer's part of the facts: the queries of the table below one after the other, each page
 * by page, those of a customer for each customer that carries the account's id:
 *
 *   [token] -> customer -> currency -> (invoices -> credits)* -> rates -> done
 *
 * What is looked at together is asked together: an answer takes longer than its rows.
 */
#include "connectors/netsuite_call.h"

#include "base/log.h"

#include <stdio.h>
#include <string.h>

enum { FIELD_MAX = 64 };

/* ---- the queries: where an organisation's NetSuite differs, this table is what to adapt ---- */

enum query_field { FIELD_NONE, FIELD_CUSTOMER, FIELD_CONTRACT, FIELD_CURRENCIES };
enum query_param { PARAM_NONE, PARAM_ACCOUNT, PARAM_CUSTOMER, PARAM_CUSTOMER_TWICE, PARAM_RATES };

struct query {
    const char *before;     /* SQL up to the configured column, or the list of currencies… */
    enum query_field field; /* …which stands here… */
    const char *after;      /* …and the rest */
    enum query_param param;
    bool (*is_needed)(const struct netsuite_rows *rows); /* NULL: always */
    netsuite_row *read;
    bool optional; /* what NetSuite refuses here, or says without sense, is unknown; no failure */
};

static bool has_customers(const struct netsuite_rows *rows)
{
    return rows->customer_count > 0;
}

static const struct query queries[] = {
    {"SELECT id, companyname, email FROM customer WHERE ", FIELD_CUSTOMER, " = ? ORDER BY id",
     PARAM_ACCOUNT, NULL, netsuite_read_customer, false},
    {"SELECT id, symbol, currencyprecision, isbasecurrency FROM currency ORDER BY id", FIELD_NONE,
     "", PARAM_NONE, has_customers, netsuite_read_currency, false},
    {"SELECT invoice.id, invoice.tranid, invoice.trandate, invoice.duedate, invoice.currency, "
     "invoice.exchangerate, invoice.subtotal, invoice.taxtotal, invoice.total, invoice.amountpaid, "
     "invoice.amountremaining, invoice.status, invoice.approvalstatus, invoice.email, "
     "invoice.terms, invoice.overrideinstallments, term.id AS termid, term.name AS termname, "
     "term.datedriven, term.daysuntilnetdue, term.daysuntilexpiry, term.daydiscountexpires, "
     "term.discountpercent, term.discountpercentdatedriven, term.installment AS byinstallments, "
     "term.recurrencecount, term.splitevenly, installment.invoice AS installmentof, "
     "installment.seqnum, installment.duedate AS installmentdue, "
     "installment.amount AS installmentamount, installment.amountdue AS installmentrest, invoice.",
     FIELD_CONTRACT,
     " FROM invoice LEFT JOIN term ON invoice.terms = term.id "
     "LEFT JOIN installment ON installment.invoice = invoice.id "
     "WHERE invoice.entity = ? ORDER BY invoice.id, installment.seqnum",
     PARAM_CUSTOMER, has_customers, netsuite_read_invoice, false},
    {"SELECT 'creditmemo' AS kind, id, tranid, trandate, currency, total, NULL AS payment, "
     "applied, "
     "unapplied, status, approvalstatus, disputed FROM creditmemo WHERE entity = ? UNION ALL "
     "SELECT 'deposit' AS kind, id, tranid, trandate, currency, total, payment, applied, "
     "unapplied, status, approvalstatus, disputed FROM customerdeposit WHERE customer = ? "
     "ORDER BY kind, id",
     FIELD_NONE, "", PARAM_CUSTOMER_TWICE, has_customers, netsuite_read_credit, false},
    {"SELECT transactioncurrency, effectivedate, exchangerate FROM currencyrate "
     "WHERE basecurrency = ? AND transactioncurrency IN (",
     FIELD_CURRENCIES,
     ") AND effectivedate BETWEEN TO_DATE(?, 'YYYY-MM-DD') AND TO_DATE(?, 'YYYY-MM-DD') "
     "ORDER BY effectivedate, transactioncurrency",
     PARAM_RATES, netsuite_wants_rates, netsuite_read_rate, true},
};
enum { QUERY_COUNT = sizeof queries / sizeof *queries, QUERY_CURRENCY = 1 };

/* ---- the walk over the table ---- */

struct fetch {
    struct rest_call rest;
    struct netsuite_rows rows;
    const char *account_id;
    size_t query;       /* of the table */
    size_t customer;    /* whose query it is */
    size_t offset;      /* of the page */
    bool rates_refused; /* NetSuite did not say them */
    bool probe;         /* only one query, nothing is kept */
};

static bool is_column(const char *name)
{
    size_t len = name ? strnlen(name, FIELD_MAX + 1) : 0;
    if (len == 0 || len > FIELD_MAX)
        return false;
    return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == len;
}

static bool is_of_customer(const struct query *query)
{
    return query->param == PARAM_CUSTOMER || query->param == PARAM_CUSTOMER_TWICE;
}

static struct netsuite_params params_of(const struct fetch *fetch, const struct query *query)
{
    struct netsuite_params out = {.items =
                                      arena_array(fetch->rest.call->arena, 2, sizeof *out.items)};
    if (query->param == PARAM_RATES)
        return netsuite_rates_params(&fetch->rows);
    if (query->param == PARAM_ACCOUNT)
        out.items[out.count++] = fetch->account_id;
    if (is_of_customer(query))
        out.items[out.count++] = fetch->rows.customer;
    if (query->param == PARAM_CUSTOMER_TWICE)
        out.items[out.count++] = fetch->rows.customer;
    return out;
}

/* "?, ?, ?": all that is bound but the base currency before them and the two days behind. */
static const char *places(struct arena *arena, size_t param_count)
{
    struct buf text = {0};
    for (size_t i = 3; i < param_count; i++)
        buf_str(&text, text.len ? ", ?" : "?");
    const char *out = arena_str(arena, buf_cstr(&text));
    buf_release(&text);
    return out;
}

static struct step on_rows(struct rest_call *rest, struct json_object *root);
static struct step on_refuse(struct rest_call *rest, struct json_object *root);

static struct step ask(struct fetch *fetch)
{
    struct arena *arena = fetch->rest.call->arena;
    const struct query *query = &queries[fetch->query];
    const struct config *config = fetch->rest.call->config;
    if (is_of_customer(query))
        fetch->rows.customer = fetch->rows.customers[fetch->customer];
    const struct netsuite_params params = params_of(fetch, query);
    const char *names[] = {[FIELD_NONE] = "",
                           [FIELD_CUSTOMER] = config->netsuite.customer_field,
                           [FIELD_CONTRACT] = config->netsuite.contract_field,
                           [FIELD_CURRENCIES] = places(arena, params.count)};
    const struct netsuite_page page = {
        .sql = arena_fmt(arena, "%s%s%s", query->before, names[query->field], query->after),
        .params = params,
        .offset = fetch->offset,
        .on_reply = on_rows,
        .on_refuse = on_refuse,
    };
    return netsuite_query(&fetch->rest, &page);
}

/* The queries of a customer stand together: after the last of them the next customer's come. */
static void move_on(struct fetch *fetch)
{
    const size_t last = fetch->query++;
    const bool ends_customer =
        is_of_customer(&queries[last]) &&
        (fetch->query == QUERY_COUNT || !is_of_customer(&queries[fetch->query]));
    if (!ends_customer || fetch->customer + 1 >= fetch->rows.customer_count)
        return;
    fetch->customer++;
    while (fetch->query > 0 && is_of_customer(&queries[fetch->query - 1]))
        fetch->query--;
}

static bool is_needed(const struct fetch *fetch)
{
    const struct query *query = &queries[fetch->query];
    return !query->is_needed || query->is_needed(&fetch->rows);
}

static struct step next_query(struct fetch *fetch)
{
    fetch->offset = 0;
    do
        move_on(fetch);
    while (fetch->query < QUERY_COUNT && !is_needed(fetch));
    if (fetch->query < QUERY_COUNT && !fetch->probe)
        return ask(fetch);
    fetch->rows.facts->rates.known = fetch->rows.base_id && !fetch->rates_refused;
    return call_done();
}

/* ---- replies ---- */

static struct step go_without_rates(struct fetch *fetch, const char *why)
{
    log_debug("netsuite", "the currency rates are left out: %s", why);
    fetch->rows.facts->rates = (struct rates){0};
    fetch->rates_refused = true;
    return next_query(fetch);
}

/* It has answered, and will not say. What passes by itself is a failure here as everywhere. */
static struct step on_refuse(struct rest_call *rest, struct json_object *root)
{
    struct fetch *fetch = (struct fetch *)rest;
    const struct failure failure = rest->call->failure;
    bool refused = failure.class == FAILURE_INVALID || failure.class == FAILURE_PERMISSION ||
                   failure.class == FAILURE_NOT_FOUND;
    (void)root;
    if (!refused || !queries[fetch->query].optional)
        return rest_give_up(rest);
    return go_without_rates(fetch, failure.message);
}

static struct step bad_reply(struct fetch *fetch, const char *code, const char *what)
{
    if (queries[fetch->query].optional)
        return go_without_rates(fetch, what);
    return call_fail(fetch->rest.call, FAILURE_PERMANENT, 200, code, "%s", what);
}

/* Half a page must not be taken for the whole. */
static struct step cut_page(struct rest_call *rest)
{
    rest->call->failure = (struct failure){.class = FAILURE_TRANSIENT, .status = 200};
    rest_describe(&rest->call->failure, "cut_page", "a page holds fewer rows than it says");
    return rest_retry(rest);
}

static struct step too_many_rows(struct fetch *fetch)
{
    return bad_reply(
        fetch, "too_many_rows",
        arena_fmt(fetch->rest.call->arena, "a query gives more than %d rows", NETSUITE_MAX_ROWS));
}

static struct step on_rows(struct rest_call *rest, struct json_object *root)
{
    struct fetch *fetch = (struct fetch *)rest;
    struct json_object *items;
    struct err err;
    if (!json_need_array(root, "items", &items, &err))
        return bad_reply(fetch, "bad_reply", err.msg);
    size_t count = json_object_array_length(items);
    if (json_get_int(root, "count", (int64_t)count) != (int64_t)count)
        return cut_page(rest);
    for (size_t i = 0; i < count; i++)
        if (!queries[fetch->query].read(&fetch->rows, json_object_array_get_idx(items, i), &err))
            return bad_reply(fetch, "bad_reply", err.msg);
    if (!json_get_bool(root, "hasMore", false))
        return next_query(fetch);
    fetch->offset += NETSUITE_PAGE_ROWS;
    return fetch->offset < NETSUITE_MAX_ROWS ? ask(fetch) : too_many_rows(fetch);
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
    facts->rates = (struct rates){0};
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

struct call *netsuite_fetch(const struct call_env *env, const char *account_id, struct civil today,
                            struct facts *facts)
{
    static const struct rest_kind kinds[2] = {
        {{"netsuite", "fetch", rest_step}, &netsuite_m2m, start, drop},
        {{"netsuite", "fetch", rest_step}, &netsuite_tba, start, drop},
    };
    struct fetch *fetch = fetch_new(env, kinds, facts);
    fetch->account_id = arena_str(env->arena, account_id ? account_id : "");
    fetch->rows.today = today;
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
