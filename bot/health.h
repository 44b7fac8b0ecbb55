/* What the process tells operators over HTTP: /healthz, /readyz, /metrics. */
#ifndef BOT_HEALTH_H
#define BOT_HEALTH_H

#include "bot/bot.h"
#include "bot/metrics.h"

struct health {
    const struct metrics *metrics;
    enum slack_mode mode; /* in HTTP mode no connection is needed */
    unsigned connections; /* Socket Mode connections that are up */
    bool identified;      /* Slack knows our bot token */
    bool draining;
    struct db *db;
};

/* Body and content type live in the arena or are static. */
void health_answer(const struct health *health, const struct http_in_request *request,
                   struct arena *arena, struct http_in_answer *answer);

#endif
