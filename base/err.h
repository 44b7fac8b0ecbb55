/* Expected failures as values. A function that can fail returns false (or an
 * enum that says how) and fills a struct err; each floor prefixes what it was
 * doing, so that the message reads from the outside in. What cannot happen is
 * an assert, which stays on in release builds. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>

/* code, exit status (sysexits.h), words */
#define ERR_CODES(X)                                                                               \
    X(NONE, 0, "no error")                                                                         \
    X(USAGE, 64, "wrong usage")                                                                    \
    X(INVALID, 65, "invalid data")                                                                 \
    X(NOT_FOUND, 66, "not found")                                                                  \
    X(UNAVAILABLE, 69, "unavailable")                                                              \
    X(INTERNAL, 70, "internal error")                                                              \
    X(OS, 71, "system error")                                                                      \
    X(CANNOT_CREATE, 73, "cannot create")                                                          \
    X(IO, 74, "input or output error")                                                             \
    X(BUSY, 75, "in use by another process")                                                       \
    X(FORBIDDEN, 77, "not allowed")                                                                \
    X(CONFIG, 78, "configuration error")                                                           \
    X(CONFLICT, 65, "conflict")                                                                    \
    X(CORRUPT, 65, "corrupt data")                                                                 \
    X(TOO_LARGE, 65, "too large")                                                                  \
    X(TOO_NEW, 65, "made by a newer version")                                                      \
    X(READ_ONLY, 73, "read-only")                                                                  \
    X(EXPIRED, 77, "expired")                                                                      \
    X(FORGED, 77, "signature does not match")                                                      \
    X(AUTH, 77, "refused the credentials")

enum err_code {
#define X(name, status, words) ERR_##name,
    ERR_CODES(X)
#undef X
};

struct err {
    enum err_code code;
    char msg[256]; /* NUL-terminated, cut where it would not fit; never holds a secret */
};

/* Sets code and message. Always returns false: `return err_set(err, …)`. */
bool err_set(struct err *err, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "…: " before the message and keeps the code. Always returns false. */
bool err_prefix(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The words of a code ("in use by another process"); static storage. */
const char *err_words(enum err_code code);

/* The exit status of a code, from sysexits.h. */
int err_exit_status(enum err_code code);

#endif
