/* A channel began or ceased to be shared with another organisation (Slack Connect). */
#include "base/log.h"
#include "db/channels.h"
#include "handlers/events/events.h"
#include "handlers/jobs/posting.h"

#include <string.h>

static bool learn(struct turn *turn, const struct request *request, bool shared)
{
    const char *tenant = request->actor.tenant, *id = request->channel;
    if (!id)
        return true;
    struct channel known = {0};
    channels_get(turn->db, turn->arena, tenant, id, &known);
    const struct channel channel = {.id = id,
                                    .name = known.name,
                                    .shared = shared,
                                    .open = known.open && !shared,
                                    .checked_at = turn->world->now};
    const char *own = turn->config->slack.channel;
    if (shared && own && strcmp(own, id) == 0) {
        log_error("slack", "the channel of cards, %s, is shared with another organisation now: %s",
                  id, POSTING_SHARED);
        posting_tell_admins(turn, tenant,
                            arena_fmt(turn->arena,
                                      "⚠️ <#%s> is shared with another organisation "
                                      "now: %s.",
                                      id, POSTING_SHARED));
    }
    return channels_put(turn->db, tenant, &channel);
}

bool event_channel_shared(struct turn *turn, const struct request *request, struct reply *reply,
                          struct err *err)
{
    (void)reply;
    (void)err;
    return learn(turn, request, true);
}

/* is_ext_shared: with a third organisation it still is. */
bool event_channel_unshared(struct turn *turn, const struct request *request, struct reply *reply,
                            struct err *err)
{
    (void)reply;
    (void)err;
    return learn(turn, request, json_node_bool(request->event, "is_ext_shared", false));
}
