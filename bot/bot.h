/* The whole bot but for the outside: what enters it, turn by turn. The real loop
 * (bot/loop.c) and the simulated world of the tests drive it through these functions alone.
 *
 *   bot_turn_begin   reads nothing, opens nothing
 *     bot_on_*       frames, replies, requests: each in a savepoint of the turn's one transaction
 *   bot_turn_end     commits once, then sends acknowledgements and answers, then starts what is due
 *   bot_wake_at      when the next turn must come at the latest
 */
#ifndef BOT_BOT_H
#define BOT_BOT_H

#include "base/arena.h"
#include "base/config.h"
#include "base/keyring.h"
#include "base/template.h"
#include "base/world.h"
#include "connectors/session.h"
#include "db/db.h"

#include <stdbool.h>
#include <stddef.h>

struct bot;

/* What a bot is made of; all borrowed for its life. */
struct bot_parts {
    struct world *world;
    const struct config *config;
    struct db *db; /* migrated */
    const struct keyring *keyring;
    const struct templates *templates;
};

struct bot *bot_new(const struct bot_parts *parts);
void bot_free(
    struct bot *bot); /* exchanges under way must have been cancelled (their replies delivered) */

/* After a reload (SIGHUP): what can change at run time is taken over at the next turn. */
void bot_reconfigure(struct bot *bot, const struct config *config);

void bot_turn_begin(struct bot *bot);
void bot_turn_end(struct bot *bot);
struct mono bot_wake_at(const struct bot *bot);

/* Socket Mode. text is borrowed for the call. */
enum socket_event {
    SOCKET_OPENED, /* the WebSocket is up; hello has not come */
    SOCKET_TEXT,   /* one whole text frame, reassembled; at most SOCKET_MAX_FRAME bytes */
    SOCKET_ALIVE,  /* ping (answered already), pong, binary: a sign of life */
    SOCKET_CLOSED, /* gone; text says why in words; the slot is free */
};
enum { SOCKET_MAX_FRAME = 4 * 1024 * 1024 };
void bot_on_socket(struct bot *bot, unsigned slot, enum socket_event event, const char *text,
                   size_t len);

/* The reply of world_ops.http_send(id). Borrowed for the call. */
void bot_on_http_reply(struct bot *bot, uint64_t id, const struct http_reply *reply);

/* A request to our own HTTP server, borrowed for the call. It is answered by
 * world_ops.http_answer(id) in this turn's bot_turn_end, after the commit. */
void bot_on_http_request(struct bot *bot, uint64_t id, const struct http_in_request *request);

/* Graceful stop: no new jobs, no new connections; what is under way ends. */
void bot_drain(struct bot *bot);
bool bot_is_drained(const struct bot *bot);

/* At least one connection is up (hello seen). */
bool bot_is_connected(const struct bot *bot);

#endif
