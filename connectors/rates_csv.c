/* Reading published rates by RFC 4180: fields, a row's fields by their column, rows. */
#include "connectors/rates_csv.h"

#include "connectors/rest.h"

#include <string.h>

enum { FIELD_SIZE = 64, MAX_COLUMNS = 100, DAY_CHARS = 10 };

enum column { COLUMN_CURRENCY, COLUMN_DENOMINATOR, COLUMN_DAY, COLUMN_VALUE, COLUMN_COUNT };
static const char *const column_names[COLUMN_COUNT] = {"CURRENCY", "CURRENCY_DENOM", "TIME_PERIOD",
                                                       "OBS_VALUE"};

/* Where a reader is in the text. */
struct csv {
    const char *at, *end;
    size_t line;
};

struct field {
    char text[FIELD_SIZE]; /* its beginning, where it is longer */
    size_t len;
    bool ends_row;
};

/* ---- fields ---- */

static void take_char(struct field *field, char c)
{
    if (field->len < FIELD_SIZE - 1)
        field->text[field->len] = c;
    field->len++;
}

/* Up to the closing quote; "" stands for one. */
static bool read_quoted(struct csv *csv, struct field *field)
{
    for (csv->at++; csv->at < csv->end; csv->at++) {
        if (*csv->at == '"') {
            if (csv->at + 1 == csv->end || csv->at[1] != '"') {
                csv->at++;
                return true;
            }
            csv->at++;
        }
        csv->line += *csv->at == '\n';
        take_char(field, *csv->at);
    }
    return false;
}

/* At the end of a field: past a comma, or past the end of the line. */
static bool end_field(struct csv *csv, struct field *field)
{
    field->text[field->len < FIELD_SIZE ? field->len : FIELD_SIZE - 1] = '\0';
    field->ends_row = true;
    if (csv->at == csv->end)
        return true;
    if (*csv->at == ',') {
        field->ends_row = false;
        csv->at++;
        return true;
    }
    csv->at += *csv->at == '\r';
    if (csv->at < csv->end && *csv->at != '\n')
        return false;
    csv->at += csv->at < csv->end;
    csv->line++;
    return true;
}

static bool read_field(struct csv *csv, struct field *field, struct err *err)
{
    const size_t line = csv->line;
    *field = (struct field){0};
    if (csv->at < csv->end && *csv->at == '"') {
        if (!read_quoted(csv, field))
            return err_set(err, ERR_INVALID, "line %zu: a quote is not closed", line);
    } else {
        for (; csv->at < csv->end && !strchr(",\r\n\"", *csv->at); csv->at++)
            take_char(field, *csv->at);
    }
    return end_field(csv, field) ||
           err_set(err, ERR_INVALID, "line %zu: a quote or line break within a field", line);
}

/* ---- rows ---- */

struct table {
    struct csv csv;
    size_t columns;
    size_t at[COLUMN_COUNT]; /* where each of them stands */
};

struct row {
    size_t line;
    struct field fields[COLUMN_COUNT];
};

static bool read_header(struct table *table, struct err *err)
{
    bool found[COLUMN_COUNT] = {false};
    struct field field = {0};
    do {
        if (!read_field(&table->csv, &field, err))
            return false;
        for (size_t i = 0; i < COLUMN_COUNT; i++)
            if (strcmp(field.text, column_names[i]) == 0 && !found[i]) {
                found[i] = true;
                table->at[i] = table->columns;
            }
        if (++table->columns > MAX_COLUMNS)
            return err_set(err, ERR_INVALID, "more than %d columns", MAX_COLUMNS);
    } while (!field.ends_row);
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        if (!found[i])
            return err_set(err, ERR_INVALID, "this is no table of rates: no column %s",
                           column_names[i]);
    return true;
}

static bool read_row(struct table *table, struct row *row, struct err *err)
{
    struct field field = {0};
    size_t column = 0;
    row->line = table->csv.line;
    do {
        if (!read_field(&table->csv, &field, err))
            return false;
        for (size_t i = 0; i < COLUMN_COUNT; i++)
            if (table->at[i] == column)
                row->fields[i] = field;
        column++;
    } while (!field.ends_row);
    return column == table->columns || err_set(err, ERR_INVALID, "line %zu: %zu columns, not %zu",
                                               row->line, column, table->columns);
}

/* ---- observations ---- */

static bool is_currency(const struct field *field)
{
    return field->len == 3 && strspn(field->text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
}

/* rate 0: the row has no observation. */
static bool read_observation(const struct row *row, struct published_rate *out, struct err *err)
{
    const struct field *currency = &row->fields[COLUMN_CURRENCY],
                       *value = &row->fields[COLUMN_VALUE], *day = &row->fields[COLUMN_DAY];
    *out = (struct published_rate){.date = CIVIL_NONE};
    if (!is_currency(currency))
        return err_set(err, ERR_INVALID, "line %zu: \"%.20s\" is not a currency", row->line,
                       currency->text);
    if (strcmp(row->fields[COLUMN_DENOMINATOR].text, "EUR") != 0)
        return err_set(err, ERR_INVALID, "line %zu: a rate to \"%.20s\", not to EUR", row->line,
                       row->fields[COLUMN_DENOMINATOR].text);
    if (day->len != DAY_CHARS || !civil_parse(day->text, &out->date, err))
        return err_set(err, ERR_INVALID, "line %zu: \"%.20s\" is not a day", row->line, day->text);
    memcpy(out->currency, currency->text, sizeof out->currency);
    if (value->len == 0 || strcmp(value->text, "NaN") == 0)
        return true;
    return (value->len < FIELD_SIZE && rate_parse(value->text, &out->per_euro, err)) ||
           err_set(err, ERR_INVALID, "line %zu: \"%.20s\" is not a rate", row->line, value->text);
}

static void skip_empty(struct csv *csv)
{
    for (; csv->at < csv->end && (*csv->at == '\r' || *csv->at == '\n'); csv->at++)
        csv->line += *csv->at == '\n';
}

static bool read_rows(struct table *table, struct arena *arena, struct published_rates *out,
                      struct err *err)
{
    struct row row = {0};
    struct published_rate rate;
    for (skip_empty(&table->csv); table->csv.at < table->csv.end; skip_empty(&table->csv)) {
        if (!read_row(table, &row, err) || !read_observation(&row, &rate, err))
            return false;
        if (rate.per_euro.scaled == 0)
            continue;
        if (out->count == RATES_MAX_ROWS)
            return err_set(err, ERR_INVALID, "more than %d rates", RATES_MAX_ROWS);
        out->items = rest_room(arena, out->items, out->count, sizeof rate);
        out->items[out->count++] = rate;
    }
    return true;
}

bool rates_read_csv(const char *text, size_t len, struct arena *arena, struct published_rates *out,
                    struct err *err)
{
    struct table table = {.csv = {text, text + len, 1}};
    struct published_rates rates = {.known = true};
    *out = (struct published_rates){0};
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) /* how some mark UTF-8 */
        table.csv.at += 3;
    if (memchr(text, '\0', len))
        return err_set(err, ERR_INVALID, "a NUL in the text");
    if (!read_header(&table, err) || !read_rows(&table, arena, &rates, err))
        return false;
    *out = rates;
    return true;
}
