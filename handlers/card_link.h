/* Where a message opens in Slack: the workspace's address, the channel and the time that is the
 * message's name there, as Slack documents its permalinks (chat.getPermalink). Nobody is asked, so
 * that nothing that has to be said waits for a link. docs/messages.md. */
#ifndef HANDLERS_CARD_LINK_H
#define HANDLERS_CARD_LINK_H

#include "base/value.h"
#include "db/items.h"
#include "db/messages.h"
#include "handlers/handler.h"

/* Whether the reader may see a channel that is not open to everyone of the workspace. */
enum link_reader {
    LINK_FOR_ANYONE, /* a desk, say: links to open channels alone */
    LINK_FOR_CS,     /* who works or decides in the channel of cards */
};

/* CS by their roles: those whose work the channel of cards is. */
enum link_reader card_link_reader(struct turn *turn, const char *tenant, const char *user_id);

/* "https://acme.slack.com/archives/C0CS/p1776693720000100"; NULL where it stands in no channel (any
 * more), the reader may not see that, or the workspace's address is not known. From the arena. */
const char *card_link(struct turn *turn, const struct message *message, enum link_reader reader);
/* The same of the item's card. */
const char *card_link_of(struct turn *turn, const struct item *item, enum link_reader reader);
/* "card_url": the item's card, for a template. */
void card_put_link(struct turn *turn, const struct item *item, enum link_reader reader,
                   struct value *context);
#endif
