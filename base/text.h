/* Small questions about text from outside: is it UTF-8, where may it be cut,
 * what must not be shown. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* True when the bytes are well-formed UTF-8 (no surrogates, no overlongs) and hold no NUL. */
bool text_is_utf8(const char *text, size_t len);

/* Bytes of the well-formed UTF-8 sequence at the start of `text` (1–4); 0 when there is none, or a
 * NUL. */
size_t text_utf8_sequence(const char *text, size_t len);

/* Length in UTF-16 units: the conservative reading of what Slack's documentation calls
 * "characters". */
size_t text_utf16_len(const char *text);

/* A copy of at most `max` UTF-16 units; longer text ends with "…", cut after a word if one
 * ends in the last quarter. Owned by the arena. */
char *text_cut(struct arena *arena, const char *text, size_t max);

/* A copy with Slack's three control characters escaped: & < > become &amp; &lt; &gt;, so that
 * text from outside can neither ping, link nor mark up. Owned by the arena. */
char *text_slack_escape(struct arena *arena, const char *text);

/* Text from outside as one line that is safe to show (text_line.c): what breaks a line, controls a
 * terminal or turns the direction of text, and what is not UTF-8, become a space, runs of spaces
 * one; what cannot be seen goes, but for a joiner between two characters, which scripts and emoji
 * need. Cut at `max` UTF-16 units. NULL gives "". Owned by the arena; still to be escaped for where
 * it goes. */
char *text_line(struct arena *arena, const char *text, size_t max);
/* Bytes of the character at `text` (1 where that is ill-formed, 0 at its end); *unsafe: it must not
 * reach a terminal (the same as above: controls, line breaks, turns of direction, ill-formed). */
size_t text_character(const char *text, bool *unsafe);

/* A copy in which * _ ~ ` that Slack would take for formatting are characters that look alike, so
 * that a name can neither strike out nor box in the words around it. Owned by the arena. */
char *text_unmarked(struct arena *arena, const char *text);

/* ASCII case-insensitive equality and prefix test. */
bool text_equal_fold(const char *a, const char *b);
bool text_has_prefix_fold(const char *text, const char *prefix);

/* Edits to turn one word into the other (Levenshtein, ASCII-folded), for "Did you mean …?". Words
 * longer than TEXT_DISTANCE_MAX bytes are as far apart as the longer one is long. */
enum { TEXT_DISTANCE_MAX = 64 };
size_t text_distance(const char *a, const char *b);

#endif
