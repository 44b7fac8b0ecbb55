/* Reading facts back from their canonical JSON: strict, since nobody but us wrote it. */
#include "connectors/facts_record.h"

#include "base/json_node.h"

#include <string.h>

enum { FACTS_MAX_BYTES = 512 * 1024 * 1024, WORD_SIZE = 64 };

static const char *const kind_names[] = {
    [JSON_NULL] = "null",     [JSON_FALSE] = "boolean", [JSON_TRUE] = "boolean",
    [JSON_NUMBER] = "number", [JSON_STRING] = "string", [JSON_OBJECT] = "object",
    [JSON_LIST] = "list"};

static bool refuse(const struct json_node *value, const char *wanted, struct err *err)
{
    err_set(err, ERR_INVALID, "%s where %s is expected",
            kind_names[value ? value->kind : JSON_NULL], wanted);
    return false;
}

/* A member's value; false when it is not there. JSON null gives NULL and true. */
static bool find(struct json_node *object, const char *name, struct json_node **out,
                 struct err *err)
{
    *out = json_node_member(object, name);
    if (!*out)
        return err_set(err, ERR_INVALID, "%s: missing", name);
    if ((*out)->kind == JSON_NULL)
        *out = NULL;
    return true;
}

static bool expect(const struct json_node *value, enum json_kind kind, struct err *err)
{
    if (value && value->kind == kind)
        return true;
    return refuse(value, kind_names[kind], err);
}

static bool read_text(struct json_node *value, struct arena *arena, const char **out,
                      struct err *err)
{
    *out = NULL;
    if (!value)
        return true;
    if (!expect(value, JSON_STRING, err))
        return false;
    *out = arena_strn(arena, value->text, value->len);
    return true;
}

static bool read_int(struct json_node *value, int64_t min, int64_t max, int64_t *out,
                     struct err *err)
{
    if (!expect(value, JSON_NUMBER, err))
        return false;
    if (memchr(value->text, '.', value->len) || memchr(value->text, 'e', value->len) ||
        memchr(value->text, 'E', value->len))
        return refuse(value, "a whole one", err);
    *out = json_node_int(value, "", 0);
    return (*out >= min && *out <= max) || err_set(err, ERR_INVALID, "out of range");
}

/* A short word, NUL-terminated; what does not fit is no word that is known. */
static const char *word_of(const struct json_node *value, char out[WORD_SIZE])
{
    size_t len = value->len < WORD_SIZE ? value->len : WORD_SIZE - 1;
    memcpy(out, value->text, len);
    out[len] = '\0';
    return out;
}

static bool read_date(struct json_node *value, struct civil *out, struct err *err)
{
    char word[WORD_SIZE];
    *out = CIVIL_NONE;
    return !value ||
           (expect(value, JSON_STRING, err) && civil_parse(word_of(value, word), out, err));
}

static bool read_money(struct json_node *value, struct money *out, struct err *err)
{
    struct json_node *currency, *minor, *precision;
    int64_t digits;
    *out = (struct money){0};
    if (!find(value, "currency", &currency, err) || !find(value, "minor", &minor, err) ||
        !find(value, "precision", &precision, err) || !expect(currency, JSON_STRING, err) ||
        !read_int(precision, 0, 4, &digits, err))
        return false;
    if (currency->len != 0 && currency->len != 3)
        return err_set(err, ERR_INVALID, "currency: not three letters");
    memcpy(out->currency, currency->text, currency->len);
    out->precision = (uint8_t)digits;
    out->known = minor != NULL;
    return !minor || read_int(minor, INT64_MIN, INT64_MAX, &out->minor, err);
}

static bool read_status(struct json_node *value, enum contract_status *out, struct err *err)
{
    char word[WORD_SIZE];
    if (!expect(value, JSON_STRING, err))
        return false;
    return contract_status_parse(word_of(value, word), out) ||
           err_set(err, ERR_INVALID, "no such status");
}

static bool read_names(struct json_node *value, struct arena *arena, const char ***out,
                       size_t *count, struct err *err)
{
    if (!expect(value, JSON_LIST, err))
        return false;
    *count = value->count;
    *out = *count ? arena_array(arena, *count, sizeof **out) : NULL;
    size_t i = 0;
    for (struct json_node *at = json_node_first(value); at; at = json_node_next(value, at), i++)
        if (!read_text(at->kind == JSON_NULL ? NULL : at, arena, &(*out)[i], err))
            return false;
    return true;
}

static bool read_record(struct json_node *value, const struct record_type *type,
                        struct arena *arena, void *record, struct err *err);

static bool read_array(struct json_node *value, const struct record_type *type, struct arena *arena,
                       void *out, size_t *count, struct err *err)
{
    if (!expect(value, JSON_LIST, err))
        return false;
    *count = value->count;
    char *items = *count ? arena_array(arena, *count, type->size) : NULL;
    memcpy(out, &items, sizeof items);
    size_t i = 0;
    for (struct json_node *at = json_node_first(value); at; at = json_node_next(value, at), i++)
        if (!read_record(at, type, arena, items + i * type->size, err))
            return err_prefix(err, "[%zu]", i);
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
    if (!value || (value->kind != JSON_TRUE && value->kind != JSON_FALSE))
        return refuse(value, "boolean", err);
    *out = value->kind == JSON_TRUE;
    return true;
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
static bool is_older(struct json_node *value, const struct record_member *member, char *record)
{
    if (!member->later || !value || value->kind != JSON_OBJECT ||
        json_node_member(value, member->name))
        return false;
    if (member->kind == MEMBER_DATE)
        memcpy(record + member->offset, &CIVIL_NONE, sizeof(struct civil));
    return true;
}

static bool read_record(struct json_node *value, const struct record_type *type,
                        struct arena *arena, void *record, struct err *err)
{
    for (size_t i = 0; i < type->count; i++) {
        struct json_node *child;
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
    struct arena scratch = {0};
    struct json_node *root = json_scan(json, len, FACTS_MAX_BYTES, &scratch, err);
    bool ok = root && read_record(root, &facts_type, arena, out, err);
    arena_release(&scratch);
    return ok || err_prefix(err, "stored facts");
}
