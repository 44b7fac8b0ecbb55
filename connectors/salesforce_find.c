/* Which account does a person mean? By id, else by exact name, else by a part of the name; then the
 * contracts of what was found, the hint for the CLM:
 *
 *   [id] -> exact name -> part of the name -> contracts of won opportunities -> [contracts] -> done
 */
#include "connectors/salesforce_call.h"

#include <string.h>

enum { TEXT_MAX = 80, MATCHES_MAX = 10, ID_SHORTEST = 11 };

struct find {
    struct salesforce_call salesforce;
    struct account_search *search;
    const char *text; /* bounded, not escaped */
};

static struct step send(struct rest_call *rest, const char *resource, const struct buf *soql,
                        rest_reply *on_reply, rest_reply *on_refuse)
{
    const struct rest_request request = {
        .path =
            salesforce_query_path(rest->call->arena, rest->call->config, resource, buf_cstr(soql)),
        .on_reply = on_reply,
        .on_refuse = on_refuse,
    };
    return rest_send(rest, &request);
}

static struct step send_query(struct rest_call *rest, const struct buf *soql, rest_reply *on_reply,
                              rest_reply *on_refuse)
{
    return send(rest, "query", soql, on_reply, on_refuse);
}

static bool read_matches(struct find *find, struct json_object *root)
{
    struct account_search *search = find->search;
    struct arena *arena = search->call.arena;
    struct json_object *records = json_at(root, "records");
    size_t count = json_get_len(root, "records");
    search->matches = arena_array(arena, MATCHES_MAX, sizeof *search->matches);
    search->count = 0;
    for (size_t i = 0; i < count && search->count < MATCHES_MAX; i++) {
        struct json_object *record = json_object_array_get_idx(records, i);
        const char *id = rest_text(arena, record, "Id");
        if (id && salesforce_is_id(id))
            search->matches[search->count++] =
                (struct account_match){id, rest_text(arena, record, "Name"), ""};
    }
    return search->count > 0;
}

/* ---- the contracts of what was found ---- */

static struct account_match *match_of(struct account_search *search, const char *account_id)
{
    for (size_t i = 0; account_id && i < search->count; i++)
        if (strcmp(search->matches[i].id, account_id) == 0)
            return &search->matches[i];
    return NULL;
}

static bool stands_in(const char *list, const char *id)
{
    size_t len = strlen(id);
    for (const char *at = list; (at = strstr(at, id)); at += len)
        if ((at == list || at[-1] == ',') && (at[len] == ',' || !at[len]))
            return true;
    return false;
}

static void add_contracts(struct find *find, struct json_object *root, const char *member)
{
    struct arena *arena = find->search->call.arena;
    struct json_object *records = json_at(root, "records");
    size_t count = json_get_len(root, "records");
    for (size_t i = 0; i < count; i++) {
        struct json_object *record = json_object_array_get_idx(records, i);
        struct account_match *match =
            match_of(find->search, json_get_str(record, "AccountId", NULL));
        const char *id = json_get_str(record, member, "");
        if (match && salesforce_is_id(id) && !stands_in(match->contract_ids, id))
            match->contract_ids = arena_fmt(arena, "%s%s%s", match->contract_ids,
                                            *match->contract_ids ? "," : "", id);
    }
}

/* Ids of the matches that still have no contract, or of all. */
static size_t add_ids(const struct account_search *search, bool all, struct buf *soql)
{
    size_t count = 0;
    for (size_t i = 0; i < search->count; i++)
        if (all || !*search->matches[i].contract_ids)
            buf_fmt(soql, "%s'%s'", count++ ? "," : "", search->matches[i].id);
    return count;
}

static struct step on_contracts(struct rest_call *rest, struct json_object *root)
{
    add_contracts((struct find *)rest, root, "Id");
    return call_done();
}

/* Where no won opportunity names a contract, the account's own contracts stand in. */
static struct step ask_contracts(struct rest_call *rest)
{
    struct find *find = (struct find *)rest;
    struct buf soql;
    if (!salesforce_has(rest->call, SALESFORCE_CONTRACT, "Id"))
        return call_done();
    buf_init(&soql, 0);
    buf_str(&soql, "SELECT Id, AccountId FROM Contract WHERE AccountId IN (");
    size_t count = add_ids(find->search, false, &soql);
    buf_str(&soql, ") ORDER BY Id");
    struct step step =
        count ? send_query(rest, &soql, on_contracts, salesforce_refused_query) : call_done();
    buf_release(&soql);
    return step;
}

static struct step on_opportunities(struct rest_call *rest, struct json_object *root)
{
    add_contracts((struct find *)rest, root, "ContractId");
    return ask_contracts(rest);
}

static struct step ask_opportunities(struct rest_call *rest)
{
    struct find *find = (struct find *)rest;
    if (!salesforce_has(rest->call, SALESFORCE_OPPORTUNITY, "ContractId"))
        return ask_contracts(rest);
    struct buf soql;
    buf_init(&soql, 0);
    buf_str(&soql, "SELECT Id, AccountId, ContractId FROM Opportunity WHERE AccountId IN (");
    add_ids(find->search, true, &soql);
    buf_str(&soql, ") AND IsWon = true ORDER BY Id");
    struct step step = send_query(rest, &soql, on_opportunities, salesforce_refused_query);
    buf_release(&soql);
    return step;
}

/* ---- the account ---- */

static struct step on_part_of_name(struct rest_call *rest, struct json_object *root)
{
    return read_matches((struct find *)rest, root) ? salesforce_with_fields(rest, ask_opportunities)
                                                   : call_done();
}

static struct step ask_by_name(struct rest_call *rest, bool exact, rest_reply *on_reply)
{
    const struct find *find = (struct find *)rest;
    struct buf soql;
    buf_init(&soql, 0);
    buf_fmt(&soql, "SELECT Id, Name FROM Account WHERE Name %s '%s", exact ? "=" : "LIKE",
            exact ? "" : "%");
    soql_escape(&soql, find->text, !exact);
    buf_fmt(&soql, "%s' ORDER BY Name, Id LIMIT %d", exact ? "" : "%", MATCHES_MAX);
    struct step step = send_query(rest, &soql, on_reply, salesforce_refused_query);
    buf_release(&soql);
    return step;
}

static struct step on_exact_name(struct rest_call *rest, struct json_object *root)
{
    if (read_matches((struct find *)rest, root))
        return salesforce_with_fields(rest, ask_opportunities);
    return ask_by_name(rest, false, on_part_of_name);
}

static struct step on_id(struct rest_call *rest, struct json_object *root)
{
    if (read_matches((struct find *)rest, root))
        return salesforce_with_fields(rest, ask_opportunities);
    return ask_by_name(rest, true, on_exact_name);
}

/* What looked like an id is none: then it may be a name. */
static struct step on_id_refused(struct rest_call *rest, struct json_object *root)
{
    (void)root;
    if (rest->call->failure.class != FAILURE_INVALID)
        return rest_give_up(rest);
    return ask_by_name(rest, true, on_exact_name);
}

static bool looks_like_id(const char *text)
{
    return salesforce_is_id(text) && strlen(text) >= ID_SHORTEST && strncmp(text, "001", 3) == 0;
}

static struct step start(struct rest_call *rest)
{
    const struct find *find = (struct find *)rest;
    struct buf soql;
    if (!*find->text)
        return call_done();
    if (!looks_like_id(find->text))
        return ask_by_name(rest, true, on_exact_name);
    buf_init(&soql, 0);
    buf_fmt(&soql, "SELECT Id, Name FROM Account WHERE Id = '%s'", find->text);
    /* Who names a deleted account by its id is told that it is deleted, not that it never was. */
    struct step step = send(rest, "queryAll", &soql, on_id, on_id_refused);
    buf_release(&soql);
    return step;
}

/* At most so many bytes, no control characters, no blanks around it. */
static const char *tidy(struct arena *arena, const char *text)
{
    text += strspn(text, " \t\r\n");
    size_t len = strnlen(text, TEXT_MAX);
    while (len && text[len] && ((unsigned char)text[len] & 0xC0) == 0x80)
        len--;
    while (len && strchr(" \t\r\n", text[len - 1]))
        len--;
    char *out = arena_strn(arena, text, len);
    for (char *c = out; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 127)
            *c = ' ';
    return out;
}

struct account_search *salesforce_find(const struct call_env *env, const char *text)
{
    static const struct rest_kind kind = {
        .type = {"salesforce", "find", rest_step}, .system = &salesforce_system, .start = start};
    struct find *find = rest_new(env, &kind, sizeof(struct account_search), sizeof *find);
    find->search = (struct account_search *)find->salesforce.rest.call;
    find->text = tidy(env->arena, text ? text : "");
    return find->search;
}
