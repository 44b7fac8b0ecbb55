/* A request's head from anybody: what is accepted holds what the rest of the bot relies on. */
#include "bot/http_head.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

enum { MAX_BODY = 1000 };

static void check_lines(const struct buf *headers)
{
    const char *at = buf_cstr(headers);
    assert(strlen(at) == headers->len);
    for (; *at; at += strcspn(at, "\n") + 1) {
        size_t len = strcspn(at, "\n");
        assert(at[len] == '\n' && memmem(at, len, ": ", 2) && !memchr(at, '\r', len));
        for (const char *c = at; *c != ':'; c++)
            assert(!(*c >= 'A' && *c <= 'Z') && *c > ' ');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_head head = {0};
    size_t len = http_head_end((const char *)data, size);
    assert(len <= size);
    if (len == 0 || len > HTTP_HEAD_MAX_BYTES)
        return 0;
    int refused = http_head_read((const char *)data, len, MAX_BODY, &head);
    assert(refused == 0 || (refused >= 400 && refused < 500));
    if (!refused) {
        assert(head.path[0] == '/' && head.method[0] && head.body_len <= MAX_BODY);
        check_lines(&head.headers);
    }
    http_head_release(&head);
    return 0;
}
