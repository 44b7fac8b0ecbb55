/* The load generator's sockets. */
#include "tests/bench/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { READ_SIZE = 256 * 1024, MAX_MESSAGE = 4 * 1024 * 1024 };

enum opcode { CONTINUATION, TEXT, BINARY, CLOSE = 8, PING, PONG };

int64_t stopwatch_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void die(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fputs("load: ", stderr);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

/* ---- bytes ---- */

static char *bytes_room(struct bytes *bytes, size_t more)
{
    if (bytes->len + more > bytes->cap) {
        size_t cap = bytes->cap ? bytes->cap : 4096;
        while (cap < bytes->len + more)
            cap *= 2;
        bytes->data = realloc(bytes->data, cap);
        if (!bytes->data)
            die("out of memory");
        bytes->cap = cap;
    }
    return bytes->data + bytes->len;
}

static void bytes_add(struct bytes *bytes, const void *data, size_t len)
{
    memcpy(bytes_room(bytes, len), data, len);
    bytes->len += len;
}

static void bytes_drop(struct bytes *bytes, size_t count)
{
    memmove(bytes->data, bytes->data + count, bytes->len - count);
    bytes->len -= count;
}

/* ---- connections ---- */

void wire_open(struct wire *wire, const struct wire_events *events, void *arg)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    *wire = (struct wire){.events = events, .arg = arg};
    for (size_t i = 0; i < WIRE_CONNECTIONS; i++)
        wire->conns[i].fd = -1;
    wire->epoll = epoll_create1(EPOLL_CLOEXEC);
    wire->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct epoll_event event = {.events = EPOLLIN};
    if (bind(wire->listener, (struct sockaddr *)&address, size) != 0 ||
        listen(wire->listener, 128) != 0 ||
        getsockname(wire->listener, (struct sockaddr *)&address, &size) != 0 ||
        epoll_ctl(wire->epoll, EPOLL_CTL_ADD, wire->listener, &event) != 0)
        die("cannot listen: %s", strerror(errno));
    wire->port = ntohs(address.sin_port);
}

static void accept_one(struct wire *wire)
{
    int fd = accept4(wire->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    struct conn *conn = wire->conns;
    while (conn < wire->conns + WIRE_CONNECTIONS && conn->fd >= 0)
        conn++;
    if (conn == wire->conns + WIRE_CONNECTIONS)
        die("more than %d connections", WIRE_CONNECTIONS);
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    conn->fd = fd;
    conn->websocket = conn->greeted = conn->leaving = conn->last_words = false;
    conn->wants_write = false;
    conn->serial = ++wire->serial;
    conn->in.len = conn->out.len = 0;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = conn};
    epoll_ctl(wire->epoll, EPOLL_CTL_ADD, fd, &event);
}

static void gone(struct wire *wire, struct conn *conn)
{
    close(conn->fd);
    conn->fd = -1;
    if (conn->websocket)
        wire->events->on_closed(wire->arg, conn);
}

static void flush(struct wire *wire, struct conn *conn)
{
    if (conn->fd < 0 || conn->out.len == 0)
        return;
    ssize_t sent = send(conn->fd, conn->out.data, conn->out.len, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) {
        gone(wire, conn);
        return;
    }
    if (sent > 0)
        bytes_drop(&conn->out, (size_t)sent);
    bool wants_write = conn->out.len > 0;
    if (wants_write == conn->wants_write)
        return;
    conn->wants_write = wants_write;
    struct epoll_event event = {.events = EPOLLIN | (wants_write ? EPOLLOUT : 0u),
                                .data.ptr = conn};
    epoll_ctl(wire->epoll, EPOLL_CTL_MOD, conn->fd, &event);
}

void wire_flush(struct wire *wire)
{
    for (struct conn *conn = wire->conns; conn < wire->conns + WIRE_CONNECTIONS; conn++)
        flush(wire, conn);
}

void conn_reset(struct wire *wire, struct conn *conn)
{
    struct linger hard = {.l_onoff = 1};
    setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    gone(wire, conn);
}

/* ---- HTTP ---- */

void conn_reply(struct conn *conn, const char *status, const char *json)
{
    char head[192];
    int len = snprintf(head, sizeof head,
                       "HTTP/1.1 %.40s\r\nContent-Type: application/json; charset=utf-8\r\n"
                       "Content-Length: %zu\r\n\r\n",
                       status, strlen(json));
    bytes_add(&conn->out, head, (size_t)len);
    bytes_add(&conn->out, json, strlen(json));
}

/* The value of a header, cut off with its line's end; NULL when it is not there. */
static char *header(char *head, const char *name)
{
    size_t len = strlen(name);
    for (char *line = strstr(head, "\r\n"); line; line = strstr(line + 2, "\r\n"))
        if (strncasecmp(line + 2, name, len) == 0 && line[2 + len] == ':')
            return line + 3 + len + strspn(line + 3 + len, " ");
    return NULL;
}

static void upgrade(struct wire *wire, struct conn *conn, const char *key)
{
    char text[128], reply[256];
    unsigned char digest[SHA_DIGEST_LENGTH], accept[64];
    snprintf(text, sizeof text, "%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
             (int)strcspn(key, " \r\n"), key);
    SHA1((const unsigned char *)text, strlen(text), digest);
    EVP_EncodeBlock(accept, digest, sizeof digest);
    int len = snprintf(reply, sizeof reply,
                       "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                       "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
                       (const char *)accept);
    bytes_add(&conn->out, reply, (size_t)len);
    conn->websocket = true;
    wire->events->on_opened(wire->arg, conn);
}

/* Handles one request; false when it is not all there. */
static bool take_request(struct wire *wire, struct conn *conn)
{
    *bytes_room(&conn->in, 1) = '\0';
    char *head = conn->in.data, *end = strstr(head, "\r\n\r\n");
    if (!end)
        return false;
    end[2] = '\0'; /* the last header keeps its CR LF */
    const char *length = header(head, "content-length");
    const char *key = header(head, "sec-websocket-key");
    size_t body_len = length ? (size_t)strtoul(length, NULL, 10) : 0;
    if (header(head, "transfer-encoding") || body_len > MAX_MESSAGE)
        die("a request that cannot be read: %.80s", head);
    size_t whole = (size_t)(end + 4 - head) + body_len;
    if (conn->in.len < whole) {
        end[2] = '\r';
        return false;
    }
    if (key) {
        upgrade(wire, conn, key);
    } else {
        char *path = strchr(head, ' ');
        char *after = path ? strchr(path + 1, ' ') : NULL;
        if (!after)
            die("not HTTP: %.80s", head);
        *path = *after = '\0';
        wire->events->on_request(
            wire->arg, conn,
            &(struct http_in){
                .method = head, .path = path + 1, .body = end + 4, .body_len = body_len});
    }
    if (conn->fd >= 0)
        bytes_drop(&conn->in, whole);
    return conn->fd >= 0;
}

/* ---- WebSocket ---- */

static void send_frame(struct conn *conn, enum opcode opcode, const char *data, size_t len)
{
    unsigned char head[10] = {(unsigned char)(0x80u | opcode)};
    size_t size = 2;
    if (len < 126) {
        head[1] = (unsigned char)len;
    } else if (len < 65536) {
        head[1] = 126;
        head[2] = (unsigned char)(len >> 8);
        head[3] = (unsigned char)len;
        size = 4;
    } else {
        head[1] = 127;
        for (unsigned i = 0; i < 8; i++)
            head[2 + i] = (unsigned char)((uint64_t)len >> (56 - 8 * i));
        size = 10;
    }
    bytes_add(&conn->out, head, size);
    bytes_add(&conn->out, data, len);
}

void conn_send_text(struct conn *conn, const char *text, size_t len)
{
    send_frame(conn, TEXT, text, len);
}

void conn_close(struct wire *wire, struct conn *conn)
{
    send_frame(conn, CLOSE, "\x03\xe8", 2);
    flush(wire, conn);
    if (conn->fd >= 0)
        gone(wire, conn);
}

static void on_frame(struct wire *wire, struct conn *conn, unsigned first, char *data, size_t len)
{
    switch (first & 0x0fu) {
    case TEXT:
        if (!(first & 0x80u))
            wire->violations++; /* Slack does not put an acknowledgement in pieces together */
        wire->events->on_text(wire->arg, conn, data, len);
        return;
    case PING:
        send_frame(conn, PONG, data, len);
        return;
    case PONG:
        return;
    case CLOSE:
        conn_close(wire, conn);
        return;
    default:
        wire->violations++;
    }
}

/* The length of the frame's head, 0 when not all of it is there; *len: of its payload. */
static size_t read_head(const unsigned char *data, size_t have, size_t *len)
{
    if (have < 2)
        return 0;
    size_t more = (data[1] & 127) == 126 ? 2 : (data[1] & 127) == 127 ? 8 : 0;
    if (have < 2 + more + 4)
        return 0;
    *len = data[1] & 127u;
    if (more)
        *len = 0;
    for (size_t i = 0; i < more; i++)
        *len = *len << 8 | data[2 + i];
    return 2 + more + 4;
}

static void take_frames(struct wire *wire, struct conn *conn)
{
    size_t at = 0, len = 0, head;
    while (conn->fd >= 0) {
        unsigned char *data = (unsigned char *)conn->in.data + at;
        head = read_head(data, conn->in.len - at, &len);
        if (!head || conn->in.len - at < head + len)
            break;
        if (!(data[1] & 0x80u) || len > MAX_MESSAGE)
            die("a frame without a mask, or too long");
        const unsigned char *mask = data + head - 4;
        for (size_t i = 0; i < len; i++)
            data[head + i] ^= mask[i & 3u];
        on_frame(wire, conn, data[0], (char *)data + head, len);
        at += head + len;
    }
    if (conn->fd >= 0)
        bytes_drop(&conn->in, at);
}

/* ---- the loop ---- */

static void on_readable(struct wire *wire, struct conn *conn)
{
    ssize_t count = recv(conn->fd, bytes_room(&conn->in, READ_SIZE), READ_SIZE, 0);
    if (count < 0 && errno == EAGAIN)
        return;
    if (count <= 0) {
        gone(wire, conn);
        return;
    }
    conn->in.len += (size_t)count;
    while (conn->fd >= 0 && !conn->websocket && conn->in.len && take_request(wire, conn))
        ;
    if (conn->fd >= 0 && conn->websocket)
        take_frames(wire, conn);
}

void wire_poll(struct wire *wire, int timeout_ms)
{
    struct epoll_event events[64];
    int count = epoll_wait(wire->epoll, events, 64, timeout_ms);
    for (int i = 0; i < count; i++) {
        struct conn *conn = events[i].data.ptr;
        if (!conn)
            accept_one(wire);
        else if (conn->fd >= 0 && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
            on_readable(wire, conn);
    }
    wire_flush(wire);
}
