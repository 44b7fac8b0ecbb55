/* What this organisation has: objects and fields differ from one to the next, and a query that
 * names a missing one fails whole. Each object is described once a process:
 *
 *   with_fields -> describe -> … (every object of the table) -> then
 */
#include "connectors/salesforce_call.h"

#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 5000 };

static const struct {
    const char *name;
    bool optional; /* a feature, or a permission, that not every organisation has */
} objects[SALESFORCE_OBJECT_COUNT] = {
    [SALESFORCE_OPPORTUNITY] = {"Opportunity", false},
    [SALESFORCE_ACCOUNT] = {"Account", false},
    [SALESFORCE_USER] = {"User", false},
    [SALESFORCE_CONTRACT] = {"Contract", true},
    [SALESFORCE_ACCOUNT_HISTORY] = {"AccountHistory", true},
};

bool salesforce_has(const struct call *call, enum salesforce_object object, const char *field)
{
    return field_set_has(&call->sessions->fields[object], field);
}

void salesforce_add_fields(struct buf *out, const struct call *call, enum salesforce_object object,
                           const char *const *names)
{
    for (; *names; names++)
        if (salesforce_has(call, object, *names))
            buf_fmt(out, ",%s", *names);
}

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
    if (!learn_fields(&rest->call->sessions->fields[salesforce->asked], root))
        return salesforce_bad_reply(rest, "describe names no fields");
    return salesforce_with_fields(rest, salesforce->then);
}

static struct step on_not_described(struct rest_call *rest, struct json_object *root)
{
    struct salesforce_call *salesforce = (struct salesforce_call *)rest;
    const struct failure *failure = &rest->call->failure;
    (void)root;
    if (!objects[salesforce->asked].optional ||
        (failure->class != FAILURE_NOT_FOUND && !salesforce_lacks_object(failure)))
        return rest_give_up(rest);
    field_set_learn(&rest->call->sessions->fields[salesforce->asked], NULL, 0);
    return salesforce_with_fields(rest, salesforce->then);
}

struct step salesforce_with_fields(struct rest_call *rest,
                                   struct step (*then)(struct rest_call *rest))
{
    struct salesforce_call *salesforce = (struct salesforce_call *)rest;
    const struct call *call = rest->call;
    size_t object = 0;
    while (object < SALESFORCE_OBJECT_COUNT && call->sessions->fields[object].known)
        object++;
    if (object == SALESFORCE_OBJECT_COUNT)
        return then(rest);
    salesforce->then = then;
    salesforce->asked = (enum salesforce_object)object;
    return rest_send(
        rest, &(struct rest_request){
                  .path = arena_fmt(call->arena, "/services/data/%s/sobjects/%s/describe",
                                    call->config->salesforce.api_version, objects[object].name),
                  .on_reply = on_described,
                  .on_refuse = on_not_described});
}

/* ---- what was known is wrong ---- */

bool salesforce_lacks_object(const struct failure *failure)
{
    return strcmp(failure->code, "INVALID_TYPE") == 0;
}

void salesforce_forget_fields(struct sessions *sessions, const struct failure *failure)
{
    if (strcmp(failure->code, "INVALID_FIELD") != 0 && !salesforce_lacks_object(failure))
        return;
    for (size_t i = 0; i < SALESFORCE_OBJECT_COUNT; i++)
        field_set_forget(&sessions->fields[i]);
}

struct step salesforce_refused_query(struct rest_call *rest, struct json_object *root)
{
    (void)root;
    salesforce_forget_fields(rest->call->sessions, &rest->call->failure);
    return rest_give_up(rest);
}
