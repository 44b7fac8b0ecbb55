/* On which line each key of a JSON text stands: json-c does not say. */
#ifndef BASE_CONFIG_LINES_H
#define BASE_CONFIG_LINES_H

#include "base/arena.h"

#include <stddef.h>

struct config_line {
    const char *path; /* "slack.connections", "roles.csm[1]" */
    int line;
};

struct config_lines {
    struct arena *arena; /* borrowed */
    struct config_line *items;
    size_t count, cap;
    const struct config_line *twice; /* the first key that stood there before, NULL */
    int twice_line;                  /* where it stands again */
};

/* Walks a text that json_parse has taken. */
void config_lines_scan(struct config_lines *lines, const char *text, size_t len);

/* The line of a path, else of the nearest thing around it; 0 when nothing is known. */
int config_lines_find(const struct config_lines *lines, const char *path);

#endif
