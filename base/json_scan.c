/* JSON text to nodes in one pass, after RFC 8259 and no laxer: UTF-8, depth and escapes are checked
 * on the way. */
#include "base/json.h"
#include "base/json_node.h"
#include "base/text.h"

#include <endian.h>
#include <string.h>

enum { BYTES_PER_NODE = 20 /* about, in Slack's frames */ };

struct scanner {
    const char *text, *at, *end;
    struct arena *arena;
    struct json_node *nodes;
    size_t count, room;
    unsigned depth;
    const char *why; /* what is refused at `at` */
};

static bool refuse(struct scanner *s, const char *at, const char *why)
{
    s->at = at;
    s->why = at == s->end ? "the text ends too early" : *at == '\0' ? "a NUL byte" : why;
    return false;
}

static bool refuse_character(struct scanner *s)
{
    return refuse(s, s->at, "unexpected character");
}

/* ---- strings ---- */

/* Of eight bytes those before the first with which a string ends, or that is anything but plain
 * ASCII. A subtraction borrows from later bytes alone, so the lowest bit that is set is true. */
static unsigned plain_in_word(const char *at)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t word, quotes, slashes;
    memcpy(&word, at, sizeof word);
    word = le64toh(word);
    quotes = word ^ ones * '"';
    slashes = word ^ ones * '\\';
    uint64_t special =
        (word | (word - ones * 0x20) | (quotes - ones) | (slashes - ones)) & ones << 7;
    return special ? (unsigned)__builtin_ctzll(special) / 8 : 8;
}

static bool is_plain(char c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

size_t json_plain_len(const char *at, const char *end)
{
    const char *from = at;
    while (end - at >= 8) {
        unsigned plain = plain_in_word(at);
        at += plain;
        if (plain < 8)
            return (size_t)(at - from);
    }
    while (at < end && is_plain(*at))
        at++;
    return (size_t)(at - from);
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The four digits of \uXXXX; -1 if they are none. */
static int32_t hex_unit(const char *at, const char *end)
{
    int32_t unit = 0;
    if (end - at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(at[i]);
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

/* At a backslash; moves past the escape. */
static bool skip_escape(struct scanner *s)
{
    const char *letter = s->at + 1;
    if (letter == s->end)
        return refuse(s, letter, "");
    if (*letter == 'u') {
        int32_t unit = hex_unit(letter + 1, s->end);
        if (unit <= 0)
            return refuse(s, s->at,
                          unit ? "\\u without four digits" : "a NUL character in a string");
        s->at += 6;
        return true;
    }
    if (!*letter || !strchr("\"\\/bfnrt", *letter))
        return refuse(s, s->at, "an unknown escape in a string");
    s->at += 2;
    return true;
}

/* At anything but plain ASCII and the closing quote. */
static bool skip_special(struct scanner *s)
{
    if (*s->at == '\\')
        return skip_escape(s);
    if (*s->at >= 0 && *s->at < 0x20)
        return refuse(s, s->at, "a control character in a string");
    size_t len = text_utf8_sequence(s->at, (size_t)(s->end - s->at));
    if (len == 0)
        return refuse(s, s->at, "not UTF-8");
    s->at += len;
    return true;
}

static size_t put_utf8(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = len; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)(c | (len == 2 ? 0xC0U : len == 3 ? 0xE0U : 0xF0U));
    return len;
}

/* \uXXXX at `at`, which is known to be one: half a pair becomes U+FFFD. Returns the bytes read. */
static size_t decode_unit(const char *at, const char *end, char *out, size_t *len)
{
    uint32_t c = (uint32_t)hex_unit(at + 2, end);
    size_t read = 6;
    if (c >= 0xD800 && c <= 0xDBFF && end - at >= 12 && at[6] == '\\' && at[7] == 'u') {
        uint32_t low = (uint32_t)hex_unit(at + 8, end);
        if (low >= 0xDC00 && low <= 0xDFFF) {
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            read = 12;
        }
    }
    *len += put_utf8(out + *len, c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c);
    return read;
}

/* A string's text with its escapes undone; it never gets longer. */
static const char *decode(struct arena *arena, const char *at, const char *end, uint32_t *out_len)
{
    static const char letters[] = "b\bf\fn\nr\rt\t";
    char *out = arena_alloc(arena, (size_t)(end - at) + 1);
    size_t len = 0;
    while (at < end) {
        if (*at != '\\') {
            out[len++] = *at++;
        } else if (at[1] == 'u') {
            at += decode_unit(at, end, out, &len);
        } else {
            const char *letter = strchr(letters, at[1]);
            out[len++] = letter ? letter[1] : at[1];
            at += 2;
        }
    }
    *out_len = (uint32_t)len;
    return out;
}

/* At the opening quote; moves past the closing one. */
static bool scan_string(struct scanner *s, const char **text, uint32_t *len)
{
    const char *start = ++s->at;
    bool escaped = false;
    for (;;) {
        s->at += json_plain_len(s->at, s->end);
        if (s->at == s->end)
            return refuse(s, s->at, "");
        if (*s->at == '"')
            break;
        escaped = escaped || *s->at == '\\';
        if (!skip_special(s))
            return false;
    }
    *text = start;
    *len = (uint32_t)(s->at - start);
    if (escaped)
        *text = decode(s->arena, start, s->at, len);
    s->at++;
    return true;
}

/* ---- values ---- */

static void skip_space(struct scanner *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\n' || *s->at == '\r' || *s->at == '\t'))
        s->at++;
}

static bool next_is(const struct scanner *s, char c)
{
    return s->at < s->end && *s->at == c;
}

/* At least one digit. */
static bool skip_digits(struct scanner *s)
{
    const char *from = s->at;
    while (s->at < s->end && *s->at >= '0' && *s->at <= '9')
        s->at++;
    return s->at > from || refuse_character(s);
}

static bool scan_number(struct scanner *s, struct json_node *node)
{
    node->kind = JSON_NUMBER;
    node->text = s->at;
    s->at += next_is(s, '-');
    if (next_is(s, '0'))
        s->at++;
    else if (!skip_digits(s))
        return false;
    if (next_is(s, '.')) {
        s->at++;
        if (!skip_digits(s))
            return false;
    }
    if (next_is(s, 'e') || next_is(s, 'E')) {
        s->at++;
        s->at += next_is(s, '+') || next_is(s, '-');
        if (!skip_digits(s))
            return false;
    }
    node->len = (uint32_t)(s->at - node->text);
    return true;
}

static bool scan_word(struct scanner *s, struct json_node *node)
{
    static const struct {
        const char *word;
        enum json_kind kind;
    } words[] = {{"true", JSON_TRUE}, {"false", JSON_FALSE}, {"null", JSON_NULL}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (*s->at != words[i].word[0])
            continue;
        for (const char *c = words[i].word; *c; c++, s->at++)
            if (!next_is(s, *c))
                return refuse_character(s);
        node->kind = words[i].kind;
        return true;
    }
    return refuse_character(s);
}

/* Its index: the array may move. */
static size_t add_node(struct scanner *s)
{
    if (s->count == s->room) {
        struct json_node *wider = arena_raw(s->arena, s->room * 2 * sizeof *wider);
        memcpy(wider, s->nodes, s->count * sizeof *wider);
        s->nodes = wider;
        s->room *= 2;
    }
    s->nodes[s->count] = (struct json_node){.span = 1};
    return s->count++;
}

static bool scan_value(struct scanner *s, const char *key, uint32_t key_len);

static bool scan_member(struct scanner *s)
{
    const char *key;
    uint32_t key_len;
    if (!next_is(s, '"'))
        return refuse(s, s->at, "a name in double quotes is expected");
    if (!scan_string(s, &key, &key_len))
        return false;
    skip_space(s);
    if (!next_is(s, ':'))
        return refuse(s, s->at, "a colon is expected");
    s->at++;
    return scan_value(s, key, key_len);
}

/* At the opening bracket. */
static bool scan_inside(struct scanner *s, size_t index)
{
    const char *from = s->at;
    bool object = *from == '{';
    char close = object ? '}' : ']';
    if (s->depth == JSON_MAX_DEPTH)
        return refuse(s, s->at, "nested too deep");
    s->depth++;
    s->at++;
    s->nodes[index].kind = object ? JSON_OBJECT : JSON_LIST;
    skip_space(s);
    for (bool more = !next_is(s, close); more;) {
        skip_space(s);
        if (!(object ? scan_member(s) : scan_value(s, NULL, 0)))
            return false;
        s->nodes[index].count++;
        more = next_is(s, ',');
        s->at += more;
    }
    if (!next_is(s, close))
        return refuse(s, s->at, "a comma or the closing bracket is expected");
    s->at++;
    s->depth--;
    s->nodes[index].span = (uint32_t)(s->count - index);
    s->nodes[index].text = from;
    s->nodes[index].len = (uint32_t)(s->at - from);
    return true;
}

/* Calls itself through scan_inside, JSON_MAX_DEPTH deep at most. Takes the space on both sides. */
static bool scan_value(struct scanner *s, const char *key, uint32_t key_len)
{
    size_t index = add_node(s);
    struct json_node *node = &s->nodes[index];
    node->key = key;
    node->key_len = key_len;
    skip_space(s);
    if (s->at == s->end)
        return refuse_character(s);
    bool ok;
    if (*s->at == '"') {
        node->kind = JSON_STRING;
        ok = scan_string(s, &node->text, &node->len);
    } else if (*s->at == '{' || *s->at == '[') {
        ok = scan_inside(s, index);
    } else if (*s->at == '-' || (*s->at >= '0' && *s->at <= '9')) {
        ok = scan_number(s, node);
    } else {
        ok = scan_word(s, node);
    }
    if (ok)
        skip_space(s);
    return ok;
}

/* Line and column from 1; columns count bytes. */
static void tell_place(const struct scanner *s, struct err *err)
{
    unsigned line = 1, column = 1;
    for (const char *p = s->text; p < s->at; p++) {
        column = *p == '\n' ? 1 : column + 1;
        line += *p == '\n';
    }
    err_set(err, ERR_INVALID, "line %u, column %u: %s", line, column, s->why);
}

struct json_node *json_scan(const char *text, size_t len, size_t max_bytes, struct arena *arena,
                            struct err *err)
{
    if (len > max_bytes || len > INT32_MAX) {
        err_set(err, ERR_TOO_LARGE, "%zu bytes of JSON, at most %zu are taken", len, max_bytes);
        return NULL;
    }
    if (len == 0) {
        err_set(err, ERR_INVALID, "empty instead of JSON");
        return NULL;
    }
    struct scanner s = {.text = text, .at = text, .end = text + len, .arena = arena};
    s.room = len / BYTES_PER_NODE + 8;
    s.nodes = arena_raw(arena, s.room * sizeof *s.nodes);
    bool ok = scan_value(&s, NULL, 0) && (s.at == s.end || refuse_character(&s));
    if (!ok)
        tell_place(&s, err);
    return ok ? s.nodes : NULL;
}
