/* The files that templates come from: of the folder that overrides, and those embedded. What is not
 * rendered (playbooks) is read here as it stands. */
#ifndef BASE_TEMPLATE_FILES_H
#define BASE_TEMPLATE_FILES_H

#include "base/template.h"
#include "base/template_parse.h"

enum { TEMPLATE_NAMES_MAX = 64 };

/* A bare name of bounded length: no folder, nothing hidden. */
bool template_file_name_is_safe(const struct template_text *name);
/* Where it would stand in the folder that overrides, which must be set. */
const char *template_file_path(struct arena *arena, const struct templates *templates,
                               const char *name);

/* The text of one file, NUL-terminated; of the override folder: owned by the arena. name: safe.
 * Errors as template_render says. */
bool template_file_find(const struct templates *templates, const char *name, struct arena *arena,
                        struct template_text *out, struct err *err)
    __attribute__((warn_unused_result));

/* The names with that beginning and ending, sorted, each once, TEMPLATE_NAMES_MAX at most. ERR_IO:
 * the override folder cannot be read. */
bool template_file_names(const struct templates *templates, const char *prefix, const char *suffix,
                         struct arena *arena, const char *const **out, size_t *count,
                         struct err *err) __attribute__((warn_unused_result));

#endif
