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
    bool unsafe;
    size_t len;
    for (const char *at = line; (len = text_character(at, &unsafe)) > 0; at += len)
        fwrite(unsafe ? " " : at, 1, unsafe ? 1 : len, to);
    putc('\n', to);
    free(line);
}
