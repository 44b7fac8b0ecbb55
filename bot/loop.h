/* The loop: one thread, libwebsockets' poll, a turn after each. It carries what comes in to the
 * bot and holds no decisions. */
#ifndef BOT_LOOP_H
#define BOT_LOOP_H

#include "base/config.h"
#include "bot/bot.h"

struct loop;

struct loop_options {
    const struct config *config; /* borrowed: listen, ca_file */
    int64_t clock_speed;         /* 1 */
    struct wall clock_from;      /* 0: now */
};

/* Sets up sockets, the HTTP thread and the signals (SIGTERM and SIGINT drain, SIGHUP reloads,
 * SIGPIPE is ignored). */
struct loop *loop_new(const struct loop_options *options, struct err *err);
void loop_free(struct loop *loop); /* before bot_free: stops what could still call it */

/* The world to make the bot with; lives as long as the loop. */
struct world *loop_world(struct loop *loop);

/* Turns until drained after a signal, at most 10 s after it. reload(arg) is called, outside a turn,
 * for each SIGHUP. */
void loop_run(struct loop *loop, struct bot *bot, void (*reload)(void *arg), void *arg);

int loop_http_port(const struct loop *loop); /* -1: HTTP in is off */

#endif
