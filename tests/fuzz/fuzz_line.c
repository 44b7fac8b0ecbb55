/* Text from outside on its way to a person: one clean line for the audit log, the cards and the
 * command line, whatever it was. */
#include "base/text.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_UNITS = 60 };

/* Nothing in it is obeyed by a terminal or begins a line. */
static void check_clean(const char *line)
{
    assert(text_is_utf8(line, strlen(line)));
    bool unsafe;
    for (size_t len; (len = text_character(line, &unsafe)) > 0; line += len)
        assert(!unsafe && (unsigned char)*line >= 0x20 && *line != 0x7f);
}

static void check_escaped(const char *text)
{
    assert(!strpbrk(text, "<>"));
    for (const char *at = text; (at = strchr(at, '&')) != NULL; at++)
        assert(strncmp(at, "&amp;", 5) == 0 || strncmp(at, "&lt;", 4) == 0 ||
               strncmp(at, "&gt;", 4) == 0);
}

/* A mark stands only between letters and digits, where Slack takes it for a character. */
static void check_unmarked(const char *text)
{
    for (const char *at = text; (at = strpbrk(at, "*_~`")) != NULL; at++)
        assert(*at != '`' && at > text && isalnum((unsigned char)at[-1]) &&
               isalnum((unsigned char)at[1]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    char *text = malloc(size + 1);
    if (!text)
        abort();
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    const char *line = text_line(&arena, text, LINE_MAX_UNITS);
    assert(text_utf16_len(line) <= LINE_MAX_UNITS);
    check_clean(line);
    assert(strcmp(text_line(&arena, line, LINE_MAX_UNITS), line) == 0);
    check_escaped(text_slack_escape(&arena, line));
    check_unmarked(text_unmarked(&arena, line));
    if (text_is_utf8(text, strlen(text))) {
        const char *cut = text_cut(&arena, text, LINE_MAX_UNITS);
        assert(text_utf16_len(cut) <= LINE_MAX_UNITS && text_is_utf8(cut, strlen(cut)));
    }
    size_t at = 0;
    bool unsafe;
    for (size_t len; (len = text_character(text + at, &unsafe)) > 0;)
        at += len;
    assert(at == strlen(text));
    arena_release(&arena);
    free(text);
    return 0;
}
