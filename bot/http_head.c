/* The request line, then the header lines, then what they say about the body. */
#include "bot/http_head.h"

#include "base/text.h"

#include <stdint.h>
#include <string.h>

enum {
    BAD_REQUEST = 400,
    LENGTH_REQUIRED = 411,
    TOO_LARGE = 413,
    PATH_TOO_LONG = 414,
    EXPECTATION_FAILED = 417
};

#define DIGITS "0123456789"
#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* A piece of the head. */
struct piece {
    const char *at;
    size_t len;
};

size_t http_head_end(const char *text, size_t len)
{
    const char *end = len ? memmem(text, len, "\r\n\r\n", 4) : NULL;
    return end ? (size_t)(end - text) + 4 : 0;
}

/* Cuts off what stands before the next `by`; false when there is none. */
static bool cut(struct piece *rest, const char *by, struct piece *out)
{
    const char *at = memmem(rest->at, rest->len, by, strlen(by));
    if (!at)
        return false;
    *out = (struct piece){rest->at, (size_t)(at - rest->at)};
    rest->at = at + strlen(by);
    rest->len -= out->len + strlen(by);
    return true;
}

static bool is_equal(struct piece piece, const char *text)
{
    return piece.len == strlen(text) && memcmp(piece.at, text, piece.len) == 0;
}

/* ---- the request line ---- */

static int hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The path's next byte, decoded; -1: none that may stand there. */
static int next_byte(const char **at, const char *end)
{
    unsigned char c = (unsigned char)*(*at)++;
    if (c != '%')
        return c > ' ' && c < 0x7F && c != '#' ? c : -1;
    int high = end - *at >= 2 ? hex_value((*at)[0]) : -1,
        low = high >= 0 ? hex_value((*at)[1]) : -1;
    *at += 2;
    return low >= 0 && high * 16 + low > 0 ? high * 16 + low : -1;
}

static int read_path(struct piece path, struct http_head *out)
{
    size_t len = 0;
    if (path.len == 0 || path.at[0] != '/')
        return BAD_REQUEST;
    for (const char *at = path.at, *end = at + path.len; at < end;) {
        int c = next_byte(&at, end);
        if (c < 0)
            return BAD_REQUEST;
        if (len + 1 == sizeof out->path)
            return PATH_TOO_LONG;
        out->path[len++] = (char)c;
    }
    return 0;
}

static int read_query(struct piece query, struct http_head *out)
{
    for (size_t i = 0; i < query.len; i++)
        if (query.at[i] <= ' ' || query.at[i] >= 0x7F)
            return BAD_REQUEST;
    if (query.len >= sizeof out->query)
        return PATH_TOO_LONG;
    memcpy(out->query, query.at, query.len);
    return 0;
}

static int read_request_line(struct piece line, struct http_head *out)
{
    struct piece method, path, target;
    if (!cut(&line, " ", &method) || !cut(&line, " ", &target) || method.len == 0 ||
        method.len >= sizeof out->method)
        return BAD_REQUEST;
    memcpy(out->method, method.at, method.len);
    if (strspn(out->method, UPPER) != method.len)
        return BAD_REQUEST;
    out->is_last = is_equal(line, "HTTP/1.0");
    if (!out->is_last && !is_equal(line, "HTTP/1.1"))
        return BAD_REQUEST;
    bool asks = cut(&target, "?", &path);
    int refused = asks ? read_query(target, out) : 0;
    return refused ? refused : read_path(asks ? path : target, out);
}

/* ---- header lines ---- */

struct reading {
    struct http_head *out;
    size_t max_body;
    bool has_length, has_host;
};

static int take_length(struct reading *reading, const char *value)
{
    uint64_t bytes = 0;
    if (reading->has_length || !value[0] || value[strspn(value, DIGITS)])
        return BAD_REQUEST;
    reading->has_length = true;
    for (const char *c = value; *c; c++) {
        bytes = bytes * 10 + (uint64_t)(*c - '0');
        if (bytes > reading->max_body)
            return TOO_LARGE;
    }
    reading->out->body_len = (size_t)bytes;
    return 0;
}

/* Every client can tell how long its body is. */
static int take_encoding(struct reading *reading, const char *value)
{
    (void)reading, (void)value;
    return LENGTH_REQUIRED;
}

static int take_host(struct reading *reading, const char *value)
{
    (void)value;
    if (reading->has_host)
        return BAD_REQUEST;
    reading->has_host = true;
    return 0;
}

static int take_connection(struct reading *reading, const char *value)
{
    for (const char *word = value; *word;) {
        word += strspn(word, ", \t");
        size_t len = strcspn(word, ", \t");
        if (len == strlen("close") && text_has_prefix_fold(word, "close"))
            reading->out->is_last = true;
        word += len;
    }
    return 0;
}

static int take_expectation(struct reading *reading, const char *value)
{
    reading->out->expects = text_equal_fold(value, "100-continue");
    return reading->out->expects ? 0 : EXPECTATION_FAILED;
}

static const struct {
    const char *name;
    int (*take)(struct reading *reading, const char *value);
} known[] = {
    {"content-length", take_length}, {"transfer-encoding", take_encoding}, {"host", take_host},
    {"connection", take_connection}, {"expect", take_expectation},
};

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("!#$%&'*+-.^_`|~", c));
}

/* Appends "name: value\n"; false where a byte may not stand there. */
static bool keep_line(struct piece name, struct piece value, struct buf *headers)
{
    if (name.len == 0)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        if (!is_name_char(c))
            return false;
        buf_char(headers, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
    buf_str(headers, ": ");
    for (size_t i = 0; i < value.len; i++) {
        char c = value.at[i];
        if (((unsigned char)c < ' ' && c != '\t') || c == 0x7F)
            return false;
        buf_char(headers, c);
    }
    return true;
}

static int read_header(struct reading *reading, struct piece line)
{
    struct piece name;
    struct buf *headers = &reading->out->headers;
    size_t start = headers->len;
    if (!cut(&line, ":", &name))
        return BAD_REQUEST;
    while (line.len > 0 && (line.at[0] == ' ' || line.at[0] == '\t'))
        line.at++, line.len--;
    while (line.len > 0 && (line.at[line.len - 1] == ' ' || line.at[line.len - 1] == '\t'))
        line.len--;
    if (!keep_line(name, line, headers))
        return BAD_REQUEST;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const char *kept = buf_cstr(headers) + start;
        if (name.len != strlen(known[i].name) || strncmp(kept, known[i].name, name.len) != 0)
            continue;
        int refused = known[i].take(reading, kept + name.len + strlen(": "));
        if (refused)
            return refused;
    }
    buf_char(headers, '\n');
    return 0;
}

/* A body needs its length; what has none by its nature may say that it is empty. */
static int check_body(const struct reading *reading)
{
    static const char *const with_body[] = {"POST", "PUT", "PATCH"};
    for (size_t i = 0; i < sizeof with_body / sizeof *with_body; i++)
        if (strcmp(reading->out->method, with_body[i]) == 0)
            return reading->has_length ? 0 : LENGTH_REQUIRED;
    return reading->out->body_len > 0 ? BAD_REQUEST : 0;
}

int http_head_read(const char *text, size_t len, size_t max_body, struct http_head *out)
{
    struct piece rest = {text, len}, line;
    struct reading reading = {.out = out, .max_body = max_body};
    *out = (struct http_head){0};
    int refused = cut(&rest, "\r\n", &line) ? read_request_line(line, out) : BAD_REQUEST;
    while (!refused && cut(&rest, "\r\n", &line) && line.len > 0)
        refused = read_header(&reading, line);
    if (!refused && !reading.has_host && !out->is_last)
        refused = BAD_REQUEST;
    return refused ? refused : check_body(&reading);
}

void http_head_release(struct http_head *head)
{
    buf_release(&head->headers);
    *head = (struct http_head){0};
}
