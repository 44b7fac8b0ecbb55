/* One line for a terminal: nothing in it is obeyed, or looks like another line. */
#include "base/text.h"
#include "bot/cli.h"

#include <stdarg.h>
#include <stdlib.h>

void cli_line(FILE *to, const char *fmt, ...)
{
    char *line;
    va_list args;
    va_start(args, fmt);
    if (vasprintf(&line, fmt, args) < 0)
        abort();
    va_end(args);
    for (const char *at = line; *at;) {
        size_t unsafe = text_unsafe_bytes(at);
        putc(unsafe ? ' ' : *at, to);
        at += unsafe ? unsafe : 1;
    }
    putc('\n', to);
    free(line);
}
