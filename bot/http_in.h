/* Our own HTTP server, HTTP/1.1: input and output only. A connection has one request at a time; its
 * head, body and answer have a time and a size each, and there is a ceiling on connections, so that
 * nobody can hold more than that. */
#ifndef BOT_HTTP_IN_H
#define BOT_HTTP_IN_H

#include "base/err.h"
#include "base/http.h"

struct lws_context;
struct http_in;

enum { HTTP_IN_MAX_BODY = 1024 * 1024 };

/* One whole request, from inside the service loop; ids count up. http_in_answer follows, never
 * inside this call. */
typedef void http_in_handler(void *arg, uint64_t id, const struct http_in_request *request);

/* Listens on address:port (0: a free one). Who comes while `most` connections stand is turned away.
 * ERR_BUSY when the port is taken. */
struct http_in *http_in_new(struct lws_context *context, const char *address, int port,
                            unsigned most, http_in_handler *handler, void *arg, struct err *err);
void http_in_free(struct http_in *http_in); /* after the context is destroyed */

/* Copies everything. Of a connection that has gone: forgotten. */
void http_in_answer(struct http_in *http_in, uint64_t id, const struct http_in_answer *answer);
int http_in_port(const struct http_in *http_in);

#endif
