/* Slack revoked our tokens, or the app was removed: the log and the audit say so; an operator must
 * act. */
#include "base/log.h"
#include "db/audit.h"
#include "handlers/events/events.h"

static bool remember(struct turn *turn, const struct request *request, const char *action,
                     const char *reason)
{
    const struct audit_entry entry = {
        .tenant = request->actor.tenant,
        .at = turn->world->now,
        .actor = "slack",
        .via = "event",
        .action = action,
        .object = request->actor.tenant,
        .reason = reason,
    };
    return audit_append(turn->db, &entry);
}

bool event_tokens_revoked(struct turn *turn, const struct request *request, struct reply *reply,
                          struct err *err)
{
    (void)reply;
    (void)err;
    size_t bots = json_node_count(json_node_at(request->event, "tokens.bot"));
    size_t users = json_node_count(json_node_at(request->event, "tokens.oauth"));
    log_error("slack",
              "workspace %s revoked %zu bot tokens and %zu user tokens: install the app again and "
              "set SLACK_BOT_TOKEN to the new token",
              request->actor.tenant, bots, users);
    return remember(turn, request, "slack.tokens_revoked",
                    arena_fmt(turn->arena, "%zu of bots, %zu of users", bots, users));
}

bool event_app_uninstalled(struct turn *turn, const struct request *request, struct reply *reply,
                           struct err *err)
{
    (void)reply;
    (void)err;
    log_error("slack",
              "workspace %s removed the app: nothing can be said there until it is installed again",
              request->actor.tenant);
    return remember(turn, request, "slack.app_uninstalled", "the app was removed");
}
