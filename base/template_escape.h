/* How values are escaped in a template, by the ending of its name (base/template.h). */
#ifndef BASE_TEMPLATE_ESCAPE_H
#define BASE_TEMPLATE_ESCAPE_H

#include "base/buf.h"

#include <stddef.h>

/* Appends text, escaped. */
typedef void escape_function(struct buf *out, const char *text, size_t len);

struct escaping {
    const char *ending;
    escape_function *value; /* {{x}} */
    escape_function *raw;   /* {{{x}}} */
};

/* NULL for an ending that has none. Static storage. */
const struct escaping *template_escaping(const char *name);

void template_escape_nothing(struct buf *out, const char *text, size_t len);

#endif
