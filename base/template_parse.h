/* A template cut into nodes: one for each stretch of text and each tag that does something.
 * Sections know where they close. Follows the mustache specification; set delimiters and
 * inheritance are syntax errors. */
#ifndef BASE_TEMPLATE_PARSE_H
#define BASE_TEMPLATE_PARSE_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { TEMPLATE_SECTION_DEPTH_MAX = 32 };

enum template_node_kind {
    TEMPLATE_TEXT,
    TEMPLATE_VALUE,    /* {{x}} */
    TEMPLATE_RAW,      /* {{{x}}}, {{&x}} */
    TEMPLATE_SECTION,  /* {{#x}} */
    TEMPLATE_INVERTED, /* {{^x}} */
    TEMPLATE_CLOSE,    /* {{/x}} */
    TEMPLATE_PARTIAL,  /* {{>x}} */
};

struct template_node {
    enum template_node_kind kind;
    unsigned line;
    const char *text; /* the text, or the name in the tag; not NUL-terminated */
    size_t len;
    size_t close;       /* of a section: where its TEMPLATE_CLOSE is among the nodes */
    const char *indent; /* of a partial that stands alone on its line: what stands before it */
    size_t indent_len;
};

/* A piece of a text; not NUL-terminated. */
struct template_text {
    const char *text;
    size_t len;
};

struct template_nodes {
    struct template_node *nodes;
    size_t count;
};

/* Cuts `text` (borrowed: the nodes point into it). The nodes are owned by the arena. ERR_INVALID
 * names the line. */
bool template_parse(const char *text, size_t len, struct arena *arena, struct template_nodes *out,
                    struct err *err) __attribute__((warn_unused_result));

#endif
