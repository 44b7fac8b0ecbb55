/* From a frame, or a request of Slack's to our own server, to its handler and back: decode, dedupe,
 * dispatch in a savepoint of the turn's transaction, acknowledge after the commit. */
#ifndef BOT_ROUTER_H
#define BOT_ROUTER_H

#include "bot/exchange.h"
#include "bot/links.h"
#include "bot/metrics.h"
#include "bot/workspaces.h"
#include "handlers/handler.h"

struct router;

/* All borrowed. */
struct router_parts {
    struct links *links;
    struct exchanges *exchanges;
    const struct workspaces *workspaces;
    struct metrics *metrics;
};

struct router *router_new(const struct router_parts *parts);
void router_free(struct router *router);

/* The configuration, or the keyring, is another one. */
void router_reconfigure(struct router *router);

/* A text frame. turn->arena lives until the turn's end. */
void router_on_text(struct router *router, struct turn *turn, unsigned slot, const char *text,
                    size_t len);

/* A POST at one of Slack's paths (slack_http_what); it is answered in router_flush, as
 * docs/slack.md says. early: nothing is taken yet, or any more. */
void router_on_http(struct router *router, struct turn *turn, uint64_t id,
                    const struct http_in_request *request, bool early);

/* After the commit: sends what was held back for it. kept false: the commit failed, so nothing that
 * it covered is acknowledged and Slack delivers it again. */
void router_flush(struct router *router, struct turn *turn, bool kept);

/* View openings and answers to response URLs that are under way. */
size_t router_under_way(const struct router *router);

#endif
