/* Escaping of what templates show, one row for each ending of their names. */
#include "base/template_escape.h"

#include "base/broken.h"

#include <string.h>

/* Tables of what stands for a byte; NULL: itself. */
#define JSON_ESCAPES                                                                               \
    ['"'] = "\\\"", ['\\'] = "\\\\", ['\n'] = "\\n", ['\r'] = "\\r", ['\t'] = "\\t",               \
    [0x00] = "\\u0000", [0x01] = "\\u0001", [0x02] = "\\u0002", [0x03] = "\\u0003",                \
    [0x04] = "\\u0004", [0x05] = "\\u0005", [0x06] = "\\u0006", [0x07] = "\\u0007",                \
    [0x08] = "\\u0008", [0x0B] = "\\u000b", [0x0C] = "\\u000c", [0x0E] = "\\u000e",                \
    [0x0F] = "\\u000f", [0x10] = "\\u0010", [0x11] = "\\u0011", [0x12] = "\\u0012",                \
    [0x13] = "\\u0013", [0x14] = "\\u0014", [0x15] = "\\u0015", [0x16] = "\\u0016",                \
    [0x17] = "\\u0017", [0x18] = "\\u0018", [0x19] = "\\u0019", [0x1A] = "\\u001a",                \
    [0x1B] = "\\u001b", [0x1C] = "\\u001c", [0x1D] = "\\u001d", [0x1E] = "\\u001e",                \
    [0x1F] = "\\u001f"
#define SLACK_ESCAPES ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;"

static const char *const json_escapes[256] = {JSON_ESCAPES};
static const char *const slack_json_escapes[256] = {JSON_ESCAPES, SLACK_ESCAPES};
static const char *const html_escapes[256] = {['"'] = "&quot;", ['\''] = "&#39;", SLACK_ESCAPES};
static const char *const line_escapes[256] = {['\n'] = " ", ['\r'] = " "};

static void escape_with(struct buf *out, const char *text, size_t len,
                        const char *const escapes[256])
{
    size_t run = 0;
    for (size_t i = 0; i < len; i++) {
        const char *escape = escapes[(unsigned char)text[i]];
        if (!escape)
            continue;
        buf_add(out, text + run, i - run);
        buf_str(out, escape);
        run = i + 1;
    }
    buf_add(out, text + run, len - run);
}

static void escape_slack_json(struct buf *out, const char *text, size_t len)
{
    escape_with(out, text, len, BROKEN(template_unescaped) ? json_escapes : slack_json_escapes);
}

static void escape_json(struct buf *out, const char *text, size_t len)
{
    escape_with(out, text, len, json_escapes);
}

static void escape_html(struct buf *out, const char *text, size_t len)
{
    escape_with(out, text, len, html_escapes);
}

static void escape_line(struct buf *out, const char *text, size_t len)
{
    escape_with(out, text, len, line_escapes);
}

void template_escape_nothing(struct buf *out, const char *text, size_t len)
{
    buf_add(out, text, len);
}

/* What is raw in a .json template is Slack markup already, and still may not leave its string. */
static const struct escaping escapings[] = {
    {".json", escape_slack_json, escape_json},
    {".html", escape_html, template_escape_nothing},
    {".txt", escape_line, template_escape_nothing},
};

const struct escaping *template_escaping(const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < sizeof escapings / sizeof *escapings; i++) {
        size_t ending = strlen(escapings[i].ending);
        if (len > ending && strcmp(name + len - ending, escapings[i].ending) == 0)
            return &escapings[i];
    }
    return NULL;
}
