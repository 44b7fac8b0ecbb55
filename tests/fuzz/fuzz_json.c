/* JSON from outside: parsed or refused, read by any path, and written back as JSON. */
#include "base/json.h"
#include "base/json_node.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Beyond 64 bits json-c stops at the border or refuses, and infinities are not equal. */
static bool holds_big_number(struct json_object *value)
{
    if (json_object_is_type(value, json_type_double) || json_object_is_type(value, json_type_int))
        return fabs(json_object_get_double(value)) > 9e18;
    bool found = false;
    if (json_object_is_type(value, json_type_object)) {
        json_object_object_foreach(value, key, child)
        {
            (void)key;
            found = found || holds_big_number(child);
        }
    }
    size_t count =
        json_object_is_type(value, json_type_array) ? json_object_array_length(value) : 0;
    for (size_t i = 0; i < count; i++)
        found = found || holds_big_number(json_object_array_get_idx(value, i));
    return found;
}

/* json-c takes the character of such a pair of escapes for a half of another one, by its low bits,
 * and replaces it. */
static bool holds_misread_pair(const char *text, size_t size)
{
    enum { PAIR_SIZE = sizeof "\\u1234\\u1234" };
    for (size_t at = 0; at + PAIR_SIZE - 1 <= size; at++) {
        char pair[PAIR_SIZE];
        unsigned high, low;
        snprintf(pair, sizeof pair, "%.*s", PAIR_SIZE - 1, text + at);
        if (sscanf(pair, "\\u%4x\\u%4x", &high, &low) != 2 || (high & 0xFC00) != 0xD800 ||
            (low & 0xFC00) != 0xDC00)
            continue;
        unsigned character = ((high & 0x3FF) << 10) + (low & 0x3FF) + 0x10000;
        if ((character & 0xF800) == 0xD800)
            return true;
    }
    return false;
}

static void read_all(struct json_object *root)
{
    static const char *const paths[] = {"", "a", "a.b", "a[0]", "[0]", "[1].a", "a.b[2].c", "ok"};
    struct err err;
    struct json_object *array;
    const char *text;
    int64_t number;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        (void)json_get_str(root, paths[i], "");
        (void)json_get_int(root, paths[i], 0);
        (void)json_get_bool(root, paths[i], false);
        (void)json_get_len(root, paths[i]);
        (void)json_number_text(root, paths[i]);
        (void)!json_need_str(root, paths[i], &text, &err);
        (void)!json_need_int(root, paths[i], &number, &err);
        (void)!json_need_array(root, paths[i], &array, &err);
    }
}

/* Any bytes become a JSON string that reads back. */
static void quote(const uint8_t *data, size_t size)
{
    struct buf buf = {0};
    struct err err;
    json_quote(&buf, (const char *)data, size);
    struct json_object *root = json_parse(buf_cstr(&buf), buf.len, buf.len, &err);
    assert(root || memchr(data, 0, size));
    json_object_put(root);
    buf_release(&buf);
}

/* What we take, json-c takes too, and reads the same; written from nodes it is still the same. */
static void compare(const char *text, size_t size, struct json_object *root)
{
    struct arena arena = {0};
    struct buf written = {0};
    struct err err;
    struct json_tokener *tokener = json_tokener_new_ex(JSON_MAX_DEPTH + 1);
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
    struct json_object *theirs = json_tokener_parse_ex(tokener, text, (int)size);
    if (json_tokener_get_error(tokener) == json_tokener_continue)
        theirs = json_tokener_parse_ex(tokener, "", 1);
    json_node_write(json_scan(text, size, size, &arena, &err), &written);
    struct json_object *again = json_parse(buf_cstr(&written), written.len, written.len, &err);
    assert(json_object_equal(root, again));
    if (json_tokener_get_error(tokener) == json_tokener_success)
        assert(holds_big_number(root) || holds_misread_pair(text, size) ||
               json_object_equal(root, theirs));
    else
        assert(holds_big_number(root));
    json_object_put(again);
    json_object_put(theirs);
    json_tokener_free(tokener);
    buf_release(&written);
    arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct json_object *root = json_parse((const char *)data, size, 1 << 20, &err);
    assert(!root == (err.code != ERR_NONE));
    if (root) {
        read_all(root);
        compare((const char *)data, size, root);
    }
    json_object_put(root);
    quote(data, size);
    return 0;
}
