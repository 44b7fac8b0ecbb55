/* JSON at the border: strict parsing with limits, getters by path, a small writer. */
#include "base/json.h"

#include "base/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- parsing ---- */

/* The length of what stands at `p` inside a string: one character or one escape; 0 if it is not
 * allowed there. */
static size_t string_step(const char *p, size_t left, const char **why)
{
    if (*p == '\\') {
        if (left >= 6 && memcmp(p, "\\u0000", 6) == 0) {
            *why = "a NUL character in a string";
            return 0;
        }
        return left >= 2 && p[1] > 0 ? 2 : 1;
    }
    if ((unsigned char)*p < 0x20) {
        *why = "a control character in a string";
        return 0;
    }
    size_t len = text_utf8_sequence(p, left);
    if (len == 0)
        *why = "not UTF-8";
    return len;
}

static bool is_plain(char c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

/* From the character after the opening quote to the closing one, or to what is refused. */
static size_t skip_string(const char *text, size_t i, size_t len, const char **why)
{
    while (i < len && text[i] != '"') {
        size_t step = is_plain(text[i]) ? 1 : string_step(text + i, len - i, why);
        if (step == 0)
            break;
        i += step;
    }
    return i;
}

/* json-c is laxer than RFC 8259 even when strict: it takes control characters and \u0000 in
 * strings, NaN and Infinity; and it does not count an empty innermost container as depth. Returns
 * where the text is refused, or len. */
static size_t find_forbidden(const char *text, size_t len, const char **why)
{
    unsigned depth = 0;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (c == '"')
            i = skip_string(text, i + 1, len, why);
        else if (c == '{' || c == '[')
            *why = ++depth > JSON_MAX_DEPTH ? "nested too deep" : NULL;
        else if (c == '}' || c == ']')
            depth -= depth > 0;
        else if (c <= 0 || (c >= 'A' && c <= 'Z' && c != 'E'))
            *why = c == 0 ? "a NUL byte" : "unexpected character";
        if (*why)
            return i;
    }
    return len;
}

/* Line and column from 1; columns count bytes. */
static bool refuse_at(const char *text, size_t at, const char *why, struct err *err)
{
    unsigned line = 1, column = 1;
    for (size_t i = 0; i < at; i++) {
        column = text[i] == '\n' ? 1 : column + 1;
        line += text[i] == '\n';
    }
    return err_set(err, ERR_INVALID, "line %u, column %u: %s", line, column, why);
}

static struct json_object *run_tokener(struct json_tokener *tokener, const char *text, size_t len,
                                       struct err *err)
{
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
    struct json_object *root = json_tokener_parse_ex(tokener, text, (int)len);
    enum json_tokener_error error = json_tokener_get_error(tokener);
    /* A number at the top is only known to have ended when something follows it. */
    if (error == json_tokener_continue) {
        root = json_tokener_parse_ex(tokener, "", 1);
        error = json_tokener_get_error(tokener);
        if (error != json_tokener_success) {
            refuse_at(text, len, "the text ends too early", err);
            return NULL;
        }
    }
    if (error != json_tokener_success) {
        refuse_at(text, json_tokener_get_parse_end(tokener), json_tokener_error_desc(error), err);
        return NULL;
    }
    if (!root)
        err_set(err, ERR_INVALID, "the JSON value is null");
    return root;
}

struct json_object *json_parse(const char *text, size_t len, size_t max_bytes, struct err *err)
{
    if (len > max_bytes || len > INT32_MAX) {
        err_set(err, ERR_TOO_LARGE, "%zu bytes of JSON, at most %zu are taken", len, max_bytes);
        return NULL;
    }
    if (len == 0) {
        err_set(err, ERR_INVALID, "empty instead of JSON");
        return NULL;
    }
    const char *why = NULL;
    size_t bad = find_forbidden(text, len, &why);
    if (bad < len) {
        refuse_at(text, bad, why, err);
        return NULL;
    }
    /* One more than the depth of containers: json-c counts the innermost scalar too. */
    struct json_tokener *tokener = json_tokener_new_ex(JSON_MAX_DEPTH + 1);
    if (!tokener)
        abort();
    struct json_object *root = run_tokener(tokener, text, len, err);
    json_tokener_free(tokener);
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

void json_quote(struct buf *buf, const char *text, size_t len)
{
    size_t from = 0, i = 0;
    buf_char(buf, '"');
    while (i < len) {
        unsigned char c = (unsigned char)text[i];
        size_t step = c < 0x20 || c == '"' || c == '\\' ? 0 : text_utf8_sequence(text + i, len - i);
        if (step) {
            i += step;
            continue;
        }
        buf_add(buf, text + from, i - from);
        quote_one(buf, text[i]);
        from = ++i;
    }
    buf_add(buf, text + from, i - from);
    buf_char(buf, '"');
}
