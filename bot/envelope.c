/* Decoding of Socket Mode frames: one function a payload type, one row each. */
#include "bot/envelope.h"

#include "base/json_node.h"

#include <string.h>

static const char *first_of(const char *a, const char *b)
{
    return a ? a : b;
}

static const char *key_of(struct arena *arena, const char *prefix, const char *id)
{
    return id && *id ? arena_fmt(arena, "%s:%.200s", prefix, id) : NULL;
}

/* The workspace, the organisation, or both: which of them is a tenant, the store tells. */
static bool decode_tenant(struct json_node *payload, const char *const paths[2],
                          const char *enterprise_path, struct arena *arena, struct request *request,
                          struct err *err)
{
    const char *team = json_node_str(payload, paths[0], arena, NULL);
    if ((!team || !*team) && paths[1])
        team = json_node_str(payload, paths[1], arena, NULL);
    const char *enterprise = json_node_str(payload, enterprise_path, arena, NULL);
    request->actor.tenant = team && *team ? team : NULL;
    request->enterprise = enterprise && *enterprise ? enterprise : NULL;
    return request->actor.tenant || request->enterprise ||
           err_set(err, ERR_INVALID, "%s: missing", paths[0]);
}

static bool decode_command(struct json_node *payload, struct arena *arena, struct envelope *out,
                           struct err *err)
{
    struct request *request = &out->request;
    request->kind = REQUEST_COMMAND;
    request->actor.via = "command";
    request->text = json_node_str(payload, "text", arena, "");
    request->channel = json_node_str(payload, "channel_id", arena, NULL);
    request->trigger_id = json_node_str(payload, "trigger_id", arena, NULL);
    request->response_url = json_node_str(payload, "response_url", arena, NULL);
    out->dedupe_key = key_of(arena, "cmd", request->trigger_id);
    static const char *const team[2] = {"team_id"};
    return json_node_need_str(payload, "command", arena, &request->name, err) &&
           decode_tenant(payload, team, "enterprise_id", arena, request, err) &&
           json_node_need_str(payload, "user_id", arena, &request->actor.user_id, err);
}

static bool decode_person(struct json_node *payload, struct arena *arena, struct request *request,
                          struct err *err)
{
    static const char *const team[2] = {"team.id", "user.team_id"};
    return decode_tenant(payload, team, "enterprise.id", arena, request, err) &&
           json_node_need_str(payload, "user.id", arena, &request->actor.user_id, err);
}

static bool decode_click(struct json_node *payload, struct arena *arena, struct envelope *out,
                         struct err *err)
{
    struct request *request = &out->request;
    struct json_node *action = json_node_at(payload, "actions[0]");
    request->kind = REQUEST_BUTTON;
    bool home = json_node_says(json_node_at(payload, "view.type"), "home");
    request->actor.via = home ? "home" : "button";
    request->text = first_of(json_node_str(action, "value", arena, NULL),
                             json_node_str(action, "selected_option.value", arena, ""));
    request->channel = first_of(json_node_str(payload, "channel.id", arena, NULL),
                                json_node_str(payload, "container.channel_id", arena, NULL));
    request->message_ts = json_node_str(payload, "container.message_ts", arena, NULL);
    request->thread_ts = json_node_str(payload, "container.thread_ts", arena, NULL);
    request->trigger_id = json_node_str(payload, "trigger_id", arena, NULL);
    request->response_url = json_node_str(payload, "response_url", arena, NULL);
    request->view_id = json_node_str(payload, "view.id", arena, NULL);
    request->view_hash = json_node_str(payload, "view.hash", arena, NULL);
    request->private_metadata = json_node_str(payload, "view.private_metadata", arena, NULL);
    request->state = json_node_at(payload, request->view_id ? "view.state.values" : "state.values");
    out->dedupe_key = key_of(arena, "act", request->trigger_id);
    if (!decode_person(payload, arena, request, err) || !action)
        return action ? false : err_set(err, ERR_INVALID, "actions[0]: missing");
    if (!out->dedupe_key)
        out->dedupe_key = arena_fmt(arena, "act:%s:%s:%s", request->actor.user_id,
                                    first_of(request->message_ts, first_of(request->view_id, "")),
                                    json_node_str(action, "action_ts", arena, ""));
    return json_node_need_str(action, "action_id", arena, &request->name, err);
}

static bool decode_view(struct json_node *payload, struct arena *arena, struct envelope *out,
                        struct err *err)
{
    struct request *request = &out->request;
    request->kind = REQUEST_VIEW;
    request->actor.via = "view";
    request->trigger_id = json_node_str(payload, "trigger_id", arena, NULL);
    request->view_hash = json_node_str(payload, "view.hash", arena, NULL);
    request->private_metadata = json_node_str(payload, "view.private_metadata", arena, NULL);
    request->state = json_node_at(payload, "view.state.values");
    if (!decode_person(payload, arena, request, err) ||
        !json_node_need_str(payload, "view.id", arena, &request->view_id, err) ||
        !json_node_need_str(payload, "view.callback_id", arena, &request->name, err))
        return false;
    out->dedupe_key = key_of(arena, "view", request->trigger_id);
    if (!out->dedupe_key)
        out->dedupe_key =
            arena_fmt(arena, "view:%s:%s", request->view_id, first_of(request->view_hash, ""));
    return true;
}

static bool ignore(struct json_node *payload, struct arena *arena, struct envelope *out,
                   struct err *err)
{
    (void)payload;
    (void)arena;
    (void)err;
    out->kind = ENVELOPE_IGNORED;
    return true;
}

typedef bool decoder(struct json_node *payload, struct arena *arena, struct envelope *out,
                     struct err *err);

static const struct interaction {
    const char *type;
    decoder *decode;
} interactions[] = {
    {"block_actions", decode_click}, {"view_submission", decode_view},
    {"view_closed", ignore},         {"shortcut", ignore},
    {"message_action", ignore},      {"block_suggestion", ignore},
};

static bool decode_interaction(struct json_node *payload, struct arena *arena, struct envelope *out,
                               struct err *err)
{
    const char *type = json_node_str(payload, "type", arena, "");
    for (size_t i = 0; i < sizeof interactions / sizeof *interactions; i++)
        if (strcmp(interactions[i].type, type) == 0) {
            out->type = interactions[i].type;
            return interactions[i].decode(payload, arena, out, err);
        }
    return ignore(payload, arena, out, err);
}

static const char *event_user(struct json_node *event, struct arena *arena)
{
    return first_of(json_node_str(event, "user", arena, NULL),
                    json_node_str(event, "user.id", arena, ""));
}

/* app_rate_limited and its like carry no inner event: understood, nothing for us. */
static bool decode_event(struct json_node *payload, struct arena *arena, struct envelope *out,
                         struct err *err)
{
    struct request *request = &out->request;
    struct json_node *event = json_node_at(payload, "event");
    if (!event || !json_node_says(json_node_at(payload, "type"), "event_callback"))
        return ignore(payload, arena, out, err);
    request->kind = REQUEST_EVENT;
    request->actor.via = "event";
    request->actor.user_id = event_user(event, arena);
    request->event = event;
    request->channel = json_node_str(event, "channel", arena, NULL);
    request->message_ts = json_node_str(event, "ts", arena, NULL);
    request->thread_ts = json_node_str(event, "thread_ts", arena, NULL);
    request->text = json_node_str(event, "text", arena, NULL);
    request->tab = json_node_str(event, "tab", arena, NULL);
    out->from_bot = json_node_at(event, "bot_id") != NULL;
    out->dedupe_key = key_of(arena, "ev", json_node_str(payload, "event_id", arena, NULL));
    static const char *const team[2] = {"team_id", "context_team_id"};
    if (!json_node_need_str(event, "type", arena, &request->name, err) ||
        !decode_tenant(payload, team, "enterprise_id", arena, request, err))
        return false;
    if (!request->enterprise)
        request->enterprise = json_node_str(payload, "context_enterprise_id", arena, NULL);
    if (!out->dedupe_key)
        out->dedupe_key = arena_fmt(arena, "ev:%s:%s:%s", first_of(request->channel, ""),
                                    json_node_str(event, "event_ts", arena, ""), request->name);
    return true;
}

static const struct interaction envelope_types[] = {
    {"slash_commands", decode_command},
    {"interactive", decode_interaction},
    {"events_api", decode_event},
};

static bool decode_farewell(struct json_node *frame, struct arena *arena, struct envelope *out)
{
    out->kind = ENVELOPE_DISCONNECT;
    out->type = "disconnect";
    out->reason = json_node_str(frame, "reason", arena, "unspecified");
    return true;
}

static bool decode_hello(struct json_node *frame, struct envelope *out)
{
    out->kind = ENVELOPE_HELLO;
    out->type = "hello";
    out->lifetime_s = json_node_int(frame, "debug_info.approximate_connection_time", 0);
    out->connections = json_node_int(frame, "num_connections", 0);
    return true;
}

/* What people are shown and the log knows: the end of the envelope's id. */
static const char *reference_of(const char *id)
{
    size_t len = id ? strlen(id) : 0;
    return len > 8 ? id + len - 8 : id;
}

bool envelope_decode_payload(const char *type, struct json_node *payload, struct arena *arena,
                             struct envelope *out, struct err *err)
{
    *out = (struct envelope){.kind = ENVELOPE_IGNORED, .type = "other"};
    for (size_t i = 0; i < sizeof envelope_types / sizeof *envelope_types; i++) {
        if (strcmp(envelope_types[i].type, type) != 0)
            continue;
        out->kind = ENVELOPE_REQUEST;
        out->type = envelope_types[i].type;
        if (!payload)
            return err_set(err, ERR_INVALID, "payload: missing");
        if (payload->kind != JSON_OBJECT)
            return err_set(err, ERR_INVALID, "payload: no JSON object");
        if (!envelope_types[i].decode(payload, arena, out, err))
            return err_prefix(err, "%s", type);
        out->request.reference = reference_of(out->dedupe_key);
        return true;
    }
    return true;
}

bool envelope_decode(struct json_node *frame, struct arena *arena, struct envelope *out,
                     struct err *err)
{
    *out = (struct envelope){.kind = ENVELOPE_IGNORED, .type = "other"};
    if (frame->kind != JSON_OBJECT)
        return err_set(err, ERR_INVALID, "a frame that is no JSON object");
    const char *type = json_node_str(frame, "type", arena, "");
    if (strcmp(type, "hello") == 0)
        return decode_hello(frame, out);
    if (strcmp(type, "disconnect") == 0)
        return decode_farewell(frame, arena, out);
    const char *id = json_node_str(frame, "envelope_id", arena, NULL);
    id = id && id[0] ? id : NULL;
    bool decoded = envelope_decode_payload(type, json_node_at(frame, "payload"), arena, out, err);
    out->id = id;
    if (!decoded)
        return false;
    out->request.answer_in_ack = json_node_bool(frame, "accepts_response_payload", false);
    out->request.reference = reference_of(id);
    if (!out->dedupe_key)
        out->dedupe_key = key_of(arena, "env", id);
    return true;
}

const char *envelope_salvage_id(const char *text, size_t len, struct arena *arena)
{
    static const char member[] = "\"envelope_id\"";
    const char *at = memmem(text, len, member, sizeof member - 1);
    if (!at)
        return NULL;
    const char *end = text + len;
    for (at += sizeof member - 1; at < end && strchr(" \t:", *at); at++)
        ;
    if (at == end || *at++ != '"')
        return NULL;
    const char *close = memchr(at, '"', (size_t)(end - at));
    if (!close || close == at || close - at > 64 || memchr(at, '\\', (size_t)(close - at)))
        return NULL;
    return arena_strn(arena, at, (size_t)(close - at));
}
