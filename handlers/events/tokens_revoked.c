/* Slack revoked our tokens, or the app was removed: the workspace ends (handlers/install.h). */
#include "handlers/events/events.h"
#include "handlers/install.h"

bool event_tokens_revoked(struct turn *turn, const struct request *request, struct reply *reply,
                          struct err *err)
{
    (void)reply;
    (void)err;
    size_t bots = json_node_count(json_node_at(request->event, "tokens.bot"));
    size_t users = json_node_count(json_node_at(request->event, "tokens.oauth"));
    if (bots == 0) /* of a person's: we have none */
        return true;
    return install_end(turn, request->actor.tenant, "slack.tokens_revoked",
                       arena_fmt(turn->arena, "%zu of bots, %zu of users", bots, users));
}

bool event_app_uninstalled(struct turn *turn, const struct request *request, struct reply *reply,
                           struct err *err)
{
    (void)reply;
    (void)err;
    return install_end(turn, request->actor.tenant, "slack.app_uninstalled", "the app was removed");
}
