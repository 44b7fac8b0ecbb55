/* libwebsockets as a client: TLS verified by name and chain, HTTP/1.1 only, one
 * text frame a write. */
#include "bot/socket_mode.h"

#include "base/buf.h"
#include "base/log.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <libwebsockets.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CLOSE_ANSWER_US = 1000000,
    MAX_QUEUED_BYTES = 8 * 1024 * 1024,
    URL_MAX = 2048,
    NAME_MAX_BYTES = 256
};

/* A name that is asked about, by a thread of its own: libwebsockets asks from within the loop, and
 * a silent name server would stop that for as long as the C library goes on asking. Once it has
 * answered here, it answers there. */
struct lookup {
    struct lws_context *context; /* NULL: nobody waits any more, the thread frees it */
    bool done;
    int error; /* getaddrinfo's */
    char name[NAME_MAX_BYTES];
};

static pthread_mutex_t lookup_lock = PTHREAD_MUTEX_INITIALIZER;

struct frame {
    struct frame *next;
    size_t len;
    unsigned char room[]; /* LWS_PRE bytes, then the frame */
};

struct socket {
    struct socket_mode *owner;
    unsigned slot;
    bool in_use; /* from open until CLOSED was reported */
    bool open, ping_due, close_due, beginning, never_began;
    struct lws *wsi;
    struct frame *first, **last;
    size_t queued_bytes;
    struct buf incoming;   /* a frame in pieces */
    struct lookup *lookup; /* before the connection begins */
    char url[URL_MAX];     /* what it is to begin with then */
    lws_sorted_usec_list_t close_timer;
    char why[160];
};

struct socket_mode {
    struct lws_context *context;
    struct lws_vhost *vhost;
    SSL_CTX *tls;
    socket_mode_handler *handler;
    void *arg;
    struct socket sockets[SOCKET_SLOTS];
};

static void report(struct socket *socket, enum socket_event event, const char *text, size_t len)
{
    socket->owner->handler(socket->owner->arg, socket->slot, event, text, len);
}

static void drop_queue(struct socket *socket)
{
    while (socket->first) {
        struct frame *next = socket->first->next;
        free(socket->first);
        socket->first = next;
    }
    socket->last = &socket->first;
    socket->queued_bytes = 0;
}

/* Once per open, whatever libwebsockets calls in whichever order. */
static void report_closed(struct socket *socket, const char *why)
{
    if (!socket->in_use || socket->beginning)
        return;
    socket->in_use = socket->open = socket->never_began = false;
    socket->wsi = NULL;
    lws_sul_schedule(socket->owner->context, 0, &socket->close_timer, NULL,
                     LWS_SET_TIMER_USEC_CANCEL);
    drop_queue(socket);
    buf_clear(&socket->incoming);
    report(socket, SOCKET_CLOSED, why, strlen(why));
}

static void on_receive(struct socket *socket, struct lws *wsi, const char *data, size_t len)
{
    if (lws_frame_is_binary(wsi)) {
        report(socket, SOCKET_ALIVE, NULL, 0);
        return;
    }
    bool first = lws_is_first_fragment(wsi);
    bool last = lws_is_final_fragment(wsi) && lws_remaining_packet_payload(wsi) == 0;
    if (first && last) {
        report(socket, SOCKET_TEXT, data, len);
        return;
    }
    if (first)
        buf_clear(&socket->incoming);
    buf_add(&socket->incoming, data, len);
    if (!last)
        return;
    if (socket->incoming.overflow)
        log_error("slack", "a frame of more than %d bytes was dropped", SOCKET_MAX_FRAME);
    else
        report(socket, SOCKET_TEXT, buf_cstr(&socket->incoming), socket->incoming.len);
    buf_clear(&socket->incoming);
}

/* Each frame is a write of its own; while corked the kernel gathers them and sends them as one. */
static void cork(struct lws *wsi, int on)
{
    setsockopt(lws_get_socket_fd(wsi), IPPROTO_TCP, TCP_CORK, &on, sizeof on);
}

/* Until the kernel has enough: what it did not take libwebsockets keeps, and writes first. */
static bool write_frames(struct socket *socket, struct lws *wsi)
{
    while (socket->first && !lws_partial_buffered(wsi)) {
        struct frame *frame = socket->first;
        int written = lws_write(wsi, frame->room + LWS_PRE, frame->len, LWS_WRITE_TEXT);
        if (written < (int)frame->len)
            return false;
        socket->queued_bytes -= frame->len;
        socket->first = frame->next;
        if (!socket->first)
            socket->last = &socket->first;
        free(frame);
    }
    return true;
}

/* Nonzero makes libwebsockets close the connection. */
static int on_writable(struct socket *socket, struct lws *wsi)
{
    bool several = socket->first && socket->first->next;
    if (several)
        cork(wsi, 1);
    bool written = write_frames(socket, wsi);
    if (several)
        cork(wsi, 0);
    if (!written)
        return -1;
    if (socket->ping_due && !lws_partial_buffered(wsi)) {
        unsigned char ping[LWS_PRE + 5];
        memcpy(ping + LWS_PRE, "usher", 5);
        socket->ping_due = false;
        if (lws_write(wsi, ping + LWS_PRE, 5, LWS_WRITE_PING) < 0)
            return -1;
    }
    if (socket->close_due && !socket->first) {
        lws_close_reason(wsi, LWS_CLOSE_STATUS_NORMAL, NULL, 0);
        return -1;
    }
    if (socket->first || socket->ping_due)
        lws_callback_on_writable(wsi);
    return 0;
}

static void note_peer_close(struct socket *socket, const unsigned char *data, size_t len)
{
    if (len < 2)
        return;
    snprintf(socket->why, sizeof socket->why, "closed by Slack: %d %.*s", data[0] << 8 | data[1],
             (int)(len - 2 > 100 ? 100 : len - 2), (const char *)data + 2);
}

/* libwebsockets refuses a certificate that did not pass, and says so in its own log only. */
static void note_certificate(struct socket *socket, X509_STORE_CTX *store, bool passed)
{
    if (!passed)
        snprintf(socket->why, sizeof socket->why, "could not connect: certificate refused: %s",
                 X509_verify_cert_error_string(X509_STORE_CTX_get_error(store)));
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                    size_t len)
{
    struct socket *socket = lws_get_opaque_user_data(wsi);
    if (!socket || (socket->wsi && socket->wsi != wsi))
        return 0; /* of a connection that was given up */
    switch (reason) {
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
        socket->open = true;
        report(socket, SOCKET_OPENED, NULL, 0);
        if (socket->close_due)
            lws_callback_on_writable(wsi);
        return 0;
    case LWS_CALLBACK_CLIENT_RECEIVE:
        on_receive(socket, wsi, in, len);
        return 0;
    case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
        report(socket, SOCKET_ALIVE, NULL, 0);
        return 0;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
        return on_writable(socket, wsi);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        note_peer_close(socket, in, len);
        return 0;
    case LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION:
        note_certificate(socket, user, len);
        return 0;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        if (!socket->why[0])
            snprintf(socket->why, sizeof socket->why, "could not connect: %.*s",
                     (int)(in ? len : 0), in ? (const char *)in : "");
        report_closed(socket, socket->why);
        return 0;
    case LWS_CALLBACK_CLIENT_CLOSED:
    case LWS_CALLBACK_WSI_DESTROY:
        report_closed(socket, socket->why[0] ? socket->why : "the connection was lost");
        return 0;
    default:
        return 0;
    }
}

static const struct lws_protocols protocols[] = {
    {.name = "slack-socket-mode", .callback = on_event},
    {0},
};

static bool is_hash(const char *name)
{
    return strspn(name, "0123456789abcdef") == 8 && strcmp(name + 8, ".0") == 0;
}

static bool has_hashes(const char *folder)
{
    bool found = false;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && !found && (entry = readdir(dir));)
        found = is_hash(entry->d_name);
    if (dir)
        closedir(dir);
    return found;
}

/* Of a hashed folder OpenSSL reads an anchor when it is asked for; the bundle beside it is parsed
 * whole at every start. Where the environment names other places, they hold. */
static void trust_system(SSL_CTX *tls)
{
    bool named =
        getenv(X509_get_default_cert_file_env()) || getenv(X509_get_default_cert_dir_env());
    if (!named && has_hashes(X509_get_default_cert_dir()))
        SSL_CTX_set_default_verify_dir(tls);
    else
        SSL_CTX_set_default_verify_paths(tls);
}

/* The system's trust anchors, and the one that was named. */
static SSL_CTX *make_tls(const char *ca_file, struct err *err)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
    if (!tls)
        abort();
    SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
    trust_system(tls);
    if (ca_file && SSL_CTX_load_verify_locations(tls, ca_file, NULL) != 1) {
        err_set(err, ERR_CONFIG, "slack.ca_file: %s holds no certificate that could be read",
                ca_file);
        SSL_CTX_free(tls);
        return NULL;
    }
    return tls;
}

struct socket_mode *socket_mode_new(struct lws_context *context, const char *ca_file,
                                    socket_mode_handler *handler, void *arg, struct err *err)
{
    SSL_CTX *tls = make_tls(ca_file, err);
    if (!tls)
        return NULL;
    struct socket_mode *socket_mode = calloc(1, sizeof *socket_mode);
    if (!socket_mode)
        abort();
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .protocols = protocols,
        .vhost_name = "slack",
        .options =
            LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT, /* without it the context below is ignored */
        .alpn = "http/1.1",
        .provided_client_ssl_ctx = tls,
        .user = socket_mode,
        .ka_time = 20,
        .ka_probes = 3,
        .ka_interval = 5,
    };
    socket_mode->context = context;
    socket_mode->tls = tls;
    socket_mode->handler = handler;
    socket_mode->arg = arg;
    socket_mode->vhost = lws_create_vhost(context, &info);
    if (!socket_mode->vhost) {
        err_set(err, ERR_INTERNAL, "libwebsockets refused to set up its client");
        SSL_CTX_free(tls);
        free(socket_mode);
        return NULL;
    }
    for (unsigned i = 0; i < SOCKET_SLOTS; i++) {
        socket_mode->sockets[i] = (struct socket){.owner = socket_mode, .slot = i};
        socket_mode->sockets[i].last = &socket_mode->sockets[i].first;
        buf_init(&socket_mode->sockets[i].incoming, SOCKET_MAX_FRAME);
    }
    return socket_mode;
}

/* ---- names ---- */

static void *ask_name(void *arg)
{
    struct lookup *lookup = arg;
    struct addrinfo *found = NULL;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    int error = getaddrinfo(lookup->name, NULL, &hints, &found);
    if (error == 0)
        freeaddrinfo(found);
    pthread_mutex_lock(&lookup_lock);
    bool awaited = lookup->context != NULL;
    lookup->error = error;
    lookup->done = true;
    if (awaited)
        lws_cancel_service(lookup->context);
    pthread_mutex_unlock(&lookup_lock);
    if (!awaited)
        free(lookup);
    return NULL;
}

static struct lookup *lookup_begin(struct lws_context *context, const char *name)
{
    pthread_t thread;
    struct lookup *lookup = calloc(1, sizeof *lookup);
    if (!lookup)
        abort();
    lookup->context = context;
    snprintf(lookup->name, sizeof lookup->name, "%s", name);
    if (pthread_create(&thread, NULL, ask_name, lookup) != 0) {
        free(lookup);
        return NULL;
    }
    pthread_detach(thread);
    return lookup;
}

static void lookup_drop(struct socket *socket)
{
    struct lookup *lookup = socket->lookup;
    if (!lookup)
        return;
    socket->lookup = NULL;
    pthread_mutex_lock(&lookup_lock);
    bool done = lookup->done;
    lookup->context = NULL;
    pthread_mutex_unlock(&lookup_lock);
    if (done)
        free(lookup);
}

void socket_mode_drop_names(struct socket_mode *socket_mode)
{
    for (unsigned i = 0; socket_mode && i < SOCKET_SLOTS; i++)
        lookup_drop(&socket_mode->sockets[i]);
}

void socket_mode_free(struct socket_mode *socket_mode)
{
    if (!socket_mode)
        return;
    socket_mode_drop_names(socket_mode);
    for (unsigned i = 0; i < SOCKET_SLOTS; i++) {
        drop_queue(&socket_mode->sockets[i]);
        buf_release(&socket_mode->sockets[i].incoming);
    }
    SSL_CTX_free(socket_mode->tls);
    free(socket_mode);
}

static bool ends_with_host(const char *host, const char *entry, size_t len)
{
    size_t host_len = strlen(host);
    if (len && *entry == '.') {
        entry++;
        len--;
    }
    return len && host_len >= len && strncasecmp(host + host_len - len, entry, len) == 0 &&
           (host_len == len || host[host_len - len - 1] == '.');
}

static bool is_exempt(const char *host)
{
    const char *list = getenv("no_proxy");
    if (!list)
        list = getenv("NO_PROXY");
    if (strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0)
        return true;
    for (const char *entry = list; entry && *entry;) {
        size_t len = strcspn(entry, ", ");
        if ((len == 1 && *entry == '*') || ends_with_host(host, entry, len))
            return true;
        entry += len + strspn(entry + len, ", ");
    }
    return false;
}

/* The proxy for wss:// by the usual variables; libwebsockets itself would only read http_proxy and
 * knows no exceptions. */
static void choose_proxy(const char *host, char out[NAME_MAX_BYTES])
{
    const char *proxy = getenv("https_proxy");
    if (!proxy)
        proxy = getenv("HTTPS_PROXY");
    if (!proxy || is_exempt(host))
        proxy = ":0"; /* no address: none */
    const char *scheme = strstr(proxy, "://");
    snprintf(out, NAME_MAX_BYTES, "%s", scheme ? scheme + 3 : proxy);
    out[strcspn(out, "/")] = '\0';
}

/* The name whose addresses are connected to: the proxy's, where there is one. */
static void name_to_ask(const char *host, char out[NAME_MAX_BYTES])
{
    char proxy[NAME_MAX_BYTES];
    choose_proxy(host, proxy);
    const char *at = strrchr(proxy, '@'), *name = at ? at + 1 : proxy;
    snprintf(out, NAME_MAX_BYTES, "%.*s", (int)strcspn(name, ":"), name);
    if (!out[0])
        snprintf(out, NAME_MAX_BYTES, "%s", host);
}

static bool is_address(const char *name)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, name, bytes) == 1 || strpbrk(name, ":[");
}

static bool begin(struct socket *socket, const char *url)
{
    char copy[URL_MAX], path[URL_MAX], host[300], proxy[NAME_MAX_BYTES];
    const char *protocol, *address, *rest;
    int port;
    snprintf(copy, sizeof copy, "%s", url);
    if (!url[0] || lws_parse_uri(copy, &protocol, &address, &port, &rest))
        return false;
    bool tls = strcmp(protocol, "wss") == 0;
    if (!tls && strcmp(protocol, "ws") != 0)
        return false;
    snprintf(path, sizeof path, "/%s", rest);
    snprintf(host, sizeof host, "%s:%d", address, port);
    choose_proxy(address, proxy);
    lws_set_proxy(socket->owner->vhost, proxy);
    struct lws_client_connect_info info = {
        .context = socket->owner->context,
        .vhost = socket->owner->vhost,
        .address = address,
        .port = port,
        .path = path,
        .host = host,
        .ssl_connection = tls ? LCCSCF_USE_SSL : 0,
        .alpn = "http/1.1",
        .local_protocol_name = "slack-socket-mode",
        .ietf_version_or_minus_one = -1,
        .opaque_user_data = socket,
        .pwsi = &socket->wsi,
    };
    return lws_client_connect_via_info(&info) != NULL;
}

static void begin_now(struct socket *socket)
{
    socket->beginning =
        true; /* what fails in here is reported by the loop, not from inside this call */
    socket->never_began = !begin(socket, socket->url);
    socket->beginning = false;
    if (socket->never_began)
        lws_cancel_service(socket->owner->context);
}

static bool must_ask(const char *url, char name[NAME_MAX_BYTES])
{
    char copy[URL_MAX];
    const char *protocol, *address, *rest;
    int port;
    snprintf(copy, sizeof copy, "%s", url);
    if (!url[0] || lws_parse_uri(copy, &protocol, &address, &port, &rest))
        return false;
    name_to_ask(address, name);
    return !is_address(name);
}

void socket_mode_open(struct socket_mode *socket_mode, unsigned slot, const char *url)
{
    struct socket *socket = &socket_mode->sockets[slot];
    char name[NAME_MAX_BYTES];
    socket->in_use = true;
    socket->open = socket->ping_due = socket->close_due = false;
    socket->why[0] = '\0';
    snprintf(socket->url, sizeof socket->url, "%s", strlen(url) < sizeof socket->url ? url : "");
    if (must_ask(socket->url, name))
        socket->lookup = lookup_begin(socket_mode->context, name);
    if (!socket->lookup)
        begin_now(socket);
}

/* Begins once the name is known. */
static void follow_lookup(struct socket *socket)
{
    struct lookup *lookup = socket->lookup;
    if (!lookup)
        return;
    pthread_mutex_lock(&lookup_lock);
    bool done = lookup->done;
    pthread_mutex_unlock(&lookup_lock);
    if (!done)
        return;
    int error = lookup->error;
    lookup_drop(socket);
    if (error == 0) {
        begin_now(socket);
        return;
    }
    snprintf(socket->why, sizeof socket->why, "could not connect: %s", gai_strerror(error));
    socket->never_began = true;
}

bool socket_mode_report(struct socket_mode *socket_mode)
{
    bool any = false;
    for (unsigned i = 0; i < SOCKET_SLOTS; i++) {
        struct socket *socket = &socket_mode->sockets[i];
        follow_lookup(socket);
        if (!socket->never_began)
            continue;
        any = true;
        report_closed(socket, socket->why[0] ? socket->why : "the URL cannot be connected to");
    }
    return any;
}

bool socket_mode_send(struct socket_mode *socket_mode, unsigned slot, const char *text, size_t len)
{
    struct socket *socket = &socket_mode->sockets[slot];
    if (!socket->open || socket->close_due || socket->queued_bytes + len > MAX_QUEUED_BYTES)
        return false;
    struct frame *frame = malloc(sizeof *frame + LWS_PRE + len);
    if (!frame)
        abort();
    frame->next = NULL;
    frame->len = len;
    memcpy(frame->room + LWS_PRE, text, len);
    *socket->last = frame;
    socket->last = &frame->next;
    socket->queued_bytes += len;
    lws_callback_on_writable(socket->wsi);
    return true;
}

bool socket_mode_ping(struct socket_mode *socket_mode, unsigned slot)
{
    struct socket *socket = &socket_mode->sockets[slot];
    if (!socket->open || socket->close_due)
        return false;
    socket->ping_due = true;
    lws_callback_on_writable(socket->wsi);
    return true;
}

/* Slack may answer a close and then keep TCP open, or never answer: we do not wait longer than a
 * second. */
static void on_close_timer(lws_sorted_usec_list_t *timer)
{
    struct socket *socket = lws_container_of(timer, struct socket, close_timer);
    if (socket->wsi)
        lws_set_timeout(socket->wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
}

void socket_mode_close(struct socket_mode *socket_mode, unsigned slot)
{
    struct socket *socket = &socket_mode->sockets[slot];
    if (socket->lookup) {
        lookup_drop(socket);
        snprintf(socket->why, sizeof socket->why, "closed by us");
        socket->never_began = true;
        lws_cancel_service(socket_mode->context);
    }
    if (!socket->in_use || socket->close_due || !socket->wsi)
        return;
    socket->close_due = true;
    snprintf(socket->why, sizeof socket->why, "closed by us");
    lws_sul_schedule(socket_mode->context, 0, &socket->close_timer, on_close_timer,
                     socket->open ? CLOSE_ANSWER_US : 1);
    if (socket->open)
        lws_callback_on_writable(socket->wsi);
}
