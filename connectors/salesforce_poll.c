/* Which deals were won since the cursor: all pages, oldest first. */
#include "connectors/salesforce_call.h"

#include <stdlib.h>
#include <string.h>

enum {
    OVERLAP_MS = 2 * 60 * 1000, /* a change may be seen later than its SystemModstamp says */
    USAGE_STOP_PCT = 95,        /* of the daily calls: what is left is for people's questions */
    USAGE_VALID_MS = 60 * 60 * 1000,
};

struct poll {
    struct salesforce_call salesforce;
    struct won_poll *won;
    struct wall from, newest;
    bool cut; /* there is more than one poll takes: the next one goes on where this one stopped */
};

static bool read_deal(struct poll *poll, struct json_object *record, struct err *err)
{
    struct arena *arena = poll->won->call.arena;
    struct won_deal deal = {
        .opportunity_id = rest_text(arena, record, "Id"),
        .account_id = rest_text(arena, record, "AccountId"),
        .account_name = rest_text(arena, record, "Account.Name"),
        .contract_id = rest_text(arena, record, "ContractId"),
    };
    const char *modified = json_get_str(record, "SystemModstamp", "");
    if (!wall_parse(modified, &deal.modified, err))
        return err_prefix(err, "SystemModstamp");
    if (deal.modified.ms > poll->newest.ms)
        poll->newest = deal.modified;
    /* Without an account there is nobody to onboard. */
    if (!deal.opportunity_id || !deal.account_id)
        return true;
    poll->won->deals = rest_room(arena, poll->won->deals, poll->won->count, sizeof deal);
    poll->won->deals[poll->won->count++] = deal;
    return true;
}

static int by_time(const void *a, const void *b)
{
    const struct won_deal *x = a, *y = b;
    int order = (x->modified.ms > y->modified.ms) - (x->modified.ms < y->modified.ms);
    return order ? order : strcmp(x->opportunity_id, y->opportunity_id);
}

static struct step finish(struct poll *poll)
{
    struct won_poll *won = poll->won;
    char text[WALL_TEXT_SIZE];
    if (won->count)
        qsort(won->deals, won->count, sizeof *won->deals, by_time);
    struct wall next = {poll->newest.ms - (poll->cut ? 0 : OVERLAP_MS)};
    if (next.ms > poll->from.ms)
        won->next_cursor = arena_str(won->call.arena, wall_format(next, text));
    return call_done();
}

static struct step on_page(struct rest_call *rest, struct json_object *root)
{
    struct poll *poll = (struct poll *)rest;
    struct json_object *records;
    const char *next;
    struct err err;
    if (!json_need_array(root, "records", &records, &err))
        return salesforce_bad_reply(rest, err.msg);
    size_t count = json_object_array_length(records);
    for (size_t i = 0; i < count; i++)
        if (!read_deal(poll, json_object_array_get_idx(records, i), &err))
            return salesforce_bad_reply(rest, err.msg);
    if (!salesforce_next_page(rest->call->arena, root, &next))
        return salesforce_bad_reply(rest, "nextRecordsUrl is not a path of the API");
    poll->cut = next && poll->won->count >= SALESFORCE_MAX_ROWS;
    if (!next || poll->cut)
        return finish(poll);
    return rest_send(rest, &(struct rest_request){.path = next,
                                                  .on_reply = on_page,
                                                  .on_refuse = salesforce_refused_query});
}

static struct step ask(struct rest_call *rest)
{
    const struct poll *poll = (struct poll *)rest;
    char from[WALL_TEXT_SIZE];
    const char *contract =
        salesforce_has(rest->call, SALESFORCE_OPPORTUNITY, "ContractId") ? ", ContractId" : "";
    const char *soql =
        arena_fmt(rest->call->arena,
                  "SELECT Id, AccountId, Account.Name, SystemModstamp%s FROM Opportunity WHERE "
                  "IsWon = true AND SystemModstamp >= %s ORDER BY SystemModstamp, Id",
                  contract, wall_format(poll->from, from));
    const struct rest_request request = {
        .path = salesforce_query_path(rest->call->arena, rest->call->config, "query", soql),
        .on_reply = on_page,
        .on_refuse = salesforce_refused_query,
    };
    return rest_send(rest, &request);
}

static bool quota_is_short(const struct rest_call *rest)
{
    const struct session *session = rest_session(rest);
    if (!session->limit || rest->call->world->mono.ms - session->usage_at.ms > USAGE_VALID_MS)
        return false;
    return session->used * 100 >= session->limit * USAGE_STOP_PCT;
}

static struct step start(struct rest_call *rest)
{
    struct poll *poll = (struct poll *)rest;
    struct err err;
    if (!wall_parse(poll->won->cursor, &poll->from, &err))
        return call_fail(rest->call, FAILURE_INVALID, 0, "bad_cursor", "the cursor: %s", err.msg);
    if (quota_is_short(rest))
        return call_fail(rest->call, FAILURE_QUOTA, 0, "api_usage",
                         "%lld of %lld daily calls are used: polling pauses",
                         (long long)rest_session(rest)->used, (long long)rest_session(rest)->limit);
    poll->newest = poll->from;
    return salesforce_with_fields(rest, ask);
}

struct won_poll *salesforce_poll_won(const struct call_env *env, const char *cursor)
{
    static const struct rest_kind kind = {
        .type = {"salesforce", "poll", rest_step}, .system = &salesforce_system, .start = start};
    struct poll *poll = rest_new(env, &kind, sizeof(struct won_poll), sizeof *poll);
    poll->won = (struct won_poll *)poll->salesforce.rest.call;
    poll->won->cursor = arena_str(env->arena, cursor ? cursor : "");
    poll->won->next_cursor = poll->won->cursor;
    return poll->won;
}
