/* What Slack says of a channel: who else reads it. */
#include "connectors/slack.h"

#include "base/json_node.h"
#include "connectors/slack_call.h"

static const struct slack_method conversations_info = {.name = "conversations.info",
                                                       .timeout_ms = 10000};

/* is_org_shared alone is a channel of several workspaces of one organisation: ours all the same. */
static struct step step_info(struct call *call, const struct http_reply *reply)
{
    struct slack_channel *channel = (struct slack_channel *)call;
    if (!reply)
        return slack_first_step(call);
    struct arena scratch = {0};
    struct json_node *body = slack_reply(call, &conversations_info, reply, &scratch);
    if (!body)
        return slack_failed();
    const char *id = slack_copy(call, body, "channel.id");
    channel->name = slack_copy(call, body, "channel.name");
    channel->shared = json_node_bool(body, "channel.is_ext_shared", false) ||
                      json_node_bool(body, "channel.is_pending_ext_shared", false);
    channel->open = !channel->shared && !json_node_bool(body, "channel.is_private", true);
    arena_release(&scratch);
    return id ? call_done() : slack_garbled(call, &conversations_info, "channel.id");
}

struct slack_channel *slack_conversations_info(const struct call_env *env, const char *channel_id)
{
    static const struct call_type type = {"slack", "conversations.info", step_info};
    struct slack_channel *channel = call_new(env, &type, sizeof *channel);
    struct buf form = {0};
    slack_form_add(&form, "channel", channel_id);
    slack_request(&channel->call, &conversations_info, NULL, &form);
    return channel;
}
