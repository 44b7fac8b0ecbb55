/* Reading facts back from their canonical JSON: strict, since nobody but us wrote it. */
#include "connectors/facts_record.h"

#include "base/json_node.h"

#include <string.h>

enum { FACTS_MAX_BYTES = 512 * 1024 * 1024 };

/* False with what was found in place of what is wanted. Here and below what decides is a value of
 * our own, and not what err_set returns, which clang's analyser does not know to be false. */
static bool expect(const struct json_node *value, bool is_it, const char *wanted, struct err *err)
{
    if (!is_it)
        err_set(err, ERR_INVALID, "expected %s, found %s", wanted, json_kind_name(value->kind));
    return is_it;
}

/* A member's value, null too; NULL with err when it is not there. */
static struct json_node *find(struct json_node *object, const char *name, struct err *err)
{
    struct json_node *value = json_node_member(object, name);
    if (!value)
        err_set(err, ERR_INVALID, "%s: missing", name);
    return value;
}

static bool read_text(struct json_node *value, struct arena *arena, const char **out,
                      struct err *err)
{
    *out = NULL;
    if (value->kind == JSON_NULL)
        return true;
    if (!expect(value, value->kind == JSON_STRING, "a string", err))
        return false;
    *out = arena_strn(arena, value->text, value->len);
    return true;
}

static bool read_int(struct json_node *value, int64_t min, int64_t max, int64_t *out,
                     struct err *err)
{
    *out = 0;
    if (!expect(value, json_node_whole(value, out), "a whole number", err))
        return false;
    bool fits = *out >= min && *out <= max;
    if (!fits)
        err_set(err, ERR_INVALID, "out of range");
    return fits;
}

static bool read_date(struct json_node *value, struct arena *arena, struct civil *out,
                      struct err *err)
{
    const char *text;
    *out = CIVIL_NONE;
    return read_text(value, arena, &text, err) && civil_parse(text, out, err);
}

static bool read_money(struct json_node *value, struct money *out, struct err *err)
{
    int64_t digits;
    *out = (struct money){0};
    struct json_node *currency = find(value, "currency", err);
    struct json_node *minor = currency ? find(value, "minor", err) : NULL;
    struct json_node *precision = minor ? find(value, "precision", err) : NULL;
    if (!precision || !expect(currency, currency->kind == JSON_STRING, "a string", err) ||
        !read_int(precision, 0, 4, &digits, err))
        return false;
    if (currency->len != 0 && currency->len != 3)
        return err_set(err, ERR_INVALID, "currency: not three letters");
    memcpy(out->currency, currency->text, currency->len);
    out->precision = (uint8_t)digits;
    out->known = minor->kind != JSON_NULL;
    return !out->known || read_int(minor, INT64_MIN, INT64_MAX, &out->minor, err);
}

static bool read_status(struct json_node *value, struct arena *arena, enum contract_status *out,
                        struct err *err)
{
    if (!expect(value, value->kind == JSON_STRING, "a string", err))
        return false;
    return contract_status_parse(arena_strn(arena, value->text, value->len), out) ||
           err_set(err, ERR_INVALID, "no such status");
}

static bool read_names(struct json_node *value, struct arena *arena, const char ***out,
                       size_t *count, struct err *err)
{
    if (!expect(value, value->kind == JSON_LIST, "a list", err))
        return false;
    const char **names = arena_array(arena, value->count, sizeof *names);
    *count = 0;
    *out = value->count ? names : NULL;
    for (struct json_node *at = json_node_first(value); at; at = json_node_next(value, at))
        if (!read_text(at, arena, &names[(*count)++], err))
            return false;
    return true;
}

static bool read_record(struct json_node *value, const struct record_type *type,
                        struct arena *arena, void *record, struct err *err);

static bool read_array(struct json_node *value, const struct record_type *type, struct arena *arena,
                       void *out, size_t *count, struct err *err)
{
    if (!expect(value, value->kind == JSON_LIST, "a list", err))
        return false;
    char *items = value->count ? arena_array(arena, value->count, type->size) : NULL;
    memcpy(out, &items, sizeof items);
    *count = 0;
    for (struct json_node *at = json_node_first(value); at; at = json_node_next(value, at)) {
        if (!read_record(at, type, arena, items + *count * type->size, err))
            return err_prefix(err, "[%zu]", *count);
        ++*count;
    }
    return true;
}

static bool read_byte(struct json_node *value, uint8_t *out, struct err *err)
{
    int64_t number;
    if (!read_int(value, 0, UINT8_MAX, &number, err))
        return false;
    *out = (uint8_t)number;
    return true;
}

static bool read_flag(struct json_node *value, bool *out, struct err *err)
{
    *out = value->kind == JSON_TRUE;
    return expect(value, *out || value->kind == JSON_FALSE, "a boolean", err);
}

static bool read_member(struct json_node *value, const struct record_member *member,
                        struct arena *arena, char *record, struct err *err)
{
    void *at = record + member->offset;
    void *count = record + member->count_offset;
    switch (member->kind) {
    case MEMBER_TEXT:
        return read_text(value, arena, at, err);
    case MEMBER_BOOL:
        return read_flag(value, at, err);
    case MEMBER_INT:
        return read_int(value, INT64_MIN, INT64_MAX, at, err);
    case MEMBER_BYTE:
        return read_byte(value, at, err);
    case MEMBER_DATE:
        return read_date(value, arena, at, err);
    case MEMBER_MONEY:
        return read_money(value, at, err);
    case MEMBER_RATE:
        return read_int(value, 0, INT64_MAX, &((struct rate *)at)->scaled, err);
    case MEMBER_STATUS:
        return read_status(value, arena, at, err);
    case MEMBER_NAMES:
        return read_names(value, arena, at, count, err);
    case MEMBER_RECORD:
        return read_record(value, member->type, arena, at, err);
    case MEMBER_ARRAY:
        return read_array(value, member->type, arena, at, count, err);
    }
    return err_set(err, ERR_INTERNAL, "unknown kind of member");
}

/* Whether text of an earlier version may lack it, and does; it is left as not known then. */
static bool is_older(struct json_node *value, const struct record_member *member, char *record)
{
    if (!member->later || value->kind != JSON_OBJECT || json_node_member(value, member->name))
        return false;
    if (member->kind == MEMBER_DATE)
        memcpy(record + member->offset, &CIVIL_NONE, sizeof(struct civil));
    return true;
}

static bool read_record(struct json_node *value, const struct record_type *type,
                        struct arena *arena, void *record, struct err *err)
{
    for (size_t i = 0; i < type->count; i++) {
        const struct record_member *member = &type->members[i];
        if (is_older(value, member, record))
            continue;
        struct json_node *child = find(value, member->name, err);
        if (!child)
            return false;
        if (!read_member(child, member, arena, record, err))
            return err_prefix(err, "%s", member->name);
    }
    return true;
}

bool facts_read(const char *json, size_t len, struct arena *arena, struct facts *out,
                struct err *err)
{
    *out = (struct facts){0};
    struct arena scratch = {0};
    struct json_node *root = json_scan(json, len, FACTS_MAX_BYTES, &scratch, err);
    bool ok = root && read_record(root, &facts_type, arena, out, err);
    arena_release(&scratch);
    return ok || err_prefix(err, "stored facts");
}
