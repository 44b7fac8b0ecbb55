/* Values for templates from JSON text, as the mustache specification writes its data. */
#ifndef TESTS_UNIT_VALUES_H
#define TESTS_UNIT_VALUES_H

#include "base/json_node.h"
#include "base/value.h"

#include <stdlib.h>
#include <string.h>

static inline struct value *value_of_node(struct json_node *node, struct arena *arena)
{
    static const enum value_kind kinds[] = {
        [JSON_NULL] = VALUE_FLAG,     [JSON_FALSE] = VALUE_FLAG,  [JSON_TRUE] = VALUE_FLAG,
        [JSON_NUMBER] = VALUE_NUMBER, [JSON_STRING] = VALUE_TEXT, [JSON_OBJECT] = VALUE_OBJECT,
        [JSON_LIST] = VALUE_LIST};
    struct value *value = arena_alloc(arena, sizeof *value);
    *value = (struct value){.kind = kinds[node->kind], .arena = arena};
    if (node->kind == JSON_STRING || node->kind == JSON_NUMBER) {
        value->text = arena_strn(arena, node->text, node->len);
        value->len = node->len;
    }
    if (node->kind == JSON_TRUE || node->kind == JSON_FALSE) {
        value->text = node->kind == JSON_TRUE ? "true" : "false";
        value->len = strlen(value->text);
    }
    if (node->kind == JSON_LIST)
        value->len = node->count;
    value->is_true = node->kind == JSON_TRUE || node->kind == JSON_OBJECT ||
                     (node->kind == JSON_NUMBER ? strtod(value->text, NULL) != 0
                                                : node->kind != JSON_FALSE && value->len > 0);
    if (node->kind != JSON_OBJECT && node->kind != JSON_LIST)
        return value;
    for (struct json_node *at = json_node_first(node); at; at = json_node_next(node, at)) {
        if (at->kind == JSON_NULL && node->kind == JSON_OBJECT)
            continue;
        struct value *child = value_of_node(at, arena);
        child->key = at->key ? arena_strn(arena, at->key, at->key_len) : NULL;
        child->key_len = at->key_len;
        if (node->kind == JSON_LIST && value->last)
            value->last->next = child;
        else if (node->kind == JSON_LIST)
            value->first = child;
        else {
            child->next = value->first;
            value->first = child;
        }
        value->last = child;
    }
    return value;
}

/* NULL for what is no JSON. */
static inline struct value *value_of_json(const char *json, size_t len, struct arena *arena)
{
    struct err ignored;
    struct json_node *node = json_scan(json, len, 1 << 20, arena, &ignored);
    return node ? value_of_node(node, arena) : NULL;
}

#endif
