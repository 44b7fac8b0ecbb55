/* SOQL: what is quoted how, where it is sent, how its pages go on, and which optional fields may be
 * named in it. */
#include "connectors/salesforce_call.h"

#include <stdlib.h>
#include <string.h>

enum { ID_MAX = 18, NEXT_PATH_MAX = 2048, FIELDS_MAX = 5000 };

void soql_escape(struct buf *out, const char *text, bool like)
{
    for (; *text; text++) {
        if (*text == '\\' || *text == '\'' || (like && (*text == '%' || *text == '_')))
            buf_char(out, '\\');
        buf_char(out, *text);
    }
}

bool salesforce_is_id(const char *text)
{
    size_t len = strnlen(text, ID_MAX + 1);
    if (len == 0 || len > ID_MAX)
        return false;
    for (const char *c = text; *c; c++)
        if (!((*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z')))
            return false;
    return true;
}

const char *salesforce_query_path(struct arena *arena, const struct config *config,
                                  const char *resource, const char *soql)
{
    struct buf path;
    buf_init(&path, 0);
    buf_fmt(&path, "/services/data/%s/%s?q=", config->salesforce.api_version, resource);
    buf_percent(&path, soql, strlen(soql));
    const char *out = arena_str(arena, buf_cstr(&path));
    buf_release(&path);
    return out;
}

bool salesforce_next_page(struct arena *arena, struct json_object *query, const char **path)
{
    static const char prefix[] = "/services/data/";
    *path = NULL;
    if (json_get_bool(query, "done", true))
        return true;
    const char *next = json_get_str(query, "nextRecordsUrl", "");
    if (strncmp(next, prefix, sizeof prefix - 1) != 0 || strlen(next) > NEXT_PATH_MAX)
        return false;
    for (const char *c = next; *c; c++)
        if (*c <= ' ' || *c > '~')
            return false;
    *path = arena_str(arena, next);
    return true;
}

/* ---- what fields this organisation has ---- */

static bool learn_fields(struct field_set *set, struct json_object *root)
{
    size_t count = json_get_len(root, "fields");
    struct json_object *fields = json_at(root, "fields");
    if (count == 0 || count > FIELDS_MAX)
        return false;
    const char **names = calloc(count, sizeof *names);
    if (!names)
        abort();
    for (size_t i = 0; i < count; i++)
        names[i] = json_get_str(json_object_array_get_idx(fields, i), "name", "");
    field_set_learn(set, names, count);
    free(names);
    return true;
}

static struct step on_described(struct rest_call *rest, struct json_object *root)
{
    struct salesforce_call *salesforce = (struct salesforce_call *)rest;
    if (!learn_fields(salesforce->asked, root))
        return salesforce_bad_reply(rest, "describe names no fields");
    return salesforce_with_fields(rest, salesforce->then);
}

struct step salesforce_with_fields(struct rest_call *rest,
                                   struct step (*then)(struct rest_call *rest))
{
    struct salesforce_call *salesforce = (struct salesforce_call *)rest;
    struct sessions *sessions = rest->call->sessions;
    const bool first = !sessions->opportunity_fields.known;
    if (!first && sessions->account_fields.known)
        return then(rest);
    salesforce->then = then;
    salesforce->asked = first ? &sessions->opportunity_fields : &sessions->account_fields;
    const char *path =
        arena_fmt(rest->call->arena, "/services/data/%s/sobjects/%s/describe",
                  rest->call->config->salesforce.api_version, first ? "Opportunity" : "Account");
    return rest_send(rest, &(struct rest_request){.path = path, .on_reply = on_described});
}

void salesforce_forget_fields(struct sessions *sessions, const struct failure *failure)
{
    if (strcmp(failure->code, "INVALID_FIELD") != 0)
        return;
    field_set_forget(&sessions->opportunity_fields);
    field_set_forget(&sessions->account_fields);
}

struct step salesforce_refused_query(struct rest_call *rest, struct json_object *root)
{
    (void)root;
    salesforce_forget_fields(rest->call->sessions, &rest->call->failure);
    return rest_give_up(rest);
}
