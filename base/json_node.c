/* Reading nodes, and turning them back into text or into a tree. */
#include "base/json_node.h"

#include "base/json.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- walking ---- */

struct json_node *json_node_first(struct json_node *parent)
{
    return parent->count ? parent + 1 : NULL;
}

struct json_node *json_node_next(struct json_node *parent, struct json_node *child)
{
    struct json_node *next = child + child->span;
    return next < parent + parent->span ? next : NULL;
}

static struct json_node *member(struct json_node *object, const char *key, size_t len)
{
    struct json_node *found = NULL;
    if (object->kind != JSON_OBJECT)
        return NULL;
    for (struct json_node *at = json_node_first(object); at; at = json_node_next(object, at))
        if (at->key_len == len && *at->key == *key && memcmp(at->key, key, len) == 0)
            found = at;
    return found;
}

struct json_node *json_node_member(struct json_node *object, const char *name)
{
    return member(object, name, strlen(name));
}

/* "[12]" at p: its value, and where it ends in *end. */
static struct json_node *place(struct json_node *list, const char *p, const char **end)
{
    size_t index = 0;
    for (p++; *p >= '0' && *p <= '9'; p++)
        index = index * 10 + (size_t)(*p - '0');
    assert(*p == ']');
    *end = p + 1;
    if (list->kind != JSON_LIST || index >= list->count)
        return NULL;
    struct json_node *at = json_node_first(list);
    while (index-- > 0)
        at += at->span;
    return at;
}

/* In a name of a path; most of one are letters, which come after the bracket. */
static bool is_in_name(char c)
{
    return c > '[' || (c != '[' && c != '.' && c != '\0');
}

struct json_node *json_node_at(struct json_node *root, const char *path)
{
    struct json_node *at = root;
    while (*path && at) {
        if (*path == '[') {
            at = place(at, path, &path);
        } else {
            size_t len = 0;
            while (is_in_name(path[len]))
                len++;
            at = member(at, path, len);
            path += len;
        }
        if (*path == '.')
            path++;
    }
    return at && at->kind != JSON_NULL ? at : NULL;
}

bool json_node_is(const struct json_node *node, enum json_kind kind)
{
    return node && node->kind == kind;
}

struct json_node *json_list_first(struct json_node *node)
{
    return json_node_count(node) ? json_node_first(node) : NULL;
}

size_t json_node_count(const struct json_node *node)
{
    return json_node_is(node, JSON_LIST) ? node->count : 0;
}

bool json_node_says(const struct json_node *node, const char *text)
{
    return json_node_is(node, JSON_STRING) && strlen(text) == node->len &&
           memcmp(node->text, text, node->len) == 0;
}

/* ---- reading ---- */

const char *json_node_str(struct json_node *root, const char *path, struct arena *arena,
                          const char *fallback)
{
    struct json_node *node = json_node_at(root, path);
    return node && node->kind == JSON_STRING ? arena_strn(arena, node->text, node->len) : fallback;
}

enum { NUMBER_MAX = 32 };

/* A whole number's text, NUL-terminated; beyond 64 bits already where it is cut. */
static const char *number_text(const struct json_node *node, char out[NUMBER_MAX])
{
    size_t len = node->len < NUMBER_MAX ? node->len : NUMBER_MAX - 1;
    memcpy(out, node->text, len);
    out[len] = '\0';
    return out;
}

static bool is_whole(const struct json_node *node)
{
    return !memchr(node->text, '.', node->len) && !memchr(node->text, 'e', node->len) &&
           !memchr(node->text, 'E', node->len);
}

bool json_node_whole(const struct json_node *node, int64_t *out)
{
    if (node->kind != JSON_NUMBER)
        return false;
    bool minus = *node->text == '-';
    int64_t number = 0; /* not above zero: below it there is one more */
    for (const char *at = node->text + minus; at < node->text + node->len; at++)
        if (*at < '0' || *at > '9' || __builtin_mul_overflow(number, 10, &number) ||
            __builtin_sub_overflow(number, *at - '0', &number))
            return false;
    if (!minus && number == INT64_MIN)
        return false;
    *out = minus ? number : -number;
    return true;
}

int64_t json_node_int(struct json_node *root, const char *path, int64_t fallback)
{
    char text[NUMBER_MAX];
    struct json_node *node = json_node_at(root, path);
    if (!node || node->kind != JSON_NUMBER || !is_whole(node))
        return fallback;
    return strtoll(number_text(node, text), NULL, 10); /* the border where it is beyond it */
}

bool json_node_bool(struct json_node *root, const char *path, bool fallback)
{
    struct json_node *node = json_node_at(root, path);
    bool is_bool = node && (node->kind == JSON_TRUE || node->kind == JSON_FALSE);
    return is_bool ? node->kind == JSON_TRUE : fallback;
}

const char *json_kind_name(enum json_kind kind)
{
    static const char *const names[] = {
        [JSON_NULL] = "null",       [JSON_FALSE] = "a boolean", [JSON_TRUE] = "a boolean",
        [JSON_NUMBER] = "a number", [JSON_STRING] = "a string", [JSON_OBJECT] = "an object",
        [JSON_LIST] = "a list"};
    return names[kind];
}

static struct json_node *need(struct json_node *root, const char *path, enum json_kind kind,
                              struct err *err)
{
    struct json_node *node = json_node_at(root, path);
    if (!node)
        err_set(err, ERR_INVALID, "%s: missing", path);
    else if (node->kind != kind)
        err_set(err, ERR_INVALID, "%s: expected %s, found %s", path, json_kind_name(kind),
                json_kind_name(node->kind));
    return node && node->kind == kind ? node : NULL;
}

bool json_node_need_str(struct json_node *root, const char *path, struct arena *arena,
                        const char **out, struct err *err)
{
    struct json_node *node = need(root, path, JSON_STRING, err);
    if (node)
        *out = arena_strn(arena, node->text, node->len);
    return node != NULL;
}

bool json_node_need_list(struct json_node *root, const char *path, struct json_node **out,
                         struct err *err)
{
    *out = need(root, path, JSON_LIST, err);
    return *out != NULL;
}

/* ---- writing ---- */

/* Calls itself as deep as the text was nested: JSON_MAX_DEPTH at most. Returns what follows. */
static const struct json_node *write_node(const struct json_node *node, struct buf *out)
{
    static const char *const words[] = {
        [JSON_NULL] = "null", [JSON_FALSE] = "false", [JSON_TRUE] = "true"};
    const struct json_node *end = node + node->span, *at = node + 1;
    switch (node->kind) {
    case JSON_NULL:
    case JSON_FALSE:
    case JSON_TRUE:
        buf_str(out, words[node->kind]);
        return end;
    case JSON_NUMBER:
        buf_add(out, node->text, node->len);
        return end;
    case JSON_STRING:
        json_quote(out, node->text, node->len);
        return end;
    case JSON_OBJECT:
    case JSON_LIST:
        break;
    }
    buf_char(out, node->kind == JSON_OBJECT ? '{' : '[');
    while (at < end) {
        if (at > node + 1)
            buf_char(out, ',');
        if (node->kind == JSON_OBJECT) {
            json_quote(out, at->key, at->key_len);
            buf_char(out, ':');
        }
        at = write_node(at, out);
    }
    buf_char(out, node->kind == JSON_OBJECT ? '}' : ']');
    return end;
}

void json_node_write(const struct json_node *node, struct buf *out)
{
    (void)write_node(node, out);
}

/* ---- a tree ---- */

static struct json_object *must(struct json_object *object)
{
    if (!object)
        abort();
    return object;
}

/* A whole number beyond 64 bits keeps its text, as one with a fraction does. */
static struct json_object *number_tree(const struct json_node *node, struct arena *scratch)
{
    const char *text = arena_strn(scratch, node->text, node->len);
    errno = 0;
    long long number = is_whole(node) ? strtoll(text, NULL, 10) : 0;
    return must(is_whole(node) && errno == 0 ? json_object_new_int64(number)
                                             : json_object_new_double_s(strtod(text, NULL), text));
}

static struct json_object *container_tree(struct json_node *node, struct arena *scratch)
{
    bool object = node->kind == JSON_OBJECT;
    struct json_object *tree = must(object ? json_object_new_object() : json_object_new_array());
    for (struct json_node *at = json_node_first(node); at; at = json_node_next(node, at)) {
        struct json_object *child = json_node_tree(at, scratch);
        int failed =
            object ? json_object_object_add(tree, arena_strn(scratch, at->key, at->key_len), child)
                   : json_object_array_add(tree, child);
        if (failed)
            abort();
    }
    return tree;
}

struct json_object *json_node_tree(struct json_node *node, struct arena *scratch)
{
    switch (node->kind) {
    case JSON_NULL:
        break;
    case JSON_FALSE:
    case JSON_TRUE:
        return must(json_object_new_boolean(node->kind == JSON_TRUE));
    case JSON_NUMBER:
        return number_tree(node, scratch);
    case JSON_STRING:
        return must(json_object_new_string_len(node->text, (int)node->len));
    case JSON_OBJECT:
    case JSON_LIST:
        return container_tree(node, scratch);
    }
    return NULL;
}
