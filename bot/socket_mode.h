/* WebSocket clients for Socket Mode: input and output only; bot/links.c decides. Frames come
 * reassembled; pings are answered by libwebsockets; sends are queued and written when the socket
 * takes them. */
#ifndef BOT_SOCKET_MODE_H
#define BOT_SOCKET_MODE_H

#include "base/err.h"
#include "bot/bot.h"

struct lws_context;
struct socket_mode;

/* Called from inside the service loop, never from inside the functions below. */
typedef void socket_mode_handler(void *arg, unsigned slot, enum socket_event event,
                                 const char *text, size_t len);

/* ca_file: an extra trust anchor beside the system's, NULL for none. The context is borrowed. */
struct socket_mode *socket_mode_new(struct lws_context *context, const char *ca_file,
                                    socket_mode_handler *handler, void *arg, struct err *err);
/* Nobody waits for a host's name any more: before the context is destroyed, which such a wait would
 * wake. */
void socket_mode_drop_names(struct socket_mode *socket_mode);

/* After the context is destroyed. */
void socket_mode_free(struct socket_mode *socket_mode);

/* As world_ops says. */
void socket_mode_open(struct socket_mode *socket_mode, unsigned slot, const char *url);
bool socket_mode_send(struct socket_mode *socket_mode, unsigned slot, const char *text, size_t len);
bool socket_mode_ping(struct socket_mode *socket_mode, unsigned slot);
void socket_mode_close(struct socket_mode *socket_mode, unsigned slot);

/* Begins connections whose host's name has become known, and reports those that could not even be
 * begun; true if there was one. Called by the loop once a turn. */
bool socket_mode_report(struct socket_mode *socket_mode);

#endif
