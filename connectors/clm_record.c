/* Reading one CLM record: an Ironclad record's typed properties, or a place in any JSON. */
#include "connectors/clm_record.h"

#include "base/json.h"
#include "base/money.h"
#include "base/text.h"

#include <string.h>

enum { TEXT_MAX = 200, LIST_MAX = 500 };

enum field {
    FIELD_ID,
    FIELD_STATUS,
    FIELD_CONTRACT_ID,
    FIELD_VALUE,
    FIELD_CURRENCY,
    FIELD_EFFECTIVE,
    FIELD_EXPIRES,
    FIELD_SIGNED_AT,
    FIELD_COVERS,
    FIELD_PENDING,
    FIELD_BILLING_SCHEDULE,
    FIELD_COUNT
};

/* What a record is read with. */
struct reading {
    const struct config *config;
    struct arena *arena;
    struct json_object *record;
    const char *id; /* for errors */
    struct err *err;
};

/* ---- where a field stands ---- */

static const char *configured_name(const struct config *config, enum field field)
{
    const char *const names[FIELD_COUNT] = {
        [FIELD_ID] = config->clm.id,
        [FIELD_STATUS] = config->clm.status,
        [FIELD_CONTRACT_ID] = config->clm.contract_id,
        [FIELD_VALUE] = config->clm.value,
        [FIELD_CURRENCY] = config->clm.currency,
        [FIELD_EFFECTIVE] = config->clm.effective,
        [FIELD_EXPIRES] = config->clm.expires,
        [FIELD_SIGNED_AT] = config->clm.signed_at,
        [FIELD_COVERS] = config->clm.covers,
        [FIELD_PENDING] = config->clm.pending,
        [FIELD_BILLING_SCHEDULE] = config->clm.billing_schedule,
    };
    if (names[field] && names[field][0])
        return names[field];
    return config->clm.kind == CLM_IRONCLAD && field == FIELD_ID ? "ironcladId" : NULL;
}

const char *clm_contract_property(const struct config *config)
{
    return configured_name(config, FIELD_CONTRACT_ID);
}

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

/* NULL where it is absent, null, or not configured. */
static struct json_object *field_value(const struct reading *reading, enum field field)
{
    const char *name = configured_name(reading->config, field);
    if (!name)
        return NULL;
    return reading->config->clm.kind == CLM_IRONCLAD ? ironclad_value(reading->record, name)
                                                     : json_at(reading->record, name);
}

static bool unreadable(const struct reading *reading, enum field field, const char *why)
{
    return err_set(reading->err, ERR_INVALID, "record %.40s: %.60s: %s", reading->id,
                   configured_name(reading->config, field), why);
}

/* ---- reading it ---- */

static bool read_text(const struct reading *reading, enum field field, const char **out)
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

static bool read_date(const struct reading *reading, enum field field, struct civil *out)
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
static bool read_value(const struct reading *reading, struct money *out)
{
    struct json_object *value = field_value(reading, FIELD_VALUE);
    const char *currency;
    struct err why;
    *out = (struct money){0};
    if (!read_text(reading, FIELD_CURRENCY, &currency))
        return false;
    bool typed = json_object_is_type(value, json_type_object);
    if (typed)
        currency = json_get_str(value, "currency", currency);
    if (!currency)
        currency = reading->config->rules.base_currency;
    const char *path = typed ? "amount" : "";
    if (!value || !json_at(value, path))
        return true;
    const char *text = json_number_text(value, path);
    if (!text)
        return unreadable(reading, FIELD_VALUE, "expected an amount");
    if (!money_parse(text, currency, money_precision(currency), out, &why))
        return unreadable(reading, FIELD_VALUE, why.msg);
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
static bool read_list(const struct reading *reading, enum field field, const char ***out,
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

/* ---- status ---- */

static char fold(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c == ' ' || c == '-' ? '_' : c;
}

static bool same_word(const char *a, const char *b)
{
    while (*a && fold(*a) == fold(*b)) {
        a++;
        b++;
    }
    return fold(*a) == fold(*b);
}

enum contract_status clm_status(const struct config *config, const char *word)
{
    static const struct {
        const char *word;
        enum contract_status status;
    } table[] = {
        {"draft", CONTRACT_DRAFT},
        {"create", CONTRACT_DRAFT},
        {"in_review", CONTRACT_IN_REVIEW},
        {"review", CONTRACT_IN_REVIEW},
        {"out_for_signature", CONTRACT_OUT_FOR_SIGNATURE},
        {"sent", CONTRACT_OUT_FOR_SIGNATURE},
        {"sign", CONTRACT_OUT_FOR_SIGNATURE},
        {"executed", CONTRACT_EXECUTED},
        {"signed", CONTRACT_EXECUTED},
        {"expired", CONTRACT_EXPIRED},
        {"terminated", CONTRACT_TERMINATED},
        {"cancelled", CONTRACT_TERMINATED},
        {"canceled", CONTRACT_TERMINATED},
        {"voided", CONTRACT_TERMINATED},
    };
    const struct config_list *executed = &config->clm.executed_words;
    if (!word)
        return CONTRACT_UNKNOWN;
    for (size_t i = 0; i < executed->count; i++)
        if (same_word(word, executed->items[i]))
            return CONTRACT_EXECUTED;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (same_word(word, table[i].word))
            /* Who configured the words for executed means those and no other. */
            return table[i].status == CONTRACT_EXECUTED && executed->count ? CONTRACT_UNKNOWN
                                                                           : table[i].status;
    return CONTRACT_UNKNOWN;
}

/* ---- a record ---- */

static const char *record_name(const struct reading *reading)
{
    const char *name = json_get_str(reading->record, "name", NULL);
    return name && name[0] ? text_cut(reading->arena, name, TEXT_MAX) : NULL;
}

bool clm_record_decode(const struct config *config, struct arena *arena, struct json_object *record,
                       struct contract *out, struct err *err)
{
    struct reading reading = {config, arena, record, "?", err};
    *out = (struct contract){0};
    if (!json_object_is_type(record, json_type_object))
        return err_set(err, ERR_INVALID, "a record is not an object");
    if (!read_text(&reading, FIELD_ID, &out->id))
        return false;
    if (!out->id)
        out->id = arena_str(arena, json_get_str(record, "id", NULL));
    if (!out->id)
        return err_set(err, ERR_INVALID, "a record has no id");
    reading.id = out->id;
    out->name = record_name(&reading);
    if (!read_text(&reading, FIELD_STATUS, &out->status_text) ||
        !read_text(&reading, FIELD_CONTRACT_ID, &out->sf_contract_id) ||
        !read_text(&reading, FIELD_BILLING_SCHEDULE, &out->billing_schedule) ||
        !read_value(&reading, &out->value) ||
        !read_date(&reading, FIELD_EFFECTIVE, &out->effective) ||
        !read_date(&reading, FIELD_EXPIRES, &out->expires) ||
        !read_date(&reading, FIELD_SIGNED_AT, &out->signed_at) ||
        !read_list(&reading, FIELD_COVERS, &out->covers, &out->covers_count) ||
        !read_list(&reading, FIELD_PENDING, &out->pending, &out->pending_count))
        return false;
    out->status = clm_status(config, out->status_text);
    return true;
}
