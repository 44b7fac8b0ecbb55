/* HTTP going out: a thread that waits on one libcurl multi handle. Requests and
 * finished replies cross as values through two queues; the rest of the process never blocks on a
 * socket. */
#ifndef BOT_HTTP_OUT_H
#define BOT_HTTP_OUT_H

#include "base/err.h"
#include "base/http.h"

struct http_out;

/* ca_file: an extra trust anchor, NULL for none. wake(arg) is called from the thread whenever a
 * reply is ready. */
struct http_out *http_out_new(const char *ca_file, void (*wake)(void *arg), void *arg,
                              struct err *err);
/* At most so many connections; a request beyond waits for one, within its own time. Before any is
 * sent. */
void http_out_limit(struct http_out *out, long most);
/* Stops the thread; what is under way is dropped without a reply. */
void http_out_free(struct http_out *out);

/* request and what it points to are borrowed until its reply was taken. */
void http_out_send(struct http_out *out, uint64_t id, const struct http_request *request);

/* The oldest finished exchange: its reply, owned by the caller (http_out_release), or NULL. */
struct http_reply *http_out_take(struct http_out *out, uint64_t *id);
void http_out_release(struct http_reply *reply);

/* Blocks until a reply is ready or `timeout_ms` have passed: for the commands that run no loop. */
void http_out_wait(struct http_out *out, int64_t timeout_ms);

#endif
