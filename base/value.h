/* Values for templates: objects, lists, texts, numbers and flags in one arena, built once and
 * rendered once. They live as long as the arena. */
#ifndef BASE_VALUE_H
#define BASE_VALUE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum value_kind {
    VALUE_FLAG,   /* shows nothing but sections */
    VALUE_TEXT,   /* false where empty */
    VALUE_NUMBER, /* false where 0 */
    VALUE_LIST,   /* false where empty */
    VALUE_OBJECT, /* true */
};

struct value {
    enum value_kind kind;
    bool is_true;
    uint32_t key_len;
    const char *key;    /* in its object; NULL in a list */
    const char *text;   /* of a text or number, NUL-terminated */
    size_t len;         /* of text; of a list: how many it holds */
    struct value *next; /* among its siblings: of a list in order, of an object the newest first */
    struct value *first, *last; /* of a list or object */
    struct arena *arena;        /* of a list or object: where what it holds is made */
};

/* An empty object of its own; the arena is borrowed. */
struct value *value_new(struct arena *arena);

/* Members of an object. key is borrowed (a literal, or from the arena), text is copied. Of several
 * with one key the last one counts. NULL and empty text leave the key out, so that a section over
 * it is not drawn. */
void value_str(struct value *object, const char *key, const char *text);
void value_int(struct value *object, const char *key, int64_t number);
/* Only true is written. */
void value_flag(struct value *object, const char *key, bool flag);
/* A child object or list under key, or an object added to a list. */
struct value *value_object(struct value *object, const char *key);
struct value *value_list(struct value *object, const char *key);
struct value *value_row(struct value *list);

/* A member that was made on its own (value_new). */
void value_put(struct value *object, const char *key, struct value *member);

/* The member of an object, NULL where there is none or it is no object. */
const struct value *value_member(const struct value *object, const char *key, size_t len);

#endif
