/* Errors as values: setting and prefixing the message. */
#include "base/err.h"

#include "base/text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const struct {
    int exit_status;
    const char *words;
} codes[] = {
#define X(name, status, words) {status, words},
    ERR_CODES(X)
#undef X
};

/* Drops what a cut left of a character: messages quote text from outside by so many bytes, and go
 * where only UTF-8 may. */
static void drop_halves(char *message)
{
    char *to = message;
    for (const char *at = message; *at;) {
        size_t len = text_utf8_sequence(at, strlen(at));
        if (len > 0)
            memmove(to, at, len);
        to += len;
        at += len > 0 ? len : 1;
    }
    *to = '\0';
}

bool err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
    assert(code != ERR_NONE);
    va_list args;
    va_start(args, fmt);
    err->code = code;
    vsnprintf(err->msg, sizeof err->msg, fmt, args);
    va_end(args);
    drop_halves(err->msg);
    return false;
}

/* Puts text at err->msg + at, cut where it would not fit; the place after it. */
static size_t put(struct err *err, size_t at, const char *text)
{
    size_t room = sizeof err->msg - 1 - at, len = strnlen(text, room);
    memcpy(err->msg + at, text, len);
    err->msg[at + len] = '\0';
    return at + len;
}

bool err_prefix(struct err *err, const char *fmt, ...)
{
    char old[sizeof err->msg], prefix[sizeof err->msg];
    memcpy(old, err->msg, sizeof old);
    va_list args;
    va_start(args, fmt);
    vsnprintf(prefix, sizeof prefix, fmt, args);
    va_end(args);
    put(err, put(err, put(err, 0, prefix), ": "), old);
    drop_halves(err->msg);
    return false;
}

const char *err_words(enum err_code code)
{
    assert((size_t)code < sizeof codes / sizeof *codes);
    return codes[code].words;
}

int err_exit_status(enum err_code code)
{
    assert((size_t)code < sizeof codes / sizeof *codes);
    return codes[code].exit_status;
}
