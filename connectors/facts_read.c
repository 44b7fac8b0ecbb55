/* Reading facts back from their canonical JSON: strict, since nobody but us wrote it. */
#include "connectors/facts_record.h"

#include "base/json.h"

#include <string.h>

enum { FACTS_MAX_BYTES = 512 * 1024 * 1024 };

/* A member's value; false when it is not there. JSON null gives NULL and true. */
static bool find(struct json_object *object, const char *name, struct json_object **out,
                 struct err *err)
{
    *out = NULL;
    if (json_object_is_type(object, json_type_object) &&
        json_object_object_get_ex(object, name, out))
        return true;
    return err_set(err, ERR_INVALID, "%s: missing", name);
}

static bool expect(struct json_object *value, enum json_type type, struct err *err)
{
    if (value && json_object_is_type(value, type))
        return true;
    return err_set(err, ERR_INVALID, "%s where %s is expected",
                   json_type_to_name(json_object_get_type(value)), json_type_to_name(type));
}

static bool read_text(struct json_object *value, struct arena *arena, const char **out,
                      struct err *err)
{
    *out = NULL;
    if (!value)
        return true;
    if (!expect(value, json_type_string, err))
        return false;
    *out =
        arena_strn(arena, json_object_get_string(value), (size_t)json_object_get_string_len(value));
    return true;
}

static bool read_int(struct json_object *value, int64_t min, int64_t max, int64_t *out,
                     struct err *err)
{
    if (!expect(value, json_type_int, err))
        return false;
    *out = json_object_get_int64(value);
    return (*out >= min && *out <= max) || err_set(err, ERR_INVALID, "out of range");
}

static bool read_date(struct json_object *value, struct civil *out, struct err *err)
{
    *out = CIVIL_NONE;
    return !value || (expect(value, json_type_string, err) &&
                      civil_parse(json_object_get_string(value), out, err));
}

static bool read_money(struct json_object *value, struct money *out, struct err *err)
{
    struct json_object *currency, *minor, *precision;
    int64_t digits;
    *out = (struct money){0};
    if (!find(value, "currency", &currency, err) || !find(value, "minor", &minor, err) ||
        !find(value, "precision", &precision, err) || !expect(currency, json_type_string, err) ||
        !read_int(precision, 0, 4, &digits, err))
        return false;
    size_t len = (size_t)json_object_get_string_len(currency);
    if (len != 0 && len != 3)
        return err_set(err, ERR_INVALID, "currency: not three letters");
    memcpy(out->currency, json_object_get_string(currency), len);
    out->precision = (uint8_t)digits;
    out->known = minor != NULL;
    return !minor || read_int(minor, INT64_MIN, INT64_MAX, &out->minor, err);
}

static bool read_status(struct json_object *value, enum contract_status *out, struct err *err)
{
    if (!expect(value, json_type_string, err))
        return false;
    return contract_status_parse(json_object_get_string(value), out) ||
           err_set(err, ERR_INVALID, "no such status");
}

static bool read_names(struct json_object *value, struct arena *arena, const char ***out,
                       size_t *count, struct err *err)
{
    if (!expect(value, json_type_array, err))
        return false;
    *count = json_object_array_length(value);
    *out = *count ? arena_array(arena, *count, sizeof **out) : NULL;
    for (size_t i = 0; i < *count; i++)
        if (!read_text(json_object_array_get_idx(value, i), arena, &(*out)[i], err))
            return false;
    return true;
}

static bool read_record(struct json_object *value, const struct record_type *type,
                        struct arena *arena, void *record, struct err *err);

static bool read_array(struct json_object *value, const struct record_type *type,
                       struct arena *arena, void *out, size_t *count, struct err *err)
{
    if (!expect(value, json_type_array, err))
        return false;
    *count = json_object_array_length(value);
    char *items = *count ? arena_array(arena, *count, type->size) : NULL;
    memcpy(out, &items, sizeof items);
    for (size_t i = 0; i < *count; i++)
        if (!read_record(json_object_array_get_idx(value, i), type, arena, items + i * type->size,
                         err))
            return err_prefix(err, "[%zu]", i);
    return true;
}

static bool read_byte(struct json_object *value, uint8_t *out, struct err *err)
{
    int64_t number;
    if (!read_int(value, 0, UINT8_MAX, &number, err))
        return false;
    *out = (uint8_t)number;
    return true;
}

static bool read_flag(struct json_object *value, bool *out, struct err *err)
{
    if (!expect(value, json_type_boolean, err))
        return false;
    *out = json_object_get_boolean(value);
    return true;
}

static bool read_member(struct json_object *value, const struct record_member *member,
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
        return read_date(value, at, err);
    case MEMBER_MONEY:
        return read_money(value, at, err);
    case MEMBER_RATE:
        return read_int(value, 0, INT64_MAX, &((struct rate *)at)->scaled, err);
    case MEMBER_STATUS:
        return read_status(value, at, err);
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
static bool is_older(struct json_object *value, const struct record_member *member, char *record)
{
    if (!member->later || !json_object_is_type(value, json_type_object) ||
        json_object_object_get_ex(value, member->name, NULL))
        return false;
    if (member->kind == MEMBER_DATE)
        memcpy(record + member->offset, &CIVIL_NONE, sizeof(struct civil));
    return true;
}

static bool read_record(struct json_object *value, const struct record_type *type,
                        struct arena *arena, void *record, struct err *err)
{
    for (size_t i = 0; i < type->count; i++) {
        struct json_object *child;
        const struct record_member *member = &type->members[i];
        if (is_older(value, member, record))
            continue;
        if (!find(value, member->name, &child, err))
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
    struct json_object *root = json_parse(json, len, FACTS_MAX_BYTES, err);
    bool ok = root && read_record(root, &facts_type, arena, out, err);
    json_object_put(root);
    return ok || err_prefix(err, "stored facts");
}
