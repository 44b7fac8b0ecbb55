/* Templates: the first byte picks the escaping, then the template up to a byte 0xFF, then the
 * context as JSON. A template may include itself. */
#include "base/template.h"

#include "tests/fuzz/fuzz.h"
#include "tests/unit/values.h"

#include <stdlib.h>
#include <string.h>

static char *copy(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (!text)
        abort();
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"t.json", "t.html", "t.txt"};
    if (size < 1)
        return 0;
    const char *name = names[data[0] % 3];
    const uint8_t *body = data + 1, *end = memchr(body, 0xFF, size - 1);
    size_t len = end ? (size_t)(end - body) : size - 1;
    size_t context_len = end ? size - 2 - len : 0;
    char *text = copy(body, len);
    const struct embedded_file files[] = {{name, text, len}, {0}};
    const struct templates templates = {.files = files};
    struct err err;
    struct arena arena = {0};
    struct value *context =
        value_of_json(end ? (const char *)end + 1 : "{}", end ? context_len : 2, &arena);
    struct buf out;
    buf_init(&out, 1 << 20);
    (void)!template_render(&templates, name, context, &out, &err);
    buf_release(&out);
    arena_release(&arena);
    free(text);
    return 0;
}
