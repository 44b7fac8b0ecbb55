/* Reading one CLM record: an Ironclad record's typed properties, or places in any JSON. */
#include "connectors/clm_record.h"

#include "base/text.h"

enum { TEXT_MAX = 200, LIST_MAX = 500, NAMED_MAX = 40 };

/* What a record is read with. */
struct reading {
    const struct clm_mapping *mapping;
    struct arena *arena;
    struct json_object *record;
    const char *id; /* for errors */
    struct err *err;
};

/* ---- where a field stands ---- */

/* properties.<name>.value, else a member of the record itself, as ironcladId is. Not by path: a
 * property's name may hold a dot. */
static struct json_object *ironclad_value(struct json_object *record, const char *name)
{
    struct json_object *properties = json_at(record, "properties"), *property = NULL;
    if (json_object_is_type(properties, json_type_object) &&
        json_object_object_get_ex(properties, name, &property)) {
        struct json_object *value = NULL;
        if (json_object_is_type(property, json_type_object) &&
            json_object_object_get_ex(property, "value", &value))
            return value;
        return property;
    }
    struct json_object *member = NULL;
    return json_object_object_get_ex(record, name, &member) ? member : NULL;
}

/* NULL where it is absent, null, or not mapped. */
static struct json_object *field_value(const struct reading *reading, enum clm_field field)
{
    const char *name = reading->mapping->fields[field];
    if (!name)
        return NULL;
    return reading->mapping->properties ? ironclad_value(reading->record, name)
                                        : json_at(reading->record, name);
}

static bool unreadable(const struct reading *reading, enum clm_field field, const char *why)
{
    return err_set(reading->err, ERR_INVALID, "record %s: %.60s: %s",
                   text_cut(reading->arena, reading->id, NAMED_MAX),
                   reading->mapping->fields[field], why);
}

/* ---- reading it ---- */

static bool read_text(const struct reading *reading, enum clm_field field, const char **out)
{
    struct json_object *value = field_value(reading, field);
    *out = NULL;
    if (!value)
        return true;
    if (!json_object_is_type(value, json_type_string) && !json_object_is_type(value, json_type_int))
        return unreadable(reading, field, "expected a text");
    const char *text = json_object_get_string(value);
    if (text[0])
        *out = text_cut(reading->arena, text, TEXT_MAX);
    return true;
}

static bool read_date(const struct reading *reading, enum clm_field field, struct civil *out)
{
    struct json_object *value = field_value(reading, field);
    struct err why;
    *out = CIVIL_NONE;
    if (!value)
        return true;
    if (!json_object_is_type(value, json_type_string))
        return unreadable(reading, field, "expected a date");
    if (!civil_parse(json_object_get_string(value), out, &why))
        return unreadable(reading, field, why.msg);
    return true;
}

/* A plain number, or {amount, currency}; without a currency, in the base currency. */
static bool read_value(const struct reading *reading, const char *base_currency, struct money *out)
{
    struct json_object *value = field_value(reading, CLM_VALUE);
    const char *currency;
    struct err why;
    *out = (struct money){0};
    if (!read_text(reading, CLM_CURRENCY, &currency))
        return false;
    bool typed = json_object_is_type(value, json_type_object);
    if (typed)
        currency = json_get_str(value, "currency", currency);
    if (!currency || !currency[0])
        currency = base_currency;
    const char *path = typed ? "amount" : "";
    if (!value || !json_at(value, path))
        return true;
    const char *text = json_number_text(value, path);
    if (!text)
        return unreadable(reading, CLM_VALUE, "expected an amount");
    if (!money_parse(text, currency, money_precision(currency), out, &why))
        return unreadable(reading, CLM_VALUE, why.msg);
    return true;
}

/* A list's element is a text, or an object that names someone or something. */
static const char *element_text(struct json_object *element)
{
    static const char *const names[] = {"id", "name", "email"};
    if (json_object_is_type(element, json_type_string))
        return json_object_get_string(element);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *text = json_get_str(element, names[i], NULL);
        if (text)
            return text;
    }
    return NULL;
}

/* A list, or one text in place of a list of one. */
static bool read_list(const struct reading *reading, enum clm_field field, const char ***out,
                      size_t *count)
{
    struct json_object *value = field_value(reading, field);
    bool list = json_object_is_type(value, json_type_array);
    size_t len = list ? json_object_array_length(value) : value ? 1 : 0;
    *count = 0;
    if (len > LIST_MAX)
        return unreadable(reading, field, "too many elements");
    *out = arena_array(reading->arena, len + 1, sizeof **out);
    for (size_t i = 0; i < len; i++) {
        const char *text = element_text(list ? json_object_array_get_idx(value, i) : value);
        if (!text)
            return unreadable(reading, field, "expected a list of texts");
        if (text[0])
            (*out)[(*count)++] = text_cut(reading->arena, text, TEXT_MAX);
    }
    return true;
}

/* ---- a record ---- */

static struct reading begin(const struct clm_mapping *mapping, struct arena *arena,
                            struct json_object *record, struct err *err)
{
    return (struct reading){mapping, arena, record, "?", err};
}

/* The configured id, else the one that a record has by itself. */
static bool read_id(struct reading *reading, const char **out)
{
    if (!json_object_is_type(reading->record, json_type_object))
        return err_set(reading->err, ERR_INVALID, "a record is not an object");
    if (!read_text(reading, CLM_ID, out))
        return false;
    const char *own = json_get_str(reading->record, "id", NULL);
    if (!*out && own && own[0])
        *out = text_cut(reading->arena, own, TEXT_MAX);
    if (*out)
        reading->id = *out;
    return true;
}

bool clm_record_contract_id(const struct clm_mapping *mapping, struct arena *arena,
                            struct json_object *record, const char **out, struct err *err)
{
    struct reading reading = begin(mapping, arena, record, err);
    const char *id;
    *out = NULL;
    return read_id(&reading, &id) && read_text(&reading, CLM_CONTRACT_ID, out);
}

bool clm_record_decode(const struct clm_mapping *mapping, const char *base_currency,
                       struct arena *arena, struct json_object *record, struct contract *out,
                       struct err *err)
{
    struct reading reading = begin(mapping, arena, record, err);
    *out = (struct contract){0};
    if (!read_id(&reading, &out->id))
        return false;
    if (!out->id)
        return err_set(err, ERR_INVALID, "a record has no id");
    const char *name = mapping->name ? json_get_str(record, mapping->name, NULL) : NULL;
    out->name = name && name[0] ? text_cut(arena, name, TEXT_MAX) : NULL;
    if (!read_text(&reading, CLM_STATUS, &out->status_text) ||
        !read_text(&reading, CLM_CONTRACT_ID, &out->sf_contract_id) ||
        !read_text(&reading, CLM_BILLING_SCHEDULE, &out->billing_schedule) ||
        !read_value(&reading, base_currency, &out->value) ||
        !read_date(&reading, CLM_EFFECTIVE, &out->effective) ||
        !read_date(&reading, CLM_EXPIRES, &out->expires) ||
        !read_date(&reading, CLM_SIGNED_AT, &out->signed_at) ||
        !read_list(&reading, CLM_COVERS, &out->covers, &out->covers_count) ||
        !read_list(&reading, CLM_PENDING, &out->pending, &out->pending_count))
        return false;
    out->covers_known = field_value(&reading, CLM_COVERS) != NULL;
    out->status = clm_status(mapping, out->status_text);
    return true;
}
