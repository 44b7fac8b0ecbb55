/* One walk over the text: every member and every place of a list with its line. */
#include "base/config_lines.h"

#include "base/buf.h"

#include <string.h>

/* Far more keys than there are; what a hostile text has beyond stays without a line. */
enum { LINES_MAX = 4096 };

struct walk {
    struct config_lines *lines;
    const char *p, *end;
    int line;
    struct buf path;
};

static const struct config_line *exact(const struct config_lines *lines, const char *path,
                                       size_t len)
{
    for (size_t i = 0; i < lines->count; i++)
        if (strlen(lines->items[i].path) == len && memcmp(lines->items[i].path, path, len) == 0)
            return &lines->items[i];
    return NULL;
}

static void note(struct walk *walk, int line)
{
    struct config_lines *lines = walk->lines;
    if (lines->count == LINES_MAX)
        return;
    const struct config_line *before = exact(lines, buf_cstr(&walk->path), walk->path.len);
    if (before && !lines->twice) {
        struct config_line *copy = arena_alloc(lines->arena, sizeof *copy);
        *copy = *before;
        lines->twice = copy;
        lines->twice_line = line;
    }
    if (lines->count == lines->cap) {
        size_t cap = lines->cap ? lines->cap * 2 : 64;
        struct config_line *items = arena_array(lines->arena, cap, sizeof *items);
        if (lines->count)
            memcpy(items, lines->items, lines->count * sizeof *items);
        lines->items = items;
        lines->cap = cap;
    }
    lines->items[lines->count++] =
        (struct config_line){arena_strn(lines->arena, buf_cstr(&walk->path), walk->path.len), line};
}

/* The next character that is not a blank, 0 at the end. */
static char peek(struct walk *walk)
{
    for (; walk->p < walk->end && strchr(" \t\r\n", *walk->p); walk->p++)
        walk->line += *walk->p == '\n';
    return (char)(walk->p < walk->end ? *walk->p : 0);
}

/* A string: what stands between its quotes, as it stands there. */
static const char *take_string(struct walk *walk, size_t *len)
{
    const char *from = ++walk->p;
    while (walk->p < walk->end && *walk->p != '"')
        walk->p += *walk->p == '\\' && walk->end - walk->p > 1 ? 2 : 1;
    *len = (size_t)(walk->p - from);
    walk->p += walk->p < walk->end;
    return from;
}

static void shorten(struct buf *path, size_t len)
{
    path->len = len;
    if (path->data)
        path->data[len] = '\0';
}

static void walk_value(struct walk *walk);

static void walk_members(struct walk *walk)
{
    size_t before = walk->path.len;
    while (peek(walk) == '"') {
        int line = walk->line;
        size_t len;
        const char *key = take_string(walk, &len);
        if (before)
            buf_char(&walk->path, '.');
        buf_add(&walk->path, key, len);
        note(walk, line);
        walk->p += peek(walk) == ':';
        walk_value(walk);
        shorten(&walk->path, before);
        walk->p += peek(walk) == ',';
    }
}

static void walk_places(struct walk *walk)
{
    size_t before = walk->path.len, index = 0;
    while (peek(walk) && peek(walk) != ']') {
        buf_fmt(&walk->path, "[%zu]", index++);
        note(walk, walk->line);
        walk_value(walk);
        shorten(&walk->path, before);
        walk->p += peek(walk) == ',';
    }
}

static void walk_value(struct walk *walk)
{
    size_t len;
    switch (peek(walk)) {
    case '{':
    case '[': {
        bool object = *walk->p++ == '{';
        if (object)
            walk_members(walk);
        else
            walk_places(walk);
        walk->p += peek(walk) == (object ? '}' : ']');
        break;
    }
    case '"':
        take_string(walk, &len);
        break;
    default:
        while (walk->p < walk->end && !strchr(",]} \t\r\n", *walk->p))
            walk->p++;
    }
}

void config_lines_scan(struct config_lines *lines, const char *text, size_t len)
{
    struct walk walk = {.lines = lines, .p = text, .end = text + len, .line = 1};
    walk_value(&walk);
    buf_release(&walk.path);
}

int config_lines_find(const struct config_lines *lines, const char *path)
{
    for (size_t len = strlen(path); len > 0;) {
        const struct config_line *line = exact(lines, path, len);
        if (line)
            return line->line;
        for (len--; len > 0 && path[len] != '.' && path[len] != '['; len--)
            ;
    }
    return 0;
}
