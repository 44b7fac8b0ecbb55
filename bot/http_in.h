/* Our own HTTP server: input and output only. */
#ifndef BOT_HTTP_IN_H
#define BOT_HTTP_IN_H

#include "base/err.h"
#include "bot/bot.h"

struct lws_context;
struct http_in;

/* Answers a request from inside the service loop; the answer's body is borrowed until the handler's
 * next call. */
typedef void http_in_handler(void *arg, const struct http_in_request *request,
                             struct http_in_answer *answer);

enum { HTTP_IN_MAX_BODY = 1024 * 1024 };

/* Listens on address:port (0: a free one). ERR_BUSY when the port is taken. */
struct http_in *http_in_new(struct lws_context *context, const char *address, int port,
                            http_in_handler *handler, void *arg, struct err *err);
void http_in_free(struct http_in *http_in); /* after the context is destroyed */
int http_in_port(const struct http_in *http_in);

#endif
