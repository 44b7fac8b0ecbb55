/* A mustache subset over values, after the mustache specification: {{x}} escaped, {{{x}}} and
 * {{&x}} raw, dotted names, {{#s}} {{^s}} {{/s}} sections, {{! comments}}, {{> partials}} by their
 * file name, "." the current item, standalone lines. False for a section are: missing, null, false,
 * 0, "" and [].
 *
 * The ending of the outermost template's name decides the escaping:
 *   .json  {{x}} for a place inside a JSON string, after Slack's & < > ; {{{x}}} leaves Slack's
 *          characters (what is Slack markup already) but still cannot leave its JSON string. Mind
 *          "{ {{#s}}": three braces in a row begin a raw value.
 *   .html  {{x}} for HTML text and quoted attributes; {{{x}}} as it is
 *   .txt   {{x}} with CR and LF replaced by a space; {{{x}}} as it is */
#ifndef BASE_TEMPLATE_H
#define BASE_TEMPLATE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/value.h"

#include <stddef.h>

/* One file embedded at build time (generated: build/…/embedded.c). */
struct embedded_file {
    const char *name; /* path inside its folder: "card.json" */
    const char *text; /* NUL-terminated */
    size_t len;
};

struct template_cache;

struct templates {
    const struct embedded_file *files; /* borrowed; ends with a NULL name */
    const char *override_dir;          /* borrowed; single files there win; NULL for none */
    struct template_cache *cache;      /* owned; NULL: every render reads and cuts anew */
};

/* From now on a template is cut into nodes once, a file of override_dir again when it has changed
 * on disk. One thread alone may render then. */
void templates_keep(struct templates *templates);
void templates_release(struct templates *templates); /* what was kept; zeroed memory allowed */

/* Renders template `name` with `context` (borrowed) and appends to out; an error leaves out as it
 * was. Errors: ERR_NOT_FOUND no such template or partial; ERR_INVALID syntax (with file and line),
 * a name with '/' or "..", another ending; ERR_TOO_LARGE partials deeper than 8, sections deeper
 * than 63, output over out's ceiling, or lists in lists that would go on for too long; ERR_IO a
 * file of override_dir that is there and cannot be read. A missing variable, a list and an object
 * render as nothing. */
bool template_render(const struct templates *templates, const char *name,
                     const struct value *context, struct buf *out, struct err *err)
    __attribute__((warn_unused_result));

#endif
