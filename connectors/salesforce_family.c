/* The account's family. Its parents are parts of the composite request, each naming the one before;
 * all that stand below it are one query, which says of each how far below and whether it bought
 * something of its own. */
#include "connectors/salesforce_call.h"

static const struct salesforce_chain parents = {
    .name = "parent",
    .object = "Account",
    .from = "account.records[0].ParentId",
    .up = "ParentId",
    .fields = "Id,Name,ParentId,IsDeleted",
};

/* The ways from an account to the one 1, 2 … levels above it: the last is one level more than is
 * kept, so that more is seen to be there. Salesforce takes five relations in a row and no sixth. */
static const char *const ways_up[] = {
    "ParentId",
    "Parent.ParentId",
    "Parent.Parent.ParentId",
    "Parent.Parent.Parent.ParentId",
    "Parent.Parent.Parent.Parent.ParentId",
    "Parent.Parent.Parent.Parent.Parent.ParentId",
};
enum { WAYS_UP = sizeof ways_up / sizeof *ways_up };
_Static_assert((int)WAYS_UP == FAMILY_MAX_DEPTH + 1, "one level more than is kept");

void salesforce_add_parents(struct salesforce_parts *parts)
{
    if (salesforce_has(parts->call, SALESFORCE_ACCOUNT, "ParentId"))
        salesforce_add_chain(parts, &parents);
}

bool salesforce_query_descendants(const struct call *call, const char *account_id, struct buf *soql)
{
    if (!salesforce_has(call, SALESFORCE_ACCOUNT, "ParentId"))
        return false;
    buf_str(soql, "SELECT Id, Name, IsDeleted");
    for (size_t i = 0; i < WAYS_UP; i++)
        buf_fmt(soql, ", %s", ways_up[i]);
    buf_str(soql, ", (SELECT Id FROM Opportunities WHERE IsWon = true AND IsDeleted = false "
                  "LIMIT 1) FROM Account WHERE ");
    for (size_t i = 0; i < WAYS_UP; i++)
        buf_fmt(soql, "%s%s = '%s'", i ? " OR " : "", ways_up[i], account_id);
    buf_str(soql, " ORDER BY Id");
    return true;
}

static void add_relative(const struct salesforce_rows *rows, const struct relative *relative)
{
    struct family *family = &rows->facts->family;
    family->relatives =
        rest_room(rows->arena, family->relatives, family->relative_count, sizeof *relative);
    family->relatives[family->relative_count++] = *relative;
}

/* The account above that has this id; NULL: none. Those above were added first. */
static struct relative *find_above(const struct family *family, const char *id)
{
    for (size_t i = 0; i < family->relative_count && i < FAMILY_MAX_DEPTH; i++) {
        struct relative *relative = &family->relatives[i];
        if (relative->depth < 0 && salesforce_same_id(relative->id, id))
            return relative;
    }
    return NULL;
}

/* ---- above ---- */

static bool comes_again(const struct facts *facts, const char *id)
{
    return salesforce_same_id(facts->account.id, id) || find_above(&facts->family, id) != NULL;
}

/* One that is gone, or that we may not see, is known by what names it alone. */
static void add_above(const struct salesforce_rows *rows, const char *id, int level,
                      struct json_object *body)
{
    const struct relative relative = {
        .id = id,
        .name = body ? rest_text(rows->arena, body, "Name") : NULL,
        .parent_id = body ? rest_text(rows->arena, body, "ParentId") : NULL,
        .depth = -level,
        .deleted = !body || json_get_bool(body, "IsDeleted", false),
    };
    add_relative(rows, &relative);
}

bool salesforce_take_parents(struct rest_call *rest, struct json_object *root,
                             const struct salesforce_rows *rows, struct step *step)
{
    struct facts *facts = rows->facts;
    const char *next = facts->account.parent_id;
    for (int level = 1; next && level <= FAMILY_MAX_DEPTH; level++) {
        if (comes_again(facts, next))
            break;
        struct json_object *body = salesforce_link(rest, root, &parents, level);
        if (!body && !salesforce_is_hidden(&rest->call->failure)) {
            *step = salesforce_part_failed(rest);
            return false;
        }
        if (body && !salesforce_same_id(json_get_str(body, "Id", NULL), next)) {
            *step = salesforce_bad_reply(rest, "a parent that was not asked for");
            return false;
        }
        add_above(rows, next, level, body);
        next = facts->family.relatives[facts->family.relative_count - 1].parent_id;
    }
    if (next && comes_again(facts, next))
        facts->family.cycle = true;
    else if (next)
        facts->family.too_deep = true;
    return true;
}

/* ---- below ---- */

/* By the way that leads from it to the account. Where we may not see an account between them, none
 * does: the query says all the same that it is below, and a child it is not. */
static int64_t depth_of(struct json_object *record, const char *account_id)
{
    for (size_t i = 0; i < WAYS_UP; i++)
        if (salesforce_same_id(json_get_str(record, ways_up[i], NULL), account_id))
            return (int64_t)i + 1;
    return 2;
}

bool salesforce_read_descendant(const struct salesforce_rows *rows, struct json_object *record,
                                struct err *err)
{
    struct facts *facts = rows->facts;
    const char *id;
    if (!json_need_str(record, "Id", &id, err))
        return false;
    const struct relative relative = {
        .id = arena_str(rows->arena, id),
        .name = rest_text(rows->arena, record, "Name"),
        .parent_id = rest_text(rows->arena, record, "ParentId"),
        .depth = depth_of(record, facts->account.id),
        .deleted = json_get_bool(record, "IsDeleted", false),
        .won = json_get_len(record, "Opportunities.records") > 0,
    };
    struct relative *above = find_above(&facts->family, id);
    bool is_itself = salesforce_same_id(id, facts->account.id);
    facts->family.cycle |= is_itself || above;
    if (is_itself)
        return true;
    if (relative.depth > FAMILY_MAX_DEPTH)
        facts->family.too_deep = true;
    else if (above)
        *above = relative; /* in a circle it is both; below it may have to be covered */
    else
        add_relative(rows, &relative);
    return true;
}
