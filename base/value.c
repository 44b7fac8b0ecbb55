/* Values for templates. */
#include "base/value.h"

#include <string.h>

static struct value *make(struct arena *arena, enum value_kind kind, bool is_true)
{
    struct value *value = arena_raw(arena, sizeof *value);
    *value = (struct value){.kind = kind, .is_true = is_true, .arena = arena};
    return value;
}

/* The newest member comes first, so that it is found before an older one with its key. */
void value_put(struct value *object, const char *key, struct value *member)
{
    member->key = key;
    member->key_len = (uint32_t)strlen(key);
    member->next = object->first;
    object->first = member;
}

static struct value *put(struct value *object, const char *key, struct value *member)
{
    value_put(object, key, member);
    return member;
}

struct value *value_new(struct arena *arena)
{
    return make(arena, VALUE_OBJECT, true);
}

void value_str(struct value *object, const char *key, const char *text)
{
    if (!text || !*text)
        return;
    struct value *value = put(object, key, make(object->arena, VALUE_TEXT, true));
    value->len = strlen(text);
    value->text = arena_strn(object->arena, text, value->len);
}

void value_int(struct value *object, const char *key, int64_t number)
{
    char digits[24], *at = digits + sizeof digits;
    uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do {
        *--at = (char)('0' + left % 10);
        left /= 10;
    } while (left);
    if (number < 0)
        *--at = '-';
    struct value *value = put(object, key, make(object->arena, VALUE_NUMBER, number != 0));
    value->len = (size_t)(digits + sizeof digits - at);
    value->text = arena_strn(object->arena, at, value->len);
}

void value_flag(struct value *object, const char *key, bool flag)
{
    if (flag)
        put(object, key, make(object->arena, VALUE_FLAG, true));
}

struct value *value_object(struct value *object, const char *key)
{
    return put(object, key, make(object->arena, VALUE_OBJECT, true));
}

struct value *value_list(struct value *object, const char *key)
{
    return put(object, key, make(object->arena, VALUE_LIST, false));
}

struct value *value_row(struct value *list)
{
    struct value *row = make(list->arena, VALUE_OBJECT, true);
    if (list->last)
        list->last->next = row;
    else
        list->first = row;
    list->last = row;
    list->len++;
    list->is_true = true;
    return row;
}

const struct value *value_member(const struct value *object, const char *key, size_t len)
{
    if (object->kind != VALUE_OBJECT)
        return NULL;
    for (const struct value *at = object->first; at; at = at->next)
        if (at->key_len == len && memcmp(at->key, key, len) == 0)
            return at;
    return NULL;
}
