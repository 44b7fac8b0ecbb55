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

/* ASCII case-insensitive equality and prefix test. */
bool text_equal_fold(const char *a, const char *b);
bool text_has_prefix_fold(const char *text, const char *prefix);

/* Edits to turn one word into the other (Levenshtein, ASCII-folded), for "Did you mean …?". Words
 * longer than TEXT_DISTANCE_MAX bytes are as far apart as the longer one is long. */
enum { TEXT_DISTANCE_MAX = 64 };
size_t text_distance(const char *a, const char *b);

#endif
