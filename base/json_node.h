/* A JSON text as a flat array of nodes that point into it: for what is read once and dropped
 * (frames, findings, drawn blocks). Cheap to make, and dropped with its arena. What is walked by
 * many hands or built piece by piece stays a json-c tree (base/json.h), which is made from nodes.
 *
 *   {"a":[1,"x"],"b":null}      object(4 after it)  a:list(2)  1  "x"  b:null
 *
 * The text must live as long as the nodes. */
#ifndef BASE_JSON_NODE_H
#define BASE_JSON_NODE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

enum json_kind {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_OBJECT,
    JSON_LIST,
};

struct json_node {
    enum json_kind kind;
    uint32_t span;  /* nodes of the whole value, this one included: the next value is node + span */
    uint32_t count; /* members or places */
    uint32_t key_len, len; /* bytes */
    const char *key;       /* of a member; decoded, not NUL-terminated */
    const char *text; /* a string, decoded; a number, list or object as it stands in the text; not
                         NUL-terminated */
};

/* Takes and refuses what json_parse does (base/json.h), with the same words; but a lone null is a
 * value. Nodes, and strings that held escapes, are owned by the arena. NULL with err. */
struct json_node *json_scan(const char *text, size_t len, size_t max_bytes, struct arena *arena,
                            struct err *err) __attribute__((warn_unused_result));

/* The value at a path as json_at knows them ("a.b[0].c"), NULL where there is none or a null. Of
 * members with one name the last one counts. root may be NULL. */
struct json_node *json_node_at(struct json_node *root, const char *path);
/* The member of that name, a null too; NULL where there is none or it is no object. */
struct json_node *json_node_member(struct json_node *object, const char *name);

/* Each value of a list or object: for (n = json_node_first(list); n; n = json_node_next(list, n)).
 * NULL for what has none. */
struct json_node *json_node_first(struct json_node *parent);
struct json_node *json_node_next(struct json_node *parent, struct json_node *child);

/* The first place of a list, NULL for anything else. node may be NULL. */
struct json_node *json_list_first(struct json_node *node);
/* Places of a list, 0 for anything else. node may be NULL. */
size_t json_node_count(const struct json_node *node);
/* "a string", "a boolean": what a kind is called in an error; static. */
const char *json_kind_name(enum json_kind kind);
/* A whole number of 64 bits; false, and out left alone, for anything else. */
bool json_node_whole(const struct json_node *node, int64_t *out);
/* node may be NULL. */
bool json_node_is(const struct json_node *node, enum json_kind kind);
/* A string of exactly these characters. node may be NULL. */
bool json_node_says(const struct json_node *node, const char *text);

/* A string, copied into the arena; the fallback for what is absent or of another type. */
const char *json_node_str(struct json_node *root, const char *path, struct arena *arena,
                          const char *fallback);
int64_t json_node_int(struct json_node *root, const char *path, int64_t fallback);
bool json_node_bool(struct json_node *root, const char *path, bool fallback);
/* False with "team_id: missing" or "…: expected a string, found a list". */
bool json_node_need_str(struct json_node *root, const char *path, struct arena *arena,
                        const char **out, struct err *err) __attribute__((warn_unused_result));
bool json_node_need_list(struct json_node *root, const char *path, struct json_node **out,
                         struct err *err) __attribute__((warn_unused_result));

/* Appends the value as compact JSON. */
void json_node_write(const struct json_node *node, struct buf *out);

/* The value as a json-c tree, which the caller puts; NULL for null. */
struct json_object *json_node_tree(struct json_node *node, struct arena *scratch);

#endif
