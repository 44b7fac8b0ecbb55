/* JSON at the border: trees of what was scanned, getters by path, a small writer. */
#include "base/json.h"

#include "base/json_node.h"
#include "base/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- parsing ---- */

struct json_object *json_parse(const char *text, size_t len, size_t max_bytes, struct err *err)
{
    struct arena scratch = {0};
    struct json_object *root = NULL;
    struct json_node *node = json_scan(text, len, max_bytes, &scratch, err);
    if (node) {
        root = json_node_tree(node, &scratch);
        if (!root)
            err_set(err, ERR_INVALID, "the JSON value is null");
    }
    arena_release(&scratch);
    return root;
}

/* ---- reading ---- */

enum { KEY_MAX = 128 };

static struct json_object *member(struct json_object *object, const char *key, size_t len)
{
    struct json_object *value = NULL;
    char copy[KEY_MAX];
    if (!json_object_is_type(object, json_type_object))
        return NULL;
    if (key[len]) {
        if (len >= sizeof copy)
            return NULL;
        memcpy(copy, key, len);
        copy[len] = '\0';
        key = copy;
    }
    return json_object_object_get_ex(object, key, &value) ? value : NULL;
}

/* "[12]" at p: its value, and where it ends in *end. */
static struct json_object *place(struct json_object *array, const char *p, const char **end)
{
    size_t index = 0;
    for (p++; *p >= '0' && *p <= '9'; p++)
        index = index * 10 + (size_t)(*p - '0');
    assert(*p == ']');
    *end = p + 1;
    return json_object_is_type(array, json_type_array) ? json_object_array_get_idx(array, index)
                                                       : NULL;
}

struct json_object *json_at(struct json_object *root, const char *path)
{
    struct json_object *at = root;
    while (*path && at) {
        if (*path == '[') {
            at = place(at, path, &path);
        } else {
            size_t len = strcspn(path, ".[");
            at = member(at, path, len);
            path += len;
        }
        if (*path == '.')
            path++;
    }
    return at;
}

const char *json_get_str(struct json_object *root, const char *path, const char *fallback)
{
    struct json_object *value = json_at(root, path);
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : fallback;
}

int64_t json_get_int(struct json_object *root, const char *path, int64_t fallback)
{
    struct json_object *value = json_at(root, path);
    return json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : fallback;
}

bool json_get_bool(struct json_object *root, const char *path, bool fallback)
{
    struct json_object *value = json_at(root, path);
    return json_object_is_type(value, json_type_boolean) ? json_object_get_boolean(value)
                                                         : fallback;
}

size_t json_get_len(struct json_object *root, const char *path)
{
    struct json_object *value = json_at(root, path);
    return json_object_is_type(value, json_type_array) ? json_object_array_length(value) : 0;
}

const char *json_type_words(struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_null:
        return "null";
    case json_type_boolean:
        return "a boolean";
    case json_type_double:
    case json_type_int:
        return "a number";
    case json_type_object:
        return "an object";
    case json_type_array:
        return "a list";
    case json_type_string:
        return "a string";
    }
    return "nothing";
}

static struct json_object *need(struct json_object *root, const char *path, enum json_type type,
                                const char *wanted, struct err *err)
{
    struct json_object *value = json_at(root, path);
    if (!value)
        err_set(err, ERR_INVALID, "%s: missing", path);
    else if (!json_object_is_type(value, type))
        err_set(err, ERR_INVALID, "%s: expected %s, found %s", path, wanted,
                json_type_words(value));
    else
        return value;
    return NULL;
}

bool json_need_str(struct json_object *root, const char *path, const char **out, struct err *err)
{
    struct json_object *value = need(root, path, json_type_string, "a string", err);
    if (value)
        *out = json_object_get_string(value);
    return value != NULL;
}

bool json_need_int(struct json_object *root, const char *path, int64_t *out, struct err *err)
{
    struct json_object *value = need(root, path, json_type_int, "a whole number", err);
    if (value)
        *out = json_object_get_int64(value);
    return value != NULL;
}

bool json_need_array(struct json_object *root, const char *path, struct json_object **out,
                     struct err *err)
{
    *out = need(root, path, json_type_array, "a list", err);
    return *out != NULL;
}

const char *json_number_text(struct json_object *root, const char *path)
{
    struct json_object *value = json_at(root, path);
    switch (json_object_get_type(value)) {
    case json_type_int:
    case json_type_double: /* json-c keeps the text a parsed double came from */
        return json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN);
    case json_type_string: {
        const char *text = json_object_get_string(value);
        return text[0] && !text[strspn(text, "0123456789+-.eE")] ? text : NULL;
    }
    default:
        return NULL;
    }
}

/* ---- writing ---- */

void json_writer_init(struct json_writer *w, struct buf *buf)
{
    *w = (struct json_writer){.buf = buf};
}

static void before_value(struct json_writer *w)
{
    if (w->need_comma)
        buf_char(w->buf, ',');
    w->need_comma = true;
}

void json_open(struct json_writer *w, char bracket)
{
    assert(bracket == '{' || bracket == '[');
    assert(w->depth < JSON_MAX_DEPTH);
    before_value(w);
    w->stack[w->depth++] = bracket;
    w->need_comma = false;
    buf_char(w->buf, bracket);
}

void json_close(struct json_writer *w, char bracket)
{
    assert(w->depth > 0 && w->stack[w->depth - 1] == (bracket == '}' ? '{' : '['));
    w->depth--;
    w->need_comma = true;
    buf_char(w->buf, bracket);
}

void json_key(struct json_writer *w, const char *key)
{
    assert(w->depth > 0 && w->stack[w->depth - 1] == '{');
    before_value(w);
    json_quote(w->buf, key, strlen(key));
    buf_char(w->buf, ':');
    w->need_comma = false;
}

void json_put_str(struct json_writer *w, const char *text)
{
    if (!text) {
        json_put_null(w);
        return;
    }
    before_value(w);
    json_quote(w->buf, text, strlen(text));
}

void json_put_int(struct json_writer *w, int64_t value)
{
    before_value(w);
    buf_fmt(w->buf, "%lld", (long long)value);
}

void json_put_bool(struct json_writer *w, bool value)
{
    json_put_raw(w, value ? "true" : "false");
}

void json_put_null(struct json_writer *w)
{
    json_put_raw(w, "null");
}

void json_put_raw(struct json_writer *w, const char *json)
{
    before_value(w);
    buf_str(w->buf, json);
}

void json_pair_str(struct json_writer *w, const char *key, const char *text)
{
    json_key(w, key);
    json_put_str(w, text);
}

void json_pair_int(struct json_writer *w, const char *key, int64_t value)
{
    json_key(w, key);
    json_put_int(w, value);
}

void json_pair_bool(struct json_writer *w, const char *key, bool value)
{
    json_key(w, key);
    json_put_bool(w, value);
}

static void quote_one(struct buf *buf, char c)
{
    static const char shorts[] = "\bb\ff\nn\rr\tt\"\"\\\\";
    for (const char *p = shorts; *p; p += 2)
        if (*p == c) {
            buf_add(buf, (char[]){'\\', p[1]}, 2);
            return;
        }
    if ((unsigned char)c < 0x20)
        buf_fmt(buf, "\\u%04x", (unsigned)c);
    else
        buf_str(buf, "\xEF\xBF\xBD"); /* U+FFFD for what is not UTF-8 */
}

/* The controls U+0080 to U+009F, which a terminal obeys: output is read there too. */
static bool is_c1(const char *at)
{
    return (unsigned char)at[0] == 0xC2 && (unsigned char)at[1] <= 0x9F;
}

void json_quote(struct buf *buf, const char *text, size_t len)
{
    size_t from = 0, i = 0;
    buf_char(buf, '"');
    while ((i += json_plain_len(text + i, text + len)) < len) {
        unsigned char c = (unsigned char)text[i];
        size_t step = c < 0x20 || c == '"' || c == '\\' ? 0 : text_utf8_sequence(text + i, len - i);
        bool control = step == 2 && is_c1(text + i);
        if (step && !control) {
            i += step;
            continue;
        }
        buf_add(buf, text + from, i - from);
        if (control)
            buf_fmt(buf, "\\u%04x", (unsigned char)text[i + 1]);
        else
            quote_one(buf, text[i]);
        i += control ? step : 1;
        from = i;
    }
    buf_add(buf, text + from, i - from);
    buf_char(buf, '"');
}
