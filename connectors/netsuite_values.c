/* Single values of SuiteQL rows: every value is a text, a missing column is a missing value. */
#include "connectors/netsuite_call.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

bool netsuite_date(struct json_object *row, const char *name, struct civil *out, struct err *err)
{
    return civil_parse(json_get_str(row, name, NULL), out, err) ||
           err_prefix(err, "%s (the integration user's date format must be YYYY-MM-DD)", name);
}

/* "T" and "F" in SuiteQL; true and false elsewhere in NetSuite. */
bool netsuite_flag(struct json_object *row, const char *name)
{
    const char *text = json_get_str(row, name, NULL);
    if (!text)
        return json_get_bool(row, name, false);
    return strcmp(text, "T") == 0 || text_equal_fold(text, "true") || strcmp(text, "1") == 0;
}

/* The text of a number; NULL where there is none. What is there and is no number is not missing. */
static bool number_text(struct json_object *row, const char *name, const char **out,
                        struct err *err)
{
    struct json_object *value = json_at(row, name);
    *out = json_number_text(row, name);
    if (*out || !value || !json_object_get_string(value)[0])
        return true;
    return err_set(err, ERR_INVALID, "%s: \"%.20s\" is not a number", name,
                   json_object_get_string(value));
}

bool netsuite_number(struct json_object *row, const char *name, int64_t max, int64_t missing,
                     int64_t *out, struct err *err)
{
    const char *text;
    char *end;
    *out = missing;
    if (!number_text(row, name, &text, err))
        return false;
    if (!text)
        return true;
    long long value = strtoll(text, &end, 10);
    if (end == text || *end || value < 0 || value > max)
        return err_set(err, ERR_INVALID, "%s: \"%.20s\" is not a number from 0 to %lld", name, text,
                       (long long)max);
    *out = value;
    return true;
}

const char *netsuite_id(struct json_object *row, const char *name)
{
    return json_get_str(row, name, json_number_text(row, name));
}

bool netsuite_amount(struct json_object *row, const char *name, const struct money *currency,
                     struct money *out, struct err *err)
{
    const char *text;
    if (!number_text(row, name, &text, err))
        return false;
    return money_parse(text, currency->currency, currency->precision, out, err) ||
           err_prefix(err, "%s", name);
}

bool netsuite_rate(struct json_object *row, const char *name, struct rate *out, struct err *err)
{
    const char *text;
    return number_text(row, name, &text, err) && rate_parse(text, out, err);
}

struct netsuite_currency *netsuite_currency(const struct netsuite_rows *rows, const char *id)
{
    for (size_t i = 0; i < rows->currency_count; i++)
        if (strcmp(rows->currencies[i].id, id) == 0)
            return &rows->currencies[i];
    return NULL;
}

bool netsuite_row_currency(const struct netsuite_rows *rows, struct json_object *row,
                           struct money *out, struct err *err)
{
    const char *id = netsuite_id(row, "currency");
    const struct facts *facts = rows->facts;
    if (!id) /* an account without the feature of several currencies */
        return money_parse(NULL, facts->base_currency, facts->base_precision, out, err);
    const struct netsuite_currency *currency = netsuite_currency(rows, id);
    if (!currency)
        return err_set(err, ERR_INVALID, "currency: there is none with the id %.20s", id);
    return money_parse(NULL, currency->symbol, currency->precision, out, err);
}

bool netsuite_prefix_row(struct json_object *row, const char *what, struct err *err)
{
    return err_prefix(err, "%s %.30s", what,
                      json_get_str(row, "tranid", json_get_str(row, "id", "without id")));
}

/* "A", "CustInvc:A" or the words. */
char netsuite_state_letter(const char *status)
{
    const char *colon = strrchr(status, ':');
    const char *last = colon ? colon + 1 : status;
    return last[0] && !last[1] ? last[0] : 0;
}

bool netsuite_approval_is(struct json_object *row, const char *number, const char *word)
{
    const char *text = json_get_str(row, "approvalstatus", "");
    return strcmp(text, number) == 0 || text_has_prefix_fold(text, word);
}
