/* What travels in the binary: generated from templates/ and db/schema/ at build time. Both end with
 * a NULL name. */
#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

#include "base/template.h"

extern const struct embedded_file embedded_templates[];
extern const struct embedded_file embedded_schema[];

#endif
