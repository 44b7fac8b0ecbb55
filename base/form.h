/* Bodies and queries of the type application/x-www-form-urlencoded, as they come from outside. */
#ifndef BASE_FORM_H
#define BASE_FORM_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json_node.h"

#include <stddef.h>

enum { FORM_MAX_FIELDS = 64 };

/* "a=1&b=x%20y" as an object of strings: {"a":"1","b":"x y"}, in the arena; of fields with one name
 * the last counts, as in JSON. NULL with ERR_INVALID: more than FORM_MAX_FIELDS, a '%' that begins
 * no byte, a NUL, or what is no UTF-8. */
struct json_node *form_scan(const char *text, size_t len, struct arena *arena, struct err *err)
    __attribute__((warn_unused_result));

#endif
