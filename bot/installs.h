/* /slack/install and /slack/oauth_redirect: people's browsers on their way to Slack's authorize
 * page and back. What Slack grants then is kept in a turn's transaction, and the page goes out
 * after its commit. docs/workspaces.md. */
#ifndef BOT_INSTALLS_H
#define BOT_INSTALLS_H

#include "bot/exchange.h"
#include "bot/metrics.h"
#include "connectors/session.h"
#include "handlers/handler.h"

struct installs;

/* All borrowed. */
struct installs_parts {
    struct exchanges *exchanges;
    struct sessions *sessions;
    struct metrics *metrics;
};

struct installs *installs_new(const struct installs_parts *parts);
void installs_free(struct installs *installs);

/* One of its paths, where installing is configured. */
bool installs_is_at(const struct config *config, const char *path);
/* A request there; answered by installs_flush of this turn or a later one. */
void installs_on_request(struct installs *installs, struct turn *turn, uint64_t id,
                         const struct http_in_request *request, bool draining);
/* Before the commit: keeps what was granted. */
void installs_work(struct installs *installs, struct turn *turn);
/* After it, which kept that or did not: answers. */
void installs_flush(struct installs *installs, struct turn *turn, bool kept);
/* Codes that Slack is being asked about. */
size_t installs_under_way(const struct installs *installs);

#endif
