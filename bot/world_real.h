/* The real world: the system's clocks, libsodium's randomness, libcurl's thread, libwebsockets'
 * sockets. */
#ifndef BOT_WORLD_REAL_H
#define BOT_WORLD_REAL_H

#include "base/err.h"
#include "base/world.h"
#include "bot/http_in.h"
#include "bot/http_out.h"
#include "bot/socket_mode.h"

struct world_real {
    struct world world;
    struct wall from;                /* where a scaled clock starts */
    struct http_out *http_out;       /* borrowed */
    struct socket_mode *socket_mode; /* borrowed; NULL in commands that run no loop */
    struct http_in *http_in;         /* borrowed; NULL where HTTP in is off */
};

/* speed 1 is the system's clock; else people's clock runs that many times faster, counted from
 * `from` (0: from now). */
bool world_real_init(struct world_real *real, int64_t speed, struct wall from, struct err *err);

/* Reads both clocks into world.now and world.mono: once a turn. */
void world_real_tick(struct world_real *real);

#endif
