/* What Slack sends, decoded: a greeting, a farewell, or a request. Pure; where each member comes
 * from is in docs/socket-mode.md. */
#ifndef BOT_ENVELOPE_H
#define BOT_ENVELOPE_H

#include "base/json_node.h"
#include "handlers/handler.h"

enum envelope_kind {
    ENVELOPE_HELLO,
    ENVELOPE_DISCONNECT,
    ENVELOPE_REQUEST, /* a row of the tables may want it */
    ENVELOPE_IGNORED, /* understood, and nothing for us: acknowledged all the same */
};

struct envelope {
    enum envelope_kind kind;
    const char *type;   /* for metrics: hello, slash_commands, block_actions, … ; "other" */
    const char *id;     /* envelope_id, NULL where there is none */
    const char *reason; /* ENVELOPE_DISCONNECT */
    int64_t lifetime_s, connections; /* ENVELOPE_HELLO */
    struct request request;          /* strings are the arena's, state and event the frame's */
    const char *dedupe_key; /* the same for every delivery of one act of a person or one event */
    bool from_bot;          /* an event that our own or another bot caused */
};

/* False: not an object, or its members have the wrong shape; out->id is set where one was there. */
bool envelope_decode(struct json_node *frame, struct arena *arena, struct envelope *out,
                     struct err *err) __attribute__((warn_unused_result));

/* The same of a payload alone, which came another way than in a frame; type is the envelope's
 * ("events_api", "interactive", "slash_commands"). The envelope has no id; its reference is the end
 * of its key. */
bool envelope_decode_payload(const char *type, struct json_node *payload, struct arena *arena,
                             struct envelope *out, struct err *err)
    __attribute__((warn_unused_result));

/* The envelope_id in text that is no JSON, so that even that can be acknowledged; NULL: none. */
const char *envelope_salvage_id(const char *text, size_t len, struct arena *arena);

#endif
