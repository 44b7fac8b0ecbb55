/* Text from outside made harmless to look at: what obeys nobody, hides nothing and marks nothing.
 */
#include "base/text.h"

#include <stdint.h>
#include <string.h>

enum { CHARACTER_MAX = 4, JOINER = 3 }; /* bytes of any character, and of a LOOK_JOINER */

enum look {
    LOOK_PLAIN,
    LOOK_UNSAFE, /* breaks a line, controls a terminal, turns the direction of text */
    LOOK_BLANK,  /* an empty place that is no space */
    LOOK_UNSEEN, /* takes no place at all */
    LOOK_JOINER, /* unseen, but shapes what stands on both its sides */
};

static const struct {
    uint32_t first, last;
    enum look look;
} looks[] = {
    {0x00, 0x1F, LOOK_UNSAFE},       /* C0 controls */
    {0x7F, 0x9F, LOOK_UNSAFE},       /* DEL, C1 controls */
    {0xA0, 0xA0, LOOK_BLANK},        /* no-break space */
    {0xAD, 0xAD, LOOK_UNSEEN},       /* soft hyphen */
    {0x34F, 0x34F, LOOK_UNSEEN},     /* combining grapheme joiner */
    {0x61C, 0x61C, LOOK_UNSAFE},     /* Arabic letter mark */
    {0x115F, 0x1160, LOOK_BLANK},    /* Hangul fillers */
    {0x17B4, 0x17B5, LOOK_UNSEEN},   /* Khmer inherent vowels */
    {0x180B, 0x180F, LOOK_UNSEEN},   /* Mongolian selectors and separator */
    {0x2000, 0x200A, LOOK_BLANK},    /* spaces of all widths */
    {0x200B, 0x200B, LOOK_UNSEEN},   /* zero width space */
    {0x200C, 0x200D, LOOK_JOINER},   /* zero width non-joiner and joiner */
    {0x200E, 0x200F, LOOK_UNSAFE},   /* direction marks */
    {0x2028, 0x202E, LOOK_UNSAFE},   /* line and paragraph separators, embeddings, overrides */
    {0x202F, 0x202F, LOOK_BLANK},    /* narrow no-break space */
    {0x205F, 0x205F, LOOK_BLANK},    /* mathematical space */
    {0x2060, 0x2065, LOOK_UNSEEN},   /* word joiner, invisible operators */
    {0x2066, 0x2069, LOOK_UNSAFE},   /* isolates */
    {0x206A, 0x206F, LOOK_UNSEEN},   /* deprecated formats */
    {0x2800, 0x2800, LOOK_BLANK},    /* Braille blank */
    {0x3000, 0x3000, LOOK_BLANK},    /* ideographic space */
    {0x3164, 0x3164, LOOK_BLANK},    /* Hangul filler */
    {0xFEFF, 0xFEFF, LOOK_UNSEEN},   /* byte order mark */
    {0xFFA0, 0xFFA0, LOOK_BLANK},    /* half-width Hangul filler */
    {0xFFF9, 0xFFFB, LOOK_UNSEEN},   /* annotation marks */
    {0xE0000, 0xE0FFF, LOOK_UNSEEN}, /* tags, further variation selectors */
};

static enum look look_of(uint32_t character)
{
    for (size_t i = 0; i < sizeof looks / sizeof *looks && looks[i].first <= character; i++)
        if (character <= looks[i].last)
            return looks[i].look;
    return LOOK_PLAIN;
}

/* The character at `text`, of which `most` bytes may be looked at where no NUL comes first; its
 * bytes in *len. A byte that begins none is unsafe. */
static enum look look_at(const char *text, size_t most, size_t *len)
{
    const unsigned char *p = (const unsigned char *)text;
    if (p[0] >= 0x20 && p[0] < 0x7F) {
        *len = 1;
        return LOOK_PLAIN;
    }
    size_t bytes = text_utf8_sequence(text, strnlen(text, most));
    *len = bytes ? bytes : 1;
    if (bytes <= 1)
        return LOOK_UNSAFE;
    uint32_t character = p[0] & (0xFFU >> (bytes + 1));
    for (size_t i = 1; i < bytes; i++)
        character = character << 6 | (p[i] & 0x3F);
    return look_of(character);
}

size_t text_character(const char *text, bool *unsafe)
{
    size_t len = 0;
    *unsafe = text[0] != '\0' && look_at(text, CHARACTER_MAX, &len) == LOOK_UNSAFE;
    return len;
}

/* The bytes of a joiner at the end of what was written, 0 where there is none. */
static size_t joiner_before(const char *start, size_t len)
{
    size_t bytes;
    bool joins = len >= JOINER && look_at(start + len - JOINER, JOINER, &bytes) == LOOK_JOINER;
    return joins ? JOINER : 0;
}

static bool ends_word(const char *line, size_t len)
{
    return len == 0 || line[len - 1] == ' ';
}

/* Bytes of ASCII that is seen and is no space. */
static size_t seen_run(const char *text)
{
    size_t len = 0;
    while (text[len] > ' ' && text[len] < 0x7F)
        len++;
    return len;
}

char *text_line(struct arena *arena, const char *text, size_t max)
{
    if (!text)
        return arena_str(arena, "");
    char *line = arena_raw(arena, strlen(text) + 1);
    size_t len = 0, bytes;
    for (; *text; text += bytes) {
        bytes = seen_run(text);
        memcpy(line + len, text, bytes);
        len += bytes;
        if (bytes)
            continue;
        enum look look = look_at(text, CHARACTER_MAX, &bytes);
        if (look == LOOK_UNSEEN ||
            (look == LOOK_JOINER && (ends_word(line, len) || joiner_before(line, len))))
            continue;
        if (look == LOOK_JOINER || (look == LOOK_PLAIN && *text != ' ')) {
            memcpy(line + len, text, bytes);
            len += bytes;
            continue;
        }
        len -= joiner_before(line, len);
        if (!ends_word(line, len))
            line[len++] = ' ';
    }
    len -= joiner_before(line, len);
    if (len > 0 && line[len - 1] == ' ')
        len--;
    line[len] = '\0';
    return text_cut(arena, line, max);
}

/* ---- formatting ---- */

#define MARKS "*_~`"

static const char *look_alike(char mark)
{
    switch (mark) {
    case '*':
        return "\u2217";
    case '_':
        return "\u02CD";
    case '~':
        return "\u223C";
    case '`':
        return "\u02CB";
    default:
        return NULL;
    }
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Within a word a mark is a character like others: INV_102, 2*3. */
static bool is_inside_word(const char *start, const char *at)
{
    return at > start && is_word(at[-1]) && is_word(at[1]) && *at != '`';
}

char *text_unmarked(struct arena *arena, const char *text)
{
    enum { LONGEST = 3 };
    size_t plain = strcspn(text, MARKS);
    if (!text[plain])
        return arena_strn(arena, text, plain);
    char *out = arena_raw(arena, strlen(text) * LONGEST + 1), *to = out;
    for (const char *at = text; *at; at++) {
        const char *other = is_inside_word(text, at) ? NULL : look_alike(*at);
        size_t len = other ? strlen(other) : 1;
        memcpy(to, other ? other : at, len);
        to += len;
    }
    *to = '\0';
    return out;
}
