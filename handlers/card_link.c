/* Permalinks to what Usher said. */
#include "handlers/card_link.h"

#include "base/broken.h"
#include "db/channels.h"
#include "db/tenants.h"
#include "handlers/roles.h"

#include <string.h>

enum link_reader card_link_reader(struct turn *turn, const char *tenant, const char *user_id)
{
    static const enum role roles[] = {ROLE_CSM, ROLE_APPROVER, ROLE_MANAGER, ROLE_DIRECTOR};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (roles_has(turn, tenant, user_id, roles[i]))
            return LINK_FOR_CS;
    return LINK_FOR_ANYONE;
}

/* Somebody has deleted it: an edit found that out. */
static bool is_gone(const struct message *message)
{
    return message->failure && strcmp(message->failure, "message_not_found") == 0;
}

static bool is_channel(const char *id)
{
    return id && (id[0] == 'C' || id[0] == 'G') &&
           strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == strlen(id);
}

/* "1776693720.000100" is p1776693720000100 in an address; NULL where it is no such time. */
static const char *place_of(struct arena *arena, const char *ts)
{
    static const char digits[] = "0123456789";
    size_t seconds = ts ? strspn(ts, digits) : 0;
    if (seconds == 0 || ts[seconds] != '.')
        return NULL;
    const char *rest = ts + seconds + 1;
    if (strspn(rest, digits) != 6 || rest[6] != '\0')
        return NULL;
    return arena_fmt(arena, "p%.*s%s", (int)seconds, ts, rest);
}

static bool may_see(struct turn *turn, const struct message *message, enum link_reader reader)
{
    struct channel channel;
    if (reader == LINK_FOR_CS || BROKEN(private_linked))
        return true;
    return channels_get(turn->db, turn->arena, message->tenant, message->channel, &channel) &&
           channel.open;
}

const char *card_link(struct turn *turn, const struct message *message, enum link_reader reader)
{
    struct tenant tenant;
    if (!is_channel(message->channel) || is_gone(message) || !may_see(turn, message, reader))
        return NULL;
    const char *place = place_of(turn->arena, message->ts);
    if (!place || !tenants_get(turn->db, turn->arena, message->tenant, &tenant) || !tenant.url)
        return NULL;
    return arena_fmt(turn->arena, "%sarchives/%s/%s", tenant.url, message->channel, place);
}

const char *card_link_of(struct turn *turn, const struct item *item, enum link_reader reader)
{
    struct message card;
    if (!messages_find(turn->db, turn->arena, item->tenant, item->id, "card", NULL, &card))
        return NULL;
    return card_link(turn, &card, reader);
}

void card_put_link(struct turn *turn, const struct item *item, enum link_reader reader,
                   struct value *context)
{
    value_str(context, "card_url", card_link_of(turn, item, reader));
}
