/* Composite requests: many reads in one call, of which a later part may name what an earlier one
 * answers ("@{owner.ManagerId}"). Each part succeeds or fails for itself. */
#include "connectors/salesforce_call.h"

#include <string.h>

/* ---- asking ---- */

void salesforce_begin_parts(struct salesforce_parts *parts, struct call *call)
{
    *parts = (struct salesforce_parts){.call = call};
    buf_init(&parts->body, 0);
    json_writer_init(&parts->writer, &parts->body);
    json_open(&parts->writer, '{');
    json_pair_bool(&parts->writer, "allOrNone", false);
    json_pair_bool(&parts->writer, "collateSubrequests", true);
    json_key(&parts->writer, "compositeRequest");
    json_open(&parts->writer, '[');
}

void salesforce_add_part(struct salesforce_parts *parts, const char *name, const char *path)
{
    struct json_writer *w = &parts->writer;
    json_open(w, '{');
    json_pair_str(w, "method", "GET");
    json_pair_str(w, "url", path);
    json_pair_str(w, "referenceId", name);
    json_close(w, '}');
}

void salesforce_add_record(struct salesforce_parts *parts, const char *name, const char *object,
                           const char *reference, const char *fields)
{
    const struct call *call = parts->call;
    salesforce_add_part(parts, name,
                        arena_fmt(call->arena, "/services/data/%s/sobjects/%s/@{%s}?fields=%s",
                                  call->config->salesforce.api_version, object, reference, fields));
}

static const char *name_of(struct arena *arena, const struct salesforce_chain *chain, int level)
{
    return arena_fmt(arena, "%s%d", chain->name, level);
}

void salesforce_add_chain(struct salesforce_parts *parts, const struct salesforce_chain *chain)
{
    struct arena *arena = parts->call->arena;
    const char *reference = chain->from;
    for (int level = 1; level <= FAMILY_MAX_DEPTH; level++) {
        const char *name = name_of(arena, chain, level);
        salesforce_add_record(parts, name, chain->object, reference, chain->fields);
        reference = arena_fmt(arena, "%s.%s", name, chain->up);
    }
}

struct step salesforce_send_parts(struct rest_call *rest, struct salesforce_parts *parts,
                                  rest_reply *on_reply)
{
    struct arena *arena = rest->call->arena;
    json_close(&parts->writer, ']');
    json_close(&parts->writer, '}');
    const struct rest_request request = {
        .method = HTTP_POST,
        .path = arena_fmt(arena, "/services/data/%s/composite",
                          rest->call->config->salesforce.api_version),
        .body = arena_str(arena, buf_cstr(&parts->body)),
        .on_reply = on_reply,
        .on_refuse = salesforce_refused_query,
    };
    buf_release(&parts->body);
    return rest_send(rest, &request);
}

/* ---- the answers ---- */

/* The part of that name, or NULL. */
static struct json_object *find_part(struct json_object *root, const char *name)
{
    struct json_object *parts = json_at(root, "compositeResponse");
    size_t count = json_get_len(root, "compositeResponse");
    for (size_t i = 0; i < count; i++) {
        struct json_object *part = json_object_array_get_idx(parts, i);
        if (strcmp(json_get_str(part, "referenceId", ""), name) == 0)
            return part;
    }
    return NULL;
}

struct json_object *salesforce_part(struct rest_call *rest, struct json_object *root,
                                    const char *name)
{
    struct failure *failure = &rest->call->failure;
    struct json_object *part = find_part(root, name);
    struct http_reply reply = {.outcome = HTTP_ANSWERED,
                               .status = (int)json_get_int(part, "httpStatusCode", 0)};
    if (!part) {
        *failure = (struct failure){.class = FAILURE_TRANSIENT, .status = 200};
        rest_describe(failure, "bad_reply", "the composite reply lacks a part");
        return NULL;
    }
    struct json_object *body = json_at(part, "body");
    if (call_check_reply(&reply, false, failure) && body)
        return body;
    if (failure->class == FAILURE_NONE)
        failure->class = FAILURE_PERMANENT;
    salesforce_read_errors(body, failure);
    return NULL;
}

struct json_object *salesforce_link(struct rest_call *rest, struct json_object *root,
                                    const struct salesforce_chain *chain, int level)
{
    return salesforce_part(rest, root, name_of(rest->call->arena, chain, level));
}

bool salesforce_is_no_such_id(const struct failure *failure)
{
    return failure->class == FAILURE_NOT_FOUND || strcmp(failure->code, "MALFORMED_ID") == 0 ||
           strcmp(failure->code, "INVALID_QUERY_FILTER_OPERATOR") == 0;
}

bool salesforce_is_hidden(const struct failure *failure)
{
    return salesforce_is_no_such_id(failure) || failure->class == FAILURE_PERMISSION;
}

struct step salesforce_part_failed(struct rest_call *rest)
{
    salesforce_forget_fields(rest->call->sessions, &rest->call->failure);
    return rest_retry(rest);
}
