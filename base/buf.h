/* A growable byte buffer with a ceiling: writing past the ceiling sets
 * `overflow` and drops the write whole, so that one check at the end is enough.
 * `data` is always NUL-terminated and never NULL once something was added. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
    char *data;
    size_t len;
    size_t cap;
    size_t max;    /* bytes; 0 stands for BUF_DEFAULT_MAX */
    bool overflow; /* something did not fit since the last clear */
};

enum { BUF_DEFAULT_MAX = 16 * 1024 * 1024 };

void buf_init(struct buf *buf, size_t max);
void buf_release(struct buf *buf); /* NULL and zeroed memory allowed; leaves zeroed memory */
void buf_clear(struct buf *buf);   /* keeps the memory, forgets content and overflow */

void buf_add(struct buf *buf, const void *data, size_t len);
void buf_str(struct buf *buf, const char *text);
void buf_char(struct buf *buf, char c);
void buf_fmt(struct buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Percent-encodes per RFC 3986: all but A–Z a–z 0–9 - . _ ~ becomes %XX. */
void buf_percent(struct buf *buf, const char *text, size_t len);

/* The content as a C string, "" when nothing was added. Borrowed until the next write. */
const char *buf_cstr(const struct buf *buf);

/* Gives the content away as a malloc'd string (never NULL) and leaves buf empty. */
char *buf_take(struct buf *buf);

#endif
