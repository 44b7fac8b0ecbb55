/* The waiting thread. It makes no decisions: it does what a request says and
 * reports how that ended. */
#include "bot/http_out.h"

#include "base/buf.h"

#include <ctype.h>
#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef USHER_VERSION
#define USHER_VERSION "unknown"
#endif

enum { CONNECT_TIMEOUT_MS = 5000, MAX_HOST_CONNECTIONS = 16, POLL_MS = 60000 };

/* One transfer, owned by the loop until sent, by the thread until finished, by the loop again. */
struct transfer {
    struct transfer *next;
    uint64_t id;
    const struct http_request *request;
    CURL *easy;
    struct curl_slist *headers;
    struct curl_slist *recipients; /* of a mail */
    struct buf body, head;
    size_t sent;     /* of the request's body, where it is read piece by piece */
    bool reply_ends; /* a mail server's answer is whole: the next line begins another */
    bool too_large;
    char error[CURL_ERROR_SIZE];
    struct http_reply reply;
};

struct queue {
    struct transfer *first, **last;
};

struct http_out {
    CURLM *multi;
    pthread_t thread;
    pthread_mutex_t lock; /* guards the queues and stopping */
    pthread_cond_t finished_some;
    struct queue to_send, finished;
    struct transfer *under_way; /* the thread's own */
    bool stopping;
    char *ca_file;
    void (*wake)(void *arg);
    void *arg;
};

static void queue_init(struct queue *queue)
{
    queue->first = NULL;
    queue->last = &queue->first;
}

static void queue_push(struct queue *queue, struct transfer *transfer)
{
    transfer->next = NULL;
    *queue->last = transfer;
    queue->last = &transfer->next;
}

static struct transfer *queue_pop(struct queue *queue)
{
    struct transfer *transfer = queue->first;
    if (!transfer)
        return NULL;
    queue->first = transfer->next;
    if (!queue->first)
        queue->last = &queue->first;
    return transfer;
}

static void transfer_free(struct transfer *transfer)
{
    if (transfer->easy)
        curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->headers);
    curl_slist_free_all(transfer->recipients);
    buf_release(&transfer->body);
    buf_release(&transfer->head);
    free(transfer);
}

static size_t on_body(char *data, size_t size, size_t count, void *arg)
{
    struct transfer *transfer = arg;
    buf_add(&transfer->body, data, size * count);
    transfer->too_large = transfer->body.overflow;
    return transfer->too_large ? 0 : size * count;
}

/* Keeps "name: value" lines with the name in lower case; a status line starts anew (100 Continue,
 * proxies). */
static size_t on_header(char *data, size_t size, size_t count, void *arg)
{
    struct transfer *transfer = arg;
    size_t len = size * count, end = len;
    while (end && (data[end - 1] == '\r' || data[end - 1] == '\n'))
        end--;
    if (end >= 5 && memcmp(data, "HTTP/", 5) == 0) {
        buf_clear(&transfer->head);
        return len;
    }
    const char *colon = memchr(data, ':', end);
    if (!colon)
        return len;
    for (char *c = data; c < colon; c++)
        *c = (char)tolower((unsigned char)*c);
    buf_fmt(&transfer->head, "%.*s\n", (int)end, data);
    return len;
}

static size_t on_send(char *room, size_t size, size_t count, void *arg)
{
    struct transfer *transfer = arg;
    size_t left = transfer->request->body_len - transfer->sent;
    size_t len = left < size * count ? left : size * count;
    memcpy(room, transfer->request->body + transfer->sent, len);
    transfer->sent += len;
    return len;
}

/* libcurl repeats a request by itself when the kept connection it chose turns out to be dead. A
 * body that it reads through a callback it cannot send again once some of it was sent: then it says
 * so instead. */
static void set_body(struct transfer *transfer)
{
    CURL *easy = transfer->easy;
    const struct http_request *request = transfer->request;
    curl_off_t len = request->body ? (curl_off_t)request->body_len : 0;
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, len);
    if (len && request->never_repeat) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_send);
        curl_easy_setopt(easy, CURLOPT_READDATA, transfer);
    } else {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body ? request->body : "");
    }
}

static void set_method(struct transfer *transfer)
{
    const struct http_request *request = transfer->request;
    if (request->body || request->method == HTTP_POST)
        set_body(transfer);
    curl_easy_setopt(transfer->easy, CURLOPT_CUSTOMREQUEST, http_method_name(request->method));
}

static void set_headers(struct transfer *transfer)
{
    const struct http_request *request = transfer->request;
    struct buf line = {0};
    /* no "Expect: 100-continue": it costs a round trip */
    transfer->headers = curl_slist_append(NULL, "Expect:");
    for (size_t i = 0; i < request->header_count; i++) {
        buf_clear(&line);
        buf_fmt(&line, "%s: %s", request->headers[i].name, request->headers[i].value);
        struct curl_slist *longer = curl_slist_append(transfer->headers, buf_cstr(&line));
        if (!longer)
            abort();
        transfer->headers = longer;
    }
    buf_release(&line);
    curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers);
}

static void set_limits(struct transfer *transfer)
{
    const struct http_request *request = transfer->request;
    int64_t timeout_ms = request->timeout_ms ? request->timeout_ms : HTTP_DEFAULT_TIMEOUT_MS;
    buf_init(&transfer->body,
             request->max_reply_bytes ? request->max_reply_bytes : HTTP_MAX_REPLY_BYTES);
    buf_init(&transfer->head, HTTP_REPLY_HEADER_BYTES);
    curl_easy_setopt(transfer->easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(transfer->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
    curl_easy_setopt(transfer->easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(transfer->easy, CURLOPT_PROTOCOLS_STR,
                     request->mail ? "smtp,smtps" : "http,https");
    curl_easy_setopt(transfer->easy, CURLOPT_NOSIGNAL, 1L);
    /* A name server that is silent holds a thread of libcurl's own for as long as the C library
     * asks; without this, giving up on such a name waits for it, and so does every other transfer.
     */
    curl_easy_setopt(transfer->easy, CURLOPT_QUICK_EXIT, 1L);
}

/* ---- mail ---- */

/* Keeps the server's last refusal: "550-5.1.1 No such\n550 user\n". What it says to our QUIT after
 * that is none. */
static size_t on_mail_line(char *data, size_t size, size_t count, void *arg)
{
    struct transfer *transfer = arg;
    size_t len = size * count, end = len;
    while (end && (data[end - 1] == '\r' || data[end - 1] == '\n'))
        end--;
    if (end < 3 || (data[0] != '4' && data[0] != '5'))
        return len;
    if (transfer->reply_ends)
        buf_clear(&transfer->body);
    transfer->reply_ends = end < 4 || data[3] != '-';
    buf_add(&transfer->body, data, end);
    buf_char(&transfer->body, '\n');
    return len;
}

static size_t ignore(char *data, size_t size, size_t count, void *arg)
{
    (void)data;
    (void)arg;
    return size * count;
}

static void set_mail(struct transfer *transfer)
{
    const struct mail_envelope *mail = transfer->request->mail;
    CURL *easy = transfer->easy;
    curl_easy_setopt(easy, CURLOPT_USE_SSL,
                     (long)(mail->starttls_if_offered ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    curl_easy_setopt(easy, CURLOPT_USERNAME, mail->username);
    curl_easy_setopt(easy, CURLOPT_PASSWORD, mail->password);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_mail_line);
    /* A kept connection may be dead: what was sent on it is not known. */
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    if (!mail->to) {
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "NOOP");
        return;
    }
    transfer->recipients = curl_slist_append(NULL, mail->to);
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, mail->from);
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, transfer->recipients);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)transfer->request->body_len);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_send);
    curl_easy_setopt(easy, CURLOPT_READDATA, transfer);
}

static void prepare(struct http_out *out, struct transfer *transfer)
{
    CURL *easy = transfer->easy = curl_easy_init();
    if (!easy)
        abort();
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_URL, transfer->request->url);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "usher/" USHER_VERSION);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (out->ca_file) /* beside the system's directory of anchors */
        curl_easy_setopt(easy, CURLOPT_CAINFO, out->ca_file);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    set_limits(transfer);
    if (transfer->request->mail) {
        set_mail(transfer);
        return;
    }
    set_method(transfer);
    set_headers(transfer);
}

static const struct {
    CURLcode code;
    enum http_outcome outcome;
} outcomes[] = {
    {CURLE_OK, HTTP_ANSWERED},
    {CURLE_COULDNT_RESOLVE_PROXY, HTTP_NOT_SENT},
    {CURLE_COULDNT_RESOLVE_HOST, HTTP_NOT_SENT},
    {CURLE_COULDNT_CONNECT, HTTP_NOT_SENT},
    {CURLE_URL_MALFORMAT, HTTP_NOT_SENT},
    {CURLE_UNSUPPORTED_PROTOCOL, HTTP_NOT_SENT},
    {CURLE_SSL_CONNECT_ERROR, HTTP_TLS_REFUSED},
    {CURLE_PEER_FAILED_VERIFICATION, HTTP_TLS_REFUSED},
    {CURLE_SSL_CACERT_BADFILE, HTTP_TLS_REFUSED},
    {CURLE_SSL_ISSUER_ERROR, HTTP_TLS_REFUSED},
    {CURLE_USE_SSL_FAILED, HTTP_TLS_REFUSED}, /* a mail server that offers no encryption */
};

/* A mail server that said no has answered; one that fell silent after it got some of the text may
 * have taken it all the same. */
static enum http_outcome outcome_of_mail(const struct transfer *transfer, long status)
{
    if (status >= 400)
        return HTTP_ANSWERED;
    return transfer->sent > 0 ? HTTP_SENT_UNKNOWN : HTTP_NOT_SENT;
}

static enum http_outcome outcome_of(const struct transfer *transfer, CURLcode code, long status)
{
    if (transfer->too_large)
        return HTTP_TOO_LARGE;
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
        if (outcomes[i].code == code)
            return outcomes[i].outcome;
    if (transfer->request->mail)
        return outcome_of_mail(transfer, status);
    long sent = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_REQUEST_SIZE, &sent);
    return sent > 0 ? HTTP_SENT_UNKNOWN : HTTP_NOT_SENT;
}

static void conclude(struct transfer *transfer, CURLcode code)
{
    struct http_reply *reply = &transfer->reply;
    curl_off_t total_us = 0;
    long status = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_TOTAL_TIME_T, &total_us);
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    reply->outcome = outcome_of(transfer, code, status);
    if (reply->outcome == HTTP_ANSWERED || reply->outcome == HTTP_TOO_LARGE)
        reply->status = (int)status;
    reply->body = buf_cstr(&transfer->body);
    reply->body_len = transfer->body.len;
    reply->headers = buf_cstr(&transfer->head);
    reply->elapsed_ms = (int64_t)(total_us / 1000);
    if (reply->outcome == HTTP_TOO_LARGE)
        snprintf(reply->error, sizeof reply->error, "the answer is larger than %zu bytes",
                 transfer->body.max);
    else if (code != CURLE_OK)
        snprintf(reply->error, sizeof reply->error, "%.150s",
                 transfer->error[0] ? transfer->error : curl_easy_strerror(code));
}

static void hand_back(struct http_out *out, struct transfer *transfer)
{
    pthread_mutex_lock(&out->lock);
    queue_push(&out->finished, transfer);
    pthread_cond_signal(&out->finished_some);
    pthread_mutex_unlock(&out->lock);
    out->wake(out->arg);
}

static void forget(struct http_out *out, struct transfer *transfer)
{
    struct transfer **link = &out->under_way;
    while (*link != transfer)
        link = &(*link)->next;
    *link = transfer->next;
    curl_multi_remove_handle(out->multi, transfer->easy);
}

static bool start_new(struct http_out *out)
{
    struct transfer *transfer;
    for (;;) {
        pthread_mutex_lock(&out->lock);
        bool stopping = out->stopping;
        transfer = stopping ? NULL : queue_pop(&out->to_send);
        pthread_mutex_unlock(&out->lock);
        if (stopping)
            return false;
        if (!transfer)
            return true;
        prepare(out, transfer);
        transfer->next = out->under_way;
        out->under_way = transfer;
        curl_multi_add_handle(out->multi, transfer->easy);
    }
}

static void *wait_on_sockets(void *arg)
{
    struct http_out *out = arg;
    int running, left;
    while (start_new(out)) {
        curl_multi_perform(out->multi, &running);
        CURLMsg *message;
        while ((message = curl_multi_info_read(out->multi, &left))) {
            struct transfer *transfer;
            CURLcode code = message->data.result;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
            forget(out, transfer);
            conclude(transfer, code);
            hand_back(out, transfer);
        }
        curl_multi_poll(out->multi, NULL, 0, POLL_MS, NULL);
    }
    return NULL;
}

struct http_out *http_out_new(const char *ca_file, void (*wake)(void *arg), void *arg,
                              struct err *err)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        err_set(err, ERR_INTERNAL, "libcurl could not be initialised");
        return NULL;
    }
    struct http_out *out = calloc(1, sizeof *out);
    if (!out)
        abort();
    queue_init(&out->to_send);
    queue_init(&out->finished);
    out->ca_file = ca_file ? strdup(ca_file) : NULL;
    out->wake = wake;
    out->arg = arg;
    out->multi = curl_multi_init();
    curl_multi_setopt(out->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)MAX_HOST_CONNECTIONS);
    pthread_mutex_init(&out->lock, NULL);
    pthread_cond_init(&out->finished_some, NULL);
    if (pthread_create(&out->thread, NULL, wait_on_sockets, out) != 0) {
        err_set(err, ERR_OS, "the thread for outgoing HTTP could not be started");
        curl_multi_cleanup(out->multi);
        free(out->ca_file);
        free(out);
        return NULL;
    }
    return out;
}

void http_out_limit(struct http_out *out, long most)
{
    curl_multi_setopt(out->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, most);
}

void http_out_free(struct http_out *out)
{
    if (!out)
        return;
    pthread_mutex_lock(&out->lock);
    out->stopping = true;
    pthread_mutex_unlock(&out->lock);
    curl_multi_wakeup(out->multi);
    pthread_join(out->thread, NULL);
    while (out->under_way) {
        struct transfer *transfer = out->under_way;
        forget(out, transfer);
        transfer_free(transfer);
    }
    for (struct transfer *transfer; (transfer = queue_pop(&out->to_send));)
        transfer_free(transfer);
    for (struct transfer *transfer; (transfer = queue_pop(&out->finished));)
        transfer_free(transfer);
    curl_multi_cleanup(out->multi);
    pthread_mutex_destroy(&out->lock);
    pthread_cond_destroy(&out->finished_some);
    free(out->ca_file);
    free(out);
    curl_global_cleanup();
}

void http_out_send(struct http_out *out, uint64_t id, const struct http_request *request)
{
    struct transfer *transfer = calloc(1, sizeof *transfer);
    if (!transfer)
        abort();
    transfer->id = id;
    transfer->request = request;
    pthread_mutex_lock(&out->lock);
    queue_push(&out->to_send, transfer);
    pthread_mutex_unlock(&out->lock);
    curl_multi_wakeup(out->multi);
}

struct http_reply *http_out_take(struct http_out *out, uint64_t *id)
{
    pthread_mutex_lock(&out->lock);
    struct transfer *transfer = queue_pop(&out->finished);
    pthread_mutex_unlock(&out->lock);
    if (!transfer)
        return NULL;
    *id = transfer->id;
    return &transfer->reply;
}

void http_out_release(struct http_reply *reply)
{
    if (reply)
        transfer_free((struct transfer *)((char *)reply - offsetof(struct transfer, reply)));
}

void http_out_wait(struct http_out *out, int64_t timeout_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += (time_t)(timeout_ms / 1000);
    until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&out->lock);
    if (!out->finished.first)
        pthread_cond_timedwait(&out->finished_some, &out->lock, &until);
    pthread_mutex_unlock(&out->lock);
}
