/* Renders templates: finds the file, walks its nodes with a stack of contexts, escapes by the
 * ending of the outermost template's name. All depths and the number of steps are bounded. */
#include "base/template.h"

#include "base/arena.h"
#include "base/template_escape.h"
#include "base/template_parse.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    NAME_MAX_LEN = 100,
    PARTIAL_DEPTH_MAX = 8,
    CONTEXT_DEPTH_MAX = 64, /* sections within sections, through partials */
    STEPS_MAX = 200000,     /* nodes and list items walked: lists within lists end here */
    FILE_BYTES_MAX = 256 * 1024,
    INDENTED_BYTES_MAX = 1024 * 1024,
};

/* A template in use, cut once for each indentation it is used with. */
struct loaded {
    struct loaded *next;
    const char *name;
    const char *indent; /* not NUL-terminated */
    size_t indent_len;
    struct template_nodes nodes;
};

struct rendering {
    const struct templates *templates;
    const struct escaping *escaping;
    struct buf *out;
    struct err *err;
    struct arena arena;
    struct loaded *loaded;
    struct json_object *contexts[CONTEXT_DEPTH_MAX];
    size_t context_count;
    unsigned partial_depth;
    unsigned steps;
};

/* ---- finding the text ---- */

static bool name_is_safe(const char *name)
{
    return *name && *name != '.' && !strchr(name, '/') && !strstr(name, "..") &&
           strlen(name) <= NAME_MAX_LEN;
}

static bool read_all(int fd, char *text, size_t len)
{
    for (size_t got = 0; got < len;) {
        ssize_t n = read(fd, text + got, len - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false; /* it shrank under our hands */
        got += (size_t)n;
    }
    return true;
}

static bool read_file(struct arena *arena, const char *path, int fd, const char **text, size_t *len,
                      struct err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return err_set(err, ERR_IO, "%s: not a regular file", path);
    if (st.st_size > FILE_BYTES_MAX)
        return err_set(err, ERR_TOO_LARGE, "%s: larger than %d bytes", path, FILE_BYTES_MAX);
    *len = (size_t)st.st_size;
    char *bytes = arena_alloc(arena, *len + 1);
    if (!read_all(fd, bytes, *len))
        return err_set(err, ERR_IO, "%s: could not be read whole", path);
    if (!text_is_utf8(bytes, *len))
        return err_set(err, ERR_INVALID, "%s: not UTF-8 text", path);
    *text = bytes;
    return true;
}

/* True without text where the folder has no such file. */
static bool find_override(struct rendering *r, const char *name, const char **text, size_t *len)
{
    if (!r->templates->override_dir)
        return true;
    const char *path = arena_fmt(&r->arena, "%s/%s", r->templates->override_dir, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 && errno == ENOENT)
        return true;
    if (fd < 0)
        return err_set(r->err, ERR_IO, "%s: %s", path, strerror(errno));
    bool ok = read_file(&r->arena, path, fd, text, len, r->err);
    close(fd);
    return ok;
}

static bool find_text(struct rendering *r, const char *name, const char **text, size_t *len)
{
    if (!name_is_safe(name))
        return err_set(r->err, ERR_INVALID, "\"%.40s\" is not a template's name", name);
    if (!find_override(r, name, text, len))
        return false;
    const struct embedded_file *file = r->templates->files;
    for (; !*text && file && file->name; file++)
        if (strcmp(file->name, name) == 0) {
            *text = file->text;
            *len = file->len;
        }
    return *text || err_set(r->err, ERR_NOT_FOUND, "there is no template \"%.40s\"", name);
}

/* Each line of a partial that stands alone begins with what stood before its tag. */
static bool indent_text(struct rendering *r, const char **text, size_t *len, const char *indent,
                        size_t indent_len)
{
    struct buf out;
    buf_init(&out, INDENTED_BYTES_MAX);
    for (size_t at = 0; at < *len;) {
        const char *newline = memchr(*text + at, '\n', *len - at);
        size_t end = newline ? (size_t)(newline - *text) + 1 : *len;
        buf_add(&out, indent, indent_len);
        buf_add(&out, *text + at, end - at);
        at = end;
    }
    bool ok = !out.overflow;
    *len = out.len;
    *text = arena_strn(&r->arena, buf_cstr(&out), out.len);
    buf_release(&out);
    return ok ||
           err_set(r->err, ERR_TOO_LARGE, "over %d bytes with its indentation", INDENTED_BYTES_MAX);
}

static struct loaded *find_loaded(struct rendering *r, const char *name, const char *indent,
                                  size_t indent_len)
{
    for (struct loaded *loaded = r->loaded; loaded; loaded = loaded->next)
        if (strcmp(loaded->name, name) == 0 && loaded->indent_len == indent_len &&
            (!indent_len || memcmp(loaded->indent, indent, indent_len) == 0))
            return loaded;
    return NULL;
}

static struct loaded *load(struct rendering *r, const char *name, const char *indent,
                           size_t indent_len)
{
    struct loaded *loaded = find_loaded(r, name, indent, indent_len);
    if (loaded)
        return loaded;
    const char *text = NULL;
    size_t len = 0;
    if (!find_text(r, name, &text, &len))
        return NULL;
    loaded = arena_alloc(&r->arena, sizeof *loaded);
    *loaded = (struct loaded){r->loaded, name, indent, indent_len, {0}};
    if ((indent_len && !indent_text(r, &text, &len, indent, indent_len)) ||
        !template_parse(text, len, &r->arena, &loaded->nodes, r->err)) {
        err_prefix(r->err, "%s", name);
        return NULL;
    }
    r->loaded = loaded;
    return loaded;
}

/* ---- contexts ---- */

static bool member(struct json_object *object, const char *name, size_t len,
                   struct json_object **out)
{
    char key[NAME_MAX_LEN + 1];
    if (len > NAME_MAX_LEN || !json_object_is_type(object, json_type_object))
        return false;
    memcpy(key, name, len);
    key[len] = '\0';
    return json_object_object_get_ex(object, key, out);
}

/* The first part of a dotted name is looked for from the innermost context outwards, the others
 * only in what it names. NULL: missing or null. */
static struct json_object *look_up(const struct rendering *r, const char *name, size_t len)
{
    if (len == 1 && *name == '.')
        return r->contexts[r->context_count - 1];
    const char *end = name + len;
    const char *dot = memchr(name, '.', len);
    struct json_object *value = NULL;
    size_t part = (size_t)((dot ? dot : end) - name);
    for (size_t i = r->context_count; i-- > 0;)
        if (member(r->contexts[i], name, part, &value))
            break;
    while (dot && value) {
        name = dot + 1;
        dot = memchr(name, '.', (size_t)(end - name));
        struct json_object *parent = value;
        if (!member(parent, name, (size_t)((dot ? dot : end) - name), &value))
            return NULL;
    }
    return value;
}

static bool is_true(struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_null:
        return false;
    case json_type_boolean:
        return json_object_get_boolean(value);
    case json_type_int:
    case json_type_double:
        return json_object_get_double(value) != 0;
    case json_type_string:
        return json_object_get_string_len(value) > 0;
    case json_type_array:
        return json_object_array_length(value) > 0;
    case json_type_object:
        return true;
    }
    return false;
}

/* ---- walking the nodes ---- */

static bool render_nodes(struct rendering *r, const struct loaded *loaded, size_t from, size_t to);

static bool fail_at(struct rendering *r, const struct loaded *loaded,
                    const struct template_node *node, const char *why)
{
    return err_set(r->err, ERR_TOO_LARGE, "%s: line %u: %s", loaded->name, node->line, why);
}

static bool render_value(struct rendering *r, const struct template_node *node)
{
    struct json_object *value = look_up(r, node->text, node->len);
    if (!value)
        return true;
    bool raw = node->kind == TEMPLATE_RAW;
    escape_function *escape = raw ? r->escaping->raw : r->escaping->value;
    if (json_object_is_type(value, json_type_string)) {
        escape(r->out, json_object_get_string(value), (size_t)json_object_get_string_len(value));
        return true;
    }
    const char *text = json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN |
                                                                 JSON_C_TO_STRING_NOSLASHESCAPE);
    if (raw)
        escape = template_escape_nothing;
    escape(r->out, text, strlen(text));
    return true;
}

static bool render_inside(struct rendering *r, const struct loaded *loaded, size_t section,
                          struct json_object *context)
{
    const struct template_node *node = &loaded->nodes.nodes[section];
    if (r->context_count == CONTEXT_DEPTH_MAX)
        return fail_at(r, loaded, node, "sections are nested too deep");
    if (++r->steps > STEPS_MAX)
        return fail_at(r, loaded, node, "too much to render");
    r->contexts[r->context_count++] = context;
    bool ok = render_nodes(r, loaded, section + 1, node->close);
    r->context_count--;
    return ok;
}

static bool render_section(struct rendering *r, const struct loaded *loaded, size_t section)
{
    const struct template_node *node = &loaded->nodes.nodes[section];
    struct json_object *value = look_up(r, node->text, node->len);
    if (node->kind == TEMPLATE_INVERTED)
        return is_true(value) ||
               render_inside(r, loaded, section, r->contexts[r->context_count - 1]);
    if (!is_true(value))
        return true;
    if (!json_object_is_type(value, json_type_array))
        return render_inside(r, loaded, section, value);
    size_t count = json_object_array_length(value);
    for (size_t i = 0; i < count; i++)
        if (!render_inside(r, loaded, section, json_object_array_get_idx(value, i)))
            return false;
    return true;
}

static bool render_partial(struct rendering *r, const struct loaded *loaded,
                           const struct template_node *node)
{
    if (r->partial_depth == PARTIAL_DEPTH_MAX)
        return fail_at(r, loaded, node, "partials are nested too deep");
    const char *name = arena_strn(&r->arena, node->text, node->len);
    const struct loaded *partial = load(r, name, node->indent, node->indent_len);
    if (!partial)
        return err_prefix(r->err, "%s: line %u", loaded->name, node->line);
    r->partial_depth++;
    bool ok = render_nodes(r, partial, 0, partial->nodes.count);
    r->partial_depth--;
    return ok;
}

static bool render_node(struct rendering *r, const struct loaded *loaded, size_t at)
{
    const struct template_node *node = &loaded->nodes.nodes[at];
    switch (node->kind) {
    case TEMPLATE_TEXT:
        buf_add(r->out, node->text, node->len);
        return true;
    case TEMPLATE_VALUE:
    case TEMPLATE_RAW:
        return render_value(r, node);
    case TEMPLATE_SECTION:
    case TEMPLATE_INVERTED:
        return render_section(r, loaded, at);
    case TEMPLATE_PARTIAL:
        return render_partial(r, loaded, node);
    case TEMPLATE_CLOSE:
        return true;
    }
    return true;
}

/* Calls itself through sections and partials, at most CONTEXT_DEPTH_MAX + PARTIAL_DEPTH_MAX deep.
 */
static bool render_nodes(struct rendering *r, const struct loaded *loaded, size_t from, size_t to)
{
    for (size_t at = from; at < to; at++) {
        const struct template_node *node = &loaded->nodes.nodes[at];
        if (++r->steps > STEPS_MAX)
            return fail_at(r, loaded, node, "too much to render");
        if (!render_node(r, loaded, at))
            return false;
        if (r->out->overflow)
            return fail_at(r, loaded, node, "the output is over its ceiling");
        if (node->kind == TEMPLATE_SECTION || node->kind == TEMPLATE_INVERTED)
            at = node->close;
    }
    return true;
}

bool template_render(const struct templates *templates, const char *name,
                     struct json_object *context, struct buf *out, struct err *err)
{
    struct rendering r = {.templates = templates, .out = out, .err = err, .context_count = 1};
    r.contexts[0] = context;
    r.escaping = template_escaping(name);
    if (!r.escaping)
        return err_set(err, ERR_INVALID, "\"%.40s\" ends with none of .json .html .txt", name);
    size_t before = out->len;
    bool overflow_before = out->overflow;
    const struct loaded *loaded = load(&r, name, NULL, 0);
    bool ok = loaded && render_nodes(&r, loaded, 0, loaded->nodes.count);
    arena_release(&r.arena);
    if (!ok && out->data) {
        out->len = before;
        out->data[before] = '\0';
        out->overflow = overflow_before;
    }
    return ok;
}
