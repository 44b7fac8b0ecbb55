/* Cuts a template into nodes; what stands alone on its line takes the line with it. */
#include "base/template_parse.h"

#include <string.h>

struct parser {
    const char *text;
    size_t len;
    size_t at;      /* everything before is in the nodes */
    unsigned line;  /* of counted */
    size_t counted; /* lines are counted up to here */
    struct template_nodes nodes;
    size_t open[TEMPLATE_SECTION_DEPTH_MAX]; /* sections that wait for their close */
    size_t depth;
    struct err *err;
};

/* One tag as it stands in the source, braces included in start and end. */
struct tag {
    char sigil; /* what follows the braces; 0 for a plain name */
    const char *name;
    size_t name_len;
    size_t start, end;
};

static unsigned line_of(struct parser *parser, size_t at)
{
    for (; parser->counted < at; parser->counted++)
        parser->line += parser->text[parser->counted] == '\n';
    return parser->line;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_space(char c)
{
    return is_blank(c) || c == '\n' || c == '\r';
}

static bool name_is_valid(const struct tag *tag)
{
    for (size_t i = 0; i < tag->name_len; i++)
        if (is_space(tag->name[i]) || strchr("{}", tag->name[i]))
            return false;
    return tag->name_len > 0;
}

static void trim_name(struct tag *tag)
{
    while (tag->name_len && is_space(tag->name[0])) {
        tag->name++;
        tag->name_len--;
    }
    while (tag->name_len && is_space(tag->name[tag->name_len - 1]))
        tag->name_len--;
}

/* Reads the tag that opens at `start`. */
static bool read_tag(struct parser *parser, size_t start, struct tag *tag)
{
    const char *inner = parser->text + start + 2;
    size_t left = parser->len - start - 2;
    char sigil = left && *inner && strchr("{&#^/!>=<$", *inner) ? *inner : '\0';
    const char *closer = sigil == '{' ? "}}}" : "}}";
    size_t closer_len = sigil == '{' ? 3 : 2;
    inner += sigil != '\0';
    left -= sigil != '\0';
    const char *end = memmem(inner, left, closer, closer_len);
    if (!end)
        return err_set(parser->err, ERR_INVALID, "line %u: a tag is not closed",
                       line_of(parser, start));
    *tag = (struct tag){.sigil = sigil, .name = inner, .name_len = (size_t)(end - inner)};
    tag->start = start;
    tag->end = (size_t)(end - parser->text) + closer_len;
    trim_name(tag);
    if (sigil == '!')
        return true;
    if (sigil && strchr("=<$", sigil))
        return err_set(parser->err, ERR_INVALID, "line %u: {{%c is not supported",
                       line_of(parser, start), sigil);
    if (!name_is_valid(tag))
        return err_set(parser->err, ERR_INVALID, "line %u: \"%.*s\" is not a name",
                       line_of(parser, start), (int)(tag->name_len < 40 ? tag->name_len : 40),
                       tag->name);
    return true;
}

/* Where the line of a tag begins and the next one does, if nothing else stands on it. */
static bool stands_alone(const struct parser *parser, const struct tag *tag, size_t *from,
                         size_t *to)
{
    if (!tag->sigil || strchr("{&", tag->sigil))
        return false;
    *from = tag->start;
    while (*from > 0 && is_blank(parser->text[*from - 1]))
        --*from;
    if (*from > 0 && parser->text[*from - 1] != '\n')
        return false;
    *to = tag->end;
    while (*to < parser->len && is_blank(parser->text[*to]))
        ++*to;
    if (*to == parser->len)
        return true;
    if (*to + 1 < parser->len && parser->text[*to] == '\r' && parser->text[*to + 1] == '\n')
        ++*to;
    return parser->text[(*to)++] == '\n';
}

static struct template_node *add_node(struct parser *parser, enum template_node_kind kind,
                                      const char *text, size_t len)
{
    struct template_node *node = &parser->nodes.nodes[parser->nodes.count++];
    *node = (struct template_node){.kind = kind, .text = text, .len = len};
    return node;
}

static void add_text(struct parser *parser, size_t from, size_t to)
{
    if (to > from)
        add_node(parser, TEMPLATE_TEXT, parser->text + from, to - from);
}

static bool open_section(struct parser *parser, const struct template_node *node)
{
    if (parser->depth == TEMPLATE_SECTION_DEPTH_MAX)
        return err_set(parser->err, ERR_INVALID, "line %u: sections are nested deeper than %d",
                       node->line, TEMPLATE_SECTION_DEPTH_MAX);
    parser->open[parser->depth++] = (size_t)(node - parser->nodes.nodes);
    return true;
}

static bool close_section(struct parser *parser, const struct template_node *node)
{
    struct template_node *open =
        parser->depth ? &parser->nodes.nodes[parser->open[parser->depth - 1]] : NULL;
    if (!open || open->len != node->len || memcmp(open->text, node->text, node->len) != 0)
        return err_set(parser->err, ERR_INVALID, "line %u: {{/%.*s}} closes no open section",
                       node->line, (int)(node->len < 40 ? node->len : 40), node->text);
    open->close = (size_t)(node - parser->nodes.nodes);
    parser->depth--;
    return true;
}

static enum template_node_kind kind_of(char sigil)
{
    switch (sigil) {
    case '{':
    case '&':
        return TEMPLATE_RAW;
    case '#':
        return TEMPLATE_SECTION;
    case '^':
        return TEMPLATE_INVERTED;
    case '/':
        return TEMPLATE_CLOSE;
    case '>':
        return TEMPLATE_PARTIAL;
    default:
        return TEMPLATE_VALUE;
    }
}

static bool add_tag(struct parser *parser, const struct tag *tag)
{
    size_t from = tag->start;
    size_t to = tag->end;
    bool alone = stands_alone(parser, tag, &from, &to);
    if (!alone) {
        from = tag->start;
        to = tag->end;
    }
    add_text(parser, parser->at, from);
    parser->at = to;
    if (tag->sigil == '!')
        return true;
    struct template_node *node = add_node(parser, kind_of(tag->sigil), tag->name, tag->name_len);
    node->line = line_of(parser, tag->start);
    if (alone) {
        node->indent = parser->text + from;
        node->indent_len = tag->start - from;
    }
    if (node->kind == TEMPLATE_SECTION || node->kind == TEMPLATE_INVERTED)
        return open_section(parser, node);
    return node->kind != TEMPLATE_CLOSE || close_section(parser, node);
}

/* Each tag adds at most itself and the text before it. */
static size_t count_nodes(const char *text, size_t len)
{
    size_t count = 1;
    for (const char *at = text; (at = memmem(at, len - (size_t)(at - text), "{{", 2)); at += 2)
        count += 2;
    return count;
}

bool template_parse(const char *text, size_t len, struct arena *arena, struct template_nodes *out,
                    struct err *err)
{
    struct parser parser = {.text = text, .len = len, .line = 1, .err = err};
    parser.nodes.nodes = arena_array(arena, count_nodes(text, len), sizeof *parser.nodes.nodes);
    const char *open;
    while ((open = memmem(text + parser.at, len - parser.at, "{{", 2))) {
        struct tag tag = {0};
        if (!read_tag(&parser, (size_t)(open - text), &tag) || !add_tag(&parser, &tag))
            return false;
    }
    add_text(&parser, parser.at, len);
    if (parser.depth) {
        const struct template_node *node = &parser.nodes.nodes[parser.open[parser.depth - 1]];
        return err_set(err, ERR_INVALID, "line %u: {{%c%.*s}} is not closed", node->line,
                       node->kind == TEMPLATE_SECTION ? '#' : '^',
                       (int)(node->len < 40 ? node->len : 40), node->text);
    }
    *out = parser.nodes;
    return true;
}
