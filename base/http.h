/* HTTP requests and replies as values. Connectors make and read them; only
 * bot/http_out.c puts them on a wire. */
#ifndef BASE_HTTP_H
#define BASE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE };

enum {
    HTTP_MAX_HEADERS = 12,
    HTTP_DEFAULT_TIMEOUT_MS = 15000,
    HTTP_MAX_REPLY_BYTES = 8 * 1024 * 1024
};

struct http_header {
    const char *name;
    const char *value;
};

/* Makes a request a mail: `url` is smtp://host:port/name or smtps://…, `name` what we call
 * ourselves to the server; `body` is the message (base/mail.h). The reply's status is the
 * server's last, its body the last refusal. */
struct mail_envelope {
    const char *from;                /* sound addresses (base/mail.h) */
    const char *to;                  /* NULL: only signs in */
    const char *username, *password; /* NULL: does not */
    bool starttls_if_offered;        /* else a server on smtp:// that does not encrypt is refused */
};

/* All pointers are borrowed and must live until the reply has come (a call's arena). */
struct http_request {
    enum http_method method;
    const char *url;                  /* absolute, http or https */
    const struct mail_envelope *mail; /* NULL: HTTP */
    struct http_header headers[HTTP_MAX_HEADERS];
    size_t header_count;
    const char *body; /* NULL for none */
    size_t body_len;
    int64_t timeout_ms;     /* the whole exchange; 0 stands for HTTP_DEFAULT_TIMEOUT_MS */
    size_t max_reply_bytes; /* 0 stands for HTTP_MAX_REPLY_BYTES */

    /* Its effect must not happen twice: once some of the body was sent, the client does not repeat
     * it by itself, and says HTTP_SENT_UNKNOWN. */
    bool never_repeat;

    /* Pacing (bot/pacer.c): requests with the same pace_key start at least pace_ms apart and at
     * most pace_parallel at a time. NULL: unpaced. */
    const char *pace_key;
    int64_t pace_ms;
    unsigned pace_parallel; /* 0: no ceiling */
};

/* How an exchange ended, from the sender's point of view. Only HTTP_SENT_UNKNOWN may have had
 * an effect that we did not see. */
enum http_outcome {
    HTTP_ANSWERED,     /* status, headers and body are there */
    HTTP_NOT_SENT,     /* no connection: DNS, refused, connect time-out, proxy */
    HTTP_HELD_BACK,    /* never sent: our own pace kept it until its time was up */
    HTTP_TLS_REFUSED,  /* certificate or handshake: never sent, and not worth an early retry */
    HTTP_SENT_UNKNOWN, /* bytes may have been sent; time-out, reset or cut reply */
    HTTP_TOO_LARGE,    /* the reply passed the ceiling and was dropped (it was answered) */
    HTTP_CANCELLED,    /* we gave up (shutdown) */
};

enum { HTTP_REPLY_HEADER_BYTES = 4096 };

struct http_reply {
    enum http_outcome outcome;
    int status;       /* 0 unless HTTP_ANSWERED or HTTP_TOO_LARGE */
    const char *body; /* NUL-terminated, "" if empty; may hold NULs: use body_len */
    size_t body_len;
    const char
        *headers;    /* "name: value\n" lines, names lower-case; cut at HTTP_REPLY_HEADER_BYTES */
    char error[160]; /* what went wrong, in words that may be shown and logged */
    int64_t elapsed_ms;
};

/* "GET" … */
const char *http_method_name(enum http_method method);

/* Adds a header; name and value are borrowed. Asserts that there is room. */
void http_add_header(struct http_request *request, const char *name, const char *value);

/* Copies the value of a reply's header (lower-case name) into out; false if absent. */
bool http_reply_header(const struct http_reply *reply, const char *name, char *out,
                       size_t out_size);

/* The same of any "name: value\n" lines. */
bool http_header_value(const char *headers, const char *name, char *out, size_t out_size);

/* Retry-After in ms: seconds as an integer (Slack, RFC 9110 delta form), at most a day; fallback_ms
 * if absent or odd. */
int64_t http_retry_after_ms(const struct http_reply *reply, int64_t fallback_ms);

/* ---- coming in ---- */

/* A request to our own server; borrowed for the call. */
struct http_in_request {
    const char *method;  /* "POST" */
    const char *path;    /* percent-decoded, without the query; may hold a secret: never logged */
    const char *query;   /* what stands after the '?', as it came; "" */
    const char *headers; /* "name: value\n" lines, names lower-case */
    const char *body;    /* the raw bytes */
    size_t body_len;
};

struct http_in_answer {
    int status;
    const char *content_type; /* NULL: none */
    const char *body;
    size_t body_len;
    const char *allow;     /* of a 405: "GET, HEAD"; NULL: none */
    int64_t retry_after_s; /* 0: none */
    const char *headers;   /* more of them, "Name: value\r\n" lines of our own making; NULL: none */
};

#endif
