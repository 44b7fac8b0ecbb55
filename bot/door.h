/* The door: requests to our own HTTP server. Pages are made at once, a webhook is proven, then
 * taken in a savepoint of the turn's transaction; every answer goes out after the commit. */
#ifndef BOT_DOOR_H
#define BOT_DOOR_H

#include "base/http.h"
#include "bot/metrics.h"
#include "bot/workspaces.h"
#include "handlers/webhooks/webhooks.h"

struct door;

/* workspaces is borrowed; NULL: there is one workspace alone. */
struct door *door_new(struct metrics *metrics, const struct workspaces *workspaces);
void door_free(struct door *door);

/* Keeps an answer that does not depend on the commit; its strings live until the turn's end. */
void door_answer(struct door *door, uint64_t id, const struct http_in_answer *answer);

/* A request at the path of this webhook. draining: nothing is taken any more. */
void door_take(struct door *door, struct turn *turn, uint64_t id, const struct webhook *webhook,
               const struct http_in_request *request, bool draining);

/* After the commit: sends all answers. kept false: the commit failed, and who was to hear that
 * something was taken hears to come again. */
void door_flush(struct door *door, struct world *world, bool kept);

#endif
