/* The head of a request as HTTP/1.1 has it (RFC 9112), read strictly: what could be read in two
 * ways is refused, so that nothing in front of us can be made to read it otherwise. Pure. */
#ifndef BOT_HTTP_HEAD_H
#define BOT_HTTP_HEAD_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    HTTP_HEAD_MAX_BYTES = 16384,
    HTTP_METHOD_SIZE = 17,
    HTTP_PATH_SIZE = 1024,
    HTTP_QUERY_SIZE = 2048
};

struct http_head {
    char method[HTTP_METHOD_SIZE]; /* capital letters */
    char path[HTTP_PATH_SIZE];     /* percent-decoded, begins with '/', holds no NUL */
    char query[HTTP_QUERY_SIZE];   /* what stands after the '?', as it came */
    struct buf headers;            /* "name: value\n" lines, names lower-case */
    size_t body_len;
    bool is_last; /* the connection ends after the answer */
    bool expects; /* the client waits for 100 Continue before it sends the body */
};

/* Bytes of the head at the start of the text, with its blank line; 0: the end has not come. */
size_t http_head_end(const char *text, size_t len);

/* Reads a head of `len` bytes as http_head_end gave them. Returns 0, or the status that refuses it:
 * then what follows it cannot be told from another request. out was zeroed or released. */
int http_head_read(const char *text, size_t len, size_t max_body, struct http_head *out)
    __attribute__((warn_unused_result));
void http_head_release(struct http_head *head);

#endif
