/* Forms: each field decoded once, into nodes. */
#include "base/form.h"

#include "base/text.h"

#include <string.h>

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The bytes that a '%' at this place stands for, -1 where it begins none, or a NUL. */
static int byte_at(const char *text, size_t left)
{
    int high = left > 2 ? digit_of(text[1]) : -1;
    int low = left > 2 ? digit_of(text[2]) : -1;
    return high < 0 || low < 0 || (high == 0 && low == 0) ? -1 : high * 16 + low;
}

/* Decoded, in the arena; NULL: it cannot be. */
static const char *decode(const char *text, size_t len, struct arena *arena, uint32_t *out_len)
{
    char *out = arena_alloc(arena, len + 1);
    size_t used = 0;
    for (size_t i = 0; i < len; i++) {
        int byte = text[i] == '%' ? byte_at(text + i, len - i) : text[i] == '+' ? ' ' : text[i];
        if (byte == '\0' || (text[i] == '%' && byte < 0))
            return NULL;
        i += text[i] == '%' ? 2 : 0;
        out[used++] = (char)byte;
    }
    out[used] = '\0';
    *out_len = (uint32_t)used;
    return text_is_utf8(out, used) ? out : NULL;
}

static bool read_field(const char *text, size_t len, struct arena *arena, struct json_node *out)
{
    const char *equals = memchr(text, '=', len);
    size_t name_len = equals ? (size_t)(equals - text) : len;
    size_t value_at = equals ? name_len + 1 : len;
    *out = (struct json_node){.kind = JSON_STRING, .span = 1};
    out->key = decode(text, name_len, arena, &out->key_len);
    out->text = decode(text + value_at, len - value_at, arena, &out->len);
    return out->key && out->text;
}

struct json_node *form_scan(const char *text, size_t len, struct arena *arena, struct err *err)
{
    struct json_node *form = arena_array(arena, FORM_MAX_FIELDS + 1, sizeof *form);
    *form = (struct json_node){.kind = JSON_OBJECT, .span = 1, .text = text, .len = (uint32_t)len};
    for (size_t at = 0; at < len;) {
        const char *end = memchr(text + at, '&', len - at);
        size_t field = end ? (size_t)(end - text) - at : len - at;
        if (field && form->count == FORM_MAX_FIELDS) {
            err_set(err, ERR_INVALID, "a form of more than %d fields", FORM_MAX_FIELDS);
            return NULL;
        }
        if (field && !read_field(text + at, field, arena, form + 1 + form->count)) {
            err_set(err, ERR_INVALID, "a form whose field %u is not encoded as fields are",
                    form->count + 1);
            return NULL;
        }
        form->count += field > 0;
        form->span = form->count + 1;
        at += field + 1;
    }
    return form;
}
