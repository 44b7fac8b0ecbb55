/* JSON at the border: parse once with limits, read with typed getters whose
 * errors name the path, write with a small writer. json-c objects are never kept
 * as internal values; they are decoded into structs and freed. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"
#include "base/err.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_MAX_DEPTH = 64 };

/* Parses exactly one value; refuses NUL bytes, invalid UTF-8, trailing bytes, depth over
 * JSON_MAX_DEPTH and text over max_bytes. Returns an object the caller puts
 * (json_object_put), or NULL with err set ("line 3, column 7: …"); a lone null is an error too. */
struct json_object *json_parse(const char *text, size_t len, size_t max_bytes, struct err *err)
    __attribute__((warn_unused_result));

/* Paths are dotted member names with [n] for array places: "a.b[0].c".
 * json_at: the value there or NULL (absent, JSON null, or a step through a non-container);
 * borrowed from root. A literal dot in a member name cannot be addressed. */
struct json_object *json_at(struct json_object *root, const char *path);

/* Optional getters: the fallback where the value is absent, null or of another type. The
 * string is borrowed from root. */
const char *json_get_str(struct json_object *root, const char *path, const char *fallback);
int64_t json_get_int(struct json_object *root, const char *path, int64_t fallback);
bool json_get_bool(struct json_object *root, const char *path, bool fallback);
size_t json_get_len(struct json_object *root, const char *path); /* array length, 0 if none */

/* Required getters: false with "salesforce reply: owner.Id: missing" style errors (the path,
 * and missing or which type was found instead). */
bool json_need_str(struct json_object *root, const char *path, const char **out, struct err *err)
    __attribute__((warn_unused_result));
bool json_need_int(struct json_object *root, const char *path, int64_t *out, struct err *err)
    __attribute__((warn_unused_result));
bool json_need_array(struct json_object *root, const char *path, struct json_object **out,
                     struct err *err) __attribute__((warn_unused_result));

/* "a string", "a list", "null" …: for errors; static. */
const char *json_type_words(struct json_object *value);

/* The text of a number as it stood in the source ("150000.00"), or of a string that holds a
 * number (SuiteQL answers strings); NULL where there is neither. Borrowed from root. */
const char *json_number_text(struct json_object *root, const char *path);

/* Writer: commas and quoting are its business; the caller nests correctly (asserted).
 *   struct json_writer w; json_writer_init(&w, &buf);
 *   json_open(&w, '{'); json_key(&w, "a"); json_put_int(&w, 1); json_close(&w, '}');
 */
struct json_writer {
    struct buf *buf; /* borrows */
    char stack[JSON_MAX_DEPTH];
    unsigned depth;
    bool need_comma;
};

void json_writer_init(struct json_writer *w, struct buf *buf);
void json_open(struct json_writer *w, char bracket);  /* '{' or '[' */
void json_close(struct json_writer *w, char bracket); /* '}' or ']' */
void json_key(struct json_writer *w, const char *key);
void json_put_str(struct json_writer *w, const char *text); /* NULL writes null */
void json_put_int(struct json_writer *w, int64_t value);
void json_put_bool(struct json_writer *w, bool value);
void json_put_null(struct json_writer *w);
void json_put_raw(struct json_writer *w, const char *json); /* already JSON, inserted as it is */

/* key and value at once */
void json_pair_str(struct json_writer *w, const char *key, const char *text);
void json_pair_int(struct json_writer *w, const char *key, int64_t value);
void json_pair_bool(struct json_writer *w, const char *key, bool value);

/* Bytes from `at` on that stand in a JSON string as they are: ASCII but for quotes, backslashes and
 * controls. */
size_t json_plain_len(const char *at, const char *end);

/* Appends text as a JSON string with its quotes; `\u` only where JSON demands it, and for the
 * controls U+0080 to U+009F. Bytes that are not UTF-8 become U+FFFD. */
void json_quote(struct buf *buf, const char *text, size_t len);

#endif
