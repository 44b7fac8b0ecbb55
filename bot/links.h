/* The standing Socket Mode connections: when to open, replace, suspect and leave
 * one. bot/socket_mode.c does the input and output; the decisions are here. docs/socket-mode.md
 * tells which failure is met how.
 *
 *   FREE -> ASKING (apps.connections.open) -> OPENING (TCP, TLS, upgrade) -> GREETING (until hello)
 *        -> STANDING -> LEAVING (a warning, or too old: still read, its replacement is on the way)
 *   any  -> CLOSING (we closed it; until the world says it is gone) -> FREE
 */
#ifndef BOT_LINKS_H
#define BOT_LINKS_H

#include "bot/exchange.h"
#include "bot/metrics.h"
#include "connectors/session.h"

#include <stdbool.h>

struct links;

/* All borrowed. */
struct links_parts {
    struct world *world;
    const struct config *config;
    struct sessions *sessions;
    struct exchanges *exchanges;
    struct metrics *metrics;
};

struct links *links_new(const struct links_parts *parts);
void links_free(struct links *links);
void links_reconfigure(struct links *links, const struct config *config);

void links_start(struct links *links);
/* Closes every connection and opens no more. */
void links_stop(struct links *links);
/* Every connection is gone (after links_stop). */
bool links_are_closed(const struct links *links);

/* What the world reports. */
void links_on_opened(struct links *links, unsigned slot);
void links_on_life(struct links *links, unsigned slot); /* any inbound frame */
void links_on_closed(struct links *links, unsigned slot, const char *why);

/* What Slack says. lifetime_s: approximate_connection_time, 0 if absent; connections:
 * num_connections, 0 if absent. */
void links_on_hello(struct links *links, unsigned slot, int64_t lifetime_s, int64_t connections);
void links_on_disconnect(struct links *links, unsigned slot, const char *reason);

void links_tick(struct links *links);
struct mono links_wake_at(const struct links *links);

/* Connections that can take an envelope now. */
unsigned links_up(const struct links *links);

/* Sends a frame on this connection; when it is gone, on any other that is up. False: none is. */
bool links_send(struct links *links, unsigned slot, const char *text, size_t len);

#endif
