/* Reading and making HTTP requests and replies as values. */
#include "base/http.h"

#include "base/broken.h"

#include <assert.h>
#include <string.h>

enum { RETRY_AFTER_MAX_S = 24 * 60 * 60 };

const char *http_method_name(enum http_method method)
{
    static const char *const names[] = {
        [HTTP_GET] = "GET",     [HTTP_POST] = "POST",     [HTTP_PUT] = "PUT",
        [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE",
    };
    assert((size_t)method < sizeof names / sizeof *names);
    return names[method];
}

void http_add_header(struct http_request *request, const char *name, const char *value)
{
    assert(request->header_count < HTTP_MAX_HEADERS);
    request->headers[request->header_count++] = (struct http_header){name, value};
}

/* The value in a line "name: value" of that name, without surrounding blanks; NULL in another. */
static const char *line_value(const char *line, size_t len, const char *name, size_t *value_len)
{
    size_t name_len = strlen(name);
    if (len <= name_len || memcmp(line, name, name_len) != 0 || line[name_len] != ':')
        return NULL;
    const char *value = line + name_len + 1, *end = line + len;
    while (value < end && (*value == ' ' || *value == '\t'))
        value++;
    while (end > value && strchr(" \t\r", end[-1]))
        end--;
    *value_len = (size_t)(end - value);
    return value;
}

bool http_header_value(const char *headers, const char *name, char *out, size_t out_size)
{
    assert(out_size > 0);
    out[0] = '\0';
    for (const char *line = headers; line && *line;) {
        size_t len = strcspn(line, "\n"), value_len;
        const char *value = line_value(line, len, name, &value_len);
        if (value) {
            if (value_len >= out_size)
                value_len = out_size - 1;
            memcpy(out, value, value_len);
            out[value_len] = '\0';
            return true;
        }
        line += len + (line[len] == '\n');
    }
    return false;
}

bool http_reply_header(const struct http_reply *reply, const char *name, char *out, size_t out_size)
{
    return http_header_value(reply->headers, name, out, out_size);
}

int64_t http_retry_after_ms(const struct http_reply *reply, int64_t fallback_ms)
{
    char text[16];
    if (BROKEN(retry_after_ignored) ||
        !http_reply_header(reply, "retry-after", text, sizeof text) || !text[0])
        return fallback_ms;
    if (text[strspn(text, "0123456789")])
        return fallback_ms;
    int64_t seconds = 0;
    for (const char *p = text; *p; p++)
        seconds = seconds * 10 + (*p - '0');
    return (seconds < RETRY_AFTER_MAX_S ? seconds : RETRY_AFTER_MAX_S) * 1000;
}
