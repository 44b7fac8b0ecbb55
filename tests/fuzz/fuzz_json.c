/* JSON from outside: parsed or refused, read by any path, and written back as JSON. */
#include "base/json.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct json_object *root = json_parse((const char *)data, size, 1 << 20, &err);
    assert(!root == (err.code != ERR_NONE));
    if (root)
        read_all(root);
    json_object_put(root);
    quote(data, size);
    return 0;
}
