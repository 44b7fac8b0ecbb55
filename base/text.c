/* Text from outside: UTF-8, lengths as Slack counts them, cutting, escaping, likeness of words. */
#include "base/text.h"

#include "base/broken.h"
#include "base/buf.h"

#include <stdint.h>
#include <string.h>

static bool is_continuation(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

/* The second byte's range is narrower after E0, ED, F0 and F4: overlongs, surrogates, beyond
 * U+10FFFF (Unicode 15, table 3-7). */
static bool second_byte_fits(unsigned char first, unsigned char second)
{
    switch (first) {
    case 0xE0:
        return second >= 0xA0;
    case 0xED:
        return second <= 0x9F;
    case 0xF0:
        return second >= 0x90;
    case 0xF4:
        return second <= 0x8F;
    default:
        return true;
    }
}

size_t text_utf8_sequence(const char *text, size_t len)
{
    const unsigned char *p = (const unsigned char *)text;
    if (len == 0 || p[0] == 0)
        return 0;
    if (p[0] < 0x80)
        return 1;
    size_t need = p[0] >= 0xC2 && p[0] <= 0xDF ? 2 : (p[0] & 0xF0) == 0xE0 ? 3 : 4;
    if (p[0] < 0xC2 || p[0] > 0xF4 || need > len)
        return 0;
    for (size_t i = 1; i < need; i++)
        if (!is_continuation(p[i]))
            return 0;
    return second_byte_fits(p[0], p[1]) ? need : 0;
}

bool text_is_utf8(const char *text, size_t len)
{
    size_t i = 0;
    while (i < len) {
        size_t n = text_utf8_sequence(text + i, len - i);
        if (n == 0)
            return false;
        i += n;
    }
    return true;
}

/* One character of a C string: its bytes, and its UTF-16 units in *units. An ill-formed byte
 * counts as one character. */
static size_t next_character(const char *text, size_t len, size_t *units)
{
    size_t n = text_utf8_sequence(text, len);
    *units = n == 4 ? 2 : 1;
    return n ? n : 1;
}

size_t text_utf16_len(const char *text)
{
    size_t len = strlen(text), total = 0;
    for (size_t i = 0; i < len;) {
        size_t units;
        i += next_character(text + i, len - i, &units);
        total += units;
    }
    return total;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Bytes of the longest prefix of at most `max` units; `word` is where the last word ended in it,
 * no earlier than `from` units, else 0. */
static size_t prefix_bytes(const char *text, size_t max, size_t from, size_t *word)
{
    size_t len = strlen(text), i = 0, used = 0;
    *word = 0;
    while (i < len) {
        size_t units, n = next_character(text + i, len - i, &units);
        if (is_space(text[i]) && i > 0 && !is_space(text[i - 1]) && used >= from)
            *word = i;
        if (used + units > max)
            break;
        used += units;
        i += n;
    }
    return i;
}

char *text_cut(struct arena *arena, const char *text, size_t max)
{
    static const char ellipsis[] = "…";
    /* There are never fewer bytes than UTF-16 units. */
    size_t bytes = strlen(text);
    if (bytes <= max || text_utf16_len(text) <= max)
        return arena_strn(arena, text, bytes);
    if (max == 0)
        return arena_str(arena, "");
    size_t word, keep = prefix_bytes(text, max - 1, max - max / 4, &word);
    if (word)
        keep = word;
    while (keep > 0 && is_space(text[keep - 1]))
        keep--;
    char *out = arena_alloc(arena, keep + sizeof ellipsis);
    memcpy(out, text, keep);
    memcpy(out + keep, ellipsis, sizeof ellipsis);
    return out;
}

static const char *slack_entity(char c)
{
    if (BROKEN(slack_unescaped))
        return NULL;
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    default:
        return NULL;
    }
}

char *text_slack_escape(struct arena *arena, const char *text)
{
    size_t size = 1;
    for (const char *p = text; *p; p++) {
        const char *entity = slack_entity(*p);
        size += entity ? strlen(entity) : 1;
    }
    char *out = arena_alloc(arena, size), *to = out;
    for (const char *p = text; *p; p++) {
        const char *entity = slack_entity(*p);
        size_t len = entity ? strlen(entity) : 1;
        memcpy(to, entity ? entity : p, len);
        to += len;
    }
    return out;
}

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool text_equal_fold(const char *a, const char *b)
{
    while (*a && fold(*a) == fold(*b)) {
        a++;
        b++;
    }
    return fold(*a) == fold(*b);
}

bool text_has_prefix_fold(const char *text, const char *prefix)
{
    while (*prefix && fold(*text) == fold(*prefix)) {
        text++;
        prefix++;
    }
    return *prefix == '\0';
}

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

size_t text_distance(const char *a, const char *b)
{
    size_t row[TEXT_DISTANCE_MAX + 1];
    size_t a_len = strlen(a), b_len = strlen(b);
    if (a_len > TEXT_DISTANCE_MAX || b_len > TEXT_DISTANCE_MAX)
        return a_len > b_len ? a_len : b_len;
    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t change = diagonal + (fold(a[i - 1]) != fold(b[j - 1]));
            diagonal = row[j];
            row[j] = min3(row[j] + 1, row[j - 1] + 1, change);
        }
    }
    return row[b_len];
}
