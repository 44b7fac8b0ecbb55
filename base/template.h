/* A mustache subset over json-c: {{x}} escaped, {{{x}}} and {{&x}} raw, dotted
 * names, {{#s}} {{^s}} {{/s}} sections, {{! comments}}, {{> partials}}, "." the
 * current item, standalone lines. Escaping by the ending of the template's name: .json for a place
 * inside a JSON string AND Slack's & < > ; .html for HTML text and attributes; .txt replaces CR and
 * LF by a space. */
#ifndef BASE_TEMPLATE_H
#define BASE_TEMPLATE_H

#include "base/buf.h"
#include "base/err.h"

#include <json-c/json.h>
#include <stddef.h>

/* One file embedded at build time (generated: build/…/embedded.c). */
struct embedded_file {
    const char *name; /* path inside its folder: "card.json" */
    const char *text; /* NUL-terminated */
    size_t len;
};

struct templates {
    const struct embedded_file *files; /* borrowed; ends with a NULL name */
    const char *override_dir;          /* borrowed; single files there win; NULL for none */
};

/* Renders template `name` with `context` (borrowed) and appends to out. Errors: no such template,
 * syntax (with line), a partial deeper than 8, output over out's ceiling. A missing variable
 * renders as nothing. */
bool template_render(const struct templates *templates, const char *name,
                     struct json_object *context, struct buf *out, struct err *err)
    __attribute__((warn_unused_result));

#endif
