/* One table of columns for both forms. */
#include "bot/audit_rows.h"

#include "base/civil.h"
#include "base/json.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum column_kind { COLUMN_TEXT, COLUMN_NUMBER, COLUMN_TIME };

#define AT(member) offsetof(struct audit_entry, member)
static const struct column {
    const char *name;
    enum column_kind kind;
    size_t at;
} columns[] = {
    {"seq", COLUMN_NUMBER, AT(seq)},
    {"workspace", COLUMN_TEXT, AT(tenant)},
    {"at", COLUMN_TIME, AT(at)},
    {"actor", COLUMN_TEXT, AT(actor)},
    {"role", COLUMN_TEXT, AT(role)},
    {"via", COLUMN_TEXT, AT(via)},
    {"on_behalf_of", COLUMN_TEXT, AT(behalf_of)},
    {"action", COLUMN_TEXT, AT(action)},
    {"object", COLUMN_TEXT, AT(object)},
    {"item", COLUMN_TEXT, AT(item)},
    {"from", COLUMN_TEXT, AT(from)},
    {"to", COLUMN_TEXT, AT(to)},
    {"revision", COLUMN_NUMBER, AT(revision)},
    {"facts_digest", COLUMN_TEXT, AT(facts_digest)},
    {"rules_version", COLUMN_TEXT, AT(rules_version)},
    {"reason", COLUMN_TEXT, AT(reason)},
    {"previous_hash", COLUMN_TEXT, AT(prev_hash)},
    {"hash", COLUMN_TEXT, AT(hash)},
};
enum { COLUMN_COUNT = sizeof columns / sizeof *columns };

static const void *member(const struct audit_entry *entry, const struct column *column)
{
    return (const char *)entry + column->at;
}

void audit_row_json(const struct audit_entry *entry, struct buf *out)
{
    char at[WALL_TEXT_SIZE];
    struct json_writer w;
    json_writer_init(&w, out);
    json_open(&w, '{');
    for (const struct column *column = columns; column < columns + COLUMN_COUNT; column++) {
        const void *value = member(entry, column);
        json_key(&w, column->name);
        if (column->kind == COLUMN_NUMBER)
            json_put_int(&w, *(const int64_t *)value);
        else if (column->kind == COLUMN_TIME)
            json_put_str(&w, wall_format(*(const struct wall *)value, at));
        else
            json_put_str(&w, *(const char *const *)value);
    }
    json_close(&w, '}');
}

static void put_cell(struct buf *out, const char *text)
{
    bool formula = text[0] && strchr("=+-@\t\r", text[0]);
    if (!formula && !text[strcspn(text, ",\"\r\n")]) {
        buf_str(out, text);
        return;
    }
    buf_str(out, formula ? "\"'" : "\"");
    for (const char *at = text; *at; at++) {
        buf_add(out, at, 1);
        if (*at == '"')
            buf_add(out, at, 1);
    }
    buf_str(out, "\"");
}

void audit_head_csv(struct buf *out)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        buf_str(out, i ? "," : "");
        buf_str(out, columns[i].name);
    }
    buf_str(out, "\r\n");
}

void audit_row_csv(const struct audit_entry *entry, struct buf *out)
{
    char text[WALL_TEXT_SIZE];
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        const void *value = member(entry, &columns[i]);
        buf_str(out, i ? "," : "");
        if (columns[i].kind == COLUMN_TEXT) {
            const char *cell = *(const char *const *)value;
            put_cell(out, cell ? cell : "");
            continue;
        }
        if (columns[i].kind == COLUMN_TIME)
            wall_format(*(const struct wall *)value, text);
        else
            snprintf(text, sizeof text, "%" PRId64, *(const int64_t *)value);
        buf_str(out, text);
    }
    buf_str(out, "\r\n");
}
