/* JSON text to nodes in one pass, after RFC 8259 and no laxer: UTF-8, depth and escapes are checked
 * on the way. */
#include "base/json.h"
#include "base/json_node.h"
#include "base/text.h"

#include <endian.h>
#include <string.h>

enum { BYTES_PER_NODE = 20 /* about, in Slack's frames */ };

/* Each function that scans begins at `at` and returns where it ended, NULL when it refused. */
struct scanner {
    const char *text, *end;
    struct arena *arena;
    struct json_node *nodes;
    size_t count, room;
    unsigned depth;
    const char *refused, *why; /* where, and what for */
};

static const char *refuse(struct scanner *s, const char *at, const char *why)
{
    s->refused = at;
    s->why = at == s->end ? "the text ends too early" : *at == '\0' ? "a NUL byte" : why;
    return NULL;
}

static const char *refuse_character(struct scanner *s, const char *at)
{
    return refuse(s, at, "unexpected character");
}

/* ---- strings ---- */

enum { BLOCK_BYTES = 16 };

/* Of a block of bytes those before the first that is not plain: with which a string ends, or that
 * is anything but ASCII (below zero), or a control character. */
static inline unsigned plain_in_block(const char *at)
{
    signed char bytes __attribute__((vector_size(BLOCK_BYTES)));
    uint64_t halves[2]; /* a byte of ones for each that is not plain */
    memcpy(&bytes, at, sizeof bytes);
    bytes = (bytes < 0x20) | (bytes == '"') | (bytes == '\\');
    memcpy(halves, &bytes, sizeof halves);
    if (halves[0])
        return (unsigned)__builtin_ctzll(le64toh(halves[0])) / 8;
    return halves[1] ? 8 + (unsigned)__builtin_ctzll(le64toh(halves[1])) / 8 : BLOCK_BYTES;
}

static bool is_plain(char c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

static inline const char *skip_plain(const char *at, const char *end)
{
    while (end - at >= BLOCK_BYTES) {
        unsigned plain = plain_in_block(at);
        at += plain;
        if (plain < BLOCK_BYTES)
            return at;
    }
    while (at < end && is_plain(*at))
        at++;
    return at;
}

size_t json_plain_len(const char *at, const char *end)
{
    return (size_t)(skip_plain(at, end) - at);
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

/* At a backslash. */
static const char *skip_escape(struct scanner *s, const char *at)
{
    const char *letter = at + 1;
    if (letter == s->end)
        return refuse(s, letter, "");
    if (*letter == 'u') {
        int32_t unit = hex_unit(letter + 1, s->end);
        if (unit <= 0)
            return refuse(s, at, unit ? "\\u without four digits" : "a NUL character in a string");
        return at + 6;
    }
    if (!*letter || !strchr("\"\\/bfnrt", *letter))
        return refuse(s, at, "an unknown escape in a string");
    return at + 2;
}

/* At anything but plain ASCII and the closing quote. */
static const char *skip_special(struct scanner *s, const char *at)
{
    if (*at == '\\')
        return skip_escape(s, at);
    if (*at >= 0 && *at < 0x20)
        return refuse(s, at, "a control character in a string");
    size_t len = text_utf8_sequence(at, (size_t)(s->end - at));
    return len ? at + len : refuse(s, at, "not UTF-8");
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

/* A string from `start` on, at the first that is not plain. Kept apart from those that are plain to
 * their end, most by far, so that these cost no more than they need. */
__attribute__((noinline)) static const char *scan_special(struct scanner *s, const char *start,
                                                          const char *at, const char **text,
                                                          uint32_t *len)
{
    bool escaped = false;
    for (; at < s->end && *at != '"'; at = skip_plain(at, s->end)) {
        escaped = escaped || *at == '\\';
        at = skip_special(s, at);
        if (!at)
            return NULL;
    }
    if (at == s->end)
        return refuse(s, at, "");
    *text = start;
    *len = (uint32_t)(at - start);
    if (escaped)
        *text = decode(s->arena, start, at, len);
    return at + 1;
}

/* From the opening quote to behind the closing one. */
static const char *scan_string(struct scanner *s, const char *at, const char **text, uint32_t *len)
{
    const char *start = at + 1;
    at = skip_plain(start, s->end);
    if (at == s->end || *at != '"')
        return scan_special(s, start, at, text, len);
    *text = start;
    *len = (uint32_t)(at - start);
    return at + 1;
}

/* ---- values ---- */

static inline const char *skip_space(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

static bool next_is(const struct scanner *s, const char *at, char c)
{
    return at < s->end && *at == c;
}

/* At least one digit. */
static const char *skip_digits(struct scanner *s, const char *at)
{
    const char *from = at;
    while (at < s->end && *at >= '0' && *at <= '9')
        at++;
    return at > from ? at : refuse_character(s, at);
}

static const char *scan_number(struct scanner *s, const char *at, struct json_node *node)
{
    node->kind = JSON_NUMBER;
    node->text = at;
    at += next_is(s, at, '-');
    at = next_is(s, at, '0') ? at + 1 : skip_digits(s, at);
    if (at && next_is(s, at, '.'))
        at = skip_digits(s, at + 1);
    if (at && (next_is(s, at, 'e') || next_is(s, at, 'E'))) {
        at++;
        at += next_is(s, at, '+') || next_is(s, at, '-');
        at = skip_digits(s, at);
    }
    if (at)
        node->len = (uint32_t)(at - node->text);
    return at;
}

static const char *scan_word(struct scanner *s, const char *at, struct json_node *node)
{
    static const struct {
        const char *word;
        enum json_kind kind;
    } words[] = {{"true", JSON_TRUE}, {"false", JSON_FALSE}, {"null", JSON_NULL}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (*at != words[i].word[0])
            continue;
        for (const char *c = words[i].word; *c; c++, at++)
            if (!next_is(s, at, *c))
                return refuse_character(s, at);
        node->kind = words[i].kind;
        return at;
    }
    return refuse_character(s, at);
}

static void widen(struct scanner *s)
{
    struct json_node *wider = arena_raw(s->arena, s->room * 2 * sizeof *wider);
    memcpy(wider, s->nodes, s->count * sizeof *wider);
    s->nodes = wider;
    s->room *= 2;
}

/* Its index: the array may move. */
static size_t add_node(struct scanner *s, const char *key, uint32_t key_len)
{
    if (s->count == s->room)
        widen(s);
    s->nodes[s->count] = (struct json_node){.span = 1, .key = key, .key_len = key_len};
    return s->count++;
}

static const char *scan_value(struct scanner *s, const char *at, const char *key, uint32_t key_len);

static const char *scan_member(struct scanner *s, const char *at)
{
    const char *key;
    uint32_t key_len;
    at = skip_space(at, s->end);
    if (!next_is(s, at, '"'))
        return refuse(s, at, "a name in double quotes is expected");
    at = scan_string(s, at, &key, &key_len);
    if (!at)
        return NULL;
    at = skip_space(at, s->end);
    if (!next_is(s, at, ':'))
        return refuse(s, at, "a colon is expected");
    return scan_value(s, at + 1, key, key_len);
}

/* From the opening bracket to behind the closing one. */
static const char *scan_inside(struct scanner *s, const char *at, size_t index)
{
    const char *from = at;
    bool object = *from == '{';
    char close = object ? '}' : ']';
    uint32_t count = 0;
    if (s->depth == JSON_MAX_DEPTH)
        return refuse(s, at, "nested too deep");
    s->depth++;
    at = skip_space(at + 1, s->end);
    for (bool more = !next_is(s, at, close); more; at += more) {
        at = object ? scan_member(s, at) : scan_value(s, at, NULL, 0);
        if (!at)
            return NULL;
        count++;
        at = skip_space(at, s->end);
        more = next_is(s, at, ',');
    }
    if (!next_is(s, at, close))
        return refuse(s, at, "a comma or the closing bracket is expected");
    at++;
    s->depth--;
    struct json_node *node = &s->nodes[index];
    node->kind = object ? JSON_OBJECT : JSON_LIST;
    node->count = count;
    node->span = (uint32_t)(s->count - index);
    node->text = from;
    node->len = (uint32_t)(at - from);
    return at;
}

/* Calls itself through scan_inside, JSON_MAX_DEPTH deep at most. Takes the space before. */
static const char *scan_value(struct scanner *s, const char *at, const char *key, uint32_t key_len)
{
    size_t index = add_node(s, key, key_len);
    struct json_node *node = &s->nodes[index];
    at = skip_space(at, s->end);
    if (at == s->end)
        return refuse_character(s, at);
    if (*at == '"') {
        node->kind = JSON_STRING;
        return scan_string(s, at, &node->text, &node->len);
    }
    if (*at == '{' || *at == '[')
        return scan_inside(s, at, index);
    if (*at == '-' || (*at >= '0' && *at <= '9'))
        return scan_number(s, at, node);
    return scan_word(s, at, node);
}

/* Line and column from 1; columns count bytes. */
static void tell_place(const struct scanner *s, struct err *err)
{
    unsigned line = 1, column = 1;
    for (const char *p = s->text; p < s->refused; p++) {
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
    struct scanner s = {.text = text, .end = text + len, .arena = arena};
    s.room = len / BYTES_PER_NODE + 8;
    s.nodes = arena_raw(arena, s.room * sizeof *s.nodes);
    const char *at = scan_value(&s, text, NULL, 0);
    if (at)
        at = skip_space(at, s.end);
    if (at && at < s.end)
        at = refuse_character(&s, at);
    if (!at)
        tell_place(&s, err);
    return at ? s.nodes : NULL;
}
