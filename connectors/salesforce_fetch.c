/* One account's part of the facts in one composite call:
 *
 *   token -> describe (once a process) -> composite -> pages of its queries, round by round -> done
 */
#include "connectors/salesforce_call.h"

enum { ROUNDS_MAX = 100 };

enum { OPPORTUNITIES, CONTRACTS, DESCENDANTS, OWNER_HISTORY, QUERY_COUNT };

/* With the account itself as many as one composite request may hold. The descendants and the
 * account are asked for with queryAll: a deleted one is seen, and seen to be deleted. */
static const struct {
    const char *name, *resource;
    salesforce_query *write;
    salesforce_row *read;
    bool optional; /* refused as an object that is not there, it is not known, and no failure */
} queries[QUERY_COUNT] = {
    [OPPORTUNITIES] = {"opportunities", "query", salesforce_query_opportunities,
                       salesforce_read_opportunity, false},
    [CONTRACTS] = {"contracts", "query", salesforce_query_contracts, salesforce_read_contract,
                   false},
    [DESCENDANTS] = {"descendants", "queryAll", salesforce_query_descendants,
                     salesforce_read_descendant, false},
    [OWNER_HISTORY] = {"owner_history", "query", salesforce_query_owner_history,
                       salesforce_read_owner_change, true},
};

struct fetch {
    struct salesforce_call salesforce;
    const char *account_id;
    struct facts *facts;
    bool asked[QUERY_COUNT];       /* in the request under way */
    const char *next[QUERY_COUNT]; /* path of the next page; NULL: there is none */
    size_t rows;
    unsigned rounds;
};

static struct salesforce_rows rows_of(const struct fetch *fetch)
{
    const struct call *call = fetch->salesforce.rest.call;
    return (struct salesforce_rows){call->arena, fetch->facts, call->config->rules.base_currency,
                                    call->config->calendar.zone};
}

static void forget_account(struct fetch *fetch)
{
    struct facts *facts = fetch->facts;
    facts->account = (struct account){0};
    facts->owner = (struct owner){.last_login = CIVIL_NONE};
    facts->family = (struct family){0};
    facts->owner_history = (struct owner_history){0};
    facts->opportunities = NULL;
    facts->opportunity_count = 0;
    facts->sf_contracts = NULL;
    facts->sf_contract_count = 0;
    fetch->rows = 0;
    fetch->rounds = 0;
}

/* ---- pages ---- */

/* A query's page: its records, and where the next one is. */
static bool read_page(struct fetch *fetch, size_t query, struct json_object *page, struct err *err)
{
    const struct salesforce_rows rows = rows_of(fetch);
    struct json_object *records;
    if (!json_need_array(page, "records", &records, err))
        return false;
    size_t count = json_object_array_length(records);
    fetch->rows += count;
    if (fetch->rows > SALESFORCE_MAX_ROWS)
        return err_set(err, ERR_TOO_LARGE, "more than %d records", SALESFORCE_MAX_ROWS);
    for (size_t i = 0; i < count; i++) {
        struct json_object *record = json_object_array_get_idx(records, i);
        if (!queries[query].read(&rows, record, err))
            return err_prefix(err, "%.20s", json_get_str(record, "Id", "a record"));
    }
    return salesforce_next_page(rows.arena, page, &fetch->next[query]) ||
           err_set(err, ERR_INVALID, "nextRecordsUrl is not a path of the API");
}

static struct step on_pages(struct rest_call *rest, struct json_object *root);

/* The next pages of all that go on, in one request. */
static struct step ask_pages(struct fetch *fetch)
{
    struct rest_call *rest = &fetch->salesforce.rest;
    struct salesforce_parts parts;
    bool more = false;
    for (size_t i = 0; i < QUERY_COUNT; i++)
        more |= fetch->next[i] != NULL;
    if (!more)
        return call_done();
    if (++fetch->rounds > ROUNDS_MAX)
        return salesforce_bad_reply(rest, "pages without an end");
    salesforce_begin_parts(&parts, rest->call);
    for (size_t i = 0; i < QUERY_COUNT; i++) {
        fetch->asked[i] = fetch->next[i] != NULL;
        if (fetch->asked[i])
            salesforce_add_part(&parts, queries[i].name, fetch->next[i]);
    }
    return salesforce_send_parts(rest, &parts, on_pages);
}

/* All of them are there before one is read: what is asked again is the whole request. */
static struct step on_pages(struct rest_call *rest, struct json_object *root)
{
    struct fetch *fetch = (struct fetch *)rest;
    struct json_object *pages[QUERY_COUNT] = {0};
    struct err err;
    for (size_t i = 0; i < QUERY_COUNT; i++) {
        if (!fetch->asked[i])
            continue;
        pages[i] = salesforce_part(rest, root, queries[i].name);
        bool lacking = queries[i].optional && fetch->rounds == 0 &&
                       salesforce_lacks_object(&rest->call->failure);
        if (!pages[i] && !lacking)
            return salesforce_part_failed(rest);
    }
    for (size_t i = 0; i < QUERY_COUNT; i++)
        if (pages[i] && !read_page(fetch, i, pages[i], &err))
            return salesforce_bad_reply(rest, err.msg);
    fetch->facts->family.known |= pages[DESCENDANTS] != NULL;
    fetch->facts->owner_history.known |= pages[OWNER_HISTORY] != NULL;
    return ask_pages(fetch);
}

/* ---- the account ---- */

static struct step on_account(struct rest_call *rest, struct json_object *root)
{
    static salesforce_take *const takes[] = {salesforce_take_owner, salesforce_take_managers,
                                             salesforce_take_parents};
    struct fetch *fetch = (struct fetch *)rest;
    const struct salesforce_rows rows = rows_of(fetch);
    struct step step;
    struct err err;
    forget_account(fetch);
    struct json_object *account = salesforce_part(rest, root, "account");
    if (!account)
        return salesforce_is_no_such_id(&rest->call->failure) ? call_done()
                                                              : salesforce_part_failed(rest);
    if (json_get_len(account, "records") == 0)
        return call_done();
    if (!salesforce_read_account(&rows, json_at(account, "records[0]"), &err))
        return salesforce_bad_reply(rest, err.msg);
    for (size_t i = 0; i < sizeof takes / sizeof *takes; i++)
        if (!takes[i](rest, root, &rows, &step))
            return step;
    return on_pages(rest, root);
}

static bool add_query(const struct fetch *fetch, struct salesforce_parts *parts, const char *name,
                      const char *resource, salesforce_query *write)
{
    const struct call *call = parts->call;
    struct buf soql;
    buf_init(&soql, 0);
    bool wanted = write(call, fetch->account_id, &soql);
    if (wanted)
        salesforce_add_part(
            parts, name,
            salesforce_query_path(call->arena, call->config, resource, buf_cstr(&soql)));
    buf_release(&soql);
    return wanted;
}

static struct step ask_account(struct rest_call *rest)
{
    struct fetch *fetch = (struct fetch *)rest;
    struct salesforce_parts parts;
    salesforce_begin_parts(&parts, rest->call);
    add_query(fetch, &parts, "account", "queryAll", salesforce_query_account);
    for (size_t i = 0; i < QUERY_COUNT; i++)
        fetch->asked[i] =
            add_query(fetch, &parts, queries[i].name, queries[i].resource, queries[i].write);
    salesforce_add_owner(&parts);
    salesforce_add_parents(&parts);
    return salesforce_send_parts(rest, &parts, on_account);
}

/* ---- the call ---- */

static void drop(struct rest_call *rest)
{
    forget_account((struct fetch *)rest);
}

static struct step start(struct rest_call *rest)
{
    struct fetch *fetch = (struct fetch *)rest;
    struct facts *facts = fetch->facts;
    forget_account(fetch);
    if (!facts->base_currency) {
        facts->base_currency =
            arena_str(rest->call->arena, rest->call->config->rules.base_currency);
        facts->base_precision = money_precision(facts->base_currency);
    }
    /* What cannot be an id is nobody's. */
    if (!salesforce_is_id(fetch->account_id))
        return call_done();
    return salesforce_with_fields(rest, ask_account);
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
