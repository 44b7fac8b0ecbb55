/* libwebsockets as an HTTP/1.1 server for health, metrics and, later, webhooks. */
#include "bot/http_in.h"

#include "base/buf.h"

#include <libwebsockets.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER_BYTES = 16384, PATH_MAX_BYTES = 1024, HEAD_ROOM = 2048 };

struct http_in {
    struct lws_vhost *vhost;
    http_in_handler *handler;
    void *arg;
};

/* One request; lives in libwebsockets' memory of the connection. */
struct visit {
    char method[8];
    char path[PATH_MAX_BYTES];
    struct buf body;
    char *answer; /* LWS_PRE bytes of room, then the body */
    size_t answer_len;
};

static const struct {
    enum lws_token_indexes token;
    const char *name;
} methods[] = {
    {WSI_TOKEN_GET_URI, "GET"},         {WSI_TOKEN_POST_URI, "POST"},
    {WSI_TOKEN_PUT_URI, "PUT"},         {WSI_TOKEN_PATCH_URI, "PATCH"},
    {WSI_TOKEN_DELETE_URI, "DELETE"},   {WSI_TOKEN_HEAD_URI, "HEAD"},
    {WSI_TOKEN_OPTIONS_URI, "OPTIONS"},
};

static bool read_request_line(struct lws *wsi, struct visit *visit)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (!lws_hdr_total_length(wsi, methods[i].token))
            continue;
        memcpy(visit->method, methods[i].name, strlen(methods[i].name) + 1);
        return lws_hdr_copy(wsi, visit->path, sizeof visit->path, methods[i].token) > 0;
    }
    return false;
}

static int send_head(struct lws *wsi, const struct http_in_answer *answer)
{
    unsigned char room[LWS_PRE + HEAD_ROOM];
    unsigned char *at = room + LWS_PRE, *end = room + sizeof room;
    if (lws_add_http_common_headers(wsi, (unsigned)answer->status, answer->content_type,
                                    answer->body_len, &at, end) ||
        lws_add_http_header_by_name(wsi, (const unsigned char *)"x-content-type-options:",
                                    (const unsigned char *)"nosniff", 7, &at, end) ||
        lws_add_http_header_by_name(wsi, (const unsigned char *)"cache-control:",
                                    (const unsigned char *)"no-store", 8, &at, end) ||
        (answer->status == 405 &&
         lws_add_http_header_by_token(wsi, WSI_TOKEN_HTTP_ALLOW, (const unsigned char *)"GET, HEAD",
                                      9, &at, end)))
        return -1;
    return lws_finalize_write_http_header(wsi, room + LWS_PRE, &at, end);
}

static int serve(struct lws *wsi, struct http_in *http_in, struct visit *visit)
{
    struct http_in_request request = {
        .method = visit->method,
        .path = visit->path,
        .body = buf_cstr(&visit->body),
        .body_len = visit->body.len,
    };
    struct http_in_answer answer = {0};
    if (visit->body.overflow)
        answer = (struct http_in_answer){413, "text/plain; charset=utf-8",
                                         "The body is larger than 1 MiB.\n", 31};
    else
        http_in->handler(http_in->arg, &request, &answer);
    if (send_head(wsi, &answer))
        return -1;
    if (strcmp(visit->method, "HEAD") == 0 || !answer.body_len)
        return lws_http_transaction_completed(wsi) ? -1 : 0;
    visit->answer = malloc(LWS_PRE + answer.body_len);
    if (!visit->answer)
        abort();
    memcpy(visit->answer + LWS_PRE, answer.body, answer.body_len);
    visit->answer_len = answer.body_len;
    lws_callback_on_writable(wsi);
    return 0;
}

static void visit_clear(struct visit *visit)
{
    buf_release(&visit->body);
    free(visit->answer);
    *visit = (struct visit){0};
}

static int write_answer(struct lws *wsi, struct visit *visit)
{
    if (!visit->answer)
        return 0;
    int written = lws_write(wsi, (unsigned char *)visit->answer + LWS_PRE, visit->answer_len,
                            LWS_WRITE_HTTP_FINAL);
    size_t wanted = visit->answer_len;
    visit_clear(visit);
    if (written < (int)wanted)
        return -1;
    return lws_http_transaction_completed(wsi) ? -1 : 0;
}

static int begin(struct lws *wsi, struct http_in *http_in, struct visit *visit)
{
    visit_clear(visit);
    buf_init(&visit->body, HTTP_IN_MAX_BODY);
    if (!read_request_line(wsi, visit))
        return -1;
    bool has_body = lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) > 0 &&
                    lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) == 0;
    return has_body ? 0 : serve(wsi, http_in, visit);
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                    size_t len)
{
    struct lws_vhost *vhost = lws_get_vhost(wsi);
    struct visit *visit = user;
    if (!vhost)
        return 0; /* before a connection has a server, nothing is ours */
    struct http_in *http_in = lws_vhost_user(vhost);
    switch (reason) {
    case LWS_CALLBACK_HTTP:
        return begin(wsi, http_in, visit);
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return 1; /* nothing here but HTTP/1.1: libwebsockets would speak WebSocket by itself */
    case LWS_CALLBACK_HTTP_BODY:
        buf_add(&visit->body, in, len);
        return 0;
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        return serve(wsi, http_in, visit);
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return write_answer(wsi, visit);
    case LWS_CALLBACK_CLOSED_HTTP:
        if (visit)
            visit_clear(visit);
        return 0;
    default:
        return lws_callback_http_dummy(wsi, reason, user, in, len);
    }
}

static const struct lws_protocols protocols[] = {
    {.name = "http", .callback = on_event, .per_session_data_size = sizeof(struct visit)},
    {0},
};

/* Given an IPv4 address, libwebsockets listens on every address there is, unless IPv6 is off. */
static uint64_t options_for(const char *address)
{
    return strchr(address, ':') ? 0 : LWS_SERVER_OPTION_DISABLE_IPV6;
}

struct http_in *http_in_new(struct lws_context *context, const char *address, int port,
                            http_in_handler *handler, void *arg, struct err *err)
{
    struct http_in *http_in = calloc(1, sizeof *http_in);
    if (!http_in)
        abort();
    http_in->handler = handler;
    http_in->arg = arg;
    struct lws_context_creation_info info = {
        .port = port,
        .iface = address,
        .protocols = protocols,
        .vhost_name = "http",
        .alpn = "http/1.1",
        .user = http_in,
        .max_http_header_data = HEADER_BYTES,
        .keepalive_timeout = 30,
        .options = LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND | options_for(address),
    };
    http_in->vhost = lws_create_vhost(context, &info);
    if (http_in->vhost)
        return http_in;
    err_set(err, ERR_BUSY,
            "http.listen: %s port %d cannot be listened on: another process has it, or the address "
            "is not this machine's",
            address, port);
    free(http_in);
    return NULL;
}

void http_in_free(struct http_in *http_in)
{
    free(http_in);
}

int http_in_port(const struct http_in *http_in)
{
    return lws_get_vhost_listen_port(http_in->vhost);
}
