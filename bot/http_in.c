/* The HTTP server on libwebsockets' plain sockets: its own HTTP server cannot wait for an answer
 * while more has come in behind the request (it serves that body over and over). A connection:
 *
 *   bytes come in ─> head whole ─> body whole ─> ASKED, reads no further ─> answered ─> the next
 *        └ a head that is refused: answered, and closed
 *
 * One timer a connection runs at all times; when it fires, the connection is closed. */
#include "bot/http_in.h"

#include "bot/http_head.h"

#include <libwebsockets.h>
#include <stdlib.h>
#include <string.h>

enum { READ_MAX_BYTES = 256 * 1024 /* libwebsockets' buffer: what may come behind a request */ };

/* How long a client may take for the next head (also while it idles), for a body, and to take its
 * answer. */
#define HEAD_US   (20 * LWS_US_PER_SEC)
#define BODY_US   (15 * LWS_US_PER_SEC)
#define ANSWER_US (30 * LWS_US_PER_SEC)
/* How long an answer may take that waits for somebody else's. */
#define ASKED_US (60 * LWS_US_PER_SEC)

struct http_in {
    struct lws_vhost *vhost;
    http_in_handler *handler;
    void *arg;
    unsigned connections, most; /* of them at a time */
    uint64_t last_id;
    struct visit *asked; /* those that wait for their answer */
};

/* A connection; lives in libwebsockets' memory of it. */
struct visit {
    struct http_in *http_in;
    struct lws *wsi;
    struct buf in; /* what has come and is not served */
    struct http_head head;
    bool has_head;
    uint64_t id;        /* of the request that is being answered; 0: it is the client's turn */
    struct visit *next; /* in http_in->asked */
    struct buf out;     /* LWS_PRE bytes of room, then what is to be written */
    bool is_last;       /* closed once that is written */
};

static void wait_for_client(struct visit *visit, lws_usec_t us)
{
    lws_set_timer_usecs(visit->wsi, us);
}

/* ---- answering ---- */

static const char *reason_of(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        {200, "OK"},
        {302, "Found"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {411, "Length Required"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {417, "Expectation Failed"},
        {431, "Request Header Fields Too Large"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "";
}

static void put_room(struct buf *out)
{
    static const char room[LWS_PRE];
    if (out->len == 0)
        buf_add(out, room, sizeof room);
}

static void write_later(struct visit *visit, const struct http_in_answer *answer)
{
    struct buf *out = &visit->out;
    bool bare = strcmp(visit->head.method, "HEAD") == 0;
    put_room(out);
    buf_fmt(out, "HTTP/1.1 %d %s\r\n", answer->status, reason_of(answer->status));
    if (answer->content_type)
        buf_fmt(out, "Content-Type: %s\r\n", answer->content_type);
    buf_fmt(out, "Content-Length: %zu\r\n", answer->body_len);
    buf_str(out, "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n");
    if (answer->allow)
        buf_fmt(out, "Allow: %s\r\n", answer->allow);
    if (answer->retry_after_s)
        buf_fmt(out, "Retry-After: %lld\r\n", (long long)answer->retry_after_s);
    if (answer->headers)
        buf_str(out, answer->headers);
    if (visit->is_last)
        buf_str(out, "Connection: close\r\n");
    buf_str(out, "\r\n");
    if (!bare)
        buf_add(out, answer->body, answer->body_len);
    wait_for_client(visit, ANSWER_US);
    lws_callback_on_writable(visit->wsi);
}

static struct visit *unlink_asked(struct http_in *http_in, uint64_t id)
{
    struct visit **link = &http_in->asked;
    while (*link && (*link)->id != id)
        link = &(*link)->next;
    struct visit *visit = *link;
    if (visit)
        *link = visit->next;
    return visit;
}

void http_in_answer(struct http_in *http_in, uint64_t id, const struct http_in_answer *answer)
{
    struct visit *visit = unlink_asked(http_in, id);
    if (visit)
        write_later(visit, answer);
}

/* ---- reading ---- */

static void empty(struct buf *in)
{
    buf_release(in);
    buf_init(in, HTTP_HEAD_MAX_BYTES + HTTP_IN_MAX_BODY + READ_MAX_BYTES);
}

static void forget(struct buf *in, size_t len)
{
    if (len == in->len) {
        empty(in);
        return;
    }
    memmove(in->data, in->data + len, in->len - len);
    in->len -= len;
    in->data[in->len] = '\0';
}

/* What follows such a head cannot be told from the next request. */
static void refuse(struct visit *visit, int status)
{
    visit->id = ++visit->http_in->last_id;
    visit->is_last = true;
    lws_rx_flow_control(visit->wsi, 0);
    write_later(visit, &(struct http_in_answer){.status = status});
}

static void ask(struct visit *visit)
{
    struct http_in *http_in = visit->http_in;
    visit->id = ++http_in->last_id;
    visit->is_last = visit->head.is_last;
    visit->next = http_in->asked;
    http_in->asked = visit;
    lws_rx_flow_control(visit->wsi, 0);
    wait_for_client(visit,
                    ASKED_US); /* it is our turn; libwebsockets 4.1 cancels no timer: it fires */
    http_in->handler(http_in->arg, visit->id,
                     &(struct http_in_request){
                         .method = visit->head.method,
                         .path = visit->head.path,
                         .query = visit->head.query,
                         .headers = buf_cstr(&visit->head.headers),
                         .body = buf_cstr(&visit->in),
                         .body_len = visit->head.body_len,
                     });
    if (visit->head.body_len)
        forget(&visit->in, visit->head.body_len);
}

/* False: not whole yet, or refused. */
static bool take_head(struct visit *visit)
{
    size_t len = http_head_end(visit->in.data, visit->in.len);
    if (len == 0 && visit->in.len <= HTTP_HEAD_MAX_BYTES)
        return false;
    int refused = len == 0 || len > HTTP_HEAD_MAX_BYTES
                      ? 431
                      : http_head_read(visit->in.data, len, HTTP_IN_MAX_BODY, &visit->head);
    if (refused) {
        refuse(visit, refused);
        return false;
    }
    visit->has_head = true;
    forget(&visit->in, len);
    wait_for_client(visit, BODY_US);
    return true;
}

static void expect_body(struct visit *visit)
{
    if (!visit->head.expects || visit->in.len >= visit->head.body_len)
        return;
    visit->head.expects = false;
    put_room(&visit->out);
    buf_str(&visit->out, "HTTP/1.1 100 Continue\r\n\r\n");
    lws_callback_on_writable(visit->wsi);
}

/* As far as what has come will do. */
static void go_on(struct visit *visit)
{
    if (visit->id || (!visit->has_head && !take_head(visit)))
        return;
    if (visit->in.len >= visit->head.body_len)
        ask(visit);
    else
        expect_body(visit);
}

static int take_bytes(struct visit *visit, const void *bytes, size_t len)
{
    buf_add(&visit->in, bytes, len);
    go_on(visit);
    return visit->in.overflow ? -1 : 0;
}

/* ---- libwebsockets' events ---- */

static int on_writable(struct visit *visit)
{
    if (visit->out.len == 0)
        return 0;
    size_t len = visit->out.len - LWS_PRE;
    unsigned char *bytes = (unsigned char *)visit->out.data + LWS_PRE;
    if (lws_write(visit->wsi, bytes, len, LWS_WRITE_RAW) < (int)len)
        return -1; /* libwebsockets keeps what the socket does not take at once */
    buf_release(&visit->out);
    if (!visit->id)
        return 0;
    if (visit->is_last)
        return -1;
    http_head_release(&visit->head);
    visit->has_head = false;
    visit->id = 0;
    wait_for_client(visit, HEAD_US);
    lws_rx_flow_control(visit->wsi, 1);
    go_on(visit);
    return 0;
}

static void open_visit(struct http_in *http_in, struct lws *wsi, struct visit *visit)
{
    http_in->connections++;
    *visit = (struct visit){.http_in = http_in, .wsi = wsi};
    empty(&visit->in);
    wait_for_client(visit, HEAD_US);
}

static void close_visit(struct visit *visit)
{
    if (!visit || !visit->http_in)
        return;
    visit->http_in->connections--;
    if (visit->id)
        unlink_asked(visit->http_in, visit->id);
    http_head_release(&visit->head);
    buf_release(&visit->in);
    buf_release(&visit->out);
    *visit = (struct visit){0};
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                    size_t len)
{
    struct lws_vhost *vhost = lws_get_vhost(wsi);
    if (!vhost)
        return 0; /* before a connection has a server, nothing is ours */
    struct http_in *http_in = lws_vhost_user(vhost);
    struct visit *visit = user;
    switch (reason) {
    case LWS_CALLBACK_FILTER_NETWORK_CONNECTION:
        return http_in->connections >= http_in->most;
    case LWS_CALLBACK_RAW_ADOPT:
        open_visit(http_in, wsi, visit);
        return 0;
    case LWS_CALLBACK_RAW_RX:
        return take_bytes(visit, in, len);
    case LWS_CALLBACK_RAW_WRITEABLE:
        return on_writable(visit);
    case LWS_CALLBACK_TIMER:
        return -1;
    case LWS_CALLBACK_RAW_CLOSE:
        close_visit(visit);
        return 0;
    default:
        return 0;
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
                            unsigned most, http_in_handler *handler, void *arg, struct err *err)
{
    struct http_in *http_in = calloc(1, sizeof *http_in);
    if (!http_in)
        abort();
    http_in->most = most;
    http_in->handler = handler;
    http_in->arg = arg;
    struct lws_context_creation_info info = {
        .port = port,
        .iface = address,
        .protocols = protocols,
        .vhost_name = "http",
        .listen_accept_role = "raw-skt",
        .listen_accept_protocol = "http",
        .user = http_in,
        .options = LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND |
                   LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG | options_for(address),
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
