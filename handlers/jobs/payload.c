/* What a job carries, as JSON and back. */
#include "handlers/jobs/payload.h"

#include "base/json.h"
#include "base/json_node.h"

#include <stddef.h>
#include <string.h>

enum { PAYLOAD_MAX_BYTES = 1024 * 1024 };

enum member_type { MEMBER_TEXT, MEMBER_INT, MEMBER_BOOL };

#define MEMBER(type, name)                                                                         \
    {                                                                                              \
#name, type, offsetof(struct payload, name)                                                \
    }

static const struct member {
    const char *name;
    enum member_type type;
    size_t offset;
} members[] = {
    MEMBER(MEMBER_INT, onboarding),  MEMBER(MEMBER_INT, revision),
    MEMBER(MEMBER_INT, level),       MEMBER(MEMBER_INT, offset),
    MEMBER(MEMBER_BOOL, start),      MEMBER(MEMBER_BOOL, approve),
    MEMBER(MEMBER_BOOL, again),      MEMBER(MEMBER_TEXT, item),
    MEMBER(MEMBER_TEXT, message),    MEMBER(MEMBER_TEXT, user),
    MEMBER(MEMBER_TEXT, channel),    MEMBER(MEMBER_TEXT, via),
    MEMBER(MEMBER_TEXT, text),       MEMBER(MEMBER_TEXT, blocks),
    MEMBER(MEMBER_TEXT, account),    MEMBER(MEMBER_TEXT, name),
    MEMBER(MEMBER_TEXT, contracts),  MEMBER(MEMBER_TEXT, email),
    MEMBER(MEMBER_TEXT, reason),     MEMBER(MEMBER_TEXT, purpose),
    MEMBER(MEMBER_TEXT, delegation), MEMBER(MEMBER_TEXT, opportunity),
    MEMBER(MEMBER_BOOL, notice),     MEMBER(MEMBER_TEXT, acknowledged),
    MEMBER(MEMBER_TEXT, pay_by),     MEMBER(MEMBER_TEXT, playbook),
    MEMBER(MEMBER_TEXT, team),
};
enum { MEMBER_COUNT = sizeof members / sizeof *members };

static void write_member(struct json_writer *w, const struct member *member, const void *place)
{
    switch (member->type) {
    case MEMBER_TEXT:
        if (*(const char *const *)place)
            json_pair_str(w, member->name, *(const char *const *)place);
        break;
    case MEMBER_INT:
        if (*(const int64_t *)place)
            json_pair_int(w, member->name, *(const int64_t *)place);
        break;
    case MEMBER_BOOL:
        if (*(const bool *)place)
            json_pair_bool(w, member->name, true);
        break;
    }
}

const char *payload_write(struct arena *arena, const struct payload *payload)
{
    struct buf buf = {0};
    struct json_writer w;
    json_writer_init(&w, &buf);
    json_open(&w, '{');
    for (size_t i = 0; i < MEMBER_COUNT; i++)
        write_member(&w, &members[i], (const char *)payload + members[i].offset);
    json_close(&w, '}');
    const char *json = arena_str(arena, buf_cstr(&buf));
    buf_release(&buf);
    return json;
}

static void read_member(struct arena *arena, const struct json_node *value, enum member_type type,
                        void *place)
{
    switch (type) {
    case MEMBER_TEXT:
        if (value->kind == JSON_STRING)
            *(const char **)place = arena_strn(arena, value->text, value->len);
        break;
    case MEMBER_INT:
        (void)json_node_whole(value, place);
        break;
    case MEMBER_BOOL:
        *(bool *)place = value->kind == JSON_TRUE;
        break;
    }
}

bool payload_read(struct arena *arena, const struct job *job, struct payload *out, struct err *err)
{
    *out = (struct payload){0};
    const char *text = job->payload ? job->payload : "{}";
    struct json_node *root = json_scan(text, strlen(text), PAYLOAD_MAX_BYTES, arena, err);
    if (!root)
        return err_prefix(err, "payload");
    if (root->kind != JSON_OBJECT)
        return err_set(err, ERR_INVALID, "payload: no JSON object");
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        const struct json_node *value = json_node_member(root, members[i].name);
        if (value)
            read_member(arena, value, members[i].type, (char *)out + members[i].offset);
    }
    return true;
}
