/* Escaping of what templates show, one row for each ending of their names. */
#include "base/template_escape.h"

#include "base/broken.h"

#include <string.h>

static const char *json_escape_of(char c)
{
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return NULL;
    }
}

static const char *slack_escape_of(char c)
{
    if (BROKEN(template_unescaped))
        return NULL;
    return c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : NULL;
}

static const char *slack_json_escape_of(char c)
{
    const char *slack = slack_escape_of(c);
    return slack ? slack : json_escape_of(c);
}

static const char *html_escape_of(char c)
{
    return c == '"' ? "&quot;" : c == '\'' ? "&#39;" : slack_escape_of(c);
}

static const char *line_escape_of(char c)
{
    return c == '\n' || c == '\r' ? " " : NULL;
}

/* Copies in runs; `json` also writes the control characters that have no short form. */
static void escape_with(struct buf *out, const char *text, size_t len,
                        const char *(*escape_of)(char), bool json)
{
    size_t run = 0;
    for (size_t i = 0; i < len; i++) {
        const char *escape = escape_of(text[i]);
        bool control = json && (unsigned char)text[i] < 0x20;
        if (!escape && !control)
            continue;
        buf_add(out, text + run, i - run);
        if (escape)
            buf_str(out, escape);
        else
            buf_fmt(out, "\\u%04x", (unsigned char)text[i]);
        run = i + 1;
    }
    buf_add(out, text + run, len - run);
}

static void escape_slack_json(struct buf *out, const char *text, size_t len)
{
    escape_with(out, text, len, slack_json_escape_of, true);
}

static void escape_json(struct buf *out, const char *text, size_t len)
{
    escape_with(out, text, len, json_escape_of, true);
}

static void escape_html(struct buf *out, const char *text, size_t len)
{
    escape_with(out, text, len, html_escape_of, false);
}

static void escape_line(struct buf *out, const char *text, size_t len)
{
    escape_with(out, text, len, line_escape_of, false);
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
