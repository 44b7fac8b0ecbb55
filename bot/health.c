/* /healthz says that the process turns its loop; /readyz that it can serve: store,
 * Slack's word on the token, a connection; /metrics everything in numbers. */
#include "bot/health.h"

#include "base/json.h"

#include <string.h>

static struct http_in_answer plain(int status, const char *text)
{
    return (struct http_in_answer){.status = status,
                                   .content_type = "text/plain; charset=utf-8",
                                   .body = text,
                                   .body_len = strlen(text)};
}

static void answer_metrics(const struct health *health, struct arena *arena,
                           struct http_in_answer *answer)
{
    struct buf out;
    buf_init(&out, 0);
    metrics_write(health->metrics, &out);
    *answer = (struct http_in_answer){
        .status = 200,
        .content_type = "text/plain; version=0.0.4; charset=utf-8",
        .body = arena_strn(arena, buf_cstr(&out), out.len),
        .body_len = out.len,
    };
    buf_release(&out);
}

static void answer_alive(const struct health *health, struct arena *arena,
                         struct http_in_answer *answer)
{
    (void)health;
    (void)arena;
    *answer = plain(200, "ok\n");
}

static bool store_answers(struct db *db)
{
    return db_step(db_prepare(db, "SELECT 1")) == DB_ROW;
}

static void answer_ready(const struct health *health, struct arena *arena,
                         struct http_in_answer *answer)
{
    struct buf out;
    struct json_writer w;
    bool store = store_answers(health->db);
    bool heard = health->connections > 0 || health->mode == SLACK_MODE_HTTP;
    bool ready = store && heard && health->identified && !health->draining;
    buf_init(&out, 0);
    json_writer_init(&w, &out);
    json_open(&w, '{');
    if (!ready) {
        json_pair_str(&w, "type", "about:blank");
        json_pair_str(&w, "title", "Service Unavailable");
    }
    json_pair_int(&w, "status", ready ? 200 : 503);
    json_pair_bool(&w, "store", store);
    json_pair_bool(&w, "slack_token", health->identified);
    json_pair_str(&w, "slack_mode", health->mode == SLACK_MODE_HTTP ? "http" : "socket");
    json_pair_int(&w, "slack_connections", health->connections);
    json_pair_bool(&w, "draining", health->draining);
    json_close(&w, '}');
    *answer = (struct http_in_answer){
        .status = ready ? 200 : 503,
        .content_type = ready ? "application/json" : "application/problem+json",
        .body = arena_strn(arena, buf_cstr(&out), out.len),
        .body_len = out.len,
    };
    buf_release(&out);
}

static const struct {
    const char *path;
    void (*answer)(const struct health *, struct arena *, struct http_in_answer *);
} pages[] = {
    {"/healthz", answer_alive},
    {"/readyz", answer_ready},
    {"/metrics", answer_metrics},
};

void health_answer(const struct health *health, const struct http_in_request *request,
                   struct arena *arena, struct http_in_answer *answer)
{
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        if (strcmp(pages[i].path, request->path) != 0)
            continue;
        if (strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0)
            pages[i].answer(health, arena, answer);
        else
            *answer = plain(405, "Only GET is served here.\n");
        if (answer->status == 405)
            answer->allow = "GET, HEAD";
        return;
    }
    *answer = plain(404, "Not found. Served here: /healthz /readyz /metrics\n");
}
