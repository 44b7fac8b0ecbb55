/* The account's owner: the user, the managers above, and when the account changed hands. */
#include "connectors/salesforce_call.h"

#include <string.h>

enum { CHANGES_MAX = 200 };

static const struct salesforce_chain managers = {
    .name = "manager",
    .object = "User",
    .from = "owner.ManagerId",
    .up = "ManagerId",
    .fields = "Id,Name,Email,ManagerId,IsActive",
};

void salesforce_add_owner(struct salesforce_parts *parts)
{
    static const char *const optional[] = {"Title", "Department", "TimeZoneSidKey", NULL};
    struct buf fields;
    buf_init(&fields, 0);
    buf_str(&fields, "Id,Name,Username,Email,ManagerId,IsActive,LastLoginDate");
    salesforce_add_fields(&fields, parts->call, SALESFORCE_USER, optional);
    salesforce_add_record(parts, "owner", "User", "account.records[0].OwnerId", buf_cstr(&fields));
    buf_release(&fields);
    salesforce_add_chain(parts, &managers);
}

/* ---- the user ---- */

static bool read_owner(const struct salesforce_rows *rows, struct json_object *record,
                       struct err *err)
{
    struct arena *arena = rows->arena;
    struct owner *owner = &rows->facts->owner;
    *owner = (struct owner){
        .found = true,
        .id = rest_text(arena, record, "Id"),
        .name = rest_text(arena, record, "Name"),
        .username = rest_text(arena, record, "Username"),
        .email = rest_text(arena, record, "Email"),
        .manager_id = rest_text(arena, record, "ManagerId"),
        .title = rest_text(arena, record, "Title"),
        .department = rest_text(arena, record, "Department"),
        .zone = rest_text(arena, record, "TimeZoneSidKey"),
        .active = json_get_bool(record, "IsActive", false),
    };
    return salesforce_read_day(rows, record, "LastLoginDate", &owner->last_login, err);
}

/* A queue or a user who is gone is no failure: the owner is not found. */
bool salesforce_take_owner(struct rest_call *rest, struct json_object *root,
                           const struct salesforce_rows *rows, struct step *step)
{
    struct err err;
    if (!rows->facts->account.owner_id)
        return true;
    struct json_object *body = salesforce_part(rest, root, "owner");
    if (body && !read_owner(rows, body, &err)) {
        *step = salesforce_bad_reply(rest, err.msg);
        return false;
    }
    if (body || salesforce_is_no_such_id(&rest->call->failure))
        return true;
    *step = salesforce_part_failed(rest);
    return false;
}

/* ---- the managers ---- */

static bool stands_below(const struct owner *owner, const char *id)
{
    for (size_t i = 0; i < owner->manager_count; i++)
        if (salesforce_same_id(owner->managers[i].id, id))
            return true;
    return salesforce_same_id(owner->id, id);
}

static void add_manager(const struct salesforce_rows *rows, struct json_object *body,
                        const char *id)
{
    struct owner *owner = &rows->facts->owner;
    owner->managers =
        rest_room(rows->arena, owner->managers, owner->manager_count, sizeof *owner->managers);
    owner->managers[owner->manager_count] = (struct manager){
        .level = (int64_t)owner->manager_count + 1,
        .id = id,
        .name = rest_text(rows->arena, body, "Name"),
        .email = rest_text(rows->arena, body, "Email"),
        .active = json_get_bool(body, "IsActive", false),
    };
    owner->manager_count++;
}

/* The chain ends with whom we may not see. */
bool salesforce_take_managers(struct rest_call *rest, struct json_object *root,
                              const struct salesforce_rows *rows, struct step *step)
{
    struct owner *owner = &rows->facts->owner;
    const char *next = owner->manager_id;
    for (int level = 1; next && level <= FAMILY_MAX_DEPTH && !stands_below(owner, next); level++) {
        struct json_object *body = salesforce_link(rest, root, &managers, level);
        if (!body && salesforce_is_hidden(&rest->call->failure))
            break;
        if (!body) {
            *step = salesforce_part_failed(rest);
            return false;
        }
        if (!salesforce_same_id(json_get_str(body, "Id", NULL), next)) {
            *step = salesforce_bad_reply(rest, "a manager who was not asked for");
            return false;
        }
        add_manager(rows, body, next);
        next = rest_text(rows->arena, body, "ManagerId");
    }
    owner->managers_known = owner->found;
    return true;
}

/* ---- the history ---- */

bool salesforce_query_owner_history(const struct call *call, const char *account_id,
                                    struct buf *soql)
{
    if (!salesforce_has(call, SALESFORCE_ACCOUNT_HISTORY, "Field"))
        return false;
    buf_fmt(soql,
            "SELECT Id, OldValue, NewValue, CreatedDate FROM AccountHistory WHERE AccountId = '%s' "
            "AND Field = 'Owner' ORDER BY CreatedDate DESC, Id LIMIT %d",
            account_id, CHANGES_MAX);
    return true;
}

/* Salesforce writes a change of owner twice, with the users' ids and with their names. */
static const char *user_id(const struct salesforce_rows *rows, struct json_object *record,
                           const char *name)
{
    const char *text = rest_text(rows->arena, record, name);
    return text && strncmp(text, "005", 3) == 0 && salesforce_is_id(text) ? text : NULL;
}

bool salesforce_read_owner_change(const struct salesforce_rows *rows, struct json_object *record,
                                  struct err *err)
{
    struct owner_history *history = &rows->facts->owner_history;
    struct owner_change change = {.id = rest_text(rows->arena, record, "Id"),
                                  .from = user_id(rows, record, "OldValue"),
                                  .to = user_id(rows, record, "NewValue")};
    if (!salesforce_read_day(rows, record, "CreatedDate", &change.date, err))
        return false;
    history->changes =
        rest_room(rows->arena, history->changes, history->change_count, sizeof change);
    history->changes[history->change_count++] = change;
    return true;
}
