/* Renders templates: walks their nodes with a stack of contexts, escapes by the ending of the
 * outermost template's name. All depths and the number of steps are bounded. */
#include "base/template.h"

#include "base/template_cache.h"
#include "base/template_escape.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    PARTIAL_DEPTH_MAX = 8,
    CONTEXT_DEPTH_MAX = 64, /* sections within sections, through partials */
    STEPS_MAX = 200000,     /* nodes and list items walked: lists within lists end here */
};

struct rendering {
    const struct templates *templates;
    const struct escaping *escaping;
    struct buf *out;
    struct err *err;
    struct template_cache *cache;
    const struct value *contexts[CONTEXT_DEPTH_MAX]; /* the outermost may be NULL */
    size_t context_count;
    unsigned partial_depth;
    unsigned steps;
};

/* ---- contexts ---- */

/* The first part of a dotted name is looked for from the innermost context outwards, the others
 * only in what it names. NULL: missing. */
static const struct value *look_up(const struct rendering *r, const char *name, size_t len)
{
    if (len == 1 && *name == '.')
        return r->contexts[r->context_count - 1];
    const char *end = name + len;
    const char *dot = memchr(name, '.', len);
    const struct value *value = NULL;
    size_t part = (size_t)((dot ? dot : end) - name);
    for (size_t i = r->context_count; i-- > 0 && !value;)
        if (r->contexts[i])
            value = value_member(r->contexts[i], name, part);
    while (dot && value) {
        name = dot + 1;
        dot = memchr(name, '.', (size_t)(end - name));
        value = value_member(value, name, (size_t)((dot ? dot : end) - name));
    }
    return value;
}

static bool is_true(const struct value *value)
{
    return value && value->is_true;
}

/* ---- walking the nodes ---- */

static bool render_nodes(struct rendering *r, const struct template_entry *entry, size_t from,
                         size_t to);

static bool fail_at(struct rendering *r, const struct template_entry *entry,
                    const struct template_node *node, const char *why)
{
    return err_set(r->err, ERR_TOO_LARGE, "%s: line %u: %s", entry->name, node->line, why);
}

static bool render_value(struct rendering *r, const struct template_node *node)
{
    const struct value *value = look_up(r, node->text, node->len);
    if (value && value->text)
        (node->kind == TEMPLATE_RAW ? r->escaping->raw : r->escaping->value)(r->out, value->text,
                                                                             value->len);
    return true;
}

static bool render_inside(struct rendering *r, const struct template_entry *entry, size_t section,
                          const struct value *context)
{
    const struct template_node *node = &entry->nodes.nodes[section];
    if (r->context_count == CONTEXT_DEPTH_MAX)
        return fail_at(r, entry, node, "sections are nested too deep");
    if (++r->steps > STEPS_MAX)
        return fail_at(r, entry, node, "too much to render");
    r->contexts[r->context_count++] = context;
    bool ok = render_nodes(r, entry, section + 1, node->close);
    r->context_count--;
    return ok;
}

static bool render_section(struct rendering *r, const struct template_entry *entry, size_t section)
{
    const struct template_node *node = &entry->nodes.nodes[section];
    const struct value *value = look_up(r, node->text, node->len);
    if (node->kind == TEMPLATE_INVERTED)
        return is_true(value) ||
               render_inside(r, entry, section, r->contexts[r->context_count - 1]);
    if (!is_true(value))
        return true;
    if (value->kind != VALUE_LIST)
        return render_inside(r, entry, section, value);
    for (const struct value *item = value->first; item; item = item->next)
        if (!render_inside(r, entry, section, item))
            return false;
    return true;
}

static bool render_partial(struct rendering *r, const struct template_entry *entry,
                           const struct template_node *node)
{
    if (r->partial_depth == PARTIAL_DEPTH_MAX)
        return fail_at(r, entry, node, "partials are nested too deep");
    const struct template_text name = {node->text, node->len};
    const struct template_text indent = {node->indent, node->indent_len};
    const struct template_entry *partial =
        template_cache_find(r->cache, r->templates, &name, &indent, r->err);
    if (!partial)
        return err_prefix(r->err, "%s: line %u", entry->name, node->line);
    r->partial_depth++;
    bool ok = render_nodes(r, partial, 0, partial->nodes.count);
    r->partial_depth--;
    return ok;
}

static bool render_node(struct rendering *r, const struct template_entry *entry, size_t at)
{
    const struct template_node *node = &entry->nodes.nodes[at];
    switch (node->kind) {
    case TEMPLATE_TEXT:
        buf_add(r->out, node->text, node->len);
        return true;
    case TEMPLATE_VALUE:
    case TEMPLATE_RAW:
        return render_value(r, node);
    case TEMPLATE_SECTION:
    case TEMPLATE_INVERTED:
        return render_section(r, entry, at);
    case TEMPLATE_PARTIAL:
        return render_partial(r, entry, node);
    case TEMPLATE_CLOSE:
        return true;
    }
    return true;
}

/* Calls itself through sections and partials, at most CONTEXT_DEPTH_MAX + PARTIAL_DEPTH_MAX deep.
 */
static bool render_nodes(struct rendering *r, const struct template_entry *entry, size_t from,
                         size_t to)
{
    for (size_t at = from; at < to; at++) {
        const struct template_node *node = &entry->nodes.nodes[at];
        if (++r->steps > STEPS_MAX)
            return fail_at(r, entry, node, "too much to render");
        if (!render_node(r, entry, at))
            return false;
        if (r->out->overflow)
            return fail_at(r, entry, node, "the output is over its ceiling");
        if (node->kind == TEMPLATE_SECTION || node->kind == TEMPLATE_INVERTED)
            at = node->close;
    }
    return true;
}

bool template_render(const struct templates *templates, const char *name,
                     const struct value *context, struct buf *out, struct err *err)
{
    struct template_cache once = {0};
    struct rendering r = {.templates = templates,
                          .out = out,
                          .err = err,
                          .cache = templates->cache ? templates->cache : &once,
                          .context_count = 1};
    r.contexts[0] = context;
    r.escaping = template_escaping(name);
    if (!r.escaping)
        return err_set(err, ERR_INVALID, "\"%.40s\" ends with none of .json .html .txt", name);
    size_t before = out->len;
    bool overflow_before = out->overflow;
    template_cache_begin(r.cache);
    const struct template_text whole = {name, strlen(name)}, no_indent = {NULL, 0};
    const struct template_entry *entry =
        template_cache_find(r.cache, templates, &whole, &no_indent, err);
    bool ok = entry && render_nodes(&r, entry, 0, entry->nodes.count);
    template_cache_release(&once);
    if (!ok && out->data) {
        out->len = before;
        out->data[before] = '\0';
        out->overflow = overflow_before;
    }
    return ok;
}

void templates_keep(struct templates *templates)
{
    assert(!templates->cache);
    templates->cache = calloc(1, sizeof *templates->cache);
    if (!templates->cache)
        abort();
}

void templates_release(struct templates *templates)
{
    if (templates->cache)
        template_cache_release(templates->cache);
    free(templates->cache);
    templates->cache = NULL;
}
